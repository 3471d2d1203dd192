"""Sales at FidelPass: held, spent, given back, each exactly once; the bugs other systems are known for."""

from datetime import timedelta

import pytest

from core.errors import LoyaltyError
from core.gains.baskets import Use, settle
from core.loyalty.failures import Refused
from core.loyalty.faults import Fault
from core.loyalty.operations import Operation, OperationState
from core.loyalty.sales import Outbox
from core.loyalty.sandbox import Sandbox
from tests.loyalty_parts import (
    AMOUNT,
    NOW,
    PERCENT,
    TODAY,
    MemoryStore,
    euros,
    line,
    sale_of,
    wired_client,
)

PENDING, UNKNOWN = OperationState.PENDING, OperationState.UNKNOWN
CONFIRMED, FAILED, CANCELLED = OperationState.CONFIRMED, OperationState.FAILED, OperationState.CANCELLED


@pytest.fixture
def sandbox():
    return Sandbox(today=TODAY)


@pytest.fixture
def shop(sandbox):
    return Outbox(MemoryStore(), wired_client(sandbox))


def gain_of(sandbox, card):
    return next(iter(sandbox.ledger.cards[card].gains.values()))


def amount_sale(sandbox, key="sale-0001", part="10.00", price="30.00", quantity="2"):
    """Two articles at 30.00, 10.00 of the 12.50 that the card's gain still holds."""
    recap = settle([line(price, quantity)], [Use(gain_of(sandbox, AMOUNT), euros(part))], TODAY)
    return sale_of(recap, key, AMOUNT)


def fail_next(sandbox, kind, path="/v1/sales", **more):
    sandbox.app.add(Fault(kind, path, **more))


def test_a_sale_is_reserved_then_confirmed(sandbox, shop):
    assert shop.reserve(amount_sale(sandbox)).state is CONFIRMED
    assert gain_of(sandbox, AMOUNT).remaining == euros("2.50")
    assert shop.confirm("sale-0001").state is CONFIRMED
    assert sandbox.ledger.cards[AMOUNT].turnover == euros("50.00")


def test_a_cancelled_sale_frees_its_gains_and_cannot_be_paid(sandbox, shop):
    shop.reserve(amount_sale(sandbox))
    assert shop.cancel("sale-0001").state is CONFIRMED
    assert gain_of(sandbox, AMOUNT).remaining == euros("12.50")
    with pytest.raises(LoyaltyError) as refused:
        shop.confirm("sale-0001")
    assert refused.value.key == "loyalty.sale_is_cancelled"


def test_a_paid_sale_is_refunded_not_cancelled(sandbox, shop):
    shop.reserve(amount_sale(sandbox))
    shop.confirm("sale-0001")
    with pytest.raises(LoyaltyError) as refused:
        shop.cancel("sale-0001")
    assert refused.value.key == "loyalty.sale_is_confirmed"


def test_a_gain_spent_elsewhere_meanwhile_is_refused(sandbox, shop):
    first, second = amount_sale(sandbox), amount_sale(sandbox, "sale-0002")
    shop.reserve(first)
    operation = shop.reserve(second)
    assert (operation.state, operation.reason) == (FAILED, "gain_used")
    with pytest.raises(Refused):
        shop.confirm("sale-0002")


def test_points_are_not_taken_twice_when_the_answer_is_lost(sandbox, shop):
    """The gain was taken, the answer was not heard: FidelPass is asked, nothing is sent again."""
    sale = amount_sale(sandbox)
    fail_next(sandbox, "drop")
    assert shop.reserve(sale).state is UNKNOWN
    queue = shop.send()
    assert (queue.count, queue.problem) == (0, None)
    assert shop.reserve(sale).attempts == 1
    assert gain_of(sandbox, AMOUNT).remaining == euros("2.50")


def test_points_are_not_taken_twice_when_a_request_is_delivered_twice(sandbox, shop):
    for path in ("/v1/sales", "/v1/sales/sale-0001/confirm", "/v1/sales/sale-0001/refunds"):
        fail_next(sandbox, "duplicate", path)
    shop.reserve(amount_sale(sandbox))
    shop.confirm("sale-0001")
    refund, operation = shop.refund("sale-0001", [euros("1")])
    assert operation.state is CONFIRMED
    assert sandbox.ledger.cards[AMOUNT].turnover == euros("50.00") - refund.amount
    assert gain_of(sandbox, AMOUNT).remaining == euros("2.50") + refund.restored[0]


def test_a_cancellation_overtakes_a_reservation_that_is_still_on_its_way(sandbox, shop):
    """The reservation is thought lost and cancelled; when it arrives late after all, it is refused."""
    fail_next(sandbox, "lost")
    sale = amount_sale(sandbox)
    assert shop.reserve(sale).state is UNKNOWN
    assert shop.cancel(sale.key).state is CONFIRMED
    late = wired_client(sandbox)
    store = MemoryStore()
    operation = Outbox(store, late).reserve(sale)  # the same request, arriving now
    assert (operation.state, operation.reason) == (FAILED, "sale_cancelled")
    assert gain_of(sandbox, AMOUNT).remaining == euros("12.50")


