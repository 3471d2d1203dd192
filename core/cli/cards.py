"""Commands of cards: one card, or the card column of a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click

from core import actions
from core.actions.card_files import CardsFile, Finding, Verb, cards_file, outcome_word
from core.actions.cards import CardsReport, CardState, Sides, attach_cards, remove_cards, show_card
from core.actions.context import other_db, undo_command
from core.actions.new_customers import NewCustomer, create_from_card
from core.cli.frame import (
    LANG,
    F,
    Failure,
    db_option,
    file_argument,
    need_db,
    print_json,
    progress,
    reading_of,
    reading_options,
    say,
    verb,
)
from core.errors import SettingsError
from core.holders.attachments import Wanted
from core.i18n import show, tr
from core.jobs import Outcome
from core.settings import Settings


@contextmanager
def open_sides(settings: Settings) -> Iterator[Sides]:
    """Open FidelPass and the POS database. Raises SettingsError, DatabaseError."""
    fidelpass = actions.fidelpass(settings)
    with actions.open_database(need_db(settings), create=True, shop=settings.shop) as database:
        yield Sides(fidelpass, database)


def fidelpass_option(function: F) -> F:
    """Add `--fidelpass-url`."""
    return click.option("--fidelpass-url", metavar="URL", help=tr("cli.opt_fidelpass_url", LANG))(function)


@verb("card", json_too=True)
@click.argument("what", type=click.Choice(("show", "attach", "remove", "create")))
@click.argument("number", metavar="CARD")
@click.option("--customer", type=int, metavar="N", help=tr("cli.opt_customer", LANG))
@click.option("--anyway", is_flag=True, help=tr("cli.opt_anyway", LANG))
@fidelpass_option
@db_option
def card(settings: Settings, what: str, number: str, customer: int | None, *, anyway: bool, as_json: bool) -> None:
    """Look a card up, attach it, remove it, or make a customer of its holder."""
    lang = settings.lang
    with open_sides(settings) as sides:
        if what == "show":
            _show(show_card(sides, number), settings, as_json=as_json)
        elif what == "create":
            _created(create_from_card(sides, number, lang, anyway=anyway), settings, as_json=as_json)
        elif what == "attach":
            if customer is None:
                raise SettingsError("cards.say_customer")
            _one(attach_cards(sides, [Wanted(1, number, customer)]), "attach", settings, as_json=as_json)
        else:
            _one(remove_cards(sides, [Wanted(1, number, customer)]), "remove", settings, as_json=as_json)


def _show(state: CardState, settings: Settings, *, as_json: bool) -> None:
    from core.gains.columns import gain_data, gain_lines
    from core.holders import holder_values

    gains, today, lang = state.gains, date.today(), settings.lang
    entered = {key: value for key, value in holder_values(gains.holder).items() if value is not None}
    if as_json:
        data = gain_data({gains.card: gains}, today)[gains.card]
        print_json({"card": gains.card, "holder": entered, "attached": gains.customer, "customers": state.customers,
                    "fidelpass": data})  # fmt: skip
        return
    if not gains.known:
        say(tr("cards.unknown", lang))
        raise Failure(1)
    say(tr("cards.shown", lang, card=gains.card))
    key = "cards.of_customer" if state.customers else "cards.of_nobody"
    owners = [str(c) for c in state.customers]
    say(tr(key, lang, customers=owners, card=gains.card, db=other_db(settings.db)))
    if gains.customer is not None:
        say(tr("cards.reference", lang, reference=gains.customer))
    for name, value in entered.items():
        say(f"  {tr(f'compare.field_{name}', lang)}{tr('cli.colon', lang)}{show(value, lang)}")
    lines = gain_lines(gains, lang, today)
    say(tr("gains.known" if lines else "gains.nothing", lang))
    for line in lines:
        say(f"  {line}")


def _created(made: NewCustomer, settings: Settings, *, as_json: bool) -> None:
    number, lang, db = made.gains.card, settings.lang, other_db(settings.db)
    if as_json:
        alike = [{"customer": d.customer, "why": d.sentence(lang)} for d in made.alike]
        print_json({"card": number, "customer": made.customer, "job": made.job, "alike": alike})
    elif made.said is None:
        say(tr("cards.alike", lang, card=number))
        for duplicate in made.alike:
            why = duplicate.sentence(lang)
            say(tr("cards.alike_line", lang, customer=str(duplicate.customer), why=why, card=number, db=db))
    elif made.customer is None:
        say(made.said.message(lang))
    else:
        undo = undo_command(made.job or 0, settings.db)
        say(tr("cards.created", lang, customer=str(made.customer), card=number, job=str(made.job), undo=undo))
        if made.said.reason:
            say(made.said.message(lang))
    if made.attached is not None and made.attached.problem is not None:
        say(tr("cards.attach_later", lang, card=number, customer=str(made.customer), db=db))
    if made.customer is None:
        raise Failure(1)


def _one(cards: CardsReport, what: Verb, settings: Settings, *, as_json: bool) -> None:
    outcome, lang = cards.report.outcomes[0], settings.lang
    if as_json:
        print_json({"outcome": str(outcome.outcome), "message": outcome.message(lang), "job": cards.report.job})
    else:
        word = outcome_word(outcome.outcome, what, lang)
        say(tr("cli.colon", lang).join(filter(None, (word, outcome.message(lang)))))
        say_job(cards.report.job, settings)
    _fail_on(cards)


def say_job(job: int | None, settings: Settings) -> None:
    """Say the job that wrote on the POS's side, if there is one, and how to take it back."""
    if job is not None:
        say(tr("cards.job", settings.lang, job=str(job), undo=undo_command(job, settings.db)))


