"""Cards in bulk: a sheet's card column attached to its customers, or taken off, each outcome beside its row."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from core.actions.cards import CardsReport, Sides, attach_cards, remove_cards
from core.actions.context import Progress, Reading
from core.actions.gains import card_column, card_texts, read_cards
from core.cells import fold, text
from core.checked import Likeness
from core.errors import InputError
from core.exported import read_stamps
from core.holders.attachments import Refusal, Wanted
from core.i18n import tr
from core.jobs import Outcome
from core.tables import Result, Table

if TYPE_CHECKING:
    from core.profiles import Profile

Verb = Literal["attach", "remove"]


@dataclass(frozen=True, slots=True)
class CardsFile:
    """A file whose cards were attached or removed, and where the outcomes were written."""

    cards: CardsReport
    written: Path


@dataclass(frozen=True, slots=True)
class Finding:
    """How to find cards and customers: the card column and the customers' numbers by header, the sheet's system."""

    card: str | None = None
    customer: str | None = None
    profile: Profile | None = None


def cards_file(
    path: Path,
    sides: Sides,
    verb: Verb,
    lang: str,
    *,
    how: Finding | None = None,
    reading: Reading | None = None,
    progress: Progress | None = None,
) -> CardsFile:
    """Attach or remove the cards of a file. Rows without a card are left out.

    Raises InputError (no card column; the file changed meanwhile, or cannot be written: nothing is done then),
    LoyaltyError when nothing could be begun.
    """
    from core.workbooks import write_columns
    from core.workbooks.beside import refuse_unwritable

    refuse_unwritable(path)
    table = read_cards(path, reading)
    report = cards_table(table, sides, verb, how or Finding(), progress)
    said = outcome_texts(table, report, verb, lang, practice=sides.practice)
    return CardsFile(report, write_columns(path, table, "cards", said, lang))


def cards_table(table: Table, sides: Sides, verb: Verb, how: Finding, progress: Progress | None = None) -> CardsReport:
    """Attach or remove the cards of a table; `cards_file` without the file. Raises InputError, LoyaltyError."""
    index = card_column(table, how.card)
    cards = card_texts(table, index)
    found = find_customers(table, sides, how)
    wanted = [_wanted(row, card, found.get(row)) for row, card in zip(table.rows, cards, strict=True) if card]
    if not wanted:
        raise InputError("gains.no_cards", column=table.headers[index], sheet=table.sheet)
    work = attach_cards if verb == "attach" else remove_cards
    return work(sides, wanted, source=table.path.name, progress=progress)


def _wanted(row: int, card: str, found: int | Refusal | None) -> Wanted:
    if isinstance(found, tuple):
        return Wanted(row, card, None, found)
    return Wanted(row, card, found)


def find_customers(table: Table, sides: Sides, how: Finding) -> Mapping[int, int | Refusal]:
    """Return who each row is, or why nobody could tell, by sheet row.

    In order: the column of customers' numbers that the user names, the stamp of an export, the number that a check or
    a push wrote under « Client existant », and, with a profile, the one customer who is surely the same.
    """
    if how.customer is not None:
        return _named(table, how.customer)
    found: dict[int, int | Refusal] = {row: stamp.customer for row, stamp in read_stamps(table).items()}
    said = table.results.get(Result.CUSTOMER, [None] * len(table))
    for row, cell in zip(table.rows, said, strict=True):
        numbers = re.findall(r"\d+", text(cell))
        if row not in found and len(numbers) == 1:
            found[row] = int(numbers[0])
    if how.profile is not None and any(row not in found for row in table.rows):
        found = {**_recognised(table, sides, how.profile), **found}
    return found


def _named(table: Table, column: str) -> dict[int, int | Refusal]:
    places = [i for i, header in enumerate(table.headers) if fold(header) == fold(column)]
    if len(places) != 1:
        raise InputError("cards.no_customer_column", column=column, sheet=table.sheet, headers=table.headers)
    cells = zip(table.rows, table.columns[places[0]], strict=True)
    return {row: int(text(cell)) for row, cell in cells if re.fullmatch(r"\d{1,9}", text(cell), re.ASCII)}


def _recognised(table: Table, sides: Sides, profile: Profile) -> dict[int, int | Refusal]:
    """Look every row up in the database, by everything but its card: that one is to be attached."""
    from core.checking import check
    from core.database.editing import CARD

    checked = check(table, profile)
    checked = replace(checked, values={k: v for k, v in checked.values.items() if k != CARD})
    alike: dict[int, list[int]] = defaultdict(list)
    for duplicate in sides.database.find_duplicates(checked):
        if duplicate.customer is not None and duplicate.likeness is Likeness.SAME:
            alike[duplicate.row].append(duplicate.customer)
    several = {r: ("cards.several_customers", {"customers": [str(c) for c in n]}) for r, n in alike.items()}
    return {row: numbers[0] if len(numbers) == 1 else several[row] for row, numbers in alike.items()}


def outcome_texts(
    table: Table, cards: CardsReport, verb: Verb, lang: str, *, practice: bool = False
) -> dict[str, list[str]]:
    """Return the outcome and its reason beside each row, "" where the row has no card.

    In `practice` mode each outcome says that it is not real.
    """
    said = {o.row: o for o in cards.report.outcomes}
    words: dict[str, list[str]] = {"outcome": [], "reason": []}
    for row in table.rows:
        outcome = said.get(row)
        word = "" if outcome is None else outcome_word(outcome.outcome, verb, lang)
        words["outcome"].append(tr("practice.status", lang, said=word) if practice and word else word)
        words["reason"].append("" if outcome is None else outcome.message(lang))
    return words


def outcome_word(outcome: Outcome, verb: Verb, lang: str) -> str:
    """Return an outcome in words: "Rattachée", "Déjà retirée", "Refusée"."""
    done = outcome in (Outcome.UPDATED, Outcome.UNCHANGED)
    return tr(f"cards.{verb}_{outcome}" if done else f"cards.{outcome}", lang)
