"""Write columns of ours other than results, and single cells of the user's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import xlwings as xw

from addin.blocks import TEXT_FORMAT, dress_header, first_free_column, merged, restored, table_block, write_texts
from addin.excel import Desk
from addin.kept import Area, Write, digest, keep
from addin.sheets import OpenSheet
from core.tables import Cell, Table

WIDTH = 18  # characters
_RETYPED = re.compile(r"\d|^[=+\-@'#]|^(?:true|false|vrai|faux)$", re.IGNORECASE)
"""Texts that Excel would take for a number, a date, a formula or yes/no when they are written into a cell."""


def write_columns(desk: Desk, opened: OpenSheet, columns: Mapping[str, Sequence[str]]) -> None:
    """Write columns by their headers: where they are already, side by side, else right of all that is used.

    Rows that were not asked for keep what they say. Raises InputError, with the sheet as it was.
    """
    whole, headers = opened.whole, list(columns)
    known = _side_by_side(whole, headers)
    old = [whole.columns[n] for n in known]
    first = whole.positions[known[0]] if known else first_free_column(opened.sheet, whole, len(headers))
    now = [merged(whole, opened.table, old[n] if old else None, columns[h]) for n, h in enumerate(headers)]
    block = table_block(whole, headers, now)
    before = table_block(whole, headers, old) if known else None
    area = Area(whole.header_row, first, len(block), len(headers), before, digest(block))
    cells = area.cells(opened.sheet)

    def restore() -> None:
        cells.clear()
        if before is not None:
            write_texts(opened.sheet, area, before)

    with restored(desk, opened.sheet, restore):
        write_texts(opened.sheet, area, block)
        if not known:
            cells.wrap_text = True
            cells.column_width = WIDTH
            dress_header(opened.sheet.range((area.row, first), (area.row, first + len(headers) - 1)))
        keep(desk.book, Write("columns", opened.sheet.name, [area]))


def _side_by_side(table: Table, headers: Sequence[str]) -> list[int]:
    """Return the indexes of columns with these headers in this order and next to each other, [] without."""
    for start in range(len(table.headers) - len(headers) + 1):
        places = list(range(start, start + len(headers)))
        near = all(b - a == 1 for a, b in pairwise(table.positions[p] for p in places))
        if near and [table.headers[p] for p in places] == list(headers):
            return places
    return []


@dataclass(frozen=True, slots=True)
class Change:
    """One cell to change: sheet row, column number, what it holds, what it will hold."""

    row: int
    column: int
    before: Cell
    after: Cell


def write_cells(desk: Desk, opened: OpenSheet, changes: Sequence[Change]) -> None:
    """Write single cells of the user's, neighbours of one column together. Raises InputError, the sheet as it was."""
    sheet = opened.sheet
    done: list[Area] = []
    with restored(desk, sheet, lambda: restore_cells(sheet, done)):
        for run in runs(changes):
            done.append(_write_run(sheet, run))
        keep(desk.book, Write("cells", sheet.name, done))


def runs(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Yield changes of neighbouring cells of one column that are written the same way."""
    run: list[Change] = []
    for change in sorted(changes, key=lambda c: (c.column, c.row)):
        last = run[-1] if run else None
        if last and (last.column, last.row + 1, is_retyped(last.after)) == (
            change.column, change.row, is_retyped(change.after),
        ):  # fmt: skip
            run.append(change)
            continue
        if run:
            yield run
        run = [change]
    if run:
        yield run


def is_retyped(cell: Cell) -> bool:
    """Say whether Excel would make something else of a text that is written into an ordinary cell."""
    return isinstance(cell, str) and _RETYPED.search(cell.strip()) is not None


def _write_run(sheet: xw.Sheet, run: list[Change]) -> Area:
    after = [[change.after] for change in run]
    area = Area(run[0].row, run[0].column, len(run), 1, [[c.before] for c in run], digest(after))
    cells = area.cells(sheet)
    if is_retyped(run[0].after) and (format_before := cells.number_format) != TEXT_FORMAT:
        area = Area(area.row, area.column, area.rows, 1, area.before, area.digest, format_before or "General")
        cells.number_format = TEXT_FORMAT
    cells.value = after
    return area


def restore_cells(sheet: xw.Sheet, areas: Sequence[Area]) -> None:
    """Put cells back as they were: a text that Excel would retype goes in behind an apostrophe, which does not show."""
    for area in areas:
        cells = area.cells(sheet)
        if area.format is not None:
            cells.number_format = area.format
        text = cells.number_format == TEXT_FORMAT
        cells.value = [
            [f"'{c}" if not text and is_retyped(c) else c for c in row] for row in area.before or []
        ]  # fmt: skip
