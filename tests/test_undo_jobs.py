"""Undo, on the three databases: the former state comes back, and what somebody changed since stays and is listed."""

import random

import pytest

from core.database import open_database
from core.database.schema import customers, loyalty_operations, marketing_action_customers, marketing_actions
from core.errors import DatabaseError, InputError
from core.jobs import JobKind, JobState, Outcome
from tests.customer_sheets import decide, people, person, random_rows, request, sheet

KEPT_TABLES = ("customers", "shops")
RUNS = 12


def state(database):
    digest = database.digest()
    return {table: digest[table] for table in KEPT_TABLES}


def somebody_edits(database, number, **changes):
    with database.writer.begin() as connection:
        connection.execute(customers.update().where(customers.c.id == number).values(**changes))


def test_created_customers_go_and_updated_ones_get_their_values_back(db):
    db.push(sheet(people(3)), request())
    before = state(db)
    job = db.push(sheet([{**person(0), "city": "Lyon", "notes": "vu"}, person(1), person(7)]), request()).job
    report = db.undo(job, user="luc")
    assert [(o.row, o.outcome, o.customer) for o in report.outcomes] == [
        (2, Outcome.UPDATED, 1), (4, Outcome.REMOVED, 4),
    ]  # fmt: skip
    assert report.outcomes[0].changes == {"city": ("Lyon", "Bourg-en-Bresse"), "notes": ("vu", person(0)["notes"])}
    assert state(db) == before
    undone, undo = db.job(job), db.job(report.job)
    assert (undone.undone_by, undo.undoes, undo.kind, undo.user) == (report.job, job, JobKind.UNDO, "luc")
    assert undo.counts == {
        "created": 0, "updated": 1, "unchanged": 0, "refused": 0, "removed": 1, "not_reached": 0,
    }  # fmt: skip


def test_a_rehearsed_undo_says_the_same_and_writes_nothing(db):
    job = db.push(sheet(people(3)), request()).job
    before = db.digest()
    rehearsed = db.undo(job, user="luc", dry_run=True)
    assert (rehearsed.job, rehearsed.removed, db.digest()) == (None, 3, before)
    assert rehearsed.outcomes == db.undo(job, user="luc").outcomes


def test_customers_edited_since_stay_and_are_listed(db):
    db.push(sheet(people(2)), request())
    job = db.push(sheet([{**person(0), "city": "Lyon"}, {**person(1), "city": "Lyon"}, person(2)]), request()).job
    somebody_edits(db, 1, city="Dijon", phone="+33199999999")
    somebody_edits(db, 3, notes="appelée")
    report = db.undo(job, user="luc")
    assert [(o.outcome, o.reason) for o in report.outcomes] == [
        ("refused", "push.edited_since"), ("updated", ""), ("refused", "push.edited_since"),
    ]  # fmt: skip
    assert report.outcomes[0].changes == {"city": ("Lyon", "Dijon"), "phone": (person(0)["phone"], "+33199999999")}
    assert "ville, téléphone" in report.outcomes[0].message("fr")
    assert [c.values.get("city") for c in db.customers()] == ["Dijon", "Bourg-en-Bresse", "Bourg-en-Bresse"]


def test_a_later_job_counts_as_an_edit_until_it_is_undone_too(db):
    db.push(sheet([person(1)]), request())
    first = db.push(sheet([{**person(1), "city": "Lyon"}]), request()).job
    second = db.push(sheet([{**person(1), "city": "Dijon"}]), request()).job
    assert db.undo(first, user="luc").refused == 1
    assert db.undo(second, user="luc").updated == 1
    assert db.undo(first, user="luc").updated == 1
    assert db.customer(1).values["city"] == "Bourg-en-Bresse"


def test_an_undo_can_be_undone(db):
    db.push(sheet(people(2)), request())
    job = db.push(sheet([{**person(0), "city": "Lyon"}, person(5)]), request()).job
    pushed = state(db)
    undo = db.undo(job, user="luc").job
    redo = db.undo(undo, user="luc")
    assert [(o.outcome, o.customer) for o in redo.outcomes] == [(Outcome.UPDATED, 1), (Outcome.CREATED, 3)]
    assert state(db) == pushed
    assert db.undo(redo.job, user="luc").counts()["removed"] == 1


