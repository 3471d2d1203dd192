"""Read the table of an .xls, the format of Excel before 2007."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import InputError
from core.tables import Table
from core.workbooks.build import build_table, take_head
from core.workbooks.calamine import open_workbook, reading
from core.workbooks.candidates import Candidate, better, choose_sheets, other_sheets
from core.workbooks.kinds import Kind
from core.workbooks.package import Sheet
from core.workbooks.package_reading import merged_in_table, read_stamp, sheet_positions

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook


def read_old(path: Path, name: str | None, hints: set[str]) -> Table:
    """Read the sheet `name`, or the one that looks most like the wanted one. Raises InputError."""
    from core.workbooks.biff import read_biff

    with open_workbook(path, kind=Kind.OLD) as book, reading(path):
        records = read_biff(path)
        best: Candidate | None = None
        candidates = []
        for sheet in choose_sheets(path, old_sheets(book), name):
            parsed = book.get_sheet_by_name(sheet.name)
            overrides = records.cells.get(sheet.name, {})
            rows = take_head(parsed.iter_rows(), sheet_positions(parsed), overrides)
            candidates.append(Candidate(sheet, rows, hints))
            best = better(best, candidates[-1])
        if best is None:
            raise InputError("errors.empty_file", path=path.name)
        table = build_table(path, best.sheet.name, best.rows, best.found, {})
        table.other_sheets = other_sheets(candidates, best)
        table.stamp = read_stamp(book, book.sheet_names)
        merged = book.get_sheet_by_name(best.sheet.name).merged_cell_ranges or []
    if records.base_1904:
        table.facts["date_1904"] = 1
    table.facts |= merged_in_table(merged, table)
    return table


def old_sheets(book: CalamineWorkbook) -> list[Sheet]:
    """Return the worksheets of an .xls; they have no parts."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    return [
        Sheet(data.name, "", data.visible == SheetVisibleEnum.Visible)
        for data in book.sheets_metadata
        if data.typ == SheetTypeEnum.WorkSheet
    ]
