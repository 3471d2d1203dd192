"""Read the open sheet as a table, in a fixed number of calls to Excel whatever the number of rows."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import xlwings as xw

from addin.documents import book_file
from addin.excel import Desk, read_stamp
from core.added import FAMILIES
from core.cells import squash
from core.errors import InputError
from core.moved import put_back
from core.profiles import Profile
from core.tables import Cell, CellError, Result, Table, column_letters
from core.workbooks.build import build_table, refuse_repeated_header, take_head
from core.workbooks.formats import zero_format
from core.workbooks.locate import find_header
from core.workbooks.markup import number
from core.workbooks.owned import ADDED, NAME, find_added, find_owned
from core.workbooks.xray import counts_from_1904

ERRORS = frozenset(("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"))
LONGEST_ADDRESS = 240
"""Excel gives a selection's address up to 255 characters and leaves the other areas out without a word."""
_AREA = re.compile(r"\$?[A-Z]*\$?(\d+)(?::\$?[A-Z]*\$?(\d+))?")
_COLUMNS = re.compile(r"\$?([A-Z]+)\$?\d+:\$?([A-Z]+)\$?\d+$")
_DAY_ZERO = 1900


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """A sheet in front of the user: `whole` is all of its table, `table` the rows that the user asked for."""

    sheet: xw.Sheet
    whole: Table
    table: Table

    def only(self, rows: set[int]) -> OpenSheet:
        """Return the sheet with these rows asked for."""
        return replace(self, table=limit(self.whole, rows))


def read_customers(desk: Desk, profile: Profile, stamp: dict[str, str]) -> OpenSheet:
    """Read the customers of the sheet in front, or of the template's own sheet where the user agrees.

    Results that a sort has left behind come with the rows that they are about. Raises InputError as a file's reader
    does (no header row or a second one, merged cells among the customers, a decision whose row cannot be told), and
    when the rows asked for are none of the table's.
    """
    opened = find_customers(desk, profile, stamp)
    refuse_repeated_header(opened.whole)
    _refuse_merged(opened)
    put_back(opened.whole, profile)
    return opened if opened.table is opened.whole else opened.only(set(opened.table.rows))


def find_customers(desk: Desk, profile: Profile, stamp: dict[str, str]) -> OpenSheet:
    """Read the customers of the sheet in front as they stand there, results too. Raises InputError without a header."""
    sheet = desk.book.sheets.active
    wanted = stamp.get("sheet", "")
    if wanted and sheet.name != wanted and wanted in [s.name for s in desk.book.sheets]:
        if not desk.ask(desk.text("ribbon.other_sheet", sheet=sheet.name, wanted=wanted)):
            raise InputError("ribbon.nothing_done")
        sheet = desk.book.sheets[wanted]
        sheet.activate()
    return read_sheet(desk, sheet, [h for f in profile.fields for h in (f.header, *f.synonyms)], stamp)


def _refuse_merged(opened: OpenSheet) -> None:
    """Refuse merged cells among the customers: what they hide cannot be told from blanks."""
    sheet, table = opened.sheet, opened.whole
    named = [position for position, header in zip(table.positions, table.headers, strict=True) if header]
    if not named or not table.rows:
        return
    top, left, bottom, right = table.header_row, min(named), max(table.rows), max(named)

    def merged(first_row: int, last_row: int, last_column: int) -> bool:
        return sheet.range((first_row, left), (last_row, last_column)).merge_cells is not False  # None: in a part

    if merged(top, bottom, right):
        row = top + bisect_left(range(top, bottom), True, key=lambda last: merged(top, last, right))
        column = left + bisect_left(range(left, right), True, key=lambda last: merged(row, row, last))
        cell = f"{column_letters(column)}{row}"
        raise InputError("errors.merged", path=table.path.name, sheet=table.sheet, cell=cell)


def _totals(sheet: xw.Sheet) -> set[int]:
    """Return the rows of totals of the sheet's Excel tables."""
    return {table.range.last_cell.row for table in sheet.tables if table.show_totals}


