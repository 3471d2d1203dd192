"""Placeholders: what people type when they have nothing to type. Never a value to match customers by."""

from __future__ import annotations

import re
from functools import lru_cache

from core.cells import fold

_TYPED = (
    "aucun", "aucune", "néant", "n/a", "n/c", "nc", "nr", "n/r", "sans", "rien", "vide", "inconnu", "inconnue",
    "non communiqué", "non communiquée", "non renseigné", "non renseignée", "pas de mail", "pas d'email",
    "pas d'adresse", "pas de téléphone", "sans email", "sans mail", "à compléter", "à renseigner", "none", "null",
    "nil", "nothing", "unknown", "not known", "not given", "not applicable", "missing", "empty", "no email",
    "no phone", "tbc", "tbd", "test", "x", "xx", "xxx", "xxxx", "xxxxx", "zzz",
)  # fmt: skip
WORDS = frozenset(fold(word) for word in _TYPED)
"""Folded words that stand for "nothing". "NA" is not one: it is a family name, and Namibia."""

USUAL = frozenset(v for w in _TYPED for v in (w, fold(w), w.replace("/", "."), w.replace("/", "-"), "")) | {"..."}
"""The same as people type them, without the signs around: for a first look at many values."""

LONGEST = max(map(len, USUAL))
LONGEST_FILLER = 9
"""Letters of a text that only holds a place; one letter thirty times over is somebody trying a column's length."""
SIGNS = " .-_/?!*()[]\u00a0\u2013\u2014"
_FAKE = r"(?:no|pas|sans|non|aucun|fake|x+|a|test|nomail|noemail)(?:[.-]?e?-?mail)?"
_FAKE_NAME, _FAKE_DOMAIN = re.compile(_FAKE + "|no-?reply"), re.compile(_FAKE + r"\.[a-z]{2,3}")
REPEATED = frozenset(figure * 7 for figure in "0123456789")
"""How a number ends that is one figure repeated; for a first look at many."""
_REPEATED = re.compile(r"(?:\+?\d{1,3})?0?\d?(\d)\1{6,}")


def is_placeholder(value: str) -> bool:
    """Say whether a text is a word for nothing ("aucun", "N/C"), one letter again and again ("xxx"), or signs alone.

    Quick for all other texts: every cell of a sheet passes here.
    """
    bare = value.lower().strip(SIGNS)
    if bare in USUAL:
        return True
    if len(bare) > LONGEST or bare.isalnum():
        return 2 < len(bare) <= LONGEST_FILLER and bare.isalpha() and bare.count(bare[0]) == len(bare)
    folded = fold(bare)
    return not folded or (bare[0].isalpha() and folded in WORDS)  # "=x" is a formula's text


_NAMES_TOO = frozenset({"none", "null", "nil", "test", "sans", "rien", "vide", "nothing", "x", "nc", "nr"})


def may_be_a_name(value: str) -> bool:
    """Say whether a placeholder is a word by which somebody may be called all the same.

    No vendor says more of a required field than that it may not be blank, so each takes "-" for a name, and holds a
    customer whom nobody finds again. In a required field a placeholder is therefore an error, as a blank is. But there
    are families called Null, None, Test or Sans, and a good name refused is worse than a doubtful one let through:
    those are only doubted, where the row says more of who it is.
    """
    return fold(value) in _NAMES_TOO


def is_fake_email(email: str) -> bool:
    """Say whether an e-mail in lower case is made up to fill the cell: "aucun@aucun.fr", "xxx@xxx.com"."""
    name, _, domain = email.rpartition("@")
    return _fake_domain(domain) and _FAKE_NAME.fullmatch(name) is not None


@lru_cache(maxsize=10_000)
def _fake_domain(domain: str) -> bool:
    return _FAKE_DOMAIN.fullmatch(domain) is not None


def is_fake_phone(number: str) -> bool:
    """Say whether a number is one figure repeated: "0600000000", "+33600000000", "9999999999"."""
    return number[-7:] in REPEATED and _REPEATED.fullmatch(number) is not None
