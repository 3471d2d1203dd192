"""How many lines a row takes in the columns that Carnet writes: messages and gains wrap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from core.added import FAMILIES
from core.tables import Cell, Result, Table
from core.workbooks.rules import WIDTHS


@lru_cache(maxsize=10_000)
def wrapped_lines(text: str, width: int) -> int:
    """Estimate the lines that a text takes in a column of `width` characters."""
    if len(text) <= width and "\n" not in text:
        return 1
    return sum(1 + len(line) // width for line in text.split("\n"))


def message_lines(messages: Sequence[Cell] | None, index: int) -> int:
    """Return the lines of a check's message in the table's row of that index."""
    said = messages[index] if messages else None
    return wrapped_lines(said, WIDTHS[Result.MESSAGE]) if isinstance(said, str) else 1


def family_lines(family: str, columns: Mapping[str, Sequence[Cell]], index: int) -> int:
    """Return the most lines that a row takes in one family's columns."""
    found = ((c.width, columns[c.name][index]) for c in FAMILIES[family] if c.name in columns and not c.hidden)
    return max((wrapped_lines(text, width) for width, text in found if isinstance(text, str)), default=1)


def other_lines(table: Table, index: int, but: str = "") -> int:
    """Return the most lines that a row takes in the added columns, one family left out."""
    return max((family_lines(f, columns, index) for f, columns in table.added.items() if f != but), default=1)


def needed_lines(now: int, before: int) -> int:
    """Return what a row's height is to be counted from: 0 leaves it alone, 1 gives back what we took."""
    return now if now > 1 or before > 1 else 0
