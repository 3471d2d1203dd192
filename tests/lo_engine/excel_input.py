"""What Excel makes of a *string* given to a cell, as pure functions (American conventions).

Excel reads a string as if somebody typed it: "00123" becomes 123, "1/2" a date, "=A1" a formula, unless the cell
is formatted as text ("@") or the string starts with an apostrophe.  LibreOffice's own bulk write does none of it:
without this module the engine would hide the loss of a leading zero.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

EPOCH = dt.datetime(1899, 12, 30)
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
MAX_TEXT = 32_767  # characters in one cell
MAX_FORMULA = 8_192

Kind = Literal["empty", "text", "number", "bool", "date", "formula", "error", "refused"]

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d+)?")
_MONEY = re.compile(r"(\()?(-)?\$?([\d.,]+)\)?")
_FRACTION = re.compile(r"(\d+) (\d+)/(\d+)")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([AaPp])[Mm]?)?")
_DATES = (  # pattern, number format that Excel gives the cell
    (re.compile(r"(?P<m>\d{1,2})[/-](?P<d>\d{1,2})[/-](?P<y>\d{4}|\d{2})"), "m/d/yyyy"),
    (re.compile(r"(?P<y>\d{4})[/-](?P<m>\d{1,2})[/-](?P<d>\d{1,2})"), "m/d/yyyy"),
    (re.compile(r"(?P<d>\d{1,2})[- ](?P<m>[A-Za-z]{3,9})[- ](?P<y>\d{4}|\d{2})"), "d-mmm-yy"),
    (re.compile(r"(?P<d>\d{1,2})[- ](?P<m>[A-Za-z]{3,9})"), "d-mmm"),
    (re.compile(r"(?P<m>\d{1,2})[/-](?P<d>\d{1,2})"), "d-mmm"),
)


@dataclass(frozen=True)
class Typed:
    """What ends up in the cell: value is a str, float (dates too, as serial numbers) or bool.

    number_format: what Excel sets if the cell had none.
    """

    kind: Kind
    value: str | float | bool = ""
    number_format: str | None = None


def to_serial(moment: dt.date) -> float:
    """Return a date or a naive datetime as Excel's number of days since 30 December 1899."""
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime(moment.year, moment.month, moment.day)
    return (moment.replace(tzinfo=None) - EPOCH) / dt.timedelta(days=1)


def from_serial(days: float) -> dt.datetime:
    """Return the moment of Excel's serial number, to the millisecond."""
    return EPOCH + dt.timedelta(milliseconds=round(days * 86_400_000))


def typed(text: str, *, as_text: bool = False) -> Typed:
    """Return what Excel stores when the string is given to a cell; as_text: the cell's format is "@".

    "refused" stands for error 1004: the text starts like a formula ("+", "-", "@") and is none.
    """
    if text == "" or len(text) > MAX_TEXT or (text.startswith("=") and len(text) > MAX_FORMULA):
        return Typed("empty" if text == "" else "refused", text)
    if as_text:
        return Typed("text", text)
    if text.startswith("'"):
        return Typed("text", text[1:])
    if text.startswith("=") and len(text) > 1:
        return Typed("formula", text)
    bare = text.strip()
    if bare.upper() in ("TRUE", "FALSE"):
        return Typed("bool", bare.upper() == "TRUE")
    if bare in ERRORS:
        return Typed("error", bare)
    read = _number(bare) or _moment(bare)
    if read is None and len(bare) > 1 and bare[0] in "+-@":
        return Typed("refused", text)
    return read or Typed("text", text)


def _number(text: str) -> Typed | None:
    shown: str | None = None
    body = text
    if body.endswith("%"):
        body, shown = body[:-1], "0.00%" if "." in body else "0%"
    money = _MONEY.fullmatch(body)
    if money and ("$" in body or "(" in body) and bool(money[1]) == body.endswith(")"):
        body = ("-" if money[1] or money[2] else "") + money[3]
        shown = shown or "$#,##0.00"
    if _NUMBER.fullmatch(body) and re.match(r"[+-]?\.?\d", body):
        value = float(body.replace(",", "")) / (100 if text.endswith("%") else 1)
        shown = shown or ("0.00E+00" if "e" in body.lower() else None)
        return Typed("number", float(f"{value:.15g}"), shown)  # Excel keeps 15 significant digits
    fraction = _FRACTION.fullmatch(text)
    if fraction and int(fraction[3]):
        return Typed("number", int(fraction[1]) + int(fraction[2]) / int(fraction[3]), "# ?/?")
    return None


def _moment(text: str) -> Typed | None:
    time = _time(text)
    if time is not None:
        return Typed("number", time, "h:mm:ss" if text.count(":") == 2 else "h:mm")
    day, _, rest = text.partition(" ") if ":" in text else (text, "", "")
    date = _date(day)
    clock = _time(rest) if rest else 0.0
    if date is None or clock is None:
        return None
    serial, shown = date
    return Typed("date", serial + clock, f"{shown} h:mm" if rest else shown)


def _time(text: str) -> float | None:
    found = _TIME.fullmatch(text)
    if not found:
        return None
    hours, minutes, seconds = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        hours = hours % 12 + (12 if found[4] in "Pp" else 0)
    return (hours * 3600 + minutes * 60 + seconds) / 86_400


def _date(text: str) -> tuple[float, str] | None:
    for pattern, shown in _DATES:
        found = pattern.fullmatch(text)
        if not found:
            continue
        part = found.groupdict()
        month = int(part["m"]) if part["m"].isdigit() else _MONTHS.get(part["m"][:3].lower(), 0)
        try:
            return to_serial(dt.date(_year(part.get("y")), month, int(part["d"]))), shown
        except ValueError:
            continue
    return None


def _year(text: str | None) -> int:
    if text is None:
        return dt.date.today().year
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 30 else 1900)
