"""Button Corriger: the safe repairs, listed, applied once the user has agreed, and undone like any other write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import xlwings as xw

from addin.buttons.checking import context_of
from addin.columns import Change, write_cells
from addin.documents import new_list
from addin.excel import Desk, busy
from addin.sheets import OpenSheet, formula_cells, read_open_template
from core.cells import text
from core.checking import check
from core.fixes import Fix, apply_fixes, find_fixes

LIST_WIDTHS = (8, 24, 36, 36, 34, 14)
HEADS = ("row", "column", "before", "after", "rule", "state")


def fix(desk: Desk) -> None:
    """Apply the safe repairs of the rows; proposals are listed, never applied."""
    with busy(desk, "ribbon.reading") as step:
        profile, opened = read_open_template(desk)
        context = context_of(desk, profile, opened)
        step("ribbon.checking")
        checked = check(opened.table, profile, options=dict(context.options))
        fixes = find_fixes(checked, options=context.options, lang=desk.lang)
        changes, formulas = _changes(opened, fixes)
    if not fixes:
        desk.say(desk.text("ribbon.nothing_to_fix", sheet=opened.table.sheet))
    elif not changes:
        _list(desk, opened.sheet, fixes)
        desk.say(desk.text("ribbon.only_proposals", count=len(fixes)))
    elif desk.ask(_question(desk, fixes, changes)):
        with busy(desk, "ribbon.writing"):
            write_cells(desk, opened, changes)
            _list(desk, opened.sheet, fixes)
        desk.say(_done(desk, fixes, changes, formulas))


def _changes(opened: OpenSheet, fixes: Sequence[Fix]) -> tuple[list[Change], int]:
    """Return the cells that change, and the number of those left alone because a formula computes them."""
    table = opened.table
    fixed = apply_fixes(table, fixes)
    changes = [
        Change(table.rows[n], position, before, after)
        for position, old, new in zip(table.positions, table.columns, fixed.columns, strict=True)
        if old is not new
        for n, (before, after) in enumerate(zip(old, new, strict=True))
        if before is not after and before != after
    ]
    computed = formula_cells(opened.sheet) if changes else set()
    kept = [change for change in changes if (change.row, change.column) not in computed]
    return kept, len(changes) - len(kept)


def _question(desk: Desk, fixes: Sequence[Fix], changes: Sequence[Change]) -> str:
    certain = Counter(f.rule for f in fixes if f.certain)
    rules = "\n".join(f"– {desk.text(f'fixes.rule_{rule}')} : {count}" for rule, count in certain.most_common())
    return desk.text("ribbon.fix_question", cells=len(changes), rules=rules)


def _done(desk: Desk, fixes: Sequence[Fix], changes: Sequence[Change], formulas: int) -> str:
    proposals = sum(not f.certain for f in fixes)
    said = [desk.text("ribbon.fixed", cells=len(changes))]
    if proposals:
        said.append(desk.text("ribbon.proposals", count=proposals))
    if formulas:
        said.append(desk.text("ribbon.formulas_kept", count=formulas))
    return "\n\n".join(said)


def _list(desk: Desk, sheet: xw.Sheet, fixes: Sequence[Fix]) -> None:
    """List the repairs in a workbook of its own, behind the user's."""
    rows = [[desk.text(f"ribbon.fix_{name}") for name in HEADS]]
    for found in fixes:
        state = desk.text("ribbon.fix_applied" if found.certain else "ribbon.fix_proposed")
        before, after, rule = text(found.before), text(found.after), desk.text(f"fixes.rule_{found.rule}")
        rows.append([str(found.row), found.column, before, after, rule, state])
    new_list(desk, desk.text("ribbon.fixes_sheet"), rows, LIST_WIDTHS)
    desk.book.activate()
    sheet.activate()
