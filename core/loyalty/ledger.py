"""The sandbox's books: cards, sales and what each did to the gains. Its sums are its own, not `core.baskets`'."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

from core.gains import Permissions, Proof
from core.loyalty.seeds import Card, made_up_cards


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
