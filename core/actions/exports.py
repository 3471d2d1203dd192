"""Select customers of the database and write them into a sheet that can be edited and sent back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.actions.context import Context, open_database, user_name
from core.cells import fold, text
from core.errors import DatabaseError, InputError
from core.exported import HEADERS, field_mark, kept_form, marks_text
from core.i18n import tr
from core.profiles import Field, Profile
from core.selection import Group, read_selection
from core.tables import Cell

if TYPE_CHECKING:
    from core.database import Customer, Database
    from core.pushing.filling import Filled


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which customers: criteria (see `core.selection`), all of them or `any`, or a saved selection's `name`."""

    where: tuple[str, ...] = ()
    any: bool = False
    name: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote: the file, the customers' numbers, and the columns kept although nobody asked for them.

    `without_code` names the customers whose cell is blank, being a choice that only another system has: by header.
    """

    path: Path
    numbers: list[int] = field(repr=False)
    kept: tuple[str, ...] = ()
    without_code: Mapping[str, list[int]] = field(default_factory=dict, repr=False)


def count_selected(wanted: Wanted, context: Context) -> int:
    """Return how many customers a selection has, without fetching them. Raises InputError."""
    with open_database(context.db, shop=context.shop) as database:
        return len(database.select(read_wanted(wanted, context, database)[0]))


def read_wanted(wanted: Wanted, context: Context, database: Database) -> tuple[Group, tuple[str, ...]]:
    """Return the criteria and the columns asked for; criteria beside a saved selection narrow it."""
    whole = _with_saved(wanted, context, database)
    return read_selection(whole.where, context.profile, any=whole.any), whole.columns


def _with_saved(wanted: Wanted, context: Context, database: Database) -> Wanted:
    """Write out the saved selection that `wanted` names: its criteria too, and its columns unless others are asked."""
    if not wanted.name:
        return wanted
    saved = database.selections()
    if wanted.name not in saved:
        raise InputError("selection.unknown_selection", name=wanted.name, known=list(saved) or "–")
    content = saved[wanted.name]
    if content["system"] != context.profile.id:
        raise InputError("selection.other_system", name=wanted.name, system=content["system"])
    columns = wanted.columns or tuple(content["columns"])
    kept = Wanted(tuple(content["where"]), content["any"], columns=columns)
    if not wanted.where or not kept.where:
        return replace(wanted if wanted.where else kept, name="", columns=columns)
    return Wanted((*_all_of(kept, context), *_all_of(wanted, context)), columns=columns)


def _all_of(wanted: Wanted, context: Context) -> tuple[str, ...]:
    """Return the same criteria as texts that must all hold. Raises InputError for one that is not understood."""
    read_selection(wanted.where, context.profile)  # a bracket amiss must not swallow the neighbours
    if not wanted.any or len(wanted.where) < 2:
        return wanted.where
    return (f"({tr('selection.or', context.lang).join(f'({text})' for text in wanted.where)})",)


def save_selection(name: str, wanted: Wanted, context: Context) -> None:
    """Keep a selection under a name, once its criteria and columns are understood. Raises InputError.

    A saved selection that it starts from is written out in it, and may change or go later.
    """
    with open_database(context.db, shop=context.shop) as database:
        whole = _with_saved(wanted, context, database)
        read_selection(whole.where, context.profile, any=whole.any)
        chosen_fields(context.profile, whole.columns, context.options)
        content = {
            "system": context.profile.id,
            "where": list(whole.where),
            "any": whole.any,
            "columns": list(whole.columns),
        }
        database.save_selection(name, content, user_name())


def saved_selections(context_db: str, shop: str) -> Mapping[str, dict[str, Any]]:
    """Return the saved selections by name: their system, criteria and columns."""
    with open_database(context_db, shop=shop) as database:
        return database.selections()


def chosen_fields(
    profile: Profile, columns: Sequence[str], options: Mapping[str, str]
) -> tuple[tuple[Field, ...], tuple[str, ...]]:
    """Return the fields of the columns asked for (keys, headers or labels; all when none), and the headers added.

    A sheet without a required column could not be sent back, so those stay. Raises InputError for an unknown column.
    """
    known = profile.columns(options)
    if not columns:
        return known, ()
    names = {fold(word): f.key for f in known for word in (*f.label.values(), f.header, f.key)}
    unknown = next((c for c in columns if fold(c) not in names), None)
    if unknown is not None:
        headers = [f.header for f in known]
        raise InputError("selection.unknown_column", system=profile.name, column=unknown, known=headers)
    asked = {names[fold(c)] for c in columns}
    added = tuple(f.header for f in known if f.required and f.key not in asked)
    return tuple(f for f in known if f.key in asked or f.required), added


def export_file(path: Path, wanted: Wanted, context: Context, action_code: str = "") -> Exported:
    """Write selected customers into a template of the system, or into a CSV as the system reads it, by the suffix.

    The workbook has the three hidden columns of `core.exported`; a CSV cannot hide anything and has none. With an
    `action_code` the customers are marked with that marketing action. Raises InputError, DatabaseError.
    """
    from core.pushing.filling import Target, fill

    with open_database(context.db, shop=context.shop) as database:
        group, columns = read_wanted(wanted, context, database)
        fields, added = chosen_fields(context.profile, columns, context.options)
        numbers = database.select(group)
        customers = list(database.customers(numbers))
        base = _base_of(database)
        if path.suffix.lower() == ".csv":
            filled = fill([c.values for c in customers], Target(context.profile, fields, context.options))
            write_csv(path, [f.header for f in fields], filled.columns, context.profile)
        else:
            filled = write_workbook(path, customers, fields, context, base)
        if action_code:
            database.record_action(action_code, numbers, user_name())
    lost = {header: [numbers[i] for i in indexes] for header, indexes in filled.without_code.items()}
    return Exported(path, numbers, added, lost)


def lost_lines(done: Exported, system: str, lang: str) -> list[str]:
    """Return what an export left blank, a sentence a column."""
    return [
        tr("selection.no_code", lang, column=column, system=system, count=len(lost), customers=lost[:SHOWN])
        for column, lost in done.without_code.items()
    ]


SHOWN = 12
"""Customers named of one loss."""
UNWRITABLE = ("database.read_only", "database.cannot_open", "database.no_right")


def _base_of(database: Database) -> str:
    """Return the mark of the database; one that cannot be written and has none yet keeps none."""
    try:
        return database.base(create=True)
    except DatabaseError as error:
        if error.key not in UNWRITABLE:
            raise
        return ""


def write_workbook(
    path: Path, customers: Sequence[Customer], fields: tuple[Field, ...], context: Context, base: str
) -> Filled:
    """Write customers into a template with their hidden stamps; return its cells. Raises InputError."""
    from core.pushing.doubts import STAMP_FACT
    from core.pushing.filling import Target, fill
    from core.template.workbook import plan_template, write_plan

    filled = fill([c.values for c in customers], Target(context.profile, fields, context.options, context.lang))
    plan = plan_template(context.profile, context.lang, context.options, fields)
    plan = replace(plan, hidden=HEADERS, facts={STAMP_FACT: date.today().isoformat()})
    stamps = stamp_cells(customers, filled, base)
    write_plan(plan, path, ((*row, *stamp) for row, stamp in zip(filled.rows(), stamps, strict=True)))
    return filled


def stamp_cells(customers: Sequence[Customer], filled: Filled, base: str) -> list[tuple[Cell, ...]]:
    """Return the hidden cells of each customer's row."""
    from core.pushing.doubts import BY_OTHERS

    faults = filled.faults()
    stamps: list[tuple[Cell, ...]] = []
    for index, customer in enumerate(customers):
        marks = {}
        for f, column in zip(filled.fields, filled.columns, strict=True):
            unsure = f.type in BY_OTHERS or (index, f.key) in faults
            written = text(column[index]) if unsure else None
            shown = kept_form(f.key, filled.checked.values[f.key][index])
            marks[f.key] = field_mark(customer.values.get(f.key), shown, written)
        stamps.append((str(customer.number), str(customer.version), marks_text(marks, base)))
    return stamps


def write_csv(path: Path, headers: Sequence[str], columns: Sequence[Sequence[Cell]], profile: Profile) -> None:
    """Write a text file in the encoding, with the separator and the dates that the system reads right.

    Raises InputError for a character that the encoding does not have.
    """
    from core.workbooks import write_text

    encoding = profile.csv_encoding
    shown = [[_as_text(cell, profile) for cell in column] for column in columns]
    try:
        write_text(path, headers, shown, encoding=encoding, separator=profile.csv_separator)
    except UnicodeEncodeError as error:
        row = _row_of(shown, encoding)
        raise InputError("selection.not_text", row=row, encoding=encoding, system=profile.name) from error


def _as_text(cell: Cell, profile: Profile) -> Cell:
    return cell.strftime(profile.date_format) if isinstance(cell, date) else cell


def _row_of(columns: list[list[Cell]], encoding: str) -> str:
    """Return the row whose text the encoding cannot write."""
    for row, cells in enumerate(zip(*columns, strict=True), 2):
        for cell in cells:
            if isinstance(cell, str) and cell.encode(encoding, "replace").decode(encoding) != cell:
                return str(row)
    return "?"
