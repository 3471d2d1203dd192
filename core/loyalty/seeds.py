"""The sandbox's made-up cards: always the same people, with expiry dates around a given day.

Cards 433701 to 433736 and three longer numbers that end in a check digit. Nobody here exists. The table
of docs/fidelpass.md says what each card is for; its test reads both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from core.gains import Gain, Holder, Permissions

_FIRST_NAMES = ("Camille", "Élodie", "Jean-Marc", "Noémie", "Raphaël", "Zoé", "Aurélien", "Inès", "Loïc")
_LAST_NAMES = ("Lefèvre", "O'Brien", "Nguyen", "Château", "de La Tour", "Müller", "Benali")
_CITIES = (("01000", "Bourg-en-Bresse"), ("06300", "Nice"), ("29200", "Brest"), ("75011", "Paris"))

TO_TRY = {
    "433701": "percent",
    "433702": "amount",
    "433704": "several",
    "433703": "expired",
    "433705": "none",
    "433706": "used",
    "4970100000000014": "attached",
}
"""Cards that show something each, in the order to try them → what it shows (the text `cli.sandbox_<what>`)."""


@dataclass
class Card:
    """A card in the sandbox's books; `turnover` is what was bought with it, refunds taken off."""

    number: str
    holder: Holder
    gains: dict[str, Gain] = field(default_factory=dict)
    customer: str | None = None
    turnover: Decimal = Decimal("0.00")


def made_up_cards(today: date) -> dict[str, Card]:
    """Return the seeded cards by number."""
    cards = (*_short_cards(today), *_special_cards(today))
    return {card.number: card for card in cards}


def _short_cards(today: date) -> Iterator[Card]:
    """Yield six cards of each of six sorts."""
    sorts = (_percent, _amount, _expired, _several, _none, _used)
    for i in range(36):
        number = str(433701 + i)
        yield Card(number, _person(i), {g.id: g for g in sorts[i % 6](number, today)})


def _special_cards(today: date) -> Iterator[Card]:
    """Yield the cards with longer numbers: an empty record, one already attached, one bar code."""
    yield Card("4970100000000006", Holder(), {g.id: g for g in _amount("4970100000000006", today)})
    attached = "4970100000000014"
    yield Card(attached, _person(40), {g.id: g for g in _several(attached, today)}, customer="C-0042")
    yield Card("2990000000019", Holder(first_name="Maël", mobile="+33639980041"))


def _person(i: int) -> Holder:
    first, last = _FIRST_NAMES[i % len(_FIRST_NAMES)], _LAST_NAMES[i % len(_LAST_NAMES)]
    postcode, city = _CITIES[i % len(_CITIES)]
    return Holder(
        first_name=first,
        last_name=last,
        email=f"client{i}@example.fr" if i % 5 else None,
        mobile=f"+336399800{i:02d}" if i % 4 else None,  # a range kept for fiction
        address1=f"{i + 1} rue des Lilas",
        postcode=postcode,
        city=city,
        country="FR",
        birth_date=date(1960, 1, 1) + timedelta(days=397 * i) if i % 3 else None,
        permissions=Permissions(email_opt_in=bool(i % 2 and i % 5), sms_opt_in=i % 8 == 1),
    )


def _percent(card: str, today: date) -> list[Gain]:
    ten = Decimal("10.00")
    return [Gain(f"P-{card}", "10 % anniversaire", "percent", ten, ten, expiry=today + timedelta(days=30))]


def _amount(card: str, today: date) -> list[Gain]:
    value, left = Decimal("20.00"), Decimal("12.50")
    end = today + timedelta(days=180)
    return [Gain(f"M-{card}", "Chèque fidélité", "amount", value, left, partly_usable=True, expiry=end)]


def _expired(card: str, today: date) -> list[Gain]:
    five = Decimal("5.00")
    yesterday = today - timedelta(days=1)
    return [Gain(f"E-{card}", "Bienvenue", "amount", five, five, expiry=yesterday, state="expired")]


def _several(card: str, today: date) -> list[Gain]:
    eight = Decimal("8.00")
    large = Gain(f"B-{card}", "8 € dès 50 € d'achat", "amount", eight, eight, minimum=Decimal("50.00"), expiry=today)
    return [*_percent(card, today), *_amount(card, today), large, *_expired(card, today)]


def _none(card: str, today: date) -> list[Gain]:
    return []


def _used(card: str, today: date) -> list[Gain]:
    value = Decimal("15.00")
    return [Gain(f"U-{card}", "Parrainage", "amount", value, Decimal("0.00"), state="used")]
