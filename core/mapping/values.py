"""Value maps: the words of a source's lists (titles, countries, yes and no) in the target's own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as Dict

from core.cells import squash, text
from core.checked import Value
from core.fields import FieldType
from core.mapping.data import Proposal, ValueMap
from core.mapping.sources import Source
from core.profiles import Field, Profile
from core.rules.countries import read_country
from core.rules.words import known_words, read_choice, read_flag
from core.tables import Table
from core.writing import file_value

LISTS = (FieldType.CHOICE, FieldType.FLAG, FieldType.COUNTRY)
MOST_WORDS = 500  # distinct values; more is no list


def map_values(
    table: Table, profile: Profile, proposals: Dict[str, Proposal], source: Source | None, blank: frozenset[str]
) -> dict[str, ValueMap]:
    """Return the map of every list that the source fills: by the source's own codes first, then by the rules."""
    found = {}
    for key, proposal in proposals.items():
        field = profile.field(key)
        if field is None or (field.type not in LISTS and not field.choices):
            continue
        counts = Counter(proposal.transform.make(table.columns))
        words = {text(cell): n for cell, n in counts.items() if isinstance(cell, str | float | bool)}
        words = {w: n for w, n in words.items() if w.strip() and w not in blank}
        if len(words) <= MOST_WORDS:
            found[key] = _value_map(field, profile, words, source)
    return found


def _value_map(field: Field, profile: Profile, words: dict[str, int], source: Source | None) -> ValueMap:
    sure: dict[str, str] = {}
    near: dict[str, str] = {}
    unknown = []
    codes = {squash(w): code for w, code in (source.choices.get(field.key, {}) if source else {}).items()}
    style = source.country_style if source else "iso2"
    known = known_words(field.choices)
    for word in words:
        value, meant = _read(codes.get(squash(word), word), field, style, known)
        written = file_value(field, profile, value)
        if value is not None and isinstance(written, str):
            sure[word] = written
        elif meant:
            near[word] = _written(meant, field, profile)
        else:
            unknown.append(word)
    return ValueMap(field.key, {w: v for w, v in sure.items() if w != v}, near, tuple(unknown), words)


def _read(word: str, field: Field, style: str, known: dict[str, str]) -> tuple[Value, str]:
    """Return what a word means, None where nothing surely says so, and what was probably meant."""
    if field.type is FieldType.COUNTRY:
        value, findings = read_country(word, style)
    elif field.type is FieldType.FLAG:
        value, findings = read_flag(word, known)
    else:
        value, findings = read_choice(word, field, known)
    meant = next((str(p["proposal"]) for _, p in findings if "proposal" in p), "")
    return (None if findings else value), meant


def _written(meant: str, field: Field, profile: Profile) -> str:
    """Write a proposal, which for a country is its French name, as the target does."""
    if field.type is not FieldType.COUNTRY:
        return meant
    return str(file_value(field, profile, read_country(meant)[0]) or meant)
