"""Refunds: goods come back, money and gains go back in the same proportion, to the cent.

Everything is counted from the first refund on: what has come back so far is worth the rounded share of the
line, and a refund is the difference between that value after and before it. However a return is cut up,
the parts therefore never pass the whole and end exactly at it, and cutting it up gains nothing.

A gain in euros comes back in proportion. A % gain served one whole sale: it comes back when, and only
when, everything has come back, so that nobody keeps a discounted article and the discount.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.errors import LoyaltyError
from core.gains.baskets import THOUSANDTH, ZERO, Recap, VatLine, fits, plain_rate, round_cents, vat_lines
from core.i18n import tr

Quantities = tuple[Decimal, ...]  # one per line of the sale


@dataclass(frozen=True)
class Refund:
    """What goes back: `amount` to the customer, `restored` to each used gain, VAT by rate."""

    returned: Quantities
    amount: Decimal
    restored: tuple[Decimal, ...]
    vat: tuple[VatLine, ...]


def refund(recap: Recap, returned: Sequence[Decimal], before: Sequence[Quantities] = ()) -> Refund:
    """Return what goes back for these quantities, given those of the earlier refunds of the sale.

    Raises LoyaltyError for a negative quantity, for nothing at all, and for more than is left.
    """
    earlier = tuple(sum(q, Decimal(0)) for q in zip(*before, strict=True)) or (Decimal(0),) * len(recap.shares)
    if not any(returned) and earlier == tuple(share.line.quantity for share in recap.shares):
        raise LoyaltyError("loyalty.refund_all_back")
    if not all(fits(q, THOUSANDTH) for q in returned) or not any(returned):
        raise LoyaltyError("loyalty.refund_quantity")
    after = tuple(a + b for a, b in zip(earlier, returned, strict=True))
    for share, quantity in zip(recap.shares, after, strict=True):
        if quantity > share.line.quantity:
            raise LoyaltyError("loyalty.refund_too_much", article=share.line.article)
    paid_after, paid_before = _paid_back(recap, after), _paid_back(recap, earlier)
    restored = (_restored(recap, i, after) - _restored(recap, i, earlier) for i in range(len(recap.used)))
    return Refund(
        returned=tuple(returned),
        amount=sum(paid_after, ZERO) - sum(paid_before, ZERO),
        restored=tuple(restored),
        vat=_vat_difference(recap, paid_after, paid_before),
    )


def refund_lines(recap: Recap, back: Refund, lang: str) -> list[str]:
    """Say what goes back, a line each: the amount to the customer, the VAT in it, then what goes to each gain.

    A % gain can be used again.
    """
    said = [tr("sales.refund_amount", lang, amount=back.amount)]
    for vat in back.vat:
        if vat.total:
            said.append(tr("sales.refund_vat", lang, rate=plain_rate(vat.rate), total=vat.total, vat=vat.vat))
    for used, part in zip(recap.used, back.restored, strict=True):
        if part:
            key = "sales.refund_percent" if used.kind == "percent" else "sales.refund_gain"
            said.append(tr(key, lang, gain=used.label, amount=part))
    return said


def _paid_back(recap: Recap, quantities: Quantities) -> list[Decimal]:
    """Return what is paid back in all for each line once these quantities are back."""
    return [_part(s.due, q, s.line.quantity) for s, q in zip(recap.shares, quantities, strict=True)]


def _restored(recap: Recap, i: int, quantities: Quantities) -> Decimal:
    """Return what is given back in all to the used gain `i` once these quantities are back."""
    used = recap.used[i]
    pairs = list(zip(recap.shares, quantities, strict=True))
    if used.kind == "percent":
        everything = all(q == s.line.quantity for s, q in pairs)
        return used.taken if everything else ZERO
    reduction = sum((_part(s.reductions[i], q, s.line.quantity) for s, q in pairs), ZERO)
    return _part(used.taken, reduction, used.reduction)


def _part(amount: Decimal, of: Decimal, whole: Decimal) -> Decimal:
    """Return amount × of ÷ whole to the cent; it grows with `of`, and is `amount` at the end."""
    return round_cents(amount * of / whole)


def _vat_difference(recap: Recap, after: list[Decimal], before: list[Decimal]) -> tuple[VatLine, ...]:
    rates = [s.line.vat_rate for s in recap.shares]
    now = vat_lines(list(zip(rates, after, strict=True)))
    then = vat_lines(list(zip(rates, before, strict=True)))
    return tuple(VatLine(n.rate, n.total - t.total, n.vat - t.vat) for n, t in zip(now, then, strict=True))
