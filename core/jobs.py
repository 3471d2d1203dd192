"""Jobs: what a push is asked, and what it reports. Plain data, shared by the database, the receipts and the edges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from core.decisions import Decision
from core.outcomes import Changes, Outcome, Outcomes, RowOutcome, erased

__all__ = ["Changes", "Job", "JobKind", "JobReport", "JobState", "Outcome", "Outcomes", "Progress", "PushRequest",
           "RowOutcome", "erased"]  # fmt: skip

Progress = Callable[[int, int], None]


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

    `restamped`: the hidden columns of an export are new in its table, and are to be written back. `read_only`: a dry
    run whose real run would be refused, because the database cannot be written.
    """

    job: int | None
    outcomes: Sequence[RowOutcome] = field(default_factory=list)
    dry_run: bool = False
    cancelled: bool = False
    restamped: bool = False
    read_only: bool = False

    def counts(self) -> dict[str, int]:
        """Return the number of rows of every outcome, zeros included."""
        seen = self._seen()
        return {str(outcome): seen[outcome] for outcome in Outcome}

    def _seen(self) -> Counter[Outcome]:
        said = self.outcomes
        return said.counts() if isinstance(said, Outcomes) else Counter(o.outcome for o in said)

    def _count(self, outcome: Outcome) -> int:
        return self._seen()[outcome]

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
    def taken_back(self) -> str:
        """The text that says how far an undo came, of `number` (the job's own) and `job` (the undo's)."""
        if not self.refused:
            return "push.taken_back"
        some = self.removed or self.updated or self.created
        return "push.taken_back_partly" if some else "push.taken_back_nothing"

    @property
    def erasures(self) -> int:
        """Values that updates empty."""
        said = self.outcomes
        return sum(len(erased(o)) for o in (said.changed() if isinstance(said, Outcomes) else said))


@dataclass(frozen=True, slots=True)
class Job:
    """One recorded job. `rows` is the number of rows read; `counts` those of its outcomes, by name.

    `undone_by` is the undo that took it back, but for the `left` customers that stayed as they were.
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
    left: int = 0
