"""The comparison workbook: every difference on a row with a drop-down, a sheet to choose for a whole field at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cells import text
from core.checked import Value
from core.errors import InputError
from core.exported import value_mark
from core.gains import Proof
from core.holders.comparison import Difference, Side
from core.i18n import LANGUAGES, show, tr
from core.tables import column_letters

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

COLUMNS = {"customer": 9, "card": 20, "name": 26, "field": 20, "pos": 34, "fidelpass": 34, "choice": 14, "outcome": 16,
           "reason": 60, "key": 10, "marks": 10}  # fmt: skip
FIELDS = {"field": 24, "count": 14, "choice": 14, "key": 10}
PROOF_COLUMN = len(FIELDS) + 3
"""On the sheet of fields, rows 1 and 2: the date and the source of the proof of consents that widen."""
DAYS = ("%d/%m/%Y", "%Y-%m-%d")
HIDDEN = ("key", "marks")
"""How a choice finds its difference again: the field's key, and the marks of the two values that the user saw."""
NAVY, AMBER = "1F3864", "FFEB9C"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A row of the workbook whose side is chosen; `marks` are those of the two values as they were shown."""

    row: int
    customer: int
    card: str
    field: str
    marks: str
    side: Side


def write_comparison(path: Path, found: Sequence[Difference], names: Mapping[int, str], lang: str) -> Path:
    """Write the differences, blank to choose from. Raises InputError where the file cannot be written."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = _sheet(book, "sheet_rows", COLUMNS, lang)
    for difference in found:
        label = tr(f"compare.field_{difference.field}", lang)
        shown = (_shown(difference.pos, lang), _shown(difference.fidelpass, lang))
        name = names.get(difference.customer, "")
        cells = (difference.customer, difference.card, name, label, *shown)
        _append(sheet, [*cells, None, None, None, difference.field, marks(difference)])
        _paint(sheet, ("pos", "fidelpass"))
    by_field = _sheet(book, "sheet_fields", FIELDS, lang)
    for key, count in Counter(d.field for d in found).items():
        _append(by_field, [tr(f"compare.field_{key}", lang), count, None, key])
    _ask_proof(by_field, lang)
    _drop_down(sheet, COLUMNS, lang)
    _drop_down(by_field, FIELDS, lang)
    book.remove(book.worksheets[0])
    _save(book, path)
    return path


def marks(difference: Difference) -> str:
    """Return the marks of both values: what shows that neither has changed since they were shown."""
    return f"{value_mark(difference.pos)} {value_mark(difference.fidelpass)}"


def _shown(value: Value, lang: str) -> str:
    return tr("compare.blank", lang) if value is None else show(value, lang)


def read_choices(path: Path) -> list[Chosen]:
    """Read the sides chosen; a row's own choice wins over its field's. Raises InputError for anything but our workbook.

    A word that is no side is refused, with its row.
    """
    book = _load(path)
    rows = _rows(book.worksheets[0], COLUMNS, path)
    by_field = {cells["key"]: cells["choice"] for _, cells in _rows(book.worksheets[1], FIELDS, path)}
    chosen = []
    for row, cells in rows:
        word = cells["choice"] or by_field.get(cells["key"], "")
        if word and cells["customer"].isdecimal():
            side = _side(word, path, row)
            chosen.append(Chosen(row, int(cells["customer"]), cells["card"], cells["key"], cells["marks"], side))
    return chosen


def read_proof(path: Path) -> Proof | None:
    """Return the proof of consents typed in the workbook, None for none. Raises InputError for half of one."""
    sheet = _load(path).worksheets[1]
    day, source = (sheet.cell(row, PROOF_COLUMN).value for row in (1, 2))
    if _text(day) == _text(source) == "":
        return None
    if not _text(day) or not _text(source):
        raise InputError("compare.half_proof")
    if isinstance(day, datetime):
        return Proof(_text(source), day.date())
    for form in DAYS:
        with suppress(ValueError):
            return Proof(_text(source), datetime.strptime(_text(day), form).date())
    raise InputError("compare.bad_proof_date", value=_text(day))


def write_outcomes(path: Path, said: Mapping[int, tuple[str, str]]) -> None:
    """Write the outcome and its reason beside the rows. Raises InputError where the file cannot be written."""
    book = _load(path)
    names = list(COLUMNS)
    for row, words in said.items():
        for name, word in zip(("outcome", "reason"), words, strict=True):
            _put(book.worksheets[0], row, names.index(name) + 1, word)
    _save(book, path)


