"""Group Fidélité, Comparer: the differences with FidelPass in a workbook of their own, and the choices made there."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import xlwings as xw

from addin.blocks import write_texts
from addin.buttons.loyalty import read_cards
from addin.documents import book_file, new_path
from addin.excel import Desk, busy, refusals
from addin.fidelpass import open_sides
from addin.kept import Area
from core.actions.comparing import apply_comparison, compare_table, outcome_words, write_compared
from core.errors import InputError
from core.holders.comparison_sheet import COLUMNS
from core.i18n import LANGUAGES, tr

OUTCOME = list(COLUMNS).index("outcome") + 1


def compare_card(desk: Desk) -> None:
    """Show where FidelPass and the database differ, for the selected rows; in that workbook, carry out the choices."""
    if desk.book.sheets[0].name in {tr("compare.sheet_rows", lang) for lang in LANGUAGES}:
        _apply(desk)
        return
    desk = replace(desk, scope="selected")
    with open_sides(desk) as sides, busy(desk, "ribbon.asking"):
        compared = compare_table(read_cards(desk).table, sides)
        path = new_path(desk, desk.text("ribbon.comparison_file")) if compared.found else None
        if path is not None:
            write_compared(compared, path, desk.lang)
    if path is not None:
        desk.app.books.open(path)
    key = "ribbon.differences" if compared.found else "ribbon.no_difference"
    figures = {"customers": len(compared.customers), "unknown": len(compared.unknown)}
    desk.say(desk.text(key, count=len(compared.found), path=str(path or ""), **figures))


def _apply(desk: Desk) -> None:
    """Carry out the choices as saved, and write each outcome into the open sheet: Excel holds the file itself."""
    file = book_file(desk)
    if file is None:
        raise InputError("ribbon.compare_unsaved")
    if not desk.ask(desk.text("ribbon.apply_question")):
        return
    with open_sides(desk) as sides, busy(desk, "ribbon.asking"), tempfile.TemporaryDirectory() as folder:
        desk.book.save()
        copy = Path(shutil.copy(file, folder))
        applied = apply_comparison(copy, sides, desk.lang)
        _write(desk, desk.book.sheets[0], outcome_words(applied, sides, desk.lang))
    refused = sum(outcome == "refused" for outcome, _ in applied.rows.values())
    said = [desk.text("ribbon.applied", done=len(applied.rows) - refused, refused=refused)]
    if applied.problem is not None:
        said.append(desk.text(applied.problem.key, **applied.problem.params))
    desk.say("\n\n".join(said), serious=applied.problem is not None)


def _write(desk: Desk, sheet: xw.Sheet, said: dict[int, tuple[str, str]]) -> None:
    last = max(sheet.used_range.last_cell.row, 3)
    block = sheet.range((2, OUTCOME), (last, OUTCOME + 1)).options(ndim=2).value
    for row, words in said.items():
        block[row - 2] = list(words)
    with refusals(desk, sheet.name):
        write_texts(sheet, Area(2, OUTCOME, len(block), 2, None, ""), block)
