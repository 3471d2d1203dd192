"""Groups Modèle and Source: new templates, customers taken from another file, what a workbook holds."""

from __future__ import annotations

from pathlib import Path

from addin import asked
from addin.documents import new_list, new_path
from addin.excel import Desk, busy, options_of, read_stamp
from addin.sheets import read_sheet
from core import actions, taking
from core.errors import SettingsError
from core.inspection import ColumnProfile, Outside, Sentence
from core.inspection import inspect as inspect_table
from core.mapping.data import Fate
from core.mapping.sources import header_hints, recognise_source
from core.taking.foreign import read_foreign

INSPECTION_WIDTHS = (10, 28, 12, 14, 14, 60)


def new_template(desk: Desk) -> None:
    """Make a blank template of the chosen system and open it."""
    _make_template(desk, with_customers=False)


def new_template_with_customers(desk: Desk) -> None:
    """Make a template filled with the database's customers and open it."""
    _make_template(desk, with_customers=True)


def _make_template(desk: Desk, *, with_customers: bool) -> None:
    settings, profile = desk.settings, desk.profile()
    if with_customers and not settings.db:
        raise SettingsError("settings.no_database")
    with busy(desk, "ribbon.working"):
        context = actions.Context(profile, desk.lang, actions.run_options(profile, {}), settings.db, settings.shop)
        stem = desk.text("ribbon.customers_file" if with_customers else "ribbon.template_file", system=profile.name)
        path = actions.make_template(new_path(desk, stem), context, with_customers=with_customers)
    desk.app.books.open(path)
    desk.say(desk.text("ribbon.template_made", path=str(path)))


def take_file(desk: Desk) -> None:
    """Take customers from another file into the chosen system's template; what is unsure is asked in a workbook."""
    waiting = asked.waiting_for(desk.book)
    if waiting is not None and desk.ask(desk.text("ribbon.use_answers", file=waiting[0].name)):
        desk.book.save()
        _take(desk, *waiting)
        return
    chosen = desk.ask_file(desk.text("ribbon.choose_file"))
    if chosen is not None:
        _take(desk, chosen, None)


def _take(desk: Desk, path: Path, answers: Path | None) -> None:
    with busy(desk, "ribbon.working"):
        profile, sources = desk.profile(), taking.known_sources()
        stamp = read_stamp(desk.book)
        own = stamp if stamp.get("system") == profile.id else {}
        profile = profile.with_options(options_of(desk, profile, own))
        taken = taking.take(read_foreign(path, sources), profile, sources)
        if answers is not None:
            taken, _ = taking.answer(taken, answers, sources)
        elif taken.mapping.questions:
            questions = asked.write_questions(desk, taken, path)
        target = new_path(desk, desk.text("ribbon.taken_file", file=path.stem, system=profile.name))
        if answers is not None or not taken.mapping.questions:
            taking.write_mapped(taken.mapped(), profile, target, desk.lang)
    if answers is None and taken.mapping.questions:
        desk.app.books.open(questions)
        desk.say(desk.text("ribbon.questions", file=path.name, count=len(taken.mapping.questions)))
        return
    desk.app.books.open(target)
    desk.say(_taken(desk, taken, path, target))


def _taken(desk: Desk, taken: taking.Taken, path: Path, target: Path) -> str:
    """Say what came from where, and what stayed behind."""
    mapping = taken.mapping
    left = [a.header for a in mapping.accounts if a.fate in (Fate.LEFT_OUT, Fate.ASKED) and a.filled]
    said = desk.text(
        "ribbon.taken", file=path.name, rows=len(taken.table), fields=len(mapping.proposals), path=str(target)
    )
    for sentence in taken.remarks(desk.lang):
        said += "\n\n" + sentence
    if left:
        said += "\n\n" + desk.text("ribbon.left_out", headers=left)
    if mapping.missing:
        said += "\n\n" + desk.text("mapping.missing", system=mapping.profile.name, headers=list(mapping.missing))
    return said


def inspect(desk: Desk) -> None:
    """Say in a workbook of its own what the sheet in front holds and what is odd in it."""
    with busy(desk, "ribbon.reading"):
        sources = taking.known_sources()
        sheet = desk.book.sheets.active
        opened = read_sheet(desk, sheet, header_hints(sources), {}, facts=True)
        sheets = tuple((s.name, s.visible) for s in desk.book.sheets)
        recognised = recognise_source(opened.table.headers, sources)
        found = inspect_table(opened.table, Outside(Path(desk.book.name).suffix or ".xlsx", sheets), recognised)
        title = desk.text("ribbon.inspection_sheet")
        rows = _inspection_rows(desk, found.sentences, found.columns)
        new_list(desk, title, rows, INSPECTION_WIDTHS)
    desk.say(desk.text("ribbon.inspected", sheet=opened.table.sheet, count=len(found.sentences)))


def _inspection_rows(
    desk: Desk, sentences: tuple[Sentence, ...], columns: tuple[ColumnProfile, ...]
) -> list[list[str | None]]:
    """Return the columns as a list, then the sentences under it."""
    heads = ("letter", "header", "filled", "distinct", "longest", "top")
    rows: list[list[str | None]] = [[desk.text(f"ribbon.head_{name}") for name in heads]]
    for column in columns:
        values = ", ".join(f"{value} ({count})" for value, count in column.top)
        numbers = [str(n) for n in (column.filled, column.distinct, column.longest)]
        rows.append([column.letter, column.header, *numbers, values])
    rows.append([None] * len(heads))
    return rows + [[None, None, None, None, None, sentence.say(desk.lang)] for sentence in sentences]
