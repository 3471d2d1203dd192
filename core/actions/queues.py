"""What waits for FidelPass and what it refused, in words: the same on a terminal and in Excel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from core.actions.sales import Till, sale_of
from core.i18n import show, tr
from core.loyalty.failures import Refused
from core.loyalty.sales import Queue


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One thing that waits, or a sale that was refused or is held, every column a text for the user.

    `actions` are what can be done with it: words `sales.queue_do_<action>`.
    """

    sale: str
    card: str
    due: str
    what: str
    state: str
    age: str
    actions: tuple[str, ...] = ()


def queue_rows(till: Till, left: Queue, lang: str) -> list[QueueRow]:
    """Return what was refused, what is held and neither paid nor given up, then what waits, the oldest first."""
    seen = {*(o.sale for o in (*left.waiting, *left.held)), *(s.sale for s in left.stuck)}
    sales = {one: sale_of(till, one) for one in seen}
    known = {key: (sale.card, show(sale.recap.due, lang)) for key, sale in sales.items() if sale is not None}
    rows = []
    for stuck in left.stuck:
        reason = tr(Refused(stuck.reason).key, lang, code=stuck.reason)
        said = (tr("sales.queue_what_refused", lang), reason, age_text(stuck.age, lang))
        rows.append(QueueRow(stuck.sale, *_sold(known, stuck.sale), *said, actions=("settle",)))
    for operation in left.held:
        held = (tr("sales.queue_what_held", lang), tr("sales.queue_held", lang))
        age = age_text(left.at - operation.recorded, lang)
        rows.append(QueueRow(operation.sale, *_sold(known, operation.sale), *held, age, actions=("pay", "cancel")))
    for operation in left.waiting:
        what, state = tr(f"sales.queue_what_{operation.kind}", lang), tr(f"sales.queue_{operation.state}", lang)
        age = age_text(left.at - operation.recorded, lang)
        rows.append(QueueRow(operation.sale, *_sold(known, operation.sale), what, state, age))
    return rows


def queue_text(left: Queue, lang: str) -> str:
    """Say how many things wait and since when, or that nothing does."""
    if left.age is None:
        return tr("sales.queue_empty", lang)
    return tr("sales.queue", lang, count=left.count, age=age_text(left.age, lang))


def _sold(known: Mapping[str, tuple[str, str]], sale: str) -> tuple[str, str]:
    return known.get(sale, ("–", "–"))


def age_text(age: timedelta, lang: str) -> str:
    """Return an age in minutes, hours or days, rounded down."""
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 60:
        return tr("sales.minutes", lang, count=minutes)
    if minutes < 48 * 60:
        return tr("sales.hours", lang, count=minutes // 60)
    return tr("sales.days", lang, count=minutes // 1440)
