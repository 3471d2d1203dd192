"""Rehearsals: where a dry run works, so that it leaves nothing behind."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.database.connection import parse_address
from core.errors import DatabaseError


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
