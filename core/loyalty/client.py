"""FidelPass as the rest of Carnet sees it: an interface, and the client that speaks to a server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from typing import Protocol

import requests

from core.cards import card_fault, card_number
from core.gains import CardGains, Permissions, Proof
from core.loyalty import wire
from core.loyalty.failures import Refused, Unanswered
from core.loyalty.operations import Operation
from core.loyalty.transport import Access, Call, Patience, Transport, read
from core.loyalty.values import Json


class Loyalty(Protocol):
    """What a loyalty service can be asked. Every method raises LoyaltyError (see `failures`)."""

    def check(self) -> wire.Ping:
        """Test name, TLS, clock, version and identifiers; return who answered and when."""

    def usable_gains(
        self, cards: Iterable[str], *, at_once: int = 8, progress: Callable[[int], None] | None = None
    ) -> dict[str, CardGains]:
        """Return what each card has, several being asked for at once."""

    def card(self, card: str) -> CardGains:
        """Return one card: its holder, the customer it is attached to, its gains."""

    def attach(self, card: str, customer: str) -> None:
        """Say that a card belongs to a customer of the shop."""

    def detach(self, card: str, customer: str) -> None:
        """Take back a card attached by mistake."""

    def update_permissions(self, card: str, permissions: Permissions, proof: Proof | None = None) -> None:
        """Change what the holder accepts to receive; more needs a proof."""


class Sales(Protocol):
    """What the sending of sales needs of a loyalty service."""

    def carry_out(self, operation: Operation) -> None:
        """Do an operation once; raises Refused, Unreached or Unanswered."""

    def status(self, sale: str) -> wire.SaleStatus | None:
        """Return what FidelPass has of a sale, or None if it never saw it."""


class FidelPassClient:
    """The client of a FidelPass server; one per action or one for a whole day, from any thread."""

    def __init__(self, access: Access, session: requests.Session | None = None) -> None:
        self._transport = Transport(access, session)

    def check(self) -> wire.Ping:
        """Test name, TLS, clock, version and identifiers; return who answered and when."""
        patience = self._transport.patience()
        ping = self._transport.ping(patience)
        self._transport.open(patience)
        return ping

    def usable_gains(
        self, cards: Iterable[str], *, at_once: int = 8, progress: Callable[[int], None] | None = None
    ) -> dict[str, CardGains]:
        """Return what each card has, by the card's text as it was given.

        A malformed number is not asked for (its `fault` says why), the same number is asked for once, and
        `progress` is told how many have been answered. The first failure stops everything and is raised:
        a dead server costs one message, not one per card.
        """
        written = list(dict.fromkeys(cards))
        numbers = list(dict.fromkeys(card_number(c) for c in written if card_fault(c) is None))
        found = self._look_up_all(numbers, at_once, progress or (lambda _: None)) if numbers else {}
        now = datetime.now(UTC)
        return {
            text: found[card_number(text)]
            if (fault := card_fault(text)) is None
            else CardGains(text, known=False, as_of=now, fault=fault)
            for text in written
        }

    def card(self, card: str) -> CardGains:
        """Return one card: its holder, the customer it is attached to, its gains."""
        return self._look_up(card_number(card), self._transport.patience())

    def attach(self, card: str, customer: str) -> None:
        """Say that a card belongs to a customer of the shop; raises Refused if it is another's."""
        self._ask(wire.ATTACH, wire.attachment_body(card_number(card), customer))

    def detach(self, card: str, customer: str) -> None:
        """Take back a card attached by mistake; raises Refused if it is another's."""
        self._ask(wire.DETACH, wire.attachment_body(card_number(card), customer))

    def update_permissions(self, card: str, permissions: Permissions, proof: Proof | None = None) -> None:
        """Change what the holder accepts to receive; raises Refused if more is allowed without a proof."""
        self._ask(wire.PERMISSIONS, wire.permissions_body(card_number(card), permissions, proof))

    def carry_out(self, operation: Operation) -> None:
        """Do an operation once; raises Refused, Unreached or Unanswered."""
        path = wire.operation_path(operation.kind, operation.sale)
        call = Call("POST", path, operation.body, key=operation.key, repeatable=False)
        answer = self._transport.send(call, self._transport.patience())
        status = read(wire.read_status, answer)
        if not status.has_done(operation.kind, operation.key):
            raise Unanswered("loyalty.nonsense", place="state")

    def status(self, sale: str) -> wire.SaleStatus | None:
        """Return what FidelPass has of a sale, or None if it never saw it."""
        try:
            answer = self._transport.send(Call("GET", wire.status_path(sale)), self._transport.patience())
        except Refused as refusal:
            if refusal.code != "sale_unknown":
                raise Unanswered("loyalty.nonsense", place=refusal.code) from None
            return None
        return read(wire.read_status, answer)

    def _ask(self, path: str, body: Json, patience: Patience | None = None) -> object:
        """Send what may be sent twice without harm: a question, or a change that sets a value."""
        call = Call("POST", path, json.dumps(body))
        return self._transport.send(call, patience or self._transport.patience())

    def _look_up(self, number: str, patience: Patience) -> CardGains:
        try:
            answer = self._ask(wire.LOOKUP, wire.lookup_body(number), patience)
        except Refused as refusal:
            if refusal.code != "card_unknown":
                raise
            return CardGains(number, known=False, as_of=datetime.now(UTC))
        return read(lambda json_answer: wire.read_card(json_answer, number), answer)

    def _look_up_all(self, numbers: list[str], at_once: int, progress: Callable[[int], None]) -> dict[str, CardGains]:
        patience = self._transport.patience()
        self._transport.open(patience)  # a dead server is noticed once, before the threads start
        found: dict[str, CardGains] = {}
        with ThreadPoolExecutor(max_workers=at_once) as pool:
            asked = [pool.submit(self._look_up, number, patience) for number in numbers]
            try:
                for answered in as_completed(asked):
                    gains = answered.result()
                    found[gains.card] = gains
                    progress(len(found))
            except BaseException:  # also when the user interrupts
                patience.stop.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return found
