"""Beyond one machine: a push on a Galera cluster of three nodes, one of them killed in the middle."""

import multiprocessing

import pytest

from core.database import open_database, pushing
from core.errors import DatabaseError
from tests.customer_sheets import people, request, sheet
from tests.parts import require
from tests.servers import GaleraCluster

ROWS = 20_000


@pytest.fixture(scope="module")
def cluster():
    require("galera")
    cluster = GaleraCluster()
    try:
        yield cluster.start()
    finally:
        cluster.stop()


@pytest.mark.slow
def test_a_node_killed_in_the_middle_loses_nothing(cluster):
    """What the dead node had acknowledged is on the others, and the same push through one of them goes on.

    Started again, the dead node catches up, and takes its part in the undo.
    """
    first, second, third = cluster.nodes
    first.run("CREATE DATABASE shop")
    checked = sheet(people(ROWS))

    def cut(done, total):
        if done == 10_000:
            first.kill()

    with open_database(first.address("shop")) as db:
        with pytest.raises(DatabaseError) as error:
            db.push(checked, request(progress=cut))
        assert error.value.key == "database.lost"
    cluster.wait_ready(second, 2)
    with open_database(second.address("shop")) as db:
        held = len(list(db.customers()))
        assert db.jobs()[0].counts["created"] == held >= 10_000
        report = db.push(checked, request())
        assert (report.created, len(db.jobs())) == (ROWS, 1)
        digest = db.digest()
    cluster.start_again(first)
    cluster.wait_alike()
    for node in (first, third):
        with open_database(node.address("shop")) as db:
            assert len(list(db.customers())) == ROWS
            assert db.digest() == digest
    with open_database(first.address("shop")) as db:
        assert db.undo(db.jobs()[0].id, user="luc").removed == ROWS
    cluster.wait_alike()
    for node in cluster.nodes:
        with open_database(node.address("shop")) as db:
            assert not list(db.customers())
    print(f"\ngalera: node killed with {held} of {ROWS} rows in; the push went on elsewhere, the node came back whole")


@pytest.mark.slow
def test_two_nodes_take_the_same_sheet_at_once(cluster):
    """Two people push through two nodes: the second to commit begins again, and each customer is there once."""
    _, second, third = cluster.nodes
    second.run("CREATE DATABASE crowd")
    with open_database(second.address("crowd")) as db:
        db.shop_id(create=True)
    context = multiprocessing.get_context("fork")
    start = context.Barrier(2)

    def work(address, user):
        pushing.BATCH_SIZE = 100
        start.wait(60)
        with open_database(address) as db:
            db.push(sheet(people(1_000)), request(user=user))

    addresses = (second.address("crowd"), third.address("crowd"))
    crowd = [context.Process(target=work, args=pair) for pair in zip(addresses, ("zoe", "luc"), strict=True)]
    for process in crowd:
        process.start()
    for process in crowd:
        process.join(180)
        assert process.exitcode == 0
    with open_database(second.address("crowd")) as db:
        assert len(list(db.customers())) == 1_000
        assert sum(j.counts["created"] for j in db.jobs()) == 1_000
