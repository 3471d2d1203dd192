"""Commands on foreign files: inspect one, map it to a system, learn a system from one."""

from __future__ import annotations

from dataclasses import replace as changed
from pathlib import Path
from typing import Any

import click

from core import actions, taking
from core.cli.frame import (
    LANG,
    Failure,
    file_argument,
    may_write,
    output_option,
    print_json,
    read_pairs,
    reading_options,
    run_options,
    say,
    say_other_sheets,
    verb,
)
from core.fields import field_word
from core.i18n import show, tr
from core.inspection import ColumnProfile, Inspection
from core.mapping import Fate, Mapping
from core.mapping.sources import Source
from core.profiles import Field
from core.settings import Settings
from core.tables import Table
from core.taking import Taken
from core.taking.foreign import read_every_sheet, read_foreign, stack


@verb("inspect", json_too=True)
@file_argument
@reading_options
def inspect(
    settings: Settings, path: Path, sheet: str | None, encoding: str | None, separator: str | None, *, as_json: bool
) -> None:
    """Say what a file is, what is odd in it, and what each column holds."""
    table, found = taking.examine(path, sheet=sheet, encoding=encoding, separator=separator)
    if as_json:
        print_json(inspection_data(table, found, settings.lang))
        return
    for sentence in found.sentences:
        say(sentence.say(settings.lang))
    say(tr("inspection.columns_title", settings.lang))
    for column in found.columns:
        if column.filled:
            _say_column(column, settings.lang)
    empty = [c.header or c.letter for c in found.columns if not c.filled]
    if empty:
        say(tr("inspection.column_empty", settings.lang, headers=empty))


def _say_column(column: ColumnProfile, lang: str) -> None:
    values = ", ".join(f"{value} ({show(count, lang)})" for value, count in column.top)
    top = tr("inspection.column_top", lang, values=values) if values else ""
    given = {name: getattr(column, name) for name in ("letter", "header", "filled", "distinct", "longest")}
    say(tr("inspection.column", lang, **given, top=top))
    if column.odd:
        odd = [tr("inspection.odd_one", lang, row=str(row), value=value) for row, value in column.odd]
        say(tr("inspection.column_odd", lang, values=odd))


def inspection_data(table: Table, found: Inspection, lang: str) -> dict[str, object]:
    """Return an inspection as data for a script."""
    return {
        "file": str(table.path),
        "sheet": table.sheet,
        "header_row": table.header_row,
        "rows": len(table),
        "source": found.recognised.source.id if found.recognised else None,
        "facts": table.facts,
        "sentences": [{"code": s.key, "message": s.say(lang)} for s in found.sentences],
        "columns": [{name: getattr(c, name) for name in ColumnProfile.__slots__} for c in found.columns],
    }


@verb("map", json_too=True)
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(readable=False, path_type=Path))
@click.option("--to", "system_name", metavar="SYSTEM", required=True, help=tr("cli.opt_to", LANG))
@output_option()
@click.option("--mapping", "answers", type=click.Path(path_type=Path), help=tr("cli.opt_mapping", LANG))
@click.option("--yes", is_flag=True, help=tr("cli.opt_yes", LANG))
@click.option("--all-sheets", is_flag=True, help=tr("cli.opt_all_sheets", LANG))
@reading_options
@run_options
def map(
    settings: Settings,
    paths: tuple[Path, ...],
    system_name: str,
    output: Path | None,
    answers: Path | None,
    *,
    yes: bool,
    as_json: bool,
    **how: Any,
) -> None:
    """Bring customers of foreign files to a system's own columns."""
    profile, sources, replace = actions.system(system_name), taking.known_sources(), bool(how.pop("replace"))
    profile = profile.with_options(actions.run_options(profile, read_pairs(how.pop("pairs"), settings)))
    if output:
        may_write(output, replace=replace)
    every, wanted = how.pop("all_sheets"), answers is not None and not answers.exists()
    tables = [t for p in paths for t in (read_every_sheet(p, sources) if every else [read_foreign(p, sources, **how)])]
    taken = [taking.take(table, profile, sources) for table in tables]
    answers = answers or _questions_file(output, settings.lang)
    if answers and answers.exists():
        taken, kept = _answered(taken, answers, sources)
        if kept and not as_json:
            say(tr("mapping.kept", settings.lang, path=str(kept)))
    if not as_json:
        for one in taken:
            say_other_sheets(one.table, settings.lang)
            _say_mapping(one, settings.lang)
    asked = [one for one in taken if one.mapping.questions] if not yes else []
    written = _write(taken, output, settings.lang) if output and not asked else None
    sheet = _write_questions((asked or taken)[0], answers, settings.lang) if asked or wanted else None
    if as_json:
        print_json({"files": [mapping_data(t, settings.lang) for t in taken], "written": written, "mapping": sheet})
    else:
        _say_end(written, sheet, profile.id, settings.lang)
    if asked and output:
        raise Failure(1)


