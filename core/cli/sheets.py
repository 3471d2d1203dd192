"""Commands on a workbook: make a template, check a file, clear the results."""

from __future__ import annotations

from operator import attrgetter
from pathlib import Path

import click

from core import actions
from core.checked import Checked
from core.cli.frame import (
    LANG,
    Failure,
    context_of,
    db_option,
    file_argument,
    may_write,
    need_db,
    output_option,
    print_json,
    reading_options,
    run_options,
    say,
    say_other_sheets,
    system_option,
    verb,
)
from core.i18n import tr
from core.issues import Code, Issue
from core.results import Totals, count
from core.settings import Settings


@verb("template")
@click.argument("system_name", metavar="SYSTEM", required=False)
@click.option("--with-customers", is_flag=True, help=tr("cli.opt_with_customers", LANG))
@output_option(required=True)
@db_option
@run_options
def template(
    settings: Settings,
    system_name: str | None,
    output: Path,
    pairs: tuple[str, ...],
    *,
    with_customers: bool,
    replace: bool,
) -> None:
    """Write the import template of a system."""
    may_write(output, replace=replace)
    context = context_of(settings, pairs, system=system_name or "", db=need_db if with_customers else None)
    actions.make_template(output, context, with_customers=with_customers)
    say(tr("cli.template_done", settings.lang, path=str(output), system=context.profile.name))


@verb("check", json_too=True)
@file_argument
@system_option
@db_option
@reading_options
@run_options
@click.option("--no-write", is_flag=True, help=tr("cli.opt_no_write", LANG))
def check(
    settings: Settings, path: Path, pairs: tuple[str, ...], *, no_write: bool, as_json: bool, **how: str | None
) -> None:
    """Check a file and write the results beside its rows."""
    context = context_of(settings, pairs, path=path, db=attrgetter("db"))
    found = actions.check_file(path, context, actions.Reading(**how), write=not no_write)
    if as_json:
        print_json(check_data(found, settings.lang))
    else:
        _say_check(found, settings.lang)
    if found.checked.faulty_rows():
        raise Failure(1)


def _say_check(found: actions.CheckedFile, lang: str) -> None:
    say_other_sheets(found.checked.table, lang)
    totals = count(found.checked)
    key = "cli.check_done" if totals.rows else "cli.check_empty"
    say(tr(key, lang, **{name: getattr(totals, name) for name in Totals.__slots__}, ready=totals.rows_ready))
    for issue in found.checked.issues:
        if issue.row is None or issue.code is Code.DECISION_UNKNOWN:
            say(f"- {issue.message(lang)}")
    if found.written:
        _say_written(found.written, found.checked.table.path, lang)


def _say_written(written: Path, path: Path, lang: str) -> None:
    """Say where the results of a file are, and what was left unread: work of the user's in a workbook beside it."""
    from core.workbooks.beside import work_beside

    say(tr("cli.check_written", lang, path=str(written)))
    if work := work_beside(path):
        say(tr("cli.work_beside", lang, path=work.name))


def check_data(found: actions.CheckedFile, lang: str) -> dict[str, object]:
    """Return a check as data for a script: totals, issues, duplicates."""
    checked = found.checked
    totals = count(checked)
    return {
        "file": str(checked.table.path),
        "sheet": checked.table.sheet,
        "system": checked.profile.id,
        "written": found.written,
        "other_sheets": checked.table.other_sheets,
        "totals": {name: getattr(totals, name) for name in Totals.__slots__} | {"rows_ready": totals.rows_ready},
        "issues": [_issue_data(i, checked, lang) for i in checked.issues],
        "duplicates": [
            {
                "sheet": checked.table.sheet,
                "row": d.row,
                "likeness": d.likeness,
                "other_row": d.other_row,
                "customer": d.customer,
                "score": d.score,
                "reason": d.sentence(lang),
                "question": d.asked(lang),
            }
            for d in checked.duplicates
        ],
    }


def _issue_data(issue: Issue, checked: Checked, lang: str) -> dict[str, object]:
    return {
        "sheet": checked.table.sheet,
        "row": issue.row,
        "column": issue.column,
        "field": issue.field,
        "code": issue.code,
        "severity": issue.severity,
        "value": issue.value,
        "message": issue.message(lang),
    }


@verb("clear")
@file_argument
def clear(settings: Settings, path: Path) -> None:
    """Take Carnet's result columns out of a workbook."""
    from core.workbooks import clear_results

    key = "cli.clear_done" if clear_results(path) else "cli.clear_none"
    say(tr(key, settings.lang, path=str(path)))