def _rows(sheet: Worksheet, columns: Mapping[str, int], path: Path) -> list[tuple[int, dict[str, str]]]:
    header = [_text(cell.value) for cell in sheet[1]][: len(columns)]
    if not any(header == [tr(f"compare.head_{name}", lang) for name in columns] for lang in LANGUAGES):
        raise InputError("compare.not_ours", path=path.name)
    found = []
    for number, cells in enumerate(sheet.iter_rows(min_row=2, max_col=len(columns)), 2):
        found.append((number, {name: _text(cell.value) for name, cell in zip(columns, cells, strict=True)}))
    return found


def _text(value: Any) -> str:
    return text(value).strip()


def _side(word: str, path: Path, row: int) -> Side:
    for side in Side:
        if word.casefold() in (tr(f"compare.side_{side}", lang).casefold() for lang in LANGUAGES):
            return side
    raise InputError("compare.bad_side", path=path.name, row=str(row), value=word)


def _sheet(book: Workbook, title: str, columns: Mapping[str, int], lang: str) -> Worksheet:
    from openpyxl.styles import Alignment, Font, PatternFill

    sheet: Worksheet = book.create_sheet(tr(f"compare.{title}", lang))
    for number, (name, width) in enumerate(columns.items(), 1):
        cell = sheet.cell(1, number, tr(f"compare.head_{name}", lang))
        cell.font = Font(name="Calibri", bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=NAVY)
        cell.alignment = Alignment(vertical="center")
        dimension = sheet.column_dimensions[column_letters(number)]
        dimension.width, dimension.hidden = width, name in HIDDEN
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{column_letters(len(columns))}1"
    return sheet


def _ask_proof(sheet: Worksheet, lang: str) -> None:
    """Leave room for the proof of consents, at the right of the fields."""
    from openpyxl.styles import Font

    for row, name in ((1, "proof_date"), (2, "proof_source")):
        sheet.cell(row, PROOF_COLUMN - 1, tr(f"compare.{name}", lang)).font = Font(name="Calibri", bold=True)
        sheet.cell(row, PROOF_COLUMN).number_format = "@"
    sheet.column_dimensions[column_letters(PROOF_COLUMN - 1)].width = 36
    sheet.column_dimensions[column_letters(PROOF_COLUMN)].width = 30


def _append(sheet: Worksheet, cells: Sequence[Any]) -> None:
    row = sheet.max_row + 1
    for number, value in enumerate(cells, 1):
        _put(sheet, row, number, value)


def _put(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    """Write a cell; a text is written as text, so that "=1+1" in a customer's record is never a formula."""
    from openpyxl.styles import Alignment

    cell = sheet.cell(row, column, value)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if isinstance(value, str):
        cell.data_type, cell.number_format = "s", "@"


def _paint(sheet: Worksheet, names: Sequence[str]) -> None:
    from openpyxl.styles import PatternFill

    for name in names:
        sheet.cell(sheet.max_row, list(COLUMNS).index(name) + 1).fill = PatternFill("solid", fgColor=AMBER)


def _drop_down(sheet: Worksheet, columns: Mapping[str, int], lang: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    words = ",".join(tr(f"compare.side_{side}", lang) for side in Side)
    rule = DataValidation("list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=True)
    rule.promptTitle, rule.prompt = tr("compare.head_choice", lang), tr("compare.choice_hint", lang)
    rule.errorTitle, rule.error, rule.showInputMessage = rule.promptTitle, rule.prompt, True
    letter = column_letters(list(columns).index("choice") + 1)
    rule.add(f"{letter}2:{letter}{max(sheet.max_row, 2)}")
    sheet.add_data_validation(rule)


def _load(path: Path) -> Workbook:
    from openpyxl import load_workbook

    from core.workbooks.kinds import Kind, kind_of
    from core.workbooks.package import guarded

    if kind_of(path) is not Kind.PACKAGE:
        raise InputError("compare.not_ours", path=path.name)
    with guarded(path):
        book = load_workbook(path)
    if len(book.worksheets) < 2:
        raise InputError("compare.not_ours", path=path.name)
    return book


def _save(book: Workbook, path: Path) -> None:
    from core.workbooks.save import replacing

    with replacing(path) as temporary:
        book.save(temporary)
