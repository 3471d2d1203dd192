"""Group Fidélité: a sale in a basket sheet, from the card to the payment, and its cancellation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date

from addin.baskets import OpenBasket, is_basket
from addin.documents import new_path
from addin.excel import Desk, busy, read_stamp
from addin.fidelpass import open_till
from addin.sheets import read_sheet
from core import actions
from core.actions.cards import attach_cards
from core.actions.gains import card_column, card_texts
from core.actions.new_customers import NewCustomer, create_from_card
from core.actions.queues import queue_text
from core.actions.sale_steps import SaleShown, Step, basket_of, sale_step, services_of
from core.actions.sales import SaleState, Till, state_of
from core.errors import InputError, LoyaltyError
from core.gains.basket_file import write_basket
from core.gains.basket_sheet import Basket, recap_lines
from core.gains.columns import gain_lines
from core.holders import holder_values
from core.holders.attachments import Wanted
from core.i18n import show
from core.jobs import Outcome

MOST_ALIKE = 3  # customers that a holder may be, asked about one by one
NOT_RECORDED = (SaleState.DRAFT, SaleState.FAILED, SaleState.CANCELLED)


@dataclass(frozen=True, slots=True)
class _Selling:
    """A basket in front of the user, and the till that sells it."""

    desk: Desk
    till: Till
    page: OpenBasket

    def take(self, step: Step) -> SaleShown:
        """Take one step of the sale, and write what came of it into the sheet."""
        with busy(self.desk, "ribbon.asking"):
            return sale_step(self.page, self.till, self.desk.settings, step)


def sale(desk: Desk) -> None:
    """Open a basket; in that basket, offer the gains, have them held, and say that it is paid, a click each."""
    if not is_basket(desk.book.sheets.active):
        _open_basket(desk)
        return
    with open_till(desk) as till:
        selling = _Selling(desk, till, OpenBasket(desk, desk.book.sheets.active))
        basket = basket_of(selling.page, desk.settings)
        state = state_of(till, basket.sale)
        if state in NOT_RECORDED:
            _offer(selling, basket)
        elif state in (SaleState.WAITING, SaleState.HELD):
            _take_payment(selling)
        elif state is not SaleState.PAID:
            _say_state(selling, selling.take(Step.PAY if state is SaleState.PAYING else Step.LOOK))
        elif desk.ask(desk.text("ribbon.next_basket", sale=basket.sale)):
            _open_basket(desk)


def _open_basket(desk: Desk) -> None:
    """Open a new basket, for the card of the row in front where there is one: its gains are then offered at once."""
    with open_till(desk) as till:
        with busy(desk, "ribbon.working"):
            holder = _card_in_front(desk)
            path = new_path(desk, desk.text("ribbon.basket_file", day=date.today().isoformat()))
            write_basket(path, holder, desk.lang, practice=desk.practising)
        book = desk.app.books.open(path)
        if not holder:
            desk.say(desk.text("ribbon.basket_open", path=str(path)))
            return
        there = replace(desk, book=book)
        selling = _Selling(there, till, OpenBasket(there, book.sheets[0]))
        _offer(selling, basket_of(selling.page, desk.settings))


def _card_in_front(desk: Desk) -> str:
    """Return the card of the selected row of a sheet of customers, "" where there is none or several."""
    headers = sorted(actions.card_headers())
    try:
        chosen = replace(desk, scope="selected")
        table = read_sheet(chosen, desk.book.sheets.active, headers, read_stamp(desk.book)).table
        cards = [card for card in card_texts(table, card_column(table)) if card]
    except InputError:
        return ""
    return cards[0] if len(cards) == 1 else ""


def _offer(selling: _Selling, basket: Basket) -> None:
    """Offer the card's gains as FidelPass has them now; once there are articles, say the price and have them held."""
    desk = selling.desk
    shown = selling.take(Step.LOOK)
    if shown.stranger and shown.name and shown.name != basket.name:
        _welcome(selling, shown)
    if shown.recap is None:
        desk.say(_offered(desk, shown))
        return
    lines = recap_lines(shown.recap, desk.lang, services_of(desk.settings))
    said = [label if amount is None else f"{label}{desk.text('cli.colon')}{show(amount, desk.lang)} €"
            for label, amount in lines]  # fmt: skip
    if not shown.recap.used:  # the gains may be new to the user: nothing was picked
        said += ["", *_gain_words(desk, shown)]
    question = desk.text("ribbon.hold_question" if shown.recap.used else "ribbon.record_question")
    if desk.ask("\n".join([*said, "", question])):
        _say_state(selling, selling.take(Step.HOLD))


def _offered(desk: Desk, shown: SaleShown) -> str:
    return "\n".join([*_gain_words(desk, shown), "", desk.text("ribbon.basket_next")])