def read_sheet(
    desk: Desk, sheet: xw.Sheet, headers: Collection[str], stamp: dict[str, str], *, facts: bool = False
) -> OpenSheet:
    """Read one sheet; `headers` are the names hoped for in its header row. Raises InputError.

    With `facts`, what is odd in the sheet is counted too: a few calls more.
    """
    used = sheet.used_range
    values = used.options(ndim=2, err_to_str=True).value
    first_row, first_column = used.row, used.column
    width = _filled_width(values)
    rows = [[None] * width for _ in range(first_row - 1)] + [row[:width] for row in values]
    positions = range(first_column, first_column + width)
    head = take_head(rows, positions)
    found = find_header(head.head, {squash(h) for h in headers})
    owned = {} if found is None else _owned(sheet, head.head[found[0]], positions)
    table = build_table(Path(desk.book.name), sheet.name, head, found, owned)
    table = table.only(set(table.rows) - _totals(sheet))
    table.stamp = stamp
    for index, column in enumerate(table.columns):
        table.columns[index] = _as_seen(sheet, table, index, column)
    file = book_file(desk)
    if file and counts_from_1904(file):  # Excel tells this no other way that works on Windows and macOS
        table.facts["date_1904"] = 1
    if facts:
        table.facts |= _odd(sheet, used, table)
    return OpenSheet(sheet, table, limit(table, rows_in_scope(desk, sheet, table)))


def _odd(sheet: xw.Sheet, used: xw.Range, table: Table) -> dict[str, int]:
    """Count formulas, errors, hidden rows and columns; Excel tells no more than that on every platform."""
    areas = cast("list[xw.Range]", used.get_special_cells("visible"))
    rows = {row for area in areas for row in range(area.row, area.row + area.shape[0])}
    columns = {column for area in areas for column in range(area.column, area.column + area.shape[1])}
    height, width = used.shape
    counts = {
        "formulas": len(formula_cells(sheet)),
        "errors": sum(isinstance(cell, CellError) for column in table.columns for cell in column),
        "hidden_rows": height - len(rows),
        "hidden_columns": width - len(columns),
        "hidden_sheets": sum(not s.visible and not s.name.startswith("_") for s in sheet.book.sheets),
    }
    return {name: count for name, count in counts.items() if count}


def formula_cells(sheet: xw.Sheet) -> set[tuple[int, int]]:
    """Return (row, column) of the cells that compute what they show; a text that begins with = is none."""
    used = sheet.used_range
    values, written = used.options(ndim=2, err_to_str=True).value, used.formula
    rows = written if isinstance(written, tuple) else ((written,),)
    return {
        (used.row + r, used.column + c)
        for r, row in enumerate(rows)
        for c, cell in enumerate(row)
        if isinstance(cell, str) and cell.startswith("=") and cell != values[r][c]
    }


def read_open_template(desk: Desk) -> tuple[Profile, OpenSheet]:
    """Read the customers in front of the user under their own system. Raises InputError, ProfileError."""
    stamp = read_stamp(desk.book)
    profile = desk.profile(stamp)
    return profile, read_customers(desk, profile, stamp)


def _filled_width(values: Sequence[Sequence[Any]]) -> int:
    """Return how many columns of a block hold something: cells that are only formatted do not count."""
    width = len(values[0])
    while width > 1 and all(row[width - 1] is None for row in values):
        width -= 1
    return width


def read_results(desk: Desk) -> OpenSheet | None:
    """Read the result columns alone, as a table without customers; None where our name points at none."""
    sheet = desk.book.sheets.active
    where = named_range(sheet, NAME)
    if where is None:
        return None
    header_row, first, last = where
    last_row = max(sheet.used_range.last_cell.row, header_row)
    rows = sheet.range((header_row, first), (last_row, last)).options(ndim=2).value
    found = find_owned(rows[0], range(first, last + 1), (first, last))
    table = Table(Path(desk.book.name), sheet.name, header_row, [], [], [], list(range(header_row + 1, last_row + 1)))
    for column, result in found.items():
        table.results[result] = [row[column - first] for row in rows[1:]]
        table.result_positions[result] = column
    return OpenSheet(sheet, table, limit(table, rows_in_scope(desk, sheet, table)))