def _fail_on(cards: CardsReport) -> None:
    """End with the failure that stopped the work, or with the code for refused rows."""
    if cards.problem is not None:
        raise cards.problem
    if any(o.outcome in (Outcome.REFUSED, Outcome.NOT_REACHED) for o in cards.report.outcomes):
        raise Failure(1)


@verb("cards", json_too=True)
@file_argument
@click.option("--remove", is_flag=True, help=tr("cli.opt_remove_cards", LANG))
@click.option("--column", metavar="C", help=tr("cli.opt_column", LANG))
@click.option("--customers", metavar="C", help=tr("cli.opt_customers", LANG))
@click.option("--system", metavar="S", help=tr("cli.opt_system", LANG))
@fidelpass_option
@db_option
@reading_options
def cards(
    settings: Settings, path: Path, column: str | None, customers: str | None, *, remove: bool, as_json: bool,
    **how: str | None,
) -> None:  # fmt: skip
    """Attach the cards of a sheet to its customers, or take them off."""
    what: Verb = "remove" if remove else "attach"
    profile = actions.system(settings.system) if settings.system else None
    with open_sides(settings) as sides, progress(tr("cards.telling", LANG), quiet=as_json) as bar:
        done = cards_file(
            path, sides, what, settings.lang, how=Finding(column, customers, profile), progress=bar,
            reading=reading_of(how),
        )  # fmt: skip
    _say_file(done, what, settings, as_json=as_json)
    _fail_on(done.cards)


def _say_file(done: CardsFile, what: Verb, settings: Settings, *, as_json: bool) -> None:
    report, lang = done.cards.report, settings.lang
    if as_json:
        rows = [{"row": o.row, "outcome": str(o.outcome), "message": o.message(lang)} for o in report.outcomes]
        print_json({"file": done.written, "job": report.job, "rows": rows})
        return
    counts = {name: n for name, n in report.counts().items() if n}
    for name, count in counts.items():
        say(f"{outcome_word(Outcome(name), what, lang)}{tr('cli.colon', lang)}{show(count, lang)}")
    say_job(report.job, settings)
    say(tr("cli.check_written", lang, path=str(done.written)))
