"""What can go wrong between the shop and FidelPass, sorted by what it means for an operation under way.

LoyaltyError
├── Unreached    nothing arrived, or nothing was done: it may be sent again as it is
├── Refused      FidelPass understood and said no: sending it again gets the same answer
└── Unanswered   it may have been done or not: ask FidelPass before sending it again
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import requests
import urllib3

from core.errors import LoyaltyError

# Refusals that have a text of their own; any other is shown with its code.
REFUSAL_TEXTS = frozenset(
    {
        "card_unknown",
        "card_taken",
        "gain_unknown",
        "gain_used",
        "gain_expired",
        "gain_minimum",
        "sale_unknown",
        "sale_cancelled",
        "sale_confirmed",
        "refund_too_much",
        "proof_missing",
        "sums_differ",
        "key_reused",
    }
)


class Unreached(LoyaltyError):
    """Nothing was done at FidelPass."""


class Refused(LoyaltyError):
    """FidelPass said no; `code` is its reason."""

    def __init__(self, code: str) -> None:
        known = code in REFUSAL_TEXTS
        super().__init__(f"loyalty.refused_{code}" if known else "loyalty.refused", code=code)
        self.code = code


class Unanswered(LoyaltyError):
    """No usable answer: the outcome is unknown."""


def explain(error: requests.RequestException, host: str) -> Unreached | Unanswered:
    """Return what a failed exchange means, from the error and everything that caused it.

    Only what happens before the request leaves is `Unreached`: the name, the connection, the certificate.
    """
    causes = list(_causes(error))
    if isinstance(error, requests.exceptions.ProxyError):
        return Unreached("loyalty.proxy", host=host)
    if any(isinstance(c, urllib3.exceptions.NameResolutionError) for c in causes):
        return Unreached("loyalty.name", host=host)
    if any(isinstance(c, ssl.SSLCertVerificationError) for c in causes):
        return Unreached("loyalty.certificate", host=host)
    if isinstance(error, requests.ConnectTimeout):
        return Unreached("loyalty.connect_timeout", host=host)
    if any(isinstance(c, urllib3.exceptions.NewConnectionError) for c in causes):
        return Unreached("loyalty.connection", host=host)
    if isinstance(error, requests.exceptions.SSLError):
        return Unanswered("loyalty.tls", host=host)
    if isinstance(error, requests.Timeout) or any(isinstance(c, urllib3.exceptions.ReadTimeoutError) for c in causes):
        return Unanswered("loyalty.slow", host=host)
    return Unanswered("loyalty.dropped", host=host)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what caused it, also where libraries keep causes (`reason`, `args`)."""
    waiting, seen = [error], set()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        related = (each.__cause__, each.__context__, getattr(each, "reason", None), *each.args)
        waiting.extend(r for r in related if isinstance(r, BaseException))
