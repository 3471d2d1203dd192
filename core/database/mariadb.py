"""MariaDB in its own words: one INSERT of many rows, and an upsert as the bulk update.

LOAD DATA LOCAL is faster by a little, and lets a server ask for any file of this machine: it stays off.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from sqlalchemy import Connection

from core.database.backends import ALL_SHOPS, Backend, Row, quoted

MIGRATION_WAIT = 60  # seconds


class MariaDB(Backend):
    """A server, or a Galera cluster of them."""

    def lock(self, connection: Connection) -> None:
        """Lock the counter's row; on a cluster, the second to commit a change of it is turned down and begins again."""
        self.run(connection, "SELECT value FROM counters WHERE name = 'customers' FOR UPDATE")

    def lock_migration(self, connection: Connection) -> None:
        """Take a lock by name, which ends with the session."""
        self.run(connection, "SELECT GET_LOCK('carnet', %s)", (MIGRATION_WAIT,))

    def insert(self, connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Insert many rows per statement: PyMySQL joins them up to its packet size."""
        marks = ", ".join(["%s"] * len(columns))
        sql = f"INSERT INTO {table} ({quoted(columns, '`')}) VALUES ({marks})"  # noqa: S608 - our own names
        with closing(connection.connection.cursor()) as cursor:
            cursor.executemany(sql, rows)

    def update(self, connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Update through a temporary list of values joined by id: one round trip for many rows."""
        names = ["id", *columns]
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute("DROP TEMPORARY TABLE IF EXISTS carnet_changes")
            cursor.execute(
                f"CREATE TEMPORARY TABLE carnet_changes AS SELECT {quoted(names, '`')} FROM {table} LIMIT 0"  # noqa: S608
            )
            marks = ", ".join(["%s"] * len(names))
            cursor.executemany(
                f"INSERT INTO carnet_changes ({quoted(names, '`')}) VALUES ({marks})",  # noqa: S608 - our own names
                [(row[-1], *row[:-1]) for row in rows],
            )
            sets = ", ".join(f"c.`{n}` = t.`{n}`" for n in columns)
            cursor.execute(f"UPDATE carnet_changes t JOIN {table} c ON c.id = t.id SET {sets}")  # noqa: S608
            cursor.execute("DROP TEMPORARY TABLE carnet_changes")

    def find(self, connection: Connection, column: str, keys: Sequence[str], shop: int | None) -> list[tuple[str, int]]:
        """Compare with a list, as long as a packet allows."""
        where = ALL_SHOPS if shop is None else "shop_id = %s"
        sql = f"SELECT `{column}`, id FROM customers WHERE `{column}` IN %s AND {where}"  # noqa: S608 - our own names
        values = (tuple(keys), *(() if shop is None else (shop,)))
        return [(key, number) for key, number in self.run(connection, sql, values)]