def _answered(taken: list[Taken], answers: Path, sources: list[Source]) -> tuple[list[Taken], Path | None]:
    """Apply the answers of a mapping workbook to every table of its layout. Raises InputError when there is none."""
    first, kept = taking.answer(taken[0], answers, sources)
    others = [changed(one, mapping=taking.take(one.table, one.mapping.profile, sources).mapping) for one in taken[1:]]
    return [first, *others], kept


def _write(taken: list[Taken], output: Path, lang: str) -> Path:
    mapped = [one.mapped() for one in taken]
    table = stack(mapped, lang) if len(mapped) > 1 else mapped[0]
    taking.write_mapped(table, taken[0].mapping.profile, output, lang)
    return output


def _questions_file(output: Path | None, lang: str) -> Path | None:
    """Return where the questions about an output are asked: beside it. An answered one is found there again."""
    return output.with_name(f"{output.stem}_{tr('mapping.sheet_columns', lang).lower()}.xlsx") if output else None


def _write_questions(one: Taken, path: Path | None, lang: str) -> Path | None:
    """Write the mapping workbook, unless it is there already: it may hold the user's answers."""
    from core.mapping.sheet import write_mapping_sheet

    if path is None or path.exists():
        return path
    write_mapping_sheet(path, one.table, one.mapping, lang)
    return path


def _say_mapping(one: Taken, lang: str) -> None:
    mapping, table = one.mapping, one.table
    say(tr("mapping.head", lang, file=table.path.name, sheet=table.sheet, rows=len(table), system=mapping.profile.name))
    for sentence in one.remarks(lang):
        say(sentence)
    if mapping.exact:
        say(tr("mapping.exact", lang, system=mapping.profile.name))
        return
    if mapping.recognised:
        say(tr("mapping.from_source", lang, source=mapping.recognised.source.name[lang]))
    if mapping.choices.saved:
        say(tr("mapping.reused", lang))
    headers = {a.index: a.header for a in mapping.accounts}
    for field in mapping.profile.fields:
        if proposal := mapping.proposals.get(field.key):
            names = [headers[c] for c in proposal.transform.columns]
            why = proposal.sentence(lang)
            say(tr("mapping.line", lang, field=field.header, headers=" + ".join(names), why=why))
    _say_left(mapping, lang)
    if mapping.missing:
        say(tr("mapping.missing", lang, system=mapping.profile.name, headers=list(mapping.missing)))


