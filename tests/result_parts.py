"""What the tests of result columns share: a workbook as users have them, results to write into it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import xlsxwriter

from core.tables import Result, Table

HEADERS = ("Nom", "Prénom", "Code postal", "Mobile", "Email", "Né le")
PEOPLE = (
    ("Lefèvre", "Zoé", "01000", "0612345678", "zoe@example.fr"),
    ("Le Goff", "Yann", "29000", "+33698000001", "yann.example.fr"),
    ("=x", "O'Neill", "NA", "1.0", "@home"),
    ("Petit", "Luc", "75001", "", "luc@example.fr"),
)


def rich_workbook(path: Path, *, title_rows: int = 2) -> Path:
    """Write a workbook with much that must survive: notes, a chart, filters, a table, rules, names, other sheets."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("Clients d'été")
        date = book.add_format({"num_format": "dd/mm/yyyy", "bg_color": "#EEEEEE"})
        if title_rows:
            sheet.merge_range(0, 0, 0, 2, "Clients de l'été")
        for column, name in enumerate(HEADERS):
            sheet.write_string(title_rows, column, name)
        for row, person in enumerate(PEOPLE, title_rows + 1):
            for column, text in enumerate(person):
                sheet.write_string(row, column, text)
            sheet.write_number(row, 5, 30000 + row, date)
        last = title_rows + len(PEOPLE)
        _furnish(book, sheet, title_rows, last)
    with zipfile.ZipFile(path, "a") as package:  # parts that no library of ours knows
        package.writestr("xl/pivotTables/pivotTable1.xml", b"<pivotTableDefinition/>" * 50)
        package.writestr("customXml/item1.xml", b"<b:Sources xmlns:b='urn:x'/>")
        package.writestr("xl/media/photo.png", bytes(range(256)) * 20)
    return path


def _furnish(book: Any, sheet: Any, first: int, last: int) -> None:
    sheet.autofilter(first, 0, last, len(HEADERS) - 1)
    sheet.freeze_panes(first + 1, 0)
    sheet.write_comment(first + 1, 0, "Ma note")
    sheet.data_validation(first + 1, 2, last, 2, {"validate": "length", "criteria": "<=", "value": 5})
    sheet.conditional_format(first + 1, 0, last, 0, {"type": "text", "criteria": "containing", "value": "x"})
    sheet.set_column(0, 3, 14)
    sheet.set_column(4, 40, 22)
    sheet.print_area(0, 0, last, 5)
    chart = book.add_chart({"type": "column"})
    other = book.add_worksheet("Calculs")
    other.write_formula("A1", "='Clients d''été'!F4*2", None, 60006)
    chart.add_series({"values": "=Calculs!$A$1:$A$1"})
    other.insert_chart("C3", chart)
    other.add_table("A5:B8", {"columns": [{"header": "Code"}, {"header": "Libellé"}]})
    book.define_name("MesCodes", "=Calculs!$A$6:$A$8")


def results_for(
    table: Table, status: str = "Erreur", message: str = "Email : il manque « @ »."
) -> dict[Result, list[str]]:
    """Return results for a table: the second row is in error, the others are fine."""
    columns = {result: [""] * len(table) for result in Result}
    columns[Result.STATUS] = ["Bon"] * len(table)
    if len(table) > 1:
        columns[Result.STATUS][1] = status
        columns[Result.MESSAGE][1] = message
        columns[Result.DECISION][1] = "Mettre à jour (1204)"
        columns[Result.CUSTOMER][1] = "1204"
        columns[Result.FIELDS][1] = ";E;~C~"
    return columns


def parts_of(path: Path) -> dict[str, bytes]:
    """Return every part of a package, unpacked, in file order."""
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return {info.filename: package.read(info) for info in package.infolist()}


def replace_parts(path: Path, parts: dict[str, bytes]) -> None:
    """Put other parts into a package, in the places of those that were there; new ones come last."""
    all_parts = {**parts_of(path), **parts}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in all_parts.items():
            package.writestr(name, content)
