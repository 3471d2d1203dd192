"""Write columns of ours other than results, and single cells of the user's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import xlwings as xw

from addin.blocks import (
    TEXT_FORMAT,
    dress_header,
    first_free_column,
    merged,
    quoted,
    restored,
    span,
    table_block,
    write_texts,
)
from addin.excel import Desk, run_vba
from addin.kept import Area, Write, digest, keep
from addin.sheets import OpenSheet
from core.added import FAMILIES, family_headers
from core.tables import Cell, Table
from core.workbooks.owned import ADDED

_RETYPED = re.compile(r"\d|^[=+\-@'#]|^(?:true|false|vrai|faux)$", re.IGNORECASE)
"""Texts that Excel would take for a number, a date, a formula or yes/no when they are written into a cell."""


def write_columns(desk: Desk, opened: OpenSheet, family: str, columns: Mapping[str, Sequence[str]]) -> None:
    """Write a family of added columns: where they are when all are there, else right of all that is used.

    Rows that were not asked for keep what they say. Raises InputError, with the sheet as it was.
    """
    whole, sheet = opened.whole, opened.sheet
    names = [column.name for column in FAMILIES[family]]
    old = whole.added.get(family, {})
    known = _is_whole(whole, family, names)
    first = whole.added_positions[family][names[0]] if known else first_free_column(sheet, whole, len(names))
    headers = family_headers(family, desk.lang)
    now = [merged(whole, opened.table, old.get(name), columns.get(name, [""] * len(opened.table))) for name in names]
    block = table_block(whole, headers, now)
    before = table_block(whole, headers, [old[name] for name in names]) if known else None
    area = Area(whole.header_row, first, len(block), len(names), before, digest(block))

    def restore() -> None:
        if before is None:
            strip_columns(desk, sheet, family, area)
        else:
            write_texts(sheet, area, before)

    with restored(desk, sheet, restore):
        write_texts(sheet, area, block)
        if not known:
            _dress(sheet, family, area)
        run_vba(desk, "MoveFilterEnd", area.column - 1, area.column + area.columns - 1)
        keep(desk.book, Write("columns", sheet.name, [area], family=family))


def strip_columns(desk: Desk, sheet: xw.Sheet, family: str, area: Area) -> None:
    """Take added columns out of a sheet, with their name."""
    cells = area.cells(sheet)
    cells.clear()
    cells.columns.hidden = False
    run_vba(desk, "MoveFilterEnd", area.column + area.columns - 1, area.column - 1)
    if sheet.names.contains(ADDED + family):
        sheet.names[ADDED + family].delete()


def _is_whole(table: Table, family: str, names: Sequence[str]) -> bool:
    places = table.added_positions.get(family, {})
    first = min(places.values(), default=0)
    return places == {name: first + n for n, name in enumerate(names)}


def _dress(sheet: xw.Sheet, family: str, area: Area) -> None:
    """Give new columns their look, and the name that says whose they are."""
    area.cells(sheet).wrap_text = True
    last = area.column + area.columns - 1
    dress_header(sheet.range((area.row, area.column), (area.row, last)))
    for n, column in enumerate(FAMILIES[family]):
        header = sheet.range((area.row, area.column + n))
        header.column_width = column.width
        if column.hidden:
            header.columns.hidden = True
    sheet.names.add(ADDED + family, f"={quoted(sheet)}{span(area.row, area.column, last)}")


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
