"""Write a note as a workbook of one printed page: what an office reads, corrects and prints with what it has open."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from core.delivery.note import Line, Style
from core.workbooks.plain import sheet_name
from core.workbooks.save import replacing

WIDTHS = (38, 16, 50)  # characters; together a portrait page of A4
LINE = 15.0  # points
ACROSS = sum(WIDTHS) + 4  # characters of a text across the page: its letters are narrower than digits
NAVY, PALE, AMBER = "1F4E79", "DDEBF7", "FFF2CC"
_THIN = Side(style="thin", color="B7C4D1")
_FONTS = {
    Style.TITLE: Font(name="Calibri", size=18, bold=True, color=NAVY),
    Style.HEADING: Font(name="Calibri", size=13, bold=True, color=NAVY),
    Style.TABLE_HEAD: Font(name="Calibri", size=11, bold=True),
}
_FILLS = {Style.TABLE_HEAD: PALE, Style.WARNING: AMBER}
_TABLE = (Style.TABLE_HEAD, Style.TABLE_ROW)


def write_note(path: Path, lines: Sequence[Line], title: str) -> None:
    """Write the lines on one page. Raises InputError where the file cannot be written."""
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)  # noqa: S101 - a new workbook has one sheet, and mypy cannot know
    page.title = sheet_name(title)
    for n, width in enumerate(WIDTHS):
        page.column_dimensions["ABC"[n]].width = width
    for row, line in enumerate(lines, 1):
        _write_line(page, row, line)
    page.sheet_view.showGridLines = False
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.orientation = "portrait"
    page.page_setup.fitToWidth = page.page_setup.fitToHeight = 1
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_options.horizontalCentered = True
    page.print_area = f"A1:C{len(lines)}"
    with replacing(path) as temporary:
        book.save(temporary)


def _write_line(page: Worksheet, row: int, line: Line) -> None:
    table = line.style in _TABLE
    for n, text in enumerate(line.cells, 1):
        cell = page.cell(row, n)
        assert isinstance(cell, Cell)  # noqa: S101 - not yet merged
        cell.value = text
        cell.data_type = "s"  # a text is never a formula
        cell.font = _FONTS.get(line.style, Font(name="Calibri", size=11))
        vertical = "bottom" if line.style is Style.HEADING else "top"
        cell.alignment = Alignment(wrap_text=True, vertical=vertical, indent=1 if line.style is Style.STEP else 0)
        if line.style in _FILLS:
            cell.fill = PatternFill("solid", fgColor=_FILLS[line.style])
        if table:
            cell.border = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
    if not table:
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=3)
    page.row_dimensions[row].height = _height(line)


def _height(line: Line) -> float:
    if line.style is Style.TITLE:
        return 28.0
    if line.style is Style.HEADING:
        return 27.0
    widths = WIDTHS if line.style in _TABLE else (ACROSS,)
    longest = max(math.ceil(len(text) / width) for text, width in zip(line.cells, widths, strict=False))
    return LINE * max(longest, 1) + 3
