"""The workbook beside a file that cannot hold results: a text file or an old .xls, which stays as it is."""

from __future__ import annotations

import dataclasses
import zipfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from core.tables import Table
from core.workbooks.kinds import Kind, file_facts, kind_of

SUFFIX = ".carnet.xlsx"
_OURS = b"carnet"
"""The package's comment in a workbook as we wrote it. No other program keeps it when it saves."""


def copy_beside(path: Path, table: Table) -> tuple[Path, Table]:
    """Write the table into `<stem>.carnet.xlsx`, every cell in its row and column, and return it with its table.

    A workbook of that name that somebody has saved since holds their corrections: it is left alone and the next free
    name is taken.
    """
    from core.workbooks.plain import Layout, sheet_name, write_layout

    target = _free_name(path)
    layout = Layout(table.header_row, table.rows, table.positions)
    write_layout(
        target, table.headers, table.columns, layout, sheet=table.sheet, text_columns=set(filter(None, table.headers))
    )
    with zipfile.ZipFile(target, "a") as package:
        package.comment = _OURS
    facts = {name: count for name, count in table.facts.items() if name != "last_column"}
    copied = dataclasses.replace(
        table,
        path=target,
        sheet=sheet_name(table.sheet),
        results={},
        result_positions={},
        added={},
        added_positions={},
        facts=facts | file_facts(target),
    )
    return target, copied


def keep_copy(target: Path) -> None:
    """Take our mark off a workbook made beside a file: it now holds work that no later run may overwrite."""
    with zipfile.ZipFile(target, "a") as package:
        package.comment = b""


def refuse_unwritable(path: Path) -> None:
    """Raise InputError when the results of this file could not be written, into it or into the workbook beside it."""
    from core.workbooks.save import refuse_read_only

    refuse_read_only(path if kind_of(path) is Kind.PACKAGE else _free_name(path))


def work_beside(path: Path) -> Path | None:
    """Return the last workbook beside a file that somebody has saved since: nothing of it is read with the file.

    None for a workbook that holds its own results. Raises InputError where the file cannot be read.
    """
    found = None
    if kind_of(path) is Kind.PACKAGE:
        return None
    for target in _names(path):
        if not target.exists():
            return found
        found = found if _is_ours(target) else target
    return found


def _free_name(path: Path) -> Path:
    return next(target for target in _names(path) if not target.exists() or _is_ours(target))


def _names(path: Path) -> Iterator[Path]:
    """Yield the names that a workbook beside a file may have, without end."""
    for number in count(1):
        yield path.with_name(path.stem + (f" ({number})" if number > 1 else "") + SUFFIX)


def _is_ours(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as package:
            return package.comment == _OURS
    except (OSError, zipfile.BadZipFile):
        return False
