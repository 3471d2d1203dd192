"""Owners: the rows of a sheet that already are a customer beyond doubt, most often because they made it earlier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from core.checked import Checked, Duplicate, Likeness
from core.database.backends import Backend
from core.database.batches import Met
from core.database.foreseeing import foresee
from core.database.keys import KeyColumns, checked_keys, sought_keys
from core.database.lookup import find_by_keys, judge, refused_pairs
from core.database.preparing import IDENTITY, read_rows
from core.database.records import Customer, read_customers
from core.database.sheets import Sheet
from core.decisions import Action, Decision, read_decisions
from core.pushing.plans import Candidate, Row, Rules
from core.pushing.recognising import Own, own_customer
from core.tables import Result


def recognise(
    connection: Connection, backend: Backend, checked: Checked, shop: int
) -> tuple[list[Duplicate], dict[int, Own]]:
    """Return the rows that may be existing customers, and row → its own customer, among those found and the customers
    that the rows made themselves; or the customer who holds a key of the row, unless the user skips it; or what else a
    push would refuse the row for.

    The decisions written in the sheet count: a row sent with "Create" is known under another identity. Everybody is
    looked up once, unless some field that says who a row may be is not the system's to write: a push then asks less.
    """
    table, profile = checked.table, checked.profile
    said, _ = read_decisions(table.rows, table.results.get(Result.DECISION, [None] * len(table)))
    sheet = Sheet.of(checked, said)
    everybody = range(len(table))
    ready = read_rows(sheet, everybody)
    all_written = sheet.columns.keys() == checked.values.keys()
    keys = _without_identity(ready.keys) if all_written else checked_keys(checked)
    sought = _without_identity(ready.sought) if all_written else sought_keys(keys, checked.values, profile.match)
    found = find_by_keys(connection, backend, sought, shop)
    made = find_by_keys(connection, backend, {IDENTITY: ready.identities}, shop)
    customers = read_customers(connection, {c for some in (found, made) for numbers in some.values() for c in numbers})
    duplicates = judge(checked, found, customers, refused_pairs(connection, keys, found, shop))
    own = _own_customers(sheet, said, made, duplicates, customers)
    both = {i: found.get(i, set()) | made.get(i, set()) for i in {*found, *made}}
    met = Met(both, customers) if all_written else None
    for asks in foresee(connection, backend, sheet, ready, (said, shop), both.keys(), met):
        if asks.row not in own or not own[asks.row].taken:
            own[asks.row] = Own(asks.customer or 0, asks=asks)
    return duplicates, own


def _without_identity(columns: KeyColumns) -> KeyColumns:
    return {name: column for name, column in columns.items() if name != IDENTITY}


def _own_customers(
    sheet: Sheet,
    said: Mapping[int, Decision],
    made: Mapping[int, set[int]],
    duplicates: Sequence[Duplicate],
    customers: Mapping[int, Customer],
) -> dict[int, Own]:
    """Return the rows that are one of these customers beyond doubt, or that another one's key keeps out."""
    table, profile = sheet.checked.table, sheet.checked.profile
    alike: dict[int, dict[int, Likeness]] = defaultdict(dict)
    for duplicate in duplicates:
        if duplicate.customer is not None:
            alike[duplicate.row][duplicate.customer] = duplicate.likeness
    indexes = [i for i, row in enumerate(table.rows) if i in made or row in alike]
    rules = Rules(profile.modes[0], profile.match, profile.unique, buyers=bool(profile.buyer))
    found: dict[int, Own] = {}
    for index in indexes:
        values = sheet.values(index)
        row, itself = table.rows[index], made.get(index, set())
        candidates = [
            Candidate(n, customers[n].values, Likeness.SAME if n in itself else alike[row].get(n), n in itself)
            for n in sorted({*itself, *alike[row]} & customers.keys())
        ]
        own = own_customer(Row(row, values), candidates, rules)
        skipped = row in said and said[row].action is Action.SKIP
        if own is not None and row not in sheet.errors and not (own.taken and skipped):
            found[row] = own
    return found
