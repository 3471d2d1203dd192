"""Choose the sheet that holds the customers among those the user sees."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.cells import squash
from core.errors import InputError
from core.workbooks.build import Rows
from core.workbooks.locate import find_header
from core.workbooks.package import Sheet

EXAMPLES = ("exemple", "exemples", "example", "examples", "sample", "modele")
"""Names, squashed, of sheets that show how to fill another one."""
STAMP_SHEET = "_carnet"
"""The very hidden sheet of a template: names in column A (system, version, language), values in column B."""
ASIDE = (*EXAMPLES, "guide")
"""The same and the guide of a template: never the customers' sheet while another may be."""


class Candidate:
    """A sheet that may be the wanted one; `score` is how many names hoped for its header has, -1 without header."""

    def __init__(self, sheet: Sheet, rows: Rows, hints: set[str]) -> None:
        self.sheet, self.rows = sheet, rows
        self.found = find_header(rows.head, hints)
        self.score = -1 if self.found is None else self.found[1]

    @property
    def rank(self) -> tuple[bool, int]:
        """Return how likely this sheet is: an example keeps every header that users delete from their own sheet."""
        return self.score > 1 and squash(self.sheet.name) not in ASIDE, self.score

    @property
    def header(self) -> list[object]:
        """Return the header row, [] without one."""
        return self.rows.head[self.found[0]] if self.found else []


def better(best: Candidate | None, other: Candidate) -> Candidate:
    """Return the likelier of two sheets, the first on a tie."""
    return best if best is not None and best.rank >= other.rank else other


def other_sheets(candidates: Sequence[Candidate], best: Candidate) -> dict[str, int]:
    """Return the sheets that hold customers as well as the chosen one, each with its number of filled rows.

    Such a sheet has at least half as many of the names hoped for, two of them or more, and is no example.
    """
    found = {}
    for other in candidates:
        if other is best or other.found is None or other.score < max(2, best.score / 2):
            continue
        count = other.rows.filled(other.found[0] + 1)
        if count and squash(other.sheet.name) not in ASIDE:
            found[other.sheet.name] = count
    return found


def choose_sheets(path: Path, sheets: Sequence[Sheet], name: str | None) -> list[Sheet]:
    """Return the sheets to look at: the one that was named, or all that the user sees. Raises InputError.

    The example of a template of ours is nobody, even where the user has spoilt the header of the customers' sheet.
    """
    visible = [sheet for sheet in sheets if sheet.visible]
    if name is None:
        if not visible:
            raise InputError("errors.empty_file", path=path.name)
        ours = any(sheet.name == STAMP_SHEET for sheet in sheets)
        return [s for s in visible if not (ours and squash(s.name) in ASIDE)] or visible
    named = [sheet for sheet in sheets if sheet.name == name] or [s for s in sheets if squash(s.name) == squash(name)]
    if not named:
        raise InputError("errors.sheet_missing", path=path.name, sheet=name, sheets=[s.name for s in visible])
    return named[:1]
