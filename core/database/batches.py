"""Batches: the rows of one transaction, looked up, planned and written, with their record."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core.checked import Likeness, Value
from core.database.backends import Backend
from core.database.customers import count_numbers, insert_customers, insert_rows, next_number, update_customers
from core.database.journal import Entry
from core.database.keys import customer_keys, person
from core.database.lookup import find_by_keys, refused_pairs, remember_different
from core.database.records import (
    Customer,
    image,
    plain_values,
    read_customers,
)
from core.database.sheets import Sheet, some
from core.duplicates import compare
from core.duplicates.buyers import BUYER
from core.duplicates.persons import Person, describe
from core.jobs import Changes, Outcome, PushRequest, RowOutcome
from core.pushing.creations import Creations, written_as_typed
from core.pushing.plans import Candidate, Plan, Row, Rules, plan_row, refuse

BATCH_SIZE = 5_000
IDENTITY = "identity"


@dataclass(slots=True)
class Run:
    """One push under way.

    `taken` says which row of this run each customer already belongs to; `considered` which indexes of the sheet must
    be planned one by one whatever the database holds; `creations` what all others write; `unread` which fields hold
    what is no value: not being blank, they erase nothing.
    """

    backend: Backend
    sheet: Sheet
    request: PushRequest
    rules: Rules
    shop: int
    now: datetime
    job: int = 0
    taken: dict[int, int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    considered: Container[int] = ()
    unread: Mapping[int, Sequence[str]] = field(default_factory=dict)
    locks: bool = True  # keep others from changing the customers that are looked up
    creations: Creations = field(default_factory=Creations)

    @property
    def scope(self) -> int | None:
        """The shop whose customers are looked up, None for all."""
        return None if self.request.across_shops else self.shop

    def origin(self) -> dict[str, Any]:
        """Return what every customer that this run creates has in common."""
        return {
            "shop_id": self.shop,
            "kind": self.request.options.get("kind") or "client",
            "version": 1,
            "created_at": self.now,
            "modified_at": self.now,
            "source_system": self.request.system or self.sheet.system,
        }


class Batch:
    """The rows of one transaction. `work` plans and writes them and returns what to record."""

    def __init__(self, run: Run, connection: Connection, indexes: Sequence[int]) -> None:
        self.run = run
        self.connection = connection
        self.indexes = indexes
        self.found: dict[int, set[int]] = {}
        self.customers: dict[int, Customer] = {}
        self.people: dict[int, Person] = {}
        self.told_apart: set[tuple[int, int]] = set()
        self.keys: dict[str, Sequence[str | None]] = {}
        self.sought: dict[str, Sequence[str | None]] = {}  # the same, as far as rows are looked up by them
        self.here: dict[tuple[str, str], list[int]] = {}  # keys that several rows share → customers written
        self.taken: dict[int, int] = {}
        self.next = 0  # the next customer's number
        self.plain: list[tuple[int, int]] = []  # places of the rows written as they stand, with the new numbers
        self.created: list[Customer] = []
        self.before: dict[int, Customer] = {}
        self.different: list[tuple[str, int]] = []
        self.texts: list[str] = []
        self.left: dict[int, str] = {}  # the texts of the rows without their unproved consents, by index
        self.identities: list[str] = []
        self.keys_of: dict[int, Mapping[str, str | None]] = {}
        self.as_typed = written_as_typed(run.rules)

    def work(self) -> list[Entry]:
        """Look up, plan, write. The caller records the entries in the same transaction."""
        first = self.next = next_number(self.connection)
        self._look_up()
        entries = [self._row(at, index) for at, index in enumerate(self.indexes)]
        self._write()
        if self.next > first:
            count_numbers(self.connection, self.next - 1)
        return entries

    def foresee(self, first: int) -> tuple[list[RowOutcome], dict[int, int]]:
        """Plan without writing, new customers counted from `first`: the outcomes, and customer → row that takes it."""
        self.next = first
        self._look_up()
        entries = [self._row(at, index) for at, index in enumerate(self.indexes)]
        return [e.outcome for e in entries], self.taken

    def _look_up(self) -> None:
        run, rows = self.run, self.run.sheet.rows
        self.texts = run.sheet.texts(self.indexes)
        self.identities = run.sheet.identities(self.indexes, self.texts)
        keys = {name: some(column, self.indexes) for name, column in run.sheet.keys.items()}
        self.keys = {**keys, IDENTITY: self.identities}
        sought = {name: some(column, self.indexes) for name, column in run.sheet.sought.items()}
        self.sought = {**sought, IDENTITY: self.identities}
        self.here = {(n, k): [] for n, c in self.sought.items() for k in _repeated(self.keys[n], c)}
        found = find_by_keys(self.connection, run.backend, self.sought, run.scope)
        unproved = [i for i in self.indexes if i in run.creations.unproved]
        self.left = dict(zip(unproved, run.sheet.texts(unproved, run.creations.columns), strict=True))
        wanted = {c for numbers in found.values() for c in numbers}
        for at, index in enumerate(self.indexes):
            named = self._named(rows[index]) if index in run.considered else None
            if named is not None:
                found[at].add(named)
                wanted.add(named)
        self.found = found
        if found:
            self.customers = read_customers(self.connection, wanted, lock=run.locks)
            self.told_apart = refused_pairs(self.connection, keys, found, run.scope)

    def _named(self, row: int) -> int | None:
        """Return the customer whom the decision or the export's stamp names."""
        decision, stamp = self.run.request.decisions.get(row), self.run.sheet.stamps.get(row)
        if decision and decision.customer is not None:
            return decision.customer
        return stamp.customer if stamp else None

    def _row(self, at: int, index: int) -> Entry:
        sheet = self.run.sheet
        number = sheet.rows[index]
        if index not in self.run.considered and at not in self.found and not (self.here and self._shares(at)):
            self.plain.append((at, self._number()))
            said = RowOutcome(number, Outcome.CREATED, self.plain[-1][1], *self.run.creations.remark(index))
            return Entry(said, None, self.left.get(index) or self.texts[at])
        issue = sheet.errors.get(number)
        if issue is not None:
            params = {"column": issue.column, "value": issue.value, **issue.params}
            return Entry(RowOutcome(number, Outcome.REFUSED, None, f"issues.{issue.code}", params))
        bad = sheet.unstorable.get(index)
        if bad:
            return _entry(number, refuse("push.unstorable", fields=bad))
        values = sheet.values(index)
        for key in self.run.unread.get(index, ()):
            values.pop(key, None)
        decision, stamp = self.run.request.decisions.get(number), sheet.stamps.get(number)
        row = Row(number, values, decision, stamp, sheet.doubts.get(number))
        candidates = self._candidates(at, row)
        plan = plan_row(row, candidates, self.run.rules)
        if plan.outcome is Outcome.CREATED:
            return self._create(at, number, plan, candidates)
        if plan.outcome is Outcome.UPDATED:
            return self._update(number, plan)
        if plan.outcome is Outcome.UNCHANGED and plan.customer is not None:
            self.taken.setdefault(plan.customer, number)
        return _entry(number, plan)

    def _number(self) -> int:
        self.next += 1
        return self.next - 1

    def _shares(self, at: int) -> bool:
        """Say whether a row has a key in common with another row of this batch, or with what one has written."""
        return any((name, column[at]) in self.here for name, column in self.keys.items())

    def _candidates(self, at: int, row: Row) -> list[Candidate]:
        """Return the customers that share a key with this row, in the database or made by this batch."""
        numbers = self.found.get(at, set())
        if self.here:
            numbers = numbers | {c for n, keys in self.sought.items() for c in self.here.get((n, keys[at] or ""), ())}
        found: list[Candidate] = []
        if not numbers:
            return found
        named, own = self._named(row.number), describe(row.values)
        for number in sorted(numbers):
            customer = self.customers.get(number)
            if customer is None or (self.run.scope is not None and customer.kept["shop_id"] != self.run.shop):
                continue
            itself = customer.kept["identity"] == self.identities[at]
            apart = (at, number) in self.told_apart and not itself and number != named
            verdict = None if itself else compare(own, self._person(customer))
            likeness = Likeness.SAME if itself else verdict[0] if verdict else None
            taken = self.taken.get(number) or self.run.taken.get(number)
            found.append(Candidate(number, customer.values, likeness, itself, apart, taken))
        return found

    def _person(self, customer: Customer) -> Person:
        """Return a customer as a person, described once."""
        if customer.number not in self.people:
            self.people[customer.number] = describe(customer.values)
        return self.people[customer.number]

    def _create(self, at: int, row: int, plan: Plan, candidates: Sequence[Candidate]) -> Entry:
        run, number = self.run, self._number()
        reference = plan.changes.get("account_number")
        if BUYER in plan.changes:
            plan.changes[BUYER] = str(number)
        kept = {**run.origin(), "source_reference": reference, "identity": self.identities[at]}
        customer = Customer(number, plan.changes, kept)
        self.created.append(customer)
        typed = self.as_typed and BUYER not in plan.changes  # a consent may still be left out, and is no key
        keys = {name: column[at] for name, column in self.keys.items()} if typed else customer_keys(plan.changes)
        self.keys_of[number] = keys
        self._keep(customer, row, {**keys, IDENTITY: self.identities[at]})
        if row in run.sheet.forced:
            own = {name: column[at] for name, column in self.keys.items() if name != IDENTITY}
            self.different += [(person(own), c.customer) for c in candidates]
        after = self.texts[at] if typed and not plan.reason else _text(plan.changes)
        return Entry(RowOutcome(row, Outcome.CREATED, number, plan.reason, plan.params), None, after)

    def _update(self, row: int, plan: Plan) -> Entry:
        assert plan.customer is not None  # noqa: S101 - a plan of an update names its customer
        old = self.customers[plan.customer]
        values: dict[str, Value] = {k: v for k, v in {**old.values, **plan.changes}.items() if v is not None}
        kept = {**old.kept, "version": old.version + 1, "modified_at": self.run.now}
        new = Customer(old.number, values, kept)
        self.before.setdefault(old.number, old)
        for key in customer_keys(values).items():
            self.here.setdefault(key, [])
        self._keep(new, row, customer_keys(values))
        changes: Changes = {key: (old.values.get(key), value) for key, value in plan.changes.items() if key != BUYER}
        said = RowOutcome(row, Outcome.UPDATED, old.number, plan.reason, plan.params, changes)
        return Entry(said, image(old), json.dumps(plain_values(plan.changes), ensure_ascii=False))

    def _keep(self, customer: Customer, row: int, keys: Mapping[str, str | None]) -> None:
        """Remember a written customer, for the rows of this batch that share a key with it."""
        self.customers[customer.number] = customer
        self.people.pop(customer.number, None)
        self.taken[customer.number] = row
        for key in self.here and keys.items():
            if key in self.here:
                self.here[key].append(customer.number)

    def _write(self) -> None:
        run = self.run
        if self.before:  # first, because a new customer may take the number that one of these gives up
            pairs = [(old, self.customers[number]) for number, old in self.before.items()]
            update_customers(self.connection, run.backend, pairs)
        if self.created:
            insert_customers(self.connection, run.backend, self.created, self.keys_of)
        if self.plain:
            self._write_plain()
        if self.different:
            remember_different(self.connection, self.different, run.shop, run.request.user, run.now)

    def _write_plain(self) -> None:
        """Write the rows that become customers as they stand, by column."""
        places = [at for at, _ in self.plain]
        sheet, indexes = self.run.sheet, some(self.indexes, places)
        columns: dict[str, Sequence[Any]] = {"id": [number for _, number in self.plain]}
        columns |= {name: [value] * len(places) for name, value in self.run.origin().items()}
        numbers = sheet.columns.get("account_number")
        columns["source_reference"] = [None] * len(places) if numbers is None else some(numbers, indexes)
        columns |= {name: some(column, places) for name, column in self.keys.items()}
        columns |= {key: some(column, indexes) for key, column in self.run.creations.columns.items()}
        insert_rows(self.connection, self.run.backend, columns)


def _repeated(keys: Sequence[str | None], sought: Sequence[str | None]) -> list[str]:
    """Return the keys that stand more than once in a column, and that any row is looked up by."""
    if len(set(keys)) == len(keys):
        return []
    counts = Counter(keys)
    asked = counts if sought is keys else set(sought)
    return [key for key, count in counts.items() if key and count > 1 and key in asked]


def _text(values: Mapping[str, Value]) -> str:
    """Write values as `Sheet.texts` does."""
    return json.dumps(plain_values(values), ensure_ascii=False, separators=(",", ":"))


def _entry(row: int, plan: Plan) -> Entry:
    return Entry(RowOutcome(row, plan.outcome, plan.customer, plan.reason, plan.params))
