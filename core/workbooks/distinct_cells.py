"""Let calamine read each distinct cell of a sheet once: a workbook of the same styles is made of them in memory."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO

from core.tables import Cell
from core.workbooks.calamine import Merged, reading
from core.workbooks.columns import convert
from core.workbooks.package import Package, Sheet
from core.workbooks.strings import SPACES, Strings

MOST = 400_000
"""Distinct cells that calamine reads: with more of them nothing is won."""
_CONTENT = rb"<v>[^<]*</v></c>|[^<]*(?:<(?!/?c[\s/>]|[!?])[^<]*)*</c>"  # the first is the second's usual case, sooner
_BODY = re.compile(rb"(?: [\w:.-]+=\"[^\"<>]*\")*(?:/>|>(?:" + _CONTENT + rb"))")
_INLINE = re.compile(rb"(?: s=\"\d+\")? t=\"inlineStr\"><is><t( xml:space=\"preserve\")?>([^<&\r]*)</t></is></c>")
_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@dataclass(frozen=True, slots=True)
class Part:
    """A sheet, and its XML but for the rows."""

    sheet: Sheet
    head: bytes
    tail: bytes


def read_distinct(
    package: Package, part: Part, bodies: list[bytes], strings: Strings
) -> tuple[list[Cell], Merged] | None:
    """Return the values of all strings, then of the cells with these bodies, and the sheet's merged cells.

    A body is a cell's XML after its reference. None when one is not what a cell may be, or names a string of the
    sheet's own numbers, or when they are too many.
    """
    texts = [_inline(body) for body in bodies]
    left = [n for n, text in enumerate(texts) if text is None]
    if len(left) + len(strings.odd) > MOST or not all(
        _BODY.fullmatch(b) and b' t="s"' not in b for b in map(bodies.__getitem__, left)
    ):
        return None
    shared = [b' t="s"><v>%d</v></c>' % n for n in range(len(strings.odd))]
    rows = [
        b'<row r="%d"><c r="A%d"%b</row>' % (n, n, body) for n, body in enumerate([bodies[n] for n in left] + shared, 1)
    ]
    values, merged = _read(package, part, b"".join(rows), strings)
    values += [None] * (len(rows) - len(values))
    found: list[Cell] = [*strings.texts, *texts]
    if "" in found:
        found = [cell or None for cell in found]
    for n, value in zip(left, values, strict=False):
        found[len(strings.texts) + n] = value
    for number, value in zip(strings.odd, values[len(left) :], strict=True):
        found[number] = value
    return found, merged


def _inline(body: bytes) -> str | None:
    """Return the text of a plain cell that holds its own string, None for calamine to read."""
    plain = _INLINE.fullmatch(body)
    if plain is None:
        return None
    try:
        text = plain[2].decode()
    except UnicodeDecodeError:
        return None
    trimmed = not plain[1] and text and (text[0] in SPACES or text[-1] in SPACES)
    return None if trimmed or "_x" in text else text


def _read(package: Package, part: Part, rows: bytes, strings: Strings) -> tuple[list[Cell], Merged]:
    """Return what calamine reads in the first column of these rows, in the place of the sheet's own."""
    from python_calamine import CalamineWorkbook

    buffer = BytesIO()
    folder, _, base = package.workbook.rpartition("/")
    needed = {"[content_types].xml", "_rels/.rels", f"{folder}/_rels/{base}.rels".lower().lstrip("/")}
    with zipfile.ZipFile(package.path) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in package.parts:
            if name == part.sheet.part:
                new.writestr(name, b"".join((part.head, rows, b"</sheetData>", part.tail)))
            elif name == package.strings:
                odd = "".join(strings.odd.values()).encode()
                new.writestr(name, b'<sst xmlns="%b">%b</sst>' % (_MAIN, odd))
            elif name in (package.workbook, package.styles) or name.lower() in needed:
                new.writestr(name, old.read(name))
    buffer.seek(0)
    with reading(package.path):
        sheet = CalamineWorkbook.from_filelike(buffer).get_sheet_by_name(part.sheet.name)
        packed = sheet.to_python(skip_empty_area=False)
        return [convert(row[0]) for row in packed], sheet.merged_cell_ranges or []
