"""How a template looks: colours, fonts, widths and number formats, in one place."""

from __future__ import annotations

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from core.fields import FieldType
from core.profiles import Field

FONT = "Calibri"
BLUE, PALE_BLUE, GREY, PALE_GREY, LINE = "1F4E79", "DDEBF7", "D9D9D9", "F2F2F2", "BFBFBF"
DIM = "7F7F7F"
FORMATS = {FieldType.DATE: "DD/MM/YYYY", FieldType.AMOUNT: "#,##0.00"}
TEXT_FORMAT = "@"  # what is typed stays as typed: 0612… keeps its zero, +33… and long cards keep every digit

WIDTHS = {
    FieldType.NAME: 20,
    FieldType.EMAIL: 32,
    FieldType.PHONE: 19,
    FieldType.POSTCODE: 12,
    FieldType.DATE: 14,
    FieldType.FLAG: 9,
    FieldType.CHOICE: 15,
    FieldType.AMOUNT: 13,
    FieldType.CARD: 18,
}
HEADER_HEIGHT = 33
FILTER_ARROW = 4  # characters that the filter's button hides


def number_format(field: Field) -> str:
    """Return the number format of a field's cells: text, unless it is a date or an amount."""
    return FORMATS.get(field.type, TEXT_FORMAT)


def width(field: Field) -> float:
    """Return a column's width in characters: enough for its usual values and for its header on two lines."""
    longest_word = max(len(word) for word in field.header.split()) + FILTER_ARROW
    needed = max(longest_word, len(field.example) + 2, min(len(field.header) + FILTER_ARROW, 18))
    usual = WIDTHS.get(field.type) or min(max(field.max_length or 20, 8), 28)
    return max(needed, usual if field.type is not FieldType.COUNTRY else 9)


def style_header(cell: Cell, field: Field) -> None:
    """Paint a header: dark for a required field, pale for an optional one, grey for a read-only one."""
    fill, ink = (GREY, DIM) if field.read_only else (BLUE, "FFFFFF") if field.required else (PALE_BLUE, "000000")
    cell.fill = PatternFill("solid", fgColor=fill)
    cell.font = Font(name=FONT, size=11, bold=not field.read_only, italic=field.read_only, color=ink)
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    side = Side("thin", color=LINE)
    cell.border = Border(left=side, right=side, top=side, bottom=side)


def style_column(sheet: Worksheet, letter: str, field: Field) -> None:
    """Give a whole column its width and format, cells that nobody has filled yet included."""
    column = sheet.column_dimensions[letter]
    column.width = width(field)
    column.number_format = number_format(field)
    column.alignment = Alignment(vertical="center")  # beside a message of several lines
    column.font = Font(name=FONT, size=11, color=DIM if field.read_only else "000000")
    if field.read_only:
        column.fill = PatternFill("solid", fgColor=PALE_GREY)


def set_up_page(sheet: Worksheet, *, wide: int = 1, repeat: str = "1:1") -> None:
    """Print in landscape on A4, `wide` pages across, with the header repeated and the pages numbered."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = wide, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = repeat
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.6
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(left=_HeaderFooterPart("&A"), right=_HeaderFooterPart("&P / &N"))


def put(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """Write a text as a text: a header or a value that starts with "=" is never a formula."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)  # noqa: S101 - written before any cells are merged, which mypy cannot know
    if text:
        cell.value, cell.data_type = text, "s"
    return cell
