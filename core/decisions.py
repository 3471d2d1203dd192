"""Decisions: what to do with a row, in the words of the Décision column, and what Carnet proposes there. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.cells import fold
from core.checked import Checked, Duplicate, Likeness
from core.i18n import LANGUAGES, tr
from core.tables import Result, Table

ERASE_MARKS = ("#EFFACER", "#ERASE")
"""Typed in a cell, either empties the field: a blank cell leaves it alone."""


class Action(StrEnum):
    """What the user may write; the words are `push.do_<action>`."""

    CREATE = "create"  # a customer of its own, whatever it looks like
    UPDATE = "update"
    SKIP = "skip"
    OVERWRITE = "overwrite"  # update although the identity is another, or although both sides changed a field
    RENAME = "rename"  # update, and the key changes too
    KEEP = "keep"  # update, but where both sides changed a field the database's value stays


CHANGING = (Action.UPDATE, Action.OVERWRITE, Action.RENAME, Action.KEEP)
"""Decisions that only an existing customer can obey."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with one row; `customer` says with which customer, where several would do.

    `proposed`: the word is Carnet's own, which the user left standing.
    """

    action: Action
    customer: int | None = None
    proposed: bool = False


def is_erase_mark(value: object) -> bool:
    """Say whether a cell asks for its field to be emptied."""
    return isinstance(value, str) and value[:1] == "#" and value.upper() in ERASE_MARKS


def decision_word(decision: Decision, lang: str) -> str:
    """Return a decision as the Décision column shows it."""
    word = tr(f"push.do_{decision.action}", lang)
    return f"{word} ({decision.customer})" if decision.customer is not None else word


def read_decision(text: str) -> Decision | None:
    """Return the decision that a cell of the Décision column words, in any language; None when it is not one.

    A customer's number may follow: "Mettre à jour (1204)".
    """
    words = fold(text).split()
    number = int(words.pop()) if words and words[-1].isdecimal() else None
    said = " ".join(words)
    for action in Action:
        if any(said == fold(tr(f"push.do_{action}", lang)) for lang in LANGUAGES):
            return Decision(action, number)
    return None


def propose(checked: Checked, mode: str) -> dict[int, Decision]:
    """Return the decision proposed for every row that looks like an existing customer, or is already in error.

    A row that updates its own customer (`checked.updates`) says so.
    A family is another person: create. The same customer: update where the mode allows, else skip. Anything less sure,
    or several customers alike, is left blank for the user, and so is what a push would ask about all the same: never
    guess in silence.
    """
    by_row: dict[int, list[Duplicate]] = defaultdict(list)
    for duplicate in checked.duplicates:
        if duplicate.customer is not None:
            by_row[duplicate.row].append(duplicate)
    left = checked.faulty_rows() | {duplicate.row for duplicate in checked.duplicates if duplicate.question}
    proposed = {row: _propose_one(found, mode) for row, found in by_row.items() if row not in left}
    proposed |= {row: Decision(Action.UPDATE, checked.own[row]) for row in checked.updates - left}
    sure = {row: decision for row, decision in proposed.items() if decision is not None}
    return _each_customer_once(sure, checked.own)


def _each_customer_once(proposed: Mapping[int, Decision], own: Mapping[int, int]) -> dict[int, Decision]:
    """Leave out the updates of a customer whom an earlier row is or updates: a push would ask which row is right."""
    first = dict(own)
    first |= {row: d.customer for row, d in proposed.items() if d.action is Action.UPDATE and d.customer is not None}
    rows: dict[int, int] = {}
    for row in sorted(first):
        rows.setdefault(first[row], row)
    return {
        row: decision
        for row, decision in proposed.items()
        if decision.action is not Action.UPDATE or rows.get(decision.customer or 0) == row
    }


def _propose_one(found: Iterable[Duplicate], mode: str) -> Decision | None:
    same = [d.customer for d in found if d.likeness is Likeness.SAME]
    if len(same) == 1:
        return Decision(Action.SKIP if mode == "add" else Action.UPDATE, same[0])
    if same or any(d.likeness is Likeness.PROBABLE for d in found):
        return None
    return Decision(Action.CREATE if mode != "update" else Action.SKIP)


def read_decisions(rows: Iterable[int], cells: Iterable[object]) -> tuple[dict[int, Decision], dict[int, str]]:
    """Read the Décision column: the decisions by row, and the texts that are none, for the user to correct."""
    read: dict[int, Decision] = {}
    unread: dict[int, str] = {}
    for row, cell in zip(rows, cells, strict=True):
        said = "" if cell is None else str(cell).strip()
        decision = read_decision(said) if said else None
        if decision is not None:
            read[row] = decision
        elif said:
            unread[row] = said
    return read, unread


def table_decisions(table: Table) -> tuple[dict[int, Decision], dict[int, str]]:
    """Read a table's Décision column, if it has one, as `read_decisions` does."""
    return read_decisions(table.rows, table.results.get(Result.DECISION, [None] * len(table)))


def shown_decisions(decisions: Mapping[int, Decision], lang: str) -> dict[int, str]:
    """Return the words of the Décision column by row."""
    return {row: decision_word(decision, lang) for row, decision in decisions.items()}
