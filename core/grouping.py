"""Rows that share a key. Cost grows with the rows: a hash of each, and a sort of the hashes. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import compress
from typing import TYPE_CHECKING, Any, TypeVar

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

    None, "" and 0 are no keys, nor is what `nothing` says to be none. An array of numbers is a sequence of keys too.
    """
    found: dict[Any, list[int]] = {}
    for row, key in zip(*_repeated(keys), strict=True):
        found.setdefault(key, []).append(row)
    for key, members in found.items():
        if key and len(members) > 1 and (nothing is None or not nothing(key)):
            yield members


def _repeated(keys: Sequence[Key | None] | NDArray[np.int64]) -> tuple[list[int], list[Any]]:
    """Return the rows whose key occurs more than once, in order, and their keys; a few others may be among them."""
    if len(keys) < MANY:
        counts = Counter(keys)
        if len(counts) == len(keys):
            return [], []
        several = {key for key, count in counts.items() if count > 1}
        rows = list(compress(range(len(keys)), map(several.__contains__, keys)))
        return rows, [keys[row] for row in rows]
    import numpy as np

    numbers = keys if isinstance(keys, np.ndarray) else np.fromiter(map(hash, keys), np.int64, len(keys))
    ordered = np.sort(numbers)
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    blanks = [0] if numbers is keys else [hash(None), hash("")]  # in half of the rows at times
    there = np.isin(numbers, twice[~np.isin(twice, blanks)])
    rows = np.flatnonzero(there).tolist()
    return rows, numbers[there].tolist() if numbers is keys else list(compress(keys, there.tolist()))
