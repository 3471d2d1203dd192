"""Card numbers and gains: what is a number, what may be used when."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cards import card_fault, card_number, gs1_holds, luhn_holds, rounded_card
from core.gains import Gain, Permissions

MARCH_31 = date(2027, 3, 31)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("433724", None),
        ("433 724", None),
        ("433\u202f724", None),
        ("433-724", None),
        ("012345", None),  # a leading zero is a digit
        ("123456789012", None),  # 12 digits: no check digit
        ("4970100000000006", None),  # Luhn
        ("2990000000019", None),  # bar code
        ("", "loyalty.card_empty"),
        ("  ", "loyalty.card_empty"),
        ("12345", "loyalty.card_length"),
        ("1" * 20, "loyalty.card_length"),
        ("4970100000000007", "loyalty.card_check_digit"),
        ("2990000000017", "loyalty.card_check_digit"),
        ("433724.0", "loyalty.card_digits"),
        ("43372A", "loyalty.card_digits"),
        ("٤٣٣٧٢٤", "loyalty.card_digits"),  # digits of another script
        ("=433724", "loyalty.card_digits"),
        ("4.97E+15", "loyalty.card_rounded"),
        ("4,97E+15", "loyalty.card_rounded"),
    ],
)
def test_a_card_number_has_one_precise_fault_or_none(text, fault):
    assert card_fault(text) == fault


@given(st.text())
def test_any_text_is_judged_without_an_error(text):
    assert card_fault(text) is None or card_fault(text).startswith("loyalty.card_")
    assert card_fault(card_number(text)) == card_fault(text)


@given(st.text("0123456789", min_size=12, max_size=18))
def test_each_check_digit_rule_accepts_exactly_one_last_digit(stem):
    assert sum(luhn_holds(stem + last) for last in "0123456789") == 1
    assert sum(gs1_holds(stem + last) for last in "0123456789") == 1


def gain(**changes):
    ten = Decimal("10.00")
    return Gain(**{"id": "G", "label": "x", "kind": "amount", "value": ten, "remaining": ten, **changes})


@pytest.mark.parametrize(
    ("changes", "total", "refusal"),
    [
        ({}, "0.00", None),
        ({"expiry": date(2027, 3, 31)}, "50.00", None),  # the last day is included
        ({"expiry": date(2027, 3, 30)}, "50.00", "loyalty.gain_expired"),
        ({"state": "expired"}, "50.00", "loyalty.gain_expired"),
        ({"state": "used"}, "50.00", "loyalty.gain_used"),
        ({"state": "reserved"}, "50.00", "loyalty.gain_reserved"),
        ({"remaining": Decimal("0.00")}, "50.00", "loyalty.gain_used"),
        ({"minimum": Decimal("50.00")}, "50.00", None),
        ({"minimum": Decimal("50.00")}, "49.99", "loyalty.gain_minimum"),
    ],
)
def test_a_gain_is_refused_for_one_reason_or_usable(changes, total, refusal):
    assert gain(**changes).refusal(Decimal(total), MARCH_31) == refusal


@pytest.mark.parametrize(
    ("before", "after", "widens"),
    [
        ((False, False), (False, False), False),
        ((True, True), (False, True), False),
        ((False, True), (True, False), True),  # one given up does not pay for another
        ((False, False), (False, True), True),
        ((True, True), (True, True), False),
    ],
)
def test_permissions_widen_when_anything_new_is_allowed(before, after, widens):
    assert Permissions(*after).widens(Permissions(*before)) is widens


@pytest.mark.parametrize("cell", [4970100000000140, 4970100000000140.0, 1e15])
def test_a_number_that_excel_rounded_has_one_reason_everywhere(cell):
    assert card_fault(rounded_card(cell)) == "loyalty.card_rounded"


@pytest.mark.parametrize("cell", ["4970100000000140", 433701, 999999999999999.0, None, True])
def test_another_cell_is_read_as_it_is_written(cell):
    assert rounded_card(cell) is None
