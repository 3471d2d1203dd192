"""Customers' rows, written straight into the customers sheet's XML: many times faster than cell by cell."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from io import BytesIO
from xml.sax.saxutils import escape

from core.tables import Cell, column_letters

SHEET_PART = "xl/worksheets/sheet1.xml"  # the first sheet that openpyxl writes
EPOCH = date(1899, 12, 30)  # day 0 of a workbook's dates, from March 1900 on
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # not allowed in XML
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # a workbook would read _x0041_ as "A"


def add_rows(package: bytes, rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a workbook's bytes with these rows below its header, each cell in its column's own style.

    Text is written as text, so that `=1+1` is never a formula.
    """
    source = zipfile.ZipFile(BytesIO(package))
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == SHEET_PART:
                data = _with_rows(data.decode(), rows).encode()
            target.writestr(entry.filename, data)
    return out.getvalue()


def _with_rows(sheet: str, rows: Iterable[Sequence[Cell]]) -> str:
    styles = column_styles(sheet)
    block = [_row(number, cells, styles) for number, cells in enumerate(rows, 2)]
    sheet = re.sub(r'(<dimension ref="A1:[A-Z]+)1"', rf'\g<1>{len(block) + 1}"', sheet, count=1)
    head, tail = sheet.split("</sheetData>")
    return f"{head}{''.join(block)}</sheetData>{tail}"


def column_styles(sheet: str) -> dict[int, str]:
    """Return the style number of each column of a sheet's XML."""
    styles = {}
    for tag in re.findall(r"<col [^>]*>", sheet):
        values = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        for number in range(int(values["min"]), int(values["max"]) + 1):
            styles[number] = values.get("style", "0")
    return styles


def _row(number: int, cells: Sequence[Cell], styles: dict[int, str]) -> str:
    return f'<row r="{number}">{"".join(_cells(number, cells, styles))}</row>'


def _cells(number: int, cells: Sequence[Cell], styles: dict[int, str]) -> Iterator[str]:
    for column, value in enumerate(cells, 1):
        if value is None or value == "":
            continue
        place = f'r="{column_letters(column)}{number}" s="{styles.get(column, "0")}"'
        if isinstance(value, date):
            yield f"<c {place}><v>{(value - EPOCH).days}</v></c>"
        elif isinstance(value, float):
            yield f"<c {place}><v>{value!r}</v></c>"
        else:
            text = _LOOKS_ESCAPED.sub("_x005F_", escape(_FORBIDDEN.sub("", str(value))))
            yield f'<c {place} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
