"""Back ends: the few statements worth writing differently for each database. SQLite is here, and the choice.

Every method works on the driver's own cursor inside the caller's transaction, in sets, never row by row.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import Connection

from core.coded import spread

PER_SHOP = ("account_key", "identity")
"""The keys whose index begins with the shop."""

ALL_SHOPS = "shop_id IN (SELECT id FROM shops)"
STORABLE = {str, int, bool, type(None)}
T = TypeVar("T")
Row = tuple[Any, ...]
Columns = Mapping[str, Sequence[Any]]
"""Rows by column: name → values, all of one length."""

LOOK_UP_SIZE = 10_000
"""Keys per look-up: 100,000 rows on four keys take 40 round trips."""


def in_parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Cut a sequence into parts of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


class Backend(ABC):
    """What each database does in its own words. `is_server`: it works in a process of its own, beside this one."""

    is_server = True

    @abstractmethod
    def lock(self, connection: Connection) -> None:
        """Let one push at a time be between its look-up and its commit, until the transaction ends."""

    @abstractmethod
    def lock_migration(self, connection: Connection) -> None:
        """Let one program at a time change the schema, until the transaction ends or `unlock_migration`."""

    def unlock_migration(self, connection: Connection) -> None:  # noqa: B027 - most locks end with the transaction
        """Let the next program in, once the migration is committed."""

    @abstractmethod
    def insert(self, connection: Connection, table: str, columns: Columns) -> None:
        """Insert rows in bulk, given by column."""

    @abstractmethod
    def update(self, connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Update rows in bulk: a row holds the values of `columns`, then the id."""

    def prepare_look_up(self, connection: Connection) -> None:  # noqa: B027 - most have nothing to prepare
        """Make ready for `find`, until the transaction ends."""

    @abstractmethod
    def find(self, connection: Connection, column: str, keys: Sequence[str], shop: int | None) -> list[tuple[str, int]]:
        """Return (key, customer) for the customers who have one of these keys, in one shop or (None) in all.

        Those of other shops may be among them: `in_shop` then leaves them out.
        """

    def in_shop(self, connection: Connection, numbers: Collection[int], shop: int | None) -> Collection[int]:
        """Return those of the customers found who are of one shop, or (None) of any."""
        return numbers

    def run(self, connection: Connection, sql: str, values: Any = None) -> list[Row]:
        """Run one statement on the driver's cursor and return its rows."""
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(sql, *(() if values is None else (values,)))
            return list(cursor.fetchall()) if cursor.description else []


class SQLite(Backend):
    """The embedded database: round trips cost nothing, one writer at a time is its nature."""

    is_server = False

    def lock(self, connection: Connection) -> None:
        """Nothing to do: BEGIN IMMEDIATE has locked the file."""

    def lock_migration(self, connection: Connection) -> None:
        """Nothing to do: BEGIN IMMEDIATE has locked the file."""

    def insert(self, connection: Connection, table: str, columns: Columns) -> None:
        """Insert through the driver's executemany."""
        marks = ", ".join("?" * len(columns))
        sql = f"INSERT INTO {table} ({quoted(columns)}) VALUES ({marks})"  # noqa: S608 - our own names
        with closing(connection.connection.cursor()) as cursor:
            cursor.executemany(sql, list(zip(*map(_storable, columns.values()), strict=True)))

    def update(self, connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Update through the driver's executemany."""
        sets = ", ".join(f'"{c}" = ?' for c in columns)
        with closing(connection.connection.cursor()) as cursor:
            cursor.executemany(
                f"UPDATE {table} SET {sets} WHERE id = ?",  # noqa: S608 - our own names
                list(zip(*map(_storable, zip(*rows, strict=True)), strict=True)),
            )

    def find(self, connection: Connection, column: str, keys: Sequence[str], shop: int | None) -> list[tuple[str, int]]:
        """Join the index with the keys, given as one JSON list; SQLite has no arrays."""
        own = "+" if column not in PER_SHOP else ""  # "+" keeps SQLite from walking through the whole shop instead
        where = f"{own}c.{ALL_SHOPS if shop is None else 'shop_id = ?'}"
        sql = f'SELECT k.value, c.id FROM json_each(?) k CROSS JOIN customers c ON c."{column}" = k.value AND {where}'  # noqa: S608
        values = [json.dumps(keys), *([] if shop is None else [shop])]
        return [(key, number) for key, number in self.run(connection, sql, values)]


def _storable(column: Sequence[Any]) -> Sequence[Any]:
    """Write a column that holds something SQLite has no type for; any other goes as it is."""
    if STORABLE.issuperset(map(type, column)):
        return column
    return spread(column, _plain)


def _plain(value: Any) -> Any:
    """Write what SQLite has no type for, as SQLAlchemy reads it back."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return value


def quoted(columns: Iterable[str], mark: str = '"') -> str:
    """Return column names for a statement; `group` is also a word of SQL."""
    return ", ".join(f"{mark}{c}{mark}" for c in columns)


def backend_of(name: str) -> Backend:
    """Return the back end of one of SQLAlchemy's dialects."""
    if name == "postgresql":
        from core.database.postgresql import PostgreSQL

        return PostgreSQL()
    if name in ("mysql", "mariadb"):
        from core.database.mariadb import MariaDB

        return MariaDB()
    return SQLite()
