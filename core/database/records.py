"""Records: customers between the database's columns and the canonical values of `core.fields`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeGuard, cast

from sqlalchemy import BindParameter, Connection, RowMapping, Select, bindparam, select

from core.checked import Value
from core.database import schema
from core.database.backends import in_parts
from core.database.keys import KEY_COLUMNS, customer_keys
from core.exported import plain
from core.fields import FIELDS, OWN_PREFIX, FieldType

KEPT = ("shop_id", "kind", "version", "created_at", "modified_at", "source_system", "source_reference", "identity")
"""The columns of a customer that are no field and no search key: what an image keeps besides the values."""

READ_SIZE = 5_000
TEXT = {str, type(None)}
AMOUNTLESS = {str, bool, date, type(None)}
_HALVES = re.compile("[\ud800-\udfff]")
_LIMIT = Decimal(10) ** (schema.DIGITS - schema.DECIMALS)


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer: `values` by field key, blanks left out; `kept` the columns of KEPT."""

    number: int
    values: dict[str, Value]
    kept: dict[str, Any]

    @property
    def version(self) -> int:
        """How many times the customer was written."""
        return int(self.kept["version"])


def read_customers(connection: Connection, numbers: Iterable[int], *, lock: bool = False) -> dict[int, Customer]:
    """Return customers by number; `lock` keeps others from changing them until the transaction ends."""
    found: dict[int, Customer] = {}
    table = schema.customers
    for part in in_parts(sorted(set(numbers)), READ_SIZE):
        listed: BindParameter[int] = bindparam(
            "numbers", part, expanding=True, literal_execute=True
        )  # thousands of parameters are slow
        query = select(table).where(table.c.id.in_(listed))
        if lock:
            query = query.with_for_update()
        found.update({c.number: c for c in run(connection, query)})
    return found


def run(connection: Connection, query: Select[Any]) -> Iterator[Customer]:
    """Yield the customers that a query on the whole table finds."""
    for row in connection.execute(query).mappings():
        yield from_row(row)


def from_row(row: RowMapping) -> Customer:
    """Make a customer of a row of the table."""
    values: dict[str, Value] = {key: row[key] for key in FIELDS if row[key] is not None}
    if row["extra"]:
        values.update(json.loads(row["extra"]))
    return Customer(row["id"], values, {key: row[key] for key in KEPT})


def columns_of(customer: Customer) -> dict[str, Any]:
    """Return a customer as the table's columns, search keys included, blanks as None."""
    keys = customer_keys(customer.values)
    return {
        "id": customer.number,
        **customer.kept,
        **{key: keys.get(key) for key in KEY_COLUMNS},
        "extra": own_fields(customer.values),
        **{key: customer.values.get(key) for key in FIELDS},
    }


def own_fields(values: Mapping[str, Value]) -> str | None:
    """Return the profile's own fields (`x_`) as JSON, for the one column that holds them all."""
    own = {key: plain(value) for key, value in values.items() if key.startswith(OWN_PREFIX) and value is not None}
    return json.dumps(own, ensure_ascii=False, sort_keys=True) if own else None


def changed_columns(before: Customer, after: Customer) -> dict[str, Any]:
    """Return the columns in which two states of one customer differ, with the later state's contents."""
    old, new = columns_of(before), columns_of(after)
    return {name: value for name, value in new.items() if value != old[name]}


def image(customer: Customer) -> str:
    """Return a customer as JSON, whole: what an undo can put back."""
    kept = {k: v.isoformat(sep=" ") if isinstance(v, datetime) else v for k, v in customer.kept.items()}
    return json.dumps([plain_values(customer.values), kept], ensure_ascii=False)


def from_image(number: int, text: str) -> Customer:
    """Return the customer of an image."""
    values, kept = json.loads(text)
    for key in ("created_at", "modified_at"):
        kept[key] = datetime.fromisoformat(kept[key])
    return Customer(number, typed_values(values), kept)


def plain_values(values: Mapping[str, Value]) -> dict[str, Any]:
    """Return values as JSON keeps them."""
    return {key: plain(value) for key, value in values.items()}


def typed_values(values: Mapping[str, Any]) -> dict[str, Value]:
    """Return canonical values of what JSON kept. A profile's own fields (`x_`) stay as JSON has them."""
    return {key: _typed(FIELDS.get(key), value) for key, value in values.items()}


def _typed(kind: FieldType | None, value: Any) -> Value:
    if value is None:
        return None
    if kind is FieldType.DATE:
        return date.fromisoformat(value)
    return Decimal(value) if kind is FieldType.AMOUNT else value


def find_unstorable(columns: Mapping[str, Sequence[Value]]) -> dict[int, list[str]]:
    """Return, by index of the row, the fields that no database keeps as they are.

    That is a NUL character (PostgreSQL), half a surrogate pair, or an amount with more digits than its column.
    """
    found: dict[int, list[str]] = {}
    for key, column in columns.items():
        kinds = set(map(type, column))
        texts = texts_of(column, kinds)
        if "\0" not in texts and (texts.isascii() or not _HALVES.search(texts)) and kinds <= AMOUNTLESS:
            continue
        bad = {value for value in set(column) if _unstorable(value)}
        for index in (i for i, value in enumerate(column) if bad and value in bad):
            found.setdefault(index, []).append(key)
    return found


def texts_of(column: Sequence[Value], kinds: set[type]) -> str:
    """Return all the texts of a column in one, for a first look at them; `kinds` are the types of its values."""
    if str not in kinds:
        return ""
    return "".join(cast("Iterable[str]", filter(None, column)) if kinds <= TEXT else filter(_is_text, column))


def _is_text(value: Value) -> TypeGuard[str]:
    return isinstance(value, str)


def _unstorable(value: Value) -> bool:
    if isinstance(value, str):
        return "\0" in value or (not value.isascii() and _HALVES.search(value) is not None)
    if isinstance(value, Decimal):
        return not value.is_finite() or abs(value) >= _LIMIT or value != round(value, schema.DECIMALS)
    return False
