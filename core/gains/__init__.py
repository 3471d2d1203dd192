"""What FidelPass knows of a card: its holder and the gains it has earned.

Amounts are Decimal euros with two decimals, percentages Decimal ("10.00" is 10 %). An expiry date is
inclusive: a gain that expires on 31 March may still be used on 31 March, by the shop's own calendar.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

GainKind = Literal["percent", "amount"]
GainState = Literal["usable", "reserved", "used", "expired"]


@dataclass(frozen=True)
class Permissions:
    """What the holder accepts to receive, by the keys of `core.fields`; turning one on needs a proof."""

    email_opt_in: bool = False
    sms_opt_in: bool = False

    def widens(self, before: Permissions) -> bool:
        """Say whether something is allowed here that was not before."""
        return (self.email_opt_in and not before.email_opt_in) or (self.sms_opt_in and not before.sms_opt_in)


@dataclass(frozen=True)
class Proof:
    """Where and when the holder gave a permission ("bulletin papier", 2 May)."""

    source: str
    given: date


@dataclass(frozen=True, repr=False)  # personal: never printed by accident
class Holder:
    """What the holder of a card entered at FidelPass, by the keys of `core.fields`; anything may be missing."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    mobile: str | None = None
    address1: str | None = None
    postcode: str | None = None
    city: str | None = None
    country: str | None = None
    birth_date: date | None = None
    permissions: Permissions = Permissions()


@dataclass(frozen=True)
class Gain:
    """One reward: `value` as it was given, `remaining` of it now, both in % or in euros by `kind`."""

    id: str
    label: str
    kind: GainKind
    value: Decimal
    remaining: Decimal
    partly_usable: bool = False
    minimum: Decimal = Decimal("0.00")
    expiry: date | None = None
    state: GainState = "usable"

    def refusal(self, total: Decimal, on: date) -> str | None:
        """Return the text key of why it may not be used on a basket of `total` euros that day, or None.

        The minimum basket is compared with the total after line discounts and before any gain.
        """
        if self.state == "expired" or (self.expiry is not None and self.expiry < on):
            return "loyalty.gain_expired"
        if self.state != "usable" or self.remaining <= 0:
            return f"loyalty.gain_{'reserved' if self.state == 'reserved' else 'used'}"
        if total < self.minimum:
            return "loyalty.gain_minimum"
        return None

    def is_usable(self, on: date) -> bool:
        """Say whether it may be used that day on a basket that is large enough."""
        return self.refusal(self.minimum, on) is None


@dataclass(frozen=True, repr=False)
class CardGains:
    """One card as FidelPass answered at `as_of` (UTC).

    `known` is False for a card FidelPass does not know; `fault` is the text key of a number that was not
    even asked about. `customer` is the reference of the customer the card is attached to, if any.
    """

    card: str
    known: bool
    as_of: datetime
    holder: Holder = Holder()
    gains: tuple[Gain, ...] = ()
    customer: str | None = None
    fault: str | None = None

    def usable(self, on: date) -> tuple[Gain, ...]:
        """Return the gains that may be used that day, the soonest to expire first."""
        fit = [g for g in self.gains if g.is_usable(on)]
        return tuple(sorted(fit, key=lambda g: (g.expiry or date.max, g.id)))
