"""Rows that are no customers: the header said again, a line of totals, a note or another table below the list. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from core.cells import fold, squash, text
from core.coded import distinct, rows_of
from core.tables import Table

SAMPLED, MOST_BELOW = 200, 100  # rows: those that show how many cells a customer has, those looked at below them
_TOTAL = re.compile(r"(?:sous )?tota(?:l|ux)\b|nombre (?:de|d)\b|grand total|imprime le|edite le|fin de")
_SURE_TOTAL = re.compile(
    r"(?:grand |sous )?tota(?:l|ux)(?: genera(?:l|ux))?(?: des?)?(?: \d+)?(?: (?:clients?|customers?|lignes?|rows?))?"
)
"""What a line of totals begins with, and what says it beyond doubt; folded."""


def header_rows(table: Table) -> list[int]:
    """Return the indexes of the rows that say the header again, whatever their capitals and accents."""
    names = {n: name for n, header in enumerate(table.headers) if (name := squash(header))}
    first = next(iter(names), None)
    if first is None or not table.header_row:  # a file of cards has no header
        return []
    name, begins, ends = names[first], _Letters(names[first], 0), _Letters(names[first], -1)
    alike = {
        cell
        for cell in distinct(table.columns[first])
        if isinstance(cell, str) and begins[cell[:1]] and ends[cell[-1:]] and squash(cell) == name
    }
    return [row for row in rows_of(table.columns[first], alike) if _says_headers(table, row, names)]


class _Letters(dict[str, bool]):
    """Says of a text's first (0) or last (-1) character whether the name may have it there; asked once for each."""

    def __init__(self, name: str, place: int) -> None:
        super().__init__()
        self._name, self._place = name, place

    def __missing__(self, character: str) -> bool:
        inside = squash(character)
        self[character] = found = not inside or inside[self._place] == self._name[self._place]
        return found


def _says_headers(table: Table, row: int, names: Mapping[int, str]) -> bool:
    cells = [(n, column[row]) for n, column in enumerate(table.columns) if column[row] is not None]
    return len(cells) > 1 and all(squash(text(cell)) == names.get(n) for n, cell in cells)


def rows_below(table: Table) -> list[int]:
    """Return the indexes of the last rows, where they stand apart (below a blank row, or a total) and are much emptier
    than the others.
    """
    if not table.header_row:
        return []
    count = len(table)
    cells = sorted(_filled(table, row) for row in range(min(count, SAMPLED)))
    usual, start = cells[len(cells) * 3 // 4] if cells else 0, count
    for row in range(count - 1, max(0, count - MOST_BELOW), -1):
        if _filled(table, row) * 2 > usual:
            break
        if table.rows[row] - table.rows[row - 1] > 1 or _TOTAL.match(_words(table, row)):
            start = row
    return list(range(start, count))


def total_rows(table: Table, below: Sequence[int]) -> list[int]:
    """Return which of the rows below a list are lines of totals beyond doubt: the word, and nothing but numbers."""
    return [row for row in below if _SURE_TOTAL.fullmatch(_words(table, row)) and _counts(table, row)]


def _words(table: Table, row: int) -> str:
    return fold(next(text(column[row]) for column in table.columns if column[row] is not None))


def _counts(table: Table, row: int) -> bool:
    cells = [text(column[row]) for column in table.columns if column[row] is not None]
    return not any(c.isalpha() for cell in cells[1:] for c in cell)


def _filled(table: Table, row: int) -> int:
    return sum(column[row] is not None for column in table.columns)
