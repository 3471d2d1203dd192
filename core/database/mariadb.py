"""MariaDB in its own words: LOAD DATA of what is in memory, one INSERT of many rows, and a join as the bulk update.

LOAD DATA LOCAL has the server name the file that it wants: a hostile one could name any. So the driver's own reading
of files stays off, and what goes out is always the rows under way, whatever was asked for.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from contextlib import closing
from typing import Any

from pymysql.constants.COMMAND import COM_QUERY
from pymysql.constants.CR import CR_MALFORMED_PACKET
from pymysql.constants.ER import DUP_ENTRY, WARN_DATA_TRUNCATED
from pymysql.err import DataError, IntegrityError, OperationalError
from pymysql.protocol import OKPacketWrapper
from sqlalchemy import Connection

from core.coded import spread
from core.database.backends import ALL_SHOPS, LOOK_UP_SIZE, PER_SHOP, Backend, Columns, Row, in_parts, quoted
from core.database.lines import write_lines

PACKET = 1 << 20  # bytes
MIGRATION_WAIT = 60  # seconds
READS_LISTS = (10, 6)
"""The first version of MariaDB that has JSON_TABLE."""

LISTED_KEY = "value VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin PATH '$'"
INSERT_SIZE = 1_000
"""Rows per statement: about half a megabyte, far below any server's max_allowed_packet."""


