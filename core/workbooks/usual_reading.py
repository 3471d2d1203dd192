"""Read a large sheet that is written the usual way: its places by arrays, each distinct cell once by calamine.

`usual_cells` finds where the cells are. What a cell holds is calamine's to say, as everywhere: `distinct_cells` lets
it read each distinct one once. A third of the time of calamine's rows at 100,000 rows of 25 columns, and no dense
grid. Whatever is not written the usual way is left to `package_reading`.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.coded import code
from core.tables import Cell
from core.workbooks.build import Overrides
from core.workbooks.calamine import Merged
from core.workbooks.details import Details, Look, WholeRows
from core.workbooks.distinct_cells import Part, read_distinct
from core.workbooks.locate import HEAD
from core.workbooks.package import Package, Sheet
from core.workbooks.scan import LAST_COLUMN, LAST_ROW, LOOSE_GRID, root_prefix
from core.workbooks.strings import Strings, read_strings
from core.workbooks.usual_cells import Cells, find_cells

MOST_STRINGS = 256 << 20
"""Bytes of the shared strings' XML that may be in memory three times: a million rows have two thirds of that."""
WORKERS = 2
"""Threads that look for cells; numpy lets them run side by side."""
_SHEET_DATA = re.compile(rb"<sheetData\s*>")
_END = b"</sheetData>"
_GHOST = re.compile(rb"<row r=\"(\d+)\"[^>]*(?:/>|></row>)")
_FILLED = re.compile(rb"</v>|</is>|<f[ />]")
Numbers = NDArray[np.int32]


@dataclass
class UsualSheet:
    """The cells that hold something, in order. `codes` are indexes of `values`."""

    rows: Numbers
    columns: Numbers
    codes: Numbers
    values: NDArray[np.object_]
    last_row: int
    last_column: int  # of the cells that hold something or show nothing on purpose: a formula's "" is a user's
    details: Details
    merged: Merged

    @cached_property
    def positions(self) -> list[int]:
        """The numbers of the columns that hold something."""
        return _distinct(self.columns)

    @property
    def head(self) -> list[list[Any]]:
        """The first rows, blank ones too."""
        place = {position: index for index, position in enumerate(self.positions)}
        rows: list[list[Any]] = [[""] * len(place) for _ in range(min(HEAD, self.last_row))]
        for at in range(int(np.searchsorted(self.rows, len(rows), "right"))):
            rows[self.rows[at] - 1][place[int(self.columns[at])]] = self.values[self.codes[at]]
        return rows

    def gather(self, above: int) -> tuple[list[int], list[Sequence[Cell]]]:
        """Return the numbers of the rows that are not blank and their cells by column, below so many rows."""
        start = int(np.searchsorted(self.rows, above, "right"))
        rows, columns, codes = self.rows[start:], self.columns[start:], self.codes[start:]
        unseen = _unseen(self.values)
        numbers = _in_order(rows if unseen is None else rows[~unseen[codes]])
        row_places = np.full(self.last_row + 1, len(numbers), np.int32)  # the last place takes the cells of blank rows
        row_places[numbers] = np.arange(len(numbers), dtype=np.int32)
        column_places = np.zeros(LAST_COLUMN + 1, np.int32)
        column_places[self.positions] = np.arange(len(self.positions), dtype=np.int32)
        grid = np.full((len(self.positions), len(numbers) + 1), len(self.values), np.int32)
        grid[column_places[columns], row_places[rows]] = codes
        values = np.append(self.values, np.full(1, None, object))
        return numbers, [code(values, column[:-1]) for column in grid]

    def filled(self, above: int) -> int:
        """Count the rows with a cell, below so many rows."""
        return len(_in_order(self.rows[np.searchsorted(self.rows, above, "right") :]))


def _distinct(numbers: Numbers) -> list[int]:
    """Return small numbers once each, in order."""
    there = np.zeros(int(numbers.max(initial=-1)) + 1, np.bool_)
    there[numbers] = True
    return np.flatnonzero(there).tolist()


def _in_order(ordered: Numbers) -> list[int]:
    """Return numbers in order once each."""
    found: list[int] = ordered[np.diff(ordered, prepend=-1) > 0].tolist()
    return found


def _unseen(values: NDArray[np.object_]) -> NDArray[np.bool_] | None:
    """Say which values show nothing to a user; None when all show something."""
    blank = [value.__class__ is str and value.isspace() for value in values.tolist()]
    return np.array(blank, np.bool_) if True in blank else None


def read_usual(package: Package, sheet: Sheet) -> UsualSheet | None:
    """Read a sheet; None when it is not written the usual way. Raises InputError on a damaged file."""
    gathered, look, pieces = _Gathered(), Look(package, b""), WholeRows(b"")
    with ThreadPoolExecutor(WORKERS + 1) as pool:
        pending_strings = pool.submit(_read_strings, package)
        under_way: deque[Future[Cells | None]] = deque()
        for piece in pieces.cut(package.blocks(sheet.part)):
            rows = piece if gathered.head else gathered.begin(piece)
            if rows is None:
                return None
            under_way.append(pool.submit(find_cells, rows))
            look.add(piece)
            if len(under_way) > WORKERS and not gathered.add(under_way.popleft().result()):
                return None
        if not all(gathered.add(pending.result()) for pending in under_way) or not gathered.end(pieces.tail):
            return None
        strings = pending_strings.result()
    if strings is None or gathered.strings > len(strings.texts):
        return None
    part = Part(sheet, gathered.head, gathered.tail)
    distinct = read_distinct(package, part, list(gathered.bodies), strings)
    if distinct is None:
        return None
    values, merged = distinct
    return _placed(gathered, len(strings.texts), values, merged, look.finish(pieces.tail))


