"""Exported rows: the three hidden columns that let a sheet be edited for days and still be sent back safely. Pure.

`_client` is the customer's number, `_version` the version exported, `_empreinte` which database that was (`@`) and one
short hash per field, as "@:1f03c2 email:9fa0bb mobile:a03de1". With the hash of what was exported, a field's cell and
its value in the database each tell whether they changed since, without the old value itself.

A system cannot always show what the database holds (a title that it does not know, a fourth decimal). Then the hash
of what its cell reads as stands beside: "title:a03de1/b7d0aa". A third hash is that of the cell's text, where what it
reads as may change without anybody touching it: in a faulty cell, and where other cells decide (a phone is read by
its row's country): "mobile:a03de1//51f9c4". Untouched, such a cell is neither sent nor held against the row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from core.checked import Value
from core.fields import OWN_PREFIX
from core.tables import Cell, Table

CUSTOMER_HEADER, VERSION_HEADER, MARKS_HEADER = "_client", "_version", "_empreinte"
HEADERS = (CUSTOMER_HEADER, VERSION_HEADER, MARKS_HEADER)
BASE = "@"
NOTHING = "-"
"""The mark of a blank."""
MARK_BYTES = 3
"""24 bits: an edit goes unseen once in sixteen million."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where a row came from: its customer, that customer's version, and the mark of every exported field.

    `shown` are the marks of what a cell reads as, where that is not what the database holds; `written` the marks of
    the texts of some cells, and `untouched` the fields of those that still hold that text; `unread` are the fields
    whose cell holds something that is no value; `base` names the database.
    """

    customer: int
    version: int
    marks: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)
    untouched: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    base: str = ""

    def edited(self, key: str, cell: Value) -> bool:
        """Say whether the user changed this cell; one that was not exported counts as typed."""
        if key in self.untouched:
            return False
        if (self.shown.get(key) or self.marks.get(key)) != value_mark(cell):
            return True
        return cell is None and key in self.written and self.marks[key] != NOTHING  # a faulty cell, emptied

    def mark(self, key: str) -> str:
        """Return a field's whole mark, as it was written."""
        parts = (self.marks[key], self.shown.get(key, ""), self.written.get(key, ""))
        return "/".join(parts).rstrip("/")

    def emptied(self, key: str) -> bool:
        """Say whether the user emptied this cell, which reads as a blank: one that cannot be read is no blank."""
        return key in self.marks and key not in self.unread and self.edited(key, None)

    def seeing(self, texts: Mapping[str, str], unread: Collection[str] = ()) -> Stamp:
        """Return the stamp beside these texts of its row's cells, by field; `unread` are those that are no value."""
        same = (key for key, mark in self.written.items() if key in texts and value_mark(texts[key]) == mark)
        return replace(self, untouched=frozenset(same), unread=frozenset(unread))

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


def kept_form(key: str, value: Value) -> Value:
    """Return a value as the database keeps it: a profile's own fields (`x_`) as text."""
    return plain(value) if key.startswith(OWN_PREFIX) else value


@lru_cache(maxsize=200_000, typed=True)
def value_mark(value: Value) -> str:
    """Return the short hash of a canonical value."""
    if value is None:
        return NOTHING
    text = f"{type(value).__name__}:{plain(value)}"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=MARK_BYTES).hexdigest()


def field_mark(stored: Value, shown: Value, written: str | None = None) -> str:
    """Return the mark of one field: what the database holds, what the cell reads as, and maybe the cell's text."""
    mark, seen = value_mark(stored), value_mark(shown)
    parts = (mark, "" if mark == seen else seen, "" if written is None else value_mark(written))
    return "/".join(parts).rstrip("/")


def base_mark(identity: str, shop: str) -> str:
    """Return the mark of one shop's customers in one database."""
    return value_mark(f"{identity} {shop}")


def marks_text(marks: Mapping[str, str], base: str) -> str:
    """Return what `_empreinte` holds for a customer."""
    return " ".join([f"{BASE}:{base}", *(f"{key}:{mark}" for key, mark in marks.items())])


def read_stamps(table: Table, rows: Collection[int] | None = None) -> dict[int, Stamp]:
    """Return the stamp of every row (or of some) that has a whole one. A sheet without the columns has none."""
    places = {h: i for i, h in enumerate(table.headers) if h in HEADERS}
    if len(places) < len(HEADERS):
        return {}
    columns = [table.columns[places[h]] for h in HEADERS]
    wanted = (row for row in zip(table.rows, *columns, strict=True) if rows is None or row[0] in rows)
    found = ((row, _stamp(*cells)) for row, *cells in wanted)
    return {row: stamp for row, stamp in found if stamp is not None}


def _stamp(customer: Cell, version: Cell, marks: Cell) -> Stamp | None:
    numbers = [_number(cell) for cell in (customer, version)]
    if numbers[0] is None or numbers[1] is None or not isinstance(marks, str):
        return None
    pairs = dict(part.split(":", 1) for part in marks.split() if ":" in part)
    base = pairs.pop(BASE, "")
    parts = {key: [*mark.split("/"), "", ""] for key, mark in pairs.items()}
    if not base or not parts:
        return None
    return Stamp(
        numbers[0],
        numbers[1],
        {key: own[0] for key, own in parts.items()},
        {key: own[1] for key, own in parts.items() if own[1]},
        {key: own[2] for key, own in parts.items() if own[2]},
        base=base,
    )


def _number(cell: Cell) -> int | None:
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return int(cell)
    return int(cell) if isinstance(cell, str) and cell.strip().isdecimal() else None
