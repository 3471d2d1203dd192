"""Splitting: a full name into its parts, "75001 Paris" into postcode and town, a whole address into its lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from core.cells import fold, tidy
from core.duplicates.similarity import known_first_names
from core.rules.countries import read_country
from core.towns import Agreement, compare

_TITLES = "m mr monsieur mister mme madame mrs ms mlle mademoiselle miss dr docteur doctor me maitre pr professeur"
TITLES = frozenset(_TITLES.split())
_PARTICLES = (
    "d da das de del della den der des di do dos du el l la las le les lo mac mc o saint sainte st ste van ten ter "
    "vande vanden vander von zu ben bin ibn abou ait"
)
PARTICLES = frozenset(_PARTICLES.split())
"""Words that start a family name of several words: Le Goff, de La Tour, Ben Amar."""
_COMPANIES = (
    "sarl sas sasu sa eurl sci scea gaec earl snc scop ste societe entreprise association ets cie gmbh ltd llc inc "
    "mairie commune college lycee ecole boulangerie patisserie boucherie pharmacie garage restaurant hotel cabinet "
    "boutique institut agence syndicat fondation amicale etablissements famille"
)
COMPANY_WORDS = frozenset(_COMPANIES.split())
"""Words after which the name is no first name and last name of one person."""
_AND = frozenset(("et", "ou", "&"))
_MARRIED = frozenset(("epouse", "ep", "nee", "veuve", "vve"))
"""Words between the two family names of one person."""
LOUD_SHARE = 0.3  # of a column's names with one half in capitals, for capitals to mean the family name
_STUCK = re.compile(r"^(M|Mr|Mme|Mlle|Dr)\.(?=\w)", re.IGNORECASE)
_TOWN = re.compile(r"^(?:[A-Z]{1,2}-)?(\d{2} ?\d{3}|\d{4})[\s,-]+(\D.*)$")
_BRITISH_TOWN = re.compile(r"^([A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})[\s,]+(\D.*)$")
_ONE_LINE = re.compile(r"^(.*\D)[\s,-]+(\d{5})[\s,]+([^\d,]+)$")
_TOWN_FIRST = re.compile(r"^(\D+?)[\s,]+\(?(\d{4,5})\)?$")
_LINES = re.compile(r"\s*[\r\n]+\s*")


@dataclass(frozen=True, slots=True)
class NameStyle:
    """How a column writes full names: last name first (None where no name tells), and family names in capitals."""

    swapped: bool | None = None
    capitals: bool = True


def name_style(values: Iterable[str]) -> NameStyle:
    """Return a column's style: the order by the names of which one half alone is a usual first name."""
    names = [value.split() for value in values]
    votes = Counter((is_first_name(words[0]), is_first_name(words[1])) for words in names if len(words) == 2)
    loud = sum(0 < sum(map(_is_loud, words)) < len(words) for words in names)
    last, first = votes[False, True], votes[True, False]
    return NameStyle(None if last == first else last > first, loud >= LOUD_SHARE * len(names))


def split_name(written: str, style: NameStyle = NameStyle()) -> dict[str, str]:
    """Return the title, first name and last name of a full name; a company, or one word, is all last name.

    The order is told by a comma ("LE GOFF, Zoé"), by capitals ("LE GOFF Zoé") or a particle ("Le Goff Zoé"), and
    where none is there by the column's style.
    """
    value = _STUCK.sub(r"\1. ", tidy(written))
    words, title = value.split(), ""
    while len(words) > 1 and _goes_on(title, words):
        title = f"{title} {words.pop(0)}".strip()
    rest = " ".join(words)
    if any(fold(word) in COMPANY_WORDS for word in words) or "&" in rest:
        return {"title": title, "last_name": rest}
    if "," in rest:
        last, _, first = rest.partition(",")
        start, _, end = first.rpartition(",")
        if start and not title and fold(end) in TITLES:  # "DUPONT, Jean, M."
            first, title = start, end.strip()
        return {"title": title, "first_name": first.strip(), "last_name": last.strip()}
    words = _together(words)
    if len(words) < 2 or (len(words) == 2 and fold(words[0]) in PARTICLES and not is_first_name(words[0])):
        return {"title": title, "last_name": " ".join(words)}
    cut, swapped = _cut(words, style)
    one, two = " ".join(words[:cut]), " ".join(words[cut:])
    first, last = (two, one) if swapped else (one, two)
    return {"title": title, "first_name": first, "last_name": last}


