"""Commands of sales: a basket and its gains, what waits for FidelPass, refunds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core import actions
from core.actions.context import other_db
from core.cli.cards import fidelpass_option
from core.cli.frame import LANG, Failure, db_option, need_db, print_json, say, verb
from core.errors import LoyaltyError, SettingsError
from core.i18n import show, tr
from core.settings import Settings

if TYPE_CHECKING:
    from core.actions.queues import QueueRow
    from core.actions.sale_steps import SaleShown
    from core.actions.sales import Till
    from core.gains.baskets import Recap
    from core.loyalty.sales import Queue

WIDTH = 62  # characters of a recap on a terminal


@contextmanager
def open_till(settings: Settings) -> Iterator[Till]:
    """Open FidelPass, the POS database and the outbox. Raises SettingsError, DatabaseError."""
    from core.actions import sales
    from core.actions.cards import Sides

    fidelpass = actions.fidelpass(settings)
    with actions.open_database(need_db(settings), create=True, shop=settings.shop) as database:
        yield sales.open_till(fidelpass, Sides(fidelpass, database))


@verb("sale", json_too=True)
@click.argument("path", metavar="BASKET", type=click.Path(readable=False, path_type=Path))
@click.option("--card", default="", metavar="CARD", help=tr("cli.opt_sale_card", LANG))
@click.option("--hold", "step", flag_value="hold", help=tr("cli.opt_hold", LANG))
@click.option("--paid", "step", flag_value="pay", help=tr("cli.opt_paid", LANG))
@click.option("--cancel", "step", flag_value="cancel", help=tr("cli.opt_cancel", LANG))
@fidelpass_option
@db_option
def sale(settings: Settings, path: Path, card: str, step: str | None, *, as_json: bool) -> None:
    """Make a basket, show what it comes to, hold its gains, say that it is paid, or give it up."""
    from core.actions.sale_steps import Step, sale_step
    from core.gains.basket_file import BasketFile, write_basket
    from core.gains.basket_sheet import name_holder

    made = not path.exists()
    if made:
        write_basket(path, card, settings.lang, practice=bool(settings.practice))
        if not as_json:
            say(tr("sales.made", settings.lang, path=str(path), db=other_db(settings.db)))
        if not card:
            if as_json:
                print_json({"sale": "", "state": "draft", "due": None, "recap": None})
            return
    elif card:
        name_holder(BasketFile(path), card)
    with open_till(settings) as till:
        shown = sale_step(BasketFile(path), till, settings, Step(step or "look"))
    _say_sale(shown, settings, as_json=as_json)
    if shown.state in ("failed", "refused"):
        raise Failure(1)


def _say_sale(shown: SaleShown, settings: Settings, *, as_json: bool) -> None:
    from core.actions.sale_steps import services_of
    from core.gains.basket_sheet import recap_lines
    from core.gains.columns import gain_lines

    lang = settings.lang
    if as_json:
        recap = [{"label": a, "amount": b} for a, b in recap_lines(shown.recap, lang)] if shown.recap else None
        due = shown.recap.due if shown.recap else None
        print_json({"sale": shown.sale, "state": str(shown.state), "due": due, "recap": recap})
        return
    if shown.offered is not None:
        say(tr("sales.offered", lang, card=shown.offered.card, name=shown.name or "–"))
        if shown.stranger:
            say(tr("cards.of_nobody", lang, card=shown.offered.card, db=other_db(settings.db)))
        for line in gain_lines(shown.offered, lang, date.today()) or [tr("gains.nothing", lang)]:
            say(f"  {line}")
    if shown.recap is not None:
        _say_lines(shown.recap, lang)
        for label, amount in recap_lines(shown.recap, lang, services_of(settings)):
            say(_columns(label, "" if amount is None else show(amount, lang)))
    if shown.sale:
        say(tr("sales.number", lang, sale=shown.sale))
    say(shown.said(lang))


def _say_lines(recap: Recap, lang: str) -> None:
    for share in recap.shares:
        line = share.line
        say(_columns(f"{show(_plain(line.quantity), lang)} × {line.article}", show(share.due, lang)))
    say("─" * WIDTH)


def _plain(quantity: Decimal) -> Decimal:
    """Return a quantity without trailing zeros: 1.000 → 1."""
    return Decimal(f"{quantity.normalize():f}")


def _columns(left: str, right: str) -> str:
    return left if not right else f"{left[: WIDTH - len(right) - 1]:<{WIDTH - len(right)}}{right}"


@verb("queue", json_too=True)
@click.option("--look", is_flag=True, help=tr("cli.opt_look", LANG))
@click.option("--settle", metavar="SALE", help=tr("cli.opt_settle", LANG))
@click.option("--cancel", metavar="SALE", help=tr("cli.opt_cancel_held", LANG))
@fidelpass_option
@db_option
def queue(settings: Settings, settle: str | None, cancel: str | None, *, look: bool, as_json: bool) -> None:
    """Send what waits for FidelPass, and say what still does, what it refused or holds; settle or cancel a sale."""
    from core.actions.queues import queue_rows

    with open_till(settings) as till:
        if settle is not None:
            till.outbox.settle(_sale_number(settle))
        if cancel is not None:
            till.outbox.cancel(_sale_number(cancel))
        only_look = look or settle is not None or cancel is not None
        left = till.outbox.queue() if only_look else till.outbox.send()
        rows = queue_rows(till, left, settings.lang)
    if as_json:
        _print_queue(left)
    else:
        _say_queue(left, rows, settings.lang)
    if left.problem is not None:
        raise left.problem
    if left.count or left.stuck:
        raise Failure(1)


def _print_queue(left: Queue) -> None:
    waiting = [
        {"sale": o.sale, "kind": o.kind, "state": str(o.state), "age": _seconds(left.at - o.recorded)}
        for o in left.waiting
    ]
    stuck = [{"sale": s.sale, "age": _seconds(s.age), "reason": s.reason} for s in left.stuck]
    age = None if left.age is None else _seconds(left.age)
    problem = left.problem.key if left.problem else None
    held = [{"sale": o.sale, "age": _seconds(left.at - o.recorded)} for o in left.held]
    said = {"count": left.count, "age": age, "waiting": waiting, "held": held, "refused": stuck}
    print_json({**said, "problem": problem})


def _seconds(age: timedelta) -> int:
    return int(age.total_seconds())


def _say_queue(left: Queue, rows: list[QueueRow], lang: str) -> None:
    from core.actions.queues import queue_text

    if left.count or not left.stuck:
        say(queue_text(left, lang))
    _say_rows([row for row in rows if not row.actions], lang)
    if left.held:
        say(tr("sales.queue_held_count", lang, count=len(left.held)))
    _say_rows([row for row in rows if "cancel" in row.actions], lang)
    if left.stuck:
        say(tr("sales.queue_refused", lang, count=len(left.stuck)))
    for row in rows:
        if "settle" in row.actions:
            say(tr("sales.queue_refused_line", lang, sale=row.sale, age=row.age, reason=row.state))


def _say_rows(rows: list[QueueRow], lang: str) -> None:
    for row in rows:
        say(tr("sales.queue_line", lang, sale=row.sale, what=row.what, state=row.state, age=row.age))


@verb("refund", json_too=True)
@click.argument("which", metavar="SALE")
@click.option("--line", "lines", multiple=True, metavar="N=Q", help=tr("cli.opt_refund_line", LANG))
@click.option("--all", "everything", is_flag=True, help=tr("cli.opt_refund_all", LANG))
@fidelpass_option
@db_option
def refund(settings: Settings, which: str, lines: tuple[str, ...], *, everything: bool, as_json: bool) -> None:
    """Take back all or a part of a paid sale."""
    from core.actions.sales import left_of, refund_sale, sale_of
    from core.gains.refunds import refund_lines

    lang, number = settings.lang, _sale_number(which)
    with open_till(settings) as till:
        recorded = sale_of(till, number)
        if recorded is None:
            raise LoyaltyError("loyalty.sale_not_recorded")
        left = left_of(till, number)
        if not lines and not everything:
            for n, (share, quantity) in enumerate(zip(recorded.recap.shares, left, strict=True), 1):
                say(tr("sales.refund_line", lang, number=str(n), article=share.line.article, left=_plain(quantity)))
            return
        returned = left if everything else _quantities(lines, len(left))
        back, operation = refund_sale(till, number, returned)
    if as_json:
        restored = [(used.label, part) for used, part in zip(recorded.recap.used, back.restored, strict=True) if part]
        gains = [{"gain": label, "restored": part} for label, part in restored]
        vat = [{"rate": v.rate, "total": v.total, "vat": v.vat} for v in back.vat if v.total]
        print_json({"sale": number, "amount": back.amount, "vat": vat, "gains": gains, "state": str(operation.state)})
    else:
        for line in refund_lines(recorded.recap, back, lang):
            say(line)
        say(tr(f"sales.refund_{operation.state}", lang))
    if operation.state == "failed":
        raise Failure(1)


def _sale_number(which: str) -> str:
    """Return a sale's number, given as such or as its basket workbook."""
    from core.gains.basket_file import read_grid
    from core.gains.basket_sheet import read_basket

    path = Path(which)
    return read_basket(read_grid(path)).sale if path.suffix.lower() == ".xlsx" else which


def _quantities(lines: tuple[str, ...], count: int) -> list[Decimal]:
    """Read `--line 2=1,5`. Raises SettingsError for what is no line of the sale, or no quantity."""
    found = [Decimal(0)] * count
    for written in lines:
        said = re.fullmatch(r"(\d{1,3})=(\d{1,6}(?:[.,]\d{1,3})?)", written, re.ASCII)
        if said is None or not 1 <= int(said[1]) <= count:
            raise SettingsError("sales.bad_refund_line", value=written, count=count)
        found[int(said[1]) - 1] += Decimal(said[2].replace(",", "."))
    return found
