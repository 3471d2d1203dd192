"""E-mails: email-validator's verdict, deliverability never looked up, and hints for mistyped well-known domains.

A conservative pattern accepts the everyday forms; whatever it does not accept goes to the library, so that the
verdict is always the library's (tests/bench/verdicts.py compares 200,000 of them).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import compress, count

from core.cells import tidy
from core.issues import Code
from core.rules.lines import as_lines, line_pattern
from core.rules.placeholders import is_fake_email, is_placeholder
from core.rules.reading import Reading, doubted, fine, refused

_FORM = (
    r"[a-z0-9_]++(?:[.+-][a-z0-9_]++)*+@((?:[a-z0-9]++(?:-[a-z0-9]++)*+\.)++"
    r"(?:fr|com|net|org|eu|be|ch|de|es|it|uk|us|ca|lu|nl|pt|info|pro|biz|re|paris|bzh|corsica|alsace))"
)  # "_" is in the words and no separator too: in two places it would be tried in both. "++" never tries again: faster
_EVERYDAY, _EVERYDAY_LINES = re.compile(_FORM), line_pattern(_FORM)
_LONGEST = 64  # of a whole everyday address: no part of it can then pass its own limit
_MAILBOXES = frozenset(
    ("info", "marketing", "sales", "support", "abuse", "noc", "security", "postmaster", "hostmaster", "usenet", "news",
     "webmaster", "www", "uucp", "ftp")
)  # fmt: skip
"""RFC 2142's names: email-validator writes them in lower case."""

PROVIDERS = frozenset(
    (
        "gmail.com", "googlemail.com", "hotmail.com", "hotmail.fr", "hotmail.co.uk", "hotmail.be", "outlook.com",
        "outlook.fr", "outlook.be", "live.fr", "live.com", "live.be", "msn.com", "yahoo.fr", "yahoo.com",
        "yahoo.co.uk", "ymail.com", "rocketmail.com", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "neuf.fr",
        "laposte.net", "bbox.fr", "numericable.fr", "club-internet.fr", "aliceadsl.fr", "cegetel.net", "voila.fr",
        "icloud.com", "me.com", "mac.com", "aol.com", "aol.fr", "gmx.fr", "gmx.com", "gmx.net", "gmx.de",
        "proton.me", "protonmail.com", "skynet.be", "telenet.be", "bluewin.ch", "btinternet.com", "mail.com",
        "email.com", "tutanota.com", "noos.fr", "9online.fr", "dartybox.com", "libertysurf.fr", "nordnet.fr",
    )
)  # fmt: skip
"""Domains that customers have; a domain one slip away from one of them is a question, unless it is here itself."""

_TOO_SHORT = 5  # of a domain's first label: below, a near domain is often another provider ("gmx", "live", "free")
_ENDINGS = {"fr": ("f", "ft", "fe", "rf", "r", "ff", "fr0", "ffr", "frr"),
            "com": ("con", "cm", "co", "om", "vom", "cpm", "comm", "coml", "xom", "ocm", "cmo", "comn", "coim"),
            "net": ("ner", "nte", "ne", "nett")}  # fmt: skip


def read_email(written: str) -> Reading:
    """Read one e-mail. Canonical: as email-validator normalises it (domain in lower case)."""
    if not questioned([written]):
        return fine(written)
    text = tidy(written)
    email = everyday(text)
    if email is None:
        if is_placeholder(text):
            return refused(Code.PLACEHOLDER)
        if "@" not in text:  # the library refuses it, and takes 20 ms to load
            return refused(Code.EMAIL_INVALID, reason=_reason(text, ""))
        email, reason = _ask_library(text)
        if email is None:
            return refused(Code.EMAIL_INVALID, reason=reason)
    if is_fake_email(email.lower()):
        return doubted(email, Code.PLACEHOLDER)
    local, _, domain = email.rpartition("@")
    meant = domain_meant(domain)
    return doubted(email, Code.EMAIL_TYPO, proposal=f"{local}@{meant}") if meant else fine(email)


