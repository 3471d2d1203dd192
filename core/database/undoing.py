"""Undo: a job taken back, as a job of its own that can be taken back in turn.

Created customers go, updated ones get their former values back, removed ones return. Whoever was edited since, by a
person or by a later job, stays as he is and is listed with what changed; so does a customer who has FidelPass
operations. The rows are undone last first, so that numbers that customers exchanged find their way back. Undoing
again, where some stayed or after a crash, does only what is left to do; what is wholly undone is refused.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Table, delete, func, select

from core.checked import Value
from core.database import journal, schema
from core.database.backends import in_parts
from core.database.batches import BATCH_SIZE
from core.database.customers import insert_customers, update_customers
from core.database.journal import Entry
from core.database.keys import customer_keys
from core.database.lookup import find_by_keys
from core.database.records import Customer, from_image, image, plain_values, read_customers, typed_values
from core.database.retrying import again
from core.duplicates.buyers import BUYER
from core.errors import InputError
from core.jobs import Changes, Job, JobKind, JobReport, JobState, Outcome, Outcomes, Progress, RowOutcome

if TYPE_CHECKING:
    from core.database import Database

Values = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Undoing:
    """One undo under way."""

    database: Database
    undoes: int
    shop: int | None
    user: str
    now: datetime
    job: int = 0


@dataclass(slots=True)
class Step:
    """What one row of the undone job asks for: what its customer must be now, and what he becomes (None: removed)."""

    row: int
    customer: int
    outcome: Outcome
    expected: Values | None
    target: Customer | None


def undo(
    database: Database, number: int, *, user: str, dry_run: bool = False, progress: Progress | None = None,
    now: datetime | None = None,
) -> JobReport:  # fmt: skip
    """Take a job back. Raises DatabaseError for a number that is no job, InputError for a job already taken back."""
    with database.engine.connect() as connection:
        job = journal.read_jobs(connection, number)[0]
        _refuse_undone(job)
        t = schema.job_rows
        wrote = t.c.outcome.in_([str(o) for o in journal.WRITTEN])
        query = select(t.c.row).where(t.c.job_id == number, wrote).order_by(t.c.row)
        rows = list(connection.execute(query).scalars())
        shop = connection.execute(select(schema.jobs.c.shop_id).where(schema.jobs.c.id == number)).scalar()
    undoing = Undoing(database, number, shop, user, journal.utc(now))
    if dry_run:
        return again(lambda: _rehearse(undoing, rows))
    if job.state is JobState.RUNNING:
        _abandon(database, number, undoing.now)
    return _undo_batches(undoing, rows, progress)


def _refuse_undone(job: Job) -> None:
    """Raise InputError for a job that is wholly taken back; where customers stayed, another undo may do the rest."""
    if job.undone_by is not None and not job.left:
        raise InputError("push.already_undone", job=str(job.id), by=str(job.undone_by))


def _abandon(database: Database, number: int, now: datetime) -> None:
    """Close a job that a crash cut off: once taken back, it must not be taken up again."""
    with database.writer.begin() as connection:
        journal.close_job(connection, number, JobState.CANCELLED, now)


def _description(undoing: Undoing) -> dict[str, Any]:
    return {"kind": str(JobKind.UNDO), "undoes": undoing.undoes, "shop_id": undoing.shop, "user": undoing.user}


def _undo_batches(undoing: Undoing, rows: Sequence[int], progress: Progress | None) -> JobReport:
    database, same = undoing.database, _description(undoing)
    with database.engine.connect() as connection:
        job = journal.unfinished_job(connection, same)
        done = journal.recorded_rows(connection, job) if job is not None else {}
    if job is None:
        with database.writer.begin() as connection:
            job = journal.open_job(connection, {**same, "started_at": undoing.now}, rows)
    outcomes, count = Outcomes(rows), len(done)
    outcomes.put_rows(done.values())
    for part in in_parts([r for r in reversed(rows) if r not in done], BATCH_SIZE):

        def attempt(part: Sequence[int] = part, job: int = job) -> list[Entry]:
            with database.writer.begin() as connection:
                return _undo_rows(connection, undoing, job, part)

        outcomes.put_rows(e.outcome for e in again(attempt))
        count += len(part)
        if progress:
            progress(count, len(rows))
    with database.writer.begin() as connection:
        journal.close_job(connection, job, JobState.DONE, undoing.now)
    return JobReport(job, outcomes)


def _rehearse(undoing: Undoing, rows: Sequence[int]) -> JobReport:
    outcomes = Outcomes(rows)
    with undoing.database.writer.connect() as connection, connection.begin() as transaction:
        for part in in_parts(list(reversed(rows)), BATCH_SIZE):
            entries = _undo_rows(connection, undoing, journal.REHEARSAL, part)
            outcomes.put_rows(e.outcome for e in entries)
        transaction.rollback()
    return JobReport(None, outcomes, dry_run=True)


def _undo_rows(connection: Connection, undoing: Undoing, job: int, rows: Sequence[int]) -> list[Entry]:
    """Undo some rows in the caller's transaction, and record them."""
    backend = undoing.database.backend
    backend.lock(connection)
    t = schema.job_rows
    query = select(t).where(t.c.job_id == undoing.undoes, t.c.row.in_(rows)).order_by(t.c.row)
    found = connection.execute(query).all()
    steps = [_step(row) for row in found if row.before or row.after]
    erased = [row for row in found if not (row.before or row.after)]  # anonymised since
    current = read_customers(connection, [s.customer for s in steps], lock=True)
    leaving = [s.customer for s in steps if s.target is None]
    hanging = _count(connection, schema.loyalty_operations, leaving)
    actions = _count(connection, schema.marketing_action_customers, leaving)
    entries = [_plan(s, current.get(s.customer), hanging.get(s.customer, 0)) for s in steps]
    entries = _leave_taken_keys(steps, entries, _holders(connection, undoing, steps))
    entries = [_remark(e, actions.get(e.outcome.customer or 0, 0)) for e in entries]
    _write(connection, undoing, [(s, e) for s, e in zip(steps, entries, strict=True)], current)
    entries += [Entry(RowOutcome(r.row, Outcome.REFUSED, r.customer_id, "people.erased")) for r in erased]
    journal.record(connection, backend, job, entries)
    return entries


