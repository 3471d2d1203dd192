"""Sending sales: reserve the gains, confirm once paid, or cancel; refund later. Each thing exactly once.

Everything is recorded in a store before it is sent, and what is recorded gets through: now, when the
network is back, or after a restart. An operation whose outcome is unknown is asked about before it is
sent again. The operations of a sale go in order, one sale never waits for another.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from core.errors import LoyaltyError
from core.gains.baskets import Sale
from core.gains.refunds import Quantities, Refund, refund
from core.loyalty import wire
from core.loyalty.client import Sales
from core.loyalty.failures import Refused, Unanswered, Unreached
from core.loyalty.operations import Operation, OperationKind, OperationState, OperationStore
from core.loyalty.values import Json

PENDING, SENT, CONFIRMED = OperationState.PENDING, OperationState.SENT, OperationState.CONFIRMED
UNKNOWN, FAILED, CANCELLED = OperationState.UNKNOWN, OperationState.FAILED, OperationState.CANCELLED

FORGOTTEN = "sale_unknown"
"""FidelPass's answer to a payment whose hold it has no more: expired, or lost."""


@dataclass(frozen=True)
class Stuck:
    """A sale that was paid or given back in the shop and that FidelPass refused; `reason` is FidelPass's code."""

    sale: str
    age: timedelta
    reason: str


@dataclass(frozen=True)
class Queue:
    """What still waits for FidelPass, the oldest first, and what it refused, as seen `at` a time (UTC).

    `held` are reservations that nobody has paid or given up: nobody else can use their gains.
    """

    waiting: tuple[Operation, ...]
    at: datetime
    stuck: tuple[Stuck, ...] = ()
    held: tuple[Operation, ...] = ()
    problem: LoyaltyError | None = None  # what stopped the last sending

    @property
    def count(self) -> int:
        """How many operations wait."""
        return len(self.waiting)

    @property
    def age(self) -> timedelta | None:
        """Since when the oldest one waits, None when nothing does."""
        return self.at - min(o.recorded for o in self.waiting) if self.waiting else None


