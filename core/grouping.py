"""Rows that share a key. Cost grows with the rows: a hash of each, and a sort of the hashes. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import compress
from typing import TYPE_CHECKING, Any, TypeVar, cast

from core.coded import Coded

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Key = TypeVar("Key", bound=Hashable)
MANY = 20_000
"""Rows from which sorting hashes beats counting keys, whose memory jumps about: three times at 100,000."""


def groups(
    keys: Sequence[Key | None] | NDArray[np.int64], nothing: Callable[[Key], bool] | None = None
) -> Iterator[list[int]]:
    """Yield the rows of each key that occurs more than once, in the order of their first rows.

    None, "" and 0 are no keys, nor is what `nothing` says to be none. Keys are a list, a tuple, a coded column or an
    array of numbers.
    """
    found: dict[Any, list[int]] = {}
    for row, key in zip(*_repeated(keys), strict=True):
        found.setdefault(key, []).append(row)
    for key, members in found.items():
        if key and len(members) > 1 and (nothing is None or not nothing(key)):
            yield members


def _repeated(keys: Sequence[Key | None] | NDArray[np.int64]) -> tuple[list[int], list[Any]]:
    """Return the rows whose key occurs more than once, in order, and their keys; a few others may be among them."""
    if isinstance(keys, Coded):
        if keys.repeated is None:
            keys.repeated = _by_numbers(_hashes(keys.values)[keys.codes], _blanks())
        rows = keys.repeated
        return rows, list(map(keys.values.__getitem__, keys.codes[rows].tolist()))
    if not isinstance(keys, list | tuple):
        numbers = cast("NDArray[np.int64]", keys)
        rows = _by_numbers(numbers, [0])
        return rows, numbers[rows].tolist()
    if len(keys) >= MANY:
        rows = _by_numbers(_hashes(keys), _blanks())
    else:
        counts = Counter(keys)
        several = {key for key, count in counts.items() if count > 1} if len(counts) < len(keys) else ()
        rows = list(compress(range(len(keys)), map(several.__contains__, keys))) if several else []
    return rows, [keys[row] for row in rows]


def _hashes(keys: Sequence[Key | None]) -> NDArray[np.int64]:
    import numpy as np

    return np.fromiter(map(hash, keys), np.int64, len(keys))


def _blanks() -> list[int]:
    """Return what stands for no key: it is in half of the rows at times."""
    return [hash(None), hash("")]


def _by_numbers(numbers: NDArray[np.int64], blanks: list[int]) -> list[int]:
    """Return the rows whose number occurs more than once, in order, but for the blank ones."""
    import numpy as np

    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    same = ordered[1:] == ordered[:-1]
    for blank in blanks:
        same &= ordered[1:] != blank
    several = np.zeros(len(numbers), np.bool_)
    several[1:] = same
    several[:-1] |= same
    rows: list[int] = np.sort(order[several]).tolist()
    return rows
