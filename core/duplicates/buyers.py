"""Buyers: where one customer of a system takes several rows, one for each buyer, whom their e-mails tell apart. Pure.

Le New Black finds a retailer by its reference, otherwise by name and country, and a buyer of it by e-mail; one that it
does not find is a further buyer (its help, articles 360016222712 and 360016435771). Carnet keeps each buyer as a
customer, all of them with the retailer's reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.cells import squash
from core.checked import Likeness, Value
from core.duplicates.evidence import Reason
from core.duplicates.persons import email_key

Keys = Sequence[Sequence[str]]
"""The groups of fields that find a customer in the system, in order: a profile's `match`."""

BUYER = "x_buyer"
"""A value of Carnet's own that a further buyer has: it keeps one account number of several customers apart.

It is the customer's own number, which no other customer ever has. Older databases hold buyers' e-mails.
"""

Verdict = tuple[Likeness, tuple[Reason, ...], float]


def retailer_keys(values: Mapping[str, Value], match: Keys) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return the keys by which the system may find a row's retailer, those that are filled."""
    found = {tuple(fields): tuple(squash(str(values.get(f) or "")) for f in fields) for fields in match}
    return {fields: key for fields, key in found.items() if all(key)}


def is_other_buyer(row: Mapping[str, Value], other: Mapping[str, Value], match: Keys) -> bool:
    """Say whether a row is another buyer of a retailer: another e-mail, and not the same name.

    The same name with another e-mail is one buyer whose e-mail has changed. A retailer without any buyer yet has none
    to be told from: it takes the row's.
    """
    mail, known = (email_key(str(v.get("email") or "")) for v in (row, other))
    if not mail or mail == known or not _same_retailer(row, other, match):
        return False
    mine, theirs = _name(row), _name(other)
    return mine != theirs or not mine if known else bool(mine and theirs and mine != theirs)


def is_unnamed_buyer(row: Mapping[str, Value], other: Mapping[str, Value], match: Keys) -> bool:
    """Say whether a row names another buyer of a retailer without the e-mail that would tell the two apart."""
    mine, theirs = _name(row), _name(other)
    if not mine or not theirs or mine == theirs or email_key(str(row.get("email") or "")):
        return False
    return _same_retailer(row, other, match)


def judge_buyers(
    verdict: Verdict | None, row: Mapping[str, Value], other: Mapping[str, Value], match: Keys
) -> Verdict | None:
    """Return a verdict of likeness as it stands between rows of buyers: another buyer is nobody's duplicate."""
    if verdict is None or is_other_buyer(row, other, match):
        return None
    return (Likeness.PROBABLE, *verdict[1:]) if is_unnamed_buyer(row, other, match) else verdict


def _same_retailer(a: Mapping[str, Value], b: Mapping[str, Value], match: Keys) -> bool:
    theirs = retailer_keys(b, match)
    return any(theirs.get(fields) == key for fields, key in retailer_keys(a, match).items())


def _name(values: Mapping[str, Value]) -> str:
    return squash(f"{values.get('last_name') or ''}{values.get('first_name') or ''}")
