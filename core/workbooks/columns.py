"""From rows as a reader gives them to columns of cells, in little memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from core.tables import Cell

BATCH = 1024
_AS_THEY_ARE = {float, bool, date}


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
        self._memos: list[dict[Any, Any] | None] = []

    def gather(self, rows: Iterable[list[Any]], first_row: int) -> None:
        """Add the rows, the first being the sheet's row `first_row`; wholly empty ones are left out."""
        numbered = enumerate(rows, first_row)
        while batch := list(islice(numbered, BATCH)):
            kept = [(number, row) for number, row in batch if not is_blank(row)]
            self.rows.extend(number for number, _ in kept)
            self._extend(zip(*(row for _, row in kept), strict=True))

    def _extend(self, columns: Iterator[tuple[Any, ...]]) -> None:
        for index, values in enumerate(columns):
            column = self.columns[index]
            types = set(map(type, values))
            if types != {str}:
                column.extend(values if types <= _AS_THEY_ARE else map(convert, values))
            elif (memo := self._memo(index)) is not None:
                column.extend(map(memo.setdefault, values, values))
            else:
                column.extend([v or None for v in values] if "" in values else values)

    def _memo(self, index: int) -> dict[Any, Any] | None:
        """Return the column's dictionary of texts, or None once nearly all have proved to differ."""
        while len(self._memos) <= index:
            self._memos.append({"": None})
        memo = self._memos[index]
        if memo is not None and len(memo) > 500 and len(memo) > len(self.columns[index]) // 2:
            self._memos[index] = memo = None
        return memo


def is_blank(row: list[Any]) -> bool:
    """Say whether a user sees nothing in a row."""
    first = next(filter(None, row), "")
    if isinstance(first, str) and (not first or first.isspace()):
        return all(value is None or (isinstance(value, str) and not value.strip()) for value in row)
    return False
