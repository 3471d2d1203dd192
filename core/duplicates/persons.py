"""Persons: what tells one customer from another, normalised for comparing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from core.cells import fold
from core.checked import Value
from core.rules.placeholders import is_fake_email, is_fake_phone, is_placeholder

PHONES = ("mobile", "phone", "phone2", "delivery_phone")
ATTRIBUTES = ("account_number", "loyalty_card", "last_name", "first_name", "company", "legal_name", "sex", "title",
              "birth_date", "email", *PHONES, "address1", "address2", "postcode", "city")  # fmt: skip
WOMAN, MAN = ("mrs", "miss", "F"), ("mr", "M")


@dataclass(frozen=True, slots=True)
class Person:
    """One customer, folded; `shown_*` keep the names as typed, for the sentences. Blank attributes are ""."""

    last: str = ""
    first: str = ""
    shown_last: str = ""
    shown_first: str = ""
    company: bool = False  # `last` is a company's name
    sex: str = ""
    birth: date | None = None
    account: str = ""
    card: str = ""
    email: str = ""
    phones: frozenset[str] = frozenset()
    street: str = ""
    address: str = ""  # the street and its second line
    postcode: str = ""
    city: str = ""


def describe(values: Mapping[str, Value]) -> Person:
    """Return the person of one row of canonical values; placeholders count as blank."""

    said = {key: str(value) for key, value in values.items() if value is not None}.get
    last, first = _name(said("last_name", "")), _name(said("first_name", ""))
    company = not last and not first
    if company:
        last = _name(said("company", "")) or _name(said("legal_name", ""))
    birth = values.get("birth_date")
    street, second = _folded(said("address1", "")), said("address2", "")
    return Person(
        last=_folded(last),
        first=_folded(first),
        shown_last=last,
        shown_first=first,
        company=company and bool(last),
        sex=sex_of(said("sex", ""), said("title", "")),
        birth=birth if isinstance(birth, date) else None,
        account=_name(said("account_number", "")).casefold(),
        card=_name(said("loyalty_card", "")),
        email=email_key(said("email", "")) or "",
        phones=frozenset(n for n in (phone_key(said(key, "")) for key in PHONES) if n),
        street=street,
        address=f"{street} {_folded(second)}" if second else street,
        postcode=postcode_key(said("postcode", "")) or "",
        city=_folded(said("city", "")),
    )


@lru_cache(maxsize=50_000)
def _name(value: str) -> str:
    return "" if is_placeholder(value) else value


_folded = lru_cache(maxsize=50_000)(fold)  # names and towns come again and again


def sex_of(sex: str, title: str) -> str:
    """Return "F", "M" or "" from the two codes that tell it."""
    for code in (sex, title):
        if code in WOMAN:
            return "F"
        if code in MAN:
            return "M"
    return ""


def email_key(email: str) -> str | None:
    """Return an e-mail as it is compared, or None for a blank or made-up one ("aucun@aucun.fr")."""
    key = email.strip().casefold()
    return key if "@" in key and not is_fake_email(key) else None


def phone_key(number: str) -> str | None:
    """Return an E.164 number as it is compared, or None for a blank or made-up one ("+33600000000")."""
    return number if number[:1] == "+" and not is_fake_phone(number) else None


def postcode_key(postcode: str) -> str | None:
    """Return a postcode as it is compared: capitals, no spaces or hyphens."""
    if (postcode.isascii() and postcode.isdecimal()) or (postcode.isalnum() and postcode.isupper()):
        return postcode
    return _folded(postcode).replace(" ", "").upper() or None