def test_a_full_refund_takes_back_the_points_it_had_earned(sandbox, shop):
    """Buy, refund, keep the points: the card's turnover is what it was, the gain is back."""
    shop.reserve(amount_sale(sandbox))
    shop.confirm("sale-0001")
    shop.refund("sale-0001", [euros("2")])
    assert sandbox.ledger.cards[AMOUNT].turnover == 0
    assert gain_of(sandbox, AMOUNT).remaining == euros("12.50")


def test_partial_refunds_never_return_more_than_was_paid(sandbox, shop):
    sale = amount_sale(sandbox, price="9.99", quantity="3", part="10.00")
    shop.reserve(sale)
    shop.confirm(sale.key)
    parts = [shop.refund(sale.key, [euros("1")])[0] for _ in range(3)]
    assert sum(p.amount for p in parts) == sale.recap.due == euros("19.97")
    with pytest.raises(LoyaltyError) as refused:
        shop.refund(sale.key, [euros("1")])
    assert refused.value.key == "loyalty.refund_too_much"


def test_a_refund_in_doubt_counts_as_made_until_it_is_known(sandbox, shop):
    """Nobody refunds the same article again because the network failed in between."""
    shop.reserve(amount_sale(sandbox))
    shop.confirm("sale-0001")
    fail_next(sandbox, "lost", times=2)
    assert shop.refund("sale-0001", [euros("2")])[1].state is UNKNOWN
    with pytest.raises(LoyaltyError):
        shop.refund("sale-0001", [euros("1")])


@pytest.mark.parametrize("arrived", [True, False])
def test_a_refund_that_a_crash_cut_off_is_not_made_twice_when_it_is_asked_for_again(sandbox, shop, arrived):
    """Whoever repeats the command pays back once; another article that comes back then counts for itself."""
    shop.reserve(amount_sale(sandbox))
    shop.confirm("sale-0001")
    client, lifted = shop._fidelpass, wired_client(sandbox)

    class Crash(BaseException):
        """The process dies here."""

    def carry_out(operation):
        if arrived:
            lifted.carry_out(operation)
        raise Crash

    client.carry_out = carry_out
    with pytest.raises(Crash):
        shop.refund("sale-0001", [euros("1")])
    del client.carry_out
    again, operation = shop.refund("sale-0001", [euros("1")])
    assert (again.amount, operation.state) == (euros("25.00"), CONFIRMED)
    assert len(sandbox.ledger.sales["sale-0001"].refunds) == 1
    assert shop.refund("sale-0001", [euros("1")])[0].amount == euros("25.00")
    assert len(sandbox.ledger.sales["sale-0001"].refunds) == 2


def test_buying_and_refunding_in_a_loop_gains_nothing(sandbox, shop):
    for i in range(20):
        sale = amount_sale(sandbox, f"sale-{i:04}", price="0.99", quantity="3", part="1.00")
        shop.reserve(sale)
        shop.confirm(sale.key)
        paid = sale.recap.due
        back = sum(shop.refund(sale.key, [euros("1")])[0].amount for _ in range(3))
        assert back == paid
    assert gain_of(sandbox, AMOUNT).remaining == euros("12.50")
    assert sandbox.ledger.cards[AMOUNT].turnover == 0


def test_a_percent_gain_is_not_kept_by_returning_one_article(sandbox, shop):
    recap = settle([line("10.00"), line("20.00")], [Use(gain_of(sandbox, PERCENT))], TODAY)
    shop.reserve(sale_of(recap, "sale-0001", PERCENT))
    shop.confirm("sale-0001")
    shop.refund("sale-0001", [euros("1"), euros("0")])
    assert gain_of(sandbox, PERCENT).state == "used"
    shop.refund("sale-0001", [euros("0"), euros("1")])
    assert gain_of(sandbox, PERCENT).state == "usable"


def test_an_offline_day_waits_in_the_queue_and_survives_a_restart(sandbox):
    store = MemoryStore()
    clock = [NOW]
    dead = wired_client(sandbox, tries=1)
    sandbox.app.add(Fault("busy", times=0, seconds=3600))  # nothing gets through
    shop = Outbox(store, dead, lambda: clock[0])
    assert shop.reserve(amount_sale(sandbox)).state is PENDING
    assert shop.confirm("sale-0001").state is PENDING
    clock[0] += timedelta(hours=9)
    queue = shop.queue()
    assert (queue.count, queue.age) == (2, timedelta(hours=9))
    assert shop.send().problem.key == "loyalty.busy"
    sandbox.app.clear()
    after_restart = Outbox(store, wired_client(sandbox), lambda: clock[0])
    assert (after_restart.send().count, after_restart.queue().age) == (0, None)
    assert sandbox.ledger.cards[AMOUNT].turnover == euros("50.00")


