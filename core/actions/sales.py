"""A sale with gains: offered when the card is known, held just before payment, sent once; taken back by refunds.

No gain may be handed over before FidelPass has held it: `pay_sale` refuses a sale whose gains are not held. Everything
said to FidelPass is in the database first (`core.loyalty.sales`), and gets through later if it does not now.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from core.actions.cards import Sides
from core.actions.context import user_name
from core.cards import card_fault, card_number
from core.errors import LoyaltyError
from core.gains.basket_sheet import Basket, uses_of
from core.gains.baskets import Recap, Sale, settle
from core.gains.refunds import Refund
from core.loyalty.operations import Operation, OperationState
from core.loyalty.sales import Outbox

if TYPE_CHECKING:
    from core.database.operations import StoredOperations
    from core.gains import CardGains
    from core.loyalty.client import FidelPassClient

CARD = "loyalty_card"


class SaleState(StrEnum):
    """Where a sale stands; the words are `sales.state_<name>`."""

    DRAFT = "draft"  # nothing recorded
    WAITING = "waiting"  # FidelPass has not answered: gains may not be handed over
    HELD = "held"  # FidelPass holds the gains: the customer may pay
    PAYING = "paying"  # paid, FidelPass not told yet
    PAID = "paid"
    REFUSED = "refused"  # paid in the shop, and FidelPass said no: somebody has to settle it with FidelPass
    FAILED = "failed"  # FidelPass said no before the payment
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Till:
    """The two sides of a card, the operations recorded, and the outbox that sends them."""

    sides: Sides
    store: StoredOperations
    outbox: Outbox


@dataclass(frozen=True, slots=True)
class Buyer:
    """Whose basket it is: the card, the customer of the database who has it (None: nobody yet), a name to show."""

    card: CardGains
    customer: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A basket settled with the gains picked, nothing sent; `recap` is None while there is no line."""

    buyer: Buyer
    recap: Recap | None


def open_till(fidelpass: FidelPassClient, sides: Sides) -> Till:
    """Return a till on open sides."""
    from core.database.operations import StoredOperations

    store = StoredOperations(sides.database, user_name())
    return Till(sides, store, Outbox(store, fidelpass))


def find_buyer(sides: Sides, said: str) -> Buyer:
    """Return whose basket it is, by a card's number, a customer's number or a name; FidelPass is asked for the gains.

    Raises LoyaltyError: nobody named, an unknown card, a customer without a card, a name that several have.
    """
    from core.database.editing import customers_with_cards

    if not said:
        raise LoyaltyError("sales.nobody")
    number = card_number(said)
    if card_fault(number) is not None:
        number = _card_of(sides, said)
    card = sides.fidelpass.card(number)
    if not card.known:
        raise LoyaltyError("sales.card_unknown", card=number)
    owners = customers_with_cards(sides.database, [number])[number]
    holder = card.holder
    name = " ".join(filter(None, (holder.first_name, holder.last_name)))
    return Buyer(card, owners[0] if owners else None, name)


def _card_of(sides: Sides, said: str) -> str:
    from core.database.searching import find_by_name

    if said.isdecimal() and len(said) < 6:
        customer = sides.database.customer(int(said))
        found = [customer] if customer else []
    else:
        found = find_by_name(sides.database, said)
    if not found:
        raise LoyaltyError("sales.nobody_of_that_name", name=said)
    if len(found) > 1:
        listed = [f"{c.number} ({c.values.get('first_name') or ''} {c.values.get('last_name') or ''})" for c in found]
        raise LoyaltyError("sales.several_of_that_name", name=said, customers=listed[:10])
    card = str(found[0].values.get(CARD) or "")
    if card_fault(card) is not None:
        raise LoyaltyError("sales.no_card", customer=str(found[0].number))
    return card_number(card)


def quote(sides: Sides, basket: Basket, today: date, known: Buyer | None = None) -> Quote:
    """Settle a basket with the gains picked, as the card has them now (or `known`). Nothing is sent.

    Raises LoyaltyError.
    """
    buyer = known or find_buyer(sides, basket.holder)
    if not basket.lines:
        return Quote(buyer, None)
    return Quote(buyer, settle(basket.lines, uses_of(basket, buyer.card), today))


def new_sale_number() -> str:
    """Return a sale's number: the day, and enough chance that no other till ever makes the same."""
    return f"{datetime.now(UTC):%y%m%d}-{uuid.uuid4().hex[:16]}"


