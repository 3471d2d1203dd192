"""Creations: the rows of a sheet that need no thought, and become new customers as they stand. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.checked import Value
from core.fields import CONSENTS
from core.pushing.changes import PROOF
from core.pushing.plans import Rules


def written_as_typed(rules: Rules) -> bool:
    """Say whether a run writes what the cells hold: it adds nothing to every row, and no cell erases."""
    return not (rules.fields.fixed or rules.fields.consent_proof or rules.fields.marks)


def unproved_rows(columns: Mapping[str, Sequence[Value]]) -> set[int]:
    """Return the indexes of the rows that give a consent without its proof, both a date and a source.

    `core.pushing.changes` takes such a consent out of what a row writes.
    """
    given = {i for key in CONSENTS for i, value in enumerate(columns.get(key, ())) if value is True}
    proofs = [columns.get(key) for key in PROOF]
    return {i for i in given if not all(column and column[i] for column in proofs)}
