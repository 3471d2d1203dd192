"""Where the table is in a sheet: its header row, under a title block or not."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from core.cells import squash

HEAD = 60
"""Rows looked at for a header; a title block is shorter."""
_DATA = re.compile(
    r"\S+@\S+\.\w|^[\s\d+()./:,€%-]*\d[\s\d+()./:,€%-]*$|^#(?:N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!)$|^="
)
"""Texts that are data and never a column's name: e-mail addresses, numbers, phones, dates, errors, formulas."""


def find_header(head: Sequence[Sequence[Any]], hints: Collection[str]) -> tuple[int, int] | None:
    """Return the header row's index in `head` and how many of the names hoped for it holds; None without a header.

    The row with most of the names (two at least) is the header; failing that, the first row of names that is about
    as wide as the rows below it.
    """
    best, found = -1, 1
    for index, row in enumerate(head):
        hits = len({name for cell in row if isinstance(cell, str) and (name := squash(cell)) in hints}) if hints else 0
        if hits > found:
            best, found = index, hits
    if best >= 0:
        return best, found
    widths = [sum(cell not in ("", None) for cell in row) for row in head]
    widest = max(widths, default=0)
    for index, row in enumerate(head):
        if widths[index] >= max(2, widest / 2) and _are_names(row):
            return index, 0
    if widest == 1 and hints:  # a sheet of one column: only a known name makes it a header
        return next(
            ((i, 1) for i, row in enumerate(head) if any(squash(c) in hints for c in row if isinstance(c, str))), None
        )
    return None


def _are_names(row: Sequence[Any]) -> bool:
    cells = [cell for cell in row if cell not in ("", None)]
    return all(isinstance(cell, str) and cell.strip() and not _DATA.search(cell.strip()) for cell in cells)
