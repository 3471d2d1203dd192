"""How alike two values of one attribute are: the comparators that duplicates are built on.

Each takes folded texts (see `core.cells.fold`) and returns a Level, or None when one side is blank and nothing can
be said. They only compare; `core.duplicates` decides.
"""

from __future__ import annotations

import re
from datetime import date
from enum import IntEnum
from functools import cache, lru_cache
from pathlib import Path

from rapidfuzz.distance import OSA, Indel, JaroWinkler

NAMES = Path(__file__).parents[1] / "rules" / "first_names.txt"
NEAR_NAME = 0.88  # Jaro-Winkler of two spellings of one name; below it, names of two people are common (FEBRL 1 to 3)
NEAR_ADDRESS = 0.85
SEEN = 50_000  # answers kept: names, towns and streets come again and again
_NUMBER = re.compile(r"\d+")


class Level(IntEnum):
    """How alike two values are."""

    DIFFERENT = 0
    PART = 1  # one is a part or a short form of the other
    NEAR = 2  # one slip of the fingers apart
    SAME = 3


@cache
def known_first_names() -> frozenset[str]:
    """Return common first names, folded and squashed: two of them are two people, however near they are spelt."""
    return frozenset(NAMES.read_text(encoding="utf-8").split())


def slip(a: str, b: str) -> bool:
    """Say whether two words are one typing slip apart, or nearly the same by Jaro-Winkler for longer ones."""
    if min(len(a), len(b)) < 3:
        return False
    if OSA.distance(a, b, score_cutoff=1) <= 1:
        return True
    if OSA.distance(a, b, score_cutoff=2) <= 2 and min(len(a), len(b)) >= 6:
        return True
    return JaroWinkler.similarity(a, b) >= NEAR_NAME and min(len(a), len(b)) >= 4


@lru_cache(maxsize=SEEN)
def compare_last_names(a: str, b: str) -> Level | None:
    """Compare two family or company names; PART is a double-barrelled or married name that contains the other."""
    if not a or not b:
        return None
    whole_a, whole_b = a.replace(" ", ""), b.replace(" ", "")
    if whole_a == whole_b:
        return Level.SAME
    words_a, words_b = set(a.split()), set(b.split())
    short, long = sorted((words_a, words_b), key=len)
    if short < long and max(map(len, short)) >= 3:
        return Level.PART
    return Level.NEAR if slip(whole_a, whole_b) else Level.DIFFERENT


@lru_cache(maxsize=SEEN)
def compare_first_names(a: str, b: str) -> Level | None:
    """Compare two first names; PART is an initial ("J."), a short form ("Alex") or one of two ("Jean", "Jean-Luc").

    Two well-known names ("Léa", "Léo") are never a slip of each other.
    """
    if not a or not b:
        return None
    whole_a, whole_b = a.replace(" ", ""), b.replace(" ", "")
    if whole_a == whole_b:
        return Level.SAME
    if _initials(a, b) or _initials(b, a):
        return Level.PART
    words_a, words_b = a.split(), b.split()
    if words_a[0] == words_b[0] and len(words_a) != len(words_b):
        return Level.PART
    both_known = whole_a in known_first_names() and whole_b in known_first_names()
    if both_known:
        return Level.DIFFERENT
    if min(len(whole_a), len(whole_b)) >= 3 and (whole_a.startswith(whole_b) or whole_b.startswith(whole_a)):
        return Level.PART
    return Level.NEAR if slip(whole_a, whole_b) else Level.DIFFERENT


def _initials(short: str, long: str) -> bool:
    """Say whether `short` ("j", "jl", "j l") is the initials of `long` ("jean luc")."""
    letters = short.replace(" ", "")
    words = long.split()
    return len(letters) <= len(words) and all(w.startswith(c) for c, w in zip(letters, words, strict=False))


def compare_dates(a: date | None, b: date | None) -> Level | None:
    """Compare two dates of birth: NEAR is one wrong figure, two figures or day and month swapped."""
    if a is None or b is None:
        return None
    if a == b:
        return Level.SAME
    if a.year == b.year and a.month == b.day and a.day == b.month:
        return Level.NEAR
    written_a, written_b = a.isoformat().replace("-", ""), b.isoformat().replace("-", "")
    return Level.NEAR if OSA.distance(written_a, written_b, score_cutoff=1) <= 1 else Level.DIFFERENT


@lru_cache(maxsize=SEEN)
def compare_postcodes(a: str, b: str) -> Level | None:
    """Compare two postcodes without their spaces: NEAR is one wrong or two swapped figures."""
    if not a or not b:
        return None
    if a == b:
        return Level.SAME
    return Level.NEAR if OSA.distance(a, b, score_cutoff=1) <= 1 else Level.DIFFERENT


def compare_addresses(a: str, b: str) -> Level | None:
    """Compare two street lines, words in any order; PART is the same street with another or no house number."""
    if not a or not b:
        return None
    if a == b:
        return Level.SAME
    number_a, *words_a = _street(a)
    number_b, *words_b = _street(b)
    likeness = max(map(Indel.normalized_similarity, words_a, words_b)) if words_a[0] and words_b[0] else 0.0
    if likeness < NEAR_ADDRESS:
        return Level.DIFFERENT
    if number_a != number_b:
        return Level.PART
    return Level.SAME if likeness == 1.0 else Level.NEAR


@lru_cache(maxsize=SEEN)
def _street(line: str) -> tuple[str, str, str]:
    """Return a street line's first number, its words joined in their order, and joined in any order."""
    words = _NUMBER.sub(" ", line).split()
    number = _NUMBER.search(line)
    return number[0] if number else "", "".join(words), "".join(sorted(words))


@lru_cache(maxsize=SEEN)
def compare_towns(a: str, b: str) -> Level | None:
    """Compare two towns; NEAR is one slip apart."""
    if not a or not b:
        return None
    whole_a, whole_b = a.replace(" ", ""), b.replace(" ", "")
    if whole_a == whole_b:
        return Level.SAME
    return Level.NEAR if slip(whole_a, whole_b) else Level.DIFFERENT


def sound(word: str) -> str:
    """Return a short key that usual spellings of one French or English name share: "dupond", "dupont" → "dpn".

    For finding candidates only: many different names share a key.
    """
    if not word:
        return ""
    key = _SOUNDS.sub(lambda m: _SOUND_OF[m[0]], word)
    head, tail = key[0], _VOWELS.sub("", key[1:])
    tail = _ENDING.sub("", tail)
    return (head + _TWICE.sub(r"\1", tail))[:5]


_SOUND_OF = {"ph": "f", "qu": "k", "ck": "k", "ch": "c", "sch": "c", "th": "t", "gu": "g"}
_SOUND_OF |= dict.fromkeys(("ce", "ci", "cy", "z", "x"), "s") | dict.fromkeys(("ge", "gi", "gy"), "j")
_SOUND_OF |= {"c": "k", "q": "k", "y": "i", "w": "v"}
_SOUNDS = re.compile("sch|ph|qu|ck|ch|th|gu|ce|ci|cy|ge|gi|gy|c|q|z|y|w|x")
_VOWELS = re.compile("[aeiouh ]+")
_ENDING = re.compile("[dtsrlz]+$")
_TWICE = re.compile(r"(.)\1+")
