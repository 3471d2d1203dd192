"""The sandbox's books: cards, sales and what each did to the gains. Its sums are its own, not `core.gains.baskets`'."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from core.gains import Gain, Permissions, Proof
from core.gains.baskets import Sale, UsedGain
from core.gains.refunds import Refund
from core.loyalty.seeds import Card, made_up_cards
from core.loyalty.wire import SaleState

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
T = TypeVar("T")


@dataclass
class SaleRecord:
    """A sale in the books; one that was cancelled before it arrived has no content."""

    sale: Sale | None
    state: SaleState
    refunds: dict[str, Refund] = field(default_factory=dict)


class Refusal(Exception):
    """The books say no; `status` is the HTTP status that goes with the code."""

    def __init__(self, code: str, status: int = 409) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


class Ledger:
    """Everything the sandbox remembers. Hold `lock` around each call: requests come in parallel."""

    def __init__(self, today: date) -> None:
        self.lock = threading.RLock()
        self.today = today
        self.cards = made_up_cards(today)
        self.sales: dict[str, SaleRecord] = {}
        self._refused: dict[str, Refusal] = {}  # a key keeps its answer, also when its first copy comes late
        self._held: dict[str, int] = {}  # by gain: how many reserved sales hold some of it

    def card(self, number: str) -> Card:
        """Return a card, or refuse an unknown one."""
        if number not in self.cards:
            raise Refusal("card_unknown", 404)
        return self.cards[number]

    def attach(self, number: str, customer: str) -> None:
        """Attach a card to a customer; again to the same one changes nothing."""
        card = self.card(number)
        if card.customer not in (None, customer):
            raise Refusal("card_taken")
        card.customer = customer

    def detach(self, number: str, customer: str) -> None:
        """Free a card; freeing a free one changes nothing."""
        card = self.card(number)
        if card.customer not in (None, customer):
            raise Refusal("card_taken")
        card.customer = None

    def permit(self, number: str, permissions: Permissions, proof: Proof | None) -> None:
        """Set the permissions of a holder; more than before needs a proof."""
        card = self.card(number)
        if permissions.widens(card.holder.permissions) and proof is None:
            raise Refusal("proof_missing")
        card.holder = replace(card.holder, permissions=permissions)

    def status(self, key: str) -> SaleRecord:
        """Return a sale, or refuse an unknown one."""
        if key not in self.sales:
            raise Refusal("sale_unknown", 404)
        return self.sales[key]

    def reserve(self, sale: Sale) -> SaleRecord:
        """Hold the gains of a sale. The same again changes nothing; another one under its key is refused."""
        record = self.sales.get(sale.key)
        if record is not None:
            if record.state == "cancelled":
                raise Refusal("sale_cancelled")
            if record.sale != sale:
                raise Refusal("key_reused")
            return record
        card = self._checked(sale.key, lambda: self._sold_with(sale))
        for used in sale.recap.used:
            self._held[used.id] = self._held.get(used.id, 0) + 1
            self._move(card, used, -_units(card.gains[used.id], used.taken))
        self.sales[sale.key] = SaleRecord(sale, "reserved")
        return self.sales[sale.key]

    def confirm(self, key: str) -> SaleRecord:
        """Spend what a sale holds and count its purchase; again changes nothing."""
        record = self.status(key)
        if record.sale is None or record.state == "cancelled":
            raise Refusal("sale_cancelled")
        if record.state == "reserved":
            record.state = "confirmed"
            card = self.card(record.sale.card)
            card.turnover += record.sale.recap.due
            self._release(card, record.sale.recap.used, back=False)
        return record

    def cancel(self, key: str) -> SaleRecord:
        """Free what a sale holds; a sale that has not arrived yet will be refused when it does."""
        record = self.sales.setdefault(key, SaleRecord(None, "cancelled"))
        if record.state == "confirmed":
            raise Refusal("sale_confirmed")
        if record.state == "reserved" and record.sale is not None:
            record.state = "cancelled"
            self._release(self.card(record.sale.card), record.sale.recap.used, back=True)
        return record

    def refund(self, key: str, refund_key: str, refund: Refund) -> SaleRecord:
        """Take back a part of a confirmed sale; the same again changes nothing."""
        record = self.status(key)
        if record.sale is None or record.state != "confirmed":
            raise Refusal("sale_cancelled" if record.state == "cancelled" else "sale_unknown")
        if refund_key in record.refunds:
            if record.refunds[refund_key] != refund:
                raise Refusal("key_reused")
            return record
        sale, refunds = record.sale, [*record.refunds.values(), refund]
        self._checked(refund_key, lambda: _check_refund(sale, refunds))
        record.refunds[refund_key] = refund
        card = self.card(sale.card)
        card.turnover -= refund.amount
        for used, restored in zip(sale.recap.used, refund.restored, strict=True):
            self._move(card, used, _units(card.gains[used.id], restored))
        return record

    def _checked(self, key: str, check: Callable[[], T]) -> T:
        """Do a check that may refuse, and remember a refusal under its key."""
        if key in self._refused:
            raise Refusal(self._refused[key].code, self._refused[key].status)
        try:
            return check()
        except Refusal as refusal:
            self._refused[key] = refusal
            raise

    def _sold_with(self, sale: Sale) -> Card:
        """Return the card of a sale whose gains may be used as it says."""
        card = self.card(sale.card)
        _check_sale(sale, card, self.today)
        return card

    def _release(self, card: Card, gains: Sequence[UsedGain], *, back: bool) -> None:
        for used in gains:
            self._held[used.id] -= 1
            self._move(card, used, _units(card.gains[used.id], used.taken) if back else ZERO)

    def _move(self, card: Card, used: UsedGain, amount: Decimal) -> None:
        """Change what remains of a gain, and its state with it."""
        gain = card.gains[used.id]
        gain = replace(gain, remaining=gain.remaining + amount)
        if gain.expiry is not None and gain.expiry < self.today:
            gain = replace(gain, state="expired")
        elif gain.remaining > 0:
            gain = replace(gain, state="usable")
        else:
            gain = replace(gain, state="reserved" if self._held.get(gain.id) else "used")
        card.gains[used.id] = gain


def _units(gain: Gain, amount: Decimal) -> Decimal:
    """Return what an amount of a reduction is in the gain's own unit: a % gain goes and comes whole."""
    if gain.kind == "amount":
        return amount
    return gain.value if amount > 0 else ZERO


