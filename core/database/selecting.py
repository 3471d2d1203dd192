"""Selecting: criteria as queries. Each criterion finds customers' numbers; "and" and "or" put the sets together.

Dates, flags and choices are compared by the database. Texts are compared without accents or capitals, which no two
databases do alike: their distinct values are compared here, so that a selection means the same on every database.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, extract, func, or_, select

from core.cells import squash
from core.checked import Value
from core.database import schema
from core.fields import FIELDS, OWN_PREFIX, FieldType
from core.selection import Criterion, Group, Sign, compare_ordered

T = schema.customers
_COLUMNS: dict[str, ColumnElement[Any]] = {"number": T.c.id, "created": T.c.created_at, "modified": T.c.modified_at}
COMPARE: dict[Sign, Callable[[Any, Any], Any]] = {
    Sign.EQUAL: operator.eq,
    Sign.LESS: operator.lt,
    Sign.AT_MOST: operator.le,
    Sign.MORE: operator.gt,
    Sign.AT_LEAST: operator.ge,
}
_EXACT = (FieldType.DATE, FieldType.FLAG)
"""Types that every database compares alike; an amount is text on SQLite."""


def select_numbers(connection: Connection, shop: int, wanted: Criterion | Group) -> set[int]:
    """Return the numbers of a shop's customers who meet criteria."""
    if isinstance(wanted, Group):
        found = [select_numbers(connection, shop, part) for part in wanted.parts]
        if not found:
            return set(connection.execute(_numbers(shop)).scalars())
        return reduce(set.union if wanted.any else set.intersection, found)
    return _meet(connection, shop, wanted)


def _numbers(shop: int) -> Select[Any]:
    return select(T.c.id).where(T.c.shop_id == shop)


def _meet(connection: Connection, shop: int, c: Criterion) -> set[int]:
    if c.key == "action":
        return _in_action(connection, shop, c)
    if c.key.startswith(OWN_PREFIX):
        return _by_own_field(connection, shop, c)
    if c.key in ("created", "modified"):
        return set(connection.execute(_numbers(shop).where(_moment(c))).scalars())
    column = _COLUMNS.get(c.key) if c.key != "birth_month" else extract("month", T.c.birth_date)
    column = T.c[c.key] if column is None else column
    if c.sign in (Sign.EMPTY, Sign.FILLED):
        empty = column.is_(None)
        return set(connection.execute(_numbers(shop).where(empty if c.sign is Sign.EMPTY else ~empty)).scalars())
    if FIELDS.get(c.key) in _EXACT and not isinstance(c.value, str):
        return set(connection.execute(_numbers(shop).where(_exact(column, c))).scalars())
    return _by_value(connection, shop, column, c)


def _exact(column: ColumnElement[Any], c: Criterion) -> ColumnElement[bool]:
    """Compare in the database. A blank is not equal to anything, and so is different from everything."""
    if c.sign is Sign.DIFFERENT:
        return or_(column != c.value, column.is_(None))
    verdict: ColumnElement[bool] = COMPARE[c.sign](column, c.value)
    return verdict


def _moment(c: Criterion) -> ColumnElement[bool]:
    """Compare a moment with a whole day."""
    column = _COLUMNS[c.key]
    if not isinstance(c.value, date):
        return column.is_(None) if c.sign is Sign.EMPTY else column.is_not(None)
    first = datetime.combine(c.value, time())
    next_day = first + timedelta(days=1)
    within = (column >= first) & (column < next_day)
    return {
        Sign.EQUAL: within,
        Sign.DIFFERENT: ~within,
        Sign.LESS: column < first,
        Sign.AT_MOST: column < next_day,
        Sign.MORE: column >= next_day,
        Sign.AT_LEAST: column >= first,
    }[c.sign]


def _by_value(connection: Connection, shop: int, column: ColumnElement[Any], c: Criterion) -> set[int]:
    """Compare here, each distinct value once."""
    meets = value_test(c, FIELDS.get(c.key))
    known: dict[Value, bool] = {None: c.sign is Sign.DIFFERENT}
    found = set()
    for number, value in connection.execute(select(T.c.id, column).where(T.c.shop_id == shop)):
        verdict = known.get(value)
        if verdict is None:
            verdict = known[value] = meets(value)
        if verdict:
            found.add(number)
    return found