def _read_strings(package: Package) -> Strings | None:
    if package.strings is None:
        return Strings([], {})
    return read_strings(package.read(package.strings)) if package.size(package.strings) < MOST_STRINGS else None


def _placed(
    gathered: _Gathered, strings: int, values: list[Cell], merged: Merged, details: Details
) -> UsualSheet | None:
    """Put values and overrides in their places; None for a sheet of holes, which is better packed."""
    rows, columns, codes = (np.concatenate(parts) for parts in (gathered.rows, gathered.columns, gathered.codes))
    codes = np.where(codes < 0, strings - 1 - codes, codes)
    array = np.empty(len(values), object)
    array[:] = values
    bodies = enumerate(gathered.bodies, strings)
    empty = [n for n, body in bodies if b"</v>" not in body and not _FILLED.search(body)]  # looked for in turn: faster
    filled = np.ones(len(values), np.bool_)
    filled[empty] = False
    last_column = int((columns[filled[codes]] if empty else columns).max(initial=0))
    if None in values:
        holds = np.array([value is not None for value in values], np.bool_)[codes]
        rows, columns, codes = rows[holds], columns[holds], codes[holds]
    found = UsualSheet(rows, columns, codes, array, gathered.last_row, last_column, details, merged)
    _override(found, details.overrides)
    loose = max(LOOSE_GRID, 4 * len(rows)) // max(len(found.positions), 1)  # rows that the sheet may have
    return None if found.last_row > loose and len(_in_order(rows)) > loose else found


def _override(sheet: UsualSheet, overrides: Overrides) -> None:
    """Put the cells that read otherwise in the places of calamine's, or where it gives none."""
    cells = [(row << 15 | column, cell) for column, rows in overrides.items() for row, cell in rows.items()]
    if not cells:
        return
    keys = np.array([key for key, _ in cells], np.int64)
    new = np.arange(len(sheet.values), len(sheet.values) + len(cells), dtype=np.int32)
    sheet.values = np.append(sheet.values, np.empty(len(cells), object))
    sheet.values[-len(cells) :] = [cell for _, cell in cells]
    known = sheet.rows.astype(np.int64) << 15 | sheet.columns
    kept = ~np.isin(known, keys)
    keys, codes = np.append(known[kept], keys), np.append(sheet.codes[kept], new)
    order = np.argsort(keys, kind="stable")
    sheet.rows, sheet.columns = (keys[order] >> 15).astype(np.int32), (keys[order] & 0x7FFF).astype(np.int32)
    sheet.codes = codes[order]
    sheet.last_row = max(sheet.last_row, int(sheet.rows[-1]))


@dataclass(slots=True)
class _Gathered:
    """What the pieces of a sheet's XML hold. A code below 0 stands for a distinct body: -1 is the first."""

    head: bytes = b""
    tail: bytes = b""
    rows: list[Numbers] = field(default_factory=list)
    columns: list[Numbers] = field(default_factory=list)
    codes: list[Numbers] = field(default_factory=list)
    bodies: dict[bytes, int] = field(default_factory=dict)
    last_row: int = 0
    strings: int = 0  # one more than the highest number of a shared string

    def begin(self, piece: bytes) -> bytes | None:
        """Take the head off the first piece, and return the rows; None when it is unusual."""
        start = _SHEET_DATA.search(piece)
        if start is None or root_prefix(piece[: start.end()]):
            return None
        self.head = piece[: start.end()]
        return piece[start.end() :]

    def add(self, cells: Cells | None) -> bool:
        """Add a piece's cells, and say whether all is as usual."""
        if cells is None or cells.first_row <= self.last_row:
            return False
        self.last_row = cells.last_row
        known = self.bodies
        numbers = np.array([known.setdefault(body, len(known)) for body in cells.bodies], np.int32)
        own = cells.codes < 0
        cells.codes[own] = -1 - numbers[-1 - cells.codes[own]]
        self.rows.append(cells.rows)
        self.columns.append(cells.columns)
        self.codes.append(cells.codes)
        self.strings = max(self.strings, int(cells.codes.max(initial=-1)) + 1)
        return True

    def end(self, tail: bytes) -> bool:
        """Take what follows the last row with cells, and say whether there were any and all is as usual."""
        ghosts, end, self.tail = tail.partition(_END)
        numbers = [int(number) for number in _GHOST.findall(ghosts)]
        self.last_row = max([self.last_row, *numbers])
        return bool(end and self.rows) and self.last_row <= LAST_ROW and not _GHOST.sub(b"", ghosts).strip()
