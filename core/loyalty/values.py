"""Single values on the wire: how each is written, and read without mercy.

Every reader raises WireError, which names the place and never the content, for anything unexpected.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

_MONEY = re.compile(r"\d{1,12}\.\d{2}", re.ASCII)
_QUANTITY = re.compile(r"\d{1,6}\.\d{3}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

LONGEST_TEXT = 200
LONGEST_LIST = 500
Json = dict[str, object]
T = TypeVar("T")


class WireError(ValueError):
    """A message that is not what the contract says; its text is the place ("gains[2].value")."""


class SumsDiffer(WireError):
    """A message whose amounts do not agree with each other."""


def moment_text(value: datetime) -> str:
    """Write a moment, in UTC."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def money_text(amount: Decimal) -> str:
    """Write an amount; raises ValueError unless it is a whole number of cents from 0 up."""
    written = f"{amount:.2f}"
    if Decimal(written) != amount or not _MONEY.fullmatch(written):
        raise ValueError("not an amount in cents")
    return written


def money(record: Json, name: str, place: str = "") -> Decimal:
    """Read an amount written with two decimals; a JSON number is refused: it may have been a float."""
    return money_of(record.get(name), f"{place}{name}")


def money_of(value: object, place: str) -> Decimal:
    """Read an amount that stands in a list."""
    if not isinstance(value, str) or not _MONEY.fullmatch(value):
        raise WireError(place)
    return Decimal(value)


def quantity_text(quantity: Decimal) -> str:
    """Write a quantity, which has three decimals at most."""
    return f"{quantity:.3f}"


def quantity_of(value: object, place: str) -> Decimal:
    """Read a quantity written with three decimals."""
    if not isinstance(value, str) or not _QUANTITY.fullmatch(value):
        raise WireError(place)
    return Decimal(value)


def list_of(record: Json, name: str, place: str = "") -> list[object]:
    """Read a list of up to LONGEST_LIST values."""
    value = record.get(name)
    if not isinstance(value, list) or len(value) > LONGEST_LIST:
        raise WireError(f"{place}{name}")
    return value


def moment(record: Json, name: str) -> datetime:
    """Read a moment in UTC."""
    value = record.get(name)
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise WireError(name)
    return _parsed(datetime.fromisoformat, value, name).astimezone(UTC)


def _parsed(parse: Callable[[str], T], written: str, place: str) -> T:
    try:
        return parse(written)
    except ValueError:
        raise WireError(place) from None


def record_of(value: object, place: str) -> Json:
    """Read a JSON object."""
    if not isinstance(value, dict):
        raise WireError(place)
    return value


def text(record: Json, name: str, place: str = "") -> str:
    """Read a text of 1 to LONGEST_TEXT characters."""
    value = record.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= LONGEST_TEXT:
        raise WireError(f"{place}{name}")
    return value


def text_or_none(record: Json, name: str, place: str = "") -> str | None:
    """Read a text that may be absent or null."""
    return None if record.get(name) is None else text(record, name, place)


def day_or_none(record: Json, name: str, place: str) -> date | None:
    """Read a day that may be absent or null."""
    written = text_or_none(record, name, place)
    if written is None:
        return None
    if not _DAY.fullmatch(written):
        raise WireError(f"{place}{name}")
    return _parsed(date.fromisoformat, written, f"{place}{name}")


def flag(record: Json, name: str, place: str = "") -> bool:
    """Read true or false."""
    value = record.get(name)
    if not isinstance(value, bool):
        raise WireError(f"{place}{name}")
    return value


def choice(record: Json, name: str, allowed: tuple[str, ...], place: str) -> str:
    """Read one of the allowed words."""
    value = text(record, name, place)
    if value not in allowed:
        raise WireError(f"{place}{name}")
    return value
