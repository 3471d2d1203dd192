"""Group Fidélité: the goods of a paid sale that come back, in a form with a line per article."""

from __future__ import annotations

from decimal import Decimal

import xlwings as xw

from addin.baskets import OpenBasket, is_basket
from addin.blocks import write_texts
from addin.documents import new_list
from addin.excel import Desk, busy, refusals
from addin.fidelpass import open_till
from addin.forms import form_rows, own_form
from addin.kept import Area
from core.actions.sale_steps import basket_of
from core.actions.sales import Till, left_of, quote_refund, refund_sale, sale_of
from core.errors import InputError, LoyaltyError
from core.gains.refunds import Refund, refund_lines
from core.i18n import show
from core.loyalty.operations import OperationState
from core.rules.amounts import Limits, read_amount

COLUMNS = ("number", "article", "left", "back")
WIDTHS = (12, 44, 28, 22)
FIRST_LINE = 3


def refund(desk: Desk) -> None:
    """Open the form of a sale's goods that come back; in that form, pay back what was typed, once the user agrees."""
    sheet = desk.book.sheets.active
    with open_till(desk) as till:
        if own_form(desk, sheet, "ribbon.refund_sheet"):
            _go_on(desk, till, sheet)
            return
        number = basket_of(OpenBasket(desk, sheet), desk.settings).sale if is_basket(sheet) else ""
        lines = _lines(till, number, desk.lang) if number else []
        if number:
            quote_refund(till, number, left_of(till, number))  # a sale that is not paid is said at once
        with busy(desk, "ribbon.working"):
            heads = [desk.text(f"ribbon.refund_{name}") for name in COLUMNS]
            first: list[str | None] = [desk.text("sales.label_sale"), number or None, None, None]
            rows: list[list[str | None]] = [[*heads], first, *lines]
            form = new_list(desk, desk.text("ribbon.refund_sheet"), rows, WIDTHS)
            form.range((FIRST_LINE, len(COLUMNS)) if number else "B2").select()
    desk.say(desk.text("ribbon.refund_open" if number else "ribbon.refund_which"))


def _lines(till: Till, number: str, lang: str) -> list[list[str | None]]:
    """Return a row for each line of a sale: its number, its article, what can still come back, and room to type."""
    recorded = sale_of(till, number)
    if recorded is None:
        raise LoyaltyError("loyalty.sale_not_recorded")
    left = left_of(till, number)
    return [
        [str(n), share.line.article, show(Decimal(f"{quantity.normalize():f}"), lang), None]
        for n, (share, quantity) in enumerate(zip(recorded.recap.shares, left, strict=True), 1)
    ]


def _go_on(desk: Desk, till: Till, sheet: xw.Sheet) -> None:
    (_, number, *_), *typed = form_rows(sheet, len(COLUMNS))
    lines = _lines(till, number, desk.lang)
    if [row[1] for row in typed] != [line[1] for line in lines]:  # the sale was only now named, or named anew
        _write(desk, sheet, lines, len(typed))
        desk.say(desk.text("ribbon.refund_open"))
        return
    returned = [_quantity(row[3], place) for place, row in enumerate(typed, FIRST_LINE)]
    if not any(returned):
        if not desk.ask(desk.text("ribbon.refund_all_question", sale=number)):
            return
        returned = left_of(till, number)
    back = quote_refund(till, number, returned)
    if not desk.ask(_told(desk, till, number, back) + "\n\n" + desk.text("ribbon.refund_question")):
        return
    with busy(desk, "ribbon.asking"):
        done, operation = refund_sale(till, number, returned)
        _write(desk, sheet, _lines(till, number, desk.lang), len(typed))
    said = desk.text(f"sales.refund_{operation.state}")
    failed = operation.state is OperationState.FAILED
    desk.say(said if failed else f"{_told(desk, till, number, done)}\n\n{said}", serious=failed)


def _quantity(said: str, row: int) -> Decimal:
    value = read_amount(said, Limits(decimal=","))[0] if said else Decimal(0)
    if not isinstance(value, Decimal):
        raise InputError("ribbon.refund_bad", row=str(row), value=said)
    return value


def _told(desk: Desk, till: Till, number: str, back: Refund) -> str:
    recorded = sale_of(till, number)
    return "\n".join(refund_lines(recorded.recap, back, desk.lang)) if recorded else ""


def _write(desk: Desk, sheet: xw.Sheet, lines: list[list[str | None]], before: int) -> None:
    blank: list[str | None] = [None] * len(COLUMNS)
    block = lines + [blank] * (before - len(lines))
    with refusals(desk, sheet.name):
        write_texts(sheet, Area(FIRST_LINE, 1, len(block), len(COLUMNS), None, ""), block)
