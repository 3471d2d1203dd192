"""X-ray: what a file is, before any of its rows matter: its kind, every sheet, a text file's encoding and separator."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from core.cells import squash
from core.errors import InputError
from core.inspection import Outside
from core.workbooks.kinds import Kind, kind_of

_SEP_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


def look_at(
    path: Path, *, headers: Collection[str] = (), encoding: str | None = None, separator: str | None = None
) -> Outside:
    """Return what a file is; `headers` are the names hoped for. Raises InputError when it cannot be read safely."""
    if path.suffix.lower() == ".vcf" and path.is_file():
        from core.workbooks.encoding import find_encoding

        return Outside(".vcf", encoding=encoding or find_encoding(path, path.read_bytes()))
    match kind_of(path):
        case Kind.TEXT:
            return _text_facts(path, {squash(header) for header in headers}, encoding, separator)
        case Kind.PACKAGE:
            from core.workbooks.package import open_package

            package = open_package(path)
            macros = any(part.lower().endswith("vbaproject.bin") for part in package.parts)
            sheets = tuple((sheet.name, sheet.visible) for sheet in package.sheets)
            return Outside(".xlsm" if macros else ".xlsx", sheets)
        case Kind.OLD:
            from core.workbooks.calamine import open_workbook, reading
            from core.workbooks.old_reading import old_sheets

            with open_workbook(path, kind=Kind.OLD) as book, reading(path):
                sheets = tuple((sheet.name, sheet.visible) for sheet in old_sheets(book))
            return Outside(".xls", sheets)


def counts_from_1904(path: Path) -> bool:
    """Say whether a workbook on disk counts its days from 1904; False for one that cannot be read or is none."""
    from core.workbooks.biff import read_biff
    from core.workbooks.package import open_package
    from core.workbooks.package_reading import package_facts

    try:
        match kind_of(path):
            case Kind.PACKAGE:
                package = open_package(path)
                return bool(package_facts(package, package.read(package.workbook))["date_1904"])
            case Kind.OLD:
                return read_biff(path).base_1904
    except (InputError, OSError):
        pass
    return False


def _text_facts(path: Path, hints: set[str], encoding: str | None, separator: str | None) -> Outside:
    from core.workbooks.encoding import decode, find_encoding
    from core.workbooks.text import find_separator

    data = path.read_bytes()
    name = encoding or find_encoding(path, data)
    text = decode(path, data, name)
    said = _SEP_LINE.match(text)
    used = separator or (said[1] if said else find_separator(path, text, hints))
    return Outside(".csv", encoding=name, separator=used)
