"""Recognising: rows whose own customer is in the database already, and of whom there is nothing to ask. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.checked import Checked, Likeness
from core.exported import read_stamps
from core.jobs import Outcome
from core.pushing.plans import Candidate, Row, Rules, plan_row, same_key


@dataclass(frozen=True, slots=True)
class Own:
    """A row's own customer; `updates` where a push would change it, found by the system's own match key."""

    customer: int
    updates: bool = False


def own_customer(row: Row, candidates: Sequence[Candidate], rules: Rules) -> Own | None:
    """Return the customer that a row made earlier, already says in full, or updates by the system's own key.

    The push itself is asked, so that a check never promises what a push would refuse. None where there is a doubt.
    """
    itself = next((c for c in candidates if c.itself), None)
    if itself is not None:
        return Own(itself.customer)
    plan = plan_row(row, candidates, rules)
    target = next((c for c in candidates if c.customer == plan.customer), None)
    if target is None or plan.reason:
        return None
    if plan.outcome is Outcome.UNCHANGED:
        return Own(target.customer)
    keyed = any(all(same_key(f, row.values.get(f), target.values.get(f)) for f in key) for key in rules.match)
    return Own(target.customer, updates=True) if plan.outcome is Outcome.UPDATED and keyed else None


def settle(checked: Checked, own: dict[int, Own]) -> None:
    """Take out of a check's duplicates what is no doubt, and name the customers in `checked.own`.

    A row that nothing changes has been decided once, so that nobody else in the database is a question either; a row
    that updates its customer still is one where somebody else may be the same person.
    """
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
    checked.duplicates = kept
