"""Steps of a migration that may be done again: what an upgrade that was cut off has made already is left alone.

MariaDB keeps every CREATE and ALTER at once, whatever the transaction: a power cut in the middle of a migration leaves
half of it behind, and the next opening must be able to go on from there. SQLite and PostgreSQL take it all back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op


class Steps:
    """The tables, columns and indexes of one migration, each made unless it is there."""

    def __init__(self) -> None:
        self._found = sa.inspect(op.get_bind())

    def create_table(self, name: str, *columns: sa.schema.SchemaItem, **options: Any) -> None:
        """Create a table, with the options of `op.create_table`."""
        if not self._found.has_table(name):
            op.create_table(name, *columns, **options)

    def add_columns(self, table: str, columns: Sequence[sa.Column[Any]]) -> None:
        """Add columns to a table."""
        there = {column["name"] for column in self._found.get_columns(table)}
        for column in columns:
            if column.name not in there:
                op.add_column(table, column)

    def create_index(self, name: str, table: str, columns: list[str], *, unique: bool = False) -> None:
        """Create an index."""
        if name not in {index["name"] for index in self._found.get_indexes(table)}:
            op.create_index(name, table, columns, unique=unique)
