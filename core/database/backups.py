"""Backups: a copy of the embedded database before a push, the last few kept. Servers have their own backups."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import URL

from core.causes import cause_of
from core.errors import DatabaseError

KEPT = 5


def back_up(url: URL, now: datetime) -> Path | None:
    """Copy the database's file into the folder beside it, and return the copy; None for a server.

    Raises DatabaseError when that folder cannot be written.
    """
    if url.drivername != "sqlite" or not url.database or url.database == ":memory:":
        return None
    path = Path(url.database)
    folder = backup_folder(path)
    copy = folder / f"{path.stem}-{now:%Y%m%d-%H%M%S}{path.suffix}"
    try:
        folder.mkdir(exist_ok=True)
        copy.touch()
    except OSError as error:
        key = "database.full" if error.errno == errno.ENOSPC else "database.no_copy"
        raise DatabaseError(key, place=str(path), folder=str(folder), reason=cause_of(error)) from error
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    for old in sorted(folder.glob(f"{path.stem}-????????-??????{path.suffix}"))[:-KEPT]:
        old.unlink()
    return copy


def backup_folder(path: Path) -> Path:
    """Return the folder that holds the copies of a database's file."""
    return path.with_name(f"{path.stem}-copies")
