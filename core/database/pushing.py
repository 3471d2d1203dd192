"""Push: batches of at most 5,000 rows, each one transaction that holds the change and its record.

A crash loses at most the batch under way; the same push takes the job up where it stopped, because recorded rows are
left alone. A dry run and an all-or-nothing push are the same batches in one transaction, rolled back at the end.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine

from core.checked import Checked, Value
from core.database import journal
from core.database.backends import in_parts
from core.database.backups import back_up
from core.database.batches import BATCH_SIZE, Batch, Run
from core.database.journal import Entry
from core.database.retrying import again
from core.database.sheets import Sheet
from core.errors import SettingsError, Stopped
from core.fields import FIELDS, FieldType
from core.i18n import Text
from core.jobs import JobKind, JobReport, JobState, Outcome, PushRequest, RowOutcome, erased
from core.pushing.changes import FieldRules
from core.pushing.creations import Creations, written_as_typed
from core.pushing.doubts import unread_cells
from core.pushing.plans import Rules

if TYPE_CHECKING:
    from core.database import Database

HANDFUL = 5
"""Values that a push may empty without being asked."""

LISTED = 20


def push(database: Database, checked: Checked, request: PushRequest) -> JobReport:
    """Push a checked sheet's valid rows. Raises DatabaseError, SettingsError (the mode), Stopped (a mass erasure)."""
    with _without_collection():
        return _push(database, _prepare(database, checked, request))


def _push(database: Database, run: Run) -> JobReport:
    request = run.request
    if request.dry_run:
        return _rehearse(database, run)
    if request.erase_blank or run.sheet.erases:
        _stop_mass_erasure(_rehearse(database, run), request, run.headers)
    if request.all_or_nothing:
        return _push_whole(database, run)
    return _push_batches(database, run)


def _prepare(database: Database, checked: Checked, request: PushRequest) -> Run:
    profile = checked.profile
    mode = request.mode or profile.modes[0]
    if mode not in profile.modes:
        raise SettingsError("push.mode_unknown", mode=mode, system=profile.name, known=list(profile.modes))
    sheet = Sheet.of(checked, request.decisions, database.base())
    fixed: dict[str, Value] = {
        k: v for k, v in request.options.items() if v and FIELDS.get(k) in (FieldType.TEXT, FieldType.NAME)
    }
    fields = FieldRules(sheet.erases, fixed, request.erase_blank, request.consent_proof)
    rules = Rules(mode, profile.match, profile.unique, fields, bool(profile.buyer))
    headers = {f.key: f.header for f in profile.fields}
    shop, now = database.shop_id(create=True), journal.utc(request.now)
    unread = unread_cells(checked) if request.erase_blank else {}
    run = Run(database.backend, sheet, request, rules, shop, now, headers=headers, unread=unread)
    run.considered, run.creations = _considered(run), Creations.of(sheet.columns)
    return run


def _considered(run: Run) -> Container[int]:
    """Return the indexes of the rows that are more than a plain new customer, before the database is asked."""
    sheet = run.sheet
    if run.rules.mode == "update" or not written_as_typed(run.rules):
        return range(len(sheet.rows))
    marked = {*sheet.errors, *sheet.stamps, *sheet.doubts, *run.request.decisions}
    told = {i for i, row in enumerate(sheet.rows) if row in marked} if marked else set()
    return told | sheet.unstorable.keys()


def _description(run: Run) -> dict[str, Any]:
    """Return what names a push: the same again is the same job, if that one was cut off."""
    request = run.request
    options = {
        "options": dict(request.options),
        "all_or_nothing": request.all_or_nothing,
        "erase_blank": request.erase_blank,
        "across_shops": request.across_shops,
        "consent_proof": [str(p) for p in request.consent_proof] if request.consent_proof else None,
    }
    return {
        "kind": str(JobKind.PUSH),
        "shop_id": run.shop,
        "user": request.user,
        "system": request.system or run.sheet.system,
        "mode": run.rules.mode,
        "file_name": request.file_name,
        "file_hash": request.file_hash,
        "options": json.dumps(options, ensure_ascii=False, sort_keys=True),
    }


def _beginning(run: Run) -> dict[str, Any]:
    return {**_description(run), "started_at": run.now}


def _push_batches(database: Database, run: Run) -> JobReport:
    done = _begin_job(database, run)
    total = len(run.sheet.rows)
    waiting = [i for i, row in enumerate(run.sheet.rows) if row not in done]
    for part in in_parts(waiting, BATCH_SIZE):
        for entry in again(lambda part=part: _commit(database.writer, run, part)):  # type: ignore[misc]
            done[entry.outcome.row] = entry.outcome
            _take(run, entry.outcome)
        if run.request.progress:
            run.request.progress(len(done), total)
    with database.writer.begin() as connection:
        journal.close_job(connection, run.job, JobState.DONE, journal.utc(run.request.now))
    return JobReport(run.job, [done[row] for row in run.sheet.rows])


