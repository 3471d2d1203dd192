"""Attaching cards: which card may become which customer's, and why not. Pure: both sides' answers are handed in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.cards import card_fault, card_number
from core.gains import CardGains

Refusal = tuple[str, dict[str, Any]]
"""A text key and its parameters."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A card (as typed) and the customer it is to belong to, None when nobody could tell; `row` is the sheet's.

    `doubt` is why no customer could be told.
    """

    row: int
    card: str
    customer: int | None
    doubt: Refusal | None = None

    @property
    def number(self) -> str:
        """The card as FidelPass writes it."""
        return card_number(self.card)


@dataclass(frozen=True, slots=True)
class Base:
    """What the POS database says: each customer's own card (None without one), and the customers who have a card."""

    cards: Mapping[int, str | None] = field(default_factory=dict)
    owners: Mapping[str, Sequence[int]] = field(default_factory=dict)


def customer_reference(shop: str, customer: int) -> str:
    """Return what a customer is called at FidelPass: the shop's code and the customer's number, which never change."""
    return f"{shop}-{customer}"


def refuse_in_base(wanted: Wanted, base: Base) -> Refusal | None:
    """Say why a card may not be attached as far as the number itself and the POS database tell."""
    fault = card_fault(wanted.card)
    if fault is not None:
        return fault, {}
    if wanted.customer is None:
        return wanted.doubt or ("cards.no_customer", {})
    if wanted.customer not in base.cards:
        return "cards.customer_unknown", {"customer": str(wanted.customer)}
    own = base.cards[wanted.customer]
    if own and card_number(own) != wanted.number:
        return "cards.has_other", {"customer": str(wanted.customer), "card": own}
    others = [c for c in base.owners.get(wanted.number, ()) if c != wanted.customer]
    return ("cards.on_other_customer", {"customer": str(others[0])}) if others else None


def refuse_at_fidelpass(wanted: Wanted, found: CardGains, reference: str) -> Refusal | None:
    """Say why a card may not be attached as far as FidelPass tells."""
    if not found.known:
        return "cards.unknown", {}
    if found.customer not in (None, reference):
        return "cards.taken", {"reference": str(found.customer)}
    return None


def contradictions(wanted: Sequence[Wanted]) -> dict[int, Refusal]:
    """Return the rows of one sheet that exclude each other: a card for two customers, two cards for one customer."""
    pairs = {(w.number, w.customer) for w in wanted if w.customer is not None}
    customers_of = Counter(card for card, _ in pairs)
    cards_of = Counter(customer for _, customer in pairs)
    found: dict[int, Refusal] = {}
    for each in wanted:
        if each.customer is not None and customers_of[each.number] > 1:
            found[each.row] = ("cards.twice", {})
        elif each.customer is not None and cards_of[each.customer] > 1:
            found[each.row] = ("cards.customer_twice", {"customer": str(each.customer)})
    return found
