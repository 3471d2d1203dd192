"""The user's filter takes our columns in: sorting through it then moves each result with its own row."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.workbooks.markup import letters, number

_CELLS = rb"(\$?[A-Z]{1,3}\$?(\d+):\$?)([A-Z]{1,3})(\$?\d+)"


@dataclass(frozen=True, slots=True)
class Block:
    """Columns of ours, `first` to `last`, under the header row; `out` takes them out of the filter again."""

    header_row: int
    first: int
    last: int
    out: bool = False


def widen_filter(tail: bytes, prefix: bytes, block: Block) -> bytes:
    """Let a sheet's filter that ends just before our columns reach their end, or take them out of it again."""
    filtered = re.compile(rb"(<" + re.escape(prefix) + rb"autoFilter\b[^>]*\sref=[\"'])" + _CELLS)
    return filtered.sub(lambda found: found[1] + _reach(found, block), tail)


def widen_filter_name(workbook: bytes, sheet_index: int, block: Block) -> bytes:
    """Do the same to the hidden name by which Excel knows the filter's range."""
    named = re.compile(
        rb"(<(?:[\w.-]+:)?definedName\b(?=[^>]*\sname=\"_xlnm\._FilterDatabase\")"
        rb"(?=[^>]*\slocalSheetId=\"%d\")[^>]*>[^<]*!)" % sheet_index + _CELLS
    )
    return named.sub(lambda found: found[1] + _reach(found, block), workbook)


def _reach(found: re.Match[bytes], block: Block) -> bytes:
    """Return the range with the column where it ends now."""
    start, row, last, end = found[2], int(found[3]), number(found[4]), found[5]
    if row == block.header_row:
        if block.out and last == block.last:
            last = block.first - 1
        elif not block.out and block.first - 1 <= last < block.last:
            last = block.last
    return start + letters(last).encode() + end
