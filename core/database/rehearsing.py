"""Rehearsals: where a dry run works, so that it leaves nothing behind."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING

from core.database.connection import connect_copy, parse_address, speaking_plainly
from core.errors import DatabaseError
from core.jobs import JobReport

if TYPE_CHECKING:
    from core.database import Database

UNWRITABLE = ("database.read_only", "database.cannot_open")
"""What a file says whose contents can be read: the second where its folder takes no journal beside it."""


def rehearse(database: Database, work: Callable[[Database], JobReport]) -> JobReport:
    """Do a dry run in the database itself or, where its file cannot be written, in a copy of it.

    The report then says that it is read-only: the real run would be refused.
    """
    if database.url.drivername != "sqlite" or _writable(database):
        return work(database)
    spare = copy(database)
    with speaking_plainly(database.url):
        spare.engine = connect_copy(database.engine)
    with closing(spare):
        spare.writer = spare.engine.execution_options(write=True)
        report = work(spare)
    report.read_only = True
    return report


def _writable(database: Database) -> bool:
    """Say whether a file can be written, by a change that is rolled back. Raises DatabaseError (locked)."""
    try:
        with speaking_plainly(database.url), database.writer.connect() as connection, connection.begin() as change:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
            change.rollback()
    except DatabaseError as error:
        if error.key not in UNWRITABLE:
            raise
        return False
    return True


@contextmanager
def rehearsal_address(address: str) -> Iterator[str]:
    """Give the address that a dry run opens: the database's own, or for a file not there yet an empty one's.

    That one stands in a temporary folder beside the file, and vanishes with it. Raises DatabaseError where the real
    push could not make the file either.
    """
    url = parse_address(address, None)
    path = Path(str(url.database))
    if url.drivername != "sqlite" or path.exists():
        yield address
        return
    if not path.parent.is_dir():
        raise DatabaseError("database.folder_missing", path=str(path.parent))
    try:
        folder = tempfile.TemporaryDirectory(prefix=".carnet-", dir=path.parent)
    except OSError as error:
        raise DatabaseError("database.cannot_open", place=str(path)) from error
    with folder as name:
        yield str(Path(name) / path.name)
