"""Write one block of cells so that Excel keeps it as it is, or leaves the sheet as it was."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import xlwings as xw

from addin.excel import Desk, refusals
from addin.kept import Area, Block
from core.errors import InputError
from core.tables import Cell, Table, column_letters
from core.workbooks.markup import LONGEST_TEXT
from core.workbooks.results import first_free
from core.workbooks.styles import NAVY

ORANGE = "#C55A11"
PRACTICE_NAME = "_carnet_practice"
TEXT_FORMAT = "@"
"""Under it a text stays the text it is: no zero lost, no date or formula made of it."""

WHOLE: dict[str, Any] = {} if sys.platform == "darwin" else {"chunksize": None}
"""One call for any block on Windows; an Apple event has a size limit, so that xlwings cuts blocks on a Mac."""


@contextmanager
def restored(desk: Desk, sheet: xw.Sheet, restore: Callable[[], None]) -> Iterator[None]:
    """Put the sheet back as it was when a write fails half-way. Raises InputError where Excel refuses."""
    name = sheet.name
    with refusals(desk, name):
        try:
            yield
        except BaseException:
            with suppress(Exception):
                restore()
            raise


def write_texts(sheet: xw.Sheet, area: Area, block: Block) -> None:
    """Write a block of texts as texts. Raises InputError when Excel has written something else."""
    cells = area.cells(sheet)
    cells.number_format = TEXT_FORMAT
    cells.options(**WHOLE).value = [[_fitting(cell) for cell in row] for row in block]
    first = sheet.range((area.row, area.column), (area.row + area.rows - 1, area.column)).options(ndim=1).value
    if [text or None for text in first] != [row[0] or None for row in block]:  # rows that a filter hides, for instance
        raise InputError("ribbon.not_written", sheet=sheet.name)


def rectangles(cells: Mapping[tuple[int, int], Any]) -> list[tuple[int, int, Block]]:
    """Return cells, given by (row, column), as blocks with their corner: a write for each and not for each cell."""
    runs: list[tuple[int, int, list[Any]]] = []
    for (row, column), value in sorted(cells.items(), key=lambda cell: cell[0]):
        if runs and runs[-1][0] == row and runs[-1][1] + len(runs[-1][2]) == column:
            runs[-1][2].append(value)
        else:
            runs.append((row, column, [value]))
    found: list[tuple[int, int, Block]] = []
    for row, column, values in sorted(runs, key=lambda run: (run[1], len(run[2]), run[0])):
        if found:
            above, first, block = found[-1]
            if (above + len(block), first, len(block[0])) == (row, column, len(values)):
                block.append(values)
                continue
        found.append((row, column, [values]))
    return found


def _fitting(cell: Any) -> Any:
    return cell[: LONGEST_TEXT - 1] + "…" if isinstance(cell, str) and len(cell) > LONGEST_TEXT else cell


def table_block(table: Table, headers: Sequence[str], columns: Sequence[Sequence[Cell]]) -> Block:
    """Return columns of a table as a block from the header row to its last row; rows left out of it stay empty."""
    places = {row: n for n, row in enumerate(table.rows)}
    block: Block = [list(headers)]
    for row in range(table.header_row + 1, max(table.rows, default=table.header_row) + 1):
        n = places.get(row)
        block.append([None] * len(headers) if n is None else [column[n] or None for column in columns])
    return block


def merged(whole: Table, part: Table, old: Sequence[Cell] | None, new: Sequence[Cell]) -> list[Cell]:
    """Return a column of the whole table: what is new for the rows of `part`, what was there for the others."""
    if len(part) == len(whole):
        return list(new)
    fresh = dict(zip(part.rows, new, strict=True))
    kept = dict(zip(whole.rows, old, strict=True)) if old else {}
    return [fresh[row] if row in fresh else kept.get(row) for row in whole.rows]


def first_free_column(sheet: xw.Sheet, table: Table, width: int) -> int:
    """Return the first column right of all that is used, with a gap beside a table of Excel's, which would grow.

    Raises InputError where the sheet has no room.
    """
    first = first_free(table, width)
    for listed in sheet.tables:
        last = listed.range.last_cell
        if last.row >= table.header_row:
            first = max(first, last.column + 2)
    return first


def dress_header(cells: xw.Range) -> None:
    """Make the headers of our columns look like ours."""
    cells.color = f"#{NAVY}"
    cells.font.bold = True
    cells.font.color = "#FFFFFF"
    cells.wrap_text = True


def mark_practice(cell: xw.Range, words: str) -> None:
    """Make a banner of a cell, and a word in its workbook that `addin.forms.own_form` knows practice by."""
    cell.column_width = 44
    cell.value = words
    cell.color = ORANGE
    cell.font.bold = True
    cell.font.color = "#FFFFFF"
    cell.sheet.book.names.add(PRACTICE_NAME, '="1"')


def quoted(sheet: xw.Sheet) -> str:
    """Return a sheet's name as a formula refers to it."""
    return "'" + sheet.name.replace("'", "''") + "'!"


def span(row: int, first: int, last: int) -> str:
    """Return the absolute address of cells of one row."""
    return f"${column_letters(first)}${row}:${column_letters(last)}${row}"
