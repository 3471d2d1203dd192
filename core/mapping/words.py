"""Header words: which field a column's name means, by the target's own words, the common ones, then near spelling."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from core.cells import fold, squash
from core.fields import CONSENTS
from core.mapping.transforms import SPLITTERS
from core.profiles import Profile

VOCABULARY = Path(__file__).parents[2] / "templates" / "headers.toml"
NEAR_SCORE = 88.0  # of 100: "Addresse" is Adresse, "Nom" is not "Nb"
NEAR_MARGIN = 6.0  # by which the nearest field must beat the next
_DENIED = re.compile(r"\b(?:des|un|non|ne|pas|no|not|sans|stop|refus|anti|opt ?out)")
"""What may make a refusal of a consent that is spelt nearly alike: inscrit, désinscrit."""
SHORTEST_NEAR = 5  # letters; below, one slip makes another word


@cache
def vocabulary() -> dict[str, dict[str, Any]]:
    """Return the file of common header words."""
    return tomllib.loads(VOCABULARY.read_text(encoding="utf-8"))


@cache
def usual(header: str) -> str:
    """Return a header, its abbreviations written out, without its small words: "N° de tél." → numero telephone."""
    said = vocabulary()
    words = [said["abbreviations"].get(word, word) for word in fold(header).replace("e mail", "email").split()]
    kept = [word for word in " ".join(words).split() if word not in said["passed"]["words"]]
    return " ".join(kept or words)


def own_words(profile: Profile) -> dict[str, set[str]]:
    """Return squashed word → the keys of the fields that the target itself calls so; its headers outweigh synonyms."""
    headers: dict[str, set[str]] = {}
    words: dict[str, set[str]] = {}
    for field in (f for f in profile.fields if not f.read_only):
        headers.setdefault(squash(field.header), set()).add(field.key)
        for word in (*field.synonyms, *field.label.values()):
            words.setdefault(squash(word), set()).add(field.key)
    return words | headers


@cache
def common_words() -> dict[str, frozenset[str]]:
    """Return squashed word → the keys it may mean, whatever the target."""
    said = vocabulary()
    found: dict[str, set[str]] = {}
    for key, words in (*said["fields"].items(), *said["wholes"].items(), *said["opposites"].items()):
        for word in words:
            for form in (squash(word), squash(usual(word))):
                found.setdefault(form, set()).add(key)
    return {word: frozenset(keys) for word, keys in found.items()}


@cache
def _opposites() -> dict[str, frozenset[str]]:
    """Return the key of a consent → the squashed words of its refusal."""
    words = vocabulary()["opposites"].items()
    return {key: frozenset(form for w in said for form in (squash(w), squash(usual(w)))) for key, said in words}


def says_opposite(header: str, key: str, profile: Profile | None = None) -> bool:
    """Say whether a header means the refusal of what the field `key` allows: by itself, or in the target's words."""
    field = profile.field(key) if profile else None
    if field and field.inverse and squash(header) in map(squash, (field.header, *field.label.values())):
        return True
    return not _opposites().get(key, frozenset()).isdisjoint((squash(header), squash(usual(header))))


def somebody_else(header: str) -> bool:
    """Say whether a header speaks of another than the customer: the phone of a spouse, the e-mail of a seller."""
    return not set(fold(header).split()).isdisjoint(vocabulary()["others"]["words"])


def may_be(key: str, header: str) -> bool:
    """Say whether a header lets its values say what it is: the town of a birth is no address, a purchase no birth."""
    words = set(fold(header).split())
    if key == "birth_date":
        return words.isdisjoint(vocabulary()["other_dates"]["words"])
    return words.isdisjoint(vocabulary()["births"]["words"])


def is_part_of_street(header: str) -> bool:
    """Say whether a header is of a part of a street's line: the number of the house, the kind of street."""
    return squash(usual(header)) in {squash(usual(word)) for word in vocabulary()["street_parts"]["words"]}


def meanings(header: str, own: dict[str, set[str]]) -> tuple[frozenset[str], str]:
    """Return the fields that a header may mean, and the word that says so in the form compared; none for none."""
    for word in (squash(header), squash(usual(header))):
        if word in own:
            return frozenset(own[word]), word
        if word in common_words():
            return common_words()[word], word
    return frozenset(), ""


def nearest(header: str, own: dict[str, set[str]], keys: Iterable[str]) -> tuple[str, str, float] | None:
    """Return the field whose word is spelt nearly like a header, that word, and the likeness from 0 to 1.

    None below NEAR_SCORE, on a tie between fields, when the figures differ, or for a word too short to tell.
    """
    from rapidfuzz import fuzz

    word = squash(usual(header))
    if len(word) < SHORTEST_NEAR:
        return None
    allowed = {*keys, *SPLITTERS}
    best: dict[str, tuple[float, str]] = {}
    for known, meant in {**common_words(), **own}.items():
        if len(known) < SHORTEST_NEAR or re.sub(r"\D", "", known) != re.sub(r"\D", "", word):
            continue
        score = fuzz.ratio(word, known, score_cutoff=NEAR_SCORE - NEAR_MARGIN)
        for key in allowed.intersection(meant) if score else ():
            best[key] = max(best.get(key, (0.0, "")), (score, known))
    if _DENIED.search(fold(header)):
        best = {key: found for key, found in best.items() if key not in CONSENTS}
    ranked = sorted(((score, key, known) for key, (score, known) in best.items()), reverse=True)
    if not ranked or ranked[0][0] < NEAR_SCORE:
        return None
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < NEAR_MARGIN:
        return None
    return ranked[0][1], ranked[0][2], ranked[0][0] / 100
