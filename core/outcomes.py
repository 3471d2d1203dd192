"""Outcomes: what became of the rows of a push or an undo, exactly one each, and how many of them are kept."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, overload

from core.checked import Value
from core.fields import field_word
from core.i18n import tr
from core.issues import issue_line

Changes = dict[str, tuple[Value, Value]]
"""Field → its value before and after."""


class Outcome(StrEnum):
    """What became of one row: exactly one each. REMOVED is for undo alone: a customer that a push had created."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    NOT_REACHED = "not_reached"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """One row's outcome: `reason` is a text key with its `params` (refused rows, and remarks on written ones).

    `changes` holds what an update changes or, for an undo that left a customer alone, what somebody changed since:
    (what the job had written, what is there now). Of a new customer everything is new: it is the row itself.
    """

    row: int
    outcome: Outcome
    customer: int | None = None
    reason: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    changes: Changes = field(default_factory=dict)

    def message(self, lang: str, headers: Mapping[str, str] | None = None) -> str:
        """Say why, in the user's language; nothing when there is nothing to say. `headers` are the system's, by key."""
        area, _, name = self.reason.partition(".")
        if area == "issues":  # the row was in error: the check's own line
            return issue_line(name, self.params, lang)
        params = dict(self.params)
        if "fields" in params:
            params["fields"] = [field_word(key, lang, headers) for key in params["fields"]]
        return tr(self.reason, lang, **params) if self.reason else ""


def erased(outcome: RowOutcome) -> list[str]:
    """Return the fields that an update empties."""
    if outcome.outcome is not Outcome.UPDATED:
        return []
    return [key for key, (before, after) in outcome.changes.items() if after is None and before is not None]


Said = tuple[Outcome, str, dict[str, Any]]
"""What is said alike of many rows: the outcome, the reason and its parameters."""

BRIEF = (Outcome.CREATED, Outcome.UNCHANGED, Outcome.REMOVED)
"""The outcomes of which most rows have nothing to say of their own."""

KINDS = 255
"""The number of things said alike: what one byte counts, beside "not reached"."""


class Outcomes(Sequence[RowOutcome]):
    """The outcomes of the rows of a sheet, in its order; NOT_REACHED until they are known.

    A million rows must not mean a million objects. Most are created, unchanged or removed, with nothing to say or what
    many others say: nine bytes are kept of these, and the object is made when it is asked for. The others, of which a
    person has something to read, are kept as they are. `rows` are the sheet's, in rising order; a place counts from 0.
    """

    def __init__(self, rows: Sequence[int]) -> None:
        self._rows = rows
        self._customers = array("q", bytes(8 * len(rows)))
        self._kinds = bytearray(len(rows))
        self._said: list[Said] = [(Outcome.NOT_REACHED, "", {})]
        self._kind_of: dict[str, int] = {}
        self._whole: dict[int, RowOutcome] = {}

    def put(self, place: int, said: RowOutcome) -> None:
        """Keep the outcome of the row at a place."""
        brief = said.outcome in BRIEF and not said.changes
        kind = self._kind((said.outcome, said.reason, said.params)) if brief else 0
        self._kinds[place] = kind
        if kind:
            self._customers[place] = said.customer or 0
            self._whole.pop(place, None)
        else:
            self._whole[place] = said

    def put_alike(self, said: Said, places: Iterable[int], customers: Iterable[int]) -> None:
        """Keep the outcomes of rows of which the same is said, each with its own customer."""
        kind = self._kind(said)
        for place, customer in zip(places, customers, strict=True):
            self._customers[place], self._kinds[place] = customer, kind
            if not kind:
                outcome, reason, params = said
                self._whole[place] = RowOutcome(self._rows[place], outcome, customer, reason, params)

    def put_rows(self, said: Iterable[RowOutcome]) -> None:
        """Keep outcomes at the places of their rows."""
        for one in said:
            place = self.place(one.row)
            if place is not None:
                self.put(place, one)

    def place(self, row: int) -> int | None:
        """Return the place of a row of the sheet, None where there is no such row."""
        place = bisect_left(self._rows, row)
        return place if place < len(self._rows) and self._rows[place] == row else None

    def reached(self, place: int) -> bool:
        """Say whether the outcome of the row at a place is known."""
        return bool(self._kinds[place]) or place in self._whole

    def counts(self) -> Counter[Outcome]:
        """Return the number of rows of every outcome."""
        found = Counter(said.outcome for said in self._whole.values())
        for kind, count in Counter(self._kinds).items():
            found[self._said[kind][0]] += count
        found[Outcome.NOT_REACHED] -= len(self._whole)  # whose byte is 0 too
        return found

    def changed(self) -> Iterator[RowOutcome]:
        """Yield the rows whose outcome says what changed, in order."""
        return (self._whole[place] for place in sorted(self._whole) if self._whole[place].changes)

    def forget_new_customers(self) -> None:
        """Forget the numbers of customers whose creation was rolled back: nobody has them, a push may give others."""
        created = bytes(outcome is Outcome.CREATED for outcome, _, _ in self._said)
        gone = {number for number, kind in zip(self._customers, self._kinds, strict=True) if created[kind]}
        gone |= {said.customer or 0 for said in self._whole.values() if said.outcome is Outcome.CREATED}
        self._customers = array("q", (0 if number in gone else number for number in self._customers))
        for place, said in self._whole.items():
            if said.customer in gone:
                self._whole[place] = replace(said, customer=None)

    def _kind(self, said: Said) -> int:
        """Return the number of what is said of rows alike, 0 where it cannot be numbered any more."""
        outcome, reason, params = said
        name = f"{outcome} {reason} {params}" if params else f"{outcome} {reason}"
        if name not in self._kind_of and len(self._said) <= KINDS:
            self._kind_of[name] = len(self._said)
            self._said.append(said)
        return self._kind_of.get(name, 0)

    def _one(self, place: int) -> RowOutcome:
        if place in self._whole:
            return self._whole[place]
        outcome, reason, params = self._said[self._kinds[place]]
        return RowOutcome(self._rows[place], outcome, self._customers[place] or None, reason, dict(params))

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> RowOutcome: ...
    @overload
    def __getitem__(self, place: slice) -> list[RowOutcome]: ...
    def __getitem__(self, place: int | slice) -> RowOutcome | list[RowOutcome]:
        if isinstance(place, slice):
            return [self._one(n) for n in range(len(self))[place]]
        return self._one(range(len(self))[place])

    def __iter__(self) -> Iterator[RowOutcome]:
        return map(self._one, range(len(self)))

    def __eq__(self, other: object) -> bool:
        """Equal the same outcomes in the same order, however they are kept."""
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]
