"""Commands on repairs: fix a file, take its fixes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import click

from core import actions
from core.actions.fixing import FixedFile, fix_file, unfix_file
from core.cells import text
from core.cli.frame import (
    LANG,
    file_argument,
    need_system,
    print_json,
    read_pairs,
    reading_options,
    run_options,
    say,
    system_option,
    verb,
)
from core.fixes.rules import Fix, Rule
from core.i18n import tr
from core.settings import Settings
from core.tables import Cell

SHOWN = 20  # lines of a list on the screen; the rest is in the workbook, or in --json


@verb("fix", json_too=True)
@file_argument
@system_option
@click.option("--dry-run", is_flag=True, help=tr("cli.opt_fix_dry_run", LANG))
@click.option("--only", multiple=True, type=click.Choice([r.value for r in Rule]), help=tr("cli.opt_only", LANG))
@reading_options
@run_options
def fix(
    settings: Settings, path: Path, only: tuple[str, ...], pairs: tuple[str, ...], *, dry_run: bool, as_json: bool,
    **how: str | None,
) -> None:  # fmt: skip
    """Repair what can be repaired without guessing."""
    profile = actions.system(need_system(settings, path))
    context = actions.Context(profile, settings.lang, actions.run_options(profile, read_pairs(pairs, settings)))
    rules = [Rule(name) for name in only] or None
    found = fix_file(path, context, actions.Reading(**how), rules=rules, dry_run=dry_run)
    if as_json:
        print_json(fix_data(found))
    else:
        _say_fixes(found, path, settings.lang)


def fix_data(found: FixedFile) -> dict[str, object]:
    """Return what a repair did as data for a script."""
    return {
        "written": found.written,
        "fixes": [_fix_data(f) for f in found.done],
        "proposals": [_fix_data(f) for f in found.proposals],
        "formulas": [_fix_data(f) for f in found.formulas],
        "lost": [{"row": i.row, "column": i.column, "field": i.field, "value": i.value} for i in found.lost],
    }


def _fix_data(found: Fix) -> dict[str, object]:
    return {
        "row": found.row,
        "column": found.column,
        "field": found.field,
        "before": _plain(found.before),
        "after": _plain(found.after),
        "rule": found.rule,
    }


def _plain(cell: Cell) -> object:
    return cell if cell is None or isinstance(cell, str | bool | float) else text(cell)


def _say_fixes(found: FixedFile, path: Path, lang: str) -> None:
    cells = len({(f.row, f.column) for f in found.done})
    where = found.written or path
    key = "fixes.none" if not found.done else "fixes.done" if found.written else "fixes.would"
    say(tr(key, lang, cells=cells, path=str(where)))
    for rule, count in Counter(f.rule for f in found.done).most_common():
        say(tr("fixes.count", lang, rule=tr(f"fixes.rule_{rule}", lang), count=count))
    sheet = tr("fixes.sheet", lang)
    more = "fixes.more_in_sheet" if found.written else "fixes.more"
    _say_list(_lines(found.done, lang), len(found.done), tr(more, lang, count=len(found.done) - SHOWN, sheet=sheet))
    if found.formulas:
        say(tr("fixes.formulas", lang, count=len({(f.row, f.column) for f in found.formulas})))
    proposals = [f for f in found.proposals if text(f.before) != text(f.after)]  # a day kept as it reads is no change
    if proposals:
        say(tr("fixes.proposals", lang, count=len(proposals)))
        _say_most(_lines(proposals, lang), len(proposals), lang)
    if found.lost:
        say(tr("fixes.lost", lang, count=len(found.lost)))
        lines = (tr("fixes.lost_line", lang, row=str(i.row), column=i.column, value=i.value) for i in found.lost)
        _say_most(lines, len(found.lost), lang)
    if found.written and found.done:
        say(tr("fixes.how_to_undo", lang, path=str(found.written)))


def _lines(fixes: Iterable[Fix], lang: str) -> Iterator[str]:
    return (
        tr(
            "fixes.line", lang, row=str(f.row), column=f.column, before=text(f.before), after=text(f.after),
            rule=tr(f"fixes.rule_{f.rule}", lang),
        )
        for f in fixes
    )  # fmt: skip


def _say_list(lines: Iterator[str], count: int, more: str) -> None:
    """Print the first of `count` lines, and how many are left; only those shown are made."""
    for line in islice(lines, SHOWN):
        say(line)
    if count > SHOWN:
        say(more)


def _say_most(lines: Iterator[str], count: int, lang: str) -> None:
    _say_list(lines, count, tr("fixes.more", lang, count=count - SHOWN))


@verb("unfix", json_too=True)
@file_argument
def unfix(settings: Settings, path: Path, *, as_json: bool) -> None:
    """Take the fixes of a workbook back."""
    found = unfix_file(path, settings.lang)
    if as_json:
        print_json({"undone": [_fix_data(f) for f in found.undone], "left": [_fix_data(f) for f in found.left]})
        return
    cells = len({(f.row, f.column) for f in found.undone})
    say(tr("fixes.undone", settings.lang, cells=cells, path=str(path)))
    if found.left:
        say(tr("fixes.left", settings.lang, count=len(found.left)))
        _say_most(_lines(found.left, settings.lang), len(found.left), settings.lang)
