"""The wire format seen from the server: what the sandbox reads and answers."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import datetime

from core.gains import Gain, Holder, Permissions, Proof
from core.gains.baskets import Sale
from core.loyalty import wire
from core.loyalty.ledger import SaleRecord
from core.loyalty.values import (
    Json,
    WireError,
    day_or_none,
    flag,
    moment_text,
    money_text,
    record_of,
    text,
)

_CARD = re.compile(r"\d{6,19}", re.ASCII)
_KEY = re.compile(r"[A-Za-z0-9._-]{8,80}", re.ASCII)


def read_lookup(body: object) -> str:
    """Read the number of the card that is asked for."""
    return _card(record_of(body, "body"))


def read_attachment(body: object) -> tuple[str, str]:
    """Read a card and the customer it becomes, or is no longer."""
    record = record_of(body, "body")
    return _card(record), text(record, "customer")


def read_permissions(body: object) -> tuple[str, Permissions, Proof | None]:
    """Read the new permissions of a holder, and their proof if there is one."""
    record = record_of(body, "body")
    permissions = Permissions(flag(record, "email_opt_in"), flag(record, "sms_opt_in"))
    return _card(record), permissions, _proof(record.get("proof"))


def card_answer(card: str, now: datetime, holder: Holder, gains: list[Gain], customer: str | None) -> Json:
    """Write a card with everything known about it."""
    return {
        "card": card,
        "as_of": moment_text(now),
        "customer": customer,
        "holder": {
            **{name: getattr(holder, name) for name in wire.HOLDER_TEXTS},
            "birth_date": holder.birth_date.isoformat() if holder.birth_date else None,
            **asdict(holder.permissions),
        },
        "gains": [_gain_answer(gain) for gain in gains],
    }


def read_key(header: str | None) -> str:
    """Read an idempotency key: 8 to 80 letters, digits, dots, hyphens and underscores."""
    if header is None or not _KEY.fullmatch(header):
        raise WireError("Idempotency-Key")
    return header


def read_sale(body: object, key: str) -> Sale:
    """Read a sale whose card is written as it should be."""
    sale = wire.read_sale(body, key)
    _card({"card": sale.card})
    return sale


def sale_answer(key: str, record: SaleRecord) -> Json:
    """Write what the books have of a sale."""
    refunds = [{"key": k, "amount": money_text(r.amount)} for k, r in record.refunds.items()]
    return {"sale": key, "state": record.state, "refunds": refunds}


def _gain_answer(gain: Gain) -> Json:
    return {
        "id": gain.id,
        "label": gain.label,
        "kind": gain.kind,
        "value": money_text(gain.value),
        "remaining": money_text(gain.remaining),
        "partly_usable": gain.partly_usable,
        "minimum": money_text(gain.minimum),
        "expiry": gain.expiry.isoformat() if gain.expiry else None,
        "state": gain.state,
    }


def _card(record: Json) -> str:
    number = text(record, "card")
    if not _CARD.fullmatch(number):
        raise WireError("card")
    return number


def _proof(value: object) -> Proof | None:
    if value is None:
        return None
    record = record_of(value, "proof")
    given = day_or_none(record, "given", "proof.")
    if given is None:
        raise WireError("proof.given")
    return Proof(text(record, "source", "proof."), given)
