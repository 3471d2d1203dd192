"""Compare customers with FidelPass, and carry out the sides that the user chose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from core.actions.cards import AT_ONCE, Sides
from core.actions.context import Reading, user_name
from core.actions.new_customers import check_holders
from core.cards import card_fault, card_number
from core.checked import Value
from core.errors import InputError, LoyaltyError
from core.holders import holder_values
from core.holders.comparison import Choice, Difference, Settlement, differences, settle_choices
from core.holders.comparison_sheet import Chosen, marks, read_choices, read_proof, write_comparison, write_outcomes
from core.i18n import tr
from core.jobs import JobReport, Outcome, RowOutcome
from core.tables import Table

if TYPE_CHECKING:
    from core.database import Customer
    from core.database.editing import Edit
    from core.gains import CardGains, Proof

CARD = "loyalty_card"


@dataclass(slots=True)
class Compared:
    """Customers seen on both sides: the differences, and the customers who could not be compared."""

    customers: dict[int, Customer]
    found: list[Difference]
    cards: dict[int, CardGains] = field(default_factory=dict)
    without_card: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Applied:
    """What became of each chosen row: (outcome, text key of the reason); the job on our side, what stopped the work."""

    rows: dict[int, tuple[str, str]]
    job: int | None = None
    problem: LoyaltyError | None = None


def compare_customers(sides: Sides, numbers: Sequence[int]) -> Compared:
    """Compare customers of this shop with the holders of their cards. Raises LoyaltyError, DatabaseError."""
    customers = {c.number: c for c in sides.database.customers(list(dict.fromkeys(numbers)))}
    compared = Compared(customers, [])
    cards = {n: card_number(str(c.values.get(CARD) or "")) for n, c in customers.items()}
    asked = {n: card for n, card in cards.items() if card_fault(card) is None}
    found = sides.fidelpass.usable_gains(asked.values(), at_once=AT_ONCE) if asked else {}
    for number in customers:
        if number not in asked:
            compared.without_card.append(number)
        elif not found[asked[number]].known:
            compared.unknown.append(number)
        else:
            compared.cards[number] = found[asked[number]]
    theirs = canonical_holders(list(compared.cards.values()))
    for (number, card), values in zip(compared.cards.items(), theirs, strict=True):
        compared.found += differences(number, card.card, customers[number].values, values)
    return compared


def canonical_holders(cards: Sequence[CardGains]) -> list[dict[str, Value]]:
    """Return what holders entered as a check reads it (phones in E.164…); what it cannot read stays as entered."""
    read = check_holders(cards, "fr").values
    found = []
    for index, card in enumerate(cards):
        entered = holder_values(card.holder)
        seen = {key: read[key][index] for key in entered if key in read}
        found.append({key: value if seen.get(key) is None else seen[key] for key, value in entered.items()})
    return found


def compare_file(path: Path, sides: Sides, lang: str, target: Path, reading: Reading | None = None) -> Compared:
    """Compare the customers whose cards are in a file, and write the comparison workbook. Raises InputError too."""
    from core.actions.gains import read_cards

    compared = compare_table(read_cards(path, reading), sides)
    write_compared(compared, target, lang)
    return compared


def compare_table(table: Table, sides: Sides) -> Compared:
    """Compare the customers whose cards are in a table. Raises InputError without a card column, LoyaltyError."""
    from core.actions.gains import card_column, card_texts
    from core.database.editing import customers_with_cards

    cards = [card_number(c) for c in card_texts(table, card_column(table)) if card_fault(c) is None]
    owners = customers_with_cards(sides.database, list(dict.fromkeys(cards)))
    return compare_customers(sides, [number for numbers in owners.values() for number in numbers])


def write_compared(compared: Compared, target: Path, lang: str) -> Path:
    """Write the comparison workbook."""
    names = {n: " ".join(str(c.values.get(k) or "") for k in ("last_name", "first_name")).strip() or
             str(c.values.get("company") or "") for n, c in compared.customers.items()}  # fmt: skip
    return write_comparison(target, compared.found, names, lang)


def apply_comparison(path: Path, sides: Sides, lang: str, proof: Proof | None = None) -> Applied:
    """Carry out the choices of a comparison workbook, and write each outcome beside its row.

    Both sides are looked at again first: a value that changed since it was shown is left alone. The POS's changes are
    one job, which an undo takes back; permissions are sent to FidelPass, with `proof` or the one in the workbook.
    Raises InputError when nothing is chosen, for a proof dated after today, and where the workbook cannot be written:
    nothing is done then.
    """
    from core.workbooks.save import refuse_read_only

    refuse_read_only(path)
    chosen, proof = read_choices(path), proof or read_proof(path)
    if proof is not None and proof.given > date.today():
        raise InputError("compare.proof_to_come", value=proof.given)
    if not chosen:
        raise InputError("compare.nothing_chosen", path=path.name)
    compared = compare_customers(sides, [c.customer for c in chosen])
    applied = Applied({})
    by_customer: dict[int, list[Chosen]] = defaultdict(list)
    now = {(d.customer, d.field): d for d in compared.found}
    for one in chosen:
        shown = now.get((one.customer, one.field))
        if shown is None and one.customer in compared.cards:
            applied.rows[one.row] = ("unchanged", "compare.no_longer")
        elif shown is None or marks(shown) != one.marks or shown.card != one.card:
            applied.rows[one.row] = ("refused", "compare.changed_since")
        else:
            by_customer[one.customer].append(one)
    edits = [e for number, rows in by_customer.items() if (e := _settle(sides, applied, compared, rows, proof))]
    _edit(sides, applied, by_customer, edits, path.name)
    write_outcomes(path, outcome_words(applied, sides, lang))
    return applied


def _settle(
    sides: Sides, applied: Applied, compared: Compared, rows: Sequence[Chosen], proof: Proof | None
) -> Edit | None:
    """Do FidelPass's part for one customer, and return ours."""
    from core.database.editing import Edit

    number = rows[0].customer
    now = {d.field: d for d in compared.found if d.customer == number}
    customer, card = compared.customers[number], compared.cards[number]
    settled = settle_choices(
        [Choice(now[r.field], r.side) for r in rows], customer.values, card.holder.permissions, proof
    )
    for one in rows:
        if one.field in settled.refused:
            applied.rows[one.row] = ("refused", settled.refused[one.field])
        elif one.field in settled.kept:
            applied.rows[one.row] = ("unchanged", "compare.kept")
        elif one.field not in settled.changes:
            applied.rows[one.row] = ("updated", "compare.sent")
    failed = _send_permissions(sides, applied, card.card, settled)
    if failed:
        for row in [r.row for r in rows if applied.rows.get(r.row) == ("updated", "compare.sent")]:
            applied.rows[row] = ("refused", failed)
    return Edit(number, number, settled.changes, customer.version) if settled.changes else None


