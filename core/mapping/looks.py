"""Looks: what a column's values say of it, whatever its header: e-mails, phones, countries, postcodes, dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import islice

from core.cells import fold, text, tidy
from core.fields import CONSENTS
from core.mapping.splitting import COMPANY_WORDS, TITLES, is_first_name
from core.mapping.telephones import number_kind
from core.rules.countries import read_country
from core.rules.words import read_flag
from core.tables import Cell

SAMPLE = 200  # distinct values looked at
SHARE = 0.9  # of the sample that must look alike
FULL_NAMES = 0.6  # of a column's values that have a usual first name at one end
LEAST_NAMES, FEW_FIRST = 8, 0.3  # distinct names that can tell, and the share of first names among family names
CONTRARY = 0.25  # below this share, the values deny what the header says
OLDEST, YOUNGEST = 1905, 15  # a birth year, and the age below which a shop has no customer card
GENERATIONS = 20  # years between the oldest and the youngest customer at least: cards are opened in fewer

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}")
_POSTCODE = re.compile(r"(?:0[1-9]|[1-8]\d|9[0-58])\d{3}")
_DATE = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})|(\d{4})-(\d{1,2})-(\d{1,2})|\d{1,2} \w+ (\d{4})")
_PHONE = re.compile(r"[+(\d][\d\s().+/-]{7,}")
SEXES = frozenset(("m", "f", "h", "homme", "femme", "masculin", "feminin", "male", "female", "man", "woman"))


def sample(column: Sequence[Cell]) -> list[Cell]:
    """Return the first distinct values of a column."""
    return list(islice((c for c in dict.fromkeys(column) if c is not None), SAMPLE))


def look_of(values: Sequence[Cell]) -> tuple[str, float] | None:
    """Return the field that a sample looks like and the share of it that does, or None when nothing is plain."""
    if len(values) < 2:
        return None
    for key, test in _TESTS.items():
        share = sum(map(test, values)) / len(values)
        if share >= SHARE and not _is_another(key, values):
            return key, share
    return None


def _is_another(key: str, values: Sequence[Cell]) -> bool:
    """Say whether a sample is something else after all: M and F are no titles, dates of ten years are no births."""
    if key == "title":
        return all(map(_is_sex, values))
    years = [year for cell in values if (year := _year(cell))] if key == "birth_date" else []
    return bool(years) and max(years) - min(years) < GENERATIONS


def holds_full_names(values: Sequence[Cell]) -> bool:
    """Say whether a column called "Nom" holds first names as well: most of its cells, in two words or more."""
    names = [words for cell in values if len(words := text(cell).split()) > 1]
    told = sum(fold(words[0]) in TITLES or is_first_name(words[0]) or is_first_name(words[-1]) for words in names)
    return told > FULL_NAMES * len(values)


def names_swapped(first: Sequence[Cell], last: Sequence[Cell]) -> bool:
    """Say whether a sample of first names and one of family names plainly stand in each other's column.

    Many families are called Martin or Bernard: one column must be mostly usual first names and the other hardly any.
    """
    shares = [sum(is_first_name(text(cell).strip()) for cell in names) / max(len(names), 1) for names in (first, last)]
    return min(len(first), len(last)) >= LEAST_NAMES and shares[0] <= FEW_FIRST and shares[1] >= FULL_NAMES


def denies(key: str, values: Sequence[Cell]) -> bool:
    """Say whether a column's values cannot be what its header says: a "Genre" of Homme and Femme is no title."""
    test = _PLAUSIBLE.get(key)
    if test is None or not values:
        return False
    return sum(map(test, values)) / len(values) < CONTRARY


def _is_email(cell: Cell) -> bool:
    return isinstance(cell, str) and _EMAIL.fullmatch(tidy(cell)) is not None


def _is_kind(kind: str) -> Callable[[Cell], bool]:
    def test(cell: Cell) -> bool:
        written = tidy(text(cell))
        plain = _PHONE.fullmatch(written) is not None and written[0] in "+0("
        return plain and number_kind(written) == kind

    return test


def _is_postcode(cell: Cell) -> bool:
    return isinstance(cell, str) and _POSTCODE.fullmatch(tidy(cell)) is not None


def _is_country(cell: Cell) -> bool:
    written = tidy(text(cell))
    return isinstance(cell, str) and len(written) > 1 and read_country(written)[0] is not None


def _year(cell: Cell) -> int | None:
    if isinstance(cell, datetime | date):
        return cell.year
    found = _DATE.fullmatch(tidy(text(cell)).lower())
    return int(found[3] or found[4] or found[7]) if found else None


def _is_birth(cell: Cell) -> bool:
    year = _year(cell)
    return year is not None and OLDEST <= year <= date.today().year - YOUNGEST


def _is_title(cell: Cell) -> bool:
    return fold(text(cell)) in TITLES


def _is_sex(cell: Cell) -> bool:
    return fold(text(cell)) in SEXES


_TESTS: dict[str, Callable[[Cell], bool]] = {
    "email": _is_email,
    "mobile": _is_kind("mobile"),
    "phone": _is_kind("phone"),
    "title": _is_title,
    "country": _is_country,
    "postcode": _is_postcode,
    "birth_date": _is_birth,
}
"""The fields that values alone can prove, in the order in which they are tried."""


def _is_flag(cell: Cell) -> bool:
    return read_flag(text(cell), {})[0] is not None


def _has_digits(count: int) -> Callable[[Cell], bool]:
    return lambda cell: sum(c.isdigit() for c in text(cell)) >= count


def _is_name(cell: Cell) -> bool:
    return any(c.isalpha() for c in text(cell)) and "@" not in text(cell)


_PLAUSIBLE: dict[str, Callable[[Cell], bool]] = {
    **dict.fromkeys(("email", "delivery_email"), lambda cell: "@" in text(cell)),
    **dict.fromkeys(("mobile", "phone", "phone2", "fax", "delivery_phone"), _has_digits(6)),
    **dict.fromkeys(("postcode", "delivery_postcode", "loyalty_card"), _has_digits(2)),
    **dict.fromkeys(CONSENTS, _is_flag),
    "birth_date": _has_digits(3),
    "title": lambda cell: not (TITLES | COMPANY_WORDS).isdisjoint(fold(text(cell)).split()),
    "sex": lambda cell: not _is_title(cell) or _is_sex(cell),
    **dict.fromkeys(("first_name", "last_name", "city", "country", "full_name"), _is_name),
    "address1": lambda cell: any(c.isalpha() for c in text(cell)),  # not the number of a house alone
}
"""What a field's values must at least look like."""
