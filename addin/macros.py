"""The ribbon's way into Python: a click calls `run` with the button's id, which is the name of its function."""

from __future__ import annotations

from collections.abc import Callable

from addin.buttons.checking import check, clear_results, next_issue, previous_issue, undo_write
from addin.buttons.comparing import compare_card
from addin.buttons.customers import add_customer, find_customer
from addin.buttons.delivering import deliver
from addin.buttons.fixing import fix
from addin.buttons.loyalty import attach_card, gains, remove_card
from addin.buttons.practising import practice
from addin.buttons.pushing import dry_run, jobs, push
from addin.buttons.refunds import refund
from addin.buttons.sales import cancel_sale, sale
from addin.buttons.selecting import select
from addin.buttons.setup import help, settings
from addin.buttons.templates import inspect, new_template, new_template_with_customers, take_file
from addin.buttons.waiting import queue
from addin.excel import Desk, desk
from core import actions
from core.bugs import note_bug
from core.errors import CarnetError, InputError

BUTTONS: dict[str, Callable[[Desk], None]] = {
    "new_template": new_template,
    "new_template_with_customers": new_template_with_customers,
    "take_file": take_file,
    "inspect": inspect,
    "check": check,
    "next_issue": next_issue,
    "previous_issue": previous_issue,
    "fix": fix,
    "clear_results": clear_results,
    "dry_run": dry_run,
    "push": push,
    "jobs": jobs,
    "deliver": deliver,
    "select": select,
    "add_customer": add_customer,
    "find_customer": find_customer,
    "gains": gains,
    "attach_card": attach_card,
    "remove_card": remove_card,
    "compare_card": compare_card,
    "sale": sale,
    "cancel_sale": cancel_sale,
    "refund": refund,
    "queue": queue,
    "undo_write": undo_write,
    "practice": practice,
    "settings": settings,
    "help": help,
}
"""Every button by its id in `source/ribbon.toml`."""


NOT_OURS = ("headers.", "errors.no_header", "errors.empty_sheet", "errors.header_repeated")
"""What is wrong with a sheet that is not of the system: what else can be done with it is worth saying."""

NO_HARM = ("ribbon.nothing_done", "ribbon.nothing_to_undo", "ribbon.not_checked", "ribbon.nothing_to_cancel")
"""Answers that warn of nothing."""


def run(name: str, *, system: str, lang: str, scope: str) -> None:
    """Run a button on the workbook in front, and say in the user's language what went wrong, if anything did."""
    here = desk(system=system, lang=lang, scope=scope)
    try:
        if name not in BUTTONS:
            raise InputError("ribbon.unknown_button")
        BUTTONS[name](here)
    except CarnetError as error:
        here.say(_explain(error, here), serious=error.key not in NO_HARM)
    except Exception as error:  # noqa: BLE001 - the last door: no traceback ever reaches a user
        here.say(here.text("cli.bug", kind=type(error).__name__, log=str(note_bug(error))), serious=True)
    if here.practising:  # between two clicks too
        here.app.status_bar = here.text("practice.mark")


def _explain(error: CarnetError, here: Desk) -> str:
    message = here.text(error.key, **error.params)
    if error.key.startswith(NOT_OURS):
        message += "\n\n" + here.text("ribbon.offer", system=actions.system(here.system).name)
    return message
