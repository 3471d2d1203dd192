"""Button Sélection…: criteria typed into a form, a count, then the customers in a template of the system."""

from __future__ import annotations

from typing import Literal

import xlwings as xw

from addin.documents import new_list, new_path
from addin.excel import Desk, busy
from addin.forms import database_context, form_rows, own_form, propose
from core import actions
from core.cells import fold
from core.errors import InputError
from core.i18n import LANGUAGES, tr
from core.profiles import Profile
from core.selection import ABOUT, Family, Sign, criterion_names, family_of

CRITERIA = 8
LINES = ("joined", "other", "saved", "save_as", "columns", "action", "system")
"""The lines under the criteria, found again by their words; what is typed is in their third cell."""
WIDTHS = (36, 24, 36, 70)
JOINS = ("all", "any")


def select(desk: Desk) -> None:
    """Open a form for the criteria; in that form, say how many customers have them, and fetch those."""
    sheet = desk.book.sheets.active
    if own_form(desk, sheet, "ribbon.selection_sheet"):
        _fetch(desk, sheet)
        return
    profile = desk.profile()
    context = database_context(desk, profile)
    with busy(desk, "ribbon.working"):
        found = actions.saved_selections(context.db, context.shop)
        saved = [name for name, content in found.items() if content["system"] == profile.id]
        form = new_list(desk, desk.text("ribbon.selection_sheet"), _rows(desk, profile), WIDTHS)
        below = 2 + CRITERIA
        lists = [
            (form.range((2, 1), (1 + CRITERIA, 1)), _criteria(profile, desk.lang)),
            (form.range((2, 2), (1 + CRITERIA, 2)), [desk.text(_sign_key(sign)) for sign in Sign]),
            (form.range((below, 3)), [desk.text(f"ribbon.join_{word}") for word in JOINS]),
        ]
        if saved:
            lists.append((form.range((below + LINES.index("saved"), 3)), saved))
        propose(form, lists)
        form.range("A2").select()
    desk.say(desk.text("ribbon.selection_open", system=profile.name))


def _rows(desk: Desk, profile: Profile) -> list[list[str | None]]:
    filled = {"joined": desk.text("ribbon.join_all"), "system": profile.id}
    rows: list[list[str | None]] = [
        [desk.text(f"ribbon.select_{name}") for name in ("field", "sign", "value", "about")]
    ]
    rows += [[None, None, None, desk.text("ribbon.about_criterion") if n == 0 else None] for n in range(CRITERIA)]
    for name in LINES:
        rows.append([desk.text(f"ribbon.select_{name}"), None, filled.get(name), desk.text(f"ribbon.about_{name}")])
    return rows


def _criteria(profile: Profile, lang: Literal["fr", "en"]) -> list[str]:
    """Return what customers can be selected by, family by family, in words that a criterion understands."""
    names = criterion_names(profile)
    keys = {f.key: (f.label[lang], f.header, f.key) for f in profile.fields}
    keys |= {key: (tr(f"selection.about_{key}", lang), key, key) for key in ABOUT}
    ordered = sorted(keys, key=lambda key: list(Family).index(family_of(key)))
    return [next(word for word in keys[key] if names.get(fold(word)) == key) for key in ordered]


def _sign_key(sign: Sign) -> str:
    return f"selection.{sign}" if sign in (Sign.EMPTY, Sign.FILLED) else f"ribbon.sign_{sign.name.lower()}"


def _fetch(desk: Desk, sheet: xw.Sheet) -> None:
    """Count, ask, fetch; a selection that was given a name is kept."""
    words = {tr(f"ribbon.select_{name}", lang): name for name in LINES for lang in LANGUAGES}
    rows = dict(enumerate(form_rows(sheet, 3), 2))
    given = dict.fromkeys(LINES, "") | {words[row[0]]: row[2] for row in rows.values() if row[0] in words}
    profile = actions.system(given["system"])
    context = database_context(desk, profile)
    wanted = _wanted({n: row for n, row in rows.items() if any(row) and row[0] not in words}, given)
    said = []
    with busy(desk, "ribbon.working"):
        count = actions.count_selected(wanted, context)
        if given["save_as"]:
            actions.save_selection(given["save_as"], wanted, context)
            said.append(desk.text("selection.saved", name=given["save_as"]))
    if not count:
        said.append(desk.text("ribbon.select_none"))
    elif desk.ask(desk.text("ribbon.select_question", count=count, system=profile.name)):
        with busy(desk, "ribbon.working"):
            path = new_path(desk, desk.text("ribbon.selection_file", system=profile.name))
            done = actions.export_file(path, wanted, context, given["action"])
        desk.app.books.open(done.path)
        said += _exported(desk, done, given["action"], profile)
    if said:
        desk.say("\n\n".join(said))


def _exported(desk: Desk, done: actions.Exported, action: str, profile: Profile) -> list[str]:
    said = [desk.text("ribbon.selected", count=len(done.numbers), path=str(done.path))]
    if done.kept:
        said.append(desk.text("selection.columns_kept", system=profile.name, columns=list(done.kept)))
    said += actions.lost_lines(done, profile.name, desk.lang)
    if action:
        said.append(desk.text("selection.action", code=action, count=len(done.numbers)))
    return said


def _wanted(criteria: dict[int, list[str]], given: dict[str, str]) -> actions.Wanted:
    """Return what the form asks for; criteria are by row. Raises InputError for one without a field, or two names."""
    if given["saved"] and given["save_as"]:
        raise InputError("ribbon.select_two_names")
    where = [_criterion(row, *line) for row, line in criteria.items()]
    if given["other"]:
        where.append(given["other"])
    any_of = given["joined"] in {tr("ribbon.join_any", lang) for lang in LANGUAGES}
    columns = tuple(name.strip() for name in given["columns"].split(",") if name.strip())
    return actions.Wanted(tuple(where), any_of, given["saved"], columns)


def _criterion(row: int, field: str, said: str, value: str) -> str:
    """Return one line of the form as `core.selection` reads it; without a comparison it is "est"."""
    signs = {fold(tr(_sign_key(sign), lang)): sign for sign in Sign for lang in LANGUAGES}
    sign = signs.get(fold(said)) if said else Sign.EQUAL
    if not field or sign is None:
        raise InputError("ribbon.select_unclear", row=str(row))
    if sign in (Sign.EMPTY, Sign.FILLED):
        return f'"{field}" {tr(f"selection.{sign}", "fr")}'
    bare = value.replace('"', " ").strip()  # a text is compared without its punctuation
    if not bare:
        raise InputError("ribbon.select_no_value", row=str(row), field=field)
    return f'"{field}" {sign} "{bare}"'
