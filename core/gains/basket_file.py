"""The basket workbook on disk: made once, then read and filled in place; what the user typed is never rewritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import LoyaltyError
from core.gains.basket_sheet import (
    FIRST_GAIN,
    FIRST_ROW,
    GAIN_COLUMNS,
    HEADER_ROW,
    HOLDER,
    LAST_GAIN,
    LAST_LINE,
    LAST_RECAP,
    LINE_COLUMNS,
    NAME,
    RECAP_ROW,
    SALE,
    STATE,
    TITLE,
    Cells,
    gain_column,
    line_column,
)
from core.i18n import tr
from core.tables import Cell, column_letters

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from core.workbooks.computed import Results

WIDTHS = {
    **{"article": 30, "quantity": 10, "price": 14, "discount": 14, "vat": 9, "net": 11, "gains": 11, "due": 12},
    **{"label": 54, "value": 13, "partly": 10, "minimum": 10, "expiry": 12, "use": 10, "part": 12, "id": 10},
}
WRITTEN = ("net", "gains", "due", "label", "value", "partly", "minimum", "expiry", "id")
"""Columns that are ours to write; the others are the user's to type in."""
NAVY, GREY, DIM, WHITE, ORANGE = "1F3864", "F2F2F2", "595959", "FFFFFF", "C55A11"
HEAD_WIDTH = 5  # columns: a state in words needs more than one
EUROS = "#,##0.00"


@dataclass(frozen=True, slots=True)
class BasketFile:
    """A basket workbook on disk, as a `core.gains.basket_sheet.BasketPage`."""

    path: Path

    def read(self) -> list[list[Cell]]:
        """Return its rows. Raises InputError, LoyaltyError for no basket."""
        return read_grid(self.path)

    def fill(self, cells: Cells) -> None:
        """Write cells into it. Raises InputError where the file is open elsewhere."""
        fill(self.path, cells)


def write_basket(path: Path, holder: str, lang: str, *, practice: bool = False) -> Path:
    """Write a blank basket for a card or a customer, marked in practice mode. Raises InputError where it cannot be."""
    from openpyxl import Workbook

    book = Workbook()
    sheet: Worksheet = book.worksheets[0]
    sheet.title = tr("sales.sheet", lang)
    _head(sheet, lang)
    if practice:
        _mark_practice(sheet, lang)
    _columns(sheet, lang)
    _rules(sheet, lang)
    _put(sheet, HOLDER, holder or None)
    _save(book, path)
    return path


def read_grid(path: Path) -> list[list[Cell]]:
    """Return the basket sheet's rows, formulas by their last value.

    Raises InputError, LoyaltyError for no basket and for a formula whose value the file does not hold: a discount that
    nobody computed is not a discount of zero.
    """
    from core.workbooks.computed import formula_results

    sheet = _load(path, values=True).worksheets[0]
    results = formula_results(_load(path).worksheets[0], sheet)
    unknown = next((cell for cell, value in results.items() if value is None), None)
    if unknown is not None:
        raise LoyaltyError("sales.not_computed", cell=unknown)
    rows = sheet.iter_rows(min_row=1, max_col=FIRST_GAIN + len(GAIN_COLUMNS), values_only=True)
    return [list(row) for row in rows]  # type: ignore[arg-type]


def fill(path: Path, cells: Cells) -> None:
    """Write cells into a basket, and leave everything else, what formulas came to as well.

    Raises InputError where the file is open elsewhere.
    """
    from core.workbooks.computed import formula_results

    book = _load(path)
    results = formula_results(book.worksheets[0], _load(path, values=True).worksheets[0])
    for place, value in cells.items():
        _put(book.worksheets[0], place, value)
    _save(book, path, results)


