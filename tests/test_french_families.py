"""Duplicates on French families of which the truth is known: what is found, and what is rightly kept apart.

`pytest -s` prints the table. Five hundred invented people, each with one other row beside: the same person changed, or
somebody close. All stand in one file, so that every chance pair counts as well.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

from core.checked import Checked
from core.duplicates import find_in_file
from core.profiles import load_system
from core.tables import Table
from tests.corpus.names import MEN, SURNAMES, WOMEN
from tests.corpus.people import Person, make_person, plain

COUNT = 500
CHANCE = 0.01
"""Pairs of strangers, per person, that may be called a family: the corpus has few streets. None may be one person."""
FIELDS = ("last_name", "first_name", "email", "mobile", "phone", "birth_date", "address1", "postcode", "city", "sex")


def swapped(one: Person, rng: Random) -> Person:
    """Return the person with last and first name the wrong way round."""
    return one | {"last_name": one["first_name"], "first_name": one["last_name"], "email": ""}


def slipped(one: Person, rng: Random) -> Person:
    """Return the person with a letter doubled in the surname, and another e-mail."""
    name = one["last_name"]
    place = rng.randrange(1, len(name))
    return one | {"last_name": name[:place] + name[place - 1 :], "email": f"autre{rng.randrange(10**6)}@example.fr"}


def married(one: Person, rng: Random) -> Person:
    """Return the person under a double name, moved, the mobile kept."""
    name = f"{one['last_name']}-{rng.choice(SURNAMES)}"
    return one | {"last_name": name, "email": "", "phone": "", "address1": make_person(rng, 1)["address1"]}


def moved(one: Person, rng: Random) -> Person:
    """Return the person elsewhere, with another e-mail and mobile: the name and the birth date say it."""
    return one | _elsewhere(rng) | {"email": "", "phone": ""}


def homonym(one: Person, rng: Random) -> Person:
    """Return somebody of that name elsewhere, born another day."""
    return one | _elsewhere(rng) | {"email": f"h{rng.randrange(10**6)}@example.fr", "phone": "", **_born(rng)}


def partner(one: Person, rng: Random) -> Person:
    """Return who lives with the person: the landline and the e-mail in common."""
    names = MEN if one["sex"] == "F" else WOMEN
    name = rng.choice([n for n in names if plain(n)[:3] != plain(one["first_name"])[:3]])
    return one | {"first_name": name, "mobile": "", "sex": "M" if one["sex"] == "F" else "F", **_born(rng)}


def child(one: Person, rng: Random) -> Person:
    """Return a child of the same first name (Jean fils de Jean), thirty years younger, at home."""
    born = date.fromisoformat(one["birth_date"])
    later = born.replace(year=born.year + 27, day=1 + born.day % 28).isoformat()
    return one | {"birth_date": later, "email": "", "mobile": ""}


def _elsewhere(rng: Random) -> Person:
    other = make_person(rng, 1)
    return {key: other[key] for key in ("address1", "postcode", "city", "mobile")}


def _born(rng: Random) -> Person:
    return {"birth_date": date.fromordinal(rng.randrange(714_000, 731_000)).isoformat()}


KINDS: dict[Callable[[Person, Random], Person], tuple[str, float]] = {
    swapped: ("same probable", 0.99),
    slipped: ("same probable", 0.99),
    married: ("same probable", 0.99),
    moved: ("same probable", 0.99),
    homonym: ("none", 1.0),
    partner: ("family", 0.99),
    child: ("family", 0.99),
}
"""Kind → the verdicts that are right, and the share that must have them."""


def file_of(people: list[Person]) -> Checked:
    """Return people as a check leaves them."""
    values = {key: [person[key] or None for person in people] for key in FIELDS}
    values["birth_date"] = [date.fromisoformat(day) if day else None for day in values["birth_date"]]
    columns = [list(column) for column in values.values()]
    rows = list(range(2, len(people) + 2))
    table = Table(Path("familles.csv"), "familles", 1, list(FIELDS), list(range(1, 11)), columns, rows)
    return Checked(table, load_system("odeis"), {}, values, [])


def invented(rng: Random) -> list[Person]:
    """Return people who are no kin: no two of one name, each with a birth date and a mobile."""
    people: dict[str, Person] = {}
    while len(people) < COUNT:
        person = make_person(rng, len(people))
        if person["birth_date"]:
            people.setdefault(plain(person["first_name"] + person["last_name"]), person)
    return list(people.values())


def test_who_is_who_in_french_families() -> None:
    """A changed person is found again, kin are a family, homonyms and strangers are nobody's double."""
    rng = Random(2026)
    people = invented(rng)
    kinds = [list(KINDS)[n % len(KINDS)] for n in range(COUNT)]
    others = [kind(person, rng) for kind, person in zip(kinds, people, strict=True)]
    found = {(d.other_row, d.row): str(d.likeness) for d in find_in_file(file_of(people + others))}
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for n, kind in enumerate(kinds):
        said[kind.__name__][found.pop((n + 2, n + 2 + COUNT), "none")] += 1
    said["strangers"].update(found.values())
    verdicts = ("same", "probable", "family", "none")
    print(f"\n{'':12}" + "".join(f"{verdict:>10}" for verdict in verdicts))
    for name, counts in said.items():
        print(f"{name:12}" + "".join(f"{counts[verdict]:>10}" for verdict in verdicts))
    for kind, (right, share) in KINDS.items():
        counts = said[kind.__name__]
        assert sum(counts[verdict] for verdict in right.split()) >= share * counts.total(), kind.__name__
    assert set(said["strangers"]) <= {"family"}  # a name, an address and a postcode but for a figure, in two towns
    assert said["strangers"].total() <= CHANCE * COUNT