class MariaDB(Backend):
    """A server, or a Galera cluster of them."""

    def __init__(self) -> None:
        self._loads: bool | None = None
        self._reads_lists: bool | None = None

    def lock(self, connection: Connection) -> None:
        """Lock the counter's row; on a cluster, the second to commit a change of it is turned down and begins again."""
        self.run(connection, "SELECT value FROM counters WHERE name = 'customers' FOR UPDATE")

    def lock_migration(self, connection: Connection) -> None:
        """Take a lock by name; after a failure, it ends with the session."""
        self.run(connection, "SELECT GET_LOCK('carnet', %s)", (MIGRATION_WAIT,))

    def unlock_migration(self, connection: Connection) -> None:
        """Give the lock back."""
        self.run(connection, "SELECT RELEASE_LOCK('carnet')")

    def insert(self, connection: Connection, table: str, columns: Columns) -> None:
        """Load rows in bulk where the server allows it, else insert them with few statements."""
        if self._loads is None:
            self._loads = bool(self.run(connection, "SELECT @@local_infile")[0][0])
        if self._loads:
            _load(connection.connection.driver_connection, table, columns)
        else:
            self._insert(connection, table, columns)

    def _insert(self, connection: Connection, table: str, columns: Columns) -> None:
        """Insert a thousand rows per statement, written by column: several times faster than one row after another."""
        written = [_literals(column) for column in columns.values()]
        form = "(" + ",".join(mark for mark, _ in written) + ")"
        lines = [form % row for row in zip(*(cells for _, cells in written), strict=True)]
        with closing(connection.connection.cursor()) as cursor:
            for part in in_parts(lines, INSERT_SIZE):
                cursor.execute(f"INSERT INTO {table} ({quoted(columns, '`')}) VALUES {','.join(part)}")  # noqa: S608

    def update(self, connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Update through a temporary list of values joined by id: one round trip for many rows."""
        names = ["id", *columns]
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute("DROP TEMPORARY TABLE IF EXISTS carnet_changes")
            cursor.execute(
                f"CREATE TEMPORARY TABLE carnet_changes AS SELECT {quoted(names, '`')} FROM {table} LIMIT 0"  # noqa: S608
            )
            *changed, ids = zip(*rows, strict=True)
            self.insert(connection, "carnet_changes", dict(zip(names, [ids, *changed], strict=True)))
            sets = ", ".join(f"c.`{n}` = t.`{n}`" for n in columns)
            cursor.execute(f"UPDATE carnet_changes t JOIN {table} c ON c.id = t.id SET {sets}")  # noqa: S608
            cursor.execute("DROP TEMPORARY TABLE carnet_changes")

    def find(self, connection: Connection, column: str, keys: Sequence[str], shop: int | None) -> list[tuple[str, int]]:
        """Join the index with the keys, given as one JSON list: the server reads a list of literals half as fast.

        Where the index does not begin with the shop, it alone is read: a page of the table for each customer found, key
        after key, was half of what the server read from its disk.
        """
        where = f" AND c.{ALL_SHOPS if shop is None else f'shop_id = {shop}'}" if column in PER_SHOP else ""
        hint = f"FORCE INDEX (customers_{column})"  # without it the whole table is walked through
        if self._lists(connection):
            listed = _escaped(json.dumps(keys, ensure_ascii=False))
            sql = (
                f"SELECT k.value, c.id FROM JSON_TABLE('{listed}', '$[*]' COLUMNS ({LISTED_KEY})) k "  # noqa: S608
                f"STRAIGHT_JOIN customers c {hint} ON c.`{column}` = k.value{where}"
            )
        else:
            form, cells = _literals(keys)
            listed = ",".join([form % cell for cell in cells])
            sql = f"SELECT `{column}`, id FROM customers c {hint} WHERE `{column}` IN ({listed}){where}"  # noqa: S608
        return [(key, number) for key, number in self.run(connection, sql)]

    def in_shop(self, connection: Connection, numbers: Collection[int], shop: int | None) -> Collection[int]:
        """Ask for all of them by number; "+ 0" keeps the server from walking through the whole shop instead."""
        if shop is None:
            return numbers
        kept: list[int] = []
        for part in in_parts(sorted(numbers), LOOK_UP_SIZE):
            sql = f"SELECT id FROM customers WHERE id IN ({','.join(map(str, part))}) AND shop_id + 0 = {shop}"  # noqa: S608
            kept += [number for (number,) in self.run(connection, sql)]
        return kept

    def _lists(self, connection: Connection) -> bool:
        """Say whether the server reads JSON lists."""
        if self._reads_lists is None:
            self._reads_lists = (connection.dialect.server_version_info or ()) >= READS_LISTS
        return self._reads_lists


def _load(raw: Any, table: str, columns: Columns) -> None:
    """Send rows as the file that LOAD DATA LOCAL asks for.

    With LOCAL the server leaves out a row whose key is taken instead of failing; so the rows taken are counted.
    """
    sql = f"LOAD DATA LOCAL INFILE 'carnet' INTO TABLE {table} CHARACTER SET utf8mb4 ({quoted(columns, '`')})"
    raw._execute_command(COM_QUERY, sql)
    if not raw._read_packet().is_load_local_packet():
        raise OperationalError(CR_MALFORMED_PACKET, "LOAD DATA was not answered as it should be")
    for lines in write_lines(columns):
        for part in in_parts(lines, PACKET):
            raw.write_packet(part)
    raw.write_packet(b"")
    done = OKPacketWrapper(raw._read_packet())
    if done.affected_rows != len(next(iter(columns.values()))):
        raise IntegrityError(DUP_ENTRY, "a key was taken")
    if done.warning_count:
        raise DataError(WARN_DATA_TRUNCATED, "a value was altered")


def _literals(column: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    """Write one column's values for a statement: the form of a cell, and what goes into it."""
    kinds = set(map(type, column))
    if kinds == {int}:
        return "%s", column
    if kinds == {str}:
        whole = "".join(column)
        odd = "'" in whole or "\\" in whole
        return "'%s'", [_escaped(value) for value in column] if odd else column
    return "%s", spread(column, _literal)


def _escaped(value: str) -> str:
    """Escape a text for single quotes, as PyMySQL does for every parameter: in utf8mb4, with backslash escapes on.

    Both hold because the session says so (`core.database.connection`); NUL never comes here.
    """
    return value.replace("\\", "\\\\").replace("'", "\\'")


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool | int):
        return str(int(value))
    return f"'{_escaped(str(value))}'"
