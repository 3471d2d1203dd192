"""The lists behind the drop-downs, on a hidden sheet: a list typed into a rule may not pass 255 characters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.cells import fold
from core.fields import FieldType
from core.profiles import Field, Profile
from core.rules.countries import countries
from core.tables import column_letters
from core.writing import country_value

LISTS_SHEET = "_listes"
COLUMNS_EACH = 4  # shown in the cell, Carnet's code, the vendor's value, the meaning
NEIGHBOURS = ("FR", "BE", "CH", "LU", "MC", "DE", "IT", "ES", "GB", "PT", "NL")
"""First in every list of countries: most of a French shop's customers live there."""


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One line of a list: what the cell shows, Carnet's code, the vendor's value, what it means."""

    shown: str
    code: str
    value: str
    meaning: str


@dataclass(frozen=True, slots=True)
class ValueList:
    """The lines of one list, and the headers of the columns that use it."""

    headers: tuple[str, ...]
    rows: tuple[ValueRow, ...]
    first_column: int

    @property
    def range(self) -> str:
        """Return the absolute reference of the shown values."""
        letter = column_letters(self.first_column)
        return f"{LISTS_SHEET}!${letter}$2:${letter}${len(self.rows) + 1}"


def value_lists(columns: Iterable[Field], profile: Profile, lang: str) -> dict[str, ValueList]:
    """Return the list of every field that has one, by the field's key; fields with the same values share a list."""
    users: dict[tuple[ValueRow, ...], list[Field]] = {}
    for field in columns:
        if rows := list_rows(field, profile, lang):
            users.setdefault(rows, []).append(field)
    found: dict[str, ValueList] = {}
    for n, (rows, fields) in enumerate(users.items()):
        shared = ValueList(tuple(f.header for f in fields), rows, n * COLUMNS_EACH + 1)
        found.update(dict.fromkeys((f.key for f in fields), shared))
    return found


def list_rows(field: Field, profile: Profile, lang: str) -> tuple[ValueRow, ...]:
    """Return the lines of a field's list, () for a field without one."""
    if field.choices:
        return tuple(
            ValueRow(c.label[lang] if field.show_labels else c.value, c.code, c.value, c.label[lang])
            for c in field.choices
        )
    if field.type is FieldType.COUNTRY:
        return country_rows(profile, lang)
    return ()


def country_rows(profile: Profile, lang: str) -> tuple[ValueRow, ...]:
    """Return every country in the system's style: the shop's own and its neighbours first, then by what is shown."""
    first = list(dict.fromkeys((profile.country, *NEIGHBOURS)))
    names = {code: c.fr if lang == "fr" else c.en for code, c in countries().items()}
    rows = {code: ValueRow(shown := country_value(code, profile), code, shown, name) for code, name in names.items()}
    rest = sorted((row for code, row in rows.items() if code not in first), key=lambda row: fold(row.shown))
    return (*(rows[code] for code in first), *rest)