def value_test(c: Criterion, kind: FieldType | None) -> Callable[[Any], bool]:
    """Return the test of one filled value."""
    if isinstance(c.value, Decimal):
        wanted = c.value
        return lambda value: compare_ordered(c.sign, Decimal(str(value)), wanted)
    rule = _phone if kind is FieldType.PHONE else str.casefold if kind is FieldType.EMAIL else squash
    said = rule(str(c.value))
    if not said:
        said, rule = str(c.value).casefold(), str.casefold
    if c.sign is Sign.CONTAINS:
        return lambda value: said in rule(_said(value))
    if c.sign is Sign.STARTS:
        return lambda value: rule(_said(value)).startswith(said)
    return lambda value: (rule(_said(value)) == said) is (c.sign is Sign.EQUAL)


def _said(value: Any) -> str:
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else str(value)


def _phone(written: str) -> str:
    """Return a phone as it is looked for: digits, without the country code of France or the national zero."""
    digits = "".join(c for c in written if c.isdigit())
    if written.strip().startswith("+33") or digits.startswith("0033"):
        return digits.removeprefix("00").removeprefix("33")
    return digits.removeprefix("0")


def _by_own_field(connection: Connection, shop: int, c: Criterion) -> set[int]:
    meets = value_test(c, None) if c.value is not None else None
    found = set()
    for number, extra in connection.execute(select(T.c.id, T.c.extra).where(T.c.shop_id == shop)):
        value = json.loads(extra).get(c.key) if extra else None
        if value is None:
            taken = c.sign in (Sign.EMPTY, Sign.DIFFERENT)
        else:
            taken = meets(value) if meets else c.sign is Sign.FILLED
        if taken:
            found.add(number)
    return found


def _in_action(connection: Connection, shop: int, c: Criterion) -> set[int]:
    """Return who was, or was not, in marketing actions of that code."""
    actions, members = schema.marketing_actions, schema.marketing_action_customers
    query = select(actions.c.code, members.c.customer_id).join(members, members.c.action_id == actions.c.id)
    rows = connection.execute(query.where(actions.c.shop_id == shop)).all()
    without = c.sign in (Sign.EMPTY, Sign.DIFFERENT)
    equal = Criterion(c.key, Sign.EQUAL if without else c.sign, c.value)
    meets = value_test(equal, None) if c.value is not None else lambda code: True
    inside = {number for code, number in rows if meets(code)}
    return set(connection.execute(_numbers(shop)).scalars()) - inside if without else inside


def record_action(connection: Connection, shop: int, code: str, numbers: set[int], who: tuple[str, datetime]) -> None:
    """Mark customers with a marketing action, made if it is new; those marked already stay marked."""
    actions, members = schema.marketing_actions, schema.marketing_action_customers
    find = select(actions.c.id).where(actions.c.shop_id == shop, actions.c.code == code)
    action = connection.execute(find).scalar()
    if action is None:
        user, now = who
        connection.execute(actions.insert().values(shop_id=shop, code=code, user=user, created_at=now))
        action = connection.execute(find).scalar_one()
    known = set(connection.execute(select(members.c.customer_id).where(members.c.action_id == action)).scalars())
    new = [{"action_id": action, "customer_id": n} for n in sorted(numbers - known)]
    if new:
        connection.execute(members.insert(), new)


def save_selection(
    connection: Connection, shop: int, name: str, content: dict[str, Any], who: tuple[str, datetime]
) -> None:
    """Keep a selection under a name; the one of that name before is replaced."""
    t = schema.selections
    user, now = who
    connection.execute(t.delete().where(t.c.shop_id == shop, t.c.name == name))
    text = json.dumps(content, ensure_ascii=False)
    connection.execute(t.insert().values(shop_id=shop, name=name, content=text, user=user, saved_at=now))


def read_selections(connection: Connection, shop: int) -> dict[str, dict[str, Any]]:
    """Return a shop's saved selections by name."""
    t = schema.selections
    rows = connection.execute(select(t.c.name, t.c.content).where(t.c.shop_id == shop).order_by(func.lower(t.c.name)))
    return {name: json.loads(content) for name, content in rows}


def identity(connection: Connection) -> str:
    """Return what tells this database from every other, "" as long as nothing was exported from it."""
    t = schema.settings
    return connection.execute(select(t.c.value).where(t.c.name == "identity")).scalar() or ""


def give_identity(connection: Connection, new: str) -> str:
    """Return the database's identity, making it `new` when it has none."""
    known = identity(connection)
    if not known:
        connection.execute(schema.settings.insert().values(name="identity", value=new))
    return known or new
