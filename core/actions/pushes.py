"""Push a table's or a file's valid rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from core.actions.context import (
    PUSHING,
    Context,
    Progress,
    Reading,
    file_hash,
    open_database,
    read_while_loading,
    table_hash,
    user_name,
)
from core.checked import Checked
from core.decisions import Decision
from core.errors import CarnetError, InputError, SettingsError
from core.exported import read_stamps
from core.jobs import JobReport, PushRequest
from core.pushing.restamping import restamp, stamp_places, written_customers
from core.results import ResultColumns, decided, outcome_columns, worth_writing
from core.tables import Table

if TYPE_CHECKING:
    from core.database import Database

BLANK_ERASES = "blank_erases"
"""The run option of the systems whose own importer empties what a blank cell stands for."""


@dataclass(frozen=True, slots=True)
class PushChoices:
    """What the user chose for one push; see `core.jobs.PushRequest`.

    `ignore_workbook`: push a text file or an .xls though somebody worked in the workbook beside it.
    """

    mode: str = ""
    dry_run: bool = False
    all_or_nothing: bool = False
    erase_blank: bool = False
    confirmed_erasures: int | None = None
    backup: bool = True
    consent_proof: tuple[date, str] | None = None
    ignore_workbook: bool = False


@dataclass(frozen=True, slots=True)
class PushedFile:
    """A file that was pushed: what the check found, what the database did, the result columns, where they are.

    `unwritten` is why the columns could not be written after all (`written` is then None): the push itself is done.
    """

    checked: Checked
    report: JobReport
    columns: ResultColumns
    written: Path | None
    unwritten: CarnetError | None = None


def push_table(
    table: Table, context: Context, choices: PushChoices, file: Path | None, progress: Progress | None = None
) -> tuple[Checked, JobReport]:
    """Check a table and push its valid rows, obeying its Décision column.

    Raises DatabaseError, SettingsError (the mode, the proof of consent), Stopped.

    A table without a file is the open sheet's: its job is named by the hash of what the sheet holds.
    Where the report says `restamped`, the hidden columns of an export (`core.pushing.restamping.stamp_places`) are up
    to date in the table, and are the caller's to write back.
    """
    from core.checking import check
    from core.decisions import table_decisions
    from core.duplicates import find_in_file
    from core.pushing.doubts import forgive_untouched, refuse_lost_columns

    _check_proof(choices)
    refuse_lost_columns(table)
    checked = check(table, context.profile, options=dict(context.options))
    forgive_untouched(checked)
    checked.duplicates = find_in_file(checked)
    decisions, unread = table_decisions(table)
    proposed = decided(table, None)[1]
    decisions = {row: replace(one, proposed=row in proposed) for row, one in decisions.items()}
    if unread:
        row, said = next(iter(unread.items()))
        raise InputError("push.bad_decision", row=str(row), value=said, count=len(unread))
    request = _request(table, context, choices, file, decisions, progress)
    with _opened(context, dry_run=choices.dry_run) as database:
        report = database.push(checked, request)
        _restamp(checked, report, database, practice=context.practice)
    return checked, report


def _request(
    table: Table,
    context: Context,
    choices: PushChoices,
    file: Path | None,
    decisions: Mapping[int, Decision],
    progress: Progress | None,
) -> PushRequest:
    return PushRequest(
        user=user_name(),
        file_name=file.name if file else table.path.name,
        file_hash=file_hash(file) if file else table_hash(table),
        system=context.profile.id,
        options=context.options,
        mode=choices.mode,
        decisions=decisions,
        dry_run=choices.dry_run,
        all_or_nothing=choices.all_or_nothing,
        erase_blank=choices.erase_blank or context.options.get(BLANK_ERASES) == "yes",
        confirmed_erasures=choices.confirmed_erasures,
        backup=choices.backup,
        consent_proof=choices.consent_proof,
        progress=progress,
    )


def _check_proof(choices: PushChoices) -> None:
    """Raise SettingsError for a proof of consent that is none: given after today, or by nobody knows what."""
    if choices.consent_proof is None:
        return
    given, source = choices.consent_proof
    if given > date.today():
        raise SettingsError("push.proof_later", date=given)
    if not source.strip():
        raise SettingsError("push.proof_sourceless")


def _is_export_of(table: Table, database: Database) -> bool:
    """Say whether all stamped rows of a sheet are this database's: practice never touches those of a real workbook."""
    bases = {stamp.base for stamp in read_stamps(table).values()}
    return bases == {database.base(create=True)}


@contextmanager
def _opened(context: Context, *, dry_run: bool) -> Iterator[Database]:
    """Open the database to push to; a dry run makes no file."""
    if not dry_run:
        with open_database(context.db, create=True, shop=context.shop) as database:
            yield database
        return
    from core.database.rehearsing import rehearsal_address

    with (
        rehearsal_address(context.db) as address,
        open_database(address, create=True, shop=context.shop) as database,
    ):
        yield database


def _restamp(checked: Checked, report: JobReport, database: Database, *, practice: bool) -> None:
    """Leave fresh stamps in the hidden columns of an export: whoever holds the sheet writes them."""
    if report.job is None or report.cancelled or not stamp_places(checked.table):
        return
    if practice and not _is_export_of(checked.table, database):
        return
    report.restamped = True
    written = written_customers(report)
    customers = {c.number: (c.version, c.values) for c in database.customers(sorted(set(written.values())))}
    restamp(checked, written, customers, database.base(create=True))


def push_file(
    path: Path, context: Context, choices: PushChoices, reading: Reading | None = None, progress: Progress | None = None
) -> PushedFile:
    """Push a file's valid rows and write each row's outcome beside it.

    Raises InputError, before anything is pushed, when the outcomes could not be written, or when the user's work in
    the workbook beside the file would be left out. When that happens only after the push, it is told in the result: the
    job is in the database whatever becomes of the sheet.
    """
    from core.workbooks.beside import refuse_unwritable, work_beside

    work = None if choices.ignore_workbook else work_beside(path)
    if work:
        raise InputError("push.work_beside", path=path.name, work=work.name)
    table = read_while_loading(path, context.profile, reading, PUSHING)
    refuse_unwritable(path)
    checked, report = push_table(table, context, choices, path, progress)
    columns = outcome_columns(checked, report, context.lang, practice=context.practice)
    try:
        written = _write(path, table, columns, context.lang, stamped=report.restamped) if worth_writing(table) else None
    except CarnetError as error:
        return PushedFile(checked, report, columns, None, error)
    return PushedFile(checked, report, columns, written)


def _write(path: Path, table: Table, columns: ResultColumns, lang: str, *, stamped: bool) -> Path:
    """Write the outcomes beside the rows and, after a real push, the fresh hidden columns of an export."""
    from core.workbooks import write_results

    written = write_results(path, table, columns, lang)
    if stamped:
        from core.workbooks.stamps import write_stamps

        write_stamps(path, table, stamp_places(table))
    return written
