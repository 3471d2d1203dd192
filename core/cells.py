"""Cells: what a user sees in one, and the one door through which its text is cleaned or compared."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, time

from core.tables import Cell, CellError

TRUE, FALSE = "VRAI", "FAUX"  # what French Excel shows in a yes/no cell
INVISIBLE = "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
"""Characters nobody sees: soft hyphen, zero-width space, direction marks, byte order mark. The zero-width joiners
U+200C and U+200D stay: Persian words and emoji are built with them."""
CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"

_HIDDEN = re.compile(f"[{INVISIBLE}{CONTROLS}]")
_ENDS = re.compile(rf"\A[\s{INVISIBLE}{CONTROLS}]+|[\s{INVISIBLE}{CONTROLS}]+\Z")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l",
                            "đ": "d", "Đ": "d", "ı": "i", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th"})  # fmt: skip
_ASCII_SIGNS = str.maketrans({c: " " for c in map(chr, range(128)) if not c.isalnum()})
_SIGNS = re.compile(r"[\W_]+")
_DECIMALS = 15  # Excel keeps 15 significant digits


def text(cell: Cell) -> str:
    """Return what the user sees: `612345678.0` → "612345678", `12.5` → "12.5", a date → "24/03/1987", None → "".

    A number with a fraction keeps the point, the form every rule reads; yes/no reads as French Excel shows it.
    """
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return TRUE if cell else FALSE
    if isinstance(cell, int | float):
        return _number(cell)
    if isinstance(cell, CellError):
        return cell.code
    return _moment(cell)


def _number(number: float) -> str:
    """Write a number as Excel's General format does, without the grouping and never in powers of ten below 1E+21."""
    if isinstance(number, float) and not math.isfinite(number):
        return "#NUM!"
    if number == int(number) and abs(number) < 1e21:
        return str(int(number))
    shown = f"{number:.{_DECIMALS}g}"
    return shown.upper() if "e" in shown else shown


def _moment(cell: date | time) -> str:
    """Write a date or an hour the French way; midnight is not shown."""
    if isinstance(cell, time):
        return cell.strftime("%H:%M:%S")
    day = f"{cell.day:02}/{cell.month:02}/{cell.year:04}"
    if isinstance(cell, datetime) and cell.time() != time():
        return f"{day} {cell:%H:%M:%S}"
    return day


def clean(value: str) -> str:
    """Return a text without the spaces and invisible characters at its ends; the inside stays as typed."""
    return _ENDS.sub("", value)


def tidy(value: str) -> str:
    """Return a text for a rule that reads codes: nothing invisible anywhere, single ordinary spaces."""
    return " ".join(_HIDDEN.sub("", value).split())


def fold(value: str) -> str:
    """Return a text for comparing: no accents, no capitals, no punctuation, single spaces.

    "Lefèvre-D’Œuvre" → "lefevre d oeuvre". Letters of other scripts stay.
    """
    if value.isascii():
        return " ".join(value.lower().translate(_ASCII_SIGNS).split())
    plain = unicodedata.normalize("NFKD", _HIDDEN.sub("", value).translate(_LIGATURES)).casefold()
    plain = unicodedata.normalize("NFKD", plain)  # a capital may fold into a letter and its accent
    return _SIGNS.sub(" ", "".join(c for c in plain if not unicodedata.combining(c))).strip()


def squash(value: str) -> str:
    """Return a folded text without its spaces, so that "Jean-Pierre", "Jean Pierre" and "JEANPIERRE" are one."""
    return fold(value).replace(" ", "")
