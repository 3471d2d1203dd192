"""Foreseeing: what a push would make of the rows that meet another row of their sheet, planned and never written.

A check looks for likely pairs and leaves the unlikely ones out; the push compares every two rows that share a key. So
the push itself is asked, and nothing that a check calls ready is refused afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection

from core.checked import Duplicate, Likeness
from core.database.backends import Backend
from core.database.batches import Batch, Met, Run
from core.database.journal import utc
from core.database.keys import KeyColumns
from core.database.preparing import IDENTITY, Rows, narrow
from core.database.sheets import Sheet
from core.decisions import Decision
from core.duplicates import explain
from core.grouping import groups
from core.jobs import Outcome, PushRequest, RowOutcome
from core.pushing.changes import FieldRules
from core.pushing.plans import Rules

AHEAD = 1 << 40
"""The first number of the customers that are only foreseen: no database has come so far."""

PAIRS = 1_000_000
"""Pairs of rows that are compared at most, some ten seconds; the longest lists of one key are left out first."""

SETTLED = ("push.skipped", "push.skipped_proposed")
"""Refusals that the user asked for."""

QUESTIONS = ("push.risky", "push.key_changed", "push.same_row")
"""Refusals of an update that the word "Update" does not answer: the check says them, and proposes no such thing."""


def foresee(
    connection: Connection, backend: Backend, sheet: Sheet, ready: Rows, asked: tuple[Mapping[int, Decision], int],
    also: Collection[int], met: Met | None = None,
) -> list[Duplicate]:  # fmt: skip
    """Return the rows that a push would refuse, each with the row or customer that stands in its way.

    `ready` is the whole sheet; `asked` is the decisions and the shop; `also` are indexes of rows that meet a customer
    of the database, and `met` whom every row meets, by index, where that is known.
    """
    decisions, shop = asked
    indexes = sorted(i for i in {*_meeting(ready.keys), *also} if sheet.rows[i] not in sheet.stamps)
    if not indexes:
        return []
    profile = sheet.checked.profile
    rules = Rules(profile.modes[0], profile.match, profile.unique, FieldRules(sheet.erases), bool(profile.buyer))
    run = Run(backend, sheet, PushRequest("", decisions=decisions), rules, shop, utc(), locks=False)
    run.considered = range(len(sheet.rows))
    if met is not None:
        met = Met({at: set(met.found[i]) for at, i in enumerate(indexes) if i in met.found}, met.customers)
    outcomes, taken = Batch(run, connection, narrow(ready, indexes), met).foresee(AHEAD)
    places = {sheet.rows[i]: i for i in indexes}
    refused = [o for o in outcomes if o.outcome is Outcome.REFUSED and o.reason.startswith("push.")]
    asking = [o for o in refused if o.customer is not None and o.reason not in SETTLED]
    return [_duplicate(sheet, o, taken.get(o.customer or 0), places) for o in asking]


def _meeting(keys: KeyColumns) -> set[int]:
    """Return the indexes of the rows that share a key with another row."""
    found = sorted((group for name, column in keys.items() if name != IDENTITY for group in groups(column)), key=len)
    met: set[int] = set()
    left = PAIRS
    for group in found:
        left -= len(group) * (len(group) - 1) // 2
        if left < 0:
            break
        met.update(group)
    return met


def _duplicate(sheet: Sheet, said: RowOutcome, other: int | None, places: Mapping[int, int]) -> Duplicate:
    reasons: Sequence[tuple[str, dict[str, object]]] = [("same_key", {})]
    likeness = Likeness.PROBABLE
    question = (said.reason, said.params) if said.reason in QUESTIONS else None
    if question and said.customer is not None and said.customer < AHEAD:
        return Duplicate(said.row, likeness, (), customer=said.customer, question=question)
    if other is not None:
        verdict = explain(sheet.values(places[said.row]), sheet.values(places[other]))
        if verdict is not None and verdict[0] is not Likeness.FAMILY:
            likeness, reasons = verdict[:2]
        return Duplicate(said.row, likeness, tuple(reasons), other_row=other, question=question)
    return Duplicate(said.row, likeness, tuple(reasons), customer=said.customer)
