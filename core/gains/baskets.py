"""The money of a sale: lines, gains spent on them, VAT, and what is left to pay.

Prices include VAT. Rounding, everywhere: half up, to the cent (ROUND_HALF_UP). The order is fixed:

1. each line: quantity × unit price, rounded, less the line's own discount;
2. the % gain, on the lines sold without a discount. One per sale: it discounts those lines, so that a
   second one would have nothing left to count on;
3. the gains in euros, in the order they were picked, on what is left of every line;
4. VAT, by rate, taken out of what is left to pay.

Percent first, because a percentage belongs to the price of the goods and an amount is spent like money:
the customer gets the better of the two orders, and spending part of a gain never changes what 10 % is.
A reduction is shared between lines in proportion, in whole cents, by the largest remainder: shares sum to
the reduction and none is more than its line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from core.errors import LoyaltyError
from core.gains import Gain, GainKind

CENT = Decimal("0.01")
THOUSANDTH = Decimal("0.001")  # of a piece, a metre, a kilogram
ZERO = Decimal("0.00")
HUNDRED = Decimal(100)
LARGEST = Decimal("999999.99")  # a price or a quantity beyond it is a typing mistake


def round_cents(amount: Decimal) -> Decimal:
    """Round to the cent, half up: 0.125 → 0.13."""
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Line:
    """One line of a basket: unit price with VAT, `discount` in euros on the whole line, VAT rate in %.

    Raises TypeError for a number that is not Decimal: cents do not survive floats.
    """

    article: str
    quantity: Decimal
    unit_price: Decimal
    vat_rate: Decimal
    discount: Decimal = ZERO

    def __post_init__(self) -> None:
        for number in (self.quantity, self.unit_price, self.vat_rate, self.discount):
            if not isinstance(number, Decimal):
                raise TypeError("amounts are Decimal")

    @property
    def gross(self) -> Decimal:
        """The price before the discount."""
        return round_cents(self.quantity * self.unit_price)

    @property
    def net(self) -> Decimal:
        """The price after the line's own discount, before any gain."""
        return self.gross - self.discount

    def fault(self) -> str | None:
        """Return the text key of what is wrong with the line, or None."""
        if not fits(self.quantity, THOUSANDTH) or self.quantity == 0:
            return "loyalty.line_quantity"
        if not fits(self.unit_price, CENT) or self.gross > LARGEST:
            return "loyalty.line_price"
        if not fits(self.vat_rate, CENT) or self.vat_rate > HUNDRED:
            return "loyalty.line_vat"
        if not fits(self.discount, CENT) or self.discount > self.gross:
            return "loyalty.line_discount"
        return None


def fits(number: Decimal, step: Decimal) -> bool:
    """Say whether a number is between 0 and LARGEST, with no more decimals than `step`."""
    return number.is_finite() and 0 <= number <= LARGEST and number == number.quantize(step)


@dataclass(frozen=True)
class Use:
    """A gain the customer spends; `part` in euros for one that is partly usable, None for all of it."""

    gain: Gain
    part: Decimal | None = None


@dataclass(frozen=True)
class UsedGain:
    """A gain in a settled sale: `reduction` comes off the basket, `taken` off the gain.

    They differ when a gain that cannot be split is worth more than the basket: the rest is lost.
    """

    id: str
    label: str
    kind: GainKind
    taken: Decimal
    reduction: Decimal

    @property
    def lost(self) -> Decimal:
        """What the customer loses of the gain; worth a warning before payment."""
        return self.taken - self.reduction


@dataclass(frozen=True)
class Share:
    """A line with its part of each reduction, in the order of the used gains, and what it still costs."""

    line: Line
    reductions: tuple[Decimal, ...] = ()

    @property
    def due(self) -> Decimal:
        """What is paid for this line."""
        return self.line.net - sum(self.reductions, ZERO)


@dataclass(frozen=True)
class VatLine:
    """What is paid at one VAT rate: `total` with VAT, the `vat` in it, and `net` without."""

    rate: Decimal
    total: Decimal
    vat: Decimal

    @property
    def net(self) -> Decimal:
        """The amount without VAT."""
        return self.total - self.vat


@dataclass(frozen=True)
class Recap:
    """A settled basket: what each line costs, what each gain brought."""

    shares: tuple[Share, ...]
    used: tuple[UsedGain, ...]

    @property
    def total(self) -> Decimal:
        """The price of the basket before gains."""
        return sum((s.line.net for s in self.shares), ZERO)

    @property
    def due(self) -> Decimal:
        """What is paid."""
        return sum((s.due for s in self.shares), ZERO)

    @property
    def vat(self) -> tuple[VatLine, ...]:
        """What is paid, by VAT rate, lowest rate first; the totals sum to `due`."""
        return vat_lines([(s.line.vat_rate, s.due) for s in self.shares])


@dataclass(frozen=True, repr=False)
class Sale:
    """A settled basket of the holder of a card. `key` is ours, made once: FidelPass knows the sale by it."""

    key: str
    card: str
    sold_at: datetime
    recap: Recap


