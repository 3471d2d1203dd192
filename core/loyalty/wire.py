"""The wire format: the only module of the client that knows how FidelPass is spoken to.

The format is ours (docs/fidelpass.md, openapi.yaml): no public one exists. A shop replaces this module by
one written from its vendor's specification. JSON; money and percentages are strings with two decimals
("12.50"), never numbers; times are RFC 3339 in UTC, days are YYYY-MM-DD. Card numbers and names travel in
bodies only, because addresses end up in the logs of every machine on the way.

Every `read_…` raises WireError, which names the place and never the content, for anything unexpected.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import cast

from core.gains import CardGains, Gain, GainKind, GainState, Holder, Permissions, Proof
from core.loyalty.values import (
    Json,
    WireError,
    choice,
    day_or_none,
    flag,
    moment,
    money,
    record_of,
    text,
    text_or_none,
)

VERSION = "1"  # the major version this module speaks
PING = "/v1/ping"
TOKEN = "/v1/token"  # noqa: S105 a path, not a password
LOOKUP = "/v1/cards/lookup"
ATTACH = "/v1/cards/attach"
DETACH = "/v1/cards/detach"
PERMISSIONS = "/v1/cards/permissions"
SALES = "/v1/sales"

HOLDER_TEXTS = ("first_name", "last_name", "email", "mobile", "address1", "postcode", "city", "country")


@dataclass(frozen=True)
class Ping:
    """Which version answers, and what time it thinks it is (UTC)."""

    version: str
    time: datetime


def read_ping(answer: object) -> Ping:
    """Read the answer to a ping."""
    record = record_of(answer, "ping")
    return Ping(text(record, "version"), moment(record, "time"))


def read_token(answer: object) -> tuple[str, float]:
    """Read an access token and the seconds it lives."""
    record = record_of(answer, "token")
    lifetime = record.get("expires_in")
    if isinstance(lifetime, bool) or not isinstance(lifetime, int) or lifetime < 1:
        raise WireError("expires_in")
    return text(record, "access_token"), float(lifetime)


def read_card(answer: object, card: str) -> CardGains:
    """Read the answer about `card`: its holder, the customer it is attached to, and its gains."""
    record = record_of(answer, "answer")
    if record.get("card") != card:
        raise WireError("card")
    gains = record.get("gains")
    if not isinstance(gains, list):
        raise WireError("gains")
    return CardGains(
        card=card,
        known=True,
        as_of=moment(record, "as_of"),
        holder=_holder(record_of(record.get("holder"), "holder")),
        gains=tuple(_gain(record_of(g, f"gains[{i}]"), f"gains[{i}].") for i, g in enumerate(gains)),
        customer=text_or_none(record, "customer"),
    )


def read_error_code(answer: object) -> str | None:
    """Read why FidelPass says no, or None when the answer is not one of its refusals."""
    error = answer.get("error") if isinstance(answer, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, str) and re.fullmatch(r"[a-z_]{1,40}", code) else None


def lookup_body(card: str) -> Json:
    """Write the question about a card."""
    return {"card": card}


def attachment_body(card: str, customer: str) -> Json:
    """Write that a card becomes a customer's, or is no longer."""
    return {"card": card, "customer": customer}


def permissions_body(card: str, permissions: Permissions, proof: Proof | None) -> Json:
    """Write a change of permissions; FidelPass refuses one that widens them without a proof."""
    body: Json = {"card": card, **asdict(permissions)}
    if proof is not None:
        body["proof"] = {"source": proof.source, "given": proof.given.isoformat()}
    return body


def _holder(record: Json) -> Holder:
    texts = {name: text_or_none(record, name, "holder.") for name in HOLDER_TEXTS}
    flags = {name: flag(record, name, "holder.") for name in ("email_opt_in", "sms_opt_in")}
    birth_date = day_or_none(record, "birth_date", "holder.")
    return Holder(**texts, birth_date=birth_date, permissions=Permissions(**flags))


def _gain(record: Json, place: str) -> Gain:
    kind = choice(record, "kind", ("percent", "amount"), place)
    gain = Gain(
        id=text(record, "id", place),
        label=text(record, "label", place),
        kind=cast("GainKind", kind),
        value=money(record, "value", place),
        remaining=money(record, "remaining", place),
        partly_usable=flag(record, "partly_usable", place),
        minimum=money(record, "minimum", place),
        expiry=day_or_none(record, "expiry", place),
        state=cast("GainState", choice(record, "state", ("usable", "reserved", "used", "expired"), place)),
    )
    if gain.remaining > gain.value or (kind == "percent" and gain.value > 100):
        raise WireError(f"{place}value")
    return gain
