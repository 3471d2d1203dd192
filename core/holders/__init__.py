"""Holders: what the holder of a card entered at FidelPass, seen as a customer's fields. Pure."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from core.checked import Value
from core.fields import FIELDS
from core.gains import CardGains, Holder
from core.i18n import LANGUAGES, Language, tr
from core.profiles import Field, Profile
from core.tables import Cell, Table

TEXTS = ("first_name", "last_name", "email", "mobile", "address1", "postcode", "city", "country")
CONSENTS = ("email_opt_in", "sms_opt_in")
HOLDER_FIELDS = (*TEXTS, "birth_date", *CONSENTS)
"""The fields that both FidelPass and a POS have, in the order they are shown."""

CARD = "loyalty_card"
YES, NO = "1", "0"


def holder_values(holder: Holder) -> dict[str, Value]:
    """Return what a holder entered, by field; None where nothing was."""
    values: dict[str, Value] = {name: getattr(holder, name) for name in (*TEXTS, "birth_date")}
    return {**values, **{name: getattr(holder.permissions, name) for name in CONSENTS}}


def holder_profile(lang: Language, source: str) -> Profile:
    """Return the profile under which holders are checked as customers: FidelPass's fields, nothing required but a name.

    `source` names where they come from.
    """
    fields = []
    for key in (*HOLDER_FIELDS, CARD):
        words: dict[str, str] = {language: tr(f"compare.field_{key}", language) for language in LANGUAGES}
        fields.append(Field(key, words[lang], FIELDS[key], words, words, "proposed", ""))
    return Profile(
        id=source,
        name=source,
        version="1",
        path=Path(),
        fields=tuple(fields),
        modes=("add",),
        country="FR",
        match=((CARD,), ("email",), ("mobile",), ("last_name", "first_name", "postcode")),
        unique=((CARD,),),
        one_of=("last_name", "first_name"),
    )


def holders_table(cards: list[CardGains], profile: Profile, sheet: str) -> Table:
    """Return holders as a sheet of customers would show them, one row a card, from row 2."""
    columns: list[list[Cell]] = [[] for _ in profile.fields]
    for card in cards:
        values = {**holder_values(card.holder), CARD: card.card}
        for column, field in zip(columns, profile.fields, strict=True):
            column.append(_cell(values[field.key]))
    headers = [field.header for field in profile.fields]
    positions, rows = list(range(1, len(headers) + 1)), list(range(2, len(cards) + 2))
    return Table(Path(sheet), sheet, 1, headers, positions, list(columns), rows)


def _cell(value: Value) -> Cell:
    if isinstance(value, bool):
        return YES if value else NO
    return value if isinstance(value, str | date) else None
