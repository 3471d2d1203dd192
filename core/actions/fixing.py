"""The verbs of repairs: fix a file, and take its fixes back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.actions.context import Context, Reading, read_customers
from core.errors import InputError
from core.fixes import Fix, Rule, find_fixes, lost_values, undo_fixes
from core.issues import Issue
from core.tables import Result, Table


@dataclass(frozen=True, slots=True)
class FixedFile:
    """What was found in a file: the fixes written (or that would be), the proposals, what is lost, and where it is.

    `formulas` are the fixes left out because a formula makes their cell.
    """

    done: list[Fix]
    proposals: list[Fix]
    lost: list[Issue]
    formulas: list[Fix]
    written: Path | None


@dataclass(frozen=True, slots=True)
class UnfixedFile:
    """The fixes taken back, and those left because their cell has changed since."""

    undone: list[Fix]
    left: list[Fix]


def fix_file(
    path: Path,
    context: Context,
    reading: Reading | None = None,
    *,
    rules: Collection[Rule] | None = None,
    dry_run: bool = False,
) -> FixedFile:
    """Repair a file's customers in place (beside it for a text file or an .xls). Raises InputError."""
    from core.checking import check
    from core.workbooks.corrections import write_fixes

    table = read_customers(path, context.profile, reading)
    checked = check(table, context.profile, options=dict(context.options))
    fixes = find_fixes(checked, rules=rules, options=context.options, lang=context.lang)
    certain, proposals = [f for f in fixes if f.certain], [f for f in fixes if not f.certain]
    if dry_run or not certain:
        return FixedFile(certain, proposals, lost_values(checked), [], None)
    written, formulas = write_fixes(path, table, certain, context.lang, today=date.today())
    alone = {(f.row, f.column) for f in formulas}
    done = [f for f in certain if (f.row, f.column) not in alone]
    if written == path:
        _mark_stale(path, table, done, context.lang)
    return FixedFile(done, proposals, lost_values(checked), formulas, written)


def unfix_file(path: Path, lang: str) -> UnfixedFile:
    """Take back every fix that a workbook keeps, but for the cells that changed since. Raises InputError."""
    from core.workbooks import read_table
    from core.workbooks.corrections import write_undone
    from core.workbooks.journal import read_corrections
    from core.workbooks.kinds import Kind, kind_of

    corrections = read_corrections(path) if kind_of(path) is Kind.PACKAGE else []
    if not corrections:
        raise InputError("fixes.nothing_to_undo", path=path.name)
    undone: list[Fix] = []
    left: list[Fix] = []
    for sheet in dict.fromkeys(c.sheet for c in corrections):
        others, mine = [c for c in corrections if c.sheet != sheet], [c for c in corrections if c.sheet == sheet]
        table = read_table(path, sheet=sheet, headers={c.fix.column for c in mine})
        _, refused = undo_fixes(table, [c.fix for c in mine])
        stay = {(f.row, f.column) for f in refused}
        back = [c for c in mine if (c.fix.row, c.fix.column) not in stay]
        alone = [c for c in mine if (c.fix.row, c.fix.column) in stay]
        formulas = write_undone(path, table, back, [*others, *alone], lang)
        corrections = [*others, *alone, *(c for c in back if c.fix in formulas)]
        left += [c.fix for c in alone] + formulas
        changed = [c.fix for c in back if c.fix not in formulas]
        _mark_stale(path, table, changed, lang)
        undone += changed
    return UnfixedFile(undone, left)


def _mark_stale(path: Path, table: Table, changed: Collection[Fix], lang: str) -> None:
    """Say in the status of the changed rows that what an earlier check wrote there is out of date."""
    from core.results import stale_columns
    from core.workbooks import write_results

    if changed and Result.STATUS in table.results:
        write_results(path, table, stale_columns(table, {f.row for f in changed}, lang), lang)
