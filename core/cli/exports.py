"""Commands that take customers out of the database: export a selection, list the saved ones."""

from __future__ import annotations

from pathlib import Path

import click

from core import actions
from core.cli.frame import (
    LANG,
    context_of,
    db_option,
    may_write,
    need_db,
    output_option,
    print_json,
    run_options,
    say,
    system_option,
    verb,
)
from core.errors import SettingsError
from core.i18n import tr
from core.settings import Settings


@verb("export", json_too=True)
@system_option
@db_option
@run_options
@click.option("--where", multiple=True, metavar="C", help=tr("cli.opt_where", LANG))
@click.option("--any", "any_of", is_flag=True, help=tr("cli.opt_any", LANG))
@click.option("--selection", metavar="NAME", default="", help=tr("cli.opt_selection", LANG))
@click.option("--columns", metavar="A,B", default="", help=tr("cli.opt_columns", LANG))
@output_option()
@click.option("--csv", "as_csv", is_flag=True, help=tr("cli.opt_csv", LANG))
@click.option("--count", "count_only", is_flag=True, help=tr("cli.opt_count", LANG))
@click.option("--save", metavar="NAME", default="", help=tr("cli.opt_save", LANG))
@click.option("--action-code", metavar="CODE", default="", help=tr("cli.opt_action_code", LANG))
def export(
    settings: Settings, pairs: tuple[str, ...], where: tuple[str, ...], selection: str, columns: str, **given: object
) -> None:
    """Export selected customers."""
    context = context_of(settings, pairs, db=need_db)
    path = _output(given["output"], as_csv=bool(given["as_csv"]), replace=bool(given["replace"]))
    names = tuple(name.strip() for name in columns.split(",") if name.strip())
    wanted = actions.Wanted(where, bool(given["any_of"]), selection, names)
    said: dict[str, object] = {}
    if given["save"]:
        actions.save_selection(str(given["save"]), wanted, context)
        said["saved"] = given["save"]
    if given["count_only"]:
        said["count"] = actions.count_selected(wanted, context)
    elif path is not None:
        done = actions.export_file(path, wanted, context, str(given["action_code"]))
        said |= _exported(done)
        for line in [] if given["as_json"] else actions.lost_lines(done, context.profile.name, settings.lang):
            say(line)
    elif not said:
        raise SettingsError("cli.nothing_asked")
    if given["as_json"]:
        print_json(said)
    else:
        _say(said, str(given["action_code"]), context.profile.name, settings.lang)


def _output(output: object, *, as_csv: bool, replace: bool) -> Path | None:
    """Return the file to write, None when there is none to write. Raises SettingsError before anything is done."""
    if not isinstance(output, Path):
        return None
    return may_write(output.with_suffix(".csv") if as_csv else output, replace=replace, suffixes=(".xlsx", ".csv"))


def _exported(done: actions.Exported) -> dict[str, object]:
    return {
        "count": len(done.numbers),
        "path": done.path,
        "kept": list(done.kept),
        "customers": done.numbers,
        "without_code": done.without_code,
    }


def _say(said: dict[str, object], code: str, system: str, lang: str) -> None:
    if "saved" in said:
        say(tr("selection.saved", lang, name=said["saved"]))
    if "path" not in said:
        if "count" in said:
            say(tr("selection.count", lang, count=said["count"]))
        return
    if said["kept"]:
        say(tr("selection.columns_kept", lang, system=system, columns=said["kept"]))
    say(tr("selection.exported", lang, count=said["count"], path=str(said["path"])))
    if code:
        say(tr("selection.action", lang, code=code, count=said["count"]))


@verb("selections", json_too=True)
@db_option
def selections(settings: Settings, *, as_json: bool) -> None:
    """List the saved selections."""
    found = actions.saved_selections(need_db(settings), settings.shop)
    if as_json:
        print_json(found)
    elif not found:
        say(tr("selection.none_saved", settings.lang))
    for name, content in ({} if as_json else found).items():
        joined = tr("selection.or" if content["any"] else "selection.and", settings.lang)
        where = joined.join(content["where"]) or tr("selection.everybody", settings.lang)
        say(tr("selection.line", settings.lang, name=name, system=content["system"], where=where))
