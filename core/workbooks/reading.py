"""Read a table from any file a shop has: .xlsx, .xls, .csv."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from core.cells import squash
from core.tables import Table
from core.workbooks.build import refuse_repeated_header
from core.workbooks.calamine import open_workbook, reading
from core.workbooks.candidates import STAMP_SHEET
from core.workbooks.kinds import Kind, file_facts, kind_of
from core.workbooks.package import open_package
from core.workbooks.package_reading import read_package, read_stamp


def list_sheets(path: Path) -> list[str]:
    """Return the names of the sheets that the user sees. Raises InputError."""
    match kind_of(path):
        case Kind.TEXT:
            return [path.stem]
        case Kind.PACKAGE:
            return [sheet.name for sheet in open_package(path).sheets if sheet.visible]
        case Kind.OLD:
            from core.workbooks.old_reading import old_sheets

            with open_workbook(path, kind=Kind.OLD) as book:
                return [sheet.name for sheet in old_sheets(book) if sheet.visible]


def stamped_system(path: Path) -> str:
    """Return the system whose template a workbook is, "" for any other file. Raises InputError."""
    if not path.exists() or kind_of(path) is not Kind.PACKAGE:
        return ""
    names = [sheet.name for sheet in open_package(path).sheets]
    if STAMP_SHEET not in names:
        return ""
    with open_workbook(path, kind=Kind.PACKAGE) as book, reading(path):
        return read_stamp(book, names).get("system", "")


def read_table(
    path: Path,
    *,
    sheet: str | None = None,
    headers: Collection[str] = (),
    encoding: str | None = None,
    separator: str | None = None,
    headers_again: bool = False,
) -> Table:
    """Read the sheet that holds the customers, each cell as the user sees it.

    `headers` are the names hoped for: they find the header row under a title block, and the sheet when `sheet` is
    None (the visible one that holds most of them, the first on a tie). `encoding` and `separator` are for text files.
    Raises InputError for whatever cannot be read safely and surely; for a header that is repeated among the customers
    too, unless `headers_again` lets the caller leave such rows out.
    """
    hints = {squash(header) for header in headers}
    facts = file_facts(path) if path.exists() else {}
    match kind_of(path):
        case Kind.TEXT:
            from core.workbooks.text import read_text

            table = read_text(path, hints, encoding=encoding, separator=separator)
        case Kind.PACKAGE:
            table = read_package(open_package(path), sheet, hints)
        case Kind.OLD:
            from core.workbooks.old_reading import read_old

            table = read_old(path, sheet, hints)
    table.facts |= facts
    if not headers_again:
        refuse_repeated_header(table)
    return table
