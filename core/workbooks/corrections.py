"""Write fixes into a workbook in place, and take them back days later, from what its sheet of corrections keeps."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from core.fixes.rules import Fix
from core.tables import Cell, Table
from core.workbooks.edits import CellEdits
from core.workbooks.journal import Correction, journal_parts, read_corrections
from core.workbooks.kinds import Kind, file_facts, kind_of
from core.workbooks.package import Package, guarded, open_package
from core.workbooks.results import refuse_changed
from core.workbooks.rewrite import Rewriter, rewrite
from core.workbooks.save import refuse_locked, replacing
from core.workbooks.styles import Styles

Places = set[tuple[int, str]]
"""Cells, by row and header."""
Keeper = Callable[[Places], Sequence[Correction]]
"""Given the cells left alone, what the sheet of corrections has to keep."""


def write_fixes(path: Path, table: Table, fixes: Sequence[Fix], lang: str, *, today: date) -> tuple[Path, list[Fix]]:
    """Write the certain fixes of a table; return the workbook they are in, and those left out: a formula's cells.

    An .xlsx or .xlsm is changed in place: the repaired cells, their corrections, nothing else. A text file or an .xls
    stays as it is, and the workbook `<stem>.carnet.xlsx` beside it gets them. Raises InputError, and writes nothing,
    when the file is open elsewhere or has changed since the table was read.
    """
    certain = [f for f in fixes if f.certain]
    if not certain:
        return path, []
    copied = kind_of(path) is not Kind.PACKAGE or open_package(path).styles is None
    if copied:
        from core.workbooks.beside import copy_beside

        path, table = copy_beside(path, table)
    kept = read_corrections(path)
    new = [Correction(table.sheet, f, today) for f in certain]
    after = {(f.row, f.column): f.after for f in certain}
    refused = _change(path, table, after, lambda left: [*kept, *(c for c in new if _place(c.fix) not in left)], lang)
    if copied:
        from core.workbooks.beside import keep_copy

        keep_copy(path)
    return path, [f for f in certain if _place(f) in refused]


def write_undone(
    path: Path, table: Table, undone: Sequence[Correction], kept: Sequence[Correction], lang: str
) -> list[Fix]:
    """Write back what the cells of one sheet were, and keep the other corrections; return those left out.

    `undone` are in the order in which they were made: the first of a cell says what it was. Raises InputError.
    """
    before = {_place(c.fix): c.fix.before for c in reversed(undone)}
    refused = _change(path, table, before, lambda left: [*kept, *(c for c in undone if _place(c.fix) in left)], lang)
    return [c.fix for c in undone if _place(c.fix) in refused]


def _place(fix: Fix) -> tuple[int, str]:
    return fix.row, fix.column


def _change(path: Path, table: Table, values: Mapping[tuple[int, str], Cell], keeper: Keeper, lang: str) -> Places:
    """Rewrite the package with new values in cells; return the cells left alone: formulas, and cells that are gone."""
    refuse_locked(path)
    refuse_changed(path, table)
    package = open_package(path)
    sheet = next(s for s in package.sheets if s.name == table.sheet)
    positions = dict(reversed(list(zip(table.headers, table.positions, strict=True))))
    edits: dict[int, dict[int, Cell]] = defaultdict(dict)
    for (row, column), value in values.items():
        edits[row][positions[column]] = value
    cells = CellEdits(edits, table.base_1904)
    styles = Styles(package.read(package.styles or ""))
    cells.look(package, sheet, styles)
    alone = cells.formulas | cells.missing
    refused = {(row, column) for row, column in values if (row, positions[column]) in alone}
    changed = journal_parts(package, keeper(refused), styles, lang, base_1904=table.base_1904)
    changed[sheet.part] = lambda: cells.sheet(package, sheet)
    changed[package.styles or ""] = lambda: [styles.xml]
    _ask_to_compute(package, changed)
    with replacing(path) as temporary, guarded(path):
        rewrite(path, temporary, changed)
    table.facts |= file_facts(path)
    return refused


def _ask_to_compute(package: Package, changed: dict[str, Rewriter]) -> None:
    """Let the program that opens the workbook compute its formulas again: they may read repaired cells."""
    made = changed.get(package.workbook)
    workbook = b"".join(made()) if made else package.read(package.workbook)
    plain = re.sub(rb"\sfullCalcOnLoad=([\"'])[^\"']*\1", b"", workbook)
    asked = re.sub(rb"(<(?:[\w.-]+:)?calcPr)(?=[\s/>])", rb'\1 fullCalcOnLoad="1"', plain)
    changed[package.workbook] = lambda: [asked]
