"""Commands on one customer, and on personal data: add, find, person, dormant."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from core import actions
from core.cli.frame import (
    LANG,
    Failure,
    context_of,
    db_option,
    may_write,
    need_db,
    output_option,
    print_json,
    run_options,
    say,
    system_option,
    verb,
)
from core.cli.pushes import report_data
from core.errors import InputError, SettingsError
from core.held import DORMANT_YEARS, Fact
from core.i18n import tr
from core.jobs import Outcome
from core.settings import Settings

DETAILS = ("company", "email", "mobile", "phone", "postcode", "city", "loyalty_card")


@verb("add", json_too=True)
@click.argument("fields", metavar="FIELD=VALUE...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help=tr("cli.opt_yes_add", LANG))
@system_option
@db_option
@run_options
def add(settings: Settings, fields: tuple[str, ...], pairs: tuple[str, ...], *, yes: bool, as_json: bool) -> None:
    """Add one customer, once the duplicate check has spoken."""
    context = context_of(settings, pairs, db=need_db)
    wrong = next((pair for pair in fields if "=" not in pair), None)
    if wrong is not None:
        raise InputError("people.bad_pair", pair=wrong)
    said = {name.strip(): value for name, _, value in (pair.partition("=") for pair in fields)}
    done = actions.add_customer(actions.customer_row(said, context.profile), context, sure=yes)
    if as_json:
        print_json(_added_data(done, settings.lang))
    else:
        _say_added(done, settings.lang)
    if done.report is None or done.report.refused:
        raise Failure(1)


def _say_added(done: actions.Added, lang: str) -> None:
    for issue in done.checked.issues:
        if issue.value or issue.severity == "error":
            say(f"- {issue.line(lang)}")
    for found in done.checked.duplicates:
        kind = tr(f"results.{found.likeness}", lang)
        say("- " + tr("people.looks_like", lang, customer=str(found.customer), kind=kind, reason=found.sentence(lang)))
    for customer in done.existing:
        say("- " * (done.report is None) + tr("people.existed", lang, customer=str(customer)))
    if done.report is None:
        say(tr("people.not_added" if done.like and not done.checked.faulty_rows() else "cli.nothing_written", lang))
        return
    for outcome in done.report.outcomes:
        if outcome.reason:
            say(f"- {outcome.message(lang)}")
        if outcome.outcome is Outcome.CREATED:
            say(tr("people.added", lang, customer=str(outcome.customer), job=str(done.report.job)))


def _added_data(done: actions.Added, lang: str) -> dict[str, object]:
    return {
        "issues": [{"column": i.column, "code": i.code, "message": i.message(lang)} for i in done.checked.issues],
        "duplicates": [
            {"customer": d.customer, "likeness": d.likeness, "reason": d.sentence(lang)}
            for d in done.checked.duplicates
        ],
        "push": report_data(done.report, lang) if done.report else None,
    }


@verb("find", json_too=True)
@click.argument("text")
@db_option
def find(settings: Settings, text: str, *, as_json: bool) -> None:
    """Find customers."""
    customers, count = actions.find_customers(text, need_db(settings), settings.shop)
    if as_json:
        print_json({"count": count, "customers": [{"number": c.number, **c.values} for c in customers]})
        return
    for customer in customers:
        values = customer.values
        name = " ".join(str(values[key]) for key in ("first_name", "last_name") if key in values)
        details = ", ".join(str(values[key]) for key in DETAILS if key in values)
        key = "people.found" if details else "people.found_bare"
        say(tr(key, settings.lang, number=str(customer.number), name=name, details=details).replace("  ", " "))
    if count > len(customers):
        say(tr("people.found_more", settings.lang, count=count - len(customers)))
    if not count:
        say(tr("people.found_none", settings.lang, text=text))


@verb("person", json_too=True)
@click.argument("action", type=click.Choice(("export", "anonymise")))
@click.argument("number", type=int)
@output_option()
@click.option("--yes", is_flag=True, help=tr("cli.opt_yes_anonymise", LANG))
@db_option
def person(
    settings: Settings, action: str, number: int, output: Path | None, *, replace: bool, yes: bool, as_json: bool
) -> None:
    """Write everything held about a customer, or anonymise them."""
    if output is not None:
        may_write(output, replace=replace)
    facts = actions.held_data(number, need_db(settings), settings.shop)
    if action == "export":
        _export(facts, output, settings.lang, as_json=as_json)
    elif yes:
        job = actions.anonymise_customer(number, need_db(settings), settings.shop, settings.lang)
        if as_json:
            print_json({"job": job})
            return
        say(tr("people.anonymised", settings.lang, customer=str(number)))
        say(tr("people.trace", settings.lang, job=str(job)))
    else:
        names = {f.name: f.value for f in facts if f.place == "customer"}
        name = " ".join(names[key] for key in ("first_name", "last_name", "company") if key in names)
        say(tr("people.would_anonymise", settings.lang, number=str(number), name=name or "–", count=len(facts)))
        raise Failure(1)


def _export(facts: Sequence[Fact], output: Path | None, lang: str, *, as_json: bool) -> None:
    if as_json:
        print_json([{name: getattr(fact, name) for name in Fact.__slots__} for fact in facts])
    elif output is None:
        raise SettingsError("cli.missing", name="-o/--output")
    if output is not None:
        path = actions.write_held(output, facts, lang)
        if not as_json:
            say(tr("people.held", lang, count=len(facts), path=str(path)))


@verb("dormant", json_too=True)
@click.option(
    "--years", type=click.IntRange(1, 100), default=DORMANT_YEARS, metavar="N", help=tr("cli.opt_years", LANG)
)
@output_option()
@system_option
@db_option
def dormant(settings: Settings, years: int, output: Path | None, **given: Any) -> None:
    """List the customers without contact for years."""
    if output is not None:
        may_write(output, replace=bool(given["replace"]), suffixes=(".xlsx", ".csv"))
    found, since = actions.dormant_customers(need_db(settings), settings.shop, years)
    if output is not None:
        actions.export_numbers(output, [d.number for d in found], context_of(settings, db=need_db))
    if given["as_json"]:
        print_json([{"number": d.number, "name": d.name, "last": d.last} for d in found])
        return
    for one in found if output is None else ():
        say(tr("people.dormant_line", settings.lang, number=str(one.number), name=one.name, last=one.last))
    say(tr("people.dormant_count", settings.lang, count=len(found), years=years, since=since))
    if output is not None:
        say(tr("selection.exported", settings.lang, count=len(found), path=str(output)))