class Outbox:
    """The shop's side of its sales at FidelPass.

    Methods return the operation as it stands; they raise LoyaltyError only for what the shop may not do,
    never for a network that fails: the operation is then PENDING or UNKNOWN, and `send` goes on with it.
    """

    def __init__(
        self, store: OperationStore, fidelpass: Sales, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store = store
        self._fidelpass = fidelpass
        self._now = now

    def reserve(self, sale: Sale) -> Operation:
        """Hold the gains of a sale and announce its lines; the same sale again continues where it was.

        Raises LoyaltyError if another basket was recorded under the sale's key.
        """
        body = wire.sale_body(sale)
        recorded = self._store.of_sale(sale.key)
        if recorded and json.loads(recorded[0].body) != body:
            raise LoyaltyError("loyalty.sale_key_reused")
        if not recorded:
            self._record(sale.key, sale.key, "reserve", body)
        return self._advanced(sale.key, sale.key)

    def confirm(self, sale: str) -> Operation:
        """Say that a sale is paid: its gains are spent, its purchase counts. Cannot be taken back."""
        reserve = self._reserved(sale)
        if reserve.state is CANCELLED or self._find(sale, "cancel"):
            raise LoyaltyError("loyalty.sale_is_cancelled")
        if reserve.state is FAILED and self._find(sale, "confirm") is None:
            raise Refused(reserve.reason)
        return self._once(sale, "confirm")

    def cancel(self, sale: str) -> Operation:
        """Give up a sale that is not paid: its gains are free again. Nothing is sent if nothing was."""
        reserve = self._reserved(sale)
        if self._find(sale, "confirm"):
            raise LoyaltyError("loyalty.sale_is_confirmed")
        if reserve.state in (CANCELLED, FAILED):
            return reserve
        if reserve.state is PENDING and reserve.attempts == 0:
            return self._set(reserve, CANCELLED)
        return self._once(sale, "cancel")

    def quote_refund(self, sale: str, returned: Sequence[Decimal]) -> Refund:
        """Return what a return of these quantities (one per line) gives back, after the earlier ones. Sends nothing.

        Raises LoyaltyError for a sale that is not confirmed or was refused, and for more than is left of it.
        """
        confirm = self._find(sale, "confirm")
        if confirm is None or confirm.state is FAILED:
            raise LoyaltyError("loyalty.sale_is_refused" if confirm else "loyalty.sale_not_confirmed")
        return self._quote(sale, returned, self._refunds(sale))

    def _quote(self, sale: str, returned: Sequence[Decimal], before: Sequence[Operation]) -> Refund:
        recap = wire.read_sale(json.loads(self._reserved(sale).body), sale).recap
        return refund(recap, returned, [_returned(operation) for operation in before])

    def refund(self, sale: str, returned: Sequence[Decimal]) -> tuple[Refund, Operation]:
        """Take back quantities of a sale, as `quote_refund` says. Raises LoyaltyError as it does.

        The same again after a crash goes on with the refund that was cut off: nobody had seen what it gives back.
        """
        made = self._refunds(sale)
        if made and made[-1].was_cut_off and _returned(made[-1]) == tuple(returned):
            return self._quote(sale, returned, made[:-1]), self._advanced(sale, made[-1].key)
        part = self.quote_refund(sale, returned)
        key = uuid.uuid4().hex
        self._record(sale, key, "refund", wire.refund_body(part))
        return part, self._advanced(sale, key)

    def send(self) -> Queue:
        """Send or ask about everything that waits; stops at the first sign that FidelPass is not there."""
        problem: LoyaltyError | None = None
        for sale in dict.fromkeys(o.sale for o in self._store.open()):
            try:
                self._advance(sale)
            except Unreached as failure:
                problem = failure
                break
            except Unanswered as failure:  # this sale waits, another may get through
                problem = failure
        return replace(self.queue(), problem=problem)

    def queue(self) -> Queue:
        """Return what still waits; sends nothing."""
        now = self._now()
        stuck = {o.sale: Stuck(o.sale, now - o.recorded, o.reason) for o in reversed(self._store.refused())}
        return Queue(tuple(self._store.open()), now, tuple(reversed(stuck.values())), tuple(self._store.held()))

    def settle(self, sale: str) -> None:
        """Record that somebody has taken up with FidelPass what it refused of a sale; the sale stays as it is.

        Raises LoyaltyError if nothing of the sale was refused, or it is settled already.
        """
        if not any(o.sale == sale for o in self._store.refused()):
            raise LoyaltyError("loyalty.nothing_to_settle", sale=sale)
        key = uuid.uuid4().hex
        self._store.add(Operation(key, sale, "settle", "{}", self._now(), CONFIRMED))

    def _advanced(self, sale: str, key: str) -> Operation:
        """Send what can be sent of a sale and return one of its operations."""
        with suppress(Unreached, Unanswered):  # the operation's state tells
            self._advance(sale)
        return next(o for o in self._store.of_sale(sale) if o.key == key)

    def _advance(self, sale: str) -> None:
        """Take the operations of a sale in order as far as they go. Raises Unreached or Unanswered."""
        given_up = self._find(sale, "cancel") is not None
        for operation in self._store.of_sale(sale):
            if not operation.is_open or (given_up and operation.kind == "reserve"):
                continue  # a cancellation also stops a reservation that is still on its way
            if operation.state is not PENDING:
                operation = self._ask(operation)
            if operation.state is PENDING:
                operation = self._deliver(operation)
            if operation.state is PENDING:  # to be held again first
                return self._advance(sale)
            if operation.kind == "cancel" and operation.state is CONFIRMED:
                self._set(self._reserved(sale), CANCELLED)
            if operation.state is FAILED and operation.kind != "refund":
                self._fail_rest(sale, operation)
                return

    def _ask(self, operation: Operation) -> Operation:
        """Find out whether an operation was done; it becomes CONFIRMED, CANCELLED, or PENDING again."""
        status = self._fidelpass.status(operation.sale)
        if operation.kind == "reserve" and status is not None and status.state == "cancelled":
            return self._set(operation, CANCELLED)
        done = status is not None and status.has_done(operation.kind, operation.key)
        return self._set(operation, CONFIRMED if done else PENDING)

    def _deliver(self, operation: Operation) -> Operation:
        """Send an operation that was surely not done. It is SENT in the store before it leaves.

        A payment whose hold FidelPass has forgotten comes back PENDING, once, and its reservation with it.
        """
        operation = self._set(replace(operation, attempts=operation.attempts + 1), SENT)
        try:
            self._fidelpass.carry_out(operation)
        except Refused as refusal:
            again = operation.kind == "confirm" and refusal.code == FORGOTTEN != operation.reason
            if again:  # the same keys: FidelPass takes neither of the two twice
                self._set(replace(self._reserved(operation.sale), reason=""), PENDING)
            return self._set(replace(operation, reason=refusal.code), PENDING if again else FAILED)
        except Unreached:
            self._set(operation, PENDING)
            raise
        except Unanswered:
            self._set(operation, UNKNOWN)
            raise
        return self._set(operation, CONFIRMED)

    def _fail_rest(self, sale: str, failed: Operation) -> None:
        """Nothing can follow a refused reservation or confirmation."""
        for operation in self._store.of_sale(sale):
            if operation.is_open:
                self._set(replace(operation, reason=failed.reason), FAILED)

    def _once(self, sale: str, kind: OperationKind) -> Operation:
        """Record an operation that a sale has at most once, and send what can be sent."""
        key = f"{sale}.{kind}"
        if self._find(sale, kind) is None:
            self._record(sale, key, kind, {})
        return self._advanced(sale, key)

    def _record(self, sale: str, key: str, kind: OperationKind, body: Json) -> None:
        self._store.add(Operation(key, sale, kind, json.dumps(body), self._now()))

    def _set(self, operation: Operation, state: OperationState) -> Operation:
        changed = replace(operation, state=state)
        self._store.save(changed)
        return changed

    def _find(self, sale: str, kind: OperationKind) -> Operation | None:
        return next((o for o in self._store.of_sale(sale) if o.kind == kind), None)

    def _reserved(self, sale: str) -> Operation:
        reserve = self._find(sale, "reserve")
        if reserve is None:
            raise LoyaltyError("loyalty.sale_not_recorded")
        return reserve

    def _refunds(self, sale: str) -> list[Operation]:
        return [o for o in self._store.of_sale(sale) if o.kind == "refund" and o.state is not FAILED]


def _returned(operation: Operation) -> Quantities:
    """Return the quantities of a recorded refund."""
    return wire.read_refund(json.loads(operation.body)).returned