def _gain_words(desk: Desk, shown: SaleShown) -> list[str]:
    """Say the gains that the card offers, in a line each."""
    if shown.offered is None:
        return []
    lines = [f"– {line}" for line in gain_lines(shown.offered, desk.lang, date.today())]
    head = desk.text("sales.offered", card=shown.offered.card, name=shown.name or "–")
    return [head, *(lines or [desk.text("gains.nothing")])]


def _take_payment(selling: _Selling) -> None:
    """Once FidelPass holds the gains, ask whether the customer has paid. It is asked again where it had not answered.

    A basket changed since it was recorded is refused: what the customer pays is what FidelPass was told.
    """
    desk, shown = selling.desk, selling.take(Step.HOLD)
    used = shown.recap is not None and bool(shown.recap.used)
    if shown.recap is None or shown.state not in (SaleState.WAITING, SaleState.HELD):
        _say_state(selling, shown)
    elif shown.state is SaleState.WAITING and used:
        desk.say(desk.text("sales.not_held"), serious=True)
    else:
        if desk.ask(desk.text("ribbon.paid_question", due=shown.recap.due, state=shown.said(desk.lang))):
            _say_state(selling, selling.take(Step.PAY))


def _say_state(selling: _Selling, shown: SaleShown) -> None:
    """Say where the sale stands and what to do next; and what waits for FidelPass, if anything does."""
    desk = selling.desk
    said = [shown.said(desk.lang)]
    if shown.state in (SaleState.WAITING, SaleState.HELD) and shown.recap is not None:
        held = shown.state is SaleState.HELD or not shown.recap.used
        said.append(desk.text("ribbon.cash_in" if held else "ribbon.try_again", due=shown.recap.due))
    elif shown.state in (SaleState.FAILED, SaleState.REFUSED):
        said.append(desk.text(f"ribbon.after_{shown.state}"))
    left = selling.till.outbox.queue()
    if left.count:
        said.append(queue_text(left, desk.lang))
    desk.say("\n\n".join(said), serious=shown.state in (SaleState.FAILED, SaleState.REFUSED))


def _welcome(selling: _Selling, shown: SaleShown) -> None:
    """Offer to make a customer of the card's holder, whom the database does not know; the sale goes on either way."""
    desk, sides = selling.desk, selling.till.sides
    card = shown.offered.card if shown.offered else ""
    held = holder_values(shown.offered.holder) if shown.offered else {}
    entered = [
        f"– {desk.text(f'compare.field_{key}')}{desk.text('cli.colon')}{show(value, desk.lang)}"
        for key, value in held.items()
        if value is not None
    ]
    question = desk.text("ribbon.stranger_question", card=card, name=shown.name, entered="\n".join(entered))
    if not desk.ask(question):
        return
    try:
        with busy(desk, "ribbon.working"):
            made = create_from_card(sides, card, desk.lang)
        if made.said is None:
            if _attach_alike(selling, made) or not desk.ask(desk.text("ribbon.anyway_question", name=shown.name)):
                return
            with busy(desk, "ribbon.working"):
                made = create_from_card(sides, card, desk.lang, anyway=True)
    except LoyaltyError as error:
        desk.say(desk.text(error.key, **error.params), serious=True)
        return
    if made.customer is not None:
        desk.say(desk.text("ribbon.holder_created", customer=str(made.customer), card=card, job=str(made.job)))
    elif made.said is not None:
        desk.say(made.said.message(desk.lang), serious=True)


def _attach_alike(selling: _Selling, made: NewCustomer) -> bool:
    """Ask about each customer who looks like the holder; attach the card to the one who it is. Say whether one was."""
    desk, card = selling.desk, made.gains.card
    reasons: dict[int, list[str]] = defaultdict(list)
    for duplicate in made.alike:
        if duplicate.customer is not None:
            reasons[duplicate.customer].append(duplicate.sentence(desk.lang))
    for customer, why in list(reasons.items())[:MOST_ALIKE]:
        if desk.ask(desk.text("ribbon.same_question", customer=str(customer), why=", ".join(why), card=card)):
            with busy(desk, "ribbon.asking"):
                cards = attach_cards(selling.till.sides, [Wanted(1, card, customer)])
            outcome = cards.report.outcomes[0]
            done = outcome.outcome in (Outcome.UPDATED, Outcome.UNCHANGED)
            said = desk.text("ribbon.card_attached", customer=str(customer)) if done else outcome.message(desk.lang)
            desk.say(said, serious=not done)
            return True
    return False


def cancel_sale(desk: Desk) -> None:
    """Give up the sale of the basket in front, which is not paid: its gains are free again."""
    sheet = desk.book.sheets.active
    if not is_basket(sheet):
        raise InputError("ribbon.cancel_where")
    with open_till(desk) as till:
        selling = _Selling(desk, till, OpenBasket(desk, sheet))
        basket = basket_of(selling.page, desk.settings)
        if state_of(till, basket.sale) in NOT_RECORDED:
            raise InputError("ribbon.nothing_to_cancel")
        if desk.ask(desk.text("ribbon.cancel_question", sale=basket.sale)):
            _say_state(selling, selling.take(Step.CANCEL))
