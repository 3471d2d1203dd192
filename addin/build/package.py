"""The workbook around the VBA project: sheets of texts and settings, the ribbon part, the add-in flag.

Two builds on one machine give the same bytes: the dates are fixed, and the parts are stored in one order.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from xlsxwriter import Workbook

from addin.build import VBA_PROJECT, BuildError
from addin.build.modules import Module
from addin.build.vba_project import add_project, finish_project

Rows = Sequence[Sequence[str]]

RIBBON_PART = "customUI/customUI14.xml"
_RIBBON_RELATION = (
    '<Relationship Id="ribbon" Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility" '
    f'Target="{RIBBON_PART}"/>'
)
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_ADDIN_TYPE = "application/vnd.ms-excel.addin.macroEnabled.main+xml"  # this is what makes the file an add-in
_CREATED = datetime(2020, 1, 1, tzinfo=UTC)
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def make_package(sheets: Mapping[str, Rows], modules: Sequence[Module], ribbon: str) -> bytes:
    """Return the bytes of the add-in: a sheet for each name, the modules, and the ribbon."""
    parts = read_parts(add_project(_workbook(sheets), modules))
    parts["xl/vbaProject.bin"] = finish_project(parts["xl/vbaProject.bin"], VBA_PROJECT)
    parts[RIBBON_PART] = ribbon.encode()
    _replace(parts, "_rels/.rels", "</Relationships>", _RIBBON_RELATION + "</Relationships>")
    _replace(parts, "[Content_Types].xml", _WORKBOOK_TYPE, _ADDIN_TYPE)
    return _zip(parts)


def read_parts(package: bytes) -> dict[str, bytes]:
    """Return the parts of a package by name."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _workbook(sheets: Mapping[str, Rows]) -> bytes:
    stream = io.BytesIO()
    book = Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": VBA_PROJECT, "author": VBA_PROJECT, "created": _CREATED})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        if len(book.worksheets()) > 1:  # the first one is visible: a workbook needs one, and an add-in shows none
            sheet.hide()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return stream.getvalue()


def _replace(parts: dict[str, bytes], name: str, old: str, new: str) -> None:
    text = parts[name].decode()
    if text.count(old) != 1:
        raise BuildError(f"{name}: {old} occurs {text.count(old)} times")
    parts[name] = text.replace(old, new).encode()


def _zip(parts: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(parts, key=lambda part: (part != "[Content_Types].xml", part)):
            entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 0, 0
            archive.writestr(entry, parts[name])
    return stream.getvalue()
