"""Owners: the rows of a sheet that already are a customer beyond doubt, most often because they made it earlier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection

from core.checked import Checked, Duplicate, Likeness
from core.database.backends import Backend
from core.database.foreseeing import foresee
from core.database.lookup import find_by_keys
from core.database.preparing import IDENTITY, read_rows
from core.database.records import read_customers
from core.database.sheets import Sheet
from core.decisions import Action, read_decisions
from core.profiles import Profile
from core.pushing.changes import KEY_FIELD
from core.pushing.plans import Candidate, Row, Rules
from core.pushing.recognising import Own, own_customer
from core.tables import Result

KEYS_OF = {"account_number": "account_key", "loyalty_card": "card_key", "email": "email_key", "mobile": "mobile_key",
           "company": "company_key"}  # fmt: skip


def _once(profile: Profile) -> set[str]:
    """Return the fields that a customer is known by, or alone may have."""
    return {KEY_FIELD, *(field for fields in (*profile.unique, *profile.match) for field in fields)}


def own_customers(
    connection: Connection, backend: Backend, checked: Checked, duplicates: Sequence[Duplicate], shop: int
) -> dict[int, Own]:
    """Return row → its own customer, among the `duplicates` found and the customers that the rows made themselves; or
    the customer who holds a key of the row, unless the user skips it; or what else a push would refuse the row for.

    The decisions written in the sheet count: a row sent with "Create" is known under another identity.
    """
    table, profile = checked.table, checked.profile
    said, _ = read_decisions(table.rows, table.results.get(Result.DECISION, [None] * len(table)))
    sheet = Sheet.of(checked, said)
    everybody = range(len(table))
    ready = read_rows(sheet, everybody)
    made = find_by_keys(connection, backend, {IDENTITY: ready.identities}, shop)
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
    once = {KEYS_OF[f]: ready.keys[KEYS_OF[f]] for f in sorted(_once(profile)) if KEYS_OF.get(f) in ready.keys}
    holders = find_by_keys(connection, backend, once, shop)  # whoever they are: a key is theirs even so
    for asks in foresee(connection, backend, sheet, ready, (said, shop), {*indexes, *holders}):
        if asks.row not in found or not found[asks.row].taken:
            found[asks.row] = Own(asks.customer or 0, asks=asks)
    return found