def hold_sale(till: Till, sale: str, basket: Basket, today: date) -> tuple[Recap, Operation]:
    """Hold the gains of a basket just before payment, under the sale's number; the same again goes on where it was.

    The gains are asked for again first. Raises LoyaltyError: another basket is recorded under this number, a gain is
    refused, another price than the one shown (a gain changed meanwhile), FidelPass does not answer; nothing is
    recorded then.
    """
    recorded = sale_of(till, sale)
    if recorded is None:
        quoted = quote(till.sides, basket, today)
        recap = settle(basket.lines, [], today) if quoted.recap is None else quoted.recap
        if basket.shown not in (None, recap.due):
            raise LoyaltyError("sales.price_changed", before=basket.shown, now=recap.due)
        recorded = Sale(sale, quoted.buyer.card.card, datetime.now(UTC), recap)
    else:
        refuse_changed(till, replace(basket, sale=sale))
    return recorded.recap, till.outbox.reserve(recorded)


def refuse_changed(till: Till, basket: Basket) -> None:
    """Raise LoyaltyError for a basket that is not as recorded any more: what is paid is what FidelPass was told."""
    recorded = sale_of(till, basket.sale)
    if recorded is None:
        return
    holder = basket.holder
    card = card_number(holder) if card_fault(holder) is None else holder and _card_of(till.sides, holder)
    if card not in ("", recorded.card) or not _is_same(recorded, basket):
        raise LoyaltyError("loyalty.sale_key_reused")


def _is_same(sale: Sale, basket: Basket) -> bool:
    """Say whether a basket is the one recorded: its lines, the gains picked, the parts."""
    lines = tuple(share.line for share in sale.recap.shares)
    parts = {pick.gain: pick.part for pick in basket.picks}
    used = {gain.id: gain for gain in sale.recap.used}
    same = all(parts[g] in (None, used[g].taken) or used[g].kind == "percent" for g in parts if g in used)
    return lines == basket.lines and used.keys() == parts.keys() and same


def sale_of(till: Till, sale: str) -> Sale | None:
    """Return a recorded sale, or None."""
    from core.loyalty.wire import read_sale

    found = till.store.of_sale(sale) if sale else ()
    return read_sale(json.loads(found[0].body), sale) if found else None


def state_of(till: Till, sale: str) -> SaleState:
    """Return where a sale stands, from what is recorded of it."""
    recorded = {o.kind: o for o in till.store.of_sale(sale)} if sale else {}
    reserve, confirm, cancel = (recorded.get(kind) for kind in ("reserve", "confirm", "cancel"))
    if reserve is None:
        return SaleState.DRAFT
    if OperationState.FAILED in (reserve.state, confirm.state if confirm else None):
        return SaleState.REFUSED if confirm else SaleState.FAILED
    if cancel is not None or reserve.state is OperationState.CANCELLED:
        return SaleState.CANCELLED
    if confirm is not None:
        return SaleState.PAID if confirm.state is OperationState.CONFIRMED else SaleState.PAYING
    return SaleState.HELD if reserve.state is OperationState.CONFIRMED else SaleState.WAITING


def pay_sale(till: Till, sale: str) -> Operation:
    """Say that a sale is paid. Raises LoyaltyError while gains are used and FidelPass has not held them."""
    recorded = sale_of(till, sale)
    if recorded is None:
        raise LoyaltyError("loyalty.sale_not_recorded")
    till.outbox.reserve(recorded)  # one more chance for what could not be sent
    if recorded.recap.used and state_of(till, sale) is SaleState.WAITING:
        raise LoyaltyError("sales.not_held")
    return till.outbox.confirm(sale)


def cancel_sale(till: Till, sale: str) -> Operation:
    """Give up a sale that is not paid: its gains are free again."""
    return till.outbox.cancel(sale)


def quote_refund(till: Till, sale: str, returned: Sequence[Decimal]) -> Refund:
    """Return what quantities that come back, one per line, give back to the customer and to the gains; sends nothing.

    Raises LoyaltyError for a sale that is not recorded or not paid, and for more than is left of it.
    """
    if sale_of(till, sale) is None:
        raise LoyaltyError("loyalty.sale_not_recorded")
    return till.outbox.quote_refund(sale, returned)


def refund_sale(till: Till, sale: str, returned: Sequence[Decimal]) -> tuple[Refund, Operation]:
    """Take back quantities of a paid sale, one per line, in proportion and to the cent."""
    return till.outbox.refund(sale, returned)


def left_of(till: Till, sale: str) -> list[Decimal]:
    """Return what of each line of a sale has not come back yet; a refund in doubt counts as made."""
    from core.loyalty.wire import read_refund

    recorded = sale_of(till, sale)
    left = [share.line.quantity for share in recorded.recap.shares] if recorded else []
    for operation in till.store.of_sale(sale):
        if operation.kind == "refund" and operation.state is not OperationState.FAILED:
            back = read_refund(json.loads(operation.body)).returned
            left = [quantity - returned for quantity, returned in zip(left, back, strict=True)]
    return left
