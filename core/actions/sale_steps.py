"""A sale in a basket sheet, of a file or open in Excel: each step reads it, does its part, writes what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.actions.sales import (
    SaleState,
    Till,
    cancel_sale,
    hold_sale,
    new_sale_number,
    pay_sale,
    quote,
    refuse_changed,
    sale_of,
    state_of,
)
from core.errors import LoyaltyError
from core.gains import CardGains, GainKind
from core.gains.basket_sheet import (
    NAME,
    SALE,
    STATE,
    Basket,
    BasketPage,
    Cells,
    offered_cells,
    read_basket,
    settled_cells,
)
from core.gains.baskets import Recap
from core.i18n import tr
from core.loyalty.failures import Refused
from core.loyalty.operations import OperationState
from core.settings import Settings


class Step(StrEnum):
    """What to do with a basket: show what it comes to, hold its gains, say that it is paid, give it up."""

    LOOK = "look"
    HOLD = "hold"
    PAY = "pay"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class SaleShown:
    """A basket after a step: its number, where it stands, what is paid, and the gains offered (None once recorded).

    `stranger`: no customer of the database has the card.
    """

    sale: str
    state: SaleState
    recap: Recap | None
    offered: CardGains | None = None
    name: str = ""
    reason: str = ""
    stranger: bool = False

    def said(self, lang: str) -> str:
        """Say where the sale stands."""
        return self.reason or state_text(self.state, self.recap, lang)


def state_text(state: SaleState, recap: Recap | None, lang: str) -> str:
    """Say where a sale stands; one without gains may be paid whether FidelPass answers or not."""
    bare = recap is not None and not recap.used and state in (SaleState.WAITING, SaleState.HELD)
    return tr(f"sales.state_{state}_bare" if bare else f"sales.state_{state}", lang)


def sale_step(page: BasketPage, till: Till, settings: Settings, step: Step, today: date | None = None) -> SaleShown:
    """Take one step of the sale in a basket sheet. Raises LoyaltyError, InputError, DatabaseError.

    The sale's number is in the sheet before anything is sent, so that a crash never makes a second sale of it.
    """
    day = today or date.today()
    basket = basket_of(page, settings)
    if step is Step.LOOK and state_of(till, basket.sale) in (SaleState.DRAFT, SaleState.FAILED, SaleState.CANCELLED):
        return _offer(page, till, settings, basket, day)
    if step is Step.HOLD:
        number = _number(page, till, basket)
        try:
            hold_sale(till, number, basket, day)
        except LoyaltyError as error:
            if error.key == "sales.price_changed":
                _offer(page, till, settings, basket, day)  # so that the sheet shows the price that the user is told
            raise
        return _show(page, till, settings, basket, number)
    if step is Step.PAY:
        refuse_changed(till, basket)
        pay_sale(till, basket.sale)
    elif step is Step.CANCEL:
        cancel_sale(till, basket.sale)
    return _show(page, till, settings, basket, basket.sale)


def basket_of(page: BasketPage, settings: Settings) -> Basket:
    """Read a basket. Raises LoyaltyError too for a practice basket outside practice mode, and the other way round."""
    basket = read_basket(page.read())
    if basket.practice != bool(settings.practice):
        raise LoyaltyError("sales.practice_basket" if basket.practice else "sales.real_basket")
    return basket


def services_of(settings: Settings) -> Mapping[GainKind, str]:
    """Return the till's quick services under which gains are entered, by kind; blank where the shop has none."""
    return {"percent": settings.service_percent, "amount": settings.service_amount}


def _number(page: BasketPage, till: Till, basket: Basket) -> str:
    """Return the sale's number; a new one where there is none, or where the last try was refused or given up."""
    if basket.sale and state_of(till, basket.sale) not in (SaleState.FAILED, SaleState.CANCELLED):
        return basket.sale
    number = new_sale_number()
    page.fill({SALE: number})
    return number


def _offer(page: BasketPage, till: Till, settings: Settings, basket: Basket, day: date) -> SaleShown:
    """Write the gains offered, and the recap when there are lines. A refused pick still shows what is offered."""
    from core.actions.sales import find_buyer

    buyer = find_buyer(till.sides, basket.holder)
    cells: Cells = {NAME: buyer.name or None, STATE: tr(f"sales.state_{SaleState.DRAFT}", settings.lang)}
    cells |= offered_cells(buyer.card, basket.picks, settings.lang, day)
    try:
        recap = quote(till.sides, basket, day, buyer).recap
    except LoyaltyError:
        page.fill(cells)
        raise
    if recap is not None:
        cells |= settled_cells(basket, recap, settings.lang, services_of(settings))
    page.fill(cells)
    return SaleShown("", SaleState.DRAFT, recap, buyer.card, buyer.name, stranger=buyer.customer is None)


def _show(page: BasketPage, till: Till, settings: Settings, basket: Basket, number: str) -> SaleShown:
    """Write where a recorded sale stands."""
    recorded, state = sale_of(till, number), state_of(till, number)
    failed = next((o.reason for o in till.store.of_sale(number) if o.state is OperationState.FAILED), "")
    reason = str(Refused(failed).key) if failed else ""
    recap = recorded.recap if recorded else None
    words = state_text(state, recap, settings.lang)
    if reason:
        words = f"{words}{tr('cli.colon', settings.lang)}{tr(reason, settings.lang, code=failed)}"
    cells: Cells = {STATE: words, SALE: number}
    if recap is not None and len(recap.shares) == len(basket.rows):
        cells |= settled_cells(basket, recap, settings.lang, services_of(settings))
    page.fill(cells)
    return SaleShown(number, state, recap, reason=words if reason else "")
