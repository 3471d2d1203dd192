"""Commands on the vendors' own files: deliver them, take their answers back, convert one to another."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from core import actions
from core.cli.frame import (
    LANG,
    Failure,
    context_of,
    file_argument,
    may_write,
    output_option,
    print_json,
    reading_of,
    reading_options,
    run_options,
    say,
    system_option,
    verb,
)
from core.delivery import reasons
from core.delivery.conversion import Converted, Loss
from core.delivery.note import left_out_lines, warnings
from core.fields import FIELDS, FieldType
from core.i18n import show, tr
from core.settings import Settings

DECIMAL = re.compile(r"-?(0|[1-9]\d*)\.\d{1,4}", re.ASCII)
EXAMPLES = 3
REFUSED_SHOWN = 20


@verb("deliver", json_too=True)
@file_argument
@click.option("--to", "system_name", metavar="SYSTEM", required=True, help=tr("cli.opt_to", LANG))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help=tr("cli.opt_out_folder", LANG))
@click.option("--format", "kind", metavar="F", default="", help=tr("cli.opt_format", LANG))
@click.option("--keep-empty", is_flag=True, help=tr("cli.opt_keep_empty", LANG))
@run_options
@reading_options
def deliver(
    settings: Settings, path: Path, system_name: str, output: Path, pairs: tuple[str, ...], **given: Any
) -> None:
    """Write a vendor's files and the delivery note."""
    context = context_of(settings, pairs, system=system_name)
    packing = actions.Packing(str(given["kind"]), bool(given["keep_empty"]))
    done = actions.deliver_file(path, output, context, packing, reading_of(given))
    lines = left_out_lines(done.delivery, settings.lang)
    if given["as_json"]:
        print_json(_delivery_data(done, settings.lang))
    elif not done.files:
        say(tr("delivery.empty", settings.lang, lines=" ".join(lines)))
    else:
        written = zip(done.files, done.delivery.files, strict=True)
        names = [f"{path.name} ({show(len(file.rows), settings.lang)})" for path, file in written]
        say(tr("delivery.done", settings.lang, count=done.delivery.count, system=context.profile.name, files=names))
        for line in (*lines, *warnings(done.delivery, settings.lang)):
            say(f"- {line}")
        say(tr("delivery.note_written", settings.lang, path=str(done.note)))
    if done.delivery.left_out or not done.files:
        raise Failure(1)


def _delivery_data(done: actions.Delivered, lang: str) -> dict[str, object]:
    delivery = done.delivery
    return {
        "system": delivery.profile.id,
        "count": delivery.count,
        "note": done.note,
        "files": [{"path": p, "rows": f.rows} for p, f in zip(done.files, delivery.files, strict=True)],
        "left_out": [
            {"rows": rows, "code": issue.code if issue else "skipped", "message": issue.message(lang) if issue else ""}
            for issue, rows in reasons(delivery)
        ],
        "empty_columns": list(delivery.empty),
        "read_only_columns": list(delivery.read_only),
        "blank_cells": delivery.blanks,
    }


@verb("comeback", json_too=True)
@file_argument
@click.option("--answer", type=click.Path(path_type=Path), required=True, help=tr("cli.opt_answer", LANG))
@click.option("--column", metavar="C", default="", help=tr("cli.opt_message_column", LANG))
@click.option("--part", type=int, metavar="N", default=1, help=tr("cli.opt_part", LANG))
@system_option
@reading_options
def comeback(settings: Settings, path: Path, answer: Path, column: str, part: int, **given: Any) -> None:
    """Put a vendor's messages back on their rows."""
    context = context_of(settings, path=path)
    done = actions.take_answer(path, actions.AnswerFile(answer, column, part), context, reading_of(given))
    placed = done.placed
    if given["as_json"]:
        print_json({"messages": placed.messages, "unplaced": placed.unplaced, "written": done.written})
    else:
        count = sum(map(len, placed.messages.values()))
        say(tr("delivery.answered", settings.lang, count=count, path=str(done.written or path)))
        for message in placed.unplaced:
            say(f"- {tr('delivery.unplaced', settings.lang, message=message)}")
    if placed.unplaced:
        raise Failure(1)


@verb("convert", json_too=True)
@file_argument
@click.option("--from", "source_name", metavar="SYSTEM", required=True, help=tr("cli.opt_from", LANG))
@click.option("--to", "system_name", metavar="SYSTEM", required=True, help=tr("cli.opt_to", LANG))
@output_option(required=True)
@click.option("--yes", is_flag=True, help=tr("cli.opt_yes_losses", LANG))
@run_options
@reading_options
def convert(
    settings: Settings, path: Path, source_name: str, system_name: str, output: Path, *, yes: bool, **given: Any
) -> None:
    """Convert a file, once its losses are said."""
    context = context_of(settings, given["pairs"], system=system_name)
    may_write(output, replace=bool(given["replace"]), suffixes=(".xlsx", ".csv"))
    converted = actions.plan_conversion(path, actions.system(source_name), context, output, reading_of(given))
    clean = not converted.losses and not converted.refused
    written = actions.write_conversion(converted, output, context) if clean or yes else None
    if given["as_json"]:
        print_json(_conversion_data(converted, written, settings.lang))
    else:
        _say_losses(converted, context.profile.name, settings.lang)
        count = len(converted.filled.checked.table)
        said = tr("conversion.written", settings.lang, count=count, path=str(written))
        say(said if written else tr("conversion.stopped", settings.lang))
    if written is None:
        raise Failure(1)


def _say_losses(converted: Converted, system: str, lang: str) -> None:
    if not converted.losses and not converted.refused:
        say(tr("conversion.no_loss", lang))
        return
    cells = sum(len(loss.rows) for loss in converted.losses)
    say(tr("conversion.losses", lang, system=system, cells=cells, refused=len(converted.refused)))
    for loss in converted.losses:
        say(f"- {_loss_line(loss, system, lang)}")
    for row, issue in list(converted.refused.items())[:REFUSED_SHOWN]:
        say(f"- {tr('conversion.refused', lang, row=str(row), system=system, message=issue.line(lang))}")
    if len(converted.refused) > REFUSED_SHOWN:
        say(f"- {tr('conversion.more', lang, count=len(converted.refused) - REFUSED_SHOWN)}")


def _loss_line(loss: Loss, system: str, lang: str) -> str:
    shown = []
    for row, before, after in list(zip(loss.rows, loss.before, loss.after, strict=True))[:EXAMPLES]:
        key = "conversion.example" if after is None else "conversion.example_after"
        shown.append(tr(key, lang, row=str(row), before=_written(loss.key, before, lang), after=show(after, lang)))
    params: dict[str, object] = {"column": loss.column, "system": system, "count": len(loss.rows), "examples": shown}
    return tr(f"conversion.{loss.kind}", lang, **params)


def _written(key: str, before: str, lang: str) -> str:
    """Write an amount of the sheet, whose cells hold 101.5, as people of that language do; a code stays as it is."""
    amount = FIELDS.get(key) is FieldType.AMOUNT and DECIMAL.fullmatch(before)
    return show(Decimal(before), lang) if amount else before


def _conversion_data(converted: Converted, written: Path | None, lang: str) -> dict[str, object]:
    return {
        "written": written,
        "losses": [{"kind": x.kind, "field": x.key, "column": x.column, "rows": x.rows} for x in converted.losses],
        "refused": {row: issue.message(lang) for row, issue in converted.refused.items()},
    }
