"""A shop's day walked at random, faults at every call: at the end both ledgers agree, each sale once."""

import json
import random
import uuid
from decimal import Decimal

import pytest

from core.errors import LoyaltyError
from core.gains import Gain
from core.gains.baskets import CENT, ZERO, Use, settle
from core.loyalty import transport, wire
from core.loyalty.faults import Fault
from core.loyalty.operations import OperationState
from core.loyalty.sales import Outbox
from core.loyalty.sandbox import Sandbox
from tests.loyalty_parts import (
    AMOUNT,
    NONE,
    PERCENT,
    SEVERAL,
    TODAY,
    AppAdapter,
    MemoryStore,
    client_of,
    line,
    sale_of,
    wired_client,
)

CARDS = (PERCENT, AMOUNT, SEVERAL, NONE)
FAULTS = ("lost", "drop", "error", "error_after", "busy", "malformed", "duplicate", "expired_token")
RUNS, HTTP_RUNS, STEPS = 1000, 30, 14


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(transport, "FIRST_PAUSE", 0.0)


class PowerCut(BaseException):
    """The computer stops at this very instruction."""


class FragileClient:
    """The client, on a computer that may stop before a request leaves or after its answer has arrived."""

    def __init__(self, client, rng):
        self._client, self._rng = client, rng
        self.quiet = False

    def status(self, sale):
        return self._client.status(sale)

    def carry_out(self, operation):
        moment = "none" if self.quiet else self._rng.choices(("before", "after", "none"), (1, 1, 18))[0]
        if moment == "before":
            raise PowerCut
        self._client.carry_out(operation)
        if moment == "after":
            raise PowerCut