def questioned(texts: Sequence[str]) -> list[str]:
    """Return the texts that are not everyday e-mails in lower case, or whose domain raises a question."""
    return [texts[n] for n in questioned_places(texts)]


def questioned_places(texts: Sequence[str]) -> list[int]:
    """Return where they stand."""
    if not texts:
        return []
    domains = _EVERYDAY_LINES.findall(as_lines(texts))
    odd = {domain for domain in set(domains) if not domain or not _unquestioned(domain)}
    found = list(compress(count(), map(odd.__contains__, domains))) if odd else []
    if max(map(len, texts)) > _LONGEST:
        found = sorted({*found, *compress(count(), map(_LONGEST.__lt__, map(len, texts)))})
    return found


def _unquestioned(domain: str) -> bool:
    return domain_meant(domain) is None and not is_fake_email(f"x@{domain}")


def everyday(text: str) -> str | None:
    """Return an everyday e-mail in its canonical form, or None for the library to decide."""
    if len(text) > _LONGEST:
        return None
    if _EVERYDAY.fullmatch(text):
        return text
    lower = text.lower()
    if lower == text or not _EVERYDAY.fullmatch(lower) or not text.isascii():
        return None
    local, _, domain = lower.partition("@")
    return f"{local if local in _MAILBOXES else text[: len(local)]}@{domain}"


def _ask_library(text: str) -> tuple[str | None, str]:
    """Return email-validator's normalised e-mail and "", or None and the reason's key."""
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text, check_deliverability=False).normalized, ""
    except EmailNotValidError as error:
        return None, _reason(text, str(error))


def _reason(text: str, said: str) -> str:
    """Name what is wrong, in the order in which people can mend it; email-validator's own words are the last resort."""
    local, _, domain = text.rpartition("@")
    if "@" not in text:
        return "email_at_written" if re.search(r"\(at\)|\[at\]|arobase| at ", text, re.I) else "email_no_at"
    checks = (
        (text.count("@") > 1, "email_two" if re.search(r"[;,/ ]", text) else "email_many_at"),
        ("<" in text or "mailto:" in text.lower(), "email_named"),
        (" " in text, "email_space"),
        (not local, "email_no_local"),
        (not domain, "email_no_domain"),
        (".." in text, "email_two_dots"),
        (local.startswith(".") or local.endswith(".") or domain.startswith(".") or domain.endswith("."), "email_dot"),
        ("," in text, "email_comma"),
        ("." not in domain, "email_no_ending"),
        ("too long" in said, "email_too_long"),
        ("special-use" in said or "reserved" in said, "email_reserved"),
    )
    return next((reason for wrong, reason in checks if wrong), "email_character")


@lru_cache(maxsize=10_000)
def domain_meant(domain: str) -> str | None:
    """Return the well-known domain that a domain is one slip away from ("gmial.com" → "gmail.com"), or None."""
    if domain in PROVIDERS:
        return None
    name, _, ending = domain.partition(".")
    for known in sorted(PROVIDERS):
        known_name, _, known_ending = known.partition(".")
        if name == known_name and ending in _ENDINGS.get(known_ending, ()):
            return known
    return _name_meant(name, ending)


def _name_meant(name: str, ending: str) -> str | None:
    """Return the well-known domain whose name is one slip from `name`, with the same ending."""
    from rapidfuzz.distance import OSA

    for known in sorted(PROVIDERS):
        known_name, _, known_ending = known.partition(".")
        if len(known_name) >= _TOO_SHORT and ending in (known_ending, *_ENDINGS.get(known_ending, ())):
            slips = OSA.distance(name, known_name, score_cutoff=1)
            if slips == 1 and f"{name}.{ending}" not in PROVIDERS and name not in _OTHER_NAMES:
                return known
    return None


_OTHER_NAMES = frozenset(("mail", "email", "ymail", "orage", "grange", "range", "oranges", "fmail", "zmail", "hmail"))
