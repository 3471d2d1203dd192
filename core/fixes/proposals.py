"""Proposals: repairs that a person has to decide. They come from what the check found, and from the list of towns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.cells import text
from core.checked import Value
from core.fields import FieldType
from core.fixes.rules import Rule
from core.issues import Code
from core.profiles import Field, Profile
from core.rules.countries import read_country
from core.rules.reading import Finding
from core.tables import Cell
from core.towns import Agreement, compare, near_spelling, postcodes_of, towns_of
from core.writing import sheet_value

RULES = {
    Code.EMAIL_TYPO: Rule.EMAILS,
    Code.COUNTRY_UNKNOWN: Rule.WORDS,
    Code.NOT_IN_LIST: Rule.WORDS,
    Code.PHONE_DOUBTFUL: Rule.PHONES,
    Code.PHONE_ZERO_LOST: Rule.ZEROS,
    Code.POSTCODE_ZERO_LOST: Rule.ZEROS,
    Code.MOJIBAKE: Rule.MOJIBAKE,
    Code.DATE_AMBIGUOUS: Rule.DATES,
    Code.DATE_SERIAL: Rule.DATES,
    Code.AMOUNT_AMBIGUOUS: Rule.AMOUNTS,
}
"""The issues that come with a proposal, and the rule that it would be."""
_ANSWERS = ("proposal", "first", "second", "read")
_NO_ANSWER = "phone_no_such"  # the number written better is still nobody's


def proposals_of(
    findings: tuple[Finding, ...], known: Field, profile: Profile, lang: str
) -> Iterator[tuple[Rule, Cell]]:
    """Yield what the findings of one cell propose, each answer of a question."""
    for code, params in findings:
        rule = RULES.get(code)
        if rule is not None and params.get("reason") != _NO_ANSWER:
            for name in _ANSWERS:
                if name in params:
                    yield rule, _written(params[name], known, profile, lang)


def _written(answer: Any, known: Field, profile: Profile, lang: str) -> Cell:
    """Return an answer as the sheet shows it; the check says countries by their French name, choices by their value."""
    if known.type is FieldType.COUNTRY:
        return sheet_value(known, profile, read_country(str(answer))[0], lang)
    if known.show_labels:
        return next((c.label[lang] for c in known.choices if c.value == answer), answer)
    return float(answer) if known.type is FieldType.AMOUNT else answer


def town_proposals(pairs: Mapping[int, tuple[str, str]]) -> Iterator[tuple[int, str | None, str | None]]:
    """Yield row, postcode and town proposed, for rows of French postcodes and towns that do not agree.

    One of the two is wrong and nobody knows which: each is proposed where the list leaves one answer only.
    """
    answers = {pair: _town_answers(*pair) for pair in set(pairs.values())}
    for row, pair in pairs.items():
        answer = answers[pair]
        if answer is not None:
            yield row, answer[0], answer[1]


def _town_answers(postcode: str, town: str) -> tuple[str | None, str | None] | None:
    names = [n for n in towns_of(postcode) if not n.endswith("Arrondissement")]
    agreement = compare(postcode, town)
    if agreement is Agreement.UNKNOWN and names:
        near = near_spelling(postcode, town)
        return (None, near) if near else None
    if agreement is not Agreement.DIFFER:
        return None
    codes = postcodes_of(town)
    return (min(codes) if len(codes) == 1 else None), (names[0] if len(names) == 1 else None)


def french_pairs(postcodes: Sequence[Value], cities: Sequence[Cell], rows: list[bool]) -> dict[int, tuple[str, str]]:
    """Return the rows that have a five-figure postcode and a town, where `rows` says that they are in France."""
    pairs = list(zip(postcodes, cities, strict=True))
    towns = {
        (postcode, cell): (postcode, town)
        for postcode, cell in set(pairs)
        if isinstance(postcode, str) and len(postcode) == 5 and postcode.isdecimal() and (town := text(cell).strip())
    }
    return {
        n: towns[pair] for n, (pair, french) in enumerate(zip(pairs, rows, strict=True)) if french and pair in towns
    }
