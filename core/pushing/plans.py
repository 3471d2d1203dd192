"""Plans: what one row does to the customers it resembles. Pure: the database hands in what it found.

A row is created, updates one customer, finds its customer unchanged, or is refused with the reason. A question is a
refusal too: the row waits until the Décision column answers it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from core.cells import fold, squash
from core.checked import Likeness, Value
from core.decisions import CHANGING, Action, Decision
from core.duplicates.buyers import BUYER, is_other_buyer, is_unnamed_buyer
from core.exported import Stamp
from core.fields import FIELDS, FieldType
from core.jobs import Outcome
from core.pushing.changes import KEY_FIELD, FieldRules, Wanted, new_values, wanted_changes
from core.pushing.doubts import Doubt, becomes_another


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for the whole run."""

    mode: str
    match: tuple[tuple[str, ...], ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    fields: FieldRules = field(default_factory=FieldRules)
    buyers: bool = False  # one customer of the system may take several rows, one for each buyer


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the sheet: its number, the values that the system may write, and the decision.

    An exported row has its stamp, and a doubt where it may be somebody else's.
    """

    number: int
    values: Mapping[str, Value]
    decision: Decision | None = None
    stamp: Stamp | None = None
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer that a row may be. `likeness` is None for one of whom only a key is the same.

    `itself` marks the customer that this very row made at an earlier push; `apart` one of whom somebody said "not the
    same person", whose keys still count; `taken_by` is the row of this run that this customer already belongs to.
    """

    customer: int
    values: Mapping[str, Value]
    likeness: Likeness | None = None
    itself: bool = False
    apart: bool = False
    taken_by: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with a row. `changes` are the new values of the fields that change, or of a new customer."""

    outcome: Outcome
    customer: int | None = None
    changes: dict[str, Value] = field(default_factory=dict)
    reason: str = ""
    params: dict[str, Any] = field(default_factory=dict)


def plan_row(row: Row, candidates: Sequence[Candidate], rules: Rules) -> Plan:
    """Decide one row."""
    action = row.decision.action if row.decision else None
    if row.decision and action is Action.SKIP:
        return refuse("push.skipped_proposed" if row.decision.proposed else "push.skipped", _first_same(candidates))
    if action is Action.CREATE:
        itself = next((c for c in candidates if c.itself), None)
        return Plan(Outcome.UNCHANGED, itself.customer) if itself else plan_creation(row, candidates, rules)
    if action in CHANGING and rules.mode == "add" and row.stamp is None:
        return refuse("push.add_only", row.decision.customer if row.decision else None)
    if row.doubt and action not in (Action.OVERWRITE, Action.RENAME):
        return Plan(Outcome.REFUSED, None, {}, *row.doubt)
    found = find_target(row, candidates, rules)
    if isinstance(found, Plan):
        return found
    if found is None and action in CHANGING:
        return refuse("push.no_target")
    if found is None:
        return refuse("push.not_found") if rules.mode == "update" else plan_creation(row, candidates, rules)
    return plan_update(row, found, candidates, rules)


def refuse(reason: str, customer: int | None = None, /, **params: Any) -> Plan:
    """Make the plan of a row that is not written."""
    return Plan(Outcome.REFUSED, customer, {}, reason, params)


def find_target(row: Row, candidates: Sequence[Candidate], rules: Rules) -> Candidate | Plan | None:
    """Return the customer that a row is, None for a new one, or the question to ask.

    In order: the customer that the user names, the one that the row was exported from, the profile's match keys one
    after the other, and whoever else is the same person.
    """
    named = row.decision.customer if row.decision else None
    if named is None and row.stamp:
        named = row.stamp.customer
    if named is not None:
        chosen = next((c for c in candidates if c.customer == named), None)
        return chosen or refuse("push.customer_gone", None, customer=named)
    if not candidates:
        return None
    itself = next((c for c in candidates if c.itself), None)
    if itself:
        return itself
    everybody = [c for c in candidates if not c.apart and not _is_fellow(row.values, c, rules)]
    candidates = [c for c in everybody if not _is_unnamed(row, c, rules)]
    if everybody and not candidates:
        return refuse("push.buyer_unnamed", everybody[0].customer, customer=str(everybody[0].customer))
    for fields in rules.match:
        hits = [c for c in candidates if _may_be(c, fields) and _alike(row.values, c.values, fields)]
        if hits:
            return _only(hits)
    same = [c for c in candidates if c.likeness is Likeness.SAME]
    if same:
        return _only(same)
    probable = [c for c in candidates if c.likeness is Likeness.PROBABLE]
    if not probable or (row.decision and row.decision.action is not Action.SKIP and len(probable) == 1):
        return probable[0] if probable else None
    return _ask_probable(row, probable, rules)


def _ask_probable(row: Row, probable: Sequence[Candidate], rules: Rules) -> Plan:
    """Ask whether a row is one of these customers, in words that the run can obey; or another row of the sheet."""
    if probable[0].taken_by is not None and probable[0].taken_by != row.number:
        return refuse("push.probable_row", probable[0].customer, other=str(probable[0].taken_by))
    reason = "push.probable_known" if rules.mode == "add" else "push.probable"
    return refuse(reason, probable[0].customer, customers=[c.customer for c in probable])


def _is_fellow(values: Mapping[str, Value], candidate: Candidate, rules: Rules) -> bool:
    """Say whether a customer is another buyer of the retailer that a row is a buyer of."""
    return rules.buyers and is_other_buyer(values, candidate.values, rules.match)


def _is_unnamed(row: Row, candidate: Candidate, rules: Rules) -> bool:
    """Say whether a row may be another buyer of this customer's retailer, which nobody can tell without the e-mail."""
    if not rules.buyers or (row.decision and row.decision.action in CHANGING):
        return False
    return is_unnamed_buyer(row.values, candidate.values, rules.match)


def _may_be(candidate: Candidate, fields: tuple[str, ...]) -> bool:
    """A family is never a match; a person must be the same one, a company only have the same name."""
    if fields == (KEY_FIELD,):
        return True
    return candidate.likeness is Likeness.SAME or ("company" in fields and candidate.likeness is not Likeness.FAMILY)


def _only(hits: Sequence[Candidate]) -> Candidate | Plan:
    same = [c for c in hits if c.likeness is Likeness.SAME] or list(hits)
    if len(same) == 1:
        return same[0]
    return refuse("push.several", None, customers=[c.customer for c in same])


def _first_same(candidates: Sequence[Candidate]) -> int | None:
    return next((c.customer for c in candidates if c.likeness is Likeness.SAME), None)


def plan_creation(row: Row, candidates: Sequence[Candidate], rules: Rules) -> Plan:
    """Make a new customer, unless a key that may occur once is another's."""
    values, remark = new_values(row.values, rules.fields)
    fellows = [c for c in candidates if _is_fellow(row.values, c, rules)]
    taken = key_in_use(values, values, [c for c in candidates if c not in fellows], rules)
    if not taken and fellows:
        values[BUYER] = ""  # the customer's number, once it has one
        remark = remark if remark[0] else ("push.other_buyer", {"customers": [c.customer for c in fellows]})
    return taken or Plan(Outcome.CREATED, None, values, *remark)


def plan_update(row: Row, target: Candidate, candidates: Sequence[Candidate], rules: Rules) -> Plan:
    """Change one customer, ask first, or find nothing to change."""
    action = row.decision.action if row.decision else None
    wanted = wanted_changes(row.values, target.values, rules.fields, stamp=row.stamp, action=action)
    if wanted.conflicts:
        return refuse("push.conflict", target.customer, fields=wanted.conflicts)
    changes = wanted.changes
    if not changes:
        return Plan(Outcome.UNCHANGED, target.customer, {}, *wanted.remark)
    if target.taken_by is not None and target.taken_by != row.number:
        return refuse("push.same_row", target.customer, other=str(target.taken_by))
    if rules.mode == "add" and row.stamp is None:
        return refuse("push.exists", target.customer, customer=str(target.customer), fields=sorted(changes))
    old, new = target.values.get(KEY_FIELD), changes.get(KEY_FIELD)
    if old is not None and KEY_FIELD in changes and new is None:
        return refuse("push.key_erased", target.customer, before=str(old))
    if old is not None and KEY_FIELD in changes and action is not Action.RENAME:
        return refuse("push.key_changed", target.customer, before=str(old), after=str(new))
    other = is_risky(row.values, target.values) or (row.stamp is not None and becomes_another(changes, target.values))
    if other and action not in (Action.OVERWRITE, Action.RENAME):
        return refuse("push.risky", target.customer, customer=str(target.customer))
    return _with_number(target, wanted, candidates, rules)


def _with_number(target: Candidate, wanted: Wanted, candidates: Sequence[Candidate], rules: Rules) -> Plan:
    """Make an update, unless a key that may occur once is another's; a retailer's number may be its other buyer's."""
    changes, after = wanted.changes, {**target.values, **wanted.changes}
    fellows = [c for c in candidates if c is not target and _is_fellow(after, c, rules)]
    taken = key_in_use(after, changes, [c for c in candidates if c is not target and c not in fellows], rules)
    holders = [c.customer for c in fellows if KEY_FIELD in changes and _alike(after, c.values, (KEY_FIELD,))]
    if taken and taken.params["fields"] == [KEY_FIELD] and target.values.get(KEY_FIELD) is not None:
        number = str(changes[KEY_FIELD])
        return refuse("push.number_in_use", taken.customer, customer=str(taken.customer), number=number)
    remark = wanted.remark
    if holders:
        changes[BUYER] = str(target.customer)
        remark = remark if remark[0] else ("push.other_buyer", {"customers": holders})
    return taken or Plan(Outcome.UPDATED, target.customer, changes, *remark)


def key_in_use(
    values: Mapping[str, Value], changes: Mapping[str, Value], others: Sequence[Candidate], rules: Rules
) -> Plan | None:
    """Refuse a row that takes an account number, or a key that the system wants once, from another customer."""
    for fields in ((KEY_FIELD,), *rules.unique) if others else ():
        if changes.keys().isdisjoint(fields):
            continue
        for other in others:
            if _alike(values, other.values, fields):
                return refuse("push.key_in_use", other.customer, fields=list(fields), customer=str(other.customer))
    return None


def _alike(a: Mapping[str, Value], b: Mapping[str, Value], fields: Sequence[str]) -> bool:
    return all(same_key(f, a.get(f), b.get(f)) for f in fields)


def same_key(key: str, a: Value, b: Value) -> bool:
    """Say whether two values of a key field are one; blanks are not alike."""
    if a is None or b is None:
        return False
    if FIELDS.get(key) in (FieldType.EMAIL, FieldType.PHONE) or not isinstance(a, str) or not isinstance(b, str):
        return str(a).casefold() == str(b).casefold()
    return a == b or _squashed(a) == _squashed(b)


_squashed = lru_cache(maxsize=50_000)(squash)  # a row's key meets that of every customer like it


def is_risky(row: Mapping[str, Value], customer: Mapping[str, Value]) -> bool:
    """Say whether an update would turn one person into another: name, e-mail, mobile and postcode all disagree.

    What either side leaves blank says nothing; a change of e-mail or of address alone is everyday life.
    """
    verdicts = {key: _agree(key, row, customer) for key in ("name", "email", "mobile", "postcode")}
    said = {key: verdict for key, verdict in verdicts.items() if verdict is not None}
    return bool(said) and not any(said.values()) and ("name" in said or len(said) > 1)


def _agree(key: str, a: Mapping[str, Value], b: Mapping[str, Value]) -> bool | None:
    if key != "name":
        return None if a.get(key) is None or b.get(key) is None else same_key(key, a.get(key), b.get(key))
    words = [_words(v) for v in (a, b)]
    return bool(words[0] & words[1]) if all(words) else None


def _words(values: Mapping[str, Value]) -> set[str]:
    """Return the words of a customer's names: one in common (a first name after a marriage) is agreement enough."""
    return {w for k in ("last_name", "first_name", "company") for w in fold(str(values.get(k) or "")).split()}
