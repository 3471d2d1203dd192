"""Commands on the POS database: push, list jobs, show one, take one back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from core import actions
from core.actions.context import undo_command
from core.actions.receipts import clock, job_names, receipt_path, write_receipt
from core.cli.frame import (
    LANG,
    Failure,
    context_of,
    db_option,
    file_argument,
    need_db,
    print_json,
    progress,
    reading_of,
    reading_options,
    run_options,
    say,
    say_other_sheets,
    system_option,
    verb,
)
from core.errors import InputError
from core.i18n import Text, show_moment, tr
from core.jobs import Job, JobKind, JobReport
from core.results import BETWEEN, changes_text, counts_text, proposed_skips_text
from core.settings import Settings

DAYS = ["%d/%m/%Y", "%Y-%m-%d"] if LANG == "fr" else ["%Y-%m-%d", "%d/%m/%Y"]


@verb("push", json_too=True)
@file_argument
@system_option
@db_option
@reading_options
@run_options
@click.option("--dry-run", is_flag=True, help=tr("cli.opt_dry_run", LANG))
@click.option("--mode", type=click.Choice(("add", "update", "upsert")), help=tr("cli.opt_mode", LANG))
@click.option("--all-or-nothing", is_flag=True, help=tr("cli.opt_all_or_nothing", LANG))
@click.option("--erase-blank", is_flag=True, help=tr("cli.opt_erase_blank", LANG))
@click.option("--confirm-erasures", type=int, metavar="N", help=tr("cli.opt_confirm_erasures", LANG))
@click.option("--consent-proof", type=(click.DateTime(DAYS), str), metavar="DATE SOURCE",
              help=tr("cli.opt_consent_proof", LANG))  # fmt: skip
@click.option("--ignore-workbook", is_flag=True, help=tr("cli.opt_ignore_workbook", LANG))
@click.option("--no-backup", is_flag=True, help=tr("cli.opt_no_backup", LANG))
def push(settings: Settings, path: Path, pairs: tuple[str, ...], *, as_json: bool, **given: Any) -> None:
    """Push a file's valid rows."""
    context = context_of(settings, pairs, path=path, db=need_db)
    choices = actions.PushChoices(
        mode=given["mode"] or "",
        dry_run=given["dry_run"],
        all_or_nothing=given["all_or_nothing"],
        erase_blank=given["erase_blank"],
        confirmed_erasures=given["confirm_erasures"],
        backup=not given["no_backup"],
        ignore_workbook=given["ignore_workbook"],
        consent_proof=(proof[0].date(), proof[1]) if (proof := given["consent_proof"]) else None,
    )
    with progress(tr("cli.pushing", LANG), quiet=as_json) as show:
        pushed = actions.push_file(path, context, choices, reading_of(given), show)
    unwritten = _unwritten(pushed, path, settings.lang)
    receipt = _receipt(pushed.report, context, path)
    if as_json:
        said = {"results_unwritten": unwritten} if unwritten else {}
        print_json(report_data(pushed.report, settings.lang) | {"receipt": receipt} | said)
    else:
        say_other_sheets(pushed.checked.table, settings.lang)
        _say_report(pushed.report, context.db, settings.lang)
        if pushed.written:
            say(tr("cli.check_written", settings.lang, path=str(pushed.written)))
        if receipt:
            say(tr("receipts.written", settings.lang, path=str(receipt)))
    if unwritten:
        click.echo(unwritten, err=True)
    if unwritten or pushed.report.refused or pushed.report.not_reached:
        raise Failure(1)


def _receipt(report: JobReport, context: actions.Context, path: Path) -> Path | None:
    """Leave the receipt of a push that wrote beside its file; one that cannot be written can be asked for later."""
    if report.job is None or not report.wrote:
        return None
    try:
        return write_receipt(context.db, report.job, receipt_path(path, report.job, context.lang), context.lang)
    except InputError:
        return None


def _unwritten(pushed: actions.PushedFile, path: Path, lang: str) -> str:
    """Say why the outcomes are not beside the rows; nothing when they are."""
    error = pushed.unwritten
    if error is None:
        return ""
    cause = error.key  # whose own text would say that nothing is written
    if cause in ("errors.file_locked", "errors.file_locked_by", "errors.file_read_only", "errors.file_changed"):
        cause = cause.replace("errors.", "push.cause_")
    job = pushed.report.job
    key = "push.rehearsal_unwritten" if job is None else "push.results_unwritten"
    return tr(key, lang, path=path.name, cause=tr(cause, lang, **error.params), job=str(job))


def _say_report(report: JobReport, db: str, lang: str) -> None:
    key = "cli.push_dry" if report.dry_run else "cli.push_done"
    say(tr(key, lang, job=str(report.job), counts=counts_text(report.counts(), lang)))
    if report.read_only:
        say(tr("push.only_rehearsed", lang))
    if report.erasures:
        say(tr("cli.push_erasures" if report.wrote else "cli.push_would_erase", lang, count=report.erasures))
    if skips := proposed_skips_text(report, lang):
        say(skips)
    if report.wrote:
        say(tr("cli.push_undo", lang, command=undo_command(report.job or 0, db)))


