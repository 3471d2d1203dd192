"""An Excel export as a shop's till makes it, with what Excel does to the cells: zeros lost to numbers, dates
that are real dates, texts or bare serial numbers, cards rounded to 15 figures, errors, hidden rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

from core.issues import Code
from tests.corpus.damage import Cell, Damage
from tests.corpus.damage_fields import DAMAGES
from tests.corpus.layouts import Layout
from tests.corpus.people import CARDS, Person, make_records
from tests.corpus.sources import Damager, compose
from tests.corpus.truth import TrueCell, TrueRow, Truth, write_truth
from tests.corpus.writings import Style

DAYS_1904 = 1462
"""How many days the Macintosh's count of days starts later than the usual one."""
HIDDEN_EVERY = 40


def serial_number(cell: Cell, rng: Random) -> str | None:
    """Return 29280 for a birthday on 29 February 1980: the date's format was lost."""
    return str((date.fromisoformat(cell.true) - date(1899, 12, 30)).days) if cell.true else None


def error_cell(cell: Cell, rng: Random) -> str | None:
    """Return the error of a look-up that found nothing."""
    return rng.choice(("#N/A", "#REF!"))


def card_15_figures(cell: Cell, rng: Random) -> str | None:
    """Return a card of 16 figures as Excel keeps it in a number cell: the last figure became 0."""
    return cell.true[:15] + "0" if len(cell.true) == 16 and not cell.true.endswith("0") else None


LOST_CARD = (Code.DIGITS_LOST, Code.CARD_DOUBTFUL)
EXCEL_DAMAGES = (
    *DAMAGES,
    Damage(serial_number, ("birth_date",), repairable=True),
    Damage(error_cell, ("city", "address2"), repairable=False, codes=(Code.ERROR_CELL,)),
    Damage(card_15_figures, ("loyalty_card",), repairable=False, codes=LOST_CARD, always=True),
)
"""All damage, and what only Excel does."""

BOUTIQUE = Layout(
    "boutique",
    "boutique.xlsx",
    ["N° client", "Civilité", "NOM", "Prénom", "Société", "Adresse", "Complément", "CP", "Ville", "Pays",
     "Tél. portable", "Tél. fixe", "E-mail", "Né(e) le", "N° carte fidélité", "Newsletter", "SMS", "Groupe",
     "Client depuis", "Nb tickets", "Remarques"],
    {
        "N° client": "account_number",
        "Civilité": "title",
        "NOM": "last_name",
        "Prénom": "first_name",
        "Société": "company",
        "Adresse": "address1",
        "Complément": "address2",
        "CP": "postcode",
        "Ville": "city",
        "Pays": "country",
        "Tél. portable": "mobile",
        "Tél. fixe": "phone",
        "E-mail": "email",
        "Né(e) le": "birth_date",
        "N° carte fidélité": "loyalty_card",
        "Newsletter": "email_opt_in",
        "SMS": "sms_opt_in",
        "Groupe": "group",
        "Remarques": "notes",
    },
    constants={"Client depuis": "03/05/2021", "Nb tickets": "4"},
    sheet="Clients",
)  # fmt: skip


@dataclass(frozen=True)
class Workbook:
    """One variant of the export. `rate` is how often a cell is damaged."""

    layout: Layout
    base_1904: bool = False
    hidden_rows: bool = False
    count: int = 300
    rate: float = 0.12


WORKBOOKS = (
    Workbook(BOUTIQUE, hidden_rows=True),
    Workbook(replace(BOUTIQUE, file="boutique_1904.xlsx"), base_1904=True),
    Workbook(replace(BOUTIQUE, file="boutique_dates_melees.xlsx", style=Style(date_order="mixed"))),
    Workbook(replace(BOUTIQUE, file="boutique_titre.xlsx", first_lines=("Fichier clients", "", "Édité le 03/02/2026"))),
)
"""Every variant: hidden rows, dates counted from 1904, dates in both orders, a title above the header."""


