"""PostgreSQL in its own words: COPY, arrays."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from sqlalchemy import Connection

from core.database.backends import ALL_SHOPS, PER_SHOP, Backend, Columns, Row, quoted
from core.database.keys import KEY_COLUMNS, SEPARATOR
from core.database.lines import write_lines

MIGRATION_LOCK = 0x6361726E6574  # "carnet": no other program is likely to lock this number
STATISTICS = """
SELECT EXISTS (SELECT 1 FROM pg_stats WHERE schemaname = current_schema() AND tablename = 'customers'),
       EXISTS (SELECT 1 FROM customers)
"""


class PostgreSQL(Backend):
    """A server: few round trips, and its own bulk load."""

    def __init__(self) -> None:
        self._analysed = False

    def lock(self, connection: Connection) -> None:
        """Lock the counter's row, which every batch needs."""
        self.run(connection, "SELECT value FROM counters WHERE name = 'customers' FOR UPDATE")

    def lock_migration(self, connection: Connection) -> None:
        """Take an advisory lock until the transaction ends."""
        self.run(connection, "SELECT pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))

    def insert(self, connection: Connection, table: str, columns: Columns) -> None:
        """Insert through COPY."""
        with (
            closing(connection.connection.cursor()) as cursor,
            cursor.copy(f"COPY {table} ({quoted(columns)}) FROM STDIN") as copy,
        ):
            for lines in write_lines(columns):
                copy.write(lines)

    def update(self, connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Update through a pipelined executemany: psycopg sends them without waiting for each answer."""
        sets = ", ".join(f'"{c}" = %s' for c in columns)
        with closing(connection.connection.cursor()) as cursor:
            cursor.executemany(f"UPDATE {table} SET {sets} WHERE id = %s", rows)  # noqa: S608 - our own names

    def prepare_look_up(self, connection: Connection) -> None:
        """Have the right index used.

        A table that nobody has analysed yet (filled just now, or restored) was walked through for every list of keys.
        """
        self.run(connection, "SET LOCAL enable_seqscan = off")
        if not self._analysed:
            known, filled = self.run(connection, STATISTICS)[0]
            if filled and not known:
                self.run(connection, f"ANALYZE customers ({quoted(('shop_id', 'identity', *KEY_COLUMNS))})")
            self._analysed = filled

    def find(self, connection: Connection, column: str, keys: Sequence[str], shop: int | None) -> list[tuple[str, int]]:
        """Compare with an array: flat from one to ten million customers, and needs no right to create a table."""
        own = "shop_id" if column in PER_SHOP else "shop_id + 0"  # "+ 0" keeps it from walking through the whole shop
        where = ALL_SHOPS if shop is None else f"{own} = %s"
        sql = f'SELECT "{column}", id FROM customers WHERE "{column}" = ANY(string_to_array(%s, %s)) AND {where}'  # noqa: S608
        values = (SEPARATOR.join(keys), SEPARATOR, *(() if shop is None else (shop,)))
        return [(key, number) for key, number in self.run(connection, sql, values)]
