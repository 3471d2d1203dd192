"""Group Fidélité: the gains of the sheet's cards, and the cards of its customers."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

from addin.columns import write_columns
from addin.excel import Desk, busy, progress, read_stamp
from addin.fidelpass import open_sides
from addin.sheets import OpenSheet, read_sheet
from core import actions
from core.actions.card_files import Finding, Verb, cards_table, outcome_texts, outcome_word

MOST_REASONS = 4  # sentences of a message


def gains(desk: Desk) -> None:
    """Fetch the gains of the sheet's cards from FidelPass into columns at its right."""
    settings = desk.settings
    client = actions.fidelpass(settings)
    with busy(desk, "ribbon.reading") as step:
        opened = read_cards(desk)
        step("ribbon.asking")
        show = progress(desk, "ribbon.asking")
        how = actions.Fetching(hours=actions.gain_hours(settings), progress=show, practice=desk.practising)
        fetched = actions.gains_table(opened.table, client, desk.lang, how)
        step("ribbon.writing")
        write_columns(desk, opened, "gains", fetched.columns)
    desk.say(desk.text("gains.done", **fetched.counts(date.today())))


def read_cards(desk: Desk) -> OpenSheet:
    """Read the rows asked for of the sheet in front, which has a card column. Raises InputError."""
    return read_sheet(desk, desk.book.sheets.active, sorted(actions.card_headers()), read_stamp(desk.book))


def attach_card(desk: Desk) -> None:
    """Attach the cards of the selected rows to their customers."""
    _tell(desk, "attach")


def remove_card(desk: Desk) -> None:
    """Take the cards of the selected rows off their customers, once the user has agreed."""
    _tell(desk, "remove")


def _tell(desk: Desk, verb: Verb) -> None:
    """Tell FidelPass and the database, and write each outcome beside its row."""
    desk = replace(desk, scope="selected")
    with open_sides(desk) as sides:
        with busy(desk, "ribbon.reading"):
            opened = read_cards(desk)
        if not desk.ask(desk.text(f"ribbon.{verb}_question", rows=len(opened.table), sheet=opened.table.sheet)):
            return
        with busy(desk, "ribbon.asking") as step:
            how = Finding(profile=desk.profile(opened.whole.stamp))
            cards = cards_table(opened.table, sides, verb, how, progress(desk, "ribbon.asking"))
            step("ribbon.writing")
            texts = outcome_texts(opened.table, cards, verb, desk.lang, practice=desk.practising)
            write_columns(desk, opened, "cards", texts)
    if cards.problem is not None:
        raise cards.problem
    counts = Counter(o.outcome for o in cards.report.outcomes)
    said = [f"{outcome_word(o, verb, desk.lang)}{desk.text('cli.colon')}{n}" for o, n in counts.items()]
    reasons = dict.fromkeys(o.message(desk.lang) for o in cards.report.outcomes if o.reason)
    desk.say("\n".join([*said, *list(reasons)[:MOST_REASONS]]))
