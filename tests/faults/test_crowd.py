"""Two people push the same sheet at once: each customer once, on every database."""

import multiprocessing

import pytest

from core.database import open_database, pushing
from core.errors import DatabaseError
from tests.customer_sheets import people, person, request, sheet
from tests.faults.trial import in_a_process

SHEET = [*people(400), {"last_name": "Sans", "first_name": "Clé"}, {**person(900), "account_number": None}]


def test_two_people_push_the_same_sheet_at_once(address):
    with open_database(address):
        pass
    context = multiprocessing.get_context("fork")
    start = context.Barrier(2)

    def work(user):
        pushing.BATCH_SIZE = 50
        start.wait(30)
        with open_database(address) as db:
            db.push(sheet(SHEET), request(user=user, backup=False))

    crowd = [context.Process(target=work, args=(user,)) for user in ("zoe", "luc")]
    for process in crowd:
        process.start()
    for process in crowd:
        process.join(120)
        assert process.exitcode == 0
    with open_database(address) as db:
        jobs = db.jobs()
        assert len(list(db.customers())) == len(SHEET)
        assert sum(j.counts["created"] for j in jobs) == len(SHEET)
        assert [sum(j.counts.values()) for j in jobs] == [len(SHEET)] * 2
        assert sum(j.counts["unchanged"] for j in jobs) == len(SHEET)


def test_one_person_pushing_twice_at_once_shares_one_job(address):
    """A double click: both runs work on the same job, and every row still has one outcome."""
    with open_database(address) as db:
        db.shop_id(create=True)
        first = db.push(sheet(people(50)), request(backup=False, file_hash="a"))
    assert first.created == 50

    def work():
        with open_database(address) as db:
            db.push(sheet(people(300)), request(backup=False))

    in_a_process(work, 0.3)
    in_a_process(work, None)
    with open_database(address) as db:
        assert len(list(db.customers())) == 300


DROP_THE_OTHERS = {
    "postgresql": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
    "mariadb": "SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID()",
}


@pytest.mark.parametrize("kind", DROP_THE_OTHERS)
def test_a_lost_connection_is_said_and_the_push_taken_up(new_address, kind):
    """The server drops the connection in the middle: a clear message, and the same push goes on."""
    address = new_address(kind)
    rows = people(12_000)

    def cut(done, total):
        if done == 5_000:
            with open_database(address) as other, other.engine.connect() as connection:
                for number in connection.exec_driver_sql(DROP_THE_OTHERS[kind]).scalars().all():
                    if kind == "mariadb":
                        connection.exec_driver_sql(f"KILL {number}")

    with open_database(address) as db:
        with pytest.raises(DatabaseError) as error:
            db.push(sheet(rows), request(progress=cut))
        assert error.value.key == "database.lost"
    with open_database(address) as db:
        assert db.jobs()[0].counts["not_reached"] == 7_000
        report = db.push(sheet(rows), request())
        assert (report.created, len(db.jobs()), len(list(db.customers()))) == (12_000, 1, 12_000)