def _head(sheet: Worksheet, lang: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    sheet["A1"] = tr("sales.title", lang)
    sheet["A1"].font = Font(name="Calibri", bold=True, size=16, color=NAVY)
    sheet.row_dimensions[1].height = 24
    sheet["A2"] = tr("sales.legend", lang)
    sheet["A2"].font = Font(name="Calibri", italic=True, color=DIM)
    for (row, column), label in {HOLDER: "holder", NAME: "name", SALE: "sale", STATE: "state"}.items():
        sheet.cell(row, column - 1, tr(f"sales.label_{label}", lang)).font = Font(name="Calibri", bold=True)
        cell = sheet.cell(row, column)
        cell.number_format = "@"
        cell.alignment = Alignment(horizontal="left")
        for beside in range(column, HEAD_WIDTH + 1):
            if label != "holder":
                sheet.cell(row, beside).fill = PatternFill("solid", fgColor=GREY)
    headers = [(line_column(name), name) for name in LINE_COLUMNS]
    headers += [(gain_column(name), name) for name in GAIN_COLUMNS]
    for column, name in headers:
        cell = sheet.cell(HEADER_ROW, column, tr(f"sales.head_{name}", lang))
        cell.font = Font(name="Calibri", bold=True, color=WHITE)
        cell.fill = PatternFill("solid", fgColor=NAVY)
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    sheet.row_dimensions[HEADER_ROW].height = 32
    sheet.freeze_panes = f"A{FIRST_ROW}"


def _mark_practice(sheet: Worksheet, lang: str) -> None:
    """Put a banner over the whole width: nobody takes this basket for a real one."""
    from openpyxl.styles import Font, PatternFill

    sheet.cell(*TITLE, tr("sales.title_practice", lang)).font = Font(name="Calibri", bold=True, size=16, color=WHITE)
    for column in range(1, FIRST_GAIN + len(GAIN_COLUMNS) - 1):
        sheet.cell(TITLE[0], column).fill = PatternFill("solid", fgColor=ORANGE)


def _columns(sheet: Worksheet, lang: str) -> None:
    from openpyxl.styles import Font, PatternFill

    for name in (*LINE_COLUMNS, *GAIN_COLUMNS):
        column = line_column(name) if name in LINE_COLUMNS else gain_column(name)
        last = LAST_LINE if name in LINE_COLUMNS else LAST_GAIN
        dimension = sheet.column_dimensions[column_letters(column)]
        dimension.width, dimension.hidden = WIDTHS[name], name == "id"
        for row in range(FIRST_ROW, last + 1):
            cell = sheet.cell(row, column)
            cell.number_format = _format(name)
            if name in WRITTEN:
                cell.fill = PatternFill("solid", fgColor=GREY)
    sheet.column_dimensions[column_letters(FIRST_GAIN - 1)].width = 3
    for row in range(RECAP_ROW, LAST_RECAP + 1):
        amount = sheet.cell(row, FIRST_GAIN + 1)
        amount.number_format = EUROS
        amount.font = sheet.cell(row, FIRST_GAIN).font = Font(name="Calibri", bold=True)


def _format(name: str) -> str:
    if name in ("price", "discount", "net", "gains", "due", "part"):
        return EUROS
    return "@" if name in ("article", "label", "value", "partly", "minimum", "expiry", "use", "id") else "General"


def _rules(sheet: Worksheet, lang: str) -> None:
    """Help with hints and a drop-down; reading the sheet is what guarantees."""
    from openpyxl.worksheet.datavalidation import DataValidation

    holder = column_letters(HOLDER[1]) + str(HOLDER[0])
    hints = {"holder": holder, "discount": _below("discount"), "vat": _below("vat"), "part": _below("part")}
    for name, cells in hints.items():
        rule = DataValidation(showInputMessage=True, allow_blank=True)
        title = "sales.label_holder" if name == "holder" else f"sales.head_{name}"
        rule.promptTitle, rule.prompt = tr(title, lang)[:32], tr(f"sales.{name}_hint", lang)
        rule.add(cells)
        sheet.add_data_validation(rule)
    words = f"{tr('sales.yes', lang)},{tr('sales.no', lang)}"
    rule = DataValidation("list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=True, showInputMessage=True)
    rule.promptTitle, rule.prompt = tr("sales.head_use", lang), tr("sales.use_hint", lang)
    rule.add(_below("use"))
    sheet.add_data_validation(rule)


def _below(name: str) -> str:
    own = name in LINE_COLUMNS
    letter = column_letters(line_column(name) if own else gain_column(name))
    return f"{letter}{FIRST_ROW}:{letter}{LAST_LINE if own else LAST_GAIN}"


def _put(sheet: Worksheet, place: Sequence[int], value: Any) -> None:
    """Write a value; a text is written as text, so that "=1+1" is never a formula."""
    cell = sheet.cell(place[0], place[1])
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def _load(path: Path, *, values: bool = False) -> Workbook:
    from openpyxl import load_workbook

    from core.workbooks.kinds import Kind, kind_of
    from core.workbooks.package import guarded, open_package

    if kind_of(path) is not Kind.PACKAGE:
        raise LoyaltyError("sales.not_a_basket")
    open_package(path)  # refuses what cannot be read safely
    with guarded(path):
        return load_workbook(path, data_only=values)


def _save(book: Workbook, path: Path, results: Results | None = None) -> None:
    from tempfile import TemporaryDirectory

    from core.workbooks.computed import keep_results
    from core.workbooks.save import replacing

    with replacing(path) as temporary, TemporaryDirectory() as folder:
        bare = Path(folder) / "basket.xlsx"
        book.save(bare)
        keep_results(bare, temporary, results or {})
