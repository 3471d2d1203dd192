"""What Excel refuses where LibreOffice would be lenient: addresses, names, sheet names (pure)."""

from __future__ import annotations

import re
from typing import NamedTuple

from xlwings.utils import col_name, column_to_number

MAX_ROWS, MAX_COLUMNS, MAX_ADDRESS = 1_048_576, 16_384, 255
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d+)")
_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")
_ROWS = re.compile(r"\$?(\d+):\$?(\d+)")
_NAME = re.compile(r"[^\W\d][\w.\\?]*|\\[\w.\\?]*")
_STRINGS = re.compile(r'"(?:[^"]|"")*"')


class ExcelRefusal(Exception):
    """Excel would answer with an error.

    Not an XlwingsError: on Windows a COM error passes through xlwings, on macOS an AppleScript error.
    """


class Box(NamedTuple):
    """A rectangle of cells, rows and columns counted from 1."""

    row: int
    column: int
    rows: int = 1
    columns: int = 1

    @property
    def last_row(self) -> int:
        """The number of the bottom row."""
        return self.row + self.rows - 1

    @property
    def last_column(self) -> int:
        """The number of the rightmost column."""
        return self.column + self.columns - 1

    def meets(self, other: Box) -> bool:
        """Say whether two rectangles share a cell."""
        return (
            self.row <= other.last_row
            and other.row <= self.last_row
            and self.column <= other.last_column
            and other.column <= self.last_column
        )

    def address(self, *, rows_fixed: bool = True, columns_fixed: bool = True) -> str:
        """Return "$A$1:$B$2", or without dollars; whole columns as "$A:$B", whole rows as "$1:$2"."""
        r, c = "$" if rows_fixed else "", "$" if columns_fixed else ""
        first, last = f"{c}{col_name(self.column)}", f"{c}{col_name(self.last_column)}"  # type: ignore[no-untyped-call]
        if self.rows == MAX_ROWS:
            return f"{first}:{last}"
        if self.columns == MAX_COLUMNS:
            return f"{r}{self.row}:{r}{self.last_row}"
        top_left, bottom_right = f"{first}{r}{self.row}", f"{last}{r}{self.last_row}"
        return top_left if self.rows == self.columns == 1 else f"{top_left}:{bottom_right}"


def around(one: Box, other: Box) -> Box:
    """Return the smallest rectangle that holds both."""
    row, column = min(one.row, other.row), min(one.column, other.column)
    last_row, last_column = max(one.last_row, other.last_row), max(one.last_column, other.last_column)
    return Box(row, column, last_row - row + 1, last_column - column + 1)


def parse_address(text: str) -> Box | None:
    """Return the rectangle of "A1", "$A$1:B2", "A:C" or "2:5", None for what is no address.

    Raises ExcelRefusal for more than 255 characters and for several areas ("A1,C3"), which xlwings on macOS
    silently cuts to the first cell.
    """
    if len(text) > MAX_ADDRESS:
        raise ExcelRefusal(f"an address of {len(text)} characters: Excel takes {MAX_ADDRESS}")
    if "," in text:
        raise ExcelRefusal(f"several areas in one address do not work on macOS: {text!r}")
    if found := _COLUMNS.fullmatch(text):
        left, right = sorted(column_to_number(name.upper()) for name in found.groups())  # type: ignore[no-untyped-call]
        return Box(1, left, MAX_ROWS, right - left + 1)
    if found := _ROWS.fullmatch(text):
        top, bottom = sorted(int(number) for number in found.groups())
        return Box(top, 1, bottom - top + 1, MAX_COLUMNS)
    corners = [_CELL.fullmatch(part) for part in text.split(":")]
    if len(corners) > 2 or not all(corners):
        return None
    boxes = [Box(int(corner[2]), column_to_number(corner[1].upper())) for corner in corners if corner]  # type: ignore[no-untyped-call]
    box = around(boxes[0], boxes[-1])
    inside = box.row >= 1 and box.last_row <= MAX_ROWS and box.last_column <= MAX_COLUMNS
    return box if inside else None


def check_sheet_name(name: str, taken: list[str]) -> None:
    """Raise ExcelRefusal for a sheet name that Excel does not accept."""
    if not 1 <= len(name) <= 31 or re.search(r"[\[\]:*?/\\]", name) or name.startswith("'") or name.endswith("'"):
        raise ExcelRefusal(f"Excel does not accept the sheet name {name!r}")
    if name.lower() in {"history", *(other.lower() for other in taken)}:
        raise ExcelRefusal(f"the sheet name {name!r} is already taken or reserved")


def check_defined_name(name: str) -> None:
    """Raise ExcelRefusal for a defined name that Excel does not accept."""
    if len(name) > MAX_ADDRESS or not _NAME.fullmatch(name) or _CELL.fullmatch(name) or name.upper() in ("R", "C"):
        raise ExcelRefusal(f"Excel does not accept the name {name!r}")


def check_spoken_formula(formula: str) -> None:
    """Raise ExcelRefusal for a rule's formula that only an English Excel understands.

    FormatConditions.Add reads its formula in the user's language ("LIGNE()", ";"), unlike Range.Formula and
    Names.Add, which are always English.  A rule that calls a defined name ("=CarnetFault") works everywhere.
    """
    if re.search(r",|\w\(|\d\.\d|\b(?:TRUE|FALSE)\b", _STRINGS.sub('""', formula), re.IGNORECASE):
        raise ExcelRefusal(f"a French Excel does not understand the rule {formula!r}: put it into a defined name")
