"""Jobs: what a push is asked, and what it reports. Plain data, shared by the database, the receipts and the edges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from core.checked import Value
from core.decisions import Decision
from core.fields import field_word
from core.i18n import tr
from core.issues import issue_line

Progress = Callable[[int, int], None]
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


class JobKind(StrEnum):
    """What wrote: a push of a sheet, the undo of a job, one customer's card edited in Carnet, or an anonymisation."""

    PUSH = "push"
    UNDO = "undo"
    EDIT = "edit"
    ANONYMISE = "anonymise"


class JobState(StrEnum):
    """RUNNING also names a job that a crash cut off: pushing the same file again takes it up."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"  # all-or-nothing, and one row was refused


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


@dataclass(frozen=True, slots=True)
class PushRequest:
    """How to push: who, which file, and the choices made for the whole run.

    `mode` is one of the profile's (its first by default). `options` are the system's run options; one that is named
    like a field is that field's value on every row, `kind` says client or prospect. `decisions` are by sheet row.
    `erase_blank`: a blank cell empties the field; `confirmed_erasures` must be the number of values that this empties
    when it is more than a handful. `consent_proof` is the date and source of the whole file's consents.
    `across_shops` lets the push find and update customers of the group's other shops.
    """

    user: str
    file_name: str = ""
    file_hash: str = ""
    system: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    mode: str = ""
    decisions: Mapping[int, Decision] = field(default_factory=dict)
    dry_run: bool = False
    all_or_nothing: bool = False
    erase_blank: bool = False
    confirmed_erasures: int | None = None
    consent_proof: tuple[date, str] | None = None
    across_shops: bool = False
    backup: bool = True
    progress: Progress | None = None
    now: datetime | None = None


@dataclass(slots=True)
class JobReport:
    """What a push or an undo did, or would do (a dry run has no job number).

    `restamped`: the hidden columns of an export are new in its table, and are to be written back.
    """

    job: int | None
    outcomes: list[RowOutcome] = field(default_factory=list)
    dry_run: bool = False
    cancelled: bool = False
    restamped: bool = False

    def counts(self) -> dict[str, int]:
        """Return the number of rows of every outcome, zeros included."""
        seen = Counter(o.outcome for o in self.outcomes)
        return {str(outcome): seen[outcome] for outcome in Outcome}

    def _count(self, outcome: Outcome) -> int:
        return sum(o.outcome is outcome for o in self.outcomes)

    @property
    def created(self) -> int:
        """Rows that made a customer."""
        return self._count(Outcome.CREATED)

    @property
    def updated(self) -> int:
        """Rows that changed a customer."""
        return self._count(Outcome.UPDATED)

    @property
    def unchanged(self) -> int:
        """Rows that the database already held."""
        return self._count(Outcome.UNCHANGED)

    @property
    def refused(self) -> int:
        """Rows that were not written, each with its reason."""
        return self._count(Outcome.REFUSED)

    @property
    def not_reached(self) -> int:
        """Rows that the job never came to."""
        return self._count(Outcome.NOT_REACHED)

    @property
    def removed(self) -> int:
        """Customers that an undo took away."""
        return self._count(Outcome.REMOVED)

    @property
    def wrote(self) -> bool:
        """Whether there is a job, and something in it to take back."""
        return self.job is not None and bool(self.created or self.updated or self.removed) and not self.cancelled

    @property
    def erasures(self) -> int:
        """Values that updates empty."""
        return sum(len(erased(o)) for o in self.outcomes)


def erased(outcome: RowOutcome) -> list[str]:
    """Return the fields that an update empties."""
    if outcome.outcome is not Outcome.UPDATED:
        return []
    return [key for key, (before, after) in outcome.changes.items() if after is None and before is not None]


@dataclass(frozen=True, slots=True)
class Job:
    """One recorded job. `rows` is the number of rows read; `counts` those of its outcomes, by name.

    `started` and `finished` are in UTC, and say so.
    """

    id: int
    kind: JobKind
    state: JobState
    user: str
    shop: str
    system: str
    mode: str
    file_name: str
    file_hash: str
    options: dict[str, Any]
    started: datetime
    finished: datetime | None
    rows: int
    counts: dict[str, int]
    undoes: int | None = None
    undone_by: int | None = None
