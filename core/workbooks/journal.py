"""The hidden sheet of corrections in a user's workbook: its rows, and the parts of the package that it hangs on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.fixes.rules import Fix, Rule
from core.i18n import LANGUAGES, tr
from core.tables import Cell
from core.workbooks.calamine import open_workbook, reading
from core.workbooks.columns import convert
from core.workbooks.edits import AS_TEXT, SHORT_DATE, cell_xml
from core.workbooks.kinds import Kind
from core.workbooks.markup import escape, letters
from core.workbooks.package import Package, open_package
from core.workbooks.rewrite import Rewriter
from core.workbooks.styles import Styles

HEADS = ("sheet", "row", "column", "before", "after", "rule", "day", "field", "code")
"""The sheet's columns; their headers are `fixes.head_<name>` in the catalogue."""
_CODES = {rule.value for rule in Rule}
_WIDTHS = (16, 8, 24, 34, 34, 30, 12, 16, 14)
_WORKSHEET = b"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_PROLOG = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True, slots=True)
class Correction:
    """One fix that was written, the sheet it was written in, and when."""

    sheet: str
    fix: Fix
    day: date


def journal_names() -> set[str]:
    """Return the names that the sheet of corrections may have, one a language."""
    return {tr("fixes.sheet", lang) for lang in LANGUAGES}


def read_corrections(path: Path) -> list[Correction]:
    """Return the corrections that a workbook keeps, in the order in which they were made. Raises InputError."""
    package = open_package(path)
    name = next((s.name for s in package.sheets if s.name in journal_names()), None)
    if name is None:
        return []
    with open_workbook(path, kind=Kind.PACKAGE) as book, reading(path):
        rows = book.get_sheet_by_name(name).to_python()[1:]
    found = []
    for row in rows:
        cells = [convert(cell) for cell in row[: len(HEADS)]]
        said = dict(zip(HEADS, cells, strict=False))
        number, day, code = said.get("row"), said.get("day"), said.get("code")
        if isinstance(number, float) and isinstance(day, date) and code in _CODES:
            fix = Fix(
                int(number), str(said["column"]), str(said["field"]), said["before"], said["after"], Rule(str(code))
            )
            found.append(Correction(str(said["sheet"]), fix, day))
    return found


def journal_parts(
    package: Package, corrections: Sequence[Correction], styles: Styles, lang: str, *, base_1904: bool
) -> dict[str, Rewriter]:
    """Return the parts that change for the sheet of corrections, which is added when the workbook has none."""
    workbook = package.read(package.workbook)
    xml = _sheet_xml(corrections, styles, lang, workbook, base_1904=base_1904)
    known = next((s.part for s in package.sheets if s.name in journal_names()), None)
    if known is not None:
        return {known: lambda: [xml]}
    if not corrections:
        return {}
    folder, _, base = package.workbook.rpartition("/")
    by_name = {part.lower(): part for part in package.parts}
    names = (f"{folder}/worksheets/carnet{n}.xml".lstrip("/") for n in range(1, len(by_name) + 2))
    part = next(name for name in names if name.lower() not in by_name)
    rels, types = by_name[f"{folder}/_rels/{base}.rels".lower().lstrip("/")], by_name["[content_types].xml"]
    relations, identity = _with_relation(package.read(rels), part)
    listed = _with_sheet(workbook, identity, tr("fixes.sheet", lang))
    kinds = _with_type(package.read(types), part)
    return {
        part: lambda: [xml],
        rels: lambda: [relations],
        types: lambda: [kinds],
        package.workbook: lambda: [listed],
    }


def _before_end(xml: bytes, tag: bytes, new: bytes) -> bytes:
    """Put an element at the end of the element `tag`; `{p}` in it becomes the prefix of that element."""
    end = re.search(rb"</((?:[\w.-]+:)?)" + tag + rb">", xml)
    if end is None:
        raise ValueError(tag.decode())
    return xml[: end.start()] + new.replace(b"{p}", end[1]) + xml[end.start() :]


def _with_relation(xml: bytes, part: str) -> tuple[bytes, bytes]:
    """Add a relation to a sheet, of the same type as the other sheets', and return its identity."""
    kind = re.search(rb"\sType=[\"']([^\"']*/worksheet)[\"']", xml)
    used = set(re.findall(rb"\sId=[\"']([^\"']*)[\"']", xml))
    identity = next(name for n in range(1, len(used) + 2) if (name := b"rIdCarnet%d" % n) not in used)
    if kind is None:
        raise ValueError("worksheet")
    new = b'<{p}Relationship Id="%b" Type="%b" Target="/%b"/>' % (identity, kind[1], part.encode())
    return _before_end(xml, b"Relationships", new), identity


def _with_type(xml: bytes, part: str) -> bytes:
    """Say in the list of types that a part is a worksheet."""
    return _before_end(xml, b"Types", b'<{p}Override PartName="/%b" ContentType="%b"/>' % (part.encode(), _WORKSHEET))


def _with_sheet(xml: bytes, identity: bytes, name: str) -> bytes:
    """Add a hidden sheet at the end of a workbook's tabs.

    It declares `r` itself: openpyxl does so on every sheet, and then no other element of the workbook knows it.
    """
    office = re.search(rb"\sxmlns:[\w.-]+=[\"']([^\"']*/officeDocument/(?:2006/)?relationships)[\"']", xml)
    if office is None:
        raise ValueError("relationships")
    taken = max((int(n) for n in re.findall(rb"\ssheetId=[\"'](\d+)", xml)), default=0)
    said = (office[1], escape(name).encode(), taken + 1, identity)
    new = b'<{p}sheet xmlns:r="%b" name="%b" sheetId="%d" state="hidden" r:id="%b"/>' % said
    return _before_end(xml, b"sheets", new)


def _sheet_xml(
    corrections: Sequence[Correction], styles: Styles, lang: str, workbook: bytes, *, base_1904: bool
) -> bytes:
    """Return the whole sheet of corrections; its columns stand in the order of HEADS."""
    by_type = {str: styles.with_format(0, AS_TEXT), date: styles.with_format(0, SHORT_DATE)}

    def line(number: int, values: Sequence[Cell]) -> str:
        cells = [
            cell_xml(f"{letters(n)}{number}", by_type.get(type(value), 0), value, base_1904=base_1904)
            for n, value in enumerate(values, 1)
            if value is not None
        ]
        return f'<row r="{number}">{"".join(cells)}</row>'

    rows = [line(1, [tr(f"fixes.head_{name}", lang) for name in HEADS])]
    for number, (sheet, f, day) in enumerate(((c.sheet, c.fix, c.day) for c in corrections), 2):
        words = tr(f"fixes.rule_{f.rule}", lang)
        rows.append(line(number, [sheet, float(f.row), f.column, f.before, f.after, words, day, f.field, str(f.rule)]))
    main = re.search(rb"\sxmlns(?::[\w.-]+)?=[\"']([^\"']*/spreadsheetml/(?:2006/)?main)[\"']", workbook)
    if main is None:
        raise ValueError("spreadsheetml")
    cols = "".join(f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate(_WIDTHS, 1))
    body = f"<cols>{cols}</cols><sheetData>{''.join(rows)}</sheetData>"
    return f'{_PROLOG}<worksheet xmlns="{main[1].decode()}">{body}</worksheet>'.encode()
