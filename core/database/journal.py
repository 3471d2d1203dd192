"""The journal: jobs and the outcome of their rows, written in the transaction of the change itself."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import Connection, RowMapping, select

from core.database import schema
from core.database.backends import Backend
from core.database.records import typed_values
from core.duplicates.buyers import BUYER
from core.errors import DatabaseError
from core.jobs import Job, JobKind, JobState, Outcome, RowOutcome
from core.pushing.changes import Remark

COUNTED = (Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.REFUSED, Outcome.REMOVED)
REHEARSAL = 0
"""The number of a job that will be rolled back and is not recorded: one of the database's own would leave a gap."""

WRITTEN = (Outcome.CREATED, Outcome.UPDATED, Outcome.REMOVED)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row for the journal: its outcome, and the images that an undo needs (JSON)."""

    outcome: RowOutcome
    before: str | None = None
    after: str | None = None


def utc(moment: datetime | None = None) -> datetime:
    """Return a moment (now by default) as the database keeps it: UTC without a zone, whole seconds."""
    now = moment or datetime.now(UTC)
    return (now.astimezone(UTC).replace(tzinfo=None) if now.tzinfo else now).replace(microsecond=0)


def open_job(connection: Connection, values: dict[str, Any], rows: Sequence[int]) -> int:
    """Record a job that begins, with the sheet rows it is to work on, and return its number."""
    result = connection.execute(
        schema.jobs.insert().values(
            state=str(JobState.RUNNING), rows_read=len(rows), row_ranges=write_ranges(rows), **values
        )
    )
    assert result.inserted_primary_key is not None  # noqa: S101 - a fact about an insert of one row
    return int(result.inserted_primary_key[0])


def unfinished_job(connection: Connection, same: dict[str, Any]) -> int | None:
    """Return the job that a crash cut off: same user, file, options and all, still running."""
    jobs = schema.jobs
    query = select(jobs.c.id).where(jobs.c.state == str(JobState.RUNNING))
    for name, value in same.items():
        query = query.where(jobs.c[name] == value)
    found = connection.execute(query.order_by(jobs.c.id.desc()).limit(1)).scalar()
    return None if found is None else int(found)


class Columns:
    """What is recorded of rows, by column: one outcome for all, until something else is put at their places."""

    def __init__(
        self, rows: Sequence[int], outcome: Outcome, customers: Sequence[int | None], after: Sequence[str | None]
    ) -> None:
        self.rows = rows
        self.outcomes = [str(outcome)] * len(rows)
        self.customers = list(customers)
        self.reasons: list[str | None] = [None] * len(rows)
        self.params: list[str | None] = [None] * len(rows)
        self.before: list[str | None] = [None] * len(rows)
        self.after = list(after)

    def remark(self, said: Remark, places: Iterable[int]) -> None:
        """Say the same of some rows."""
        reason, params = said[0] or None, write_params(said[1])
        for at in places:
            self.reasons[at], self.params[at] = reason, params

    def put(self, at: int, entry: Entry) -> None:
        """Put one row's entry at its place."""
        said = entry.outcome
        self.outcomes[at], self.customers[at] = str(said.outcome), said.customer
        self.reasons[at], self.params[at] = said.reason or None, write_params(said.params)
        self.before[at], self.after[at] = entry.before, entry.after


def record(connection: Connection, backend: Backend, job: int, entries: Sequence[Entry]) -> None:
    """Write the outcome of rows, and count them in their job; of a rehearsal there is nothing to record."""
    blank = [None] * len(entries)
    columns = Columns([e.outcome.row for e in entries], Outcome.NOT_REACHED, blank, blank)
    for at, entry in enumerate(entries):
        columns.put(at, entry)
    record_columns(connection, backend, job, columns)


def record_columns(connection: Connection, backend: Backend, job: int, said: Columns) -> None:
    """Do the same for rows given by column."""
    if job == REHEARSAL or not said.rows:
        return
    columns: dict[str, Sequence[Any]] = {
        "job_id": [job] * len(said.rows),
        "row": said.rows,
        "outcome": said.outcomes,
        "customer_id": said.customers,
        "reason": said.reasons,
        "params": said.params,
        "before": said.before,
        "after": said.after,
    }
    backend.insert(connection, "job_rows", columns)
    counts = Counter(said.outcomes)
    jobs = schema.jobs
    sums = {str(o): jobs.c[str(o)] + counts[o] for o in COUNTED if counts[o]}
    if sums:
        connection.execute(jobs.update().where(jobs.c.id == job).values(**sums))


def close_job(connection: Connection, job: int, state: JobState, now: datetime) -> None:
    """Say that a job is over."""
    jobs = schema.jobs
    connection.execute(jobs.update().where(jobs.c.id == job).values(state=str(state), finished_at=now))


def recorded_rows(connection: Connection, job: int) -> dict[int, RowOutcome]:
    """Return the outcomes that a job has recorded, by sheet row, without their changes."""
    t = schema.job_rows
    query = select(t.c.row, t.c.outcome, t.c.customer_id, t.c.reason, t.c.params).where(t.c.job_id == job)
    return {row: _outcome(row, *rest) for row, *rest in connection.execute(query)}


def recorded_between(connection: Connection, job: int, first: int, last: int) -> dict[int, RowOutcome]:
    """Return what a job has recorded from one sheet row to another."""
    t = schema.job_rows
    query = select(t.c.row, t.c.outcome, t.c.customer_id, t.c.reason, t.c.params).where(
        t.c.job_id == job, t.c.row.between(first, last)
    )
    return {row: _outcome(row, *rest) for row, *rest in connection.execute(query)}