def _step(row: Row[Any]) -> Step:
    """Read what one recorded row did, as what undoing it means."""
    outcome, number = Outcome(row.outcome), int(row.customer_id)
    if outcome is Outcome.CREATED:
        return Step(row.row, number, Outcome.REMOVED, typed_values(json.loads(row.after)), None)
    before = from_image(number, row.before)
    if outcome is Outcome.REMOVED:
        return Step(row.row, number, Outcome.CREATED, None, before)
    changed = {**before.values, **typed_values(json.loads(row.after))}
    expected: Values = {k: v for k, v in changed.items() if v is not None}
    return Step(row.row, number, Outcome.UPDATED, expected, before)


def _plan(step: Step, current: Customer | None, operations: int) -> Entry:
    """Decide one row: undo it, leave it as somebody made it since, or find it undone already."""
    target = step.target.values if step.target else None
    now = current.values if current else None
    if now == target:
        return Entry(RowOutcome(step.row, Outcome.UNCHANGED, step.customer))
    name = str(step.customer)
    if now != step.expected:
        if now is None:
            return Entry(RowOutcome(step.row, Outcome.REFUSED, step.customer, "push.gone", {"customer": name}))
        changes = _differences(step.expected or {}, now)
        params: dict[str, Any] = {"customer": name, "fields": sorted(changes.keys() - {BUYER})}
        return Entry(RowOutcome(step.row, Outcome.REFUSED, step.customer, "push.edited_since", params, changes))
    if operations:
        params = {"customer": name, "count": operations}
        return Entry(RowOutcome(step.row, Outcome.REFUSED, step.customer, "push.has_operations", params))
    before = image(current) if current else None
    changes = _differences(now or {}, target or {})
    after = json.dumps(plain_values({k: new for k, (_, new) in changes.items()}), ensure_ascii=False)
    updates = step.outcome is Outcome.UPDATED
    shown = {key: both for key, both in changes.items() if key != BUYER} if updates else {}
    return Entry(RowOutcome(step.row, step.outcome, step.customer, changes=shown), before, after if target else None)


