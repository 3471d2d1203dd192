"""From rows as a reader gives them to columns of cells, in little memory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from core.tables import Cell

BATCH = 1024
FIRST = 4  # columns among which one is usually full: then no row is blank
MANY = 500  # different texts, most of a column's: keeping each once would no longer pay
_AS_THEY_ARE = {float, bool, date}
_OR_BLANK = _AS_THEY_ARE | {str}


def convert(value: Any) -> Cell:
    """Return a reader's value as a Cell: "" becomes None, a whole number a float, a midnight a date."""
    if value is None or value == "":
        return None
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return float(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return value  # type: ignore[no-any-return]


class Columns:
    """Gathers rows into columns. Texts that repeat within a column are kept once."""

    def __init__(self, width: int) -> None:
        self.rows: list[int] = []
        self.columns: list[list[Cell]] = [[] for _ in range(width)]
        self._memos: list[dict[Any, Any]] = [{"": None} for _ in range(width)]

    def gather(self, rows: Iterable[list[Any]], first_row: int) -> None:
        """Add the rows, the first being the sheet's row `first_row`; wholly empty ones are left out."""
        rows, number = iter(rows), first_row
        while batch := list(islice(rows, BATCH)):
            columns = list(zip(*batch, strict=True))
            if any(map(_is_full, columns[:FIRST])):
                self.rows.extend(range(number, number + len(batch)))
                self._extend(columns)
            else:
                kept = [index for index, row in enumerate(batch) if not is_blank(row)]
                self.rows.extend(number + index for index in kept)
                self._extend(zip(*(batch[index] for index in kept), strict=True))
            number += len(batch)

    def _extend(self, columns: Iterable[tuple[Any, ...]]) -> None:
        for column, values, memo in zip(self.columns, columns, self._memos, strict=False):
            types = set(map(type, values))
            if types == {str}:
                if len(memo) > MANY and len(memo) > len(column) // 2:
                    column.extend([v or None for v in values] if "" in values else values)
                else:
                    column.extend(map(memo.setdefault, values, values))
            elif types <= _AS_THEY_ARE:
                column.extend(values)
            elif types <= _OR_BLANK:
                column.extend([None if value == "" else value for value in values])
            else:
                column.extend(map(convert, values))


def _is_full(values: tuple[Any, ...]) -> bool:
    """Say whether every cell is a text that a user sees."""
    return set(map(type, values)) == {str} and all(map(str.strip, values))


def is_blank(row: list[Any]) -> bool:
    """Say whether a user sees nothing in a row."""
    first = next(filter(None, row), "")
    if isinstance(first, str) and (not first or first.isspace()):
        return all(value is None or (isinstance(value, str) and not value.strip()) for value in row)
    return False
