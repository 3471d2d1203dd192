"""Write a plain table: an .xlsx made of as few parts as a workbook needs, or a text file.

Quick (a tenth of XlsxWriter's time) and safe: a text is an inline string in a cell formatted as text, so that no data
is ever a formula, a number or a date, today or when somebody edits it.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

from core.cells import text
from core.tables import Cell, CellError
from core.workbooks.markup import escape, letters
from core.workbooks.packing import new_entry, write_part
from core.workbooks.save import replacing

_PROLOG = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_GENERAL, _HEADER, _TEXT, _DATE, _MOMENT, _TIME = range(6)
"""Numbers of the cell styles below."""
_STYLES = f"""{_PROLOG}<styleSheet xmlns="{_MAIN}"><numFmts count="3"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>\
<numFmt numFmtId="165" formatCode="dd/mm/yyyy\\ hh:mm"/><numFmt numFmtId="166" formatCode="hh:mm:ss"/></numFmts>\
<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>\
<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>\
<fill><patternFill patternType="solid"><fgColor rgb="FFDDEBF7"/><bgColor indexed="64"/></patternFill></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"/>\
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="166" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""
_EPOCH = date(1899, 12, 30)
_WIDEST = 40  # characters
ROW_SIZE = 2_000  # bytes, about


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table goes in its sheet, counted from 1: its header's row, each row's number, each column's number."""

    header_row: int
    rows: Sequence[int]
    positions: Sequence[int]


def write_table(
    path: Path,
    headers: Sequence[str],
    columns: Sequence[Sequence[Cell]],
    *,
    text_columns: Collection[str] = (),
    sheet: str = "Clients",
) -> None:
    """Write a workbook of one sheet, the header in row 1, frozen.

    `text_columns` are the headers of the columns whose whole column is formatted as text, so that what is typed there
    later keeps its zeros. Raises InputError when the file is open elsewhere.
    """
    height = len(columns[0]) if columns else 0
    layout = Layout(1, range(2, height + 2), range(1, len(headers) + 1))
    write_layout(path, headers, columns, layout, sheet=sheet, text_columns=text_columns)


def write_text(
    path: Path,
    headers: Sequence[str],
    columns: Sequence[Sequence[Cell]],
    *,
    encoding: str = "utf-8-sig",
    separator: str = ";",
) -> None:
    """Write a text file with Windows line ends, cells as the user sees them. Raises InputError, UnicodeEncodeError."""
    with replacing(path) as temporary, temporary.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerow(headers)
        writer.writerows([text(cell) for cell in row] for row in zip(*columns, strict=True))


def write_layout(
    path: Path,
    headers: Sequence[str],
    columns: Sequence[Sequence[Cell]],
    layout: Layout,
    *,
    sheet: str,
    text_columns: Collection[str] = (),
) -> None:
    """Write a workbook of one sheet with the table at its place."""
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w") as new:
        for name, xml in _frame(sheet):
            write_part(new, new_entry(name), [xml.encode()])
        pieces = _pieces(headers, columns, layout, text_columns)
        write_part(new, new_entry("xl/worksheets/sheet1.xml"), pieces, expected=len(layout.rows) * ROW_SIZE)


def _pieces(
    headers: Sequence[str], columns: Sequence[Sequence[Cell]], layout: Layout, text_columns: Collection[str]
) -> Iterator[bytes]:
    """Yield the sheet's XML, a thousand rows at a time."""
    yield _head(headers, columns, layout, text_columns).encode()
    rows = _rows(headers, columns, layout)
    while some := list(islice(rows, 1000)):
        yield "".join(some).encode()
    yield b"</sheetData></worksheet>"


def _head(
    headers: Sequence[str], columns: Sequence[Sequence[Cell]], layout: Layout, text_columns: Collection[str]
) -> str:
    cols = []
    for header, column, position in zip(headers, columns, layout.positions, strict=True):
        longest = max((len(text(cell)) for cell in column[:200]), default=0)
        width = min(max(longest, len(header), 6) + 2, _WIDEST)
        style = f' style="{_TEXT}"' if header in text_columns else ""
        cols.append(f'<col min="{position}" max="{position}" width="{width}" customWidth="1"{style}/>')
    top = layout.header_row
    pane = f'<pane ySplit="{top}" topLeftCell="A{top + 1}" activePane="bottomLeft" state="frozen"/>'
    return (
        f'{_PROLOG}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f"<cols>{''.join(cols)}</cols><sheetData>"
    )


def _rows(headers: Sequence[str], columns: Sequence[Sequence[Cell]], layout: Layout) -> Iterator[str]:
    names = [letters(position) for position in layout.positions]
    yield _row(
        layout.header_row, [_cell(f"{n}{layout.header_row}", h, _HEADER) for n, h in zip(names, headers, strict=True)]
    )
    for number, cells in zip(layout.rows, zip(*columns, strict=True), strict=True):
        yield _row(number, [_cell(f"{n}{number}", c) for n, c in zip(names, cells, strict=True) if c is not None])


def _row(number: int, cells: list[str]) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(reference: str, value: Cell, style: int = _TEXT) -> str:
    """Return a cell's XML; dates are days since the end of 1899, as Excel counts them."""
    match value:
        case str():
            inner = f'<is><t xml:space="preserve">{escape(value)}</t></is>'
            return f'<c r="{reference}" s="{style}" t="inlineStr">{inner}</c>'
        case bool():
            return f'<c r="{reference}" t="b"><v>{value:d}</v></c>'
        case CellError():
            return f'<c r="{reference}" t="e"><v>{escape(value.code)}</v></c>'
        case datetime():
            days = (value - datetime(1899, 12, 30)) / timedelta(days=1)
            return f'<c r="{reference}" s="{_MOMENT}"><v>{days!r}</v></c>'
        case date():
            return f'<c r="{reference}" s="{_DATE}"><v>{(value - _EPOCH).days}</v></c>'
        case time():
            seconds = value.hour * 3600 + value.minute * 60 + value.second
            return f'<c r="{reference}" s="{_TIME}"><v>{seconds / 86400!r}</v></c>'
        case None:
            return ""
        case _:
            return f'<c r="{reference}"><v>{value!r}</v></c>'


def _frame(sheet: str) -> list[tuple[str, str]]:
    """Return the parts around the sheet: what the package holds and how it hangs together."""
    types = (
        ("/xl/workbook.xml", "sheet.main"),
        ("/xl/worksheets/sheet1.xml", "worksheet"),
        ("/xl/styles.xml", "styles"),
    )
    overrides = "".join(f'<Override PartName="{part}" ContentType="{_KIND}.{kind}+xml"/>' for part, kind in types)
    return [
        (
            "[Content_Types].xml",
            f'{_PROLOG}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
        ),
        ("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])),
        (
            "xl/workbook.xml",
            f'{_PROLOG}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            f'<sheet name="{escape(sheet_name(sheet))}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        ),
        ("xl/_rels/workbook.xml.rels", _relations([("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")])),
        ("xl/styles.xml", _STYLES),
    ]


def sheet_name(name: str) -> str:
    """Return a name that a tab may have: 31 characters, none of `[]:*?/\\`, no quote at its ends."""
    kept = "".join("_" if c in "[]:*?/\\" or c < " " else c for c in name)[:31].strip("'")
    return kept or "Clients"


def _relations(targets: list[tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{_PROLOG}<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'
