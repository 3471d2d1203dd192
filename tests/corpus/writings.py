"""The many right ways in which people write one value: nothing here is a fault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from tests.corpus.people import Person

CODES = {"GP": "590", "MQ": "596", "GF": "594", "RE": "262", "BE": "32", "CH": "41", "GB": "44", "FR": "33"}
FRENCH_PHONES = (
    "0{0}{1}{2}{3}{4}",
    "0{0} {1} {2} {3} {4}",
    "0{0}.{1}.{2}.{3}.{4}",
    "0{0}-{1}-{2}-{3}-{4}",
    "0{0} {1}{2}{3}{4}",
    "(0){0} {1} {2} {3} {4}",
    "+33 {0} {1} {2} {3} {4}",
    "+33{0}{1}{2}{3}{4}",
    "0033 {0} {1} {2} {3} {4}",
    "+33 (0){0} {1} {2} {3} {4}",
    "+33(0){0}{1}{2}{3}{4}",
)
COUNTRY_WORDS = {
    "FR": ("France", "FRANCE", "FR", "france", "Fr", ""),
    "GP": ("Guadeloupe", "GP"),
    "MQ": ("Martinique", "MQ"),
    "GF": ("Guyane", "GF", "Guyane française"),
    "RE": ("La Réunion", "RE", "Réunion"),
    "BE": ("Belgique", "BELGIQUE", "BE", "Belgium"),
    "CH": ("Suisse", "SUISSE", "CH", "Switzerland"),
    "GB": ("Royaume-Uni", "ROYAUME-UNI", "GB", "United Kingdom"),
}
TITLE_WORDS = {
    "fr": {
        "mr": ("M.", "M", "Mr", "Monsieur", "MONSIEUR"),
        "mrs": ("Mme", "Madame", "MME", "Mme."),
        "miss": ("Mlle", "Mademoiselle"),
    },
    "en": {"mr": ("Mr", "Mr."), "mrs": ("Mrs", "Mrs.", "Mme"), "miss": ("Miss",)},
}
FLAG_WORDS = {
    "fr": {
        "yes": ("oui", "Oui", "OUI", "O", "o", "1", "x", "X", "vrai", "VRAI", "yes"),
        "no": ("non", "Non", "NON", "N", "n", "0", "faux", "FAUX", "no"),
    },
    "en": {"yes": ("yes",), "no": ("no",)},
}
SEX_WORDS = {"fr": {"M": "Masculin", "F": "Féminin"}, "en": {"M": "Male", "F": "Female"}}
DATE_FORMATS = {
    "dmy": ("%d/%m/%Y", "%d/%m/%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"),
    "mdy": ("%m/%d/%Y",),
    "iso": ("%Y-%m-%d",),
    "mixed": ("%d/%m/%Y", "%m/%d/%Y"),
}
_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
MONTHS = tuple(_MONTHS.split())


def national(e164: str, country: str) -> str:
    """Return the number's digits without the country's code and without the leading zero."""
    return e164.removeprefix("+" + CODES[country])


def phone(e164: str, country: str, rng: Random) -> str:
    """Write a phone in one of eleven French ways, or in the ways of its own country."""
    digits = national(e164, country)
    if country == "FR":
        return rng.choice(FRENCH_PHONES).format(digits[0], *(digits[n : n + 2] for n in (1, 3, 5, 7)))
    spaced = f"{digits[:3]} {digits[3:5]} {digits[5:7]} {digits[7:]}".rstrip()
    code = CODES[country]
    return rng.choice((f"0{digits}", f"0{spaced}", e164, f"+{code} {spaced}", f"00{code}{digits}"))


def birth_date(iso: str, order: str, rng: Random) -> str:
    """Write a date in the file's order; in a French file one in twelve is in words ("5 mars 1980")."""
    day = date.fromisoformat(iso)
    if order == "dmy" and rng.random() < 1 / 12:
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return day.strftime(rng.choice(DATE_FORMATS[order]))


def card(number: str, rng: Random) -> str:
    """Write a loyalty card whole, or with a space every three digits."""
    parts = [number[n : n + 3] for n in range(0, len(number), 3)]
    return rng.choice((number, number, " ".join(parts)))


@dataclass(frozen=True)
class Style:
    """How one file writes: `language` is fr or en, `date_order` dmy, mdy, iso or mixed; countries as FR or France."""

    language: str = "fr"
    date_order: str = "dmy"
    iso_countries: bool = False


def write(key: str, person: Person, rng: Random, style: Style) -> str:
    """Write one attribute of a person as somebody would type it in that style of file."""
    true = person[key]
    if not true:
        return ""
    if key in ("mobile", "phone"):
        return phone(true, person["country"], rng)
    if key == "birth_date":
        return birth_date(true, style.date_order, rng)
    if key == "loyalty_card":
        return card(true, rng)
    if key == "country":
        return true if style.iso_countries else rng.choice(COUNTRY_WORDS[true])
    words_by_key = {"title": TITLE_WORDS, "email_opt_in": FLAG_WORDS, "sms_opt_in": FLAG_WORDS}
    if key in words_by_key:
        return rng.choice(words_by_key[key][style.language][true])
    return SEX_WORDS[style.language][true] if key == "sex" else true