def _outcome(row: int, outcome: str, customer: int | None, reason: str | None, params: str | None) -> RowOutcome:
    return RowOutcome(row, Outcome(outcome), customer, reason or "", read_params(params))


def _tagged(value: object) -> object:
    """Return a date or an amount of a reason as JSON that comes back as one: each language writes it its own way."""
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    return {"$amount": str(value)} if isinstance(value, Decimal) else str(value)


def write_params(params: dict[str, Any]) -> str | None:
    """Return what a row's reason needs besides its key as JSON, None for nothing."""
    return json.dumps(params, ensure_ascii=False, default=_tagged) if params else None


def read_params(text: str | None) -> dict[str, Any]:
    """Return what a row's reason needs besides its key, dates and amounts included."""

    def untagged(found: dict[str, Any]) -> Any:
        if found.keys() == {"$date"}:
            return date.fromisoformat(found["$date"])
        return Decimal(found["$amount"]) if found.keys() == {"$amount"} else found

    return cast("dict[str, Any]", json.loads(text, object_hook=untagged)) if text else {}


def refused_rows(connection: Connection, job: int) -> list[RowOutcome]:
    """Return the rows that a job refused, in order."""
    t = schema.job_rows
    query = select(t.c.row, t.c.outcome, t.c.customer_id, t.c.reason, t.c.params)
    query = query.where(t.c.job_id == job, t.c.outcome == str(Outcome.REFUSED)).order_by(t.c.row)
    return [_outcome(*row) for row in connection.execute(query)]


def read_outcomes(connection: Connection, job: int) -> list[RowOutcome]:
    """Return the outcome of every row that a job read, in order; those without a record were not reached."""
    t = schema.job_rows
    found: dict[int, RowOutcome] = {}
    for row in connection.execute(select(t).where(t.c.job_id == job)).mappings():
        said = _outcome(row["row"], row["outcome"], row["customer_id"], row["reason"], row["params"])
        said.changes.update(_changes(said.outcome, row["before"], row["after"]))
        found[said.row] = said
    ranges = connection.execute(select(schema.jobs.c.row_ranges).where(schema.jobs.c.id == job)).scalar()
    rows = list(read_ranges(ranges or "")) or sorted(found)
    return [found.get(row) or RowOutcome(row, Outcome.NOT_REACHED) for row in rows]


def _changes(outcome: Outcome, before: str | None, after: str | None) -> dict[str, Any]:
    if outcome is Outcome.UPDATED and before and after:
        old = typed_values(json.loads(before)[0])
        new = typed_values(json.loads(after))
        return {key: (old.get(key), value) for key, value in new.items() if key != BUYER}
    return {}


def read_jobs(connection: Connection, job: int | None = None) -> list[Job]:
    """Return the jobs, the newest first, or one of them. Raises DatabaseError for a number that is none."""
    t = schema.jobs
    query = select(t, schema.shops.c.code).outerjoin(schema.shops, schema.shops.c.id == t.c.shop_id)
    query = query.order_by(t.c.id.desc())
    if job is not None:
        query = query.where(t.c.id == job)
    undone = _undone(connection)
    found = [_job(row, *undone.get(row["id"], (None, 0))) for row in connection.execute(query).mappings()]
    if job is not None and not found:
        raise DatabaseError("database.no_such_job", job=str(job))
    return found


def _undone(connection: Connection) -> dict[int, tuple[int, int]]:
    """Return the jobs that are taken back at present, with the job that did it and how many customers it left.

    An undo may be undone in turn; one that left every customer as it was has taken nothing back.
    """
    t = schema.jobs
    wrote = t.c.created + t.c.updated + t.c.removed
    undos = select(t.c.id, t.c.undoes, t.c.refused, wrote)
    undos = undos.where(t.c.undoes.is_not(None), t.c.state == str(JobState.DONE))
    undone: dict[int, tuple[int, int]] = {}
    for number, undoes, left, written in connection.execute(undos.order_by(t.c.id.desc())):  # a later one known before
        if number not in undone and (written or not left):
            undone.setdefault(undoes, (number, left))
    return undone


def _job(row: RowMapping, undone_by: int | None, left: int) -> Job:
    counts = {str(o): int(row[str(o)]) for o in COUNTED}
    counts[str(Outcome.NOT_REACHED)] = row["rows_read"] - sum(counts.values())
    return Job(
        id=row["id"],
        kind=JobKind(row["kind"]),
        state=JobState(row["state"]),
        user=row["user"],
        shop=row["code"] or "",
        system=row["system"],
        mode=row["mode"],
        file_name=row["file_name"] or "",
        file_hash=row["file_hash"],
        options=json.loads(row["options"]) if row["options"] else {},
        started=row["started_at"].replace(tzinfo=UTC),
        finished=row["finished_at"] and row["finished_at"].replace(tzinfo=UTC),
        rows=row["rows_read"],
        counts=counts,
        undoes=row["undoes"],
        undone_by=undone_by,
        left=left,
    )


def write_ranges(rows: Iterable[int]) -> str:
    """Write sheet rows in short: 2, 3, 4, 7 → "2-4,7". The order is the sheet's."""
    parts: list[list[int]] = []
    for row in rows:
        if parts and row == parts[-1][1] + 1:
            parts[-1][1] = row
        else:
            parts.append([row, row])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def read_ranges(text: str) -> Iterator[int]:
    """Read what `write_ranges` wrote."""
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)
