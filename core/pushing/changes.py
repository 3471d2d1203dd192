"""Changes: which fields a row gives a customer, under the rules for blanks, consents, and edits on both sides. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.checked import Value
from core.decisions import Action, is_erase_mark
from core.exported import Stamp
from core.fields import CONSENTS

Remark = tuple[str, dict[str, Any]]
NO_REMARK: Remark = ("", {})
PROOF = ("opt_in_date", "opt_in_source")
KEY_FIELD = "account_number"


@dataclass(frozen=True, slots=True)
class FieldRules:
    """What a run writes: `fixed` are the run options that are fields; `marks` says that some cells may erase."""

    marks: bool = True
    fixed: Mapping[str, Value] = field(default_factory=dict)
    erase_blank: bool = False
    consent_proof: tuple[date, str] | None = None


@dataclass(slots=True)
class Wanted:
    """What a row wants of its customer: the changes, the fields that both sides changed, and a remark for the user."""

    changes: dict[str, Value] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)
    remark: Remark = NO_REMARK


def new_values(row: Mapping[str, Value], rules: FieldRules) -> tuple[dict[str, Value], Remark]:
    """Return what a new customer holds: no blanks, no erase marks, no consent without its proof."""
    values: dict[str, Value] = {k: v for k, v in row.items() if v is not None}
    if rules.marks:
        values = {k: v for k, v in values.items() if not is_erase_mark(v)}
    values.update(rules.fixed)
    return values, _guard_consents(values, {}, row, rules)


def wanted_changes(
    row: Mapping[str, Value],
    stored: Mapping[str, Value],
    rules: FieldRules,
    *,
    stamp: Stamp | None = None,
    action: Action | None = None,
) -> Wanted:
    """Compare a row with its customer.

    A blank cell keeps the value unless the run erases blanks, which never takes away the number; an erase mark
    empties it. With an export's stamp, what the user did not touch is not sent, a cell that the user emptied in vain
    is said, and what the database changed as well is a conflict, unless the decision says which side wins.
    """
    wanted = Wanted()
    kept: list[str] = []
    for key, value in row.items():
        if value is None and (not rules.erase_blank or key == KEY_FIELD):
            if stamp and key != KEY_FIELD and stored.get(key) is not None and stamp.emptied(key):
                kept.append(key)
            continue
        before = stored.get(key)
        after = None if rules.marks and is_erase_mark(value) else value
        if after == before or (stamp and not stamp.edited(key, after)):
            continue
        if stamp and stamp.changed_since(key, before) and action is not Action.OVERWRITE:
            if action is not Action.KEEP:
                wanted.conflicts.append(key)
            continue
        wanted.changes[key] = after
    wanted.changes.update({k: v for k, v in rules.fixed.items() if stored.get(k) != v})
    wanted.remark = _guard_consents(wanted.changes, stored, row, rules)
    if kept and not wanted.remark[0]:
        wanted.remark = "push.blank_kept", {"fields": kept}
    return wanted


def _guard_consents(
    changes: dict[str, Value], stored: Mapping[str, Value], row: Mapping[str, Value], rules: FieldRules
) -> Remark:
    """Take out of `changes` the consents that would widen without a date and a source; lowering one is always right.

    The rule is the GDPR's: who holds the data must be able to show that consent was given (article 7.1). The proof
    that the customer already had belongs to an older consent and proves nothing for a new one.
    """
    widened = [c for c in CONSENTS if changes.get(c) is True and stored.get(c) is not True]
    if not widened:
        return NO_REMARK
    if all(row.get(p) for p in PROOF) and any(p in changes for p in PROOF):
        return NO_REMARK
    if rules.consent_proof:
        changes.update(zip(PROOF, rules.consent_proof, strict=True))
        return NO_REMARK
    for consent in widened:
        del changes[consent]
    return "push.consent_kept", {"fields": widened}