def _say_left(mapping: Mapping, lang: str) -> None:
    left = [a for a in mapping.accounts if a.fate is Fate.LEFT_OUT]
    for why in dict.fromkeys(a.sentence(lang) for a in left if a.filled):
        headers = [tr("mapping.left_one", lang, header=a.header, filled=a.filled) for a in left
                   if a.filled and a.sentence(lang) == why]  # fmt: skip
        say(tr("mapping.left_line", lang, headers=headers, why=why))
    empty = sum(not a.filled for a in left)
    if empty:
        say(tr("mapping.empty_count", lang, count=empty))
    for account in mapping.questions:
        say(tr("mapping.ask_line", lang, header=account.header, filled=account.filled, why=account.sentence(lang)))
    for values in mapping.values.values():
        field = mapping.profile.field(values.field)
        words = [w for w in (*values.unknown, *values.near) if w not in mapping.choices.values.get(values.field, {})]
        if words and field:
            say(tr("mapping.words_line", lang, field=field.header, words=words[:8], count=len(words)))


def _say_end(written: Path | None, sheet: Path | None, system: str, lang: str) -> None:
    if written:
        say(tr("mapping.written", lang, path=str(written), system=system))
    if sheet:
        say(tr("mapping.sheet_written", lang, path=str(sheet)))


def mapping_data(one: Taken, lang: str) -> dict[str, object]:
    """Return a mapping as data for a script: every column is in `columns`, with its fate."""
    mapping, table = one.mapping, one.table
    return {
        "file": str(table.path),
        "sheet": table.sheet,
        "rows": len(table),
        "rows_left_out": {"headers": list(one.headers), "totals": list(one.totals)},
        "system": mapping.profile.id,
        "source": mapping.recognised.source.id if mapping.recognised else None,
        "exact": mapping.exact,
        "reused": mapping.choices.saved,
        "missing": list(mapping.missing),
        "fields": {
            key: {
                "columns": [table.headers[c] for c in p.transform.columns],
                "way": type(p.transform).__name__.lower(),
                "how": p.evidence.how,
                "score": p.evidence.score,
                "reason": p.sentence(lang),
            }
            for key, p in mapping.proposals.items()
        },
        "columns": [
            {"header": a.header, "nth": a.nth, "filled": a.filled, "fate": a.fate, "fields": list(a.fields),
             "reason": a.sentence(lang)}
            for a in mapping.accounts
        ],
        "values": {k: {"sure": v.sure, "near": v.near, "unknown": v.unknown} for k, v in mapping.values.items()},
    }  # fmt: skip


@verb("learn", json_too=True)
@file_argument
@click.option("--name", required=True, help=tr("cli.opt_name", LANG))
@click.option("--like", metavar="SYSTEM", help=tr("cli.opt_like", LANG))
@click.option("--replace", is_flag=True, help=tr("cli.opt_replace_system", LANG))
def learn(settings: Settings, path: Path, name: str, like: str | None, *, replace: bool, as_json: bool) -> None:
    """Make a system of a vendor's template or export, and say what is still unknown."""
    learnt = taking.learn_system(path, name, like, replace=replace)
    profile, lang = learnt.profile, settings.lang
    if as_json:
        unknown = [{"code": key, "headers": list(headers)} for key, headers in learnt.unknown]
        fields = {f.header: f.key for f in profile.fields}
        print_json({"system": profile.id, "path": profile.path, "fields": fields, "unknown": unknown})
        return
    say(tr("learning.done", lang, name=profile.name, count=len(profile.fields), path=str(profile.path)))
    if learnt.like:
        say(tr("learning.like", lang, system=learnt.like.name))
    for field in profile.fields:
        word = field_word(field.key, lang)
        say(tr("learning.line", lang, header=field.header, field=word, facts=_facts(field, lang)))
    for sentence in learnt.sentences(lang):
        say(sentence)
    say(tr("learning.next", lang, id=profile.id))


def _facts(field: Field, lang: str) -> list[str]:
    """Return what was learnt of a field, in words."""
    facts = [tr(f"template.type_{field.type}", lang)]
    facts += [tr("cli.field_required", lang)] if field.required else []
    facts += [tr("cli.field_length", lang, limit=field.max_length)] if field.max_length else []
    facts += [tr("cli.field_read_only", lang)] if field.read_only else []
    return facts + ([tr("learning.values", lang, count=len(field.choices))] if field.choices else [])
