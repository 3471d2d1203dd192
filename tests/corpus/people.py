"""Invented French customers: the truth that every file is written from.

A person is a dict of canonical texts by field key: phones in E.164, dates in ISO, countries in ISO 3166-1
alpha-2, flags "yes" or "no", titles "mr", "mrs", "miss". An attribute nobody knows is "".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tests.corpus.names import ABROAD, COMPANIES, EXTRAS, MEN, NOTES, OVERSEAS, STREETS, SURNAMES, TOWNS, WOMEN

Person = dict[str, str]
LAND_LINES = ("1", "2", "3", "4", "5")
DOMAINS = ("example.fr", "example.com", "courrier.example.org", "boutique.example.net")

KNOWN_CARDS = (*(str(number) for number in range(433701, 433737)), "4970100000000006", "2990000000019")
"""Cards that the FidelPass sandbox knows."""
LONG_CARDS = ("4970100000000105", "4970100000000113", "4970100000000121", "4970100000000139", "4970100000000147")
CARDS = tuple(
    card
    for cards in zip(
        KNOWN_CARDS,
        (*LONG_CARDS, *(f"433801{number:06d}" for number in range(17, 17 + len(KNOWN_CARDS) - len(LONG_CARDS)))),
        strict=True,
    )
    for card in cards
)
"""One known card, one unknown one (some of 12 and 16 figures), in turn."""


@dataclass
class Record:
    """One row to write: the person, and what the row is to other rows (their indexes, from 0).

    `duplicate_of`: the same person again. `family`: other people of that home. `twin_of`: somebody else whose
    name is one letter apart, born the same day at the same address.
    """

    person: Person
    duplicate_of: int | None = None
    family: list[int] = field(default_factory=list)
    twin_of: int | None = None


def plain(text: str) -> str:
    """Return the text in lower case with letters and digits alone: "Crève-Cœur" is "crevecoeur"."""
    text = text.lower().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFD", text) if c.isalnum() and c.isascii())


def _place(rng: Random) -> Person:
    """Return where somebody lives, and a mobile number of that place."""
    draw = rng.random()
    if draw < 0.04:
        postcode, city, country, code, head = rng.choice(OVERSEAS)
        return _at(postcode, city, country, f"+{code}{head}{rng.randrange(200_000, 499_999)}")
    if draw < 0.10:
        postcode, city, country, code, head, digits = rng.choice(ABROAD)
        return _at(postcode, city, country, f"+{code}{head}{rng.randrange(10 ** (digits - 1), 4 * 10 ** (digits - 1))}")
    postcode, city = rng.choice(TOWNS)
    head = rng.choice(("61", "62", "66", "67", "68", "76", "77"))
    return _at(postcode, city, "FR", f"+33{head}{rng.randrange(10**6, 10**7)}")


def _at(postcode: str, city: str, country: str, mobile: str) -> Person:
    return {"postcode": postcode, "city": city, "country": country, "mobile": mobile}


def make_person(rng: Random, number: int) -> Person:
    """Return the invented customer of that number; about one in twelve is a company's contact."""
    woman = rng.random() < 0.55
    first = rng.choice(WOMEN if woman else MEN)
    last = rng.choice(SURNAMES)
    place = _place(rng)
    born = date(1940, 1, 1) + timedelta(days=rng.randrange(24_000))
    land = f"+33{rng.choice(LAND_LINES)}{rng.randrange(45_000_000, 49_999_999)}" if place["country"] == "FR" else ""
    return {
        "account_number": f"C{number:05d}",
        "title": rng.choice(("mrs", "mrs", "miss")) if woman else "mr",
        "first_name": first,
        "last_name": last,
        "company": rng.choice(COMPANIES) if rng.random() < 0.08 else "",
        "email": f"{plain(first)}.{plain(last)}{number}@{rng.choice(DOMAINS)}" if rng.random() < 0.9 else "",
        **place,
        "phone": land if rng.random() < 0.5 else "",
        "address1": f"{rng.randrange(1, 180)} {rng.choice(STREETS)}",
        "address2": rng.choice(EXTRAS) if rng.random() < 0.2 else "",
        "birth_date": born.isoformat() if rng.random() < 0.85 else "",
        "sex": "F" if woman else "M",
        "email_opt_in": rng.choice(("yes", "yes", "no")),
        "sms_opt_in": rng.choice(("yes", "no")),
        "loyalty_card": "",
        "group": rng.choice(("Fidèles", "Fidèles", "Nouveaux", "")),
        "notes": rng.choice(NOTES) if rng.random() < 0.25 else "",
    }


