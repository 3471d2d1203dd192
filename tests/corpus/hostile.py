"""Every hostile or odd file, in one list: `HOSTILE`; `write_hostile(folder)` writes them.

A test asks for one with `case = by_name("bombe_zip.xlsx"); case.write(folder / case.name)` and
compares with `case.reads_as` or `case.refused_as` (see `hostile_case`).
"""

from __future__ import annotations

from pathlib import Path

from tests.corpus.hostile_case import HEADER, TABLE, HostileFile, Rows
from tests.corpus.hostile_csv import TEXTS
from tests.corpus.hostile_packages import PACKAGES, SECRET
from tests.corpus.hostile_sheets import SHEETS

__all__ = ["HEADER", "HOSTILE", "SECRET", "TABLE", "HostileFile", "Rows", "by_name", "write_hostile"]

HOSTILE: tuple[HostileFile, ...] = (*PACKAGES, *SHEETS, *TEXTS)


def by_name(name: str) -> HostileFile:
    """Return the file of that name; raises StopIteration for an unknown one, which is a bug of the test."""
    return next(case for case in HOSTILE if case.name == name)


def write_hostile(folder: Path, *, heavy: bool = False) -> list[tuple[HostileFile, Path]]:
    """Write them into a folder and return each with its path; the heavy ones only when asked."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for case in HOSTILE:
        if case.heavy and not heavy:
            continue
        path = folder / case.name
        if not path.is_dir():
            case.write(path)
        written.append((case, path))
    return written
