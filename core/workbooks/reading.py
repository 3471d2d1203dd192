"""Read a table from any file a shop has: .xlsx, .xls, .csv."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cells import squash
from core.errors import InputError
from core.tables import Result, Table
from core.workbooks.build import Rows, build_table, take_head
from core.workbooks.calamine import open_workbook, reading
from core.workbooks.kinds import Kind, file_facts, kind_of
from core.workbooks.locate import find_header
from core.workbooks.owned import find_owned, named_columns
from core.workbooks.package import Package, Sheet, open_package
from core.workbooks.scan import LAST_ROW, SheetScan, scan_sheet

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

STAMP_SHEET = "_carnet"
"""The very hidden sheet of a template: names in column A (system, version, language), values in column B."""


def list_sheets(path: Path) -> list[str]:
    """Return the names of the sheets that the user sees. Raises InputError."""
    match kind_of(path):
        case Kind.TEXT:
            return [path.stem]
        case Kind.PACKAGE:
            return [sheet.name for sheet in open_package(path).sheets if sheet.visible]
        case Kind.OLD:
            with open_workbook(path, kind=Kind.OLD) as book:
                return _visible(book)


def read_table(
    path: Path,
    *,
    sheet: str | None = None,
    headers: Collection[str] = (),
    encoding: str | None = None,
    separator: str | None = None,
) -> Table:
    """Read the sheet that holds the customers, each cell as the user sees it.

    `headers` are the names hoped for: they find the header row under a title block, and the sheet when `sheet` is
    None (the visible one that holds most of them, the first on a tie). `encoding` and `separator` are for text files.
    Raises InputError for whatever cannot be read safely and surely.
    """
    hints = {squash(header) for header in headers}
    match kind_of(path):
        case Kind.TEXT:
            from core.workbooks.text import read_text

            return read_text(path, hints, encoding=encoding, separator=separator)
        case Kind.PACKAGE:
            return _read_package(open_package(path), sheet, hints)
        case Kind.OLD:
            return _read_old(path, sheet, hints)


def _read_package(package: Package, name: str | None, hints: set[str]) -> Table:
    """Read an .xlsx: each sheet is measured, in a thread, while calamine opens the file."""
    path = package.path
    wanted = _choose(path, package.sheets, name)
    with ThreadPoolExecutor(1) as pool:
        scans = pool.map(lambda sheet: scan_sheet(package, sheet.part, sheet.name), wanted)
        with open_workbook(path, kind=Kind.PACKAGE) as book:
            best: _Candidate | None = None
            for sheet, scan in zip(wanted, scans, strict=True):
                with reading(path):
                    candidate = _Candidate(sheet, _sheet_rows(book, sheet, scan), hints)
                best = best if best and best.score >= candidate.score else candidate
            with reading(path):
                table = _table_of(path, best, package.read(package.workbook))
                table.stamp = _stamp(book, package.sheets)
    if len(table) >= LAST_ROW - 1:
        raise InputError("errors.too_long", sheet=table.sheet, limit=LAST_ROW)
    return table


class _Candidate:
    """A sheet that may be the wanted one, and how much it looks like it: -1 without header, else its known names."""

    def __init__(self, sheet: Sheet, rows: Rows, hints: set[str]) -> None:
        self.sheet, self.rows = sheet, rows
        self.found = find_header(rows.head, hints)
        self.score = -1 if self.found is None else self.found[1]


def _table_of(path: Path, best: _Candidate | None, workbook: bytes = b"") -> Table:
    """Build the table of the chosen sheet; `workbook` is the part that says which columns are Carnet's."""
    if best is None:
        raise InputError("errors.empty_file", path=path.name)
    owned: dict[int, Result] = {}
    if best.found is not None:
        named = named_columns(workbook, best.sheet.index) if workbook else None
        owned = find_owned(best.rows.head[best.found[0]], best.rows.first_column, named)
    table = build_table(path, best.sheet.name, best.rows, best.found, owned)
    table.facts |= file_facts(path)
    return table


def _sheet_rows(book: CalamineWorkbook, sheet: Sheet, scan: SheetScan) -> Rows:
    """Return a sheet's rows, numbered from 1 whatever its first used row."""
    read = book.get_sheet_by_name(sheet.name)
    return take_head(read.iter_rows(), (read.start or (0, 0))[1] + 1)


def _choose(path: Path, sheets: Sequence[Sheet], name: str | None) -> list[Sheet]:
    """Return the sheets to look at: the one that was named, or all that the user sees."""
    visible = [sheet for sheet in sheets if sheet.visible]
    if name is None:
        return visible
    named = [sheet for sheet in sheets if sheet.name == name] or [s for s in sheets if squash(s.name) == squash(name)]
    if not named:
        raise InputError("errors.sheet_missing", path=path.name, sheet=name, sheets=[s.name for s in visible])
    return named[:1]


def _stamp(book: CalamineWorkbook, sheets: Sequence[Sheet]) -> dict[str, str]:
    """Return what a template says of itself."""
    if not any(sheet.name == STAMP_SHEET for sheet in sheets):
        return {}
    rows: list[list[Any]] = book.get_sheet_by_name(STAMP_SHEET).to_python()
    return {str(row[0]): str(row[1]) for row in rows if len(row) > 1 and row[0] != ""}


def _visible(book: CalamineWorkbook) -> list[str]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    return [
        data.name
        for data in book.sheets_metadata
        if data.visible == SheetVisibleEnum.Visible and data.typ == SheetTypeEnum.WorkSheet
    ]


def _read_old(path: Path, name: str | None, hints: set[str]) -> Table:
    """Read an .xls."""
    with open_workbook(path, kind=Kind.OLD) as book:
        sheets = [Sheet(n, n, n in _visible(book)) for n in book.sheet_names]
        with reading(path):
            wanted = _choose(path, sheets, name)
            candidates = [_Candidate(s, _sheet_rows(book, s, SheetScan()), hints) for s in wanted]
            table = _table_of(path, max(candidates, key=lambda candidate: candidate.score, default=None))
            table.stamp = _stamp(book, sheets)
    return table
