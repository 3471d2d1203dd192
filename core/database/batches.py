"""Batches: the rows of one transaction, looked up, planned and written, with their record."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from core.checked import Checked, Value
from core.database.backends import Backend
from core.database.customers import count_numbers, insert_customers, next_number, update_customers
from core.database.journal import Entry
from core.database.keys import checked_keys, customer_keys, digest
from core.database.lookup import find_by_keys, person_of, refused_pairs, remember_different, row_values
from core.database.records import (
    Customer,
    image,
    own_columns,
    plain_values,
    read_customers,
    unstorable,
)
from core.decisions import Action, is_erase_mark
from core.duplicates import explain
from core.exported import Stamp, read_stamps
from core.issues import Issue, Severity
from core.jobs import Changes, Outcome, PushRequest, RowOutcome
from core.plans import Candidate, Plan, Row, Rules, plan_row, refuse

BATCH_SIZE = 5_000
IDENTITY = "identity"


@dataclass(slots=True)
class Sheet:
    """What a push takes from a checked sheet, prepared once: writable columns, keys by column, errors, stamps."""

    checked: Checked
    columns: dict[str, list[Value]]
    keys: dict[str, list[str | None]]
    errors: dict[int, Issue]
    stamps: dict[int, Stamp]

    @classmethod
    def of(cls, checked: Checked) -> Sheet:
        """Prepare a sheet."""
        errors: dict[int, Issue] = {}
        for issue in checked.issues:
            if issue.row is not None and issue.severity is Severity.ERROR:
                errors.setdefault(issue.row, issue)
        columns = own_columns(checked.profile, checked.values)
        return cls(checked, columns, checked_keys(checked), errors, read_stamps(checked.table))

    @property
    def rows(self) -> list[int]:
        """The sheet's row numbers."""
        return self.checked.table.rows


@dataclass(slots=True)
class Run:
    """One push under way: `taken` says which row of this run each customer already belongs to."""

    backend: Backend
    sheet: Sheet
    request: PushRequest
    rules: Rules
    shop: int
    now: datetime
    job: int = 0
    taken: dict[int, int] = field(default_factory=dict)
    forced: dict[int, str] = field(default_factory=dict)  # the identity of rows that must make a customer

    @property
    def scope(self) -> int | None:
        """The shop whose customers are looked up, None for all."""
        return None if self.request.across_shops else self.shop


def identity(values: Mapping[str, Value], *more: int | str) -> str:
    """Return the hash that names what a row says: the same row pushed again, by anybody, finds its customer by it."""
    said = {k: v for k, v in plain_values(values).items() if v is not None}
    return digest([said, *more] if more else said)


def forced_identities(sheet: Sheet, request: PushRequest) -> dict[int, str]:
    """Return the identities of the rows that must make a customer of their own, even if two rows say the same."""
    found: dict[int, str] = {}
    seen: Counter[str] = Counter()
    for index, row in enumerate(sheet.rows):
        decision = request.decisions.get(row)
        if decision and decision.action is Action.CREATE:
            said = identity(row_values(sheet.columns, index))
            found[row] = identity(row_values(sheet.columns, index), "create", seen[said])
            seen[said] += 1
    return found


