"""Preparing: the rows of one batch, made ready as far as the database need not be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from core.database.keys import KeyColumns
from core.database.lookup import distinct
from core.database.sheets import Sheet, some, write_texts
from core.pushing.creations import Creations

IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a sheet: `indexes` are theirs in the sheet, and a place counts them from 0.

    `creations` is what they write as they stand; `texts` are the rows as JSON, `after` what they write as JSON.
    `identities` name each row. `keys` are the search keys of the customers that they make, `sought` those that they are
    looked up by, identities among both.
    """

    indexes: Sequence[int]
    creations: Creations
    texts: Sequence[str]
    after: Sequence[str]
    identities: Sequence[str]
    keys: KeyColumns
    sought: KeyColumns


@dataclass(frozen=True, slots=True)
class Prepared(Rows):
    """Rows to be planned together: `asked` are the keys that they are looked up by, each once.

    `shared` are the keys that several of them have and any is looked up by, `sharing` the places of these rows.
    """

    asked: Mapping[str, Sequence[str]]
    shared: Collection[tuple[str, str]]
    sharing: Collection[int]


def read_rows(sheet: Sheet, indexes: Sequence[int]) -> Rows:
    """Return some rows of a sheet."""
    columns = sheet.some_columns(indexes)
    creations = Creations.of(columns)
    texts, after = write_texts(columns, len(indexes), creations.columns, creations.unproved)
    identities = sheet.identities(indexes, texts)
    keys, sought = sheet.keys(indexes)
    named = {IDENTITY: identities}
    return Rows(indexes, creations, texts, after, identities, {**keys, **named}, {**sought, **named})


def prepare(sheet: Sheet, indexes: Sequence[int]) -> Prepared:
    """Make some rows of a sheet ready to be planned together."""
    return _prepared(read_rows(sheet, indexes))


def narrow(rows: Rows, places: Sequence[int]) -> Prepared:
    """Make some of these rows ready to be planned together, none of which is written as it stands."""
    texts, after, identities = (some(one, places) for one in (rows.texts, rows.after, rows.identities))
    keys, sought = ({n: some(c, places) for n, c in columns.items()} for columns in (rows.keys, rows.sought))
    return _prepared(Rows(some(rows.indexes, places), Creations(), texts, after, identities, keys, sought))


def _prepared(rows: Rows) -> Prepared:
    keys, sought = rows.keys, rows.sought
    shared = {name: several for name, column in sought.items() if (several := _repeated(keys[name], column))}
    return Prepared(
        rows.indexes,
        rows.creations,
        rows.texts,
        rows.after,
        rows.identities,
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


class Preparing:
    """Parts of a sheet, made ready one after the other, each when it is asked for or when `begin_next` says so.

    While a server writes a batch this process is idle, and makes the next one ready. With an embedded database, which
    works in this process, the two would only be in each other's way (`apart` is False).
    """

    def __init__(self, sheet: Sheet, parts: Iterable[Sequence[int]], *, apart: bool) -> None:
        self._sheet = sheet
        self._parts = iter(parts)
        self._pool = ThreadPoolExecutor(1) if apart else None
        self._begun: Future[Prepared] | None = None

    def begin_next(self) -> None:
        """Begin with the next part, if there is one and it is not begun yet."""
        if self._pool is not None and self._begun is None and (part := next(self._parts, None)) is not None:
            self._begun = self._pool.submit(prepare, self._sheet, part)

    def __iter__(self) -> Iterator[Prepared]:
        try:
            while True:
                made, self._begun = self._begun, None
                if made is not None:
                    yield made.result()
                elif (part := next(self._parts, None)) is not None:
                    yield prepare(self._sheet, part)
                else:
                    return
        finally:
            if self._pool is not None:
                self._pool.shutdown()