def test_undoing_twice_is_refused_and_makes_no_job(db):
    """A job whose undo was itself undone can be taken back again."""
    job = db.push(sheet(people(2)), request()).job
    undo = db.undo(job, user="luc").job
    before = db.digest()
    with pytest.raises(InputError) as refused:
        db.undo(job, user="luc")
    assert (refused.value.key, refused.value.params) == ("push.already_undone", {"job": str(job), "by": str(undo)})
    assert db.digest() == before
    db.undo(undo, user="luc")
    assert db.job(job).undone_by is None
    assert db.undo(job, user="luc").removed == 2


def test_what_was_undone_can_be_pushed_again(db):
    checked = sheet(people(2))
    db.undo(db.push(checked, request()).job, user="luc")
    assert db.push(checked, request()).created == 2


def test_a_customer_with_loyalty_operations_stays(db):
    job = db.push(sheet(people(2)), request()).job
    with db.writer.begin() as connection:
        now = db.job(job).started
        connection.execute(
            loyalty_operations.insert().values(
                shop_id=1, idempotency_key="k1", kind="sale", state="confirmed", customer_id=2, user="zoe",
                created_at=now, modified_at=now,
            )
        )  # fmt: skip
    report = db.undo(job, user="luc")
    assert [(o.outcome, o.reason) for o in report.outcomes] == [("removed", ""), ("refused", "push.has_operations")]


def test_a_customer_who_goes_leaves_the_marketing_actions_and_it_is_said(db):
    job = db.push(sheet(people(1)), request()).job
    with db.writer.begin() as connection:
        now = db.job(job).started
        values = {"id": 1, "shop_id": 1, "code": "NOEL", "user": "zoe", "created_at": now}
        connection.execute(marketing_actions.insert().values(values))
        connection.execute(marketing_action_customers.insert().values(action_id=1, customer_id=1))
    said = db.undo(job, user="luc").outcomes[0]
    assert (said.outcome, said.message("en")) == (
        "removed", "Customer no. 1 also left the marketing actions it was in (1).",
    )  # fmt: skip


def test_an_account_number_taken_meanwhile_is_not_taken_back(db):
    db.push(sheet([person(1)]), request())
    renamed = sheet([{**person(1), "account_number": "NEUF"}])
    job = db.push(renamed, request(decisions=decide(r2="rename"))).job
    db.push(
        sheet([{"account_number": person(1)["account_number"], "last_name": "Autre", "first_name": "Luc"}]), request()
    )
    report = db.undo(job, user="luc")
    assert [(o.outcome, o.reason) for o in report.outcomes] == [("refused", "push.key_taken_since")]


def test_a_job_cut_off_can_be_undone_and_is_not_taken_up_again(db):
    from core.database import journal

    report = db.push(sheet(people(2)), request())
    with db.writer.begin() as connection:
        journal.close_job(connection, report.job, JobState.RUNNING, db.job(report.job).started)
    db.undo(report.job, user="luc")
    assert db.job(report.job).state is JobState.CANCELLED
    assert db.push(sheet(people(2)), request()).created == 2


def test_an_unknown_job_cannot_be_undone(db):
    with pytest.raises(DatabaseError, match=r"no job no\. 5"):
        db.undo(5, user="luc")


@pytest.mark.parametrize("seed", range(RUNS))
def test_undo_gives_back_the_digest_whatever_the_sheet(tmp_path, seed):
    """Customers that nobody edited are as before the push; the ones somebody edited are as he left them."""
    dice = random.Random(seed)
    with open_database(str(tmp_path / "a.db")) as db:
        db.push(sheet(random_rows(dice, 30)), request())
        before = state(db)
        contents = {c.number: c for c in db.customers()}
        job = db.push(sheet(random_rows(dice, 40)), request()).job
        touched = {o.customer for o in db.outcomes(job) if o.outcome in ("created", "updated")}
        edited = dice.sample(sorted(touched), min(len(touched), dice.randrange(4)))
        for number in edited:
            somebody_edits(db, number, notes=f"vu {seed}")
        left = {c.number: c for c in db.customers()}
        report = db.undo(job, user="luc")
        assert {o.customer for o in report.outcomes if o.outcome == "refused"} == set(edited)
        now = {c.number: c for c in db.customers()}
        assert now == {**contents, **{n: left[n] for n in edited}}
        assert edited or state(db) == before
