"""Countries: names in French and English, ISO 3166-1 and car codes, read into the ISO alpha-2 code.

`countries.csv`: ISO 3166-1 codes and names from the Unicode CLDR; car codes from the Vienna Convention's
distinguishing signs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.cells import fold
from core.issues import Code
from core.rules.placeholders import is_placeholder
from core.rules.reading import Reading, fine, refused

FILE = Path(__file__).with_name("countries.csv")
NEAR = 80.0  # of 100: "Frnace" is France, "Bretagne" is not Grande-Bretagne


@dataclass(frozen=True, slots=True)
class Country:
    """One country, by its codes and its names."""

    iso2: str
    iso3: str
    car: str
    fr: str
    en: str
    others: tuple[str, ...]


@cache
def countries() -> dict[str, Country]:
    """Return every country by its ISO alpha-2 code."""
    found: dict[str, Country] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            iso2, iso3, car, fr, en, others = line.split(";")
            found[iso2] = Country(iso2, iso3, car, fr, en, tuple(o for o in others.split("|") if o))
    return found


@cache
def _words(style: str) -> dict[str, str]:
    """Return folded word → code; in a file of car codes, without the two-letter words that name two countries."""
    every = countries().values()
    iso = {fold(c.iso2): c.iso2 for c in every}
    car = {fold(c.car): c.iso2 for c in every if c.car}
    known = car | iso
    for c in every:
        for name in (c.iso3, c.fr, c.en, *c.others):
            known.setdefault(fold(name), c.iso2)
    if style == "car":
        known = {word: code for word, code in known.items() if car.get(word, code) == code}
    return known


def read_country(written: str, style: str = "iso2") -> Reading:
    """Read one country as a name, an ISO code or a car code; `style` is how the file writes it: iso2, name or car.

    A near spelling is proposed, never taken.
    """
    word = fold(written)
    code = _words(style).get(word)
    if code:
        return fine(code)
    if is_placeholder(written):
        return refused(Code.PLACEHOLDER)
    if word in _words("iso2"):
        return refused(Code.COUNTRY_UNKNOWN, reason="country_two")
    return refused(Code.COUNTRY_UNKNOWN, **_proposal(word))


def _proposal(word: str) -> dict[str, str]:
    """Return the country that was probably meant, if one is near enough."""
    from rapidfuzz import fuzz, process

    if len(word) < 4:
        return {"reason": "country_no_near"}
    names = [name for name in _words("iso2") if len(name) >= 4]
    near = process.extractOne(word, names, scorer=fuzz.ratio, score_cutoff=NEAR)
    if near is None:
        return {"reason": "country_no_near"}
    meant = countries()[_words("iso2")[near[0]]]
    return {"reason": "country_near", "proposal": meant.en if fold(meant.en) == near[0] else meant.fr}


def written_country(code: str, style: str, lang: str = "fr") -> str:
    """Write a country as a system's file does: its ISO code, its name, or its car code (its ISO code if it has none).

    Raises KeyError for a code that is not ISO 3166-1.
    """
    country = countries()[code]
    if style == "name":
        return country.en if lang == "en" else country.fr
    return (country.car or code) if style == "car" else code
