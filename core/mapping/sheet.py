"""The mapping workbook: the proposals, which the user corrects with drop-downs, and the answers read back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cells import squash, text
from core.errors import InputError, folder_refused
from core.fields import FieldType
from core.i18n import LANGUAGES, tr
from core.mapping.data import Account, Choices, Fate, Mapping
from core.mapping.transforms import SPLITTERS, Piece
from core.rules.countries import countries
from core.tables import Table, column_letters
from core.writing import country_value

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

COLUMNS = ("letter", "header", "filled", "examples", "field", "why", "nth", "key")
VALUES = ("label", "word", "count", "value", "why", "key")
HIDDEN = ("nth", "key")  # how an answer finds its column again
WIDTHS = {"letter": 6, "header": 34, "filled": 10, "examples": 44, "field": 40, "why": 60, "label": 26, "word": 34,
          "count": 10, "value": 34}  # fmt: skip
LISTS = "_listes"
EXAMPLES = 3


def write_mapping_sheet(path: Path, table: Table, mapping: Mapping, lang: str) -> None:
    """Write the mapping of a table as a workbook. Raises InputError where it cannot be written."""
    from openpyxl import Workbook

    book = Workbook()
    options = field_options(mapping, lang)
    sheet = _sheet(book, tr("mapping.sheet_columns", lang), COLUMNS, lang)
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    _fill_list(lists, 1, [*options.values()])
    for account in mapping.accounts:
        if account.filled:
            _append(sheet, _column_row(account, table, mapping, options, lang))
    _drop_down(sheet, "field", COLUMNS, f"{LISTS}!$A$1:$A${len(options)}")
    words = _sheet(book, tr("mapping.sheet_values", lang), VALUES, lang)
    _write_values(words, lists, mapping, lang)
    book.remove(book.worksheets[0])
    book.move_sheet(lists, 2)
    try:
        book.save(path)
    except OSError as error:
        raise folder_refused(path.parent, error) from error


def field_options(mapping: Mapping, lang: str) -> dict[str, str]:
    """Return what a column may be, as the drop-down shows it: nothing, a whole to split, a field of the target."""
    found = {"": tr("mapping.leave_out", lang)}
    found |= {whole: tr(f"mapping.whole_{whole}", lang) for whole in SPLITTERS}
    for field in mapping.profile.columns():
        if not field.read_only:
            label = field.label[lang]
            found[field.key] = field.header if squash(label) == squash(field.header) else f"{field.header} – {label}"
    return found


def _sheet(book: Workbook, title: str, columns: Sequence[str], lang: str) -> Worksheet:
    from openpyxl.styles import Font, PatternFill

    sheet: Worksheet = book.create_sheet(title)
    for n, name in enumerate(columns, 1):
        cell = sheet.cell(1, n, tr(f"mapping.head_{name}", lang))
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F4E79")
        letter = column_letters(n)
        sheet.column_dimensions[letter].width = WIDTHS.get(name, 10)
        sheet.column_dimensions[letter].hidden = name in HIDDEN
    sheet.freeze_panes = "A2"
    return sheet


def _append(sheet: Worksheet, cells: Sequence[Any]) -> None:
    """Add a row; texts are written as text, so that `=1+1` in a customer's file is never a formula."""
    row = sheet.max_row + 1
    for n, value in enumerate(cells, 1):
        cell = sheet.cell(row, n, value)
        if isinstance(value, str):
            cell.data_type = "s"
            cell.number_format = "@"


def _column_row(account: Account, table: Table, mapping: Mapping, options: dict[str, str], lang: str) -> list[Any]:
    shown = list(dict.fromkeys(text(c) for c in table.columns[account.index][:200] if c is not None))[:EXAMPLES]
    chosen = _option_of(account, mapping, options)
    why = account.sentence(lang)
    if account.fields:
        proposal = mapping.proposals[account.fields[0]]
        why = f"{proposal.sentence(lang)} ({proposal.evidence.score:.0%})"
    elif account.candidates:
        why += tr("mapping.perhaps", lang, fields=[options[c] for c in account.candidates if c in options])
    letter = column_letters(table.positions[account.index])
    return [letter, account.header, account.filled, " | ".join(shown), chosen, why, account.nth, squash(account.header)]


def _option_of(account: Account, mapping: Mapping, options: dict[str, str]) -> str | None:
    """Return what the drop-down shows for a column: several fields are joined by " + ", a question is empty."""
    if account.fate is Fate.ASKED:
        return None
    wholes = [t.whole for k in account.fields if isinstance(t := mapping.proposals[k].transform, Piece)]
    if wholes:
        return options[wholes[0]]
    return " + ".join(options[key] for key in account.fields) or options[""]


