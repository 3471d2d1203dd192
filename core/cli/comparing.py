"""Command of the comparison: the POS against FidelPass, in a workbook to choose in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from core.actions.comparing import Applied, Compared, apply_comparison, compare_customers, compare_file, write_compared
from core.actions.context import other_db
from core.cli.cards import fidelpass_option, open_sides, say_job
from core.cli.frame import (
    LANG,
    Failure,
    db_option,
    may_write,
    output_option,
    print_json,
    reading_of,
    reading_options,
    say,
    verb,
)
from core.errors import SettingsError
from core.gains import Proof
from core.i18n import show, tr
from core.settings import Settings

SHOWN = 20  # differences on a terminal
DAYS = ["%d/%m/%Y", "%Y-%m-%d"]


@verb("compare", json_too=True)
@click.argument("path", metavar="[FILE]", required=False, type=click.Path(readable=False, path_type=Path))
@click.option("--customer", "numbers", multiple=True, type=int, metavar="N", help=tr("cli.opt_compare_customer", LANG))
@output_option()
@click.option("--apply", "applying", is_flag=True, help=tr("cli.opt_apply", LANG))
@click.option("--proof-date", type=click.DateTime(DAYS), metavar="D", help=tr("cli.opt_proof", LANG))
@click.option("--proof-source", metavar="S", help=tr("cli.opt_proof_source", LANG))
@fidelpass_option
@db_option
@reading_options
def compare(
    settings: Settings,
    path: Path | None,
    numbers: tuple[int, ...],
    output: Path | None,
    *,
    applying: bool,
    as_json: bool,
    **more: Any,
) -> None:
    """Compare customers with FidelPass, or carry out what was chosen in the workbook."""
    lang = settings.lang
    proof = _read_proof(more["proof_date"], more["proof_source"])
    if path is None and (applying or not numbers):
        raise SettingsError("compare.say_file")
    if path is not None and applying:
        with open_sides(settings) as sides:
            _say_applied(apply_comparison(path, sides, lang, proof), path, settings, as_json=as_json)
        return
    listed = None if numbers else path
    target = may_write(output or _usual_name(listed, lang), replace=more["replace"])
    with open_sides(settings) as sides:
        if listed is None:
            compared = compare_customers(sides, numbers)
            write_compared(compared, target, lang)
        else:
            compared = compare_file(listed, sides, lang, target, reading_of(more))
    _say_compared(compared, target, settings, as_json=as_json)


def _usual_name(path: Path | None, lang: str) -> Path:
    """Return the workbook to write where nobody said: beside the file of the customers, if there is one."""
    name = tr("compare.file_name", lang)
    return Path(name) if path is None else path.with_name(f"{path.stem}-{name}")


def _read_proof(given: datetime | None, source: str | None) -> Proof | None:
    if bool(given) != bool(source):
        raise SettingsError("compare.half_proof")
    return Proof(source, given.date()) if given and source else None


def _say_compared(compared: Compared, target: Path, settings: Settings, *, as_json: bool) -> None:
    lang = settings.lang
    if as_json:
        rows = [
            {"customer": d.customer, "card": d.card, "field": d.field, "pos": d.pos, "fidelpass": d.fidelpass}
            for d in compared.found
        ]
        print_json({"written": target, "differences": rows})
        return
    for found in compared.found[:SHOWN]:
        pair = [tr("compare.blank", lang) if v is None else show(v, lang) for v in (found.pos, found.fidelpass)]
        name = tr(f"compare.field_{found.field}", lang)
        say(tr("compare.line", lang, customer=str(found.customer), field=name, pos=pair[0], fidelpass=pair[1]))
    if len(compared.found) > SHOWN:
        say(tr("compare.first_of", lang, shown=SHOWN, count=len(compared.found)))
    counts = {"customers": len(compared.customers), "differences": len(compared.found)}
    missing = {"without_card": len(compared.without_card), "unknown": len(compared.unknown)}
    say(tr("compare.done", lang, **counts, **missing))
    say(tr("compare.written", lang, path=str(target), db=other_db(settings.db)))


def _say_applied(applied: Applied, path: Path, settings: Settings, *, as_json: bool) -> None:
    lang = settings.lang
    if as_json:
        rows = [{"row": row, "outcome": word, "reason": key} for row, (word, key) in sorted(applied.rows.items())]
        print_json({"written": path, "job": applied.job, "rows": rows})
    else:
        for row, (word, key) in sorted(applied.rows.items()):
            say(
                tr(
                    "compare.applied_line",
                    lang,
                    row=str(row),
                    outcome=tr(f"compare.{word}", lang),
                    reason=tr(key, lang),
                )
            )
        say_job(applied.job, settings)
    if applied.problem is not None:
        raise applied.problem
    if any(word == "refused" for word, _ in applied.rows.values()):
        raise Failure(1)
