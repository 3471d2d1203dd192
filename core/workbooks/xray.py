"""X-ray: what a file is, before any of its rows matter: its kind, every sheet, a text file's encoding and separator."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from core.workbooks.kinds import Kind, kind_of
from core.workbooks.locate import plain

_SEP_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file's outside. `sheets` are (name, visible) in the order of the tabs; a text file has none."""

    kind: str  # .xlsx, .xlsm, .xls, .csv or .vcf
    size: int  # bytes
    sheets: tuple[tuple[str, bool], ...] = ()
    encoding: str = ""
    separator: str = ""


def look_at(
    path: Path, *, headers: Collection[str] = (), encoding: str | None = None, separator: str | None = None
) -> FileFacts:
    """Return what a file is; `headers` are the names hoped for. Raises InputError for one that cannot be read safely."""
    if path.suffix.lower() == ".vcf" and path.is_file():
        from core.workbooks.encoding import find_encoding

        return FileFacts(".vcf", path.stat().st_size, encoding=encoding or find_encoding(path, path.read_bytes()))
    match kind_of(path):
        case Kind.TEXT:
            return _text_facts(path, {plain(header) for header in headers}, encoding, separator)
        case Kind.PACKAGE:
            from core.workbooks.package import open_package

            package = open_package(path)
            macros = any(part.lower().endswith("vbaproject.bin") for part in package.parts)
            sheets = tuple((sheet.name, sheet.visible) for sheet in package.sheets)
            return FileFacts(".xlsm" if macros else ".xlsx", path.stat().st_size, sheets)
        case Kind.OLD:
            from core.workbooks.calamine import open_workbook, reading
            from core.workbooks.old_reading import old_sheets

            with open_workbook(path, kind=Kind.OLD) as book, reading(path):
                sheets = tuple((sheet.name, sheet.visible) for sheet in old_sheets(book))
            return FileFacts(".xls", path.stat().st_size, sheets)


def _text_facts(path: Path, hints: set[str], encoding: str | None, separator: str | None) -> FileFacts:
    from core.workbooks.encoding import decode, find_encoding
    from core.workbooks.text import find_separator

    data = path.read_bytes()
    name = encoding or find_encoding(path, data)
    text = decode(path, data, name)
    said = _SEP_LINE.match(text)
    used = separator or (said[1] if said else find_separator(path, text, hints))
    return FileFacts(".csv", len(data), encoding=name, separator=used)
