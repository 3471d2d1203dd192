"""Money: what a basket costs, what gains take off it, what comes back. Every figure is worked by hand."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import LoyaltyError
from core.gains import Gain
from core.gains.baskets import CENT, ZERO, Line, Use, allocate, round_cents, settle
from core.gains.refunds import refund
from tests.loyalty_parts import TODAY, euros, line


def percent(value="10.00", **more):
    return Gain("P", "10 %", "percent", euros(value), euros(value), **more)


def amount(value="20.00", name="M", *, partly=True, **more):
    return Gain(name, "Chèque", "amount", euros(value), euros(value), partly_usable=partly, **more)


def dues(recap):
    return [str(s.due) for s in recap.shares]


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [("0.125", "0.13"), ("0.135", "0.14"), ("0.1249", "0.12"), ("2.675", "2.68"), ("0.005", "0.01")],
)
def test_amounts_are_rounded_half_up_to_the_cent(exact, rounded):
    assert str(round_cents(Decimal(exact))) == rounded


@pytest.mark.parametrize(
    ("amount_", "weights", "shares"),
    [
        ("10.00", ["1.00", "1.00", "1.00"], ["3.34", "3.33", "3.33"]),
        ("0.01", ["5.00", "5.00"], ["0.01", "0.00"]),
        ("0.02", ["1.00", "98.00", "1.00"], ["0.00", "0.02", "0.00"]),
        ("1.00", ["0.00", "3.00"], ["0.00", "1.00"]),
        ("5.00", ["2.00", "3.00"], ["2.00", "3.00"]),
        ("5.00", ["0.00", "0.00"], ["0.00", "0.00"]),
    ],
)
def test_a_reduction_is_shared_by_the_largest_remainder(amount_, weights, shares):
    assert [str(s) for s in allocate(euros(amount_), [euros(w) for w in weights])] == shares


CASES = [
    # name, lines, uses, due of each line, taken from each gain
    ("no gain", [line("12.50", "2")], [], ["25.00"], []),
    ("10 % of everything", [line("10.00"), line("5.55")], [Use(percent())], ["9.00", "4.99"], ["1.56"]),
    (
        "a discounted line is not discounted again",
        [line("100.00", discount="20.00"), line("50.00")],
        [Use(percent())],
        ["80.00", "45.00"],
        ["5.00"],
    ),
    ("part of an amount", [line("30.00")], [Use(amount(), euros("7.25"))], ["22.75"], ["7.25"]),
    ("all of an amount", [line("30.00")], [Use(amount())], ["10.00"], ["20.00"]),
    ("never below zero, the rest stays", [line("15.00")], [Use(amount())], ["0.00"], ["15.00"]),
    ("a whole gain is taken whole", [line("15.00")], [Use(amount(partly=False))], ["0.00"], ["20.00"]),
    (
        "an amount counts on discounted lines too",
        [line("30.00", discount="10.00"), line("20.00")],
        [Use(amount("10.00"))],
        ["15.00", "15.00"],
        ["10.00"],
    ),
    (
        "percent first, whatever was picked first",  # 100 − 10 % − 20 = 70, not (100 − 20) − 10 % = 72
        [line("100.00")],
        [Use(amount()), Use(percent())],
        ["70.00"],
        ["10.00", "20.00"],
    ),
    (
        "amounts in the order they were picked",
        [line("25.00")],
        [Use(amount(name="M2")), Use(amount("10.00"))],
        ["0.00"],
        ["20.00", "5.00"],
    ),
    ("100 %", [line("9.99")], [Use(percent("100.00"))], ["0.00"], ["9.99"]),
    ("weighed goods", [line("19.99", "0.333")], [], ["6.66"], []),
    ("a present costs nothing", [line("0.00"), line("3.00")], [Use(amount("1.00"))], ["0.00", "2.00"], ["1.00"]),
]


@pytest.mark.parametrize(("lines", "uses", "due", "taken"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_basket_is_settled(lines, uses, due, taken):
    recap = settle(lines, uses, TODAY)
    assert dues(recap) == due
    assert [str(u.taken) for u in recap.used] == taken


def test_a_gain_worth_more_than_the_basket_says_what_is_lost():
    recap = settle([line("15.00")], [Use(amount(partly=False))], TODAY)
    assert (recap.used[0].reduction, recap.used[0].lost) == (euros("15.00"), euros("5.00"))


def test_a_percentage_beyond_100_takes_nothing_below_zero():
    much = Gain("P", "150 %", "percent", euros("150.00"), euros("150.00"))
    assert [str(d) for d in dues(settle([line("9.99"), line("0.02")], [Use(much)], TODAY))] == ["0.00", "0.00"]


def test_vat_is_taken_out_of_what_is_paid_by_rate():
    """120.00 at 20 % and 55.00 at 10 %, less 17.50: 108.00 (VAT 18.00) and 49.50 (VAT 4.50)."""
    recap = settle([line("120.00"), line("55.00", vat="10.00")], [Use(amount("17.50"))], TODAY)
    assert [(str(v.rate), str(v.total), str(v.vat), str(v.net)) for v in recap.vat] == [
        ("10.00", "49.50", "4.50", "45.00"),
        ("20.00", "108.00", "18.00", "90.00"),
    ]
    assert (recap.total, recap.due) == (euros("175.00"), euros("157.50"))


REFUSED = [
    ("no line", [], [], "loyalty.basket_empty"),
    ("quantity 0", [line("1.00", "0")], [], "loyalty.line_quantity"),
    ("a return", [line("1.00", "-1")], [], "loyalty.line_quantity"),
    ("NaN", [line("1.00", "NaN")], [], "loyalty.line_quantity"),
    ("infinite", [line("Infinity")], [], "loyalty.line_price"),
    ("tenth of a cent", [line("1.001")], [], "loyalty.line_price"),
    ("negative price", [line("-1.00")], [], "loyalty.line_price"),
    ("too dear", [line("999999.99", "2")], [], "loyalty.line_price"),
    ("discount above price", [line("1.00", discount="1.01")], [], "loyalty.line_discount"),
    ("a surcharge", [line("1.00", discount="-0.01")], [], "loyalty.line_discount"),
    ("VAT", [line("1.00", vat="101")], [], "loyalty.line_vat"),
    ("expired", [line("9.00")], [Use(amount(expiry=date(2027, 3, 30)))], "loyalty.gain_expired"),
    ("minimum", [line("49.99")], [Use(amount(minimum=euros("50.00")))], "loyalty.gain_minimum"),
    ("twice", [line("99.00")], [Use(amount()), Use(amount())], "loyalty.gain_twice"),
    (
        "two percents",
        [line("99.00")],
        [Use(percent()), Use(Gain("Q", "5 %", "percent", euros("5.00"), euros("5.00")))],
        "loyalty.gain_one_percent",
    ),
    ("part 0", [line("9.00")], [Use(amount(), ZERO)], "loyalty.gain_part"),
    ("part negative", [line("9.00")], [Use(amount(), euros("-1.00"))], "loyalty.gain_part"),
    ("part above the rest", [line("99.00")], [Use(amount(), euros("20.01"))], "loyalty.gain_part"),
    ("part in millimes", [line("9.00")], [Use(amount(), euros("0.001"))], "loyalty.gain_part"),
    ("part of a whole", [line("99.00")], [Use(amount(partly=False), euros("5.00"))], "loyalty.gain_part"),
    ("part of a %", [line("99.00")], [Use(percent(), euros("5.00"))], "loyalty.gain_part_percent"),
    ("% of discounted goods", [line("9.00", discount="1.00")], [Use(percent())], "loyalty.gain_for_nothing"),
    (
        "nothing left to pay",
        [line("20.00")],
        [Use(amount()), Use(amount(name="N"))],
        "loyalty.gain_for_nothing",
    ),
]


@pytest.mark.parametrize(("lines", "uses", "key"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED])
def test_what_may_not_be_sold_is_refused_with_its_reason(lines, uses, key):
    with pytest.raises(LoyaltyError) as refused:
        settle(lines, uses, TODAY)
    assert refused.value.key == key
    assert "{" not in str(refused.value)  # its parameters fill its text


def test_a_float_is_refused_at_the_door():
    with pytest.raises(TypeError):
        Line("A", Decimal(1), 9.99, Decimal(20))


def parts_of(recap, *returned):
    """Refund quantities one after the other and return the refunds."""
    done = []
    for quantities in returned:
        done.append(refund(recap, [Decimal(q) for q in quantities], [r.returned for r in done]))
    return done


def test_a_refund_in_three_parts_returns_exactly_what_was_paid():
    """3 for 10.00 less 5.00: 1.67 + 1.66 + 1.67 off; 3.33 + 3.34 + 3.33 back, 5.00 back to the gain."""
    recap = settle([line("10.00", "3")], [Use(amount("20.00"))], TODAY)
    parts = parts_of(recap, ["1"], ["1"], ["1"])
    assert [str(p.amount) for p in parts] == ["3.33", "3.34", "3.33"]
    assert [str(p.restored[0]) for p in parts] == ["6.67", "6.66", "6.67"]


def test_a_percent_gain_comes_back_only_with_the_last_article():
    recap = settle([line("10.00", "2")], [Use(percent())], TODAY)
    parts = parts_of(recap, ["1"], ["1"])
    assert [(str(p.amount), str(p.restored[0])) for p in parts] == [("9.00", "0.00"), ("9.00", "2.00")]


def test_a_whole_gain_worth_more_than_the_basket_comes_back_whole():
    recap = settle([line("5.00", "3")], [Use(amount(partly=False))], TODAY)
    parts = parts_of(recap, ["1"], ["2"])
    assert [(str(p.amount), str(p.restored[0])) for p in parts] == [("0.00", "6.67"), ("0.00", "13.33")]


def test_the_vat_of_partial_refunds_sums_to_the_vat_of_the_sale():
    recap = settle([line("9.99", "3", vat="5.50")], [Use(percent())], TODAY)
    parts = parts_of(recap, ["1"], ["1"], ["1"])
    assert sum(p.vat[0].vat for p in parts) == recap.vat[0].vat
    assert sum(p.vat[0].total for p in parts) == recap.due


@pytest.mark.parametrize(
    ("returned", "key"),
    [
        ([["3"]], "loyalty.refund_too_much"),
        ([["1"], ["2"]], "loyalty.refund_too_much"),
        ([["0"]], "loyalty.refund_quantity"),
        ([["-1"]], "loyalty.refund_quantity"),
        ([["NaN"]], "loyalty.refund_quantity"),
        ([["0.0001"]], "loyalty.refund_quantity"),
    ],
)
def test_a_refund_of_what_was_not_sold_is_refused(returned, key):
    recap = settle([line("10.00", "2")], [], TODAY)
    with pytest.raises(LoyaltyError) as refused:
        parts_of(recap, *returned)
    assert refused.value.key == key


cents = st.integers(0, 20_000).map(lambda n: n * CENT)


@st.composite
def baskets(draw):
    lines = []
    for _ in range(draw(st.integers(1, 5))):
        quantity = draw(st.sampled_from(["1", "2", "3", "7", "0.333", "12"]))
        bare = Line("A", Decimal(quantity), draw(cents), draw(st.sampled_from([euros("5.50"), euros("20.00")])))
        discount = draw(st.one_of(st.just(ZERO), cents.map(lambda d, g=bare.gross: min(d, g))))
        lines.append(Line("A", bare.quantity, bare.unit_price, bare.vat_rate, discount))
    uses = draw(st.lists(st.sampled_from(["P", "M", "N", "W"]), unique=True, max_size=4))
    gains = {"P": percent(draw(st.sampled_from(["5.00", "33.33", "100.00"])))}
    for name in "MNW":
        gains[name] = amount(str(draw(st.integers(1, 5000)) * CENT), name, partly=name != "W")
    return lines, [Use(gains[name]) for name in uses]


def settled(basket):
    """Settle a basket with the gains that bring something, tried one after the other."""
    lines, uses = basket
    recap, kept = settle(lines, [], TODAY), []
    for use in uses:
        try:
            recap = settle(lines, [*kept, use], TODAY)
            kept.append(use)
        except LoyaltyError as refusal:
            if refusal.key != "loyalty.gain_for_nothing":
                raise
    return recap


@given(baskets())
def test_parts_sum_to_the_whole_to_the_cent(basket):
    recap = settled(basket)
    assert recap.total - sum((u.reduction for u in recap.used), ZERO) == recap.due >= 0
    assert sum((v.total for v in recap.vat), ZERO) == recap.due
    assert sum((v.net + v.vat for v in recap.vat), ZERO) == recap.due
    for i, used in enumerate(recap.used):
        assert sum((s.reductions[i] for s in recap.shares), ZERO) == used.reduction <= used.taken
    for share in recap.shares:
        assert 0 <= share.due <= share.line.net
        assert share.due == share.due.quantize(CENT)


@given(baskets())
def test_a_discounted_line_never_gets_a_percentage(basket):
    recap = settled(basket)
    if recap.used and recap.used[0].kind == "percent":
        assert all(s.reductions[0] == 0 for s in recap.shares if s.line.discount)


@given(baskets(), st.randoms(use_true_random=False))
def test_the_order_of_picking_does_not_change_the_percentage_nor_what_is_paid(basket, rng):
    lines, uses = basket
    shuffled = rng.sample(uses, len(uses))
    try:
        recap, again = settle(lines, uses, TODAY), settle(lines, shuffled, TODAY)
    except LoyaltyError as refusal:
        if refusal.key != "loyalty.gain_for_nothing":
            raise
        return
    assert again.due == recap.due
    percents = [[u.reduction for u in r.used if u.kind == "percent"] for r in (recap, again)]
    assert percents[0] == percents[1]


@given(baskets(), st.randoms(use_true_random=False))
def test_refunds_in_any_pieces_never_pass_the_whole_and_end_at_it(basket, rng):
    """Cut a full return into random pieces: nothing negative, nothing above, nothing lost, nothing won."""
    recap = settled(basket)
    left = [s.line.quantity for s in recap.shares]
    done = []
    while any(left):
        piece = [q if rng.random() < 0.3 else (q * rng.randrange(3) / 4).quantize(Decimal("0.001")) for q in left]
        if not any(piece):
            piece = left
        done.append(refund(recap, piece, [r.returned for r in done]))
        left = [a - b for a, b in zip(left, piece, strict=True)]
        assert done[-1].amount >= 0
        assert min((*done[-1].restored, ZERO)) >= 0
    assert sum((r.amount for r in done), ZERO) == recap.due
    assert [sum(r.restored[i] for r in done) for i in range(len(recap.used))] == [u.taken for u in recap.used]
    assert refund(recap, [s.line.quantity for s in recap.shares]).amount == recap.due
