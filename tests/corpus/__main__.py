"""Write the whole corpus into a folder: `python -m tests.corpus FOLDER [--heavy]`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.corpus.boutique import WORKBOOKS, write_workbook
from tests.corpus.hostile import write_hostile
from tests.corpus.layouts import LAYOUTS
from tests.corpus.sources import write_source


def main(arguments: list[str]) -> None:
    """Write sources and workbooks with their truth, and the hostile files in a folder of their own."""
    folders = [Path(argument) for argument in arguments if not argument.startswith("-")]
    if len(folders) != 1:
        raise SystemExit(__doc__)
    folder = folders[0]
    folder.mkdir(parents=True, exist_ok=True)
    truths = [write_source(layout, folder) for layout in LAYOUTS]
    truths += [write_workbook(book, folder) for book in WORKBOOKS]
    for truth in truths:
        damaged = sum(1 for row in truth.rows if row.cells)
        print(f"{truth.file:28} {len(truth.rows):4} rows, {damaged:3} with a damaged cell")
    print(f"{len(write_hostile(folder / 'hostile', heavy='--heavy' in arguments))} hostile files")


if __name__ == "__main__":
    main(sys.argv[1:])
