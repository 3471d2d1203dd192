"""Amounts: French and English writing, read by the signs that are there, never by deleting them.

"1 234,50", "1,234.50" and "1.234,50" say themselves which sign is the decimal one. "1,234" does not: other amounts
of the column settle it ("12,50" beside it), or it is a question.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from core.cells import text, tidy
from core.issues import Code
from core.rules.placeholders import is_placeholder
from core.rules.reading import Reading, fine, refused
from core.tables import Cell

_COIN = r"(?:€|\$|£|EUR|USD|GBP|CHF|euros?)"
_SIGN = rf"(?:%|{_COIN})"
_MONEY = re.compile(rf"(?<![^\s(+-]){_SIGN}\s*|\s*{_SIGN}(?![^\s)])", re.IGNORECASE)
_BETWEEN = re.compile(rf"(\d)\s?{_COIN}\s?(\d\d)(?!\d)", re.IGNORECASE)  # "12€50"
_PLAIN = re.compile(r"-?\d+", re.ASCII)
_SPACED = re.compile(r"-?\d{1,3}(?:[ '’]\d{3})+(?=[.,]|$)", re.ASCII)
_ONE_SIGN = re.compile(r"-?(\d+)([.,])(\d+)", re.ASCII)
_GROUPED = {
    ",": re.compile(r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)?|-?\d{1,3}(?:\.\d{3}){2,}", re.ASCII),
    ".": re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d{1,3}(?:,\d{3}){2,}", re.ASCII),
}
_ASIDE = str.maketrans({" ": "", "'": "", "’": ""})


@dataclass(frozen=True, slots=True)
class Limits:
    """The least and the greatest amount that a field takes, and the column's decimal sign ("" when nothing says)."""

    minimum: float | None = None
    maximum: float | None = None
    decimal: str = ""


def infer_decimal(cells: Iterable[Cell]) -> str:
    """Return the decimal sign that the texts of a column prove: "," or ".", or "" when none or both."""
    signs = {sign for cell in cells if isinstance(cell, str) for sign in (_sign_of(_bare(cell)),) if sign}
    return signs.pop() if len(signs) == 1 else ""


def _bare(written: str) -> str:
    """Return an amount without its currency; brackets are a minus sign, as accountants write it."""
    bare = _MONEY.sub("", _BETWEEN.sub(r"\1,\2", tidy(written))).replace("\u2212", "-")
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1]}"
    return bare.removeprefix("+").replace("- ", "-")


def _sign_of(bare: str) -> str:
    """Return the decimal sign that one amount proves."""
    if _SPACED.match(bare):
        bare = bare.translate(_ASIDE)
        return next((s for s in ".," if s in bare), "")
    one = _ONE_SIGN.fullmatch(bare)
    if one:
        open_question = len(one[3]) == 3 and 1 <= len(one[1]) <= 3 and not one[1].startswith("0")
        return "" if open_question else one[2]
    return next((sign for sign, grouped in _GROUPED.items() if grouped.fullmatch(bare)), "")


def read_amount(cell: Cell, limits: Limits) -> Reading:
    """Read one amount. Canonical: a Decimal, of the figures that are there: nothing is rounded."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if not math.isfinite(cell):
            return refused(Code.AMOUNT_INVALID)
        return _within(Decimal(f"{cell:.15g}"), limits)  # Excel keeps 15 significant figures
    written = text(cell)
    if is_placeholder(tidy(written)):
        return refused(Code.PLACEHOLDER)
    bare = _bare(written)
    if _PLAIN.fullmatch(bare):
        return _within(Decimal(bare), limits)
    sign = _sign_of(bare) or (limits.decimal if _ONE_SIGN.fullmatch(bare) else "")
    if sign:
        return _read_signed(bare, sign, limits)
    if _SPACED.fullmatch(bare):
        return _within(Decimal(bare.translate(_ASIDE)), limits)
    if _ONE_SIGN.fullmatch(bare):
        return _ambiguous(bare)
    return refused(Code.AMOUNT_INVALID)


def _read_signed(bare: str, sign: str, limits: Limits) -> Reading:
    """Read an amount whose decimal sign is known."""
    group = "." if sign == "," else ","
    whole = bare.translate(_ASIDE).replace(group, "").replace(sign, ".")
    number = re.fullmatch(r"-?\d+(?:\.\d+)?", whole, re.ASCII)
    return _within(Decimal(whole), limits) if number else refused(Code.AMOUNT_INVALID)


def _ambiguous(bare: str) -> Reading:
    """Ask which of two amounts is meant: 1,234 is one and a bit, or a thousand."""
    small = Decimal(bare.replace(",", "."))
    return refused(Code.AMOUNT_AMBIGUOUS, first=small, second=Decimal(bare.replace(",", "").replace(".", "")))


def _within(amount: Decimal, limits: Limits) -> Reading:
    """Return an amount, unless the field does not take one so small or so great."""
    if limits.minimum is not None and amount < Decimal(str(limits.minimum)):
        return refused(Code.AMOUNT_OUT_OF_RANGE, reason="amount_small", limit=Decimal(str(limits.minimum)))
    if limits.maximum is not None and amount > Decimal(str(limits.maximum)):
        return refused(Code.AMOUNT_OUT_OF_RANGE, reason="amount_great", limit=Decimal(str(limits.maximum)))
    return fine(amount)
