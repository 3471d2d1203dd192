"""Duplicates: which rows may be one customer, which are one household, and why.

`keys` and `explain` serve the look-up in a database as well as the file itself.
They only mark: what to do with a duplicate is the user's decision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from core.cells import squash
from core.checked import Checked, Duplicate, Likeness, Value
from core.coded import spread
from core.duplicates.blocking import candidate_pairs, without_habits
from core.duplicates.buyers import judge_buyers
from core.duplicates.evidence import Evidence, Reason, gather
from core.duplicates.persons import ATTRIBUTES, Person, describe, email_key, phone_key, postcode_key
from core.duplicates.similarity import Level
from core.rules.placeholders import is_placeholder

ENOUGH = 12.0
"""Score from which two persons are probably one: first + last name + postcode in common and nothing against it."""

Verdict = tuple[Likeness, tuple[Reason, ...], float]


def keys(values: Mapping[str, Value]) -> dict[str, str]:
    """Return the normalised search keys of one customer; a blank or placeholder gives no key.

    `account_key`, `card_key`, `email_key` (casefolded), `mobile_key` (E.164), `name_key`
    (last|first|postcode, or company||postcode when no person is named).
    """
    found = {
        "account_key": _code(values.get("account_number")),
        "card_key": _code(values.get("loyalty_card")),
        "email_key": email_key(_said(values.get("email"))),
        "mobile_key": phone_key(_said(values.get("mobile"))),
        "name_key": _name_key(*(values.get(f) for f in NAME_FIELDS)),
    }
    return {name: key for name, key in found.items() if key}


NAME_FIELDS = ("last_name", "first_name", "postcode", "company")


def key_columns(checked: Checked) -> dict[str, list[str | None]]:
    """Return the same keys by column, one entry per row of the table, for the keys whose fields the file has."""
    values, rows = checked.values, len(checked.table)
    found: dict[str, list[str | None]] = {}
    one: tuple[tuple[str, str, Callable[[Value], str | None]], ...] = (
        ("account_key", "account_number", _code),
        ("card_key", "loyalty_card", _code),
        ("email_key", "email", lambda v: email_key(_said(v))),
        ("mobile_key", "mobile", lambda v: phone_key(_said(v))),
    )
    for name, field, rule in one:
        if field in values:
            found[name] = list(spread(values[field], rule))
    if "postcode" in values and ("last_name" in values or "company" in values):
        found["name_key"] = _name_keys(values, rows)
    return found


def _name_keys(values: Mapping[str, Sequence[Value]], rows: int) -> list[str | None]:
    """Return the name key of every row, each distinct name folded once."""
    blank: list[Value] = [None] * rows
    columns = [spread(values.get(f, blank), _postcode if f == "postcode" else _name) for f in NAME_FIELDS]
    rows_of_parts = zip(*columns, strict=True)
    return [f"{a}|{b}|{c}" if a and b and c else _join_name(a, b, c, d) for a, b, c, d in rows_of_parts]


def _name_key(last: Value, first: Value, postcode: Value, company: Value) -> str | None:
    return _join_name(_name(last), _name(first), _postcode(postcode), _name(company))


def _join_name(last: str, first: str, postcode: str, company: str) -> str | None:
    """Return last|first|postcode when all are there, company||postcode when no person is named."""
    if not postcode:
        return None
    if last and first:
        return f"{last}|{first}|{postcode}"
    return f"{company}||{postcode}" if company and not last and not first else None


def _said(value: Value) -> str:
    return "" if value is None else str(value)


def _name(value: Value) -> str:
    return "" if value is None or is_placeholder(str(value)) else squash(str(value))


def _postcode(value: Value) -> str:
    return postcode_key(_said(value)) or ""


def _code(value: Value) -> str | None:
    if value is None:
        return None
    code = str(value)
    figures = code.isalnum() and not code.isalpha()  # no word for nothing has a figure
    return code.casefold() if figures or not is_placeholder(code) else None


def explain(a: Mapping[str, Value], b: Mapping[str, Value]) -> Verdict | None:
    """Say whether two customers are the same, probably the same, or one family, with the reasons and a score (0 to 1).

    None when nothing says so. Both are mappings of canonical values by field key; missing fields say nothing.
    """
    return compare(describe(a), describe(b))


def compare(a: Person, b: Person) -> Verdict | None:
    """Do the same for two persons already described."""
    found = gather(a, b)
    likeness = judge(found)
    if likeness is None:
        return None
    score = 1.0 if likeness is Likeness.SAME else round(1 / (1 + 2.0 ** (8 - found.score)), 3)
    return likeness, tuple(found.reasons), score


def judge(found: Evidence) -> Likeness | None:
    """Turn evidence into a verdict.

    The household guard comes first: another first name, or a birth a generation away, is another person, whatever
    they share. A name alone, even with its postcode, does not outweigh a different birth date.
    """
    if found.account:
        return Likeness.SAME
    if found.first is Level.DIFFERENT:
        return Likeness.FAMILY if _family(found) else None
    if found.birth is Level.DIFFERENT:
        near = found.household or ((found.address or 0) >= Level.PART and not found.elsewhere)
        if found.generation and not (found.mail or found.key):
            return Likeness.FAMILY if near and (found.last or 0) >= Level.PART else None
        if not (near or found.key):
            return None
    if found.last is Level.DIFFERENT and not (found.contact or found.key or found.birth is Level.SAME):
        return None
    if _same(found):
        return Likeness.SAME
    renamed = found.contact and found.last is Level.DIFFERENT and (found.first or 0) >= Level.NEAR
    return Likeness.PROBABLE if found.score >= ENOUGH or renamed else None


def _same(found: Evidence) -> bool:
    """Say whether a key is in common and nothing contradicts it."""
    if found.birth is Level.DIFFERENT or found.last is Level.DIFFERENT:
        return False
    named = found.last is Level.SAME and found.first is Level.SAME and found.postcode is Level.SAME
    phoned = found.contact and found.first is not Level.NEAR  # twins: Luc and Luca share a line and a birth date
    return found.key or found.mail or phoned or (named and not found.swapped)


def _family(found: Evidence) -> bool:
    """Say whether two first names live under one roof, or were born the same day with one name and one town."""
    if found.key or found.contact:
        return True
    surname = (found.last or 0) >= Level.PART
    if found.birth is Level.SAME:
        return (surname or (found.address or 0) >= Level.PART) and not found.elsewhere
    return surname and found.household


def find_in_file(checked: Checked) -> list[Duplicate]:
    """Return the rows of a checked table that may be an earlier row, or of one family with it, in their order.

    Every pair is reported, the later row naming the earlier one.
    """
    rows, values = checked.table.rows, without_habits(checked.values)
    persons = _Persons(values)
    found: list[Duplicate] = []
    for earlier, later in sorted(candidate_pairs(values, len(rows)), key=lambda pair: pair[::-1]):
        verdict = compare(persons[earlier], persons[later])
        if checked.profile.buyer:
            this, other = ({k: column[row] for k, column in checked.values.items()} for row in (later, earlier))
            verdict = judge_buyers(verdict, this, other, checked.profile.match)
        if verdict is not None:
            likeness, reasons, score = verdict
            found.append(Duplicate(rows[later], likeness, reasons, other_row=rows[earlier], score=score))
    return found


class _Persons(dict[int, Person]):
    """The persons of a table's rows, described when first asked for."""

    def __init__(self, values: Mapping[str, Sequence[Value]]) -> None:
        super().__init__()
        self._columns = {key: values[key] for key in ATTRIBUTES if key in values}

    def __missing__(self, row: int) -> Person:
        self[row] = person = describe({key: column[row] for key, column in self._columns.items()})
        return person
