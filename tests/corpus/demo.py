"""The two files of `carnet demo`, committed in core/demo: `python -m tests.corpus.demo FOLDER` writes them again."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.corpus.boutique import BOUTIQUE, Workbook, write_workbook
from tests.corpus.layouts import OUTLOOK_FR
from tests.corpus.sources import write_source
from tests.corpus.truth import Truth

RATE = 0.05
"""How often a cell is damaged: about one row in three has something, as in a file that an office looks after."""
SEED = 2026
OUTLOOK = replace(OUTLOOK_FR, file="clients_outlook.csv")
SHOP = Workbook(replace(BOUTIQUE, file="clients_boutique.xlsx"), count=120, rate=RATE)


def write_demo(folder: Path) -> tuple[Truth, Truth]:
    """Write both files and their truth into a folder."""
    return write_source(OUTLOOK, folder, seed=SEED, rate=RATE), write_workbook(SHOP, folder, seed=SEED)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        for written in write_demo(Path(made)):
            (Path(sys.argv[1]) / written.file).write_bytes((Path(made) / written.file).read_bytes())
