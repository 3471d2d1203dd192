"""Recognising: rows whose own customer is in the database already, and of whom there is nothing to ask. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.cells import text
from core.checked import Checked, Duplicate, Likeness
from core.exported import read_stamps
from core.issues import SEVERITY, Code, Issue
from core.jobs import Outcome
from core.pushing.plans import Candidate, Row, Rules, plan_row, same_key


@dataclass(frozen=True, slots=True)
class Own:
    """A row's own customer; `updates` where a push would change it, found by the system's own match key.

    With `taken` it is another customer, who has the values of these fields already: a push would refuse the row. With
    `asks` a push would refuse it for that reason, and nothing is sure of the customer.
    """

    customer: int
    updates: bool = False
    taken: tuple[str, ...] = ()
    asks: Duplicate | None = None


def own_customer(row: Row, candidates: Sequence[Candidate], rules: Rules) -> Own | None:
    """Return the customer that a row made earlier, already says in full, or updates by the system's own key; or the
    other one who holds a key of the row.

    The push itself is asked, so that a check never promises what a push would refuse. None where there is a doubt.
    """
    itself = next((c for c in candidates if c.itself), None)
    if itself is not None:
        return Own(itself.customer)
    plan = plan_row(row, candidates, rules)
    if plan.reason == "push.key_in_use" and plan.customer is not None:
        return Own(plan.customer, taken=tuple(plan.params["fields"]))
    target = next((c for c in candidates if c.customer == plan.customer), None)
    if target is None or plan.reason:
        return None
    if plan.outcome is Outcome.UNCHANGED:
        return Own(target.customer)
    keyed = any(all(same_key(f, row.values.get(f), target.values.get(f)) for f in key) for key in rules.match)
    return Own(target.customer, updates=True) if plan.outcome is Outcome.UPDATED and keyed else None


def settle(checked: Checked, own: dict[int, Own]) -> None:
    """Take out of a check's duplicates what is no doubt, name the customers in `checked.own`, and make issues of the
    keys that are other customers'.

    A row that nothing changes has been decided once, so that nobody else in the database is a question either; a row
    that updates its customer still is one where somebody else may be the same person.
    """
    checked.issues += [_key_in_use(checked, row, one) for row, one in own.items() if one.taken]
    asked = [one.asks for one in own.values() if one.asks]
    own = {row: one for row, one in own.items() if not one.taken and not one.asks}
    stamps = read_stamps(checked.table)
    checked.own = {row: one.customer for row, one in own.items() if row not in stamps}
    checked.updates = {row for row in checked.own if own[row].updates}
    kept = []
    for duplicate in checked.duplicates:
        row = duplicate.row
        settled = row in checked.own and duplicate.customer is not None
        family = duplicate.likeness is Likeness.FAMILY or duplicate.customer == checked.own.get(row)
        if not settled or (row in checked.updates and not family):
            kept.append(duplicate)
    told = {duplicate.row for duplicate in kept}
    questions = {one.row: one for one in asked if one.question}
    kept = [_with_question(one, questions.get(one.row)) for one in kept]
    checked.duplicates = [*kept, *(one for one in asked if one.row not in told)]


def _with_question(told: Duplicate, asks: Duplicate | None) -> Duplicate:
    """Return what is told of a row, with the push's question where it is about the same customer or other row."""
    if asks is None or (told.customer, told.other_row) != (asks.customer, asks.other_row):
        return told
    return replace(told, question=asks.question)


def _key_in_use(checked: Checked, row: int, other: Own) -> Issue:
    """Say that a key of a row is another customer's."""
    table = checked.table
    known = [checked.columns[key] for key in other.taken if key in checked.columns]
    headers = [table.headers[n] for n in known]
    value = text(table.columns[known[0]][bisect_left(table.rows, row)]) if known else ""
    severity = checked.profile.severity.get(Code.KEY_IN_USE, SEVERITY[Code.KEY_IN_USE])
    params = {"customer": str(other.customer), "columns": headers}
    return Issue(row, headers[0] if headers else "", other.taken[0], Code.KEY_IN_USE, severity, value, params)
