"""What a vendor's workbook says of its columns: rules of cells, lists, hints, notes, formats, an example, our guide."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cells import clean, squash, text
from core.errors import InputError
from core.i18n import LANGUAGES, tr
from core.mapping.sources import header_hints, load_sources
from core.tables import column_letters
from core.template.rules import CELL_LIMIT, LARGEST
from core.workbooks import read_table
from core.workbooks.candidates import EXAMPLES

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

LARGEST_RULED = 8 << 20  # bytes; a bigger file is an export of many rows, whose rules openpyxl would load for minutes
LISTS_SHEET = "_listes"
_RANGE = re.compile(r"(?:'?(?P<sheet>[^'!]+)'?!)?\$?(?P<c1>[A-Z]+)\$?(?P<r1>\d+)(?::\$?(?P<c2>[A-Z]+)\$?(?P<r2>\d+))?")
_MOST_VALUES = 2000


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """One column as the workbook shows it. `list_rows` are our own lists': shown, code, value, meaning."""

    header: str
    position: int
    kind: str = ""  # text, list, date, number or locked; "" without a rule
    max_length: int | None = None
    required: bool = False
    read_only: bool = False
    open_list: bool = False
    values: tuple[str, ...] = ()
    list_rows: tuple[tuple[str, str, str, str], ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    label: str = ""
    help: str = ""
    default: str = ""
    example: str = ""

    @property
    def ruled(self) -> bool:
        """Say whether the workbook has a rule for the column."""
        return bool(self.kind)


@dataclass(slots=True)
class VendorSheet:
    """The sheet that a system imports: its name, its columns, the stamp of a template of ours.

    `rules_read` is false where the rules of the cells could not be read: they are unknown, not absent.
    """

    name: str
    columns: list[ColumnRule]
    stamp: dict[str, str] = field(default_factory=dict)
    rules_read: bool = False


def read_vendor_sheet(path: Path) -> VendorSheet:
    """Read the columns of a vendor's template or export. Raises InputError for a file without a header row."""
    table = read_table(path, headers=header_hints(load_sources()), sheet=None)
    columns = [ColumnRule(clean(h), p) for h, p in zip(table.headers, table.positions, strict=True) if clean(h)]
    if not columns:
        raise InputError("errors.no_header", path=path.name, sheet=table.sheet)
    twice = next((c.header for n, c in enumerate(columns) if c.header in [d.header for d in columns[:n]]), None)
    if twice:
        raise InputError("learning.header_twice", path=path.name, header=twice)
    found = VendorSheet(table.sheet, columns, table.stamp)
    book = _open(path)
    if book and found.name in book.sheetnames:
        _read_rules(book, found, table.header_row)
    return found


def _open(path: Path) -> Workbook | None:
    """Return the workbook with its rules, or None for a text file, a huge one, or one that openpyxl cannot read."""
    from openpyxl import load_workbook

    if path.suffix.lower() not in (".xlsx", ".xlsm") or path.stat().st_size > LARGEST_RULED:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that do not matter here
        try:
            return load_workbook(path)
        except Exception:  # noqa: BLE001 - openpyxl raises anything on parts that Excel and calamine accept
            return None


def _read_rules(book: Workbook, found: VendorSheet, header_row: int) -> None:
    found.rules_read = True
    sheet = book[found.name]
    rules = {c.position: _rule_of(sheet, c.position, header_row + 1) for c in found.columns}
    found.columns = [_with_notes(_ruled(c, rules[c.position], book, sheet), sheet, header_row) for c in found.columns]
    found.columns = _with_examples(found.columns, book, found.name)
    if found.stamp:
        found.columns = _with_lists(_with_guide(found.columns, book), book)


def _rule_of(sheet: Worksheet, column: int, row: int) -> DataValidation | None:
    """Return the rule of a column's first data cell."""
    cell = f"{column_letters(column)}{row}"
    rules = sheet.data_validations.dataValidation
    return next((rule for rule in rules if cell in rule.sqref), None)


def _ruled(column: ColumnRule, rule: DataValidation | None, book: Workbook, sheet: Worksheet) -> ColumnRule:
    if rule is None or not rule.type:
        return column
    made = replace(column, label=clean(rule.promptTitle or ""), help=_help(rule), required=not rule.allow_blank)
    made = replace(made, open_list=rule.type == "list" and rule.errorStyle in ("warning", "information"))
    if rule.type == "list":
        return replace(made, kind="list", values=_list_values(str(rule.formula1 or ""), book, sheet))
    if rule.type == "textLength":
        return replace(made, kind="text", max_length=_length(rule))
    if rule.type in ("date", "time"):
        return replace(made, kind="date")
    if rule.type in ("decimal", "whole"):
        return replace(made, kind="number", minimum=_bound(rule, low=True), maximum=_bound(rule, low=False))
    if rule.type == "custom" and str(rule.formula1 or "").strip("=").upper() in ("FALSE", "FALSE()"):
        return replace(made, kind="locked", read_only=True, required=False)
    return replace(made, kind="custom")


def _help(rule: DataValidation) -> str:
    return clean((rule.prompt or "").split("\n")[0])


def _number(formula: object) -> float | None:
    try:
        return float(str(formula).lstrip("="))
    except ValueError:
        return None


def _length(rule: DataValidation) -> int | None:
    """Return the greatest length that a rule allows, None where it sets none of its own."""
    operator = rule.operator or "between"
    formula = {"between": rule.formula2, "lessThanOrEqual": rule.formula1, "equal": rule.formula1,
               "lessThan": rule.formula1}.get(operator)  # fmt: skip
    number = _number(formula)
    if number is None or number >= CELL_LIMIT:
        return None
    return int(number) - (operator == "lessThan")


def _bound(rule: DataValidation, *, low: bool) -> float | None:
    operator = rule.operator or "between"
    name = {("between", True): "formula1", ("between", False): "formula2", ("greaterThanOrEqual", True): "formula1",
            ("lessThanOrEqual", False): "formula1"}.get((operator, low))  # fmt: skip
    number = _number(getattr(rule, name)) if name else None
    return None if number is None or abs(number) >= LARGEST else number


def _list_values(formula: str, book: Workbook, sheet: Worksheet) -> tuple[str, ...]:
    """Return the values of a list: typed into the rule, in a range, or under a name."""
    if formula.startswith('"'):
        return tuple(value.strip() for value in formula.strip('"').split(",") if value.strip())
    formula = formula.lstrip("=")
    if formula in book.defined_names:
        formula = str(book.defined_names[formula].value)
    found = _RANGE.fullmatch(formula)
    if not found:
        return ()
    target = book[found["sheet"]] if found["sheet"] in book.sheetnames else sheet
    first, last = int(found["r1"]), int(found["r2"] or found["r1"])
    cells = target[f"{found['c1']}{first}:{found['c2'] or found['c1']}{min(last, first + _MOST_VALUES)}"]
    rows: Iterable[Any] = cells if isinstance(cells, tuple) else ((cells,),)
    return tuple(dict.fromkeys(_text(c.value) for row in rows for c in row if c.value not in (None, "")))


def _with_notes(column: ColumnRule, sheet: Worksheet, header_row: int) -> ColumnRule:
    """Add the note on a header, its star for required, and what the column's number format shows."""
    cell = sheet.cell(header_row, column.position)
    note = clean(cell.comment.text) if cell.comment else ""
    below = sheet.cell(header_row + 1, column.position).number_format
    styled = sheet.column_dimensions[column_letters(column.position)].number_format if below == "General" else below
    dated = bool(re.search("[yYdD]", re.sub(r'"[^"]*"|\[[^]]*\]', "", styled or ""))) and styled != "General"
    starred = column.header.endswith("*") or "(obligatoire)" in column.header.lower()
    kind = column.kind or ("date" if dated else "")
    return replace(column, help=column.help or note, required=column.required or starred, kind=kind)


def _with_examples(columns: list[ColumnRule], book: Workbook, own: str) -> list[ColumnRule]:
    """Add the first row of a sheet of examples under the same headers."""
    for sheet in book.worksheets:
        if sheet.title == own or squash(sheet.title) not in EXAMPLES:
            continue
        rows = list(sheet.iter_rows(min_row=1, max_row=20, values_only=True))
        for n, row in enumerate(rows[:-1]):
            places = {clean(str(cell)): at for at, cell in enumerate(row) if cell is not None}
            if sum(c.header in places for c in columns) * 2 >= len(columns):
                below = rows[n + 1]
                shown = {header: _text(below[at]) for header, at in places.items()}
                return [replace(c, example=shown.get(c.header, "")) for c in columns]
    return columns


def _with_guide(columns: list[ColumnRule], book: Workbook) -> list[ColumnRule]:
    """Add what the guide of one of our templates says: whether required, length, open lists, default."""
    lang = next((g for g in LANGUAGES if _guide_rows(book, g)), None)
    if lang is None:
        return columns
    rows = _guide_rows(book, lang)
    heads = ("column", "header", "meaning", "required", "type", "length", "values", "default", "example", "origin")
    yes, others = tr("template.yes", lang), tr("template.others_allowed", lang, values="\0").split("\0")
    made = []
    for column in columns:
        said = dict(zip(heads, rows.get(column.header, ()), strict=False))
        if said:
            length, default = said["length"], said["default"]
            open_list = said["values"].endswith(others[1]) and said["values"].startswith(others[0])
            column = replace(
                column,
                required=said["required"] == yes,
                max_length=int(length) if length.isdigit() else None,
                open_list=open_list,
                default="" if default == "–" else default,
            )
        made.append(column)
    return made


def _guide_rows(book: Workbook, lang: str) -> dict[str, tuple[str, ...]]:
    """Return the rows of the guide's table by header, {} when the guide is in another language."""
    name = tr("template.guide_sheet", lang)
    if name not in book.sheetnames:
        return {}
    rows = [tuple(map(_text, row)) for row in book[name].iter_rows(values_only=True)]
    title = tr("template.head_header", lang)
    start = next((n for n, row in enumerate(rows) if len(row) > 1 and row[1] == title), None)
    return {} if start is None else {row[1]: row for row in rows[start + 1 :] if row[1]}


def _with_lists(columns: list[ColumnRule], book: Workbook) -> list[ColumnRule]:
    """Add our own lists: four columns each, headed by the headers that use them."""
    if LISTS_SHEET not in book.sheetnames:
        return columns
    rows = list(book[LISTS_SHEET].iter_rows(values_only=True))
    lists: dict[str, tuple[tuple[str, str, str, str], ...]] = {}
    for at in range(0, len(rows[0]) if rows else 0, 4):
        lines = [tuple(map(_text, row[at : at + 4])) for row in rows[1:] if row[at] is not None]
        for column in columns:
            if column.header in str(rows[0][at] or "").split(" / "):
                lists[column.header] = tuple((a, b, c, d) for a, b, c, d in lines)
    return [replace(c, list_rows=lists.get(c.header, ())) for c in columns]


def _text(value: object) -> str:
    """Return what a user sees in a cell that openpyxl read."""
    known = isinstance(value, str | float | int | bool | date | datetime | time)
    return text(value) if known else str(value or "")  # type: ignore[arg-type]
