"""What is held about one person, and what is left of them once anonymised. Pure.

The GDPR gives everybody the right to a copy of their data (article 15) and to their erasure (article 17). A customer
who is anonymised stays as a line without a person, so that counts, groups and past jobs still add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.checked import Value
from core.i18n import tr

IMPERSONAL = ("country", "group", "price_list", "account_type", "contact_type", "discount")
"""Fields that stay: they say what kind of customer it was, never who."""
ANONYMISED = "anonymised"
"""What an anonymised customer has as the system it came from: so it is known, and not listed as dormant again."""
DORMANT_YEARS = 3
"""The CNIL's reference for customer management: three years after the last contact."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing held: where (`people.in_<place>`), since when, under which name, and what."""

    place: str
    when: datetime | None
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Dormant:
    """A customer without contact since a day: created, last changed, last consent or last loyalty operation."""

    number: int
    name: str
    last: date


def anonymous_values(number: int, values: Mapping[str, Value], lang: str) -> dict[str, Value]:
    """Return what stays of a customer. Consents are lowered: nobody is to be written to any more."""
    left: dict[str, Value] = {key: values[key] for key in IMPERSONAL if values.get(key) is not None}
    return left | {
        "last_name": tr("people.anonymous", lang, number=str(number)),
        "email_opt_in": False,
        "sms_opt_in": False,
    }


def years_before(today: date, years: int) -> date:
    """Return the same day some years earlier; the 28th for a 29 February."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return (today - timedelta(days=1)).replace(year=today.year - years)
