"""Writing: canonical values back into the words of a system's own file.

The reverse of a check: a template filled with customers, an export and a delivery all write through here.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

from core.checked import Value
from core.fields import FieldType
from core.profiles.data import Field, Profile
from core.rules.countries import Country, countries, read_country
from core.tables import Cell


def file_value(field: Field, profile: Profile, value: Value) -> Cell:
    """Return what the vendor's file holds for a canonical value.

    A choice becomes its value, a flag the system's yes or no, a country its code or name in the system's style, a
    phone its national or E.164 writing, an amount a number; a date stays a real date and text stays text. A value
    that the profile does not know (an open list, a name for a country) comes back as it is.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return choice_value(field, "yes" if value is not field.inverse else "no")
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value
    if field.choices:
        return choice_value(field, value)
    if field.type is FieldType.COUNTRY:
        return country_value(value, profile)
    if field.type is FieldType.PHONE and profile.phone_style == "national":
        return national_phone(value, profile.country)
    return value


def sheet_value(field: Field, profile: Profile, value: Value, lang: str) -> Cell:
    """Return what the user's sheet shows: `file_value`, or the label where the profile shows labels."""
    written = file_value(field, profile, value)
    if field.show_labels:
        return next((c.label[lang] for c in field.choices if c.value == written), written)
    return written


def choice_value(field: Field, code: str) -> str:
    """Return the file's value of a choice's code; another system's code is looked for among the choice's words."""
    for choice in field.choices:
        if code == choice.code:
            return choice.value
    folded = code.casefold()
    near = (c.value for c in field.choices if folded in (w.casefold() for w in (c.value, *c.words)))
    return next(near, code)


def country_value(code: str, profile: Profile) -> str:
    """Return a country (ISO 3166-1 alpha-2) in the system's style: its code, its name or its car code."""
    country = countries().get(code)
    if country is None or profile.country_style == "iso2":
        return code
    if profile.country_style == "car":
        return car_code(country)
    return country.fr if profile.language == "fr" else country.en


@cache
def car_code(country: Country) -> str:
    """Return a country's car code, otherwise its ISO code: the first one that is read back as this country.

    Burundi's RU would be read as Russia, and Guadeloupe has no car code of its own.
    """
    codes = (country.car, country.iso2, country.iso3)
    return next(c for c in codes if c and read_country(c, "car")[0] == country.iso2)


_FRENCH = re.compile(r"\+33([1-79])(\d\d)(\d\d)(\d\d)(\d\d)", re.ASCII)
"""The numbers of France that the library writes by pairs, the quick way: 08 numbers have their own groups."""


@lru_cache(maxsize=100_000)
def national_phone(e164: str, region: str) -> str:
    """Return a phone as people of the shop's country write it: "06 39 98 01 02", or "+32 2 555 12 34" for another's."""
    import phonenumbers as pn

    french = _FRENCH.fullmatch(e164) if region == "FR" else None
    if french:
        return "0{} {} {} {} {}".format(*french.groups())
    try:
        number = pn.parse(e164, region)
    except pn.NumberParseException:
        return e164
    home = number.country_code == pn.country_code_for_region(region)
    style = pn.PhoneNumberFormat.NATIONAL if home else pn.PhoneNumberFormat.INTERNATIONAL
    return str(pn.format_number(number, style))