def _send_permissions(sides: Sides, applied: Applied, card: str, settled: Settlement) -> str:
    """Send the permissions; return the text key of why they were not accepted, "" when they were or none were due."""
    if settled.permissions is None:
        return ""
    if applied.problem is not None:
        return "compare.not_sent"
    from core.loyalty.failures import Refused

    try:
        sides.fidelpass.update_permissions(card, settled.permissions, settled.proof)
    except Refused as refusal:
        return refusal.key if refusal.key != "loyalty.refused" else "compare.not_sent"
    except LoyaltyError as failure:
        applied.problem = failure
        return "compare.not_sent"
    return ""


def _edit(
    sides: Sides, applied: Applied, by_customer: dict[int, list[Chosen]], edits: Sequence[Edit], source: str
) -> None:
    """Write the POS's part as one job, and say each row's outcome."""
    from core.database.editing import edit_customers

    report: JobReport = edit_customers(sides.database, edits, user=user_name(), source=source)
    applied.job = report.job
    said: dict[int, RowOutcome] = {o.row: o for o in report.outcomes}
    for edit in edits:
        outcome = said[edit.row]
        done = outcome.outcome in (Outcome.UPDATED, Outcome.UNCHANGED)
        for one in by_customer[edit.customer]:
            if one.row not in applied.rows:
                applied.rows[one.row] = ("updated", "compare.taken") if done else ("refused", "compare.changed_since")


def outcome_words(applied: Applied, sides: Sides, lang: str) -> dict[int, tuple[str, str]]:
    """Return the outcome and its reason in words, by row; in practice mode each says that it is not real."""
    said = {}
    for row, (outcome, reason) in applied.rows.items():
        word = tr(f"compare.{outcome}", lang)
        marked = tr("practice.status", lang, said=word) if sides.practice else word
        said[row] = (marked, tr(reason, lang) if reason else "")
    return said
