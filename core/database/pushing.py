"""Push: batches of at most 5,000 rows, each one transaction that holds the change and its record.

A crash loses at most the batch under way; the same push takes the job up where it stopped, because recorded rows are
left alone. A dry run and an all-or-nothing push are the same batches in one transaction, rolled back at the end.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine

from core.checked import Checked, Value
from core.database import journal
from core.database.backends import in_parts
from core.database.backups import back_up
from core.database.batches import BATCH_SIZE, Batch, Run, keep_taken
from core.database.journal import Entry
from core.database.preparing import Prepared, Preparing, prepare
from core.database.retrying import again
from core.database.sheets import Sheet
from core.database.taken import Taken
from core.errors import SettingsError, Stopped
from core.fields import FIELDS, FieldType
from core.i18n import Text
from core.jobs import JobKind, JobReport, JobState, Outcome, Outcomes, PushRequest, RowOutcome, erased
from core.pushing.changes import FieldRules
from core.pushing.creations import written_as_typed
from core.pushing.doubts import unread_cells
from core.pushing.plans import Rules

if TYPE_CHECKING:
    from core.database import Database

HANDFUL = 5
"""Values that a push may empty without being asked."""

LISTED = 20

Tell = Callable[[Outcomes], None]
"""Says what became of a batch's rows, once its transaction is done."""


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
    run.shop = database.shop_id(create=True)
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
    shop, now = database.shop_id(), journal.utc(request.now)
    unread = unread_cells(checked) if request.erase_blank else {}
    run = Run(database.backend, sheet, request, rules, shop, now, headers=headers, unread=unread)
    run.considered = _considered(run)
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
    outcomes = _begin_job(database, run)
    reached = sum(map(outcomes.reached, range(len(outcomes))))
    waiting: Sequence[int] = range(len(outcomes))
    if reached:
        waiting = [place for place in waiting if not outcomes.reached(place)]
    for made in _prepared(run, waiting):
        again(lambda made=made: _commit(database.writer, run, made))(outcomes)  # type: ignore[misc]
        reached += len(made.indexes)
        if run.request.progress:
            run.request.progress(reached, len(outcomes))
    with database.writer.begin() as connection:
        journal.close_job(connection, run.job, JobState.DONE, journal.utc(run.request.now))
    return JobReport(run.job, outcomes)


def _prepared(run: Run, indexes: Sequence[int]) -> Preparing:
    """Return rows in batches, made ready: with a server, each while it writes the one before."""
    made = Preparing(run.sheet, in_parts(indexes, BATCH_SIZE), apart=run.backend.is_server)
    run.meanwhile = made.begin_next
    return made


def _begin_job(database: Database, run: Run) -> Outcomes:
    """Open a job, or take up the one that a crash cut off; return the outcomes that it has already recorded."""
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
    outcomes = Outcomes(run.sheet.rows)
    _tell_recorded(run, done.values(), outcomes)
    return outcomes


def _tell_recorded(run: Run, recorded: Collection[RowOutcome], outcomes: Outcomes) -> None:
    """Say what became of rows that are in the journal already."""
    outcomes.put_rows(recorded)
    for said in recorded:
        keep_taken(run.taken, said)


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


def _commit(writer: Engine, run: Run, made: Prepared) -> Tell:
    """Do one batch in a transaction of its own."""
    with writer.begin() as connection:
        return _do(connection, run, made)


def _do(connection: Connection, run: Run, made: Prepared) -> Tell:
    """Plan, write and record the rows of one batch that nobody has recorded in this job meanwhile."""
    run.backend.lock(connection)
    rows = [run.sheet.rows[i] for i in made.indexes]
    own = set(rows)
    between = journal.recorded_between(connection, run.job, rows[0], rows[-1])
    known = [said for row, said in between.items() if row in own]
    if known:
        done = {said.row for said in known}
        made = prepare(run.sheet, [i for i, row in zip(made.indexes, rows, strict=True) if row not in done])
    batch = Batch(run, connection, made)
    batch.work()

    def tell(outcomes: Outcomes) -> None:
        _tell_recorded(run, known, outcomes)
        batch.tell(outcomes, run.taken)

    return tell


def _do_all(connection: Connection, run: Run) -> Outcomes:
    """Do every batch in the caller's transaction."""
    run.taken = Taken()
    outcomes = Outcomes(run.sheet.rows)
    reached = 0
    for made in _prepared(run, range(len(outcomes))):
        _do(connection, run, made)(outcomes)
        reached += len(made.indexes)
        if run.request.progress:
            run.request.progress(reached, len(outcomes))
    return outcomes


def _rehearse(database: Database, run: Run) -> JobReport:
    """Do every batch and take all of it back, the shop itself where it is new."""
    shop = run.shop

    def attempt() -> JobReport:
        with database.writer.connect() as connection, connection.begin() as transaction:
            run.job, run.shop = journal.REHEARSAL, shop or database.add_shop(connection)
            outcomes = _do_all(connection, run)
            transaction.rollback()
        outcomes.forget_new_customers()
        return JobReport(None, outcomes, dry_run=True)

    report = again(attempt)
    run.taken, run.shop = Taken(), shop
    return report


def _push_whole(database: Database, run: Run) -> JobReport:
    """Push every row or none: one refused row cancels the job, which then records the refusals alone."""
    if run.request.backup:
        back_up(database.url, run.now)

    def attempt() -> JobReport:
        with database.writer.begin() as connection:
            run.job = journal.open_job(connection, _beginning(run), run.sheet.rows)
            rows = connection.begin_nested()
            outcomes = _do_all(connection, run)
            cancelled = outcomes.counts()[Outcome.REFUSED] > 0
            if cancelled:
                rows.rollback()
                outcomes = _record_refusals(connection, run, outcomes)
            state = JobState.CANCELLED if cancelled else JobState.DONE
            journal.close_job(connection, run.job, state, journal.utc(run.request.now))
        return JobReport(run.job, outcomes, cancelled=cancelled)

    return again(attempt)


def _record_refusals(connection: Connection, run: Run, outcomes: Outcomes) -> Outcomes:
    outcomes.forget_new_customers()
    refused = [o for o in outcomes if o.outcome is Outcome.REFUSED]
    journal.record(connection, run.backend, run.job, [Entry(o) for o in refused])
    alone = Outcomes(run.sheet.rows)
    alone.put_rows(refused)
    return alone


def _stop_mass_erasure(rehearsal: JobReport, request: PushRequest, headers: Mapping[str, str]) -> None:
    """Stop before emptying more than a handful of values, unless their very number was confirmed."""
    lost = [(o.row, key, o.changes[key][0]) for o in rehearsal.outcomes for key in erased(o)]
    if len(lost) > HANDFUL and request.confirmed_erasures != len(lost):
        listed = [
            Text("push.erased_value", {"row": str(row), "column": headers.get(key, key), "value": value})
            for row, key, value in lost[:LISTED]
        ]
        raise Stopped("push.mass_erasure", count=len(lost), listed=listed, erasures=lost)