def _write_values(sheet: Worksheet, lists: Worksheet, mapping: Mapping, lang: str) -> None:
    for place, (key, found) in enumerate(mapping.values.items(), 2):
        field = mapping.profile.field(key)
        assert field is not None  # noqa: S101 - a value map is of a field of the profile
        allowed = [c.value for c in field.choices]
        if field.type is FieldType.COUNTRY:
            allowed = [country_value(code, mapping.profile) for code in countries()]
        _fill_list(lists, place, allowed)
        first = sheet.max_row + 1
        chosen = mapping.choices.values.get(key, {})
        for word in (*found.unknown, *found.near, *(w for w in chosen if w not in found.near), *found.sure):
            value = chosen.get(word) or found.sure.get(word) or found.near.get(word)
            why = "near" if word in found.near else "unknown" if word in found.unknown else "sure"
            why = "choice" if word in chosen else why
            said = tr(f"mapping.word_{why}", lang)
            _append(sheet, [field.label[lang], word, found.counts.get(word, 0), value, said, key])
        if allowed and sheet.max_row >= first:
            letter = column_letters(place)
            _drop_down(sheet, "value", VALUES, f"{LISTS}!${letter}$1:${letter}${len(allowed)}", first)


def _fill_list(lists: Worksheet, column: int, values: Sequence[str]) -> None:
    for row, value in enumerate(values, 1):
        cell = lists.cell(row, column, value)
        cell.data_type = "s"


def _drop_down(sheet: Worksheet, name: str, columns: Sequence[str], where: str, first: int = 2) -> None:
    """Offer a list; another text is let through with a question, because several fields may be joined."""
    from openpyxl.worksheet.datavalidation import DataValidation

    letter = column_letters(columns.index(name) + 1)
    rule = DataValidation(type="list", formula1=where, allow_blank=True, errorStyle="warning", showErrorMessage=True)
    rule.add(f"{letter}{first}:{letter}{max(sheet.max_row, first)}")
    sheet.add_data_validation(rule)


def read_mapping_sheet(path: Path, table: Table, mapping: Mapping) -> Choices:
    """Return what the user changed in a mapping workbook written for this table.

    Raises InputError for a workbook of another layout, or a field that the system does not have.
    """
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True)
        sheets = {name: list(book[name].iter_rows(values_only=True)) for name in book.sheetnames}
    except Exception as error:  # openpyxl raises anything on a damaged file
        raise InputError("errors.damaged", path=path.name, detail=str(error)[:120]) from error
    columns = _rows(sheets, "sheet_columns", len(COLUMNS))
    if columns is None:
        raise InputError("mapping.not_a_mapping", path=path.name)
    known = {(squash(a.header), a.nth): a for a in mapping.accounts}
    options = {squash(shown): key for lang in LANGUAGES for key, shown in field_options(mapping, lang).items()}
    decided: dict[tuple[str, int], str] = {}
    for row in columns:
        column = (str(row[COLUMNS.index("key")] or ""), int(row[COLUMNS.index("nth")] or 1))
        if column not in known:
            raise InputError("mapping.other_layout", path=path.name, header=str(row[COLUMNS.index("header")]))
        written = str(row[COLUMNS.index("field")] or "")
        before = {squash(_option_of(known[column], mapping, field_options(mapping, lang)) or "") for lang in LANGUAGES}
        if squash(written) in before or not written:
            continue
        if squash(written) not in options:
            raise InputError("mapping.unknown_answer", path=path.name, header=known[column].header, value=written)
        decided[column] = options[squash(written)]
    return Choices(decided, _read_values(sheets, mapping))


def _read_values(sheets: dict[str, list[tuple[Any, ...]]], mapping: Mapping) -> dict[str, dict[str, str]]:
    """Return the words whose value the user changed or confirmed: a near spelling left as proposed is a yes."""
    found: dict[str, dict[str, str]] = {}
    for row in _rows(sheets, "sheet_values", len(VALUES)) or ():
        key, word, value = (str(row[VALUES.index(name)] or "") for name in ("key", "word", "value"))
        known = mapping.values.get(key)
        if known and value and known.sure.get(word) != value and word != value:
            found.setdefault(key, {})[word] = value
    return found


def _rows(sheets: dict[str, list[tuple[Any, ...]]], title: str, width: int) -> list[tuple[Any, ...]] | None:
    """Return the rows of one of our sheets, below its header, whatever its language."""
    name = next((n for n in (tr(f"mapping.{title}", lang) for lang in LANGUAGES) if n in sheets), None)
    if name is None:
        return None
    return [(*row, *(None,) * width)[:width] for row in sheets[name][1:] if any(cell is not None for cell in row)]