def _check_sale(sale: Sale, card: Card, today: date) -> None:
    """Refuse gains that may not be used, and reductions that are not what the gains are worth."""
    nets = [_cents(s.line.quantity * s.line.unit_price) - s.line.discount for s in sale.recap.shares]
    ids = [used.id for used in sale.recap.used]
    if len(set(ids)) < len(ids):
        raise Refusal("gain_used")
    for i, used in enumerate(sale.recap.used):
        gain = card.gains.get(used.id)
        if gain is None:
            raise Refusal("gain_unknown")
        refusal = gain.refusal(sum(nets, ZERO), today)
        if refusal is not None:
            raise Refusal(refusal.removeprefix("loyalty.").replace("reserved", "used"))
        if used.taken > gain.remaining and gain.kind == "amount":
            raise Refusal("gain_used")
        shares = [s.reductions[i] for s in sale.recap.shares]
        eligible = [n if s.line.discount == 0 else ZERO for n, s in zip(nets, sale.recap.shares, strict=True)]
        if not _is_worth(used, gain, shares, eligible):
            raise Refusal("sums_differ")


def _is_worth(used: UsedGain, gain: Gain, shares: list[Decimal], eligible: list[Decimal]) -> bool:
    """Say whether a reduction is what its gain gives."""
    if used.kind != gain.kind or used.reduction <= 0 or used.reduction > used.taken:
        return False
    if gain.kind == "percent":
        worth = _cents(sum(eligible, ZERO) * gain.value / 100)
        fair = all(share <= most for share, most in zip(shares, eligible, strict=True))
        return fair and used.reduction == used.taken == worth
    return used.taken == (used.reduction if gain.partly_usable else gain.remaining)


def _check_refund(sale: Sale, refunds: list[Refund]) -> None:
    """Refuse refunds that together give back more than was sold, paid or taken, or not in proportion."""
    shares, used = sale.recap.shares, sale.recap.used
    if any(len(r.returned) != len(shares) or len(r.restored) != len(used) for r in refunds):
        raise Refusal("sums_differ")
    back = [sum((r.returned[i] for r in refunds), ZERO) for i in range(len(shares))]
    sold = [s.line.quantity for s in shares]
    amount = sum((r.amount for r in refunds), ZERO)
    restored = [sum((r.restored[i] for r in refunds), ZERO) for i in range(len(used))]
    taken = [u.taken for u in used]
    if any(b > s for b, s in zip(back, sold, strict=True)) or not any(refunds[-1].returned):
        raise Refusal("refund_too_much")
    if back == sold:
        fair = amount == sale.recap.due and restored == taken
    else:
        exact = sum((s.due * b / s.line.quantity for s, b in zip(shares, back, strict=True)), ZERO)
        kept = all(r <= t and (r == 0 or u.kind == "amount") for r, t, u in zip(restored, taken, used, strict=True))
        fair = kept and abs(amount - exact) <= CENT * len(shares)
    if not fair:
        raise Refusal("refund_too_much")


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
