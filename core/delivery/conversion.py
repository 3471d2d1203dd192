"""Conversion: one system's customers in another's sheet, with every loss known before the file is written. Pure.

The target's sheet is filled, then read back by the target's own check: what does not come back as it was is a loss.
So the list is whole by construction, whatever its causes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from core.cells import text
from core.checked import Checked, Value
from core.decisions import is_erase_mark
from core.exported import plain
from core.fields import FieldType
from core.issues import Issue, Severity
from core.profiles import Field
from core.pushing.filling import FIRST_ROW, Filled, Target, fill

CUT = (FieldType.TEXT, FieldType.NAME)
"""Types that are cut at the target's length. Half an e-mail or half a card is nobody's: those are left blank."""


class LossKind(StrEnum):
    """Why a cell is not what it was; the sentences are `conversion.<kind>`."""

    UNREAD = "unread"  # faulty in the source already
    NO_PLACE = "no_place"
    CUT = "cut"
    NO_CODE = "no_code"
    TOO_LONG = "too_long"
    CHANGED = "changed"


@dataclass(slots=True)
class Loss:
    """One kind of loss in one column: the sheet's rows, their cells before and their values after, in one order."""

    kind: LossKind
    key: str
    column: str
    rows: list[int] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    after: list[Value] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Converted:
    """The target's sheet, the losses, and the customers that the target would refuse: row of the source → its error."""

    filled: Filled
    losses: list[Loss]
    refused: dict[int, Issue]

    def lost_cells(self) -> set[tuple[int, str]]:
        """Return every cell that a loss is listed for, as (row of the source, field)."""
        return {(row, loss.key) for loss in self.losses for row in loss.rows}


class _Losses:
    """Gathers losses by kind and column."""

    def __init__(self, source: Checked) -> None:
        self.source = source
        self.found: dict[tuple[LossKind, str], Loss] = {}

    def add(self, kind: LossKind, key: str, index: int, after: Value = None) -> None:
        """Add one cell."""
        table, place = self.source.table, self.source.columns[key]
        loss = self.found.get((kind, key))
        if loss is None:
            column = table.headers[place]
            loss = self.found[kind, key] = Loss(kind, key, column)
        loss.rows.append(table.rows[index])
        loss.before.append(text(table.columns[place][index]))
        loss.after.append(after)


def convert(source: Checked, target: Target) -> Converted:
    """Convert a checked sheet. Every row goes over, the ones that the target would refuse too: they are listed."""
    losses = _Losses(source)
    fields = {f.key: f for f in target.fields}
    codes = {f.key: {c.code for c in f.choices} for f in source.profile.fields}
    customers: list[dict[str, Value]] = [{} for _ in source.table.rows]
    for key, column in source.values.items():
        _find_unread(source, key, losses)
        rule = _Rule(fields.get(key), codes.get(key, set()))
        for index, value in enumerate(column):
            if value is None:
                continue
            kind, kept = rule.apply(value)
            if kind:
                losses.add(kind, key, index, kept)
            if kept is not None:
                customers[index][key] = kept
    filled = fill(customers, target)
    _find_changed(filled, customers, losses)
    return Converted(filled, list(losses.found.values()), _refused(filled, source.table.rows))


def _find_unread(source: Checked, key: str, losses: _Losses) -> None:
    cells = source.table.columns[source.columns[key]]
    for index, value in enumerate(source.values[key]):
        if value is None and text(cells[index]).strip():
            losses.add(LossKind.UNREAD, key, index)


class _Rule:
    """What one column of the target can hold. `theirs` are the source's own codes, which say nothing elsewhere."""

    def __init__(self, known: Field | None, theirs: Collection[str]) -> None:
        self.known = None if known is None or known.read_only else known
        self.theirs = theirs
        self.codes = {c.code for c in known.choices} if known else set()

    def apply(self, value: Value) -> tuple[LossKind | None, Value]:
        """Return why a value cannot go over as it is, and what goes over instead."""
        known = self.known
        if known is None:
            return LossKind.NO_PLACE, None
        if is_erase_mark(value) or not isinstance(value, str):
            return None, value
        if known.type is FieldType.CHOICE and value not in self.codes and (not known.open_list or value in self.theirs):
            return LossKind.NO_CODE, None
        if known.max_length and len(value) > known.max_length and known.type in (*CUT, *_WHOLE):
            if known.type in CUT and known.key not in KEYS:
                return LossKind.CUT, value[: known.max_length].rstrip()
            return LossKind.TOO_LONG, None
        return None, value


_WHOLE = (FieldType.EMAIL, FieldType.CARD, FieldType.POSTCODE)
KEYS = ("account_number",)
"""Fields that are cut for nobody, as half of one is another's."""


def _find_changed(filled: Filled, customers: Sequence[Mapping[str, Value]], losses: _Losses) -> None:
    """Find what reads back as something else than was written."""
    for key, column in filled.checked.values.items():
        for index, (read, customer) in enumerate(zip(column, customers, strict=True)):
            written = customer.get(key)
            if read != written and plain(read) != written and written is not None:
                losses.add(LossKind.CHANGED, key, index, read)


def _refused(filled: Filled, rows: Sequence[int]) -> dict[int, Issue]:
    """Return the first error of each row, its own row number being the source's."""
    found: dict[int, Issue] = {}
    for issue in _errors(filled.checked.issues):
        if issue.row is not None:
            row = rows[issue.row - FIRST_ROW]
            found.setdefault(row, replace(issue, row=row))
    return dict(sorted(found.items()))


def _errors(issues: Iterable[Issue]) -> Iterable[Issue]:
    return (i for i in issues if i.severity is Severity.ERROR)
