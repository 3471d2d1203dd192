"""The one place that calls calamine, the reader: its errors and panics become InputErrors here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import InputError

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

Merged = list[tuple[tuple[int, int], tuple[int, int]]]
"""Merged cells as calamine gives them: the first and the last (row, column) of each, counted from 0."""


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what calamine raises into an InputError; a panic of its Rust code arrives as a BaseException."""
    from python_calamine import CalamineError, PasswordError

    try:
        yield
    except PasswordError as error:
        raise InputError("errors.encrypted", path=path.name) from error
    except PermissionError as error:
        raise InputError("errors.file_unreadable", path=path.name) from error
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise InputError("errors.damaged", path=path.name, detail=str(error)[:120]) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise InputError("errors.damaged", path=path.name, detail="calamine") from None


def open_workbook(path: Path, *, kind: str) -> CalamineWorkbook:
    """Open a workbook whatever its name ends with; `kind` is the suffix that its content deserves."""
    from python_calamine import CalamineWorkbook

    with reading(path):
        if path.suffix.lower() == kind:
            return CalamineWorkbook.from_path(path)
        return CalamineWorkbook.from_filelike(BytesIO(path.read_bytes()))
