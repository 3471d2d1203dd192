"""The receipt of a job: a page that a person can print and file."""

from __future__ import annotations

from pathlib import Path

from core.actions.context import open_database, undo_command
from core.errors import InputError
from core.i18n import tr
from core.settings import practice_base


def write_receipt(db: str, job: int, path: Path, lang: str) -> Path:
    """Write the receipt of a job (HTML, one page). Raises InputError where it cannot be written, DatabaseError."""
    from core.pushing.receipts import Told, receipt

    with open_database(db) as database:
        said = Told(undo_command(job, db), practice=db == str(practice_base()))
        page = receipt(database.job(job), database.outcomes(job), lang, said)
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError("errors.folder_refused", folder=str(path.parent)) from error
    return path


def receipt_path(file: Path, job: int, lang: str) -> Path:
    """Return where the receipt of a push of `file` goes: beside it."""
    return file.with_name(tr("receipts.file_name", lang, stem=file.stem, job=str(job)))
