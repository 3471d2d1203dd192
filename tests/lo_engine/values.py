"""Read and write a block of cells in few calls, with Excel's types.

LibreOffice's bulk calls know floats and texts only.  Reading: dates, booleans and money are told from number formats,
errors from the cells that arrive as None.  Writing: a bool would kill LibreOffice 7.4 and None become #N/A, so only
floats and texts are sent; formats and formulas follow.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.lo_engine.excel_input import ERRORS, from_serial, to_serial, typed
from tests.lo_engine.excel_limits import MAX_COLUMNS, MAX_ROWS, Box, ExcelRefusal

if TYPE_CHECKING:
    from tests.lo_engine.ranges import Range

# com.sun.star.util.NumberFormat
_DATE, _CURRENCY, _TEXT, _LOGICAL = 2, 8, 256, 1024
_GENERAL_KEY = 0
_OFFICE_ERRORS = {502: "#VALUE!", 503: "#NUM!", 508: "#NAME?", 519: "#VALUE!", 524: "#REF!", 525: "#NAME?"}
_OFFICE_ERRORS |= {532: "#DIV/0!", 32767: "#N/A"}
_ERROR_FORMULAS = {"#N/A": "=NA()", "#DIV/0!": "=1/0"}


class CellError(str):
    """The text of an error cell, "#N/A"; xlwings turns it into None unless asked for the text."""


def read_block(cells: Range) -> list[list[Any]]:
    """Return the rows with float, str, bool, datetime, Decimal (money, as on Windows) or CellError."""
    box = cells.box
    if box.rows == MAX_ROWS or box.columns == MAX_COLUMNS:
        raise ExcelRefusal("a whole column is a million cells: read the used part of it")
    rows = [list(row) for row in cells.uno.getDataArray()]
    for kind, boxes in _format_areas(cells):
        convert = _converter(kind)
        if convert is not None:
            for area in boxes:
                _convert(rows, area, convert)
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value is None:
                row[c] = _error(cells.uno.getCellByPosition(c, r))
    return rows


def write_block(cells: Range, rows: Sequence[Sequence[Any]]) -> None:
    """Write rows of the range's own shape, each string as if typed into its cell."""
    if any(len(row) != cells.box.columns for row in rows) or len(rows) != cells.box.rows:
        raise ExcelRefusal("the rows differ in length from the range")
    kinds = _format_kinds(cells)
    sent: list[tuple[Any, ...]] = []
    later = _Later()
    for r, row in enumerate(rows):
        sent.append(tuple(_sent(value, kinds[r][c], (r, c), later) for c, value in enumerate(row)))
    logical = [(r, c) for r, row in enumerate(kinds) for c, kind in enumerate(row) if kind & _LOGICAL]
    _set_format(cells, logical, "General")  # LibreOffice keeps a boolean as a format, Excel as a type
    cells.uno.setDataArray(tuple(sent))
    for shown, places in later.formats.items():
        _set_format(cells, places, shown)
    for (r, c), formula in later.formulas.items():
        cell = cells.uno.getCellByPosition(c, r)
        cell.setTokens(cells.sheet.book._formula_parser().parseFormula(formula[1:], cell.CellAddress))


def read_formulas(cells: Range) -> list[list[str]]:
    """Return formulas as Excel writes them and constants as texts."""
    parser = cells.sheet.book._formula_parser()
    rows = [list(row) for row in cells.uno.getFormulaArray()]
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text.startswith("="):
                cell = cells.uno.getCellByPosition(c, r)
                if cell.Type.value == "FORMULA":
                    row[c] = "=" + parser.printFormula(cell.getTokens(), cell.CellAddress)
            else:
                row[c] = text.removeprefix("'")
    return rows


class _Later:
    """What the bulk write cannot carry: number formats and formulas, by place in the block."""

    def __init__(self) -> None:
        self.formats: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.formulas: dict[tuple[int, int], str] = {}


