"""One trial: a push or an undo in a process of its own, killed at a random moment, then run again to its end."""

from __future__ import annotations

import os
import random
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from sqlalchemy import delete, update

from core.checked import Checked
from core.database import Database, open_database, schema
from core.errors import InputError
from core.issues import Code, Issue, Severity
from core.jobs import JobKind, JobReport, JobState, Outcome
from tests.customer_sheets import people, person, random_rows, request, sheet

BATCH = 60
"""Rows a transaction: small, so that there is much to interrupt."""
NOW = datetime(2026, 5, 1, 9)
HELD = 120
ROWS = 600
CLEARED = ("job_rows", "jobs", "decisions", "customers")


def make_sheet(seed: int) -> Checked:
    """Return a sheet of new customers, updates, twins within the file, families, and rows in error."""
    dice = random.Random(seed)
    rows = [*people(ROWS // 2, HELD), *({**person(n), "city": "Lyon"} for n in range(0, HELD, 2))]
    rows += random_rows(dice, ROWS - len(rows), HELD * 2)
    dice.shuffle(rows)
    checked = sheet(rows)
    for row in dice.sample(checked.table.rows, 10):
        checked.issues.append(Issue(row, "E-mail", "email", Code.EMAIL_INVALID, Severity.ERROR, "x@"))
    return checked


def push(database: Database, checked: Checked) -> JobReport:
    """Push as a person does, but for the time of day."""
    return database.push(checked, request(backup=False, now=NOW))


def undo(database: Database, job: int) -> JobReport:
    """Undo as a person does, but for the time of day."""
    return database.undo(job, user="luc", now=NOW)


def reset(address: str) -> None:
    """Empty the base and give it the customers that were there before."""
    with open_database(address) as db:
        with db.writer.begin() as connection:
            for name in CLEARED:
                connection.execute(delete(schema.metadata.tables[name]))
            connection.execute(update(schema.counters).values(value=0))
        push(db, sheet(people(HELD)))
        with db.writer.begin() as connection:
            connection.execute(delete(schema.job_rows))
            connection.execute(delete(schema.jobs))


def in_a_process(work: Callable[[], object], wait: float | None) -> bool:
    """Do `work` in a child process; kill it after `wait` seconds (None: never). Say whether it was killed at work."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            if code:
                traceback.print_exc()
            os._exit(code)
    if wait is not None:
        time.sleep(wait)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status)
    assert killed or os.WEXITSTATUS(status) == 0, "the push failed by itself"
    return killed


@dataclass
class Truth:
    """What an uninterrupted run gives."""

    seconds: float
    digest: str
    outcomes: list[tuple[object, ...]]
    before: str


@dataclass
class Figures:
    """What a series of trials showed."""

    kills: int = 0
    too_late: int = 0
    resumed_rows: list[int] = field(default_factory=list)


def facts(report: JobReport) -> list[tuple[object, ...]]:
    """Return what must be the same however often the job was interrupted."""
    return [(o.row, o.outcome, o.customer, o.reason) for o in report.outcomes]


def uninterrupted(address: str, checked: Checked) -> Truth:
    """Run once without a fault, in a process too, and time it."""
    reset(address)
    with open_database(address) as db:
        before = db.digest()["customers"]

    def work() -> None:
        with open_database(address) as db:
            push(db, checked)

    start = time.monotonic()
    in_a_process(work, None)
    seconds = time.monotonic() - start
    with open_database(address) as db:
        job = db.jobs()[0]
        return Truth(seconds, db.digest()["customers"], facts(JobReport(job.id, db.outcomes(job.id))), before)


def check_consistency(db: Database) -> int:
    """Check what must hold after any crash: the journal and the customers tell the same story. Return rows done."""
    jobs = db.jobs()
    assert len(jobs) <= 1, "one push made two jobs"
    if not jobs:
        assert len(list(db.customers())) == HELD
        return 0
    said = [o for o in db.outcomes(jobs[0].id) if o.outcome is not Outcome.NOT_REACHED]
    made = [o.customer for o in said if o.outcome is Outcome.CREATED]
    held = {c.number for c in db.customers()}
    assert len(held) == HELD + len(made), "a customer without a record, or a record without a customer"
    assert held.issuperset(made)
    assert jobs[0].counts["not_reached"] == jobs[0].rows - len(said)
    return len(said)


def trial(address: str, checked: Checked, truth: Truth, dice: random.Random, figures: Figures) -> None:
    """Push with one to three kills, then to the end; undo with a kill, then to the end."""
    reset(address)

    def pushes() -> None:
        with open_database(address) as db:
            push(db, checked)

    for _ in range(dice.randint(1, 3)):
        killed = in_a_process(pushes, dice.uniform(0.0, truth.seconds))
        figures.kills += killed
        figures.too_late += not killed
        with open_database(address) as db:
            figures.resumed_rows.append(check_consistency(db))
            finished = any(job.state is JobState.DONE for job in db.jobs())  # the kill may come after the last commit
        if finished:
            break
    with open_database(address) as db:
        if not (db.jobs() and db.jobs()[0].state == "done"):
            push(db, checked)
        job = db.jobs()[0]
        assert len(db.jobs()) == 1
        assert facts(JobReport(job.id, db.outcomes(job.id))) == truth.outcomes
        assert db.digest()["customers"] == truth.digest
    _undo_trial(address, job.id, truth, dice, figures)


def _undo_trial(address: str, job: int, truth: Truth, dice: random.Random, figures: Figures) -> None:
    def undoes() -> None:
        with open_database(address) as db:
            undo(db, job)

    killed = in_a_process(undoes, dice.uniform(0.0, truth.seconds / 2))
    figures.kills += killed
    figures.too_late += not killed
    with open_database(address) as db:
        if not _taken_back(db):
            undo(db, job)
        assert db.digest()["customers"] == truth.before
        with pytest.raises(InputError):
            undo(db, job)


def _taken_back(db: Database) -> bool:
    """Tell whether the undo reached its end all the same: the kill came after its last commit."""
    return any(job.kind is JobKind.UNDO and job.state is JobState.DONE for job in db.jobs())
