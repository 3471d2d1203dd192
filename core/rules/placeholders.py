"""Placeholders: what people type when they have nothing to type. Never a value to match customers by."""

from __future__ import annotations

import re

from core.cells import fold

_TYPED = (
    "aucun", "aucune", "néant", "n/a", "n/c", "nc", "na", "nr", "n/r", "sans", "rien", "vide", "inconnu", "inconnue",
    "non communiqué", "non communiquée", "non renseigné", "non renseignée", "pas de mail", "pas d'email",
    "pas d'adresse", "pas de téléphone", "sans email", "sans mail", "à compléter", "à renseigner", "none", "null",
    "nil", "nothing", "unknown", "not known", "not given", "not applicable", "missing", "empty", "no email",
    "no phone", "tbc", "tbd", "test", "x", "xx", "xxx", "xxxx", "xxxxx", "zzz",
)  # fmt: skip
WORDS = frozenset(fold(word) for word in _TYPED)
"""Folded words that stand for "nothing". "NA" may also be a name or Namibia: it is pointed at, never changed."""

USUAL = frozenset(v for w in _TYPED for v in (w, fold(w), w.replace("/", "."), w.replace("/", "-"), "")) | {"..."}
"""The same as people type them, without the signs around: for a first look at many values."""

SIGNS = " .-_/?!*\u00a0\u2013\u2014"
_SIGNS_ONLY = re.compile(r"[\W_]*")
_FAKE_EMAIL = re.compile(
    r"(?:(?:no|pas|sans|non|aucun|fake|x+|a|test|nomail|noemail|no-?reply)(?:[.-]?e?-?mail)?)"
    r"@(?:(?:no|pas|sans|non|aucun|fake|x+|a|test|nomail|noemail)(?:[.-]?e?-?mail)?)\.[a-z]{2,3}"
)
_REPEATED = re.compile(r"(?:\+?\d{1,3})?0?\d?(\d)\1{6,}")


def is_placeholder(value: str) -> bool:
    """Say whether a text is a word for nothing ("aucun", "N/C", "xxx"), signs alone ("-", "?", "***"), or blank."""
    return len(value) <= 24 and (_SIGNS_ONLY.fullmatch(value) is not None or fold(value) in WORDS)


def is_fake_email(email: str) -> bool:
    """Say whether an e-mail in lower case is made up to fill the cell: "aucun@aucun.fr", "xxx@xxx.com"."""
    return _FAKE_EMAIL.fullmatch(email) is not None


def is_fake_phone(number: str) -> bool:
    """Say whether a number is one figure repeated: "0600000000", "+33600000000", "9999999999"."""
    return _REPEATED.fullmatch(number) is not None
