"""Group Fidélité: what waits for FidelPass and what it refused, in a list that sends and settles."""

from __future__ import annotations

import xlwings as xw

from addin.blocks import write_texts
from addin.documents import new_list
from addin.excel import Desk, busy, refusals
from addin.fidelpass import open_till
from addin.forms import form_rows, own_form, propose
from addin.kept import Area
from core.actions.queues import queue_rows, queue_text
from core.actions.sales import Till
from core.cells import fold
from core.i18n import LANGUAGES, tr
from core.loyalty.sales import Queue

COLUMNS = ("sale", "card", "due", "what", "state", "age", "head_settled")
WIDTHS = (32, 22, 14, 26, 56, 12, 30)


def queue(desk: Desk) -> None:
    """List what waits for FidelPass and what it refused; in that list, settle what is marked and send the rest."""
    sheet = desk.book.sheets.active
    with open_till(desk) as till:
        if own_form(desk, sheet, "ribbon.queue_sheet"):
            _send(desk, till, sheet)
            return
        with busy(desk, "ribbon.working"):
            left = till.outbox.queue()
            rows = _rows(desk, till, left)
            if rows:
                heads = [desk.text(f"ribbon.queue_{name}") for name in COLUMNS]
                listed = new_list(desk, desk.text("ribbon.queue_sheet"), [heads, *rows], WIDTHS)
                if left.stuck:  # they come first
                    places = listed.range((2, len(COLUMNS)), (1 + len(left.stuck), len(COLUMNS)))
                    propose(listed, [(places, [desk.text("sales.yes")])])
    desk.say(_said(desk, left) + (f"\n\n{desk.text('ribbon.queue_next')}" if rows else ""))


def _rows(desk: Desk, till: Till, left: Queue) -> list[list[str | None]]:
    found = queue_rows(till, left, desk.lang)
    return [[row.sale, row.card, row.due, row.what, row.state, row.age, None] for row in found]


def _said(desk: Desk, left: Queue) -> str:
    said = [queue_text(left, desk.lang)] if left.count or not left.stuck else []
    if left.stuck:
        said.append(desk.text("sales.queue_refused", count=len(left.stuck)))
    return "\n\n".join(said)


def _send(desk: Desk, till: Till, sheet: xw.Sheet) -> None:
    """Settle the refused sales that the user marks; send the others, FidelPass asked first where its answer is unknown.

    The list then shows what is left.
    """
    typed = form_rows(sheet, len(COLUMNS))
    words = {fold(tr("sales.yes", lang)) for lang in LANGUAGES}
    settled = dict.fromkeys(row[0] for row in typed if row[0] and fold(row[-1]) in words)
    with busy(desk, "ribbon.asking"):
        for number in settled:
            till.outbox.settle(number)
        left = till.outbox.send()
        blank: list[str | None] = [None] * len(COLUMNS)
        rows = _rows(desk, till, left)
        block = rows + [blank] * (len(typed) - len(rows))
        with refusals(desk, sheet.name):
            write_texts(sheet, Area(2, 1, len(block), len(COLUMNS), None, ""), block)
    said = [desk.text("ribbon.queue_settled", count=len(settled))] if settled else []
    said.append(_said(desk, left))
    if left.problem is not None:
        said.append(desk.text(left.problem.key, **left.problem.params))
    desk.say("\n\n".join(said), serious=left.problem is not None)