def _strangers(rng: Random, count: int) -> list[Person]:
    """Return people of whom no two share a name or a number, so that every duplicate is a meant one."""
    people: list[Person] = []
    taken: set[str] = set()
    while len(people) < count:
        person = make_person(rng, len(people) + 1)
        signs = {plain(person["first_name"] + person["last_name"]), person["mobile"], person["phone"]} - {""}
        if not signs & taken:
            taken |= signs
            people.append(person)
    return people


def make_records(count: int, seed: int, cards: Sequence[str] = ()) -> list[Record]:
    """Return about `count` rows: people, then families, twins and the same people again, well mixed.

    `cards` are loyalty cards to hand out, one to every third person or so, as long as they last.
    """
    rng = Random(seed)
    records = [Record(person) for person in _strangers(rng, count * 85 // 100)]
    for record, card in zip(records[1::3], cards, strict=False):
        record.person["loyalty_card"] = card
    lone = iter(rng.sample(range(len(records)), len(records)))
    number = len(records)
    while len(records) < count:
        number += 1
        _add_relative(records, next(lone), number, rng)
    return _shuffled(records, rng)


def _add_relative(records: list[Record], index: int, number: int, rng: Random) -> None:
    """Append a relative, a twin or a duplicate of the record at that index, each kind in its turn."""
    kind = ("family", "duplicate", "twin")[number % 3]
    if kind == "family" and records[index].person["country"] == "FR":
        records[index].person["phone"] = records[index].person["phone"] or f"+33248{number:06d}"
    other = dict(records[index].person)
    record = Record(other)
    if kind == "duplicate":
        record.duplicate_of = index
    else:
        other.update(account_number=f"C{number:05d}", loyalty_card="", notes="", mobile="", company="")
        name = other["first_name"]
        while plain(name) == plain(records[index].person["first_name"]):
            name = _one_letter_apart(name) if kind == "twin" else rng.choice(WOMEN + MEN)
        other.update(first_name=name, email=f"{plain(name)}.{plain(other['last_name'])}{number}@example.fr")
        if kind == "twin":
            record.twin_of = index
        else:
            other.update(sex="F" if name in WOMEN else "M", title="mrs" if name in WOMEN else "mr", birth_date="")
        record.family.append(index)
        records[index].family.append(len(records))
    records.append(record)


def _one_letter_apart(name: str) -> str:
    """Return a near name: Élodie is Élodia, Luc is Lud."""
    vowels = "aeiou"
    last = plain(name)[-1]
    return name[:-1] + (vowels[(vowels.index(last) + 2) % 5] if last in vowels else chr(ord(last) % 122 + 1))


def _shuffled(records: list[Record], rng: Random) -> list[Record]:
    """Mix the rows and move the references along; a duplicate points at the earlier row of the two."""
    order = rng.sample(range(len(records)), len(records))
    place = {old: new for new, old in enumerate(order)}
    mixed = []
    for old in order:
        record = records[old]
        same = record.duplicate_of
        mixed.append(
            Record(
                record.person,
                None if same is None else place[same],
                sorted(place[n] for n in record.family),
                None if record.twin_of is None else place[record.twin_of],
            )
        )
    for index, record in enumerate(mixed):
        if record.duplicate_of is not None and record.duplicate_of > index:
            mixed[record.duplicate_of].duplicate_of, record.duplicate_of = index, None
    return mixed
