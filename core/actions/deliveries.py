"""Deliver files to a vendor's importer, and take the vendor's answer back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from core.actions.context import Context, Reading, read_customers
from core.actions.exports import write_csv
from core.checked import Checked
from core.errors import InputError, SettingsError, folder_refused
from core.fields import FieldType
from core.i18n import tr
from core.tables import Result, Table

if TYPE_CHECKING:
    from core.delivery import Delivery, DeliveryFile
    from core.delivery.comeback import Answer, Placed

NUMBERS = (FieldType.AMOUNT, FieldType.DATE)


@dataclass(frozen=True, slots=True)
class Packing:
    """How to deliver: the format (the system's first by default), and whether wholly empty columns stay."""

    format: str = ""
    keep_empty: bool = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivery as it was written."""

    delivery: Delivery
    files: list[Path]
    note: Path | None


def plan(table: Table, context: Context, name: str, packing: Packing) -> tuple[Checked, Delivery]:
    """Check a table and say what would be delivered. Raises SettingsError for a format that the system refuses."""
    from core.checking import check
    from core.decisions import read_decisions
    from core.delivery import Order, plan_delivery
    from core.results import decided

    profile = context.profile
    kind = packing.format or profile.formats[0]
    if kind not in profile.formats:
        raise SettingsError("delivery.bad_format", system=profile.name, format=kind, known=list(profile.formats))
    checked = check(table, profile, options=dict(context.options))
    words, proposed = decided(table, None)  # what Carnet proposed, nobody has decided
    users = {row: word for row, word in words.items() if row not in proposed}
    decisions, unread = read_decisions(users.keys(), users.values())
    if unread:
        row, said = next(iter(unread.items()))
        raise InputError("push.bad_decision", row=row, value=said, count=len(unread))
    return checked, plan_delivery(checked, decisions, Order(name, kind, context.options, packing.keep_empty))


def deliver_file(
    path: Path, folder: Path, context: Context, packing: Packing, reading: Reading | None = None
) -> Delivered:
    """Write the vendor's files of a sheet, and the note that goes with them. Nothing is written without a customer."""
    return deliver_table(read_customers(path, context.profile, reading), folder, context, packing, path)


def deliver_table(table: Table, folder: Path, context: Context, packing: Packing, path: Path) -> Delivered:
    """Do the same for a table already read from `path`, such as the sheet open in Excel. Raises InputError."""
    from core.delivery.note import delivery_note
    from core.workbooks.note import write_note

    _, delivery = plan(table, context, path.stem, packing)
    if not delivery.files:
        return Delivered(delivery, [], None)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise folder_refused(folder, error) from error
    files = [_write(folder / file.name, file, delivery) for file in delivery.files]
    delivery.older = _older_files(folder, f"{path.stem}-{context.profile.id}", files)
    note = folder / f"{path.stem}-{context.profile.id}-{tr('delivery.note_file', context.lang)}.xlsx"
    lines = delivery_note(delivery, path.name, date.today(), context.lang)
    write_note(note, lines, tr("delivery.note_sheet", context.lang))
    return Delivered(delivery, files, note)


def _older_files(folder: Path, start: str, written: Sequence[Path]) -> list[str]:
    """Return the files that an earlier delivery of the same sheet left: to import both would double the customers."""
    name = re.compile(re.escape(start) + r"(-\d+)?\.(xlsx|xls|csv)")
    return sorted({p.name for p in folder.iterdir() if name.fullmatch(p.name)} - {p.name for p in written})


def _write(path: Path, file: DeliveryFile, delivery: Delivery) -> Path:
    """Write one file, and nothing in it but the header and the customers."""
    from core.workbooks import write_table

    profile, headers = delivery.profile, [f.header for f in delivery.fields]
    if delivery.order.format == "csv":
        write_csv(path, headers, file.columns, profile)
    elif delivery.order.format == "xls":
        from core.workbooks.old_writing import write_old_table

        write_old_table(path, headers, file.columns, sheet=profile.sheet)
    else:
        texts = {f.header for f in delivery.fields if f.type not in NUMBERS}
        write_table(path, headers, file.columns, text_columns=texts, sheet=profile.sheet)
    return path


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """A vendor's answer: its file, the column of messages if the user had to say, and which file of a split delivery
    is answered (from 1), for lines that only number their row."""

    path: Path
    column: str = ""
    part: int = 1


def take_answer(path: Path, answer: AnswerFile, context: Context, reading: Reading | None = None) -> Answered:
    """Put a vendor's messages beside the rows of the sheet that they speak of, and write them. Raises InputError."""
    from core.delivery.comeback import place_answers
    from core.workbooks import write_results

    table = read_customers(path, context.profile, reading)
    checked, delivery = plan(table, context, path.stem, Packing())
    rows = delivery.files[answer.part - 1].rows if 0 < answer.part <= len(delivery.files) else []
    placed = place_answers(checked, _read_answers(answer, context), rows)
    columns = answer_columns(table, placed.messages, context)
    written = write_results(path, table, columns, context.lang) if placed.messages else None
    return Answered(placed, written)


@dataclass(frozen=True, slots=True)
class Answered:
    """The messages by row, those without a row, and the file they were written into."""

    placed: Placed
    written: Path | None


def _read_answers(answer: AnswerFile, context: Context) -> Sequence[Answer]:
    from core.delivery.comeback import is_table_of, message_column, read_answers, read_lines

    profile = context.profile
    if answer.path.suffix.lower() != ".txt":
        table = read_customers(answer.path, profile)
        place = message_column(table, profile, answer.column)
        if place is None:
            raise InputError("delivery.no_message_column", path=answer.path.name, headers=table.headers)
        return read_answers(table, profile, place, date.today())
    content = _read_text(answer.path)
    table = _pasted_table(answer.path, content)
    place = message_column(table, profile, answer.column) if is_table_of(table, profile) else None
    found = read_lines(content) if place is None else read_answers(table, profile, place, date.today())
    if not found:
        raise InputError("delivery.no_answers", path=answer.path.name)
    return found


def _read_text(path: Path) -> str:
    """Read a pasted text: UTF-8, or else what Windows writes. Raises InputError."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError("errors.file_missing", path=str(path)) from error
    except OSError as error:
        raise InputError("errors.file_unreadable", path=path.name) from error
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _pasted_table(path: Path, content: str) -> Table:
    """Return a text copied from a grid as a table: cells end at tabs, the first line is the header."""
    lines = [line.split("\t") for line in content.splitlines() if line.strip()] or [[]]
    headers, *rows = lines
    width = len(headers)
    padded = [(row + [""] * width)[:width] for row in rows]
    columns = [[row[i].strip() or None for row in padded] for i in range(width)]
    return Table(path, path.stem, 1, headers, list(range(1, width + 1)), columns, list(range(2, len(rows) + 2)))  # type: ignore[arg-type]


def answer_columns(table: Table, messages: Mapping[int, list[str]], context: Context) -> dict[Result, list[str]]:
    """Return the result columns with the vendor's messages; what other rows said before stays."""
    before = {r: table.results.get(r, [None] * len(table)) for r in Result}
    columns = {r: ["" if cell is None else str(cell) for cell in cells] for r, cells in before.items()}
    said = tr("delivery.refused_by", context.lang, system=context.profile.name)
    for index, row in enumerate(table.rows):
        if row in messages:
            columns[Result.STATUS][index] = said
            columns[Result.MESSAGE][index] = "\n".join(dict.fromkeys(messages[row]))
    return columns
