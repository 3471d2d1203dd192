"""Customers: their numbers, and writing many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from core.database import schema
from core.database.backends import Backend
from core.database.keys import KEY_COLUMNS
from core.database.records import Customer, columns_of, own_fields
from core.fields import OWN_PREFIX


def next_number(connection: Connection) -> int:
    """Return the next customer's number; one that was ever given is not given again."""
    given = connection.execute(select(schema.counters.c.value).where(schema.counters.c.name == "customers")).scalar()
    highest = connection.execute(select(func.max(schema.customers.c.id))).scalar()
    return max(given or 0, highest or 0) + 1


def count_numbers(connection: Connection, last: int) -> None:
    """Keep the last number given."""
    t = schema.counters
    connection.execute(t.update().where(t.c.name == "customers").values(value=last))


def insert_customers(
    connection: Connection,
    backend: Backend,
    customers: Sequence[Customer],
    keys: Mapping[int, Mapping[str, str | None]],
) -> None:
    """Insert customers in bulk, with only the columns that any of them fills; `keys` are their search keys."""
    filled: set[str] = set().union(*(c.values for c in customers))
    fields = [key for key in sorted(filled) if not key.startswith(OWN_PREFIX)]
    columns: dict[str, list[Any]] = {"id": [c.number for c in customers]}
    columns |= {name: [c.kept[name] for c in customers] for name in customers[0].kept}
    columns |= {name: [keys[c.number].get(name) for c in customers] for name in KEY_COLUMNS}
    if len(fields) < len(filled):
        columns["extra"] = [own_fields(c.values) for c in customers]
    columns |= {name: [c.values.get(name) for c in customers] for name in fields}
    backend.insert(connection, "customers", columns)


def insert_rows(connection: Connection, backend: Backend, columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert customers given by column, fields and search keys and all; of the fields those that any of them fills."""
    own = {key: column for key, column in columns.items() if key.startswith(OWN_PREFIX)}
    written = {key: column for key, column in columns.items() if key not in own and any(v is not None for v in column)}
    if own:
        rows = (dict(zip(own, cells, strict=True)) for cells in zip(*own.values(), strict=True))
        written["extra"] = [own_fields(row) for row in rows]
    backend.insert(connection, "customers", written)


def update_customers(connection: Connection, backend: Backend, pairs: Sequence[tuple[Customer, Customer]]) -> None:
    """Update customers in bulk: one statement with every column in which any of them differs.

    Account numbers are given up before they are taken: two customers may have exchanged theirs.
    """
    states = [(columns_of(old), columns_of(new)) for old, new in pairs]
    freed = [(None, new["id"]) for old, new in states if old["account_key"] not in (None, new["account_key"])]
    if freed:
        backend.update(connection, "customers", ["account_key"], freed)
    names = sorted({name for old, new in states for name in new if new[name] != old[name]})
    if names:
        rows = [(*(new[name] for name in names), new["id"]) for _, new in states]
        backend.update(connection, "customers", names, rows)
