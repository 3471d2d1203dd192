"""Read the table of an .xlsx or .xlsm."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from core.errors import InputError
from core.tables import Result, Table
from core.workbooks.build import build_table, take_head
from core.workbooks.calamine import Merged, open_workbook, reading
from core.workbooks.candidates import STAMP_SHEET, Candidate, better, choose_sheets, other_sheets
from core.workbooks.details import Details, read_details
from core.workbooks.kinds import Kind
from core.workbooks.owned import NAME, find_added, find_owned, named_columns
from core.workbooks.package import Package, Sheet
from core.workbooks.scan import LAST_ROW, scan_sheet
from core.workbooks.totals import drop_totals

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

LARGE = 8 << 20
"""Bytes of a sheet's XML from which arrays pay: loading numpy takes a tenth of a second."""
MANY_GHOSTS = 100  # formatted empty rows under the table that are worth a word


@dataclass(frozen=True, slots=True)
class _Read:
    """One sheet as read."""

    candidate: Candidate
    last_row: int
    last_column: int  # of the cells that a reader gives no column for; 0 without any
    details: Details
    merged: Merged


class _Book:
    """A package's workbook as calamine opens it: only when a sheet needs that, and once."""

    def __init__(self, package: Package) -> None:
        self.package = package

    @cached_property
    def opened(self) -> CalamineWorkbook:
        """The workbook, with its shared strings read. Raises InputError."""
        return open_workbook(self.package.path, kind=Kind.PACKAGE)


def read_package(package: Package, name: str | None, hints: set[str]) -> Table:
    """Read the sheet `name`, or the one that looks most like the wanted one. Raises InputError."""
    book = _Book(package)
    best: _Read | None = None
    candidates = []
    with reading(package.path):
        for sheet in choose_sheets(package.path, package.sheets, name):
            read = _read_sheet(package, book, sheet, hints)
            candidates.append(read.candidate)
            best = read if best is None or better(best.candidate, read.candidate) is read.candidate else best
        table = _build(package, best)
        table.other_sheets = other_sheets(candidates, best.candidate) if best else {}
        names = [sheet.name for sheet in package.sheets]
        table.stamp = read_stamp(book.opened, names) if STAMP_SHEET in names else {}
    if len(table) >= LAST_ROW - 1:
        raise InputError("errors.too_long", sheet=table.sheet, limit=LAST_ROW)
    return table


def _read_sheet(package: Package, book: _Book, sheet: Sheet, hints: set[str]) -> _Read:
    """Read one sheet up to its head; the rest of its rows comes when they are asked for."""
    if package.size(sheet.part) >= LARGE:
        from core.workbooks.usual_reading import read_usual

        usual = read_usual(package, sheet)
        if usual is not None:
            return _Read(Candidate(sheet, usual, hints), usual.last_row, usual.last_column, usual.details, usual.merged)
    return _stream_sheet(package, book, sheet, hints)


def _stream_sheet(package: Package, book: _Book, sheet: Sheet, hints: set[str]) -> _Read:
    """Read a sheet by calamine, however it is written.

    It is measured before calamine may touch it, in a thread while calamine opens the file; its details are read in
    that thread while calamine parses.
    """
    merged: Merged = []
    positions: Sequence[int]
    with ThreadPoolExecutor(1) as pool:
        measured = pool.submit(scan_sheet, package, sheet.part, sheet.name)
        opened = book.opened
        scan = measured.result()
        pending = pool.submit(read_details, package, sheet.part, scan)
        if scan.sparse:
            from core.workbooks.squeeze import read_squeezed

            rows, positions = read_squeezed(package, sheet.part, scan, sheet.name)
        else:
            parsed = opened.get_sheet_by_name(sheet.name)
            rows, positions = parsed.iter_rows(), sheet_positions(parsed)
            merged = parsed.merged_cell_ranges or []
        details = pending.result()
    head = take_head(rows, positions, details.overrides)
    return _Read(Candidate(sheet, head, hints), scan.last_row, max(details.overrides, default=0), details, merged)


def sheet_positions(sheet: CalamineSheet) -> range:
    """Return the column numbers of a sheet's rows: calamine starts them at the first used column."""
    first = sheet.start[1] + 1 if sheet.start else 1
    return range(first, first + sheet.width)


def _build(package: Package, read: _Read | None) -> Table:
    if read is None:
        raise InputError("errors.empty_file", path=package.path.name)
    best, workbook = read.candidate, package.read(package.workbook)
    named = named_columns(workbook, best.sheet.index)
    owned: dict[int, Result | tuple[str, str]] = {}
    if best.found:
        owned |= find_added(best.header, best.rows.positions, named)
        owned |= find_owned(best.header, best.rows.positions, named.get(NAME))
    table = build_table(package.path, best.sheet.name, best.rows, best.found, owned)
    table.facts["last_column"] = max(table.facts["last_column"], read.last_column)
    table = drop_totals(package, best.sheet, table)
    facts = read.details.facts | package_facts(package, workbook)
    facts |= merged_in_table(read.merged, table)
    facts["hidden_columns"] = facts.get("hidden_columns", 0) - (Result.FIELDS in table.result_positions)
    ghosts = read.last_row - max(table.rows, default=table.header_row)
    facts["ghost_rows"] = ghosts if ghosts >= MANY_GHOSTS else 0
    table.facts |= {name: count for name, count in facts.items() if count}
    return table


def merged_in_table(merged: Merged, table: Table) -> dict[str, int]:
    """Count the merged cells from the header down, and say where the first one under a header is.

    What they hide cannot be told from blanks: `merged_row` and `merged_column` stop a check.
    """
    below = [(first, last) for first, last in sorted(merged) if last[0] + 1 >= table.header_row]
    bottom = max(table.rows, default=table.header_row)
    named = [column for column, header in zip(table.positions, table.headers, strict=True) if header]
    for (row, left), (_, right) in below:
        if row + 1 <= bottom and any(left + 1 <= column <= right + 1 for column in named):
            return {"merged": len(below), "merged_row": row + 1, "merged_column": left + 1}
    return {"merged": len(below)} if below else {}


def package_facts(package: Package, workbook: bytes) -> dict[str, int]:
    """Count what is worth knowing of the whole file."""
    parts = [part.lower() for part in package.parts]
    return {
        "hidden_sheets": sum(not sheet.visible and sheet.name != STAMP_SHEET for sheet in package.sheets),
        "macros": sum(part.endswith("vbaproject.bin") for part in parts),
        "external_links": sum("/externallinks/externallink" in part for part in parts),
        "date_1904": int(re.search(rb"\sdate1904=[\"'](?:1|true)[\"']", workbook) is not None),
    }


def read_stamp(book: CalamineWorkbook, names: list[str]) -> dict[str, str]:
    """Return what a template says of itself, {} for any other workbook."""
    if STAMP_SHEET not in names:
        return {}
    rows: list[list[Any]] = book.get_sheet_by_name(STAMP_SHEET).to_python()
    return {str(row[0]): str(row[1]) for row in rows if len(row) > 1 and row[0] != ""}
