"""Group Contrôle: check, go from issue to issue, clear the results; and take the last write back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from addin import results
from addin.excel import Desk, busy, options_of, read_stamp
from addin.sheets import OpenSheet, find_customers, read_open_template, read_results, result_text
from addin.undoing import undo_last_write
from core import actions
from core.checked import Checked
from core.errors import InputError
from core.profiles import Profile
from core.results import PROPOSED, count, result_columns
from core.tables import Result
from core.template.stamp import Age, template_age
from core.workbooks.markup import number

MOST_REMARKS = 6  # lines of a message about the whole sheet


def check(desk: Desk) -> None:
    """Check the rows and write the verdict at the right of each."""
    with busy(desk, "ribbon.reading") as step:
        profile, opened = read_open_template(desk)
        context = context_of(desk, profile, opened)
        step("ribbon.checking")
        checked = actions.check_table(opened.table, context)
        columns = result_columns(checked, desk.lang, actions.proposals(checked, context))
        step("ribbon.writing")
        results.write_results(desk, opened, columns)
    desk.say(_summary(desk, checked, opened.whole.stamp))


def context_of(desk: Desk, profile: Profile, opened: OpenSheet) -> actions.Context:
    """Return what the verbs work with: the template's own run options, the user's database and shop."""
    settings, options = desk.settings, options_of(desk, profile, opened.whole.stamp)
    return actions.Context(profile, desk.lang, options, settings.db, settings.shop)


def _summary(desk: Desk, checked: Checked, stamp: dict[str, str]) -> str:
    """Say the figures, what concerns the whole sheet, and what to do next."""
    totals = count(checked)
    if not totals.rows:
        return desk.text("ribbon.checked_none")
    figures = {name: getattr(totals, name) for name in totals.__slots__}
    said = [desk.text("ribbon.checked", system=checked.profile.name, rows_ready=totals.rows_ready, **figures)]
    remarks = [f"– {issue.message(desk.lang)}" for issue in checked.issues if issue.row is None]
    if template_age(stamp, checked.profile) is Age.OLDER:
        remarks.insert(0, desk.text("ribbon.older_template", made=stamp["version"], now=checked.profile.version))
    if remarks:
        said.append("\n".join([*remarks[:MOST_REMARKS], *(["…"] if len(remarks) > MOST_REMARKS else [])]))
    if totals.rows_in_error or totals.rows_to_review:
        said.append(desk.text("ribbon.go_on"))
    return "\n\n".join(said)


def clear_results(desk: Desk) -> None:
    """Take Carnet's result columns out of the sheet."""
    with busy(desk, "ribbon.writing"):
        stamp = read_stamp(desk.book)
        opened = find_customers(desk, desk.profile(stamp), stamp)  # whatever a check or a push would refuse
        cleared = results.clear_results(desk, opened)
    desk.say(desk.text("ribbon.cleared" if cleared else "ribbon.nothing_to_clear", sheet=opened.whole.sheet))


def next_issue(desk: Desk) -> None:
    """Select the faulty cell that follows the active cell."""
    _go(desk, forward=True)


def previous_issue(desk: Desk) -> None:
    """Select the faulty cell that precedes the active cell."""
    _go(desk, forward=False)


def _go(desk: Desk, *, forward: bool) -> None:
    """Select the next faulty cell, row by row, and show its row's message in the status bar."""
    opened = read_results(desk) or read_open_template(desk)[1]
    sheet, table = opened.sheet, opened.table
    if not table.result_positions:
        raise InputError("ribbon.not_checked", sheet=table.sheet)
    places = faulty_places(opened)
    if not places:
        desk.say(desk.text("ribbon.no_issue", sheet=table.sheet))
        return
    selection = desk.app.selection
    here = (selection.row, selection.column) if selection is not None else (0, 0)
    target, around = following(places, here, forward=forward)
    sheet.range(target).select()
    message = result_text(table, Result.MESSAGE).get(target[0], "").replace("\n", " · ")
    turn = desk.text("ribbon.around" if forward else "ribbon.around_back") + " " if around else ""
    desk.app.status_bar = turn + message


def faulty_places(opened: OpenSheet) -> list[tuple[int, int]]:
    """Return (row, column) of the faulty cells, row by row; a row at fault as a whole has its message's cell."""
    table = opened.table
    letters = result_text(table, Result.FIELDS)
    message = table.result_positions.get(Result.MESSAGE, 1)
    places = []
    for row in result_text(table, Result.MESSAGE):
        columns = sorted(map(number, re.findall("[A-Z]+", letters.get(row, "").partition(PROPOSED)[0])))
        places += [(row, column) for column in columns or [message]]
    return places


def following(
    places: Sequence[tuple[int, int]], here: tuple[int, int], *, forward: bool
) -> tuple[tuple[int, int], bool]:
    """Return the place after (or before) a cell, and whether it is on the other side of the end."""
    later = [p for p in places if (p > here if forward else p < here)]
    if later:
        return (later[0] if forward else later[-1]), False
    return (places[0] if forward else places[-1]), True


def undo_write(desk: Desk) -> None:
    """Put back what Carnet's last write into this workbook replaced."""
    with busy(desk, "ribbon.writing"):
        sheet = undo_last_write(desk)
    desk.say(desk.text("ribbon.undone", sheet=sheet))
