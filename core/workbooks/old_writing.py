"""Write a plain table as an .xls (BIFF8), for the importers that take the old format.

xlwt is unmaintained because the format no longer changes; LibreOffice, which could do it too, is not on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from core.cells import text
from core.tables import Cell
from core.workbooks.markup import LONGEST_TEXT
from core.workbooks.plain import sheet_name
from core.workbooks.save import replacing


def write_old_table(path: Path, headers: Sequence[str], columns: Sequence[Sequence[Cell]], *, sheet: str) -> None:
    """Write a workbook of one sheet, the header in row 1, texts as texts. At most 65,535 rows. Raises InputError."""
    import xlwt

    as_text = xlwt.easyxf(num_format_str="@")
    as_date = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    as_number = xlwt.easyxf()
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(sheet_name(sheet))
    for place, (header, column) in enumerate(zip(headers, columns, strict=True)):
        page.write(0, place, header, as_text)
        for row, cell in enumerate(column, 1):
            if isinstance(cell, date):
                page.write(row, place, cell, as_date)
            elif isinstance(cell, float):
                page.write(row, place, cell, as_number)
            elif cell is not None:
                page.write(row, place, text(cell)[:LONGEST_TEXT], as_text)
    with replacing(path) as temporary:
        book.save(str(temporary))
