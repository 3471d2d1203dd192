"""Spreading: distinct cells are read once, and what was read of them is put in the rows that hold them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING, TypeVar, cast

from core.cells import clean
from core.checked import Value
from core.coded import Coded, code, distinct, rows_by_value, rows_of
from core.decisions import is_erase_mark
from core.issues import Code
from core.rules.reading import Finding, Reading, fine, refused
from core.tables import NOT_COMPUTED, Cell, CellError

if TYPE_CHECKING:
    pass

Rule = Callable[[str], Reading]
CellRule = Callable[[Cell], Reading]
Place = TypeVar("Place")


@dataclass(slots=True)
class Column:
    """One column read: its canonical values, and the findings of its faulty rows by index, in order."""

    values: Sequence[Value]
    faults: list[tuple[int, tuple[Finding, ...]]] = field(default_factory=list)


class Readings:
    """What is read of distinct cells: `quick` holds values with nothing to say, `slow` the other readings.

    A cell that is in neither is fine as it is.
    """

    def __init__(
        self,
        cells: Iterable[Cell],
        rule: Rule,
        others: CellRule | None = None,
        quick: Mapping[str, str] | None = None,
    ) -> None:
        """Read each cell that is not in `quick`: texts by `rule`, numbers and dates by `others`."""
        self.quick = quick or {}
        self.slow: dict[Cell, Reading] = {
            cell: _reading(cell, rule(cell)) if isinstance(cell, str) else _no_text(cell, others)
            for cell in (set(cells).difference(quick) if quick else cells)
        }

    def add_lengths(self, limit: int | None, distinct: Iterable[Cell]) -> None:
        """Add a finding for each text among the distinct cells that is written longer than the system takes."""
        texts = [cell for cell in distinct if isinstance(cell, str)] if limit else []
        if not limit or max(map(len, texts), default=0) <= limit:
            return
        for cell in [written for written in texts if len(written) > limit]:
            value, findings = self.slow.get(cell) or (clean(cell), ())
            length = len(value if isinstance(value, str) else clean(cell))
            if length > limit:
                self.slow[cell] = (value, (*findings, (Code.TOO_LONG, {"limit": limit, "length": length})))


def _reading(cell: str, reading: Reading) -> Reading:
    """Return a text's reading; one that its rule refuses may be blank, or a mark that erases."""
    if not reading[1]:
        return reading
    inside = clean(cell)
    return fine(inside or None) if not inside or is_erase_mark(inside) else reading


def _no_text(cell: Cell, others: CellRule | None) -> Reading:
    """Return the reading of a cell that is no text; where numbers do not count, the one left has lost digits."""
    if cell is None:
        return fine(None)
    if isinstance(cell, CellError):
        return refused(Code.NOT_COMPUTED if cell == NOT_COMPUTED else Code.ERROR_CELL)
    return others(cell) if others else refused(Code.DIGITS_LOST)


def put(cells: Sequence[Cell], read: Readings) -> Column:
    """Put readings in the rows of their cells."""
    changed = cast("dict[Cell, Value]", dict(read.quick))
    changed |= {cell: value for cell, (value, _) in read.slow.items() if value is not cell}
    faulty = {cell: findings for cell, (_, findings) in read.slow.items() if findings}
    rows = rows_of(cells, faulty)
    faults = [(row, faulty[cells[row]]) for row in rows]
    if changed.keys() <= faulty.keys():  # most often: looking up a few rows is a tenth of looking up all
        values = cast("list[Value]", list(cells))
        for row in rows:
            values[row] = changed.get(cells[row], values[row])
        return Column(values, faults)
    return Column(cast("list[Value]", list(map(changed.get, cells, cells))), faults)


def by_place(
    cells: Sequence[Cell], places: Sequence[Place], read: Callable[[Collection[Cell], Place], Readings]
) -> Column:
    """Read the distinct cells of each place once; one place for most rows is the usual case."""
    counts = Counter(places)
    main = max(counts, key=counts.__getitem__, default=None)
    if main is None or len(counts) == 1:
        return put(cells, read(set(cells), places[0])) if places else Column([])
    rows_at: dict[Place, list[int]] = {}
    for row, place in enumerate(places):
        if place is not main and place != main:
            rows_at.setdefault(place, []).append(row)
    others = {row for rows in rows_at.values() for row in rows}
    whole = put(cells, read(set(compress(cells, [row not in others for row in range(len(cells))])), main))
    values = list(whole.values)
    faults = [fault for fault in whole.faults if fault[0] not in others]
    for place, rows in rows_at.items():
        mine = [cells[row] for row in rows]
        part = put(mine, read(set(mine), place))
        for row, value in zip(rows, part.values, strict=True):
            values[row] = value
        faults += [(rows[n], findings) for n, findings in part.faults]
    return Column(values, sorted(faults, key=lambda fault: fault[0]))


def read_coded(
    cells: Coded[Cell], places: Sequence[Place], read: Callable[[list[Cell], Sequence[Place]], Column]
) -> Column:
    """Read the values of a coded column as a column of their own, once for each place, where places matter at all."""
    import numpy as np

    here = set(distinct(places))
    if len(here) <= 1:
        part = read(cells.values, list(here) * len(cells.values))
        return Column(Coded(list(part.values), cells.codes), list(_faults(part, cells)))
    array = np.empty(len(cells.values), object)
    array[:] = cells.values
    values: list[Value] = []
    codes = np.empty(len(cells), np.int32)
    faults: list[tuple[int, tuple[Finding, ...]]] = []
    for place, rows in rows_by_value(places).items():
        some = code(array, cells.codes[rows])
        part = read(some.values, [place] * len(some.values))
        codes[rows] = some.codes + len(values)
        values += part.values
        faults += [(rows[n], findings) for n, findings in _faults(part, some)]
    return Column(Coded(values, codes), sorted(faults, key=lambda fault: fault[0]))


def _faults(part: Column, cells: Coded[Cell]) -> Iterator[tuple[int, tuple[Finding, ...]]]:
    """Yield the faults of a column whose values were read as rows."""
    found = dict(part.faults)
    if found:
        rows = cells.rows(found)
        yield from zip(rows, map(found.__getitem__, cells.codes[rows].tolist()), strict=True)