def test_a_sale_that_never_left_is_cancelled_without_a_word():
    class Unplugged:
        def carry_out(self, operation):
            raise AssertionError("nothing is sent")

        status = carry_out

    store = MemoryStore()
    store.add(Operation("sale-0001", "sale-0001", "reserve", "{}", NOW))
    assert Outbox(store, Unplugged()).cancel("sale-0001").state is CANCELLED
    assert store.open() == []


def test_one_sale_in_doubt_does_not_hold_up_the_others(sandbox, shop):
    fail_next(sandbox, "lost", times=2)
    shop.reserve(amount_sale(sandbox, "sale-0001", part="1.00"))
    assert shop.reserve(amount_sale(sandbox, "sale-0002", part="1.00")).state is UNKNOWN
    fail_next(sandbox, "error", "/v1/sales/sale-0001", times=0)
    queue = shop.send()
    assert (queue.count, queue.problem.key) == (1, "loyalty.server_error")
    assert sandbox.ledger.sales["sale-0002"].state == "reserved"


def forget(sandbox, key):
    sandbox.ledger.cancel(key)
    del sandbox.ledger.sales[key]


def test_a_payment_whose_hold_was_forgotten_is_held_again_under_its_own_number_once(sandbox, shop):
    shop.reserve(amount_sale(sandbox))
    forget(sandbox, "sale-0001")
    assert shop.confirm("sale-0001").state is CONFIRMED
    assert gain_of(sandbox, AMOUNT).remaining == euros("2.50")
    assert sandbox.ledger.cards[AMOUNT].turnover == euros("50.00")


def test_a_gain_that_went_elsewhere_meanwhile_leaves_the_sale_paid_and_to_be_settled(sandbox, shop):
    shop.reserve(amount_sale(sandbox))
    forget(sandbox, "sale-0001")
    shop.reserve(amount_sale(sandbox, "sale-0002", part="12.50"))
    operation = shop.confirm("sale-0001")
    assert (operation.state, operation.reason) == (FAILED, "gain_used")
    assert shop.confirm("sale-0001") == operation
    assert [(s.sale, s.reason) for s in shop.queue().stuck] == [("sale-0001", "gain_used")]
    with pytest.raises(LoyaltyError) as refused:
        shop.refund("sale-0001", [euros("1")])
    assert refused.value.key == "loyalty.sale_is_refused"
    shop.settle("sale-0001")
    assert shop.queue().stuck == ()
    with pytest.raises(LoyaltyError) as refused:
        shop.settle("sale-0001")
    assert refused.value.key == "loyalty.nothing_to_settle"


def test_a_fidelpass_that_never_knows_the_sale_is_not_asked_for_ever(sandbox):
    """It holds, and forgets at once: one more try, then somebody is told."""
    client, sent = wired_client(sandbox), []

    class Forgetful:
        status = staticmethod(client.status)

        @staticmethod
        def carry_out(operation):
            sent.append(operation.kind)
            client.carry_out(operation)
            forget(sandbox, operation.sale)

    shop = Outbox(MemoryStore(), Forgetful())
    shop.reserve(amount_sale(sandbox))
    operation = shop.confirm("sale-0001")
    assert (operation.state, operation.reason) == (FAILED, "sale_unknown")
    assert sent == ["reserve", "confirm", "reserve", "confirm"]


def test_another_basket_under_the_same_sale_number_is_refused(sandbox, shop):
    shop.reserve(amount_sale(sandbox))
    with pytest.raises(LoyaltyError) as refused:
        shop.reserve(amount_sale(sandbox, part="1.00"))
    assert refused.value.key == "loyalty.sale_key_reused"


@pytest.mark.parametrize(
    ("act", "key"),
    [
        (lambda shop: shop.confirm("sale-0009"), "loyalty.sale_not_recorded"),
        (lambda shop: shop.cancel("sale-0009"), "loyalty.sale_not_recorded"),
        (lambda shop: shop.refund("sale-0009", [euros("1")]), "loyalty.sale_not_confirmed"),
    ],
)
def test_a_sale_nobody_recorded_can_only_be_reserved(shop, act, key):
    with pytest.raises(LoyaltyError) as refused:
        act(shop)
    assert refused.value.key == key


def test_an_operation_is_in_the_store_before_it_leaves(sandbox):
    """A power cut at the moment of sending leaves it SENT; a new process asks before it sends again."""
    store = MemoryStore()
    client = wired_client(sandbox)

    class Cut(BaseException):
        pass

    class Fragile:
        status = staticmethod(client.status)

        @staticmethod
        def carry_out(operation):
            assert store.operations[operation.key].state is OperationState.SENT
            client.carry_out(operation)
            raise Cut

    with pytest.raises(Cut):
        Outbox(store, Fragile()).reserve(amount_sale(sandbox))
    assert Outbox(store, client).send().count == 0
    assert store.operations["sale-0001"].attempts == 1
