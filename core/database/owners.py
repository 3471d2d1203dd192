"""Owners: the rows of a sheet that already are a customer beyond doubt, most often because they made it earlier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection

from core.checked import Checked, Duplicate, Likeness
from core.database.backends import Backend
from core.database.lookup import find_by_keys
from core.database.records import read_customers
from core.database.sheets import Sheet
from core.decisions import Action, read_decisions
from core.pushing.plans import Candidate, Row, Rules
from core.pushing.recognising import Own, own_customer
from core.tables import Result


def own_customers(
    connection: Connection, backend: Backend, checked: Checked, duplicates: Sequence[Duplicate], shop: int
) -> dict[int, Own]:
    """Return row → its own customer, among the `duplicates` found and the customers that the rows made themselves; or
    the customer who holds a key of the row, unless the user skips it.

    The decisions written in the sheet count: a row sent with "Create" is known under another identity.
    """
    table, profile = checked.table, checked.profile
    said, _ = read_decisions(table.rows, table.results.get(Result.DECISION, [None] * len(table)))
    sheet = Sheet.of(checked, said)
    everybody = range(len(table))
    identities = sheet.identities(everybody, sheet.texts(everybody))
    made = find_by_keys(connection, backend, {"identity": identities}, shop)
    alike: dict[int, dict[int, Likeness]] = defaultdict(dict)
    for duplicate in duplicates:
        if duplicate.customer is not None:
            alike[duplicate.row][duplicate.customer] = duplicate.likeness
    indexes = [i for i in everybody if i in made or table.rows[i] in alike]
    customers = read_customers(connection, {c for i in indexes for c in (*made.get(i, ()), *alike[table.rows[i]])})
    rules = Rules(profile.modes[0], profile.match, profile.unique, buyers=bool(profile.buyer))
    found: dict[int, Own] = {}
    for index in indexes:
        values = sheet.values(index)
        row, itself = table.rows[index], made.get(index, set())
        candidates = [
            Candidate(n, customers[n].values, Likeness.SAME if n in itself else alike[row].get(n), n in itself)
            for n in sorted({*itself, *alike[row]})
        ]
        own = own_customer(Row(row, values), candidates, rules)
        skipped = row in said and said[row].action is Action.SKIP
        if own is not None and row not in sheet.errors and not (own.taken and skipped):
            found[row] = own
    return found
