"""Telephones: which of a customer's numbers is the mobile, which the land line, which the fax.

The label decides where it stands for one number. For a list under one label, or without a label, the form does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from core.cells import fold
from core.rules.countries import read_country

HOME = "FR"
LABELS = {
    "fax": ("fax", "telecopie"),
    "mobile": ("mobile", "portable", "cell", "gsm", "iphone"),
    "phone": ("home", "work", "main", "domicile", "bureau", "maison", "travail", "fixe", "principal", "office"),
}
"""The kind of a number → words of its label, in the order in which they count ("Work Fax" is a fax)."""
_FRENCH = re.compile(r"(?:0|\+33|0033)([1-9])\d{8}")
_SIGNS = re.compile(r"[^\d+]|\(0\)")


def sort_numbers(entries: Iterable[tuple[str, str, str]], country: str = "") -> dict[str, str]:
    """Return one row's numbers by kind: `mobile`, `phone`, `phone2`, `fax`.

    `entries`: the cell, its label, and what parts several numbers in it. The first of a kind wins; the others, and
    numbers that nothing tells apart, are land lines in their order. A number given twice counts once.
    """
    found: dict[str, str] = {}
    others: list[str] = []
    for cell, label, mark in entries:
        numbers = [n.strip() for n in cell.split(mark)] if mark in cell else [cell]
        said = label_kind(label.split(mark)[0])
        for number in filter(None, numbers):
            kind = (said if len(numbers) == 1 else "") or number_kind(number, country) or said or "phone"
            if kind == "phone" or kind in found:
                others += [number] if plain_number(number) not in map(plain_number, (*found.values(), *others)) else []
            else:
                found[kind] = number
    return found | dict(zip(("phone", "phone2"), others, strict=False))


def label_kind(label: str) -> str:
    """Return what a label says of its number, "" when it says nothing."""
    words = fold(label)
    return next((kind for kind, signs in LABELS.items() if any(sign in words for sign in signs)), "")


def plain_number(number: str) -> str:
    """Return a number without its signs, a French one without its country code: the same number twice counts once."""
    return re.sub(r"^(?:\+33|0033)(?=[1-9]\d{8}$)", "0", _SIGNS.sub("", number.replace("(0)", "")))


@cache
def number_kind(number: str, country: str = "") -> str:
    """Return `mobile` or `phone` by a number's form, "" where the form does not say (the United States)."""
    plain = _SIGNS.sub("", number.replace("(0)", ""))
    region = _region(country)
    french = _FRENCH.fullmatch(plain)
    if french and (region == HOME or plain.startswith(("+33", "0033"))):
        return "mobile" if french[1] in "67" else "phone"
    return _library_kind(plain, region)


@cache
def _region(country: str) -> str:
    code = read_country(country)[0] if country else None
    return str(code) if code else HOME


def _library_kind(plain: str, region: str) -> str:
    import phonenumbers as pn

    try:
        kind = pn.number_type(pn.parse(plain, region))
    except pn.NumberParseException:
        return ""
    kinds = {pn.PhoneNumberType.MOBILE: "mobile", pn.PhoneNumberType.FIXED_LINE: "phone"}
    return kinds.get(kind, "")
