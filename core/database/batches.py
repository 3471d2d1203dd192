"""Batches: the rows of one transaction, looked up, planned and written, with their record."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heapify, heappop, heappush
from typing import Any

from sqlalchemy import Connection

from core.checked import Likeness, Value
from core.database import journal
from core.database.backends import Backend
from core.database.customers import count_numbers, insert_customers, insert_rows, next_number, update_customers
from core.database.journal import Entry
from core.database.keys import customer_keys, person
from core.database.lookup import find_by_keys, refused_pairs, remember_different
from core.database.preparing import IDENTITY, Prepared
from core.database.records import (
    Customer,
    image,
    plain_values,
    read_customers,
)
from core.database.sheets import Sheet, some
from core.database.taken import Taken
from core.duplicates import compare
from core.duplicates.buyers import BUYER
from core.duplicates.persons import Person, describe
from core.jobs import Changes, Outcome, Outcomes, PushRequest, RowOutcome
from core.pushing.creations import remark, written_as_typed
from core.pushing.plans import Candidate, Plan, Row, Rules, plan_row, refuse

BATCH_SIZE = 5_000


@dataclass(slots=True)
class Run:
    """One push under way.

    `taken` says which row of this run each customer already belongs to; `considered` which indexes of the sheet must
    be planned one by one whatever the database holds; `unread` which fields hold what is no value: not being blank,
    they erase nothing.
    """

    backend: Backend
    sheet: Sheet
    request: PushRequest
    rules: Rules
    shop: int
    now: datetime
    job: int = 0
    taken: Taken = field(default_factory=Taken)
    headers: Mapping[str, str] = field(default_factory=dict)
    considered: Container[int] = ()
    unread: Mapping[int, Sequence[str]] = field(default_factory=dict)
    meanwhile: Callable[[], None] | None = None  # what to begin while the server writes
    locks: bool = True  # keep others from changing the customers that are looked up

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


@dataclass(frozen=True, slots=True)
class Met:
    """The customers that rows may be: place of the row → their numbers, and those of them that were read already."""

    found: Mapping[int, set[int]]
    customers: Mapping[int, Customer] = field(default_factory=dict)


class Batch:
    """The rows of one transaction. `work` plans, writes and records them; `tell` then says what became of them.

    Most rows meet nobody: those become customers as they stand, by column and without a look at each. A place counts
    the rows of the batch from 0.
    """

    def __init__(self, run: Run, connection: Connection, made: Prepared, met: Met | None = None) -> None:
        self.run = run
        self.connection = connection
        self.made = made
        self.met = met
        self.found: dict[int, set[int]] = {}
        self.customers: dict[int, Customer] = {}
        self.people: dict[int, Person] = {}
        self.told_apart: set[tuple[int, int]] = set()
        self.here: dict[tuple[str, str], list[int]] = {key: [] for key in made.shared}  # → customers written
        self.places: dict[str, Mapping[str | None, list[int]]] = {}  # of the rows with each key
        self.taken: dict[int, int] = {}
        self.next = 0  # the next customer's number
        self.planned: list[int] = []  # places of the rows still to be planned, a heap
        self.entries: dict[int, Entry] = {}  # of the rows planned one by one, by place
        self.numbers: list[int | None] = [None] * len(made.indexes)  # of the customers of the others
        self.created: list[Customer] = []
        self.before: dict[int, Customer] = {}
        self.different: list[tuple[str, int]] = []
        self.keys_of: dict[int, Mapping[str, str | None]] = {}
        self.as_typed = written_as_typed(run.rules)
        self.writes = True

    def work(self) -> None:
        """Look up, plan, write, record."""
        first = self.next = next_number(self.connection)
        self._look_up()
        self._plan()
        self._write()
        journal.record_columns(self.connection, self.run.backend, self.run.job, self._record())
        if self.next > first:
            count_numbers(self.connection, self.next - 1)

    def foresee(self, first: int) -> tuple[list[RowOutcome], dict[int, int]]:
        """Plan without writing, new customers counted from `first`: the outcomes, and customer → row that takes it."""
        self.next, self.writes = first, False
        self._look_up()
        self._plan()
        return [entry.outcome for entry in self.entries.values()], self.taken

    def tell(self, outcomes: Outcomes, taken: Taken) -> None:
        """Say what became of every row, and which customers belong to it. Once the transaction has done its work."""
        rows, indexes = self.run.sheet.rows, self.made.indexes
        for left, places in self._plain_by_remark().items():
            numbers = [self.numbers[at] or 0 for at in places]
            outcomes.put_alike((Outcome.CREATED, *remark(left)), some(indexes, places), numbers)
        made = [at for at, number in enumerate(self.numbers) if number is not None]
        taken.add_new((self.numbers[at] or 0 for at in made), (rows[indexes[at]] for at in made))
        for at, entry in self.entries.items():
            outcomes.put(indexes[at], entry.outcome)
            keep_taken(taken, entry.outcome)

    def _plain(self) -> Sequence[int]:
        """Return the places of the rows that become customers as they stand."""
        places = range(len(self.made.indexes))
        return [at for at in places if at not in self.entries] if self.entries else places

    def _plain_by_remark(self) -> Mapping[tuple[str, ...], Sequence[int]]:
        """Return the same by the consents that they leave out for want of a proof."""
        unproved = self.made.creations.unproved
        if not unproved:
            return {(): self._plain()}
        found: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for at in self._plain():
            found[unproved.get(at, ())].append(at)
        return found

    def _look_up(self) -> None:
        run, rows, made = self.run, self.run.sheet.rows, self.made
        met = self.met or Met(find_by_keys(self.connection, run.backend, made.sought, run.scope, made.asked))
        found = defaultdict[int, set[int]](set, met.found)
        wanted = {c for numbers in found.values() for c in numbers}
        considered = [at for at, index in enumerate(made.indexes) if index in run.considered]
        for at in considered:
            named = self._named(rows[made.indexes[at]])
            if named is not None:
                found[at].add(named)
                wanted.add(named)
        self.found = found
        if found:
            own = {name: column for name, column in made.keys.items() if name != IDENTITY}
            known = {number: met.customers[number] for number in wanted if number in met.customers}
            self.customers = {**known, **read_customers(self.connection, wanted - known.keys(), lock=run.locks)}
            self.told_apart = refused_pairs(self.connection, own, found, run.scope)
        self.planned = sorted({*considered, *found, *made.sharing})

    def _plan(self) -> None:
        """Plan the rows that meet somebody, in order, and give the others between them their numbers."""
        heapify(self.planned)
        next_plain = 0
        while self.planned:
            at = heappop(self.planned)
            if at < next_plain:  # named twice
                continue
            self._stand(next_plain, at)
            self.entries[at] = self._row(at)
            next_plain = at + 1
        self._stand(next_plain, len(self.made.indexes))

    def _stand(self, start: int, stop: int) -> None:
        """Give rows that become customers as they stand their numbers."""
        self.numbers[start:stop] = range(self.next, self.next + stop - start)
        self.next += stop - start

    def _named(self, row: int) -> int | None:
        """Return the customer whom the decision or the export's stamp names."""
        decision, stamp = self.run.request.decisions.get(row), self.run.sheet.stamps.get(row)
        if decision and decision.customer is not None:
            return decision.customer
        return stamp.customer if stamp else None

    def _row(self, at: int) -> Entry:
        sheet, index = self.run.sheet, self.made.indexes[at]
        number = sheet.rows[index]
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

    def _candidates(self, at: int, row: Row) -> list[Candidate]:
        """Return the customers that share a key with this row, in the database or made by this batch."""
        numbers = self.found.get(at, set())
        if self.here:
            numbers = numbers | {
                c for n, keys in self.made.sought.items() for c in self.here.get((n, keys[at] or ""), ())
            }
        found: list[Candidate] = []
        if not numbers:
            return found
        named, own = self._named(row.number), describe(row.values)
        for number in sorted(numbers):
            customer = self.customers.get(number)
            if customer is None or (self.run.scope is not None and customer.kept["shop_id"] != self.run.shop):
                continue
            itself = customer.kept["identity"] == self.made.identities[at]
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
        kept = {**run.origin(), "source_reference": reference, "identity": self.made.identities[at]}
        customer = Customer(number, plan.changes, kept)
        self.created.append(customer)
        typed = self.as_typed and BUYER not in plan.changes  # a consent may still be left out, and is no key
        keys = {name: column[at] for name, column in self.made.keys.items()} if typed else customer_keys(plan.changes)
        self.keys_of[number] = keys
        self._keep(customer, row, {**keys, IDENTITY: self.made.identities[at]})
        if row in run.sheet.forced:
            own = {name: column[at] for name, column in self.made.keys.items() if name != IDENTITY}
            self.different += [(person(own), c.customer) for c in candidates]
        after = None
        if self.writes:
            after = self.made.texts[at] if typed and not plan.reason else _text(plan.changes)
        return Entry(RowOutcome(row, Outcome.CREATED, number, plan.reason, plan.params), None, after)

    def _update(self, row: int, plan: Plan) -> Entry:
        assert plan.customer is not None  # noqa: S101 - a plan of an update names its customer
        old = self.customers[plan.customer]
        values: dict[str, Value] = {k: v for k, v in {**old.values, **plan.changes}.items() if v is not None}
        kept = {**old.kept, "version": old.version + 1, "modified_at": self.run.now}
        new = Customer(old.number, values, kept)
        self.before.setdefault(old.number, old)
        keys = customer_keys(values)
        self._watch(keys)
        self._keep(new, row, keys)
        changes: Changes = {key: (old.values.get(key), value) for key, value in plan.changes.items() if key != BUYER}
        said = RowOutcome(row, Outcome.UPDATED, old.number, plan.reason, plan.params, changes)
        return Entry(said, image(old), json.dumps(plain_values(plan.changes), ensure_ascii=False))

    def _watch(self, keys: Mapping[str, str]) -> None:
        """Have the later rows that have one of these keys planned one by one: it is an updated customer's now."""
        for name, key in keys.items():
            if (name, key) not in self.here:
                self.here[name, key] = []
                for at in self._places(name).get(key, ()):
                    heappush(self.planned, at)

    def _places(self, name: str) -> Mapping[str | None, list[int]]:
        """Return, by key, the places of the rows that have it."""
        if name not in self.places:
            self.places[name] = places = defaultdict[str | None, list[int]](list)
            for at, key in enumerate(self.made.keys.get(name, ())):
                places[key].append(at)
        return self.places[name]

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
        if run.meanwhile:
            run.meanwhile()
        if self.before:  # first, because a new customer may take the number that one of these gives up
            pairs = [(old, self.customers[number]) for number, old in self.before.items()]
            update_customers(self.connection, run.backend, pairs)
        if self.created:
            insert_customers(self.connection, run.backend, self.created, self.keys_of)
        if len(self.entries) < len(self.made.indexes):
            self._write_plain()
        if self.different:
            remember_different(self.connection, self.different, run.shop, run.request.user, run.now)

    def _write_plain(self) -> None:
        """Write the rows that become customers as they stand, by column."""
        places, written = self._plain(), self.made.creations.columns
        columns: dict[str, Sequence[Any]] = {"id": some(self.numbers, places)}
        columns |= {name: [value] * len(places) for name, value in self.run.origin().items()}
        numbers = written.get("account_number")
        columns["source_reference"] = [None] * len(places) if numbers is None else some(numbers, places)
        columns |= {name: some(column, places) for name, column in self.made.keys.items()}
        columns |= {key: some(column, places) for key, column in written.items()}
        insert_rows(self.connection, self.run.backend, columns)

    def _record(self) -> journal.Columns:
        """Return what is recorded of every row, by column."""
        made, rows = self.made, self.run.sheet.rows
        columns = journal.Columns([rows[index] for index in made.indexes], Outcome.CREATED, self.numbers, made.after)
        for left, places in self._plain_by_remark().items():
            if left:
                columns.remark(remark(left), places)
        for at, entry in self.entries.items():
            columns.put(at, entry)
        return columns


def keep_taken(taken: Taken, said: RowOutcome) -> None:
    """Keep which customer belongs to a row: whom it made or changed, or already was."""
    if said.customer is not None and said.outcome is not Outcome.REFUSED:
        taken.add(said.customer, said.row)


def _text(values: Mapping[str, Value]) -> str:
    """Write values as `Sheet.texts` does."""
    return json.dumps(plain_values(values), ensure_ascii=False, separators=(",", ":"))


def _entry(row: int, plan: Plan) -> Entry:
    return Entry(RowOutcome(row, plan.outcome, plan.customer, plan.reason, plan.params))
