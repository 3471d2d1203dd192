"""Postcodes, by the country of the row. A postcode is a text: its zeros count, and it is never changed here."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from core.cells import clean, tidy
from core.issues import Code
from core.rules.placeholders import is_placeholder
from core.rules.reading import Reading, doubted, fine, refused

FILE = Path(__file__).with_name("postcodes.toml")
_SIGNS = re.compile(r"[\s-]+")


@cache
def patterns() -> dict[str, re.Pattern[str]]:
    """Return the pattern of every country that has a rule, by its ISO code."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {code: re.compile(pattern, re.ASCII) for code, pattern in found.items()}


def read_postcode(written: str, country: str) -> Reading:
    """Read one postcode of `country` (ISO alpha-2). Canonical: as typed, single spaces, in capitals.

    A form that the country does not have is a warning: the value is kept.
    """
    pattern = patterns().get(country)
    if pattern is not None and pattern.fullmatch(written):
        return fine(written)
    value = tidy(written).upper()
    if is_placeholder(value):
        return refused(Code.PLACEHOLDER)
    if pattern is None or pattern.fullmatch(_SIGNS.sub("", value)):
        return fine(value)
    if country == "FR" and re.fullmatch(r"[1-9]\d{3}", value):
        return doubted(value, Code.POSTCODE_ZERO_LOST, proposal=f"0{value}")
    why = "postcode_cedex" if re.fullmatch(r"\d{5}\W+CEDEX\b.*", value, re.IGNORECASE) else "postcode_form"
    return doubted(clean(value), Code.POSTCODE_INVALID, country=country, reason=why)