def report_data(report: JobReport, lang: str) -> dict[str, object]:
    """Return a push or an undo as data for a script: job, counts, one outcome per row."""
    return {
        "job": report.job,
        "dry_run": report.dry_run,
        "cancelled": report.cancelled,
        "read_only": report.read_only,
        **report.counts(),
        "erasures": report.erasures,
        "outcomes": [
            {
                "row": o.row,
                "outcome": o.outcome,
                "customer": o.customer,
                "reason": o.reason,
                "message": o.message(lang),
                "changes": {key: {"before": before, "after": after} for key, (before, after) in o.changes.items()},
            }
            for o in report.outcomes
        ],
    }


@verb("jobs", json_too=True)
@db_option
def jobs(settings: Settings, *, as_json: bool) -> None:
    """List the jobs, the newest first."""
    with actions.open_database(need_db(settings)) as database:
        found = database.jobs()
    if as_json:
        print_json([_job_data(job) for job in found])
    elif not found:
        say(tr("cli.no_jobs", settings.lang))
    if as_json or not found:
        return
    names = job_names(found, settings.lang)
    for job in found:
        say(_job_line(job, names[job.id], settings.lang))
    say(clock(settings.lang))


@verb("job", json_too=True)
@click.argument("number", type=int)
@db_option
@click.option("--receipt", type=click.Path(path_type=Path), help=tr("cli.opt_receipt", LANG))
def job(settings: Settings, number: int, receipt: Path | None, *, as_json: bool) -> None:
    """Show a job and the outcome of every row."""
    if receipt:
        write_receipt(need_db(settings), number, receipt, settings.lang)
    with actions.open_database(need_db(settings)) as database:
        found, report = database.job(number), JobReport(number, database.outcomes(number))
        names = job_names(database.jobs(), settings.lang)
    if as_json:
        print_json(_job_data(found) | report_data(report, settings.lang))
        return
    say(_job_line(found, names[number], settings.lang))
    say(clock(settings.lang))
    for outcome in report.outcomes:
        word = tr(f"results.{outcome.outcome}", settings.lang)
        key = "cli.job_row_nobody" if outcome.customer is None else "cli.job_row"
        line = tr(key, settings.lang, row=str(outcome.row), word=word, customer=str(outcome.customer))
        changes = changes_text(outcome, settings.lang).split(BETWEEN)
        say(" – ".join(filter(None, (line, outcome.message(settings.lang), *changes))))


@verb("undo", json_too=True)
@click.argument("number", type=int)
@db_option
@click.option("--dry-run", is_flag=True, help=tr("cli.opt_dry_run", LANG))
def undo(settings: Settings, number: int, *, dry_run: bool, as_json: bool) -> None:
    """Take a job back."""
    with actions.open_database(need_db(settings)) as database:
        report = database.undo(number, user=actions.user_name(), dry_run=dry_run)
    if as_json:
        print_json(report_data(report, settings.lang))
    else:
        _say_undo(report, number, settings.lang)
    if report.refused:
        raise Failure(1)


def _say_undo(report: JobReport, number: int, lang: str) -> None:
    counts = counts_text(undo_counts(report.counts()), lang)
    if report.dry_run:
        say(tr("cli.undo_dry", lang, number=str(number), counts=counts))
    else:
        said = Text(report.taken_back, {"number": str(number), "job": str(report.job)})
        say(tr("cli.undo_done", lang, said=said, counts=counts))
    if report.read_only:
        say(tr("push.only_rehearsed", lang))
    for outcome in report.outcomes:
        if outcome.reason:
            say(f"- {outcome.message(lang)}")


def undo_counts(counts: Mapping[str, int]) -> dict[str, int]:
    """Return an undo's outcomes under the names that mean something there: an update puts a customer back."""
    names = {"created": "made_again", "updated": "put_back", "refused": "left"}
    return {names.get(name, name): n for name, n in counts.items()}


def _job_data(job: Job) -> dict[str, object]:
    return {name: getattr(job, name) for name in job.__slots__}


def _job_line(job: Job, names: tuple[str, str], lang: str) -> str:
    user, system = names
    counts = counts_text(undo_counts(job.counts) if job.kind == JobKind.UNDO else job.counts, lang)
    state = tr(f"cli.state_{job.state}", lang)
    if job.undone_by is not None:
        state = tr("push.undone_partly" if job.left else "push.undone_by", lang, by=str(job.undone_by))
    about = ", ".join(filter(None, (job.file_name, system)))
    return tr(
        f"cli.job_{job.kind}",
        lang,
        number=str(job.id),
        when=show_moment(job.started, lang),
        user=user,
        file=job.file_name or "–",
        system=system or "–",
        about=f" ({about})" if about else "",
        undoes=str(job.undoes),
        counts=counts,
        state=state,
    )
