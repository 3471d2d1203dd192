"""What a file is, by its first bytes: names lie."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from core.errors import InputError

TEXT_SUFFIXES = (".csv", ".txt", ".tsv")


class Kind(StrEnum):
    """The three kinds of files that hold a table; the value is the suffix that such a file deserves."""

    PACKAGE = ".xlsx"
    OLD = ".xls"
    TEXT = ".csv"


def kind_of(path: Path) -> Kind:
    """Return a file's kind. Raises InputError when it is missing, a folder, empty, unreadable or none of them."""
    if path.is_dir():
        raise InputError("errors.is_directory", path=path.absolute().name or str(path))
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except FileNotFoundError as error:
        raise InputError("errors.file_missing", path=str(path)) from error
    except OSError as error:
        raise InputError("errors.file_unreadable", path=path.name) from error
    if not start:
        raise InputError("errors.empty_file", path=path.name)
    if start.startswith(b"PK"):
        return Kind.PACKAGE
    if start.startswith(bytes.fromhex("d0cf11e0a1b11ae1")):
        return _check_ole(path)
    if path.suffix.lower() in TEXT_SUFFIXES:
        return Kind.TEXT
    raise InputError("errors.not_a_workbook", path=path.name)


def file_facts(path: Path) -> dict[str, int]:
    """Return a file's size and time: what shows that it is still the one that was read."""
    state = path.stat()
    return {"file_size": state.st_size, "file_time": state.st_mtime_ns}


def _check_ole(path: Path) -> Kind:
    """Tell an old workbook from an encrypted one, and from the other files of that container."""
    import olefile

    try:
        with olefile.OleFileIO(path) as container:
            if container.exists("EncryptedPackage"):
                raise InputError("errors.encrypted", path=path.name)
            if container.exists("Workbook") or container.exists("Book"):
                return Kind.OLD
    except InputError:
        raise
    except Exception as error:  # olefile raises anything on a damaged container
        raise InputError("errors.damaged", path=path.name, detail=str(error)[:120]) from error
    raise InputError("errors.not_a_workbook", path=path.name)
