"""Group Clients: a form for one new customer, and a search."""

from __future__ import annotations

import xlwings as xw

from addin.blocks import TEXT_FORMAT, write_texts
from addin.documents import new_list
from addin.excel import Desk, busy, refusals
from addin.forms import database_context, form_rows, own_form, propose
from addin.kept import Area
from core import actions
from core.actions.people import FOUND_SHOWN
from core.cells import fold, text
from core.errors import InputError
from core.i18n import LANGUAGES
from core.issues import Severity
from core.jobs import Outcome
from core.profiles import Field
from core.template.lists import list_rows

FORM_WIDTHS = (34, 40, 70)
FOUND = ("last_name", "first_name", "company", "email", "mobile", "phone", "postcode", "city", "loyalty_card")
FOUND_WIDTHS = (30, 12, 22, 18, 24, 30, 16, 16, 12, 22, 20)


def add_customer(desk: Desk) -> None:
    """Open a form for one customer; in that form, add the customer once the duplicate check has spoken."""
    sheet = desk.book.sheets.active
    if own_form(desk, sheet, "ribbon.customer_sheet"):
        _add(desk, sheet)
        return
    profile = desk.profile()
    database_context(desk, profile)
    fields = actions.customer_form(profile)
    with busy(desk, "ribbon.working"):
        heads = [desk.text(f"ribbon.{name}") for name in ("form_name", "select_value", "select_about")]
        system = [desk.text("ribbon.form_system"), profile.id, desk.text("ribbon.about_form_system")]
        rows = [[_name(f, fields, desk.lang), f.default, _about(desk, f)] for f in fields]
        form = new_list(desk, desk.text("ribbon.customer_sheet"), [heads, system, *rows], FORM_WIDTHS)
        closed = [(n, f) for n, f in enumerate(fields, 3) if f.choices and not f.open_list]
        lists = [(form.range((n, 2)), [row.shown for row in list_rows(f, profile, desk.lang)]) for n, f in closed]
        if lists:
            propose(form, lists)
        form.range("B3").select()
    desk.say(desk.text("ribbon.customer_open", system=profile.name))


def _name(field: Field, fields: tuple[Field, ...], lang: str) -> str:
    """Return the word of a field in the form: its label, or its header where two labels are one."""
    label = field.label[lang]
    words = {fold(word) for f in fields if f is not field for word in (*f.label.values(), f.header, f.key)}
    return field.header if fold(label) in words else label


def _about(desk: Desk, field: Field) -> str:
    needed = desk.text("ribbon.required") + " " if field.required else ""
    return needed + field.help[desk.lang]


def _add(desk: Desk, sheet: xw.Sheet) -> None:
    """Add the customer of the form, then empty it for the next one."""
    with busy(desk, "ribbon.reading") as step:
        (_, system), *lines = form_rows(sheet, 2)
        profile = actions.system(system)
        context = database_context(desk, profile)
        row = actions.customer_row({name: said for name, said in lines if name}, profile)
        step("ribbon.checking")
        done = actions.add_customer(row, context)
    if done.report is None and done.like and not done.checked.faulty_rows():
        if not desk.ask(desk.text("ribbon.like_question", reasons=_likenesses(desk, done))):
            raise InputError("ribbon.nothing_done")
        with busy(desk, "ribbon.pushing"):
            done = actions.add_customer(row, context, sure=True)
    if done.report is None or done.report.refused:
        desk.say(desk.text("ribbon.customer_refused", reasons=_reasons(desk, done)), serious=True)
        return
    fields = actions.customer_form(profile)
    defaults = {_name(f, fields, lang): f.default for f in fields for lang in LANGUAGES}
    desk.say(_added(desk, done))  # before the form is emptied: whatever Excel refuses, the customer is there
    with refusals(desk, sheet.name):
        sheet.range((3, 2), (2 + len(lines), 2)).value = [[defaults.get(name) or None] for name, _ in lines]


def _likenesses(desk: Desk, done: actions.Added) -> str:
    said = ["– " + desk.text("people.existed", customer=str(customer)) for customer in done.existing]
    for found in done.checked.duplicates:
        kind, reason = desk.text(f"results.{found.likeness}"), found.sentence(desk.lang)
        said.append("– " + desk.text("people.looks_like", customer=str(found.customer), kind=kind, reason=reason))
    return "\n".join(said)


def _reasons(desk: Desk, done: actions.Added) -> str:
    issues = [i for i in done.checked.issues if i.severity is Severity.ERROR]
    said = [f"– {i.line(desk.lang)}" for i in issues]
    said += [f"– {o.message(desk.lang)}" for o in (done.report.outcomes if done.report else ()) if not issues]
    return "\n".join(said)


def _added(desk: Desk, done: actions.Added) -> str:
    """Say the new customer's number, and what is worth a look in what was typed."""
    said = [
        desk.text("people.added", customer=str(outcome.customer), job=str(done.report.job))
        for outcome in (done.report.outcomes if done.report else ())
        if done.report and outcome.outcome is Outcome.CREATED
    ]
    said += [desk.text("people.existed", customer=str(customer)) for customer in done.existing]
    said += [f"– {i.column}{desk.text('cli.colon')}{i.message(desk.lang)}" for i in done.checked.issues if i.value]
    return "\n".join([*said, "", desk.text("ribbon.customer_next")])


def find_customer(desk: Desk) -> None:
    """Open a sheet to search in; in that sheet, list the customers of the database who have the words typed there."""
    sheet = desk.book.sheets.active
    if own_form(desk, sheet, "ribbon.search_sheet"):
        _find(desk, sheet)
        return
    database_context(desk, desk.profile())
    with busy(desk, "ribbon.working"):
        heads = [desk.text(f"ribbon.found_{name}") for name in ("said", "number", *FOUND)]
        blank: list[str | None] = [None] * len(heads)
        form = new_list(desk, desk.text("ribbon.search_sheet"), [heads, blank], FOUND_WIDTHS)
        form.range("A2").select()
    desk.say(desk.text("ribbon.search_open"))


def _find(desk: Desk, sheet: xw.Sheet) -> None:
    said = form_rows(sheet, 1)[0][0]
    if not said:
        raise InputError("ribbon.search_nothing")
    context = database_context(desk, desk.profile())
    with busy(desk, "ribbon.working"):
        customers, count = actions.find_customers(said, context.db, context.shop)
        rows = [[str(c.number), *(text(c.values.get(key)) or None for key in FOUND)] for c in customers]  # type: ignore[arg-type]
        blank: list[str | None] = [None] * (len(FOUND) + 1)
        block = rows + [blank] * (FOUND_SHOWN - len(rows))
        with refusals(desk, sheet.name):
            sheet.range("A2").number_format = TEXT_FORMAT
            write_texts(sheet, Area(2, 2, len(block), len(blank), None, ""), block)
    message = desk.text("ribbon.search_found" if count else "people.found_none", count=count, text=said)
    more = desk.text("people.found_more", count=count - len(customers)) if count > len(customers) else ""
    desk.say("\n".join(filter(None, (message, more))))
