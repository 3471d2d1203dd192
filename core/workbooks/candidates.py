"""Choose the sheet that holds the customers among those the user sees."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.cells import squash
from core.errors import InputError
from core.workbooks.build import Rows
from core.workbooks.locate import find_header
from core.workbooks.package import Sheet


class Candidate:
    """A sheet that may be the wanted one; `score` is how many names hoped for its header has, -1 without header."""

    def __init__(self, sheet: Sheet, rows: Rows, hints: set[str]) -> None:
        self.sheet, self.rows = sheet, rows
        self.found = find_header(rows.head, hints)
        self.score = -1 if self.found is None else self.found[1]

    @property
    def header(self) -> list[object]:
        """Return the header row, [] without one."""
        return self.rows.head[self.found[0]] if self.found else []


def better(best: Candidate | None, other: Candidate) -> Candidate:
    """Return the likelier of two sheets, the first on a tie."""
    return best if best is not None and best.score >= other.score else other


def choose_sheets(path: Path, sheets: Sequence[Sheet], name: str | None) -> list[Sheet]:
    """Return the sheets to look at: the one that was named, or all that the user sees. Raises InputError."""
    visible = [sheet for sheet in sheets if sheet.visible]
    if name is None:
        if not visible:
            raise InputError("errors.empty_file", path=path.name)
        return visible
    named = [sheet for sheet in sheets if sheet.name == name] or [s for s in sheets if squash(s.name) == squash(name)]
    if not named:
        raise InputError("errors.sheet_missing", path=path.name, sheet=name, sheets=[s.name for s in visible])
    return named[:1]
