"""Comparison: one customer field by field, the POS against FidelPass, and what each choice of side does. Pure.

Two texts that differ in capitals, accents or punctuation alone are no difference: a till that writes names in capitals
would differ everywhere. Only permissions can be written at FidelPass; every other field can only come from there.
A permission never widens, on either side, without a date and a source (article 7.1 of the GDPR: who holds the data
must be able to show the consent).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.cells import fold
from core.checked import Value
from core.gains import Permissions, Proof
from core.holders import CONSENTS, HOLDER_FIELDS

EXACT = ("email", "mobile", "postcode", "country", "birth_date", *CONSENTS)
"""Fields whose values are codes: compared whole, but for capitals."""


class Side(StrEnum):
    """Whose value is right; the words are `compare.side_<name>`."""

    POS = "pos"
    FIDELPASS = "fidelpass"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of one customer that the two sides hold differently."""

    customer: int
    card: str
    field: str
    pos: Value
    fidelpass: Value


@dataclass(frozen=True, slots=True)
class Choice:
    """A difference and the side that the user chose."""

    difference: Difference
    side: Side


@dataclass(slots=True)
class Settlement:
    """What choices come to for one customer: the POS's new values, the new permissions at FidelPass with their proof.

    `refused` says by field why a choice is not followed; `kept` are the fields where nothing is to be done.
    """

    changes: dict[str, Value]
    permissions: Permissions | None
    proof: Proof | None
    refused: dict[str, str]
    kept: list[str]


def differences(customer: int, card: str, pos: Mapping[str, Value], fidelpass: Mapping[str, Value]) -> list[Difference]:
    """Compare a customer with the holder of the card, both canonical values by field; blanks on both sides agree."""
    found = []
    for field in HOLDER_FIELDS:
        ours, theirs = pos.get(field), fidelpass.get(field)
        if field in CONSENTS:
            ours, theirs = bool(ours), bool(theirs)
        if not _same(field, ours, theirs):
            found.append(Difference(customer, card, field, ours, theirs))
    return found


def _same(field: str, a: Value, b: Value) -> bool:
    if isinstance(a, str) and isinstance(b, str):
        return a.casefold() == b.casefold() if field in EXACT else fold(a) == fold(b)
    return a == b or (a in (None, "") and b in (None, ""))


def settle_choices(
    choices: Sequence[Choice], pos: Mapping[str, Value], held: Permissions, proof: Proof | None = None
) -> Settlement:
    """Return what the choices of one customer do.

    `pos` are the POS's values, `held` the permissions at FidelPass, `proof` the user's own for all of them. Taking a
    blank from FidelPass is refused: it would erase. Where FidelPass's permissions widen, the proof that the POS keeps
    of them serves too; where the POS's widen, only the user's does.
    """
    done = Settlement({}, None, None, {}, [])
    theirs = {consent: bool(getattr(held, consent)) for consent in CONSENTS}
    sent = dict(theirs)
    for choice in choices:
        field, ours = choice.difference.field, choice.difference.pos
        if choice.side is Side.FIDELPASS:
            _take(done, choice.difference, proof)
        elif field not in CONSENTS:
            done.kept.append(field)
        elif ours and (proof or _own_proof(pos)) is None:
            done.refused[field] = "compare.no_proof"
        else:
            sent[field] = bool(ours)
    if sent != theirs:
        done.permissions = Permissions(**sent)
        done.proof = (proof or _own_proof(pos)) if done.permissions.widens(held) else None
    if proof is not None and any(done.changes.get(c) is True for c in CONSENTS):
        done.changes |= {"opt_in_date": proof.given, "opt_in_source": proof.source}
    return done


def _take(done: Settlement, difference: Difference, proof: Proof | None) -> None:
    field, value = difference.field, difference.fidelpass
    if value is None:
        done.refused[field] = "compare.would_erase"
    elif field in CONSENTS and value is True and proof is None:
        done.refused[field] = "compare.no_proof"
    else:
        done.changes[field] = value


def _own_proof(pos: Mapping[str, Value]) -> Proof | None:
    """Return the proof that the POS keeps of a customer's consents, None unless it has both date and source."""
    given, source = pos.get("opt_in_date"), pos.get("opt_in_source")
    return Proof(str(source), given) if isinstance(given, date) and source else None