def settle(lines: Sequence[Line], uses: Sequence[Use], on: date) -> Recap:
    """Spend gains on a basket, the day `on`; the order they were picked in matters for euros only.

    Raises LoyaltyError for an empty basket, a faulty line, a gain that is refused or would bring nothing,
    a gain picked twice, a second % gain, and a part that is not between 0.01 and what remains of the gain.
    """
    _check_lines(lines)
    total = sum((line.net for line in lines), ZERO)
    _check_uses(uses, total, on)
    shares = [Share(line) for line in lines]
    used: list[UsedGain] = []
    for use in sorted(uses, key=lambda u: u.gain.kind != "percent"):
        spend = _spend_percent if use.gain.kind == "percent" else _spend_amount
        reductions, taken = spend(shares, use)
        reduction = sum(reductions, ZERO)
        if reduction == 0:
            raise LoyaltyError("loyalty.gain_for_nothing", gain=use.gain.label)
        shares = [Share(s.line, (*s.reductions, r)) for s, r in zip(shares, reductions, strict=True)]
        used.append(UsedGain(use.gain.id, use.gain.label, use.gain.kind, taken or reduction, reduction))
    return Recap(tuple(shares), tuple(used))


def _spend_percent(shares: Sequence[Share], use: Use) -> tuple[list[Decimal], None]:
    """Share a % gain between the lines sold without a discount; more than 100 % is all of them."""
    eligible = [s.due if s.line.discount == 0 else ZERO for s in shares]
    most = sum(eligible, ZERO)
    return allocate(min(round_cents(most * use.gain.remaining / HUNDRED), most), eligible), None


def _spend_amount(shares: Sequence[Share], use: Use) -> tuple[list[Decimal], Decimal | None]:
    """Share a gain in euros between all lines, no further than zero; a whole gain is taken whole."""
    due = [s.due for s in shares]
    wanted = use.gain.remaining if use.part is None else use.part
    reductions = allocate(min(wanted, sum(due, ZERO)), due)
    return reductions, None if use.gain.partly_usable else use.gain.remaining


def allocate(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Share `amount` in proportion to `weights` (both whole cents), by the largest remainder.

    The shares sum to `amount`; none is more than its weight as long as `amount` is not more than their sum.
    Equal remainders go to the first lines. No weight at all shares nothing.
    """
    whole = sum(weights, ZERO)
    if whole == 0:
        return [ZERO for _ in weights]
    cents = int(amount / CENT)
    exact = [divmod(cents * int(w / CENT), int(whole / CENT)) for w in weights]
    missing = cents - sum(floor for floor, _ in exact)
    order = sorted(range(len(exact)), key=lambda i: -exact[i][1])
    favoured = set(order[:missing])
    return [(floor + (i in favoured)) * CENT for i, (floor, _) in enumerate(exact)]


def vat_lines(paid: Sequence[tuple[Decimal, Decimal]]) -> tuple[VatLine, ...]:
    """Return what is paid by VAT rate, from (rate, amount with VAT) pairs; VAT is rounded once per rate."""
    lines = []
    for rate, group in groupby(sorted(paid), key=lambda pair: pair[0]):
        total = sum((amount for _, amount in group), ZERO)
        lines.append(VatLine(rate, total, round_cents(total * rate / (HUNDRED + rate))))
    return tuple(lines)


def plain_rate(rate: Decimal) -> Decimal:
    """Return a VAT rate without trailing zeros: 5.50 → 5.5, 20.00 → 20."""
    return Decimal(f"{rate.quantize(CENT).normalize():f}")


def _check_lines(lines: Sequence[Line]) -> None:
    if not lines:
        raise LoyaltyError("loyalty.basket_empty")
    for number, line in enumerate(lines, 1):
        fault = line.fault()
        if fault is not None:
            raise LoyaltyError(fault, number=number, article=line.article)


def _check_uses(uses: Sequence[Use], total: Decimal, on: date) -> None:
    ids = [use.gain.id for use in uses]
    if len(set(ids)) < len(ids):
        raise LoyaltyError("loyalty.gain_twice")
    if sum(use.gain.kind == "percent" for use in uses) > 1:
        raise LoyaltyError("loyalty.gain_one_percent")
    for use in uses:
        refusal = use.gain.refusal(total, on)
        if refusal is not None:
            raise LoyaltyError(refusal, gain=use.gain.label, minimum=use.gain.minimum, total=total)
        if use.part is not None and not _part_fits(use.part, use.gain):
            if use.gain.kind == "percent":
                raise LoyaltyError("loyalty.gain_part_percent", gain=use.gain.label)
            raise LoyaltyError("loyalty.gain_part", gain=use.gain.label, remaining=use.gain.remaining)


def _part_fits(part: Decimal, gain: Gain) -> bool:
    """Say whether a part may be spent: all of it for a gain that is not partly usable."""
    if gain.kind == "percent" or not gain.partly_usable:
        return part == gain.remaining
    return fits(part, CENT) and 0 < part <= gain.remaining