def _differences(old: Values, new: Values) -> Changes:
    return {k: (old.get(k), new.get(k)) for k in {**old, **new} if old.get(k) != new.get(k)}


def _remark(entry: Entry, actions: int) -> Entry:
    """Say that a customer who goes also leaves the marketing actions it was in."""
    said = entry.outcome
    if said.outcome is not Outcome.REMOVED or not actions:
        return entry
    params = {"customer": str(said.customer), "count": actions}
    return replace(entry, outcome=replace(said, reason="push.actions_left", params=params))


def _count(connection: Connection, t: Table, customers: Sequence[int]) -> dict[int, int]:
    """Return how many rows of a table hang on each of these customers."""
    query = select(t.c.customer_id, func.count()).where(t.c.customer_id.in_(customers)).group_by(t.c.customer_id)
    return {row[0]: row[1] for row in connection.execute(query)}


def _holders(connection: Connection, undoing: Undoing, steps: Sequence[Step]) -> dict[int, set[int]]:
    """Return, by row, who else has now the account number or the identity that its customer would get back."""
    back = [(s, s.target) for s in steps if s.target is not None]
    keys = {
        "account_key": [customer_keys(target.values).get("account_key") for _, target in back],
        "identity": [target.kept["identity"] for _, target in back],
    }
    found = find_by_keys(connection, undoing.database.backend, keys, undoing.shop)
    return {back[at][0].row: numbers - {back[at][0].customer} for at, numbers in found.items()}


def _leave_taken_keys(steps: Sequence[Step], entries: list[Entry], holders: dict[int, set[int]]) -> list[Entry]:
    """Refuse what would take back a number that somebody else keeps; who gives it up in this very undo keeps nothing.

    A refusal may keep a number that another row wants back, and so on: hence the loop.
    """
    while True:
        giving = {s.customer for s, e in zip(steps, entries, strict=True) if e.outcome.outcome in journal.WRITTEN}
        stuck = {s.row: holders.get(s.row, set()) - giving for s in steps if s.customer in giving}
        stuck = {row: keeping for row, keeping in stuck.items() if keeping}
        if not stuck:
            return entries
        entries = [_refuse_key(e, stuck[e.outcome.row]) if e.outcome.row in stuck else e for e in entries]


def _refuse_key(entry: Entry, keeping: set[int]) -> Entry:
    said = entry.outcome
    params = {"customer": str(said.customer), "other": str(min(keeping)), "fields": ["account_number"]}
    return Entry(RowOutcome(said.row, Outcome.REFUSED, said.customer, "push.key_taken_since", params))


def _write(
    connection: Connection, undoing: Undoing, planned: Sequence[tuple[Step, Entry]], current: dict[int, Customer]
) -> None:
    backend = undoing.database.backend
    done = [(step, entry.outcome.outcome) for step, entry in planned]
    # numbers are given up before they are taken
    gone = [s.customer for s, outcome in done if outcome is Outcome.REMOVED]
    if gone:
        actions = schema.marketing_action_customers
        connection.execute(delete(actions).where(actions.c.customer_id.in_(gone)))
        connection.execute(delete(schema.customers).where(schema.customers.c.id.in_(gone)))
    changed = [(current[s.customer], s.target) for s, outcome in done if outcome is Outcome.UPDATED and s.target]
    if changed:
        update_customers(connection, backend, changed)
    back = [s.target for s, outcome in done if outcome is Outcome.CREATED and s.target]
    if back:
        insert_customers(connection, backend, back, {c.number: customer_keys(c.values) for c in back})
