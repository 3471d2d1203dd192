"""Capitals of a column of names: whose they are, and whether the column is written so on purpose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.cells import clean
from core.checked import Value
from core.names import capitals_lost, french_capitals
from core.rules.placeholders import is_placeholder
from core.tables import Cell

COMPANY = "company"
"""The code of a title that is no person's."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a sheet, of which the column `key` is to be repaired, and the canonical titles."""

    key: str
    first: Sequence[Cell]
    last: Sequence[Cell]
    titles: Sequence[Value]

    @property
    def column(self) -> Sequence[Cell]:
        """The cells to repair."""
        return self.first if self.key == "first_name" else self.last


def name_capitals(names: Names) -> dict[int, tuple[str, bool]]:
    """Return the rows whose name gets its capitals, and whether that is certain.

    A sheet that writes family names in capitals beside first names that are not (Chloé LEFÈVRE) does so on purpose:
    it stays. A name that nothing proves to be a person's (no first name, no title) may be a company's: a proposal.
    """
    column = names.column
    lost = {c for c in set(column) if isinstance(c, str) and capitals_lost(c) and not is_placeholder(clean(c))}
    if names.key == "last_name" and _mostly_capitals(names.last) and _mostly_capitals(names.first) is False:
        lost = {c for c in lost if not c.isupper()}
    shaped = {c: after for c in lost if (after := french_capitals(c)) is not None}
    if not shaped:
        return {}
    found: dict[int, tuple[str, bool]] = {}
    for row, cell in enumerate(column):
        if isinstance(cell, str) and cell in shaped and names.titles[row] != COMPANY:
            person = names.key == "first_name" or names.titles[row] or _filled(names.first, row)
            found[row] = (shaped[cell], bool(person))
    return found


def _filled(column: Sequence[Cell], row: int) -> bool:
    return bool(column) and isinstance(column[row], str) and bool(clean(str(column[row])))


def _mostly_capitals(column: Sequence[Cell]) -> bool | None:
    """Say whether more than half of a column's names are all in capitals, None for a column without names."""
    names = [c for c in column if isinstance(c, str) and c.strip()]
    return sum(map(str.isupper, names)) * 2 > len(names) if names else None