def _sent(value: Any, kind: int, place: tuple[int, int], later: _Later) -> str | float:
    """Return the float or text to send for one value; note down the rest."""
    if value is None:
        return ""
    if kind & _TEXT and not isinstance(value, str):
        if isinstance(value, (bool, dt.date)):
            raise ExcelRefusal(f"{value!r} in a text cell: its look depends on the user's Excel, send a text")
        return f"{value:.15g}"
    shown: str | None = None
    if isinstance(value, str):
        read = typed(value, as_text=bool(kind & _TEXT))
        if read.kind == "refused":
            raise ExcelRefusal(f"Excel takes {value[:40]!r} for a wrong formula (or it is too long): format as text")
        if read.kind in ("formula", "error"):
            later.formulas[place] = _ERROR_FORMULAS.get(str(read.value), "=" + str(read.value).lstrip("="))
            return ""
        value, shown = read.value, read.number_format
    if isinstance(value, bool):
        later.formats["BOOLEAN"].append(place)
        return float(value)
    if isinstance(value, dt.date):
        midnight = not isinstance(value, dt.datetime) or value.time() == dt.time()
        value, shown = to_serial(value), "m/d/yyyy" if midnight else "m/d/yyyy h:mm"
    if not isinstance(value, (str, float, int)):
        raise TypeError(f"Excel cannot store a {type(value).__name__} in a cell: {value!r}")
    if shown and kind == 0:
        later.formats[shown].append(place)
    return value if isinstance(value, str) else float(value)


def _format_areas(cells: Range) -> list[tuple[int, list[Box]]]:
    """Return each kind of number format with its rectangles, counted from the range's own corner.

    A kind is LibreOffice's bit mask, 0 for "General".  Only kinds that change values are returned with rectangles:
    fetching the others took most of the time at 100,000 rows.
    """
    formats = cells.sheet.book.doc.NumberFormats
    whole = Box(0, 0, cells.box.rows, cells.box.columns)
    if cells.uno.getPropertyState("NumberFormat").value != "AMBIGUOUS_VALUE":  # its value would be a lie
        return [(_kind(formats, cells.uno.NumberFormat), [whole])]
    found: dict[int, list[Box]] = defaultdict(list)
    groups = cells.uno.getUniqueCellFormatRanges()
    for group in (groups.getByIndex(i) for i in range(groups.Count)):
        kind = _kind(formats, group.NumberFormat)
        if kind & (_DATE | _CURRENCY | _TEXT | _LOGICAL) or kind == 0:
            found[kind].extend(_within(cells.box, address) for address in group.RangeAddresses)
    return list(found.items())


def _kind(formats: Any, key: int) -> int:
    return 0 if key == _GENERAL_KEY else int(formats.getByKey(key).Type) or 1


def _within(box: Box, address: Any) -> Box:
    height, width = address.EndRow - address.StartRow + 1, address.EndColumn - address.StartColumn + 1
    return Box(address.StartRow + 1 - box.row, address.StartColumn + 1 - box.column, height, width)


def _format_kinds(cells: Range) -> list[list[int]]:
    grid = [[1] * cells.box.columns for _ in range(cells.box.rows)]
    for kind, boxes in _format_areas(cells):
        for box in boxes:
            for r in range(box.row, box.row + box.rows):
                grid[r][box.column : box.column + box.columns] = [kind] * box.columns
    return grid


def _converter(kind: int) -> Callable[[float], Any] | None:
    if kind & _LOGICAL:
        return bool
    if kind & _DATE:
        return from_serial
    if kind & _CURRENCY:
        return lambda amount: Decimal(repr(round(amount, 4)))  # Windows hands over 4 places
    return None


def _convert(rows: list[list[Any]], box: Box, convert: Callable[[float], Any]) -> None:
    for row in rows[box.row : box.row + box.rows]:
        for c in range(box.column, box.column + box.columns):
            if type(row[c]) is float:
                row[c] = convert(row[c])


def _error(cell: Any) -> CellError:
    text = cell.String
    return CellError(text if text in ERRORS else _OFFICE_ERRORS.get(cell.getError(), "#VALUE!"))


def _set_format(cells: Range, places: list[tuple[int, int]], shown: str) -> None:
    """Give cells of the block a number format, runs down a column at once."""
    runs: list[Box] = []
    for r, c in sorted(places, key=lambda place: (place[1], place[0])):
        if runs and runs[-1].column == c and runs[-1].row + runs[-1].rows == r:
            runs[-1] = runs[-1]._replace(rows=runs[-1].rows + 1)
        else:
            runs.append(Box(r, c))
    if runs:
        top, left = cells.box.row, cells.box.column
        areas = [run._replace(row=run.row + top, column=run.column + left) for run in runs]
        cells._together(areas).NumberFormat = cells.sheet.book._format_key(shown)
