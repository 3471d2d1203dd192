"""The receipt of a job: a page that a person can print and file. And how a list names a job's system and shop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from core.actions.context import open_database, shown_db, system
from core.errors import ProfileError, folder_refused
from core.i18n import show_zone, tr
from core.jobs import Job
from core.profiles import Profile
from core.settings import Settings, load_settings, practice_base


def write_receipt(db: str, job: int, path: Path, lang: str) -> Path:
    """Write the receipt of a job (HTML, one page). Raises InputError where it cannot be written, DatabaseError."""
    from core.pushing.receipts import Told, receipt

    with open_database(db) as database:
        jobs = database.jobs()
        one = database.job(job)
        said = Told(_undo_anywhere(job, db), db == str(practice_base()), job_profile(one), several_shops(jobs))
        page = receipt(one, database.refused(job), lang, said)
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise folder_refused(path.parent, error) from error
    return path


def _undo_anywhere(job: int, db: str) -> str:
    """Return the command that takes a job back from any folder and window: of the settings, only the file counts."""
    if load_settings({}, {}).db == db:
        return f"carnet undo {job}"
    return f'carnet undo {job} --db "{shown_db(db if "://" in db else str(Path(db).expanduser().absolute()))}"'


def receipt_path(file: Path, job: int, lang: str) -> Path:
    """Return where the receipt of a push of `file` goes: beside it."""
    return file.with_name(tr("receipts.file_name", lang, stem=file.stem, job=str(job)))


def job_profile(job: Job) -> Profile | None:
    """Return the system of a job; None for one learnt elsewhere or deleted since, or a job without one."""
    try:
        return system(job.system) if job.system else None
    except ProfileError:
        return None


def several_shops(jobs: Sequence[Job]) -> bool:
    """Say whether the jobs of a database must name their shop: there are several, or the only one was given a code."""
    return bool({job.shop for job in jobs if job.shop} - {Settings().shop})


def job_names(jobs: Sequence[Job], lang: str) -> dict[int, tuple[str, str]]:
    """Return who did each job, with the shop where that must be named, and its system's name, by its number."""
    one = {job.system: job for job in jobs}
    systems = {name: profile.name if (profile := job_profile(job)) else name for name, job in one.items()}
    shops = several_shops(jobs)
    return {job.id: (_user(job, lang) if shops and job.shop else job.user, systems[job.system]) for job in jobs}


def _user(job: Job, lang: str) -> str:
    return tr("receipts.in_shop", lang, user=job.user, shop=job.shop)


def clock(lang: str) -> str:
    """Say whose clock the times of a list are by."""
    return tr("receipts.clock", lang, zone=show_zone(datetime.now(UTC)))
