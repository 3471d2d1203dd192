"""Edits: fields of known customers changed outside a sheet of customers, as one job of kind EDIT that can be undone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from core.checked import Value
from core.database import journal
from core.database.backends import in_parts
from core.database.batches import BATCH_SIZE
from core.database.connection import speaking_plainly
from core.database.customers import update_customers
from core.database.journal import Entry
from core.database.keys import customer_keys
from core.database.lookup import find_by_keys
from core.database.records import Customer, image, plain_values, read_customers
from core.database.retrying import again
from core.jobs import JobKind, JobReport, JobState, Outcome, RowOutcome

if TYPE_CHECKING:
    from core.database import Database

CARD = "loyalty_card"


@dataclass(frozen=True, slots=True)
class Edit:
    """New values for one customer (None empties a field); `row` is what the outcome is known by, a sheet's row or 1.

    `version` is the customer's as the user saw him: an edit of a customer changed since is refused.
    """

    row: int
    customer: int
    changes: Mapping[str, Value]
    version: int | None = None


def edit_customers(
    database: Database, edits: Sequence[Edit], *, user: str, source: str = "", now: datetime | None = None
) -> JobReport:
    """Change customers of this shop, one outcome per edit. `source` says where the values come from.

    Refused, with the reason: a customer who is gone or changed since, and a loyalty card that another customer of the
    database has. Raises DatabaseError; no job is recorded when nothing changes.
    """
    if not edits:
        return JobReport(None)
    moment = journal.utc(now)
    with speaking_plainly(database.url):
        shop = database.shop_id(create=True)
        about = {"kind": str(JobKind.EDIT), "shop_id": shop, "user": user, "file_name": source, "started_at": moment}

        def attempt() -> JobReport:
            with database.writer.begin() as connection:
                database.backend.lock(connection)
                job = journal.open_job(connection, about, [e.row for e in edits])
                entries: list[Entry] = []
                for part in in_parts(edits, BATCH_SIZE):
                    entries += _edit(connection, database, part, shop, moment)
                outcomes = [e.outcome for e in entries]
                if not any(o.outcome is Outcome.UPDATED for o in outcomes):
                    connection.rollback()
                    return JobReport(None, outcomes)
                journal.record(connection, database.backend, job, entries)
                journal.close_job(connection, job, JobState.DONE, moment)
                return JobReport(job, outcomes)

        return again(attempt)


def customers_with_cards(database: Database, cards: Sequence[str]) -> dict[str, list[int]]:
    """Return the customers who have each card, in whatever shop of the database, by number."""
    with speaking_plainly(database.url), database.engine.connect() as connection:
        found = _owners(connection, database, cards)
    return {card: sorted(found.get(n, ())) for n, card in enumerate(cards)}


def _owners(connection: Connection, database: Database, cards: Sequence[str | None]) -> dict[int, set[int]]:
    keys = [customer_keys({CARD: card}).get("card_key") if card else None for card in cards]
    return find_by_keys(connection, database.backend, {"card_key": keys}, None)


def _edit(connection: Connection, database: Database, edits: Sequence[Edit], shop: int, now: datetime) -> list[Entry]:
    current = read_customers(connection, [e.customer for e in edits], lock=True)
    cards = [e.changes.get(CARD) for e in edits]
    owners = _owners(connection, database, [c if isinstance(c, str) else None for c in cards])
    given: dict[str, int] = {}  # cards that an earlier edit of this job has given
    entries: list[Entry] = []
    pairs: list[tuple[Customer, Customer]] = []
    for index, (edit, card) in enumerate(zip(edits, cards, strict=True)):
        old = current.get(edit.customer)
        refusal = _refusal(edit, old, shop)
        others = owners.get(index, set()) - {edit.customer}
        if isinstance(card, str) and given.get(card, edit.customer) != edit.customer:
            others = {given[card]}
        if refusal is None and others:
            params = {"customer": str(min(others))}
            refusal = RowOutcome(edit.row, Outcome.REFUSED, edit.customer, "cards.on_other_customer", params)
        if refusal is not None or old is None:
            entries.append(Entry(refusal or RowOutcome(edit.row, Outcome.REFUSED)))
            continue
        new, entry = _change(edit, old, now)
        if isinstance(card, str):
            given[card] = edit.customer
        entries.append(entry)
        if entry.outcome.outcome is Outcome.UPDATED:
            pairs.append((old, new))
            current[edit.customer] = new
    if pairs:
        update_customers(connection, database.backend, pairs)
    return entries


def _refusal(edit: Edit, old: Customer | None, shop: int) -> RowOutcome | None:
    params = {"customer": str(edit.customer)}
    if old is None or old.kept["shop_id"] != shop:
        return RowOutcome(edit.row, Outcome.REFUSED, None, "push.gone", params)
    if edit.version is not None and old.version != edit.version:
        return RowOutcome(edit.row, Outcome.REFUSED, edit.customer, "cards.changed_since", params)
    return None


def _change(edit: Edit, old: Customer, now: datetime) -> tuple[Customer, Entry]:
    changes = {key: value for key, value in edit.changes.items() if old.values.get(key) != value}
    if not changes:
        return old, Entry(RowOutcome(edit.row, Outcome.UNCHANGED, old.number))
    values: dict[str, Value] = {k: v for k, v in {**old.values, **changes}.items() if v is not None}
    new = Customer(old.number, values, {**old.kept, "version": old.version + 1, "modified_at": now})
    shown = {key: (old.values.get(key), value) for key, value in changes.items()}
    said = RowOutcome(edit.row, Outcome.UPDATED, old.number, changes=shown)
    return new, Entry(said, image(old), json.dumps(plain_values(changes), ensure_ascii=False))
