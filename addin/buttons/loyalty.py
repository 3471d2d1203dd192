"""Group Fidélité: the gains of the sheet's cards."""

from __future__ import annotations

from datetime import date

from addin.columns import write_columns
from addin.excel import Desk, busy, progress, read_stamp
from addin.sheets import read_sheet
from core import actions


def gains(desk: Desk) -> None:
    """Fetch the gains of the sheet's cards from FidelPass into columns at its right."""
    settings = desk.settings
    client = actions.fidelpass(settings)
    with busy(desk, "ribbon.reading") as step:
        sheet = desk.book.sheets.active
        opened = read_sheet(desk, sheet, sorted(actions.card_headers()), read_stamp(desk.book))
        step("ribbon.asking")
        how = actions.Fetching(hours=actions.gain_hours(settings), progress=progress(desk, "ribbon.asking"))
        fetched = actions.gains_table(opened.table, client, desk.lang, how)
        step("ribbon.writing")
        write_columns(desk, opened, "gains", fetched.columns)
    desk.say(desk.text("gains.done", **fetched.counts(date.today())))
