"""Lines: rows as tab-separated text, which PostgreSQL's COPY and MariaDB's LOAD DATA read alike.

Written by column: several times faster than one cell after another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
NULL = "\\N"
PART = 500
"""Rows written at a time, about what a socket holds: the server takes them in while the next ones are written."""

_TABLE = str.maketrans(ESCAPES)


def write_lines(columns: Mapping[str, Sequence[Any]]) -> Iterator[bytes]:
    """Yield rows given by column as lines of UTF-8. Texts hold no NUL, which no database takes."""
    for start in range(0, len(next(iter(columns.values()))), PART):
        yield _lines([column[start : start + PART] for column in columns.values()])


def _lines(columns: Sequence[Sequence[Any]]) -> bytes:
    parts = [_cells(column) for column in columns]
    form = "\t".join(part for part, _ in parts) + "\n"
    varied = [cells for _, cells in parts if cells]
    if not varied:
        return (form % ()).encode() * len(columns[0])
    return "".join([form % row for row in zip(*varied, strict=True)]).encode()


def _cells(column: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    """Return one column's part of a line: its form, and what goes into it; nothing for one value again and again."""
    kinds = set(map(type, column))
    if len(kinds) == 1 and column.count(column[0]) == len(column):
        return _cell(column[0]).replace("%", "%%"), ()
    texts = [value for value in column if isinstance(value, str)] if str in kinds else []
    if bool not in kinds and not _escaped("".join(texts)):  # all but yes and no are written as they show themselves
        return "%s", [NULL if value is None else value for value in column] if type(None) in kinds else column
    known = {value: _cell(value) for value in set(column)}
    return "%s", [known[value] for value in column]


def _escaped(text: str) -> bool:
    return any(sign in text for sign in ESCAPES)


def _cell(value: Any) -> str:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return str(int(value))
    return value.translate(_TABLE) if isinstance(value, str) else str(value)
