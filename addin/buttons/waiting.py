"""Group Fidélité: what waits for FidelPass, what it refused or holds, in a list that sends and settles."""

from __future__ import annotations

from collections.abc import Sequence

import xlwings as xw

from addin.blocks import write_texts
from addin.documents import new_list
from addin.excel import Desk, busy, refusals
from addin.fidelpass import open_till
from addin.forms import form_rows, own_form, propose
from addin.kept import Area
from core.actions.queues import QueueRow, queue_rows, queue_text
from core.actions.sales import Till, cancel_sale, pay_sale
from core.cells import fold
from core.errors import InputError
from core.i18n import LANGUAGES, tr
from core.loyalty.sales import Queue

COLUMNS = ("sale", "card", "due", "what", "state", "age", "do")
WIDTHS = (32, 22, 14, 26, 56, 12, 30)


def queue(desk: Desk) -> None:
    """List what waits for FidelPass, what it refused or holds; in that list, do what is chosen and send the rest."""
    sheet = desk.book.sheets.active
    with open_till(desk) as till:
        if own_form(desk, sheet, "ribbon.queue_sheet"):
            _send(desk, till, sheet)
            return
        with busy(desk, "ribbon.working"):
            left = till.outbox.queue()
            found = queue_rows(till, left, desk.lang)
            if found:
                _list(desk, found)
    desk.say(_said(desk, left) + (f"\n\n{desk.text('ribbon.queue_next')}" if found else ""))


def _list(desk: Desk, found: Sequence[QueueRow]) -> None:
    heads: list[str | None] = [desk.text(f"ribbon.queue_{name}") for name in COLUMNS]
    listed = new_list(desk, desk.text("ribbon.queue_sheet"), [heads, *map(_cells, found)], WIDTHS)
    lists = [
        (listed.range((n, len(COLUMNS))), [desk.text(_key(action)) for action in row.actions])
        for n, row in enumerate(found, 2)
        if row.actions
    ]
    if lists:
        propose(listed, lists)


def _cells(row: QueueRow) -> list[str | None]:
    return [row.sale, row.card, row.due, row.what, row.state, row.age, None]


def _key(action: str) -> str:
    return f"sales.queue_do_{action}"


def _said(desk: Desk, left: Queue) -> str:
    said = [queue_text(left, desk.lang)] if left.count or not left.stuck else []
    if left.held:
        said.append(desk.text("sales.queue_held_count", count=len(left.held)))
    if left.stuck:
        said.append(desk.text("sales.queue_refused", count=len(left.stuck)))
    return "\n\n".join(said)


def _send(desk: Desk, till: Till, sheet: xw.Sheet) -> None:
    """Do what the user chose; send what waits, FidelPass asked first where its answer is unknown; show what is left."""
    typed = form_rows(sheet, len(COLUMNS))
    said = [_do(desk, till, place, row[0], row[-1]) for place, row in enumerate(typed, 2) if row[-1]]
    with busy(desk, "ribbon.asking"):
        left = till.outbox.send()
        blank: list[str | None] = [None] * len(COLUMNS)
        rows = [_cells(row) for row in queue_rows(till, left, desk.lang)]
        block = rows + [blank] * (len(typed) - len(rows))
        with refusals(desk, sheet.name):
            write_texts(sheet, Area(2, 1, len(block), len(COLUMNS), None, ""), block)
    said.append(_said(desk, left))
    if left.problem is not None:
        said.append(desk.text(left.problem.key, **left.problem.params))
    desk.say("\n\n".join(said), serious=left.problem is not None)


def _do(desk: Desk, till: Till, place: int, sale: str, word: str) -> str:
    """Settle, pay or cancel one sale, and say so. Raises InputError where that is not offered for it."""
    row = next((r for r in queue_rows(till, till.outbox.queue(), desk.lang) if r.sale == sale and r.actions), None)
    action = next((a for a in row.actions if _means(word, a)), None) if row else None
    if action is None:
        raise InputError("ribbon.queue_bad", row=str(place), value=word)
    with busy(desk, "ribbon.asking"):
        if action == "settle":
            till.outbox.settle(sale)
        elif action == "pay":
            pay_sale(till, sale)
        else:
            cancel_sale(till, sale)
    return desk.text("ribbon.queue_done", sale=sale, action=desk.text(_key(action)))


def _means(word: str, action: str) -> bool:
    return fold(word) in {fold(tr(_key(action), lang)) for lang in LANGUAGES}
