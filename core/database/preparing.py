"""Preparing: the rows of one batch, made ready as far as the database need not be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from core.database.keys import KeyColumns
from core.database.lookup import distinct
from core.database.sheets import Sheet, write_both_texts
from core.pushing.creations import Creations

IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class Prepared:
    """Some rows of a sheet: `indexes` are theirs in the sheet, and a place counts them from 0.

    `creations` is what they write as they stand; `texts` are the rows as JSON, `after` what they write as JSON.
    `identities` name each row. `keys` are the search keys of the customers that they make, `sought` those that they are
    looked up by, identities among both, and `asked` the latter, each once. `shared` are the keys that several of the
    rows have and any is looked up by, `sharing` the places of these rows.
    """

    indexes: Sequence[int]
    creations: Creations
    texts: Sequence[str]
    after: Sequence[str]
    identities: Sequence[str]
    keys: KeyColumns
    sought: KeyColumns
    asked: Mapping[str, Sequence[str]]
    shared: Collection[tuple[str, str]]
    sharing: Collection[int]


def prepare(sheet: Sheet, indexes: Sequence[int]) -> Prepared:
    """Make some rows of a sheet ready."""
    columns = sheet.some_columns(indexes)
    creations = Creations.of(columns)
    texts, after = write_both_texts(columns, creations.columns, creations.unproved)
    identities = sheet.identities(indexes, texts)
    own, looked_up = sheet.keys(indexes)
    keys: KeyColumns = {**own, IDENTITY: identities}
    sought: KeyColumns = {**looked_up, IDENTITY: identities}
    shared = {name: several for name, column in sought.items() if (several := _repeated(keys[name], column))}
    return Prepared(
        indexes,
        creations,
        texts,
        after,
        identities,
        keys,
        sought,
        asked={name: distinct(column) for name, column in sought.items()},
        shared={(name, key) for name, several in shared.items() for key in several},
        sharing={at for name, several in shared.items() for at, key in enumerate(keys[name]) if key in several},
    )


def _repeated(keys: Sequence[str | None], sought: Sequence[str | None]) -> set[str]:
    """Return the keys that stand more than once in a column, and that any row is looked up by."""
    if len(set(keys)) == len(keys):
        return set()
    counts = Counter(keys)
    asked = counts if sought is keys else set(sought)
    return {key for key, count in counts.items() if key and count > 1 and key in asked}


def ahead(make: Callable[[Sequence[int]], Prepared], parts: Iterable[Sequence[int]]) -> Iterator[Prepared]:
    """Yield every part made ready; while one is worked on, the next is made.

    For a database that is a server: this process is idle while that works. An embedded one works in this process, and
    would wait for its turn at every row.
    """
    with ThreadPoolExecutor(1) as pool:
        made: Future[Prepared] | None = None
        for part in parts:
            following = pool.submit(make, part)
            if made is not None:
                yield made.result()
            made = following
        if made is not None:
            yield made.result()