def _begin_job(database: Database, run: Run) -> dict[int, RowOutcome]:
    """Open a job, or take up the one that a crash cut off; return the rows that it has already recorded."""
    same = _description(run)
    with database.engine.connect() as connection:
        job = journal.unfinished_job(connection, same) if run.request.file_hash else None
        done = journal.recorded_rows(connection, job) if job is not None else {}
    if job is None:
        if run.request.backup:
            back_up(database.url, run.now)
        with database.writer.begin() as connection:
            job = journal.open_job(connection, {**same, "started_at": run.now}, run.sheet.rows)
    run.job = job
    for said in done.values():
        _take(run, said)
    return done


def _take(run: Run, said: RowOutcome) -> None:
    if said.customer is not None and said.outcome is not Outcome.REFUSED:
        run.taken.setdefault(said.customer, said.row)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Pause Python's search for cycles: a push makes many objects and no cycle, and the search took a third of it."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def _commit(writer: Engine, run: Run, part: Sequence[int]) -> list[Entry]:
    """Do one batch in a transaction of its own."""
    with writer.begin() as connection:
        return _do(connection, run, part)


def _do(connection: Connection, run: Run, part: Sequence[int]) -> list[Entry]:
    """Plan, write and record the rows of one batch that nobody has recorded in this job meanwhile."""
    batch = Batch(run, connection, part)
    run.backend.lock(connection)
    rows = [run.sheet.rows[i] for i in part]
    known = journal.recorded_between(connection, run.job, rows[0], rows[-1])
    batch.indexes = [i for i, row in zip(part, rows, strict=True) if row not in known]
    entries = batch.work()
    journal.record(connection, run.backend, run.job, entries)
    own = set(rows)
    return [*(Entry(said) for row, said in known.items() if row in own), *entries]


def _do_all(connection: Connection, run: Run) -> list[RowOutcome]:
    """Do every batch in the caller's transaction."""
    run.taken = {}
    outcomes: list[RowOutcome] = []
    for part in in_parts(range(len(run.sheet.rows)), BATCH_SIZE):
        for entry in _do(connection, run, part):
            outcomes.append(entry.outcome)
            _take(run, entry.outcome)
        if run.request.progress:
            run.request.progress(len(outcomes), len(run.sheet.rows))
    return outcomes


def _rehearse(database: Database, run: Run) -> JobReport:
    def attempt() -> JobReport:
        with database.writer.connect() as connection, connection.begin() as transaction:
            run.job = journal.REHEARSAL
            outcomes = _do_all(connection, run)
            transaction.rollback()
        return JobReport(None, _without_new_numbers(outcomes), dry_run=True)

    report = again(attempt)
    run.taken = {}
    return report


def _without_new_numbers(outcomes: Sequence[RowOutcome]) -> list[RowOutcome]:
    """Forget the numbers of customers whose creation was rolled back: nobody has them, and a push may give others."""
    gone = {o.customer for o in outcomes if o.outcome is Outcome.CREATED}
    return [replace(o, customer=None) if o.customer in gone else o for o in outcomes]


def _push_whole(database: Database, run: Run) -> JobReport:
    """Push every row or none: one refused row cancels the job, which then records the refusals alone."""
    if run.request.backup:
        back_up(database.url, run.now)

    def attempt() -> JobReport:
        with database.writer.begin() as connection:
            run.job = journal.open_job(connection, _beginning(run), run.sheet.rows)
            rows = connection.begin_nested()
            outcomes = _do_all(connection, run)
            cancelled = any(o.outcome is Outcome.REFUSED for o in outcomes)
            if cancelled:
                rows.rollback()
                outcomes = _record_refusals(connection, run, outcomes)
            state = JobState.CANCELLED if cancelled else JobState.DONE
            journal.close_job(connection, run.job, state, journal.utc(run.request.now))
        return JobReport(run.job, outcomes, cancelled=cancelled)

    return again(attempt)


def _record_refusals(connection: Connection, run: Run, outcomes: Sequence[RowOutcome]) -> list[RowOutcome]:
    refused = {o.row: o for o in _without_new_numbers(outcomes) if o.outcome is Outcome.REFUSED}
    journal.record(connection, run.backend, run.job, [Entry(o) for o in refused.values()])
    return [refused.get(row) or RowOutcome(row, Outcome.NOT_REACHED) for row in run.sheet.rows]


def _stop_mass_erasure(rehearsal: JobReport, request: PushRequest, headers: Mapping[str, str]) -> None:
    """Stop before emptying more than a handful of values, unless their very number was confirmed."""
    lost = [(o.row, key, o.changes[key][0]) for o in rehearsal.outcomes for key in erased(o)]
    if len(lost) > HANDFUL and request.confirmed_erasures != len(lost):
        listed = [
            Text("push.erased_value", {"row": str(row), "column": headers.get(key, key), "value": value})
            for row, key, value in lost[:LISTED]
        ]
        raise Stopped("push.mass_erasure", count=len(lost), listed=listed, erasures=lost)
