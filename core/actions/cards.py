"""Cards: attach them to customers and take them off, one or many, at FidelPass and in the POS database.

FidelPass is told first: what it is told may be said again without harm, and only what it has accepted is written in
the database, as one job of kind EDIT. Taking that job back changes the database alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.actions.context import Progress, user_name
from core.cards import card_fault, card_number
from core.errors import LoyaltyError
from core.holders.attachments import (
    Base,
    Refusal,
    Wanted,
    contradictions,
    customer_reference,
    refuse_at_fidelpass,
    refuse_in_base,
)
from core.jobs import JobReport, Outcome, RowOutcome
from core.settings import practice_base

if TYPE_CHECKING:
    from core.database import Database
    from core.database.editing import Edit
    from core.gains import CardGains
    from core.loyalty.client import Loyalty

AT_ONCE = 8
"""Requests under way at the same time; a 429 holds them all (`core.loyalty.transport`)."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The two sides of a card: FidelPass, and the POS database of one shop."""

    fidelpass: Loyalty
    database: Database

    @property
    def practice(self) -> bool:
        """Whether these are the made-up sides of practice mode: what they answer is marked where it is written."""
        from core.database.connection import place

        return place(self.database.url) == str(practice_base())

    def reference(self, customer: int) -> str:
        """Return what a customer of this shop is called at FidelPass."""
        return customer_reference(self.database.shop, customer)


@dataclass(frozen=True, slots=True)
class CardState:
    """A card on both sides: what FidelPass says, and the customers of the database who have it."""

    gains: CardGains
    customers: list[int]


@dataclass(slots=True)
class CardsReport:
    """What became of each card, in the order asked, and what stopped the work half-way if anything did."""

    report: JobReport
    problem: LoyaltyError | None = None


def show_card(sides: Sides, card: str) -> CardState:
    """Look a card up on both sides. Raises LoyaltyError, for a malformed number too."""
    from core.database.editing import customers_with_cards

    fault = card_fault(card)
    if fault is not None:
        raise LoyaltyError(fault)
    number = card_number(card)
    return CardState(sides.fidelpass.card(number), customers_with_cards(sides.database, [number])[number])


def attach_cards(
    sides: Sides, wanted: Sequence[Wanted], *, source: str = "", progress: Progress | None = None
) -> CardsReport:
    """Attach cards to customers. Checked in order: the number, the customer, the database, FidelPass.

    One outcome per row: updated (attached), unchanged (it was already), refused with the reason, not reached. Raises
    LoyaltyError when FidelPass does not answer before anything is attached, DatabaseError.
    """
    from core.database.editing import CARD, Edit

    base = _read_base(sides, wanted)
    refused = contradictions(wanted)
    refused |= {w.row: r for w in wanted if (r := refuse_in_base(w, base)) is not None}
    left = [w for w in wanted if w.row not in refused]
    found = sides.fidelpass.usable_gains([w.number for w in left], at_once=AT_ONCE)
    for each in left:
        refusal = refuse_at_fidelpass(each, found[each.number], sides.reference(each.customer or 0))
        if refusal is not None:
            refused[each.row] = refusal
    left = [w for w in left if w.row not in refused]

    def attach(one: Wanted) -> None:
        sides.fidelpass.attach(one.number, sides.reference(one.customer or 0))

    done, problem = _tell_all(left, attach, refused, progress)
    edits = [Edit(w.row, w.customer or 0, {CARD: w.number}) for w in done]
    cards = _conclude(sides, wanted, refused, edits, source, problem)
    news = {w.row for w in done if found[w.number].customer is None}  # to FidelPass, also where the base had the card
    cards.report.outcomes = [
        replace(o, outcome=Outcome.UPDATED) if o.outcome is Outcome.UNCHANGED and o.row in news else o
        for o in cards.report.outcomes
    ]
    return cards


def remove_cards(
    sides: Sides, wanted: Sequence[Wanted], *, source: str = "", progress: Progress | None = None
) -> CardsReport:
    """Take cards attached by mistake off their customers. Outcomes as for `attach_cards`.

    A card that FidelPass does not know, or that is somebody else's there, is still taken off our customer.
    """
    from core.database.editing import CARD, Edit
    from core.loyalty.failures import Refused

    base = _read_base(sides, wanted)
    refused: dict[int, Refusal] = {}
    left: list[Wanted] = []
    for each in wanted:
        owners = base.owners.get(each.number, ())
        fault = card_fault(each.card)
        customer = each.customer if each.customer is not None else next(iter(owners), None)
        if fault is not None:
            refused[each.row] = (fault, {})
        elif customer is None or customer not in owners:
            refused[each.row] = ("cards.nobody_has", {})
        else:
            left.append(replace(each, customer=customer))

    def detach(one: Wanted) -> None:
        try:
            sides.fidelpass.detach(one.number, sides.reference(one.customer or 0))
        except Refused as refusal:
            if refusal.code not in ("card_unknown", "card_taken"):
                raise

    done, problem = _tell_all(left, detach, refused, progress)
    edits = [Edit(w.row, w.customer or 0, {CARD: None}) for w in done]
    return _conclude(sides, wanted, refused, edits, source, problem)


def _read_base(sides: Sides, wanted: Sequence[Wanted]) -> Base:
    from core.database.editing import CARD, customers_with_cards

    numbers = sorted({w.customer for w in wanted if w.customer is not None})
    cards: dict[int, str | None] = {}
    for customer in sides.database.customers(numbers):
        own = customer.values.get(CARD)
        cards[customer.number] = str(own) if own else None
    asked = sorted({w.number for w in wanted if card_fault(w.card) is None})
    return Base(cards, customers_with_cards(sides.database, asked))


def _tell_all(
    wanted: Sequence[Wanted], tell: Callable[[Wanted], None], refused: dict[int, Refusal], progress: Progress | None
) -> tuple[list[Wanted], LoyaltyError | None]:
    """Tell FidelPass about each, several at once; return those it accepted, and the failure that ended the work.

    What it refuses goes into `refused`. After a failure nothing more is begun.
    """
    from core.loyalty.failures import Refused

    done: list[Wanted] = []
    problem: LoyaltyError | None = None
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = [(one, pool.submit(tell, one)) for one in wanted]
        for one, future in asked:
            if future.cancelled():
                continue
            try:
                future.result()
                done.append(one)
            except Refused as refusal:
                refused[one.row] = (refusal.key, refusal.params)
            except LoyaltyError as failure:
                problem = problem or failure
                for _, waiting in asked:
                    waiting.cancel()
            if progress:
                progress(len(done) + len(refused), len(wanted))
    return done, problem


def _conclude(
    sides: Sides,
    wanted: Sequence[Wanted],
    refused: dict[int, Refusal],
    edits: Sequence[Edit],
    source: str,
    problem: LoyaltyError | None,
) -> CardsReport:
    """Write what FidelPass accepted, and give every row its outcome."""
    from core.database.editing import edit_customers

    report = edit_customers(sides.database, edits, user=user_name(), source=source)
    said = {o.row: o for o in report.outcomes}
    for each in wanted:
        if each.row in refused:
            key, params = refused[each.row]
            said[each.row] = RowOutcome(each.row, Outcome.REFUSED, each.customer, key, dict(params))
        elif each.row not in said:
            said[each.row] = RowOutcome(each.row, Outcome.NOT_REACHED, each.customer)
    return CardsReport(JobReport(report.job, [said[w.row] for w in wanted]), problem)
