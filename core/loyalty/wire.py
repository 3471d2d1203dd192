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
from typing import Literal, cast
from urllib.parse import quote

from core.gains import CardGains, Gain, GainKind, GainState, Holder, Permissions, Proof
from core.gains.baskets import Line, Recap, Sale, Share, UsedGain
from core.gains.refunds import Refund
from core.loyalty.operations import OperationKind
from core.loyalty.values import (
    Json,
    SumsDiffer,
    WireError,
    choice,
    day_or_none,
    flag,
    list_of,
    moment,
    moment_text,
    money,
    money_of,
    money_text,
    quantity_of,
    quantity_text,
    record_of,
    text,
    text_or_none,
)

SaleState = Literal["reserved", "confirmed", "cancelled"]

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
    gains = list_of(record, "gains")
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


def operation_path(kind: OperationKind, sale: str) -> str:
    """Return where an operation on a sale is sent."""
    ends = {"confirm": "/confirm", "cancel": "/cancel", "refund": "/refunds"}
    return SALES if kind == "reserve" else f"{status_path(sale)}{ends[kind]}"


def status_path(sale: str) -> str:
    """Return where a sale is asked about."""
    return f"{SALES}/{quote(sale, safe='')}"


def sale_body(sale: Sale) -> Json:
    """Write a sale: what was bought, what each gain brought, what is paid."""
    return {
        "card": sale.card,
        "sold_at": moment_text(sale.sold_at),
        "lines": [_line_body(share) for share in sale.recap.shares],
        "gains": [
            {**asdict(used), "taken": money_text(used.taken), "reduction": money_text(used.reduction)}
            for used in sale.recap.used
        ],
        "due": money_text(sale.recap.due),
    }


def read_sale(body: object, key: str) -> Sale:
    """Read a sale back; its amounts must agree with each other."""
    record = record_of(body, "body")
    lines = [_share(record_of(r, f"lines[{i}]"), f"lines[{i}].") for i, r in enumerate(list_of(record, "lines"))]
    used = [_used(record_of(r, f"gains[{i}]"), f"gains[{i}].") for i, r in enumerate(list_of(record, "gains"))]
    if any(len(share.reductions) != len(used) for share in lines):
        raise SumsDiffer("lines.reductions")
    for i, gain in enumerate(used):
        if sum(share.reductions[i] for share in lines) != gain.reduction:
            raise SumsDiffer(f"gains[{i}].reduction")
    recap = Recap(tuple(lines), tuple(used))
    if not lines:
        raise WireError("lines")
    if recap.due != money(record, "due"):
        raise SumsDiffer("due")
    return Sale(key, text(record, "card"), moment(record, "sold_at"), recap)


def refund_body(refund: Refund) -> Json:
    """Write a refund; quantities, restored amounts in the order of the sale's lines and gains."""
    return {
        "amount": money_text(refund.amount),
        "returned": [quantity_text(q) for q in refund.returned],
        "restored": [money_text(r) for r in refund.restored],
    }


def read_refund(body: object) -> Refund:
    """Read a refund back, without its VAT, which FidelPass does not need."""
    record = record_of(body, "body")
    returned = (quantity_of(q, f"returned[{i}]") for i, q in enumerate(list_of(record, "returned")))
    restored = (money_of(r, f"restored[{i}]") for i, r in enumerate(list_of(record, "restored")))
    return Refund(tuple(returned), money(record, "amount"), tuple(restored), ())


@dataclass(frozen=True)
class SaleStatus:
    """What FidelPass has of a sale: its state, and the keys of its refunds."""

    state: SaleState
    refunds: frozenset[str]

    def has_done(self, kind: OperationKind, key: str) -> bool:
        """Say whether an operation on the sale was done."""
        if kind == "refund":
            return key in self.refunds
        done: dict[str, tuple[SaleState, ...]] = {
            "reserve": ("reserved", "confirmed"),
            "confirm": ("confirmed",),
            "cancel": ("cancelled",),
        }
        return self.state in done[kind]


def read_status(answer: object) -> SaleStatus:
    """Read what FidelPass has of a sale."""
    record = record_of(answer, "sale")
    state = choice(record, "state", ("reserved", "confirmed", "cancelled"), "")
    refunds = [record_of(r, f"refunds[{i}]") for i, r in enumerate(list_of(record, "refunds"))]
    keys = frozenset(text(r, "key", f"refunds[{i}].") for i, r in enumerate(refunds))
    return SaleStatus(cast("SaleState", state), keys)


def _line_body(share: Share) -> Json:
    line = share.line
    return {
        "article": line.article,
        "quantity": quantity_text(line.quantity),
        "unit_price": money_text(line.unit_price),
        "discount": money_text(line.discount),
        "vat_rate": money_text(line.vat_rate),
        "reductions": [money_text(r) for r in share.reductions],
        "due": money_text(share.due),
    }


def _share(record: Json, place: str) -> Share:
    line = Line(
        article=text(record, "article", place),
        quantity=quantity_of(record.get("quantity"), f"{place}quantity"),
        unit_price=money(record, "unit_price", place),
        vat_rate=money(record, "vat_rate", place),
        discount=money(record, "discount", place),
    )
    reductions = list_of(record, "reductions", place)
    share = Share(line, tuple(money_of(r, f"{place}reductions[{i}]") for i, r in enumerate(reductions)))
    due = money(record, "due", place)
    if line.fault() is not None or share.due != due:
        raise SumsDiffer(f"{place}due")
    return share


def _used(record: Json, place: str) -> UsedGain:
    return UsedGain(
        id=text(record, "id", place),
        label=text(record, "label", place),
        kind=cast("GainKind", choice(record, "kind", ("percent", "amount"), place)),
        taken=money(record, "taken", place),
        reduction=money(record, "reduction", place),
    )


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
