"""Digests: one hash per table, to prove that a database is what it was."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, select

from core.database.schema import metadata


def digest_tables(connection: Connection) -> dict[str, str]:
    """Return table → SHA-256 of all its rows in the order of the primary key, the same on every database."""
    found: dict[str, str] = {}
    for table in metadata.sorted_tables:
        total = hashlib.sha256()
        query = select(*sorted(table.c, key=lambda c: c.name)).order_by(*table.primary_key)
        for row in connection.execute(query.execution_options(yield_per=1000)):
            total.update(repr(tuple(str(v) if v is not None else None for v in row)).encode("utf-8", "replace"))
        found[table.name] = total.hexdigest()
    return found
