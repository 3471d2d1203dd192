"""Filling: customers as the cells of a system's sheet, read back at once to know what the sheet really says. Pure.

An export, a conversion and a delivery all fill a sheet. Reading it back through the target's own check is what makes
their promises exact: whatever does not come back as it was is known, cell by cell, before anybody sees the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import date
from decimal import Decimal
from pathlib import Path

from core.cells import text
from core.checked import Checked, Value
from core.checking import check
from core.fields import OWN_PREFIX, FieldType
from core.issues import Issue, Severity
from core.profiles import Field, Profile, code_words
from core.tables import Cell, Table
from core.writing import file_value, sheet_value

FIRST_DAY = date(1900, 3, 1)  # a workbook's dates before are a day out, and none before 1900
PRECISION = 15  # digits that Excel keeps of a number
FIRST_ROW = 2
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # not allowed in XML
_LINE_ENDS = re.compile("\r\n?")  # XML makes each a \n


@dataclass(slots=True)
class Filled:
    """A sheet filled with customers: its fields, its cells by column, and the target's check of them.

    `without_code` says which customers have another system's choice, their cell being left blank: header → indexes.
    """

    fields: tuple[Field, ...]
    columns: list[list[Cell]]
    checked: Checked
    without_code: dict[str, list[int]] = dataclass_field(default_factory=dict)

    def rows(self) -> list[tuple[Cell, ...]]:
        """Return the cells by row."""
        return list(zip(*self.columns, strict=True))

    def faults(self) -> dict[tuple[int, str], Issue]:
        """Return the first error of each faulty cell, by index of the row and field."""
        found: dict[tuple[int, str], Issue] = {}
        for issue in self.checked.issues:
            if issue.row is not None and issue.severity is Severity.ERROR:
                found.setdefault((issue.row - FIRST_ROW, issue.field), issue)
        return found


@dataclass(frozen=True, slots=True)
class Target:
    """Where customers go: the system, its run options, the columns wanted of it, and the language of the sheet.

    With `lang` the cells are those of the user's sheet (labels where the profile shows labels), without it those of
    the vendor's own file.
    """

    profile: Profile
    fields: tuple[Field, ...]
    options: Mapping[str, str]
    lang: str = ""


def fill(customers: Sequence[Mapping[str, Value]], target: Target) -> Filled:
    """Fill a sheet and read it back. Raises InputError where `target.fields` lacks a required column."""
    columns = [[_cell(field, c.get(field.key), target) for c in customers] for field in target.fields]
    lost = {f.header: _leave_codes(f, column) for f, column in zip(target.fields, columns, strict=True)}
    without_code = {header: indexes for header, indexes in lost.items() if indexes}
    filled = Filled(target.fields, columns, _check(columns, target), without_code)
    return _with_international_phones(filled, customers, target)


def _cell(field: Field, value: Value, target: Target) -> Cell:
    """Return one cell. What a workbook cannot hold as a date or a number is written as text."""
    value = _typed(field, value)
    if isinstance(value, Decimal) and len(value.normalize().as_tuple().digits) > PRECISION:
        return format(value, "f")
    if type(value) is date and value < FIRST_DAY:
        return value.strftime(target.profile.date_format)
    profile = target.profile
    cell = sheet_value(field, profile, value, target.lang) if target.lang else file_value(field, profile, value)
    return _LINE_ENDS.sub("\n", _FORBIDDEN.sub("", cell)) or None if isinstance(cell, str) else cell


def _leave_codes(field: Field, column: list[Cell]) -> list[int]:
    """Blank the cells that hold Carnet's own word for a choice that this system's list does not have; say which."""
    if field.type is not FieldType.CHOICE:
        return []
    known = {word for c in field.choices for word in (c.value, *c.label.values())}
    foreign = {cell for cell in set(column) if cell is not None and cell not in known and cell in code_words(field.key)}
    indexes = [index for index, cell in enumerate(column) if cell in foreign]
    for index in indexes:
        column[index] = None
    return indexes


def _typed(field: Field, value: Value) -> Value:
    """Return a profile's own field as its type has it: the database keeps those as text."""
    if field.key.startswith(OWN_PREFIX) and isinstance(value, str):
        if field.type is FieldType.DATE:
            return date.fromisoformat(value)
        if field.type is FieldType.AMOUNT:
            return Decimal(value)
    return value


def _check(columns: list[list[Cell]], target: Target) -> Checked:
    count = len(columns[0]) if columns else 0
    headers = [field.header for field in target.fields]
    rows = list(range(FIRST_ROW, FIRST_ROW + count))
    table = Table(Path(), target.profile.sheet, 1, headers, list(range(1, len(headers) + 1)), list(columns), rows)
    return check(table, target.profile, options=target.options)


def _with_international_phones(filled: Filled, customers: Sequence[Mapping[str, Value]], target: Target) -> Filled:
    """Write with its country code every phone that, written the national way, reads as another country's."""
    again = False
    for field, column in zip(filled.fields, filled.columns, strict=True):
        if field.type is not FieldType.PHONE:
            continue
        for index, (customer, read) in enumerate(zip(customers, filled.checked.values[field.key], strict=True)):
            stored = customer.get(field.key)
            if stored is not None and read != stored and text(column[index]) != stored:
                column[index], again = str(stored), True
    return replace(filled, checked=_check(filled.columns, target)) if again else filled
