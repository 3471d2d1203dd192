"""Group Envoi: the dry run, the push, the jobs and their undo."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from addin import results
from addin.buttons.checking import context_of
from addin.documents import book_file, new_list
from addin.excel import Desk, busy, progress
from addin.forms import own_form
from addin.sheets import OpenSheet, read_open_template
from addin.stamps import write_stamps
from core import actions
from core.actions.receipts import clock, job_names, receipt_path, write_receipt
from core.errors import InputError, SettingsError, Stopped
from core.i18n import Text, show_moment
from core.jobs import Job, JobReport
from core.results import outcome_columns
from core.workbooks.beside import work_beside

JOB_COLUMNS = ("number", "when", "kind", "user", "file", "system", "rows", "outcomes", "state")
JOB_WIDTHS = (8, 17, 14, 16, 32, 14, 8, 44, 26)


def dry_run(desk: Desk) -> None:
    """Say what a push would do, row by row, and save nothing in the database."""
    opened, context = _ready(desk)
    _push(desk, opened, context, actions.PushChoices(dry_run=True))


def push(desk: Desk) -> None:
    """Push the valid rows to the POS database as one job, once the user has agreed."""
    opened, context = _ready(desk)
    rows, system = len(opened.table), context.profile.name
    asked = desk.text("ribbon.push_question", rows=rows, sheet=opened.table.sheet, system=system, db=context.db)
    if desk.ask("\n\n".join(filter(None, (_unread_work(desk), asked)))):
        _push(desk, opened, context, actions.PushChoices())


def _unread_work(desk: Desk) -> str:
    """Say that the user worked in the workbook beside this .csv or .xls, which its push leaves out; else nothing."""
    file = book_file(desk)
    with suppress(InputError):
        work = work_beside(file) if file else None
        return desk.text("ribbon.push_without_work", work=work.name) if work else ""
    return ""


def _ready(desk: Desk) -> tuple[OpenSheet, actions.Context]:
    """Read the sheet for a push. Raises SettingsError without a database."""
    if not desk.settings.db:
        raise SettingsError("settings.no_database")
    with busy(desk, "ribbon.reading"):
        profile, opened = read_open_template(desk)
        return opened, context_of(desk, profile, opened)


def _push(desk: Desk, opened: OpenSheet, context: actions.Context, choices: actions.PushChoices) -> None:
    """Push or rehearse, and write each row's outcome; values that it would empty are confirmed by the user."""
    try:
        with busy(desk, "ribbon.pushing") as step:
            show = progress(desk, "ribbon.pushing")
            checked, report = actions.push_table(opened.table, context, choices, None, show)
            step("ribbon.writing")
            if report.restamped:
                write_stamps(desk, opened)
            results.write_results(desk, opened, outcome_columns(checked, report, desk.lang, practice=context.practice))
            receipt = _receipt(desk, report, context)
    except Stopped as stopped:
        count = stopped.params.get("count")
        if choices.confirmed_erasures is not None or not isinstance(count, int):
            raise
        if desk.ask(desk.text("ribbon.erase_question", reason=desk.text(stopped.key, **stopped.params))):
            _push(desk, opened, context, replace(choices, confirmed_erasures=count))
        return
    desk.say(_report(desk, report, receipt))


def _receipt(desk: Desk, report: JobReport, context: actions.Context) -> Path | None:
    """Leave the receipt of a push that wrote beside the workbook, where that is in a folder that can be written to."""
    file = book_file(desk)
    if file is None or report.job is None or not report.wrote:
        return None
    try:
        return write_receipt(context.db, report.job, receipt_path(file, report.job, desk.lang), desk.lang)
    except InputError:
        return None


def _report(desk: Desk, report: JobReport, receipt: Path | None) -> str:
    key = "ribbon.push_dry" if report.dry_run else "ribbon.push_done"
    said = [desk.text(key, job=str(report.job or 0), **report.counts())]
    if report.read_only:
        said.append(desk.text("push.only_rehearsed"))
    if report.wrote:
        said.append(desk.text("ribbon.push_undo"))
    if receipt is not None:
        said.append(desk.text("receipts.written", path=str(receipt)))
    return "\n\n".join(said)


def jobs(desk: Desk) -> None:
    """List the jobs in a workbook of its own; in that list, take back the job of the selected row."""
    settings = desk.settings
    if not settings.db:
        raise SettingsError("settings.no_database")
    if own_form(desk, desk.book.sheets.active, "ribbon.jobs_sheet"):
        _undo_selected(desk)
        return
    with busy(desk, "ribbon.working"):
        with actions.open_database(settings.db, shop=settings.shop) as database:
            found = database.jobs()
        heads = [desk.text(f"ribbon.job_{name}") for name in JOB_COLUMNS]
        names = job_names(found, desk.lang)
        rows = [_job_row(desk, job, names[job.id]) for job in found]
        new_list(desk, desk.text("ribbon.jobs_sheet"), [heads, *rows], JOB_WIDTHS)
    said = desk.text("ribbon.jobs_listed", count=len(found)) + "\n\n" + clock(desk.lang)
    desk.say(said if found else desk.text("ribbon.no_jobs", count=0))


def _job_row(desk: Desk, job: Job, names: tuple[str, str]) -> list[str]:
    counts = ", ".join(f"{n} {desk.text(f'results.{name}').lower()}" for name, n in job.counts.items() if n)
    when = show_moment(job.started, desk.lang)
    state = (
        desk.text("ribbon.job_undone_partly" if job.left else "ribbon.job_undone_by", number=str(job.undone_by))
        if job.undone_by
        else desk.text(f"cli.state_{job.state}")
    )
    kind = desk.text(f"ribbon.kind_{job.kind}")
    return [str(job.id), when, kind, names[0], job.file_name, names[1], str(job.rows), counts, state]


def _undo_selected(desk: Desk) -> None:
    """Take back the job whose row is selected, after saying what that would do."""
    selection = desk.app.selection
    row = selection.row if selection is not None else 1
    said = desk.book.sheets.active.range((row, 1)).value if row > 1 else None
    if not str(said or "").strip().isdecimal():
        desk.say(desk.text("ribbon.select_job"))
        return
    number, settings = int(str(said)), desk.settings
    with actions.open_database(settings.db, shop=settings.shop) as database:
        with busy(desk, "ribbon.working"):
            would = database.undo(number, user=actions.user_name(), dry_run=True)
        if not desk.ask(desk.text("ribbon.undo_question", number=str(number), **would.counts())):
            return
        with busy(desk, "ribbon.working"):
            report = database.undo(number, user=actions.user_name())
    said = Text(report.taken_back, {"number": str(number), "job": str(report.job)})
    desk.say(desk.text("ribbon.undo_done", said=said, **report.counts()))
