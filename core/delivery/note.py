"""The delivery note: one page to print, that says what to do with the files at the vendor's. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.delivery import Delivery, reasons
from core.i18n import show, tr
from core.profiles import Option

ROWS_SHOWN = 12  # row numbers of one reason
LINES_SHOWN = 10  # reasons, files: what keeps the note on one page


class Style(StrEnum):
    """What a line of the note is."""

    TITLE = "title"
    TEXT = "text"
    HEADING = "heading"
    STEP = "step"
    TABLE_HEAD = "table_head"
    TABLE_ROW = "table_row"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a text across the page, or the cells of a table's row."""

    style: Style
    cells: tuple[str, ...]


def delivery_note(delivery: Delivery, source: str, today: date, lang: str) -> list[Line]:
    """Return the lines of the note; `source` names the sheet that the delivery was made of."""

    def say(style: Style, name: str, **params: object) -> Line:
        return Line(style, (tr(f"delivery.{name}", lang, **params),))

    system, count = delivery.profile.name, delivery.count
    steps = [step for step in delivery.profile.steps.get(lang, "").splitlines() if step.strip()]
    return [
        say(Style.TITLE, "note_title", system=system),
        say(Style.TEXT, "note_head", date=today, source=source, count=count, files=len(delivery.files)),
        say(Style.HEADING, "files"),
        *_files(delivery, lang),
        say(Style.HEADING, "steps", system=system),
        *(Line(Style.STEP, (f"{n}. {step}",)) for n, step in enumerate(steps, 1)),
        *_options(delivery, lang),
        say(Style.HEADING, "left_out"),
        *(Line(Style.STEP, (f"– {line}",)) for line in left_out_lines(delivery, lang)),
        *(Line(Style.WARNING, (line,)) for line in warnings(delivery, lang)),
        say(Style.TEXT, "come_back"),
    ]


def _files(delivery: Delivery, lang: str) -> Iterator[Line]:
    yield Line(Style.TABLE_HEAD, (tr("delivery.file", lang), tr("delivery.rows", lang), ""))
    for file in delivery.files[:LINES_SHOWN]:
        yield Line(Style.TABLE_ROW, (file.name, show(len(file.rows), lang), ""))
    more = len(delivery.files) - LINES_SHOWN
    if more > 0:
        yield Line(Style.TEXT, (tr("delivery.more_files", lang, count=more),))


def _options(delivery: Delivery, lang: str) -> Iterator[Line]:
    """Give the options that are chosen on the vendor's screen too; whether a blank erases is not asked there."""
    options = [o for o in delivery.profile.options if o.key != "blank_erases"]
    columns = {f.option for f in delivery.profile.fields if f.option}
    asked = [o for o in options if o.key not in columns]
    if asked:
        yield Line(Style.HEADING, (tr("delivery.options", lang),))
        yield Line(Style.TABLE_HEAD, tuple(tr(f"delivery.{name}", lang) for name in ("option", "choice", "meaning")))
    for option in asked:
        yield Line(Style.TABLE_ROW, (option.label[lang], _chosen(option, delivery, lang), option.help[lang]))


def _chosen(option: Option, delivery: Delivery, lang: str) -> str:
    """Return an option's value in words."""
    value = delivery.order.options.get(option.key, option.default)
    if option.type == "flag":
        return show(value == "yes", lang)
    found = (c.label[lang] for c in option.choices if c.code == value)
    return next(found, value) or tr("delivery.none", lang)


def left_out_lines(delivery: Delivery, lang: str) -> list[str]:
    """Return what was left out and why, one sentence each."""
    lines = []
    found = reasons(delivery)
    for issue, rows in found[:LINES_SHOWN]:
        if issue:
            message = issue.message(lang)
            why = message if not issue.column or issue.column in message else f"{issue.column}, {message}"
            lines.append(tr("delivery.left_rows", lang, count=len(rows), rows=_rows(rows), why=why))
        else:
            lines.append(tr("delivery.left_skipped", lang, count=len(rows), rows=_rows(rows)))
    if len(found) > LINES_SHOWN:
        count = sum(len(rows) for _, rows in found[LINES_SHOWN:])
        lines.append(tr("delivery.left_more", lang, count=count))
    for header, cells in delivery.unread.items():
        lines.append(tr("delivery.left_unread", lang, column=header, count=len(cells), rows=_rows(cells)))
    for header, cells in delivery.without_code.items():
        given = {"column": header, "system": delivery.profile.name, "count": len(cells), "rows": _rows(cells)}
        lines.append(tr("delivery.left_no_code", lang, **given))
    if delivery.empty:
        lines.append(tr("delivery.left_empty", lang, columns=list(delivery.empty)))
    if delivery.read_only:
        lines.append(tr("delivery.left_read_only", lang, columns=list(delivery.read_only)))
    if delivery.erase_marks:
        lines.append(tr("delivery.left_marks", lang, count=delivery.erase_marks))
    return lines or [tr("delivery.nothing_left", lang)]


def warnings(delivery: Delivery, lang: str) -> list[str]:
    """Return what the user must know before importing."""
    said = []
    if delivery.older:
        said.append(tr("delivery.older_files", lang, files=delivery.older[:LINES_SHOWN]))
    blanks = delivery.blanks if delivery.profile.drops_empty else {}
    if blanks:
        most = sorted(blanks.items(), key=lambda b: -b[1])[:LINES_SHOWN]
        shown = [f"{header} ({show(n, lang)})" for header, n in most]
        said.append(tr("delivery.blanks_erase", lang, system=delivery.profile.name, columns=shown))
    return said


def _rows(rows: Sequence[int]) -> str:
    shown = ", ".join(map(str, rows[:ROWS_SHOWN]))
    return shown + (", …" if len(rows) > ROWS_SHOWN else "")