class Batch:
    """The rows of one transaction. `work` plans and writes them and returns what to record."""

    def __init__(self, run: Run, connection: Connection, indexes: Sequence[int]) -> None:
        self.run = run
        self.connection = connection
        self.indexes = indexes
        self.found: dict[int, set[int]] = {}
        self.customers: dict[int, Customer] = {}
        self.told_apart: set[tuple[int, int]] = set()
        self.here: dict[tuple[str, str], list[int]] = defaultdict(list)  # keys of the customers written in this batch
        self.taken: dict[int, int] = {}
        self.created: list[Customer] = []
        self.before: dict[int, Customer] = {}
        self.different: list[tuple[str, int]] = []
        self.identities: list[str] = []

    def work(self) -> list[Entry]:
        """Look up, plan, write. The caller records the entries in the same transaction."""
        self.run.backend.lock(self.connection)
        first = next_number(self.connection)
        self._look_up()
        entries = [self._row(at, index, first) for at, index in enumerate(self.indexes)]
        self._write(first)
        return entries

    def _look_up(self) -> None:
        run, rows = self.run, self.run.sheet.rows
        keys = {name: [column[i] for i in self.indexes] for name, column in run.sheet.keys.items()}
        values = [row_values(run.sheet.columns, i) for i in self.indexes]
        self.identities = [run.forced.get(rows[i]) or identity(v) for i, v in zip(self.indexes, values, strict=True)]
        found = find_by_keys(self.connection, run.backend, {**keys, IDENTITY: self.identities}, run.scope)
        wanted = {c for numbers in found.values() for c in numbers}
        for at, index in enumerate(self.indexes):
            named = self._named(rows[index])
            if named is not None:
                found[at].add(named)
                wanted.add(named)
        self.customers = read_customers(self.connection, wanted, lock=True)
        self.found = found
        if found:
            self.told_apart = refused_pairs(self.connection, keys, found, run.scope)

    def _named(self, row: int) -> int | None:
        """Return the customer whom the decision or the export's stamp names."""
        decision, stamp = self.run.request.decisions.get(row), self.run.sheet.stamps.get(row)
        if decision and decision.customer is not None:
            return decision.customer
        return stamp.customer if stamp else None

    def _row(self, at: int, index: int, first: int) -> Entry:
        sheet = self.run.sheet
        number = sheet.rows[index]
        issue = sheet.errors.get(number)
        if issue is not None:
            params = {"column": issue.column, "value": issue.value, **issue.params}
            return Entry(RowOutcome(number, Outcome.REFUSED, None, f"issues.{issue.code}", params))
        values = row_values(sheet.columns, index)
        bad = unstorable(values)
        if bad:
            return _entry(number, refuse("push.unstorable", fields=bad))
        row = Row(number, values, self.run.request.decisions.get(number), sheet.stamps.get(number))
        candidates = self._candidates(at, index, values)
        plan = plan_row(row, candidates, self.run.rules)
        if plan.outcome is Outcome.CREATED:
            return self._create(at, index, plan, candidates, first + len(self.created))
        if plan.outcome is Outcome.UPDATED:
            return self._update(number, plan)
        if plan.outcome is Outcome.UNCHANGED and plan.customer is not None:
            self.taken.setdefault(plan.customer, number)
        return _entry(number, plan)

    def _candidates(self, at: int, index: int, values: Mapping[str, Value]) -> list[Candidate]:
        """Return the customers that share a key with this row, in the database or made by this batch."""
        numbers = self.found.get(at, set())
        if self.here:
            numbers = numbers | {c for key in self._keys(at, index) for c in self.here.get(key, ())}
        found = []
        named = self._named(self.run.sheet.rows[index])
        for number in sorted(numbers):
            customer = self.customers.get(number)
            if customer is None or (self.run.scope is not None and customer.kept["shop_id"] != self.run.shop):
                continue
            itself = customer.kept["identity"] == self.identities[at]
            if (at, number) in self.told_apart and not itself and number != named:
                continue
            verdict = explain(values, customer.values)
            taken = self.taken.get(number) or self.run.taken.get(number)
            found.append(Candidate(number, customer.values, verdict[0] if verdict else None, itself, taken))
        return found

    def _keys(self, at: int, index: int) -> Iterable[tuple[str, str]]:
        yield IDENTITY, self.identities[at]
        for name, column in self.run.sheet.keys.items():
            key = column[index]
            if key:
                yield name, key

    def _create(self, at: int, index: int, plan: Plan, candidates: Sequence[Candidate], number: int) -> Entry:
        run = self.run
        row = run.sheet.rows[index]
        account = plan.changes.get("account_number")
        kept = {
            "shop_id": run.shop,
            "kind": run.request.options.get("kind") or "client",
            "version": 1,
            "created_at": run.now,
            "modified_at": run.now,
            "source_system": run.request.system or run.sheet.checked.profile.id,
            "source_reference": account,
            "identity": self.identities[at],
        }
        customer = Customer(number, plan.changes, kept)
        self.created.append(customer)
        self._keep(customer, row, self._keys(at, index))
        if row in run.forced:
            self.different += [(person_of(run.sheet.keys, index), c.customer) for c in candidates]
        after = json.dumps(plain_values(plan.changes), ensure_ascii=False)
        changes: Changes = {key: (None, value) for key, value in plan.changes.items()}
        said = RowOutcome(row, Outcome.CREATED, number, plan.reason, plan.params, changes)
        return Entry(said, None, after)

    def _update(self, row: int, plan: Plan) -> Entry:
        assert plan.customer is not None  # noqa: S101 - a plan of an update names its customer
        old = self.customers[plan.customer]
        values: dict[str, Value] = {k: v for k, v in {**old.values, **plan.changes}.items() if v is not None}
        kept = {**old.kept, "version": old.version + 1, "modified_at": self.run.now}
        new = Customer(old.number, values, kept)
        self.before.setdefault(old.number, old)
        self._keep(new, row, customer_keys(values).items())
        changes = {key: (old.values.get(key), value) for key, value in plan.changes.items()}
        said = RowOutcome(row, Outcome.UPDATED, old.number, plan.reason, plan.params, changes)
        return Entry(said, image(old), json.dumps(plain_values(plan.changes), ensure_ascii=False))

    def _keep(self, customer: Customer, row: int, keys: Iterable[tuple[str, str]]) -> None:
        self.customers[customer.number] = customer
        self.taken[customer.number] = row
        for key in keys:
            self.here[key].append(customer.number)

    def _write(self, first: int) -> None:
        run = self.run
        if self.created:
            insert_customers(self.connection, run.backend, self.created)
            count_numbers(self.connection, first + len(self.created) - 1)
        if self.before:
            pairs = [(old, self.customers[number]) for number, old in self.before.items()]
            update_customers(self.connection, run.backend, pairs)
        if self.different:
            remember_different(self.connection, self.different, run.shop, run.request.user, run.now)


def _entry(row: int, plan: Plan) -> Entry:
    return Entry(RowOutcome(row, plan.outcome, plan.customer, plan.reason, plan.params))


def has_erasures(sheet: Sheet, request: PushRequest) -> bool:
    """Say whether this push may empty anything."""
    return request.erase_blank or any(is_erase_mark(v) for column in sheet.columns.values() for v in set(column))
