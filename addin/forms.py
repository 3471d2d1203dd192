"""Forms: small workbooks of Carnet's own, filled in by the user and read by a second click of the same button."""

from __future__ import annotations

from collections.abc import Sequence

import xlwings as xw

from addin.blocks import PRACTICE_NAME, TEXT_FORMAT
from addin.excel import Desk
from core import actions
from core.cells import text
from core.errors import InputError, SettingsError
from core.i18n import LANGUAGES, tr
from core.profiles import Profile

LISTS = "_listes"


def is_form(sheet: xw.Sheet, key: str) -> bool:
    """Say whether a sheet is the form of that title (a text's key), in whatever language it was made."""
    return sheet.name in {tr(key, lang) for lang in LANGUAGES}


def own_form(desk: Desk, sheet: xw.Sheet, key: str) -> bool:
    """Say whether a sheet is that form, to be acted on now.

    Raises InputError for one made in practice mode and not used there, or the other way round: its numbers are those
    of another database.
    """
    if not is_form(sheet, key):
        return False
    if sheet.book.names.contains(PRACTICE_NAME) != desk.practising:
        raise InputError("practice.other_form", sheet=sheet.name)
    return True


def form_rows(sheet: xw.Sheet, width: int) -> list[list[str]]:
    """Return the texts of a form's first columns, under its header."""
    last = max(sheet.used_range.last_cell.row, 2)
    rows = sheet.range((2, 1), (last, width)).options(ndim=2, err_to_str=True).value
    return [[text(cell).strip() for cell in row] for row in rows]


def propose(sheet: xw.Sheet, lists: Sequence[tuple[xw.Range, Sequence[str]]]) -> None:
    """Give cells their drop-downs, by lists on a hidden sheet: one typed into a rule ends at 255 characters."""
    words = sheet.book.sheets.add(LISTS, after=sheet)
    for n, (cells, choices) in enumerate(lists, 1):
        column = words.range((1, n), (len(choices), n))
        column.number_format = TEXT_FORMAT
        column.value = [[choice] for choice in choices]
        cells.data_validation.set_list(column)
    sheet.activate()
    words.visible = False


def database_context(desk: Desk, profile: Profile) -> actions.Context:
    """Return what the verbs work with where no sheet of customers is read. Raises SettingsError without a database."""
    settings = desk.settings
    if not settings.db:
        raise SettingsError("settings.no_database")
    options = actions.run_options(profile, settings.run_options)
    return actions.Context(profile, desk.lang, options, settings.db, settings.shop)
