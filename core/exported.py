"""Exported rows: the three hidden columns that let a sheet be edited for days and still be sent back safely. Pure.

`_client` is the customer's number, `_version` the version exported, `_empreinte` one short hash per field, as
"email:9fKx mobile:aQ3z". With the hash of what was exported, a field's cell and its value in the database each tell
whether they changed since, without the old value itself.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from core.checked import Value
from core.tables import Cell, Table

CUSTOMER_HEADER, VERSION_HEADER, MARKS_HEADER = "_client", "_version", "_empreinte"
HEADERS = (CUSTOMER_HEADER, VERSION_HEADER, MARKS_HEADER)
MARK_BYTES = 3
"""24 bits: an edit goes unseen once in sixteen million."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where a row came from: its customer, that customer's version, and the mark of every exported field."""

    customer: int
    version: int
    marks: Mapping[str, str] = field(default_factory=dict)

    def edited(self, key: str, cell: Value) -> bool:
        """Say whether the user changed this cell; one that was not exported counts as typed."""
        return self.marks.get(key) != value_mark(cell)

    def changed_since(self, key: str, stored: Value) -> bool:
        """Say whether the database changed this field since; of one that was not exported nothing is known."""
        return key in self.marks and self.marks[key] != value_mark(stored)


def plain(value: Value) -> str | bool | None:
    """Return a value as JSON keeps it: dates in ISO form, amounts as text without trailing zeros."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value


def value_mark(value: Value) -> str:
    """Return the short hash of a canonical value."""
    if value is None:
        return "-"
    text = f"{type(value).__name__}:{plain(value)}"
    return base64.urlsafe_b64encode(hashlib.blake2b(text.encode(), digest_size=MARK_BYTES).digest()).decode()


def marks_text(values: Mapping[str, Value], keys: Iterable[str]) -> str:
    """Return what `_empreinte` holds for a customer of whom these fields are exported."""
    return " ".join(f"{key}:{value_mark(values.get(key))}" for key in keys)


def read_stamps(table: Table) -> dict[int, Stamp]:
    """Return the stamp of every row that has a whole one. A sheet without the columns has none."""
    places = {h: i for i, h in enumerate(table.headers) if h in HEADERS}
    if len(places) < len(HEADERS):
        return {}
    columns = [table.columns[places[h]] for h in HEADERS]
    found = ((row, _stamp(*cells)) for row, *cells in zip(table.rows, *columns, strict=True))
    return {row: stamp for row, stamp in found if stamp is not None}


def _stamp(customer: Cell, version: Cell, marks: Cell) -> Stamp | None:
    numbers = [_number(cell) for cell in (customer, version)]
    if numbers[0] is None or numbers[1] is None or not isinstance(marks, str):
        return None
    pairs = (part.partition(":") for part in marks.split())
    return Stamp(numbers[0], numbers[1], {key: mark for key, _, mark in pairs if mark})


def _number(cell: Cell) -> int | None:
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return int(cell)
    return int(cell) if isinstance(cell, str) and cell.strip().isdecimal() else None