class Day:
    """One shop, its outbox and its sandbox, and what the shop did so far."""

    def __init__(self, rng, sandbox, client):
        self.rng, self.sandbox = rng, sandbox
        self.fragile = FragileClient(client, rng)
        self.store = MemoryStore()
        self.outbox = Outbox(self.store, self.fragile)
        self.sales = []
        self.forgets = rng.random() < 0.3
        self.before = {c: dict(sandbox.ledger.cards[c].gains) for c in CARDS}

    def step(self):
        self.sandbox.app.clear()
        for _ in range(self.rng.randrange(3)):
            self.sandbox.app.add(Fault(self.rng.choice(FAULTS), seconds=0))
        if self.forgets and self.rng.random() < 0.15:
            self.forgets = False
            self.forget_holds()
        act = self.rng.choice((self.sell, self.sell, self.confirm, self.confirm, self.cancel, self.refund, self.send))
        try:
            act()
        except LoyaltyError:
            pass  # the shop was told that it may not
        except PowerCut:  # a new process finds the same store
            self.outbox = Outbox(self.store, self.fragile)

    def forget_holds(self):
        """FidelPass restarts: the gains it held are free, and it does not know those sales."""
        ledger = self.sandbox.ledger
        for key in [k for k, record in ledger.sales.items() if record.state == "reserved"]:
            ledger.cancel(key)
            del ledger.sales[key]

    def sell(self):
        card = self.rng.choice(CARDS)
        lines = [
            line(f"{self.rng.randrange(1, 9000) / 100:.2f}", str(self.rng.randrange(1, 4)), discount)
            for discount in self.rng.choices(("0.00", "0.01"), k=self.rng.randrange(1, 4))
        ]
        # what the shop saw this morning: a gain may be gone since, and FidelPass must say so
        offered = [g for g in self.before[card].values() if g.is_usable(TODAY)]
        picked = self.rng.sample(offered, self.rng.randrange(len(offered) + 1))
        key = uuid.UUID(int=self.rng.getrandbits(128)).hex
        sale = sale_of(settle(lines, [self.use(g) for g in picked], TODAY), key, card)
        self.sales.append(sale)
        self.outbox.reserve(sale)

    def use(self, gain: Gain):
        if not gain.partly_usable or self.rng.random() < 0.3:
            return Use(gain)
        return Use(gain, self.rng.randrange(1, 1 + int(gain.remaining / CENT)) * CENT)

    def any_sale(self):
        return self.rng.choice(self.sales) if self.sales else sale_of(settle([line("1.00")], [], TODAY), "none", NONE)

    def confirm(self):
        self.outbox.confirm(self.any_sale().key)

    def cancel(self):
        self.outbox.cancel(self.any_sale().key)

    def send(self):
        self.outbox.send()

    def refund(self):
        sale = self.any_sale()
        returned = [Decimal(self.rng.randrange(int(s.line.quantity) + 1)) for s in sale.recap.shares]
        self.outbox.refund(sale.key, returned)

    def night(self):
        """The network is back; reservations nobody paid are given up."""
        self.sandbox.app.clear()
        self.fragile.quiet = True
        self.outbox = Outbox(self.store, self.fragile)
        self.outbox.send()
        for sale in self.sales:
            kinds = {o.kind for o in self.store.of_sale(sale.key)}
            if kinds == {"reserve"}:
                self.outbox.cancel(sale.key)

    def check(self):
        """Both ledgers say the same, to the cent."""
        queue = self.outbox.queue()
        assert (queue.count, queue.age) == (0, None)
        spent, turnover = {}, dict.fromkeys(CARDS, ZERO)
        for sale in self.sales:
            operations = {o.kind: o for o in self.store.of_sale(sale.key)}
            record = self.sandbox.ledger.sales.get(sale.key)
            confirm = operations.get("confirm")
            if confirm is None or confirm.state is not OperationState.CONFIRMED:
                assert record is None or record.state == "cancelled"
                listed = [s.sale for s in queue.stuck].count(sale.key)
                assert listed == (confirm is not None)  # paid in the shop: somebody is told, once
                continue
            assert (record.state, record.sale) == ("confirmed", sale)
            self.add_up(sale, record, spent, turnover)
        assert {c: self.sandbox.ledger.cards[c].turnover for c in CARDS} == turnover
        assert sum(r.state == "reserved" for r in self.sandbox.ledger.sales.values()) == 0
        for card in CARDS:
            for gain in self.sandbox.ledger.cards[card].gains.values():
                assert gain.remaining == self.before[card][gain.id].remaining - spent.get(gain.id, ZERO)
                assert gain.remaining >= 0

    def add_up(self, sale, record, spent, turnover):
        refunds = {
            o.key: wire.read_refund(json.loads(o.body))
            for o in self.store.of_sale(sale.key)
            if o.kind == "refund" and o.state is OperationState.CONFIRMED
        }
        assert record.refunds == refunds
        turnover[sale.card] += sale.recap.due - sum((r.amount for r in refunds.values()), ZERO)
        for i, used in enumerate(sale.recap.used):
            back = sum((r.restored[i] for r in refunds.values()), ZERO)
            if used.kind == "percent":
                taken = ZERO if back == used.taken else self.before[sale.card][used.id].value
            else:
                taken = used.taken - back
            spent[used.id] = spent.get(used.id, ZERO) + taken


def walk(seed, sandbox, client):
    day = Day(random.Random(seed), sandbox, client)
    for _ in range(STEPS):
        day.step()
    day.night()
    day.check()


def walk_with_delays(seed, sandbox):
    """Walk a day where one change in five arrives much later than anybody waits for it."""
    rng = random.Random(seed)
    adapter = AppAdapter(sandbox.app)
    adapter.delay = lambda request: "Idempotency-Key" in request.headers and rng.random() < 0.2
    day = Day(rng, sandbox, wired_client(sandbox, adapter))
    for _ in range(STEPS):
        day.step()
        if rng.random() < 0.2:
            adapter.deliver_late()
    adapter.delay = lambda request: False
    day.night()
    adapter.deliver_late()
    day.check()


@pytest.mark.parametrize("block", range(10))
def test_after_any_day_both_ledgers_agree_to_the_cent(block):
    """A hundred days a block, through the whole client and server, without a socket."""
    confirmed = 0
    for seed in range(block * RUNS // 10, (block + 1) * RUNS // 10):
        sandbox = Sandbox(today=TODAY)
        walk_with_delays(seed, sandbox)
        confirmed += sum(r.state == "confirmed" for r in sandbox.ledger.sales.values())
    assert confirmed > RUNS // 10  # the walk does reach the end of sales


def test_after_any_day_on_real_http_both_ledgers_agree_to_the_cent():
    for seed in range(HTTP_RUNS):
        with Sandbox(today=TODAY) as sandbox:
            walk(seed, sandbox, client_of(sandbox))
