"""Operations in the POS database: durable, in order, each key once; and a shop's days walked at random on them."""

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.database import open_database
from core.database.operations import StoredOperations
from core.errors import DatabaseError
from core.gains.baskets import settle
from core.loyalty import transport
from core.loyalty.faults import Fault
from core.loyalty.operations import Operation, OperationState
from core.loyalty.sales import Outbox
from core.loyalty.sandbox import Sandbox
from tests.customer_sheets import person, request, sheet
from tests.loyalty_parts import PERCENT, TODAY, AppAdapter, client_of, line, sale_of, wired_client
from tests.test_loyalty_model import STEPS, Day

WHEN = datetime(2026, 3, 2, 9, 5, 7, tzinfo=UTC)
RUNS = 200


def operation(key, sale="", kind="reserve", body=None, **more):
    text = json.dumps(body if body is not None else {"card": "433701", "due": "12.30"})
    return Operation(key, sale or key, kind, text, WHEN, **more)


def test_operations_come_back_equal_and_in_order(db):
    store = StoredOperations(db, "zoe")
    first, second = operation("sale-one"), operation("sale-two")
    confirm = operation("sale-one.confirm", "sale-one", "confirm", {})
    refund = operation("refund-1", "sale-one", "refund", {"amount": "3.00", "returned": [], "restored": []})
    for each in (first, second, confirm, refund):
        store.add(each)
    assert store.of_sale("sale-one") == [first, confirm, refund]
    assert store.open() == [first, second, confirm, refund]
    failed = replace(first, state=OperationState.FAILED, attempts=2, reason="gain_used")
    store.save(failed)
    store.save(replace(second, state=OperationState.UNKNOWN, attempts=1))
    assert store.of_sale("sale-one")[0] == failed
    assert [o.key for o in store.open()] == ["sale-two", "sale-one.confirm", "refund-1"]
    assert store.of_sale("no-such-sale") == []


def test_what_was_refused_is_listed_until_a_later_settlement(db):
    """A payment and a refund, not a reservation; what is refused after the settlement is listed again."""
    store = StoredOperations(db, "zoe")
    store.add(operation("sale-one", state=OperationState.FAILED))
    confirm = operation("sale-one.confirm", "sale-one", "confirm", {}, state=OperationState.FAILED, reason="gain_used")
    store.add(confirm)
    assert store.refused() == [confirm]
    store.add(operation("settle-1", "sale-one", "settle", {}, state=OperationState.CONFIRMED))
    assert store.refused() == []
    refund = operation("refund-1", "sale-one", "refund", {"amount": "3.00"}, state=OperationState.FAILED)
    store.add(refund)
    assert store.refused() == [refund]


def test_a_reservation_is_held_until_it_is_paid_or_given_up(db):
    store = StoredOperations(db, "zoe")
    for sale, next_kind in {"sale-one": "confirm", "sale-two": "cancel", "sale-three": "refund"}.items():
        reserved = operation(sale)
        store.add(reserved)
        assert reserved not in store.held(), "not confirmed yet"
        store.save(replace(reserved, state=OperationState.CONFIRMED))
        assert store.held()[-1].key == sale
        store.add(operation(f"{sale}.{next_kind}", sale, next_kind, {}))
    assert [o.key for o in store.held()] == ["sale-three"]


def test_another_program_sees_an_operation_as_soon_as_it_is_added(address):
    with open_database(address) as first, open_database(address) as second:
        mine, theirs = StoredOperations(first, "zoe"), StoredOperations(second, "luc")
        mine.add(operation("sale-one"))
        assert [o.key for o in theirs.open()] == ["sale-one"]


def test_a_key_is_never_used_twice(db):
    store = StoredOperations(db, "zoe")
    store.add(operation("sale-one"))
    with pytest.raises(DatabaseError):
        store.add(operation("sale-one"))
    assert len(store.open()) == 1


def test_each_shop_has_its_own_queue(address):
    with open_database(address, shop="lyon") as lyon, open_database(address, shop="dijon") as dijon:
        StoredOperations(lyon, "zoe").add(operation("sale-one"))
        assert StoredOperations(dijon, "luc").open() == []
        assert StoredOperations(dijon, "luc").of_sale("sale-one") == []


def test_a_sale_belongs_to_the_customer_who_has_its_card(db):
    """And so an undo leaves that customer alone."""
    db.push(sheet([{**person(1), "loyalty_card": "433701"}]), request())
    store = StoredOperations(db, "zoe")
    store.add(operation("sale-one"))
    store.add(operation("sale-one.confirm", "sale-one", "confirm", {}))
    assert [o.reason for o in db.undo(1, user="zoe").outcomes] == ["push.has_operations"]


def test_the_queue_survives_a_restart_with_its_age(tmp_path):
    later = WHEN + timedelta(hours=30)
    with open_database(str(tmp_path / "caisse.db")) as database:
        StoredOperations(database, "zoe").add(operation("sale-one"))
    with open_database(str(tmp_path / "caisse.db")) as database:
        queue = Outbox(StoredOperations(database, "zoe"), None, now=lambda: later).queue()
    assert (queue.count, queue.age) == (1, timedelta(hours=30))


def test_two_tills_that_send_the_same_queue_send_each_sale_once(address):
    """Both find the same operations waiting, and FidelPass has each sale once, to the cent."""
    from concurrent.futures import ThreadPoolExecutor

    with Sandbox() as sandbox, open_database(address) as one, open_database(address) as two:
        outboxes = [Outbox(StoredOperations(d, "zoe"), client_of(sandbox)) for d in (one, two)]
        sandbox.app.add(Fault("lost", times=0))
        for number in range(6):
            recap = settle([line("10.00", article=f"A{number}")], [], TODAY)
            outboxes[number % 2].reserve(sale_of(recap, f"sale-number-{number}", PERCENT))
            outboxes[number % 2].confirm(f"sale-number-{number}")
        sandbox.app.clear()
        assert outboxes[0].queue().count == 12
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(Outbox.send, outboxes))
        assert outboxes[0].send().count == 0
        assert sorted(sandbox.ledger.sales) == [f"sale-number-{n}" for n in range(6)]
        assert sandbox.ledger.cards[PERCENT].turnover == Decimal("60.00")


class StoredDay(Day):
    """A day whose operations are in a database."""

    def __init__(self, rng, sandbox, client, store):
        super().__init__(rng, sandbox, client)
        self.store = store
        self.outbox = Outbox(store, self.fragile)


def test_after_any_day_the_database_and_fidelpass_agree_to_the_cent(tmp_path, monkeypatch):
    """Faults at every call, power cuts, answers that come late: each sale once, on the store that shops use."""
    monkeypatch.setattr(transport, "FIRST_PAUSE", 0.0)
    confirmed = 0
    with open_database(str(tmp_path / "caisse.db")) as database:
        with database.engine.connect() as connection:  # the one connection of the pool: five times faster
            raw = connection.connection.driver_connection
            raw.rollback()
            raw.execute("PRAGMA synchronous = OFF")
        store = StoredOperations(database, "zoe")
        for seed in range(90_000, 90_000 + RUNS):
            rng, sandbox = random.Random(seed), Sandbox(today=TODAY)
            day = StoredDay(rng, sandbox, wired_client(sandbox, AppAdapter(sandbox.app)), store)
            for _ in range(STEPS):
                day.step()
            day.night()
            day.check()
            confirmed += sum(r.state == "confirmed" for r in sandbox.ledger.sales.values())
    assert confirmed > RUNS
