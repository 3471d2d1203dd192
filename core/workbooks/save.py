"""Replace a file in one step: either the whole new one or the old one, whatever happens meanwhile."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import InputError


def refuse_locked(path: Path) -> None:
    """Raise InputError when another program has the file open: Excel and LibreOffice leave a mark beside it."""
    for lock in (f"~${path.name}", f"~${path.name[2:]}", f".~lock.{path.name}#"):
        if (path.parent / lock).exists():
            raise InputError("errors.file_locked", path=path.name, lock=lock)


def refuse_read_only(path: Path) -> None:
    """Raise InputError where `replacing` would: the file is open elsewhere or read-only, or its folder refuses."""
    path = Path(os.path.realpath(path))
    refuse_locked(path)
    if path.exists() and not os.access(path, os.W_OK):
        raise InputError("errors.file_locked", path=path.name, lock=os.strerror(errno.EACCES))
    try:
        with tempfile.TemporaryFile(prefix=".carnet-", dir=path.parent):
            return
    except OSError as error:
        raise InputError("errors.folder_refused", folder=str(path.parent), detail=error.strerror or "") from error


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary file beside `path` to write into; it takes its place at the end, and vanishes on an error.

    Permissions are kept. Raises InputError when the file is open elsewhere or the folder refuses it.
    """
    path = Path(os.path.realpath(path))  # a link stays a link
    refuse_locked(path)
    temporary = None
    try:
        handle, name = tempfile.mkstemp(prefix=".carnet-", suffix=".tmp", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        if path.exists():
            if not os.access(path, os.W_OK):
                raise PermissionError(13, "read-only", path.name)
            shutil.copymode(path, temporary)
        else:
            temporary.chmod(0o666 & ~_umask())
        _sync(temporary)
        temporary.replace(path)
    except PermissionError as error:
        raise InputError("errors.file_locked", path=path.name, lock=error.strerror or "") from error
    except OSError as error:
        raise InputError("errors.folder_refused", folder=str(path.parent), detail=error.strerror or "") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