def write_workbook(book: Workbook, folder: Path, *, seed: int = 1) -> Truth:
    """Write one variant and its truth into a folder; the same seed gives the same cells."""
    layout = book.layout
    rng = Random(f"{layout.file} {seed}")
    damager = Damager(rng, book.rate, "utf-8", EXCEL_DAMAGES)
    lines, truth = compose(layout, make_records(book.count, seed, CARDS), damager)
    if layout.style.date_order == "mixed":
        _mark_either_order(truth, lines)
    _write(book, folder / layout.file, lines, truth, rng)
    write_truth(truth, folder)
    return truth


def _mark_either_order(truth: Truth, lines: list[list[str]]) -> None:
    """Note the dates that both orders can read: in a column of both, 03/04/1980 cannot be settled."""
    place = BOUTIQUE.headers.index("Né(e) le")
    for row, line in zip(truth.rows, lines, strict=True):
        parts = line[place].split("/")
        damaged = any(cell.field == "birth_date" for cell in row.cells)
        if len(parts) == 3 and not damaged and int(parts[0]) <= 12 and int(parts[1]) <= 12 and parts[0] != parts[1]:
            true = row.true["birth_date"]
            codes = [str(Code.DATE_AMBIGUOUS)]
            row.cells.append(TrueCell("birth_date", "Né(e) le", "either_order", line[place], true, False, codes))


def _write(book: Workbook, path: Path, lines: list[list[str]], truth: Truth, rng: Random) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_numbers": False, "date_1904": book.base_1904}
    with xlsxwriter.Workbook(path, options) as workbook:
        workbook.set_properties({"created": datetime(2026, 2, 3)})
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        sheet = workbook.add_worksheet(book.layout.sheet)
        for number, text in enumerate(book.layout.first_lines):
            sheet.write_string(number, 0, text)
        top = len(book.layout.first_lines)
        sheet.write_row(top, 0, book.layout.headers, workbook.add_format({"bold": True}))
        for number, (row, line) in enumerate(zip(truth.rows, lines, strict=True), top + 1):
            keys = [book.layout.columns.get(header, "") for header in book.layout.headers]
            for column, (key, text) in enumerate(zip(keys, line, strict=True)):
                _store(sheet, (number, column), _stored(book, key, text, row, rng), day)
            if book.hidden_rows and number % HIDDEN_EVERY == 0:
                sheet.set_row(number, None, None, {"hidden": True})


def _store(sheet: Any, place: tuple[int, int], value: str | int | date, day: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(*place, value, day)
    elif isinstance(value, int):
        sheet.write_number(*place, value)
    elif value.startswith("#"):
        sheet.write_formula(*place, "=VLOOKUP(1,Villes!A:B,2,0)", None, value)
    elif value:
        sheet.write_string(*place, value)


def _stored(book: Workbook, key: str, text: str, row: TrueRow, rng: Random) -> str | int | date:
    """Say what Excel keeps of a text: a number where it looks like one and nobody asked for text, a date, the text."""
    damage = next((cell.damage for cell in row.cells if cell.field == key), "")
    if key == "birth_date":
        return _stored_day(book, text, damage, row.true, rng)
    if not key:
        return int(text) if text.isdigit() else text
    lossless = text.isdigit() and str(int(text)) == text and (len(text) <= 15 or damage == card_15_figures.__name__)
    numeric = key in ("mobile", "phone", "postcode", "loyalty_card", "email_opt_in", "sms_opt_in")
    if numeric and lossless and (damage or rng.random() < 0.7):
        return int(text)
    return text


def _stored_day(book: Workbook, text: str, damage: str, true: Person, rng: Random) -> str | int | date:
    if damage == serial_number.__name__:
        return int(text) - (DAYS_1904 if book.base_1904 else 0)
    if damage or not text or book.layout.style.date_order == "mixed" or rng.random() < 0.35:
        return text
    return date.fromisoformat(true["birth_date"])
