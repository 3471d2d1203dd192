"""Look-up: which customers a sheet's rows may be. In sets, on indexed keys; never row by row.

Blanks and placeholders have no key (`core.duplicates`), and so resemble nobody. A person of whom somebody said "not
the same" is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from core.checked import Checked, Duplicate, Value
from core.database import schema
from core.database.backends import LOOK_UP_SIZE, Backend, in_parts
from core.database.keys import KeyColumns, checked_keys, person, sought_keys
from core.database.records import Customer, read_customers
from core.duplicates import explain
from core.duplicates.buyers import judge_buyers


def distinct(column: Sequence[str | None]) -> list[str]:
    """Return the keys of a column, each once, in the order of an index."""
    return sorted(filter(None, set(column)))


def find_by_keys(
    connection: Connection,
    backend: Backend,
    columns: KeyColumns,
    shop: int | None,
    asked: Mapping[str, Sequence[str]] | None = None,
) -> dict[int, set[int]]:
    """Return the customers who share a key with a row: index of the row → their numbers.

    `asked` are the `distinct` keys of the columns, where they are known already.
    """
    found: dict[int, set[int]] = defaultdict(set)
    backend.prepare_look_up(connection)
    for name, column in columns.items():
        owners: dict[str | None, list[int]] = defaultdict(list)
        for part in in_parts(asked[name] if asked else distinct(column), LOOK_UP_SIZE):
            for key, customer in backend.find(connection, name, part, shop):
                owners[key].append(customer)
        for index in (i for i, key in enumerate(column) if owners and key in owners):
            found[index].update(owners[column[index]])
    return _in_shop(connection, backend, found, shop)


def _in_shop(
    connection: Connection, backend: Backend, found: dict[int, set[int]], shop: int | None
) -> dict[int, set[int]]:
    """Leave out the customers of other shops, and the rows that only those have keys in common with."""
    numbers = {c for owners in found.values() for c in owners}
    kept = set(backend.in_shop(connection, numbers, shop)) if numbers else numbers
    if len(kept) == len(numbers):
        return found
    return {index: owners & kept for index, owners in found.items() if owners & kept}


def find_duplicates(connection: Connection, backend: Backend, checked: Checked, shop: int | None) -> list[Duplicate]:
    """Return the rows that may be existing customers, with the reasons, in the order of the sheet."""
    columns = checked_keys(checked)
    sought = sought_keys(columns, checked.values, checked.profile.match)
    found = find_by_keys(connection, backend, sought, shop)
    if not found:
        return []
    customers = read_customers(connection, {c for numbers in found.values() for c in numbers})
    return judge(checked, found, customers, refused_pairs(connection, columns, found, shop))


def judge(
    checked: Checked,
    found: Mapping[int, set[int]],
    customers: Mapping[int, Customer],
    told_apart: set[tuple[int, int]],
) -> list[Duplicate]:
    """Return the rows that may be one of the customers found for them, with the reasons, in the order of the sheet.

    `told_apart` are the pairs of an index and a customer of whom somebody said "not the same person".
    """
    duplicates: list[Duplicate] = []
    for index in sorted(found):
        values = row_values(checked.values, index)
        for number in sorted(found[index] & customers.keys()):  # one may be gone since
            verdict = explain(values, customers[number].values)
            if checked.profile.buyer:
                verdict = judge_buyers(verdict, values, customers[number].values, checked.profile.match)
            if verdict and (index, number) not in told_apart:
                likeness, reasons, score = verdict
                duplicates.append(Duplicate(checked.table.rows[index], likeness, reasons, customer=number, score=score))
    return duplicates


def row_values(values: Mapping[str, Sequence[Value]], index: int) -> dict[str, Value]:
    """Return one row's values, blanks included."""
    return {key: column[index] for key, column in values.items()}


def person_of(columns: KeyColumns, index: int) -> str:
    """Return the hash of a row's search keys."""
    return person({name: column[index] for name, column in columns.items()})


def refused_pairs(
    connection: Connection, columns: KeyColumns, found: Mapping[int, set[int]], shop: int | None
) -> set[tuple[int, int]]:
    """Return the (row, customer) pairs of whom somebody said "not the same person"."""
    t = schema.decisions
    query = select(t.c.person, t.c.customer_id)
    if shop is not None:
        query = query.where(t.c.shop_id == shop)
    if connection.execute(query.limit(1)).first() is None:
        return set()
    told: dict[str, set[int]] = defaultdict(set)
    people = {index: person_of(columns, index) for index in found}
    for part in in_parts(sorted(set(people.values())), LOOK_UP_SIZE):
        for name, customer in connection.execute(query.where(t.c.person.in_(part))):
            told[name].add(customer)
    return {(index, customer) for index, name in people.items() for customer in told[name]}


def remember_different(
    connection: Connection, pairs: Sequence[tuple[str, int]], shop: int, user: str, now: datetime
) -> None:
    """Keep that these persons (hashes of search keys) are not these customers."""
    t = schema.decisions
    wanted = sorted(set(pairs))
    known = {
        tuple(row)
        for part in in_parts(sorted({p for p, _ in wanted}), LOOK_UP_SIZE)
        for row in connection.execute(
            select(t.c.person, t.c.customer_id).where(t.c.shop_id == shop, t.c.person.in_(part))
        )
    }
    new = [{"person": p, "customer_id": c} for p, c in wanted if (p, c) not in known]
    if new:
        connection.execute(t.insert().values(shop_id=shop, user=user, decided_at=now), new)
