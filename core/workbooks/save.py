"""Replace a file in one step: either the whole new one or the old one, whatever happens meanwhile."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import InputError, folder_refused


def refuse_locked(path: Path) -> None:
    """Raise InputError when another program has the file open: Excel and LibreOffice leave a mark beside it."""
    for name in (f"~${path.name}", f"~${path.name[2:]}", f".~lock.{path.name}#"):
        lock = path.parent / name
        if lock.exists():
            who = _excel_user(lock) if name.startswith("~$") else _libreoffice_user(lock)
            key = "errors.file_locked_by" if who else "errors.file_locked"
            raise InputError(key, path=path.name, who=who, lock=name)


def _excel_user(lock: Path) -> str:
    """Return whom Excel's mark names: the length of the name, and the name in the computer's own characters."""
    try:
        data = lock.read_bytes()
    except OSError:  # Excel itself may keep others from reading it
        return ""
    name = data[1 : 1 + data[0]].decode("cp1252", "replace") if data else ""
    return name.strip() if data and len(name) == data[0] and name.isprintable() else ""


def _libreoffice_user(lock: Path) -> str:
    """Return whom LibreOffice's mark names: "full name,account,computer,…", commas within them after a backslash."""
    try:
        text = lock.read_text("utf-8", errors="replace")
    except OSError:
        return ""
    full, account, *_ = [*(re.sub(r"\\(.)", r"\1", part).strip() for part in re.split(r"(?<!\\),", text)), ""]
    return full or account


def refuse_read_only(path: Path) -> None:
    """Raise InputError where `replacing` would: the file is open elsewhere or read-only, or its folder refuses."""
    path = Path(os.path.realpath(path))
    refuse_locked(path)
    _refuse_protected(path)
    try:
        with tempfile.TemporaryFile(prefix=".carnet-", dir=path.parent):
            return
    except OSError as error:
        raise folder_refused(path.parent, error) from error


def _refuse_protected(path: Path) -> None:
    if path.exists() and not os.access(path, os.W_OK):
        raise InputError("errors.file_read_only", path=path.name)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary file beside `path` to write into; it takes its place at the end, and vanishes on an error.

    Permissions are kept. Raises InputError when the file is open elsewhere or the folder refuses it.
    """
    path = Path(os.path.realpath(path))  # a link stays a link
    refuse_read_only(path)
    temporary = None
    try:
        handle, name = tempfile.mkstemp(prefix=".carnet-", suffix=".tmp", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        if path.exists():
            _refuse_protected(path)
            shutil.copymode(path, temporary)
        else:
            temporary.chmod(0o666 & ~_umask())
        _sync(temporary)
        temporary.replace(path)
    except PermissionError as error:
        raise InputError("errors.file_locked", path=path.name) from error
    except OSError as error:
        raise folder_refused(path.parent, error) from error
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
