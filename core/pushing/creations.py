"""Creations: the rows of a sheet that need no thought, and become new customers as they stand. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.checked import Value
from core.fields import CONSENTS
from core.pushing.changes import NO_REMARK, PROOF, Remark
from core.pushing.plans import Rules


def written_as_typed(rules: Rules) -> bool:
    """Say whether a run writes what the cells hold: it adds nothing to every row, and no cell erases."""
    return not (rules.fields.fixed or rules.fields.consent_proof or rules.fields.marks)


@dataclass(frozen=True, slots=True)
class Creations:
    """What rows give new customers, by column; `unproved` holds the consents left out, by the row's place in them."""

    columns: Mapping[str, Sequence[Value]] = field(default_factory=dict)
    unproved: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, columns: Mapping[str, Sequence[Value]]) -> Creations:
        """Leave out the consents without their proof, both a date and a source, as `core.pushing.changes` does."""
        proofs = [columns.get(key) for key in PROOF]
        written, unproved = dict(columns), dict[int, tuple[str, ...]]()
        for key in (key for key in CONSENTS if key in columns):
            given = (i for i, value in enumerate(columns[key]) if value is True)
            bare = [i for i in given if not all(column and column[i] for column in proofs)]
            written[key] = column = list(columns[key])
            for index in bare:
                column[index] = None
                unproved[index] = (*unproved.get(index, ()), key)
        return cls(written, unproved)


def remark(unproved: Sequence[str]) -> Remark:
    """Return what is to be said of a row whose consents without a proof are left out."""
    return ("push.consent_kept", {"fields": list(unproved)}) if unproved else NO_REMARK
