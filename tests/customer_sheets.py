"""Checked sheets for the database tests, made of plain dictionaries, and a system that has every field."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from core.checked import Checked, Value
from core.decisions import Action, Decision
from core.fields import FIELDS, FieldType
from core.jobs import PushRequest
from core.profiles import Field, Profile
from core.tables import Table

MATCH = (("account_number",), ("email",), ("mobile",), ("last_name", "first_name", "postcode"))


def system(modes: tuple[str, ...] = ("upsert", "add", "update"), **more: object) -> Profile:
    """Return a system that has every field of Carnet and one of its own."""
    words = {"fr": "", "en": ""}
    kinds = {**FIELDS, "x_shoe_size": FieldType.TEXT}
    fields = tuple(Field(k, k, t, words, words, "proposed", "") for k, t in kinds.items())
    return Profile(**{"id": "test", "name": "Test", "version": "1", "path": Path(), "fields": fields, "modes": modes,
                      "match": MATCH, **more})  # fmt: skip


def sheet(
    rows: Sequence[Mapping[str, Value]], profile: Profile | None = None, *, first: int = 2, keys: Iterable[str] = ()
) -> Checked:
    """Return a checked sheet of these rows, without an issue."""
    names = list(dict.fromkeys([*keys, *(k for row in rows for k in row)]))
    numbers = list(range(first, first + len(rows)))
    values: dict[str, list[Value]] = {n: [row.get(n) for row in rows] for n in names}
    columns = [[None if v is None else str(v) for v in values[n]] for n in names]
    table = Table(Path("clients.xlsx"), "Clients", 1, names, list(range(1, len(names) + 1)), columns, numbers)
    fields = {n: i for i, n in enumerate(names) if not n.startswith("_")}  # hidden columns are nobody's field
    return Checked(table, profile or system(), fields, {n: values[n] for n in fields}, [])


def request(**more: object) -> PushRequest:
    """Return a request of Zoé's."""
    return PushRequest(**{"user": "zoe", "file_name": "clients.xlsx", "file_hash": "f" * 64, **more})


def decide(**by_row: str) -> dict[int, Decision]:
    """Return decisions: decide(r2="create", r3="update")."""
    return {int(row[1:]): Decision(Action(word)) for row, word in by_row.items()}


def person(n: int) -> dict[str, Value]:
    """Return the n-th made-up customer: 25 fields, none in common with another's keys."""
    letters = "".join(chr(97 + int(d)) for d in f"{n:07d}")
    return {
        "account_number": f"C{n:07d}",
        "title": "mrs" if n % 2 else "mr",
        "last_name": f"Lefèvre{letters}",
        "first_name": f"Zoé{letters[::-1]}",
        "company": None if n % 5 else f"Atelier {letters}",
        "email": f"client.{n}@example.fr",
        "mobile": f"+336{n:08d}",
        "phone": f"+331{n:08d}",
        "address1": f"{n % 200 + 1} rue de l'Église",
        "address2": None if n % 7 else "Bâtiment B",
        "postcode": f"{1000 + n % 90000:05d}",
        "city": "Bourg-en-Bresse",
        "country": "FR",
        "birth_date": date(1940 + n % 60, n % 12 + 1, n % 28 + 1),
        "notes": None if n % 11 else "préfère être appelée le soir ☎",
        "email_opt_in": False,
        "sms_opt_in": False,
        "contact_preference": "email",
        "group": f"Groupe {n % 9}",
        "price_list": "Tarif 1",
        "credit_limit": Decimal(n % 100) / 4,
        "discount": Decimal("2.5"),
        "free_code_1": f"{n % 1000:03d}",
        "free_code_2": "LOT1",
        "loyalty_card": f"{9_000_000 + n}",
    }


def people(count: int, start: int = 0) -> list[dict[str, Value]]:
    """Return made-up customers."""
    return [person(n) for n in range(start, start + count)]


def random_rows(dice: random.Random, count: int, among: int = 40) -> list[dict[str, Value]]:
    """Return rows that often meet one another: shared keys, families, typing slips, blanks."""
    rows = []
    for _ in range(count):
        row = dict(person(dice.randrange(among)))
        for _ in range(dice.randrange(4)):
            key = dice.choice(list(row))
            row[key] = dice.choice([None, person(dice.randrange(among))[key]])
        if not (row["last_name"] or row["company"]):
            row["last_name"] = "Martin"
        if dice.random() < 0.2:
            row["account_number"] = None
        rows.append(row)
    return rows