def _goes_on(title: str, words: list[str]) -> bool:
    """Say whether the next word is of the title: "M. et Mme", "Mme Vve"."""
    joins, before = words[0].casefold() in _AND, title.casefold().split()[-1:]
    if fold(words[0]) in TITLES:
        return not title or before[0] in _AND
    return bool(title) and ((joins and fold(words[1]) in TITLES) or fold(words[0]) in ("vve", "veuve"))


def _together(words: list[str]) -> list[str]:
    """Return words with two first names joined by "et" as one: "Zoé et Luc"."""
    n = next((n for n, word in enumerate(words) if word.casefold() in _AND and 0 < n < len(words) - 1), None)
    return words if n is None else [*words[: n - 1], " ".join(words[n - 1 : n + 2]), *words[n + 2 :]]


def _cut(words: list[str], style: NameStyle) -> tuple[int, bool]:
    """Return how many words the first half has, and whether that half is the last name."""
    loud: list[bool] = []
    for word in words:
        loud.append(loud[-1] if loud and fold(word) in _MARRIED else _is_loud(word))
    if style.capitals and any(loud) and not all(loud):
        return next(n for n, one in enumerate(loud) if one is not loud[0]), loud[0]
    if " " in words[-1] or " " in words[0]:  # two first names
        return (len(words) - 1, True) if " " in words[-1] else (1, False)
    if len(words) > 2 and _starts_last_name(words[0]):
        return len(words) - 1, True
    if style.swapped and any(fold(word) in _MARRIED for word in words):
        return len(words) - 1, True
    particle = next((n for n, word in enumerate(words) if n and _starts_last_name(word)), 0)
    if particle:
        return particle, False
    if len(words) == 2 or style.swapped:
        alone = not is_first_name(words[0]) and is_first_name(words[1])
        return 1, alone if style.swapped is None else style.swapped
    compound = is_first_name(words[0]) and is_first_name(words[1]) and not is_first_name(words[2])
    return (2 if compound else 1), False


def _is_loud(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def _starts_last_name(word: str) -> bool:
    return fold(word) in PARTICLES or fold(word).split()[:1] in (["d"], ["l"])


def is_first_name(word: str) -> bool:
    """Say whether a word, or each part of a hyphened one, is a usual first name."""
    parts = fold(word).split()
    return bool(parts) and all(part in known_first_names() for part in parts)


def split_town(written: str) -> dict[str, str]:
    """Return the postcode and the town of "75001 Paris" or "Paris (75001)"; a text of another form is all town."""
    value = tidy(written)
    if found := _TOWN.match(value):
        return {"postcode": found[1].replace(" ", ""), "city": found[2]}
    if found := _BRITISH_TOWN.match(value):
        return {"postcode": found[1], "city": found[2]}
    if found := _TOWN_FIRST.match(value):
        return {"postcode": found[2], "city": found[1]}
    return {"postcode": value, "city": ""} if value.isdigit() else {"city": value}


def split_address(written: str) -> dict[str, str]:
    """Return the lines of an address written in one cell; the town's line is set apart, and a country below it.

    An address in one line is only cut where the list of towns knows its postcode and its town together.
    """
    lines = [line for line in _LINES.split(written.strip()) if line]
    found = _ONE_LINE.match(tidy(lines[0])) if len(lines) == 1 else None
    if found and compare(found[2], found[3]) is Agreement.AGREE:
        return {"address1": found[1].rstrip(" ,-"), "postcode": found[2], "city": found[3]}
    town = next((n for n, line in enumerate(lines) if n and _TOWN.match(tidy(line))), len(lines))
    below = lines[town + 1 :]
    country = below.pop() if below and read_country(below[-1])[0] else ""
    parts = {"address1": lines[0] if lines else "", "address2": ", ".join(lines[1:town] + below), "country": country}
    return parts | (split_town(lines[town]) if town < len(lines) else {})
