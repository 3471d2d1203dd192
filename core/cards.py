"""Loyalty card numbers: how one is written, and what can be wrong with it.

FidelPass publishes no rule, so this one is proposed (docs/fidelpass.md): 6 to 19 digits; a number of
13 digits or more ends in a check digit, either Luhn's (ISO/IEC 7812, bank-like cards) or that of a bar
code (GS1, EAN-13). Both are accepted, because refusing a good card is worse than asking FidelPass about
a bad one.
"""

from __future__ import annotations

import re

SHORTEST, LONGEST = 6, 19
CHECKED_FROM = 13
_SEPARATORS = re.compile(r"[\s\u200b\u2010-\u2015-]+")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E[+-]?\d+", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]+")


EXACT = 10**15  # a spreadsheet keeps 15 significant digits: from here on the last ones are zeros


def rounded_card(cell: object) -> str | None:
    """Return a number cell that Excel has rounded, in powers of ten as `card_fault` reads it; None for any other."""
    return f"{cell:.14E}" if isinstance(cell, int | float) and abs(cell) >= EXACT else None


def card_number(text: str) -> str:
    """Return a card number as it is sent: no spaces, no hyphens ("433 724" → "433724")."""
    return _SEPARATORS.sub("", text)


def card_fault(text: str) -> str | None:
    """Return the text key of what is wrong with a card number, or None.

    "1.23E+15" has its own fault: Excel has lost the last digits, and nobody can guess them.
    """
    number = card_number(text)
    if not number:
        return "loyalty.card_empty"
    if _SCIENTIFIC.fullmatch(number):
        return "loyalty.card_rounded"
    if not _DIGITS.fullmatch(number):
        return "loyalty.card_digits"
    if not SHORTEST <= len(number) <= LONGEST:
        return "loyalty.card_length"
    if len(number) >= CHECKED_FROM and not (luhn_holds(number) or gs1_holds(number)):
        return "loyalty.card_check_digit"
    return None


def luhn_holds(digits: str) -> bool:
    """Say whether the last digit is Luhn's: every second digit from the right doubled, its figures added."""
    doubled = (sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(doubled)) % 10 == 0


def gs1_holds(digits: str) -> bool:
    """Say whether the last digit is a bar code's: every second digit from the right counts three times."""
    return (sum(map(int, digits[::-2])) + 3 * sum(map(int, digits[-2::-2]))) % 10 == 0
