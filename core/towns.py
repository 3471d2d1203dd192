"""Towns of France: which postcodes they have, and how the official list spells them.

`data/towns.tsv` is derived from open data (source, date and licence in `data/README.md`), `data/town_keys.tsv` from it
for speed. The list holds communes, not the hamlets and business post offices (CEDEX) that an address may also name:
what it does not know, it does not judge.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from enum import Enum
from functools import cache, lru_cache
from pathlib import Path

from core.cells import fold

FILE = Path(__file__).parent / "data" / "towns.tsv"
KEYS = FILE.with_name("town_keys.tsv")
FRENCH = frozenset(("FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "WF", "PF", "NC"))
"""ISO 3166-1 codes of the places whose postcodes are French."""

_WORDS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "s": "sur", "ss": "sous"}
_DISTRICT = re.compile(r" (?:\d{1,2}(?: ?(?:er|e|eme|ieme|nd))?)?(?: ?(?:arrondissement|arrdt|arr))?$")
_SHORTEST = 4  # letters of a town's name that may stand for a longer one: "La Baule" for La Baule-Escoublac


class Agreement(Enum):
    """What a postcode and a town say of each other."""

    AGREE = "agree"
    DIFFER = "differ"
    UNKNOWN = "unknown"


@cache
def _lines() -> dict[str, str]:
    """Return postcode → its towns as the file has them."""
    return {line[:5]: line[6:] for line in FILE.read_text(encoding="utf-8").splitlines()}


def towns_of(postcode: str) -> tuple[str, ...]:
    """Return the towns of a postcode as the list spells them; none for a postcode that the list does not have."""
    names = _lines().get(postcode)
    return tuple(names.split("|")) if names else ()


@lru_cache(maxsize=50_000)
def town_key(written: str) -> str:
    """Return a town's name for comparing: "ST ETIENNE CEDEX 2" and "Saint-Étienne" are one, and so are districts."""
    words = fold(written).split()
    if "cedex" in words:
        words = words[: words.index("cedex")]
    return _DISTRICT.sub("", " ".join(_WORDS.get(word, word) for word in words))


@cache
def _keys() -> list[str]:
    """Return the lines of the towns' keys without spaces, each with its postcodes, in order."""
    return KEYS.read_text(encoding="ascii").splitlines()


def postcodes_of(town: str) -> frozenset[str]:
    """Return the postcodes of the towns of that name, none for a name that the list does not have."""
    key, keys = town_key(town).replace(" ", "") + "\t", _keys()
    at = bisect_left(keys, key)
    return frozenset(keys[at][len(key) :].split()) if at < len(keys) and keys[at].startswith(key) else frozenset()


def department(postcode: str) -> str:
    """Return the department's digits at the head of a postcode, three overseas."""
    return postcode[:3] if postcode.startswith(("97", "98")) else postcode[:2]


def compare(postcode: str, town: str) -> Agreement:
    """Say whether a French postcode and a town agree.

    They differ only when the list knows the town, and elsewhere; a postcode that it does not know is an office's own
    (CEDEX), and then the department decides.
    """
    key = town_key(town)
    if not key:
        return Agreement.UNKNOWN
    names = towns_of(postcode)
    if any(_alike(key, town_key(name)) for name in names):
        return Agreement.AGREE
    known = postcodes_of(town)
    if not names and any(department(code) == department(postcode) for code in known):
        return Agreement.UNKNOWN
    return Agreement.DIFFER if known else Agreement.UNKNOWN


def _alike(one: str, other: str) -> bool:
    if one == other or one.replace(" ", "") == other.replace(" ", ""):
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= _SHORTEST and long.startswith(f"{short} ")


def spelling(postcode: str, town: str) -> str | None:
    """Return the list's spelling of a town of that postcode, when only accents, case, signs or "St" are different."""
    if not any(c.isalpha() for c in town) or any(c.isdigit() for c in town):
        return None
    key = town_key(town).replace(" ", "")
    same = {name for name in towns_of(postcode) if town_key(name).replace(" ", "") == key and not name[-1:].isdigit()}
    same = {name for name in same if not name.endswith("Arrondissement")}
    if len(same) != 1 or "cedex" in fold(town):
        return None
    return same.pop()


def near_spelling(postcode: str, town: str) -> str | None:
    """Return the town of that postcode whose name is nearest to a name that the list does not have, or None."""
    from rapidfuzz import fuzz, process

    names = {name: town_key(name) for name in towns_of(postcode)}
    near = process.extractOne(town_key(town), names, scorer=fuzz.ratio, score_cutoff=85.0)
    return near[2] if near else None
