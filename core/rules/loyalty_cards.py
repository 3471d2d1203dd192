"""Loyalty cards: digits, read by the one rule for cards (`core.cards`); a doubtful number stays, with a warning."""

from __future__ import annotations

from core.cards import card_fault, card_number, rounded_card
from core.cells import text, tidy
from core.issues import Code
from core.rules.placeholders import is_placeholder
from core.rules.reading import Reading, doubted, fine, refused
from core.rules.texts import digits_lost
from core.tables import Cell

_ROUNDED = "loyalty.card_rounded"
_REASONS = {
    "loyalty.card_digits": "card_digits",
    "loyalty.card_length": "card_length",
    "loyalty.card_check_digit": "card_check_digit",
}


def read_card(cell: Cell) -> Reading:
    """Read one card number. Canonical: without spaces and hyphens ("433 724" → "433724").

    Lost digits are an error: nobody can guess them.
    """
    if rounded_card(cell) is not None:
        return refused(Code.DIGITS_LOST)
    written = tidy(text(cell))
    if is_placeholder(written):
        return refused(Code.PLACEHOLDER)
    number = card_number(written)
    fault = card_fault(written)
    if digits_lost(written) or fault == _ROUNDED:
        return refused(Code.DIGITS_LOST)
    return fine(number) if fault is None else doubted(number, Code.CARD_DOUBTFUL, reason=_REASONS[fault])
