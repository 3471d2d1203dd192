"""Joining: attributes of rows as small numbers, equal for equal ones; 0 is a blank.

Numbers are cheaper to join and to look for than texts: in lists for a small sheet, in arrays for a large one, where
numpy is loaded anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from core.coded import Coded, compact, distinct
from core.grouping import MANY

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Codes = list[int] | NDArray[np.int64]
    """A number per row."""

Value = TypeVar("Value", bound=Hashable)
_SHIFT = 30
"""Bits of a code: a sheet has a million rows, and two columns of them."""


def numbered(column: Sequence[Value], rule: Callable[[Value], Any] = lambda value: value) -> Codes:
    """Return the codes of a column seen through a rule, each distinct value once; "" and 0 are blanks."""
    return _placed(_known(distinct(column), rule), column)


def both_numbered(
    some: Sequence[Value], others: Sequence[Value], rule: Callable[[Value], Any] = lambda value: value
) -> tuple[Codes, Codes]:
    """Do the same for two columns, an equal value having an equal code in both."""
    known = _known({*distinct(some), *distinct(others)}, rule)
    return _placed(known, some), _placed(known, others)


def _known(values: Iterable[Value], rule: Callable[[Value], Any]) -> Mapping[Value, int]:
    given = {"": 0, 0: 0}
    return {value: given.setdefault(rule(value), len(given)) for value in values}


def _placed(known: Mapping[Value, int], column: Sequence[Value]) -> Codes:
    if len(column) < MANY:
        return list(map(known.__getitem__, column))
    import numpy as np

    if isinstance(column, Coded):
        return np.fromiter(map(known.__getitem__, column.values), np.int64, len(column.values))[column.codes]
    return np.fromiter(map(known.__getitem__, column), np.int64, len(column))


def joined(some: Codes, others: Codes) -> Codes:
    """Return one code for both of each row, 0 where one is blank. Two joined ones are too large to be joined again."""
    if isinstance(some, list) or isinstance(others, list):
        return [a << _SHIFT | b if a and b else 0 for a, b in zip(some, others, strict=True)]
    import numpy as np

    return np.where((some > 0) & (others > 0), some * (others.max(initial=0) + 1) + others, 0)


def paired(some: Codes, others: Codes) -> Codes:
    """Do the same whichever of the two comes first."""
    if isinstance(some, list) or isinstance(others, list):
        return joined(list(map(min, some, others)), list(map(max, some, others)))
    import numpy as np

    return joined(np.minimum(some, others), np.maximum(some, others))


def small(codes: Codes) -> Codes:
    """Return small codes for joined ones."""
    if isinstance(codes, list):
        return numbered(codes)
    import numpy as np

    places = compact(codes, int(codes.max(initial=0)) + 1)[1].astype(np.int64)
    return np.where(codes > 0, places + 1, 0)
