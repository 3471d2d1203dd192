"""Coded columns: the cells of a large sheet as the numbers of its distinct values, as its reader finds them.

What is true of a value is found out once and put in the rows by arrays; no cell is looked up, and none becomes an
object of its own before somebody asks for it. To whoever does not care, a coded column is a sequence like a list.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from itertools import accumulate, chain, compress
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Value = TypeVar("Value")
Made = TypeVar("Made")
Key = TypeVar("Key", bound=Hashable)
_SPARSE = 16
"""Possible numbers for one that is there, from which sorting those beats a table of all: a sheet of 16,000 columns."""


class Coded(Sequence[Value]):
    """A column whose row r holds `values[codes[r]]`.

    Each of the values is in a row at least; two of them may be equal where the sheet writes a value in two ways.
    """

    __slots__ = ("_cells", "_folded", "codes", "repeated", "values")

    def __init__(self, values: list[Value], codes: NDArray[np.int32]) -> None:
        self.values, self.codes = values, codes
        self._cells: list[Value] | None = None
        self._folded: Coded[str | None] | None = None
        self.repeated: list[int] | None = None  # the rows whose value comes again, once somebody has looked for them

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, at: int) -> Value: ...

    @overload
    def __getitem__(self, at: slice) -> list[Value]: ...

    def __getitem__(self, at: int | slice) -> Value | list[Value]:
        if self._cells is not None or isinstance(at, slice):
            return self.cells[at]
        number: int = self.codes[at]
        return self.values[number]

    def __iter__(self) -> Iterator[Value]:
        return iter(self.cells)

    def __contains__(self, value: object) -> bool:
        return value in self.values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, list | Coded) and self.cells == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self.cells)

    @property
    def cells(self) -> list[Value]:
        """The cells row by row, made when first asked for."""
        if self._cells is None:
            import numpy as np

            array = np.empty(len(self.values), object)
            array[:] = self.values
            self._cells = cast("list[Value]", array[self.codes].tolist())
        return self._cells

    def seen(self, rule: Callable[[Value], Made]) -> Coded[Made]:
        """Return the column with each value seen through a rule."""
        return Coded(list(map(rule, self.values)), self.codes)

    def rows(self, numbers: Collection[int]) -> list[int]:
        """Return the rows of the values that have these numbers, in order."""
        import numpy as np

        there = np.zeros(len(self.values), np.bool_)
        there[list(numbers)] = True
        return np.flatnonzero(there[self.codes]).tolist()

    def folded(self) -> Coded[str | None]:
        """Return what the column says but for its capitals, None where it is blank; made once."""
        if self._folded is None:
            values = folded(self.values)
            self._folded = cast("Coded[Any]", self) if values is self.values else Coded(list(values), self.codes)
        return self._folded


def code(values: NDArray[np.object_], codes: NDArray[np.int32]) -> Coded[Any]:
    """Return the column whose cells have these numbers among the values, most of which are those of other columns."""
    used, places = compact(codes, len(values))
    return Coded(values[used].tolist(), places)


def compact(numbers: NDArray[np.integer[Any]], top: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the distinct ones of numbers from 0 to below `top`, in order, and which of these each is."""
    import numpy as np

    if top > _SPARSE * len(numbers):
        used, sorted_places = np.unique(numbers, return_inverse=True)
        return used, sorted_places.astype(np.int32)
    there = np.zeros(top, np.bool_)
    there[numbers] = True
    used = np.flatnonzero(there)
    places = np.empty(top, np.int32)
    places[used] = np.arange(len(used), dtype=np.int32)
    return used, places[numbers]


def distinct(column: Sequence[Key]) -> Collection[Key]:
    """Return the values of a column, hardly ever one of them twice."""
    return column.values if isinstance(column, Coded) else set(column)


def spread(column: Sequence[Key], rule: Callable[[Key], Made]) -> Sequence[Made]:
    """Return a column seen through a rule, which looks at each distinct value once."""
    if isinstance(column, Coded):
        return column.seen(rule)
    known = {value: rule(value) for value in set(column)}
    return list(map(known.__getitem__, column))


def rows_of(column: Sequence[Key], wanted: Collection[Key]) -> list[int]:
    """Return the rows that hold one of the wanted values, in order."""
    if not wanted:
        return []
    if isinstance(column, Coded):
        return column.rows([n for n, value in enumerate(column.values) if value in wanted])
    return list(compress(range(len(column)), map(wanted.__contains__, column)))


def rows_by_value(column: Sequence[Key]) -> dict[Key, list[int]]:
    """Return the rows of each value, in order; the values in the order in which they are met."""
    numbers: dict[Key, list[int]] = {}
    for number, value in enumerate(column.values if isinstance(column, Coded) else column):
        numbers.setdefault(value, []).append(number)
    return {v: column.rows(own) for v, own in numbers.items()} if isinstance(column, Coded) else numbers


def folded(column: Sequence[Any]) -> Sequence[str | None]:
    """Return what a column says but for its capitals; None where it is blank. A column without any is returned."""
    if isinstance(column, Coded):
        return column.folded()
    kinds = set(map(type, column))
    if kinds <= {str, type(None)}:
        whole = "".join(filter(None, column))
        if whole.casefold() == whole:
            return column
        if kinds == {str}:
            return list(map(str.casefold, column))
    return [None if value is None else str(value).casefold() for value in column]


def together(*columns: Sequence[Any]) -> Sequence[tuple[Any, ...]]:
    """Return what stands beside each other in columns, row by row."""
    if not all(isinstance(column, Coded) for column in columns):
        return list(zip(*columns, strict=True))
    import numpy as np

    coded = cast("tuple[Coded[Any], ...]", columns)
    sizes = tuple(len(column.values) for column in coded)
    used, places = compact(np.ravel_multi_index(tuple(column.codes for column in coded), sizes), math.prod(sizes))
    parts = zip(coded, np.unravel_index(used, sizes), strict=True)
    values = zip(*([column.values[n] for n in own.tolist()] for column, own in parts), strict=True)
    return Coded(list(values), places)


def chained(columns: Sequence[Sequence[Any]]) -> Sequence[Any]:
    """Return columns one under the other."""
    if not columns or not all(isinstance(column, Coded) for column in columns):
        return list(chain.from_iterable(columns))
    import numpy as np

    coded = cast("list[Coded[Any]]", columns)
    starts = accumulate((len(column.values) for column in coded), initial=0)
    codes = np.concatenate([column.codes + start for column, start in zip(coded, starts, strict=False)])
    return Coded(list(chain.from_iterable(column.values for column in coded)), codes)