def named_range(sheet: xw.Sheet, name: str) -> tuple[int, int, int] | None:
    """Return (row, first column, last column) that a name of ours points at on a sheet, None without one."""
    if not sheet.names.contains(name):
        return None
    where = sheet.names[name].refers_to or ""
    place, row = _COLUMNS.search(where), _AREA.search(where.rpartition("!")[2])
    return (int(row[1]), number(place[1]), number(place[2])) if place and row else None


def _owned(sheet: xw.Sheet, header: list[Any], positions: Sequence[int]) -> dict[int, Result | tuple[str, str]]:
    """Return which columns are Carnet's: by our names, or by their headers side by side."""
    places = {name: where[1:] for name in (NAME, *(ADDED + f for f in FAMILIES)) if (where := named_range(sheet, name))}
    owned: dict[int, Result | tuple[str, str]] = {**find_added(header, positions, places)}
    return owned | find_owned(header, positions, places.get(NAME))


def _as_seen(sheet: xw.Sheet, table: Table, index: int, column: Sequence[Cell]) -> Sequence[Cell]:
    """Return a column's cells as the user sees them: errors, amounts, hours, and zeros that a format shows."""
    kinds = set(map(type, column))
    if str in kinds and not ERRORS.isdisjoint(c for c in column if isinstance(c, str)):
        column = [CellError(c) if isinstance(c, str) and c in ERRORS else c for c in column]
    if Decimal in kinds:  # a cell in euros, on Windows
        column = [float(c) if isinstance(c, Decimal) else c for c in column]
    if datetime in kinds:
        column = [_hour(c) if isinstance(c, datetime) else c for c in column]
    if kinds & {float, Decimal} and table.rows:
        return _with_zeros(sheet, table, index, column)
    return column


def _hour(moment: datetime) -> datetime | time:
    """Return an hour without a day as an hour: Excel dates it to day 0."""
    return moment.time() if moment.year <= _DAY_ZERO else moment


def _with_zeros(sheet: xw.Sheet, table: Table, index: int, column: Sequence[Cell]) -> Sequence[Cell]:
    """Show the zeros that the column's one number format shows; a mixed column has none to tell."""
    position = table.positions[index]
    code = sheet.range((table.header_row + 1, position), (max(table.rows), position)).number_format
    form = zero_format(code) if code else None
    if form is None:
        return column
    return [form.show(c) or c if isinstance(c, float) else c for c in column]


def rows_in_scope(desk: Desk, sheet: xw.Sheet, table: Table) -> set[int] | None:
    """Return the sheet rows that the user asked for, None for all of them.

    Raises InputError when they are none of the table's, or when the selection has more areas than Excel can name.
    """
    if desk.scope == "all":
        return None
    rows = _selected(desk) if desk.scope == "selected" else _visible(sheet, table)
    kept = rows & set(table.rows)
    if not kept:
        raise InputError(f"ribbon.none_{desk.scope}", sheet=table.sheet)
    return kept


def _selected(desk: Desk) -> set[int]:
    selection = desk.app.selection
    if selection is None:
        raise InputError("ribbon.no_selection")
    address = selection.address
    if len(address) > LONGEST_ADDRESS:
        raise InputError("ribbon.many_areas")
    rows: set[int] = set()
    last = desk.book.sheets.active.used_range.last_cell.row
    for area in address.split(","):
        found = _AREA.fullmatch(area)
        low, high = (int(found[1]), int(found[2] or found[1])) if found else (1, last)  # "$A:$C" is whole columns
        rows |= set(range(low, min(high, last) + 1))
    return rows


def _visible(sheet: xw.Sheet, table: Table) -> set[int]:
    if not table.rows:
        return set()
    columns = [*table.positions, *table.result_positions.values()]
    block = sheet.range((table.header_row, min(columns)), (max(table.rows), max(columns)))
    areas = cast("list[xw.Range]", block.get_special_cells("visible"))
    return {row for area in areas for row in range(area.row, area.row + area.shape[0])}


def limit(table: Table, rows: set[int] | None) -> Table:
    """Return a table with only these rows of the sheet."""
    return table if rows is None else table.only(rows)


def result_text(table: Table, result: Result) -> dict[int, str]:
    """Return what a result column says, by sheet row; blanks are left out."""
    column = table.results.get(result, [])
    return {row: str(cell) for row, cell in zip(table.rows, column, strict=False) if cell is not None}
