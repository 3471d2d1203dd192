"""Writes the template of a system: customers, example, guide, and the hidden lists and stamp."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from core.checked import Value
from core.errors import folder_refused
from core.i18n import tr
from core.profiles import Field, Profile
from core.tables import Cell, column_letters
from core.template.guide import write_guide
from core.template.lists import LISTS_SHEET, ValueList, value_lists
from core.template.look import HEADER_HEIGHT, put, set_up_page, style_column, style_header, width
from core.template.rows import add_rows
from core.template.rules import LAST_ROW, CellRule, cell_rule, header_rule
from core.template.stamp import STAMP_SHEET, stamp
from core.writing import sheet_value

PAGE_WIDTH = 230  # characters that still read well on one printed page across


@dataclass(frozen=True, slots=True)
class Plan:
    """What a template is made from: the profile under its run options, in one language."""

    profile: Profile
    lang: str
    options: Mapping[str, str]
    columns: tuple[Field, ...]
    lists: dict[str, ValueList] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()  # headers of hidden columns at the right
    facts: Mapping[str, str] = field(default_factory=dict)  # what the stamp says besides

    @property
    def last(self) -> str:
        """The letters of the last column, hidden ones included."""
        return column_letters(len(self.columns) + len(self.hidden))

    def rule(self, column: Field) -> CellRule:
        """Return the rule of a column's cells."""
        return cell_rule(column, self.profile, self.lang, self.lists.get(column.key))


def plan_template(
    profile: Profile, lang: str, options: Mapping[str, str] | None = None, fields: tuple[Field, ...] = ()
) -> Plan:
    """Return what the template of a profile holds under these run options; `fields` are its columns, if not all."""
    columns = fields or profile.columns(options)
    return Plan(profile, lang, options or {}, columns, value_lists(columns, profile, lang))


def write_template(
    profile: Profile,
    path: Path,
    *,
    lang: str,
    options: Mapping[str, str] | None = None,
    customers: Sequence[Mapping[str, Value]] | None = None,
) -> None:
    """Write the import template of a system, blank or filled with customers (canonical values by field key).

    The file appears whole or not at all. Raises InputError where it cannot be written.
    """
    plan = plan_template(profile, lang, options)
    rows = ([sheet_value(f, profile, c.get(f.key), lang) for f in plan.columns] for c in customers or ())
    write_plan(plan, path, rows)


def write_plan(plan: Plan, path: Path, rows: Iterable[Sequence[Cell]] = ()) -> None:
    """Write a planned template with rows of cells, its columns' and then its hidden columns'. Raises InputError."""
    package = add_rows(_package(plan), rows)
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(package)
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise folder_refused(path.parent, error) from error


def _package(plan: Plan) -> bytes:
    book = Workbook()
    customers = book.active
    assert isinstance(customers, Worksheet)  # noqa: S101 - a new workbook has one sheet, and mypy cannot know
    customers.title = plan.profile.sheet
    _write_customers(customers, plan)
    _write_example(book.create_sheet(tr("template.example_sheet", plan.lang)), plan)
    write_guide(book.create_sheet(tr("template.guide_sheet", plan.lang)), plan.profile, plan.columns, plan.lang)
    _write_lists(book.create_sheet(LISTS_SHEET), plan)
    _write_stamp(book.create_sheet(STAMP_SHEET), plan)
    book.properties.title = tr("template.title", plan.lang, system=plan.profile.name)
    book.properties.creator = "Carnet"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write_customers(sheet: Worksheet, plan: Plan) -> None:
    """Write the exact header row and nothing else; formats, rules, filter and print set-up are the columns'."""
    _write_header(sheet, plan)
    for n, column in enumerate(plan.columns, 1):
        rule = plan.rule(column)
        sheet.add_data_validation(_validation(rule, rule.reach(column_letters(n))))
    for kind, cells in _headers_by_rule(plan).items():
        sheet.add_data_validation(_validation(kind, " ".join(cells)))
    _write_hidden(sheet, plan)
    sheet.auto_filter.ref = f"A1:{plan.last}{LAST_ROW}"  # hidden columns too: sorting keeps them beside their row
    sheet.sheet_properties.tabColor = "1F4E79"


def _write_hidden(sheet: Worksheet, plan: Plan) -> None:
    for n, header in enumerate(plan.hidden, len(plan.columns) + 1):
        put(sheet, 1, n, header)
        dimension = sheet.column_dimensions[column_letters(n)]
        dimension.hidden, dimension.number_format = True, "@"


def _headers_by_rule(plan: Plan) -> dict[CellRule, list[str]]:
    cells: dict[CellRule, list[str]] = {}
    for n, column in enumerate(plan.columns, 1):
        cells.setdefault(header_rule(column, plan.profile, plan.lang), []).append(f"{column_letters(n)}1")
    return cells


def _validation(rule: CellRule, cells: str) -> DataValidation:
    compared = rule.kind in ("textLength", "date", "decimal")
    return DataValidation(
        type=rule.kind,
        operator="between" if compared else None,
        formula1=rule.formula1,
        formula2=rule.formula2 or None,
        allow_blank=rule.blank,
        sqref=cells,
        showInputMessage=True,
        showErrorMessage=True,
        errorStyle="stop" if rule.refuses else "warning",
        promptTitle=rule.title,
        prompt=rule.hint,
        errorTitle=rule.error_title,
        error=rule.error,
    )


def _write_header(sheet: Worksheet, plan: Plan) -> None:
    for n, column in enumerate(plan.columns, 1):
        style_column(sheet, column_letters(n), column)
        style_header(put(sheet, 1, n, column.header), column)
    sheet.row_dimensions[1].height = HEADER_HEIGHT
    sheet.freeze_panes = "A2"
    sheet.sheet_view.selection[0].activeCell = sheet.sheet_view.selection[0].sqref = "A2"
    set_up_page(sheet, wide=max(1, round(sum(map(width, plan.columns)) / PAGE_WIDTH)))


def _write_example(sheet: Worksheet, plan: Plan) -> None:
    """Write one made-up customer under the same header."""
    _write_header(sheet, plan)
    for n, column in enumerate(plan.columns, 1):
        text = next(
            (c.label[plan.lang] for c in column.choices if column.show_labels and c.value == column.example), ""
        )
        cell = put(sheet, 2, n, text or column.example)
        cell.number_format = sheet.column_dimensions[column_letters(n)].number_format
    sheet.sheet_properties.tabColor = "A6A6A6"


def _write_lists(sheet: Worksheet, plan: Plan) -> None:
    for values in {id(v): v for v in plan.lists.values()}.values():
        for n, title in enumerate(("", " · code", " · value", " · meaning")):
            put(sheet, 1, values.first_column + n, " / ".join(values.headers) + title)
        for row, line in enumerate(values.rows, 2):
            for n, text in enumerate((line.shown, line.code, line.value, line.meaning)):
                put(sheet, row, values.first_column + n, text).number_format = "@"
    sheet.sheet_state = "hidden"


def _write_stamp(sheet: Worksheet, plan: Plan) -> None:
    facts = stamp(plan.profile, plan.columns, plan.lang, plan.options) | dict(plan.facts)
    for row, (key, value) in enumerate(facts.items(), 1):
        put(sheet, row, 1, key)
        put(sheet, row, 2, value)
    sheet.sheet_state = "veryHidden"
