"""Lines: rows as tab-separated text, which PostgreSQL's COPY and MariaDB's LOAD DATA read alike.

Written by column: several times faster than one cell after another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.coded import spread

ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
NULL = "\\N"
TEXT = {str, type(None)}
AS_SHOWN = {int, date, datetime, Decimal}
"""What is written as it shows itself."""

PART = 500
"""Rows written at a time, about what a socket holds: the server takes them in while the next ones are written."""

_TABLE = str.maketrans(ESCAPES)


def write_lines(columns: Mapping[str, Sequence[Any]]) -> Iterator[bytes]:
    """Yield rows given by column as lines of UTF-8. Texts hold no NUL, which no database takes."""
    for start in range(0, len(next(iter(columns.values()))), PART):
        cells = [_cells(column[start : start + PART]) for column in columns.values()]
        yield ("\n".join(map("\t".join, zip(*cells, strict=True))) + "\n").encode()


def _cells(column: Sequence[Any]) -> Sequence[str]:
    """Write one column."""
    kinds = set(map(type, column))
    if len(kinds) == 1 and column.count(column[0]) == len(column):
        return [_cell(column[0])] * len(column)
    if kinds <= AS_SHOWN:
        return list(map(str, column))
    if kinds <= TEXT and not _escaped("".join(filter(None, column))):
        return [NULL if value is None else value for value in column] if type(None) in kinds else column
    return spread(column, _cell)


def _escaped(text: str) -> bool:
    return any(sign in text for sign in ESCAPES)


def _cell(value: Any) -> str:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return str(int(value))
    return value.translate(_TABLE) if isinstance(value, str) else str(value)
