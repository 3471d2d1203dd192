"""What a check finds: canonical values by column, issues, duplicates. The verbs after a check start from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.i18n import tr
from core.issues import Issue, Severity
from core.profiles import Profile
from core.tables import Table

Value = str | bool | date | Decimal | None
"""A cell once understood (see `core.fields`); None where the cell is blank or has an error."""


class Likeness(StrEnum):
    """How sure a duplicate is: same key, probably the same person, or another person of the same household."""

    SAME = "same"
    PROBABLE = "probable"
    FAMILY = "family"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row that may be another row or an existing customer, with the reason.

    `row` is the sheet's row. Exactly one of `other_row` (an earlier row of the file) and `customer` (the customer's
    number in the database) is set. `reasons` are keys of the `duplicates` texts with their parameters, in order.
    `question` is the text, with its parameters, that a push would stop the row with though told to update the customer.
    """

    row: int
    likeness: Likeness
    reasons: tuple[tuple[str, dict[str, Any]], ...]
    other_row: int | None = None
    customer: int | None = None
    score: float = 1.0
    question: tuple[str, dict[str, Any]] | None = None

    def sentence(self, lang: str) -> str:
        """Say why, in one sentence: "même mobile ; nom à une lettre près ; code postal différent"."""
        return tr("duplicates.between", lang).join(
            tr(f"duplicates.{key}", lang, **params) for key, params in self.reasons
        )

    def asked(self, lang: str) -> str:
        """Say what the push would ask, "" where it would ask nothing."""
        return tr(self.question[0], lang, **self.question[1]) if self.question else ""


@dataclass(slots=True)
class Checked:
    """A table, understood through a profile.

    `columns[key]` is the index in `table.columns` of that field; `values[key][r]` its canonical value at index r.
    `own` names the customers that rows already are, beyond doubt, by sheet row; `updates` those rows that change it.
    """

    table: Table
    profile: Profile
    columns: dict[str, int]
    values: dict[str, Sequence[Value]]
    issues: list[Issue]
    duplicates: list[Duplicate] = dataclasses.field(default_factory=list)
    own: dict[int, int] = dataclasses.field(default_factory=dict)
    updates: set[int] = dataclasses.field(default_factory=set)

    def faulty_rows(self) -> set[int]:
        """Return the sheet rows that have at least one error: a push refuses them."""
        return {i.row for i in self.issues if i.row is not None and i.severity is Severity.ERROR}
