"""Texts: what can be wrong with a text that has no form of its own: damage by encodings, unseen characters, length.

Text is text: nothing is changed but the spaces and unseen characters at its ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from html import unescape
from unicodedata import category

from core.cards import luhn_holds
from core.cells import CONTROLS, INVISIBLE, clean
from core.issues import Code
from core.rules.placeholders import is_placeholder
from core.rules.reading import Finding

_UNSEEN = f"[{INVISIBLE}{CONTROLS}]"
_MOJIBAKE = "[ÃÂâÅÄÐÑï][\u0080-\u00bf\u0152-\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|\ufffd"
_MAC = "[a-z][ÀÁÂÈÉÊËÎÏÔÙÛÇ][a-z]"  # cp1252 read as a Macintosh text: "PrÈnom"
_FOREIGN = re.compile(f"{_UNSEEN}|{_MOJIBAKE}|{_MAC}")
_UNSEEN_RE, _MOJIBAKE_RE, _MAC_RE = re.compile(_UNSEEN), re.compile(_MOJIBAKE), re.compile(_MAC)
ENTITY = r"&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,5}|[A-Za-z]{2,8}\d?);"
"""A code that HTML writes for a sign; whether it stands for one, `read_entities` tells."""
_POWER = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE | re.ASCII)
_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)", re.ASCII)
_ACCENTED = frozenset("àâäçéèêëîïôöùûüÿœæ")


def odd_places(values: Sequence[str]) -> list[int]:
    """Return where the values stand that need a second look; all others are fine as they are."""
    look, coded = _FOREIGN.search, re.compile(ENTITY).search
    together = "".join(values)
    if together.isascii() and together.isalnum():  # no signs: none but the words need a look, not "C0001"
        worded = [n for n, v in enumerate(values) if v.isalpha() or not v]
    else:
        worded = [n for n, v in enumerate(values) if v.isalpha() or not v.isalnum() or not v.isascii()]
    return [
        n
        for n, v in zip(worded, map(values.__getitem__, worded), strict=True)
        if not v.isprintable()
        or v[:1] == " "
        or v[-1:] == " "
        or is_placeholder(v)
        or (not v.isascii() and look(v))
        or ("&" in v and coded(v))
        or ("E+" in v and digits_lost(v))
    ]


def find_damage(value: str, *, note: bool = False) -> tuple[Finding, ...]:
    """Return what is wrong with one text: broken accents, unseen characters, a word for nothing.

    In a `note` an emoji alone says something; a name made of one is found by nobody.
    """
    found: list[Finding] = []
    inside = clean(value)
    mended = mend(inside) if looks_broken(inside) else None
    if mended:
        found.append((Code.MOJIBAKE, {"reason": "mojibake_near", "proposal": mended}))
    elif "\ufffd" in inside:
        found.append((Code.MOJIBAKE, {"reason": "mojibake_lost"}))
    elif _UNSEEN_RE.search(inside):
        found.append((Code.INVISIBLE, {"proposal": _UNSEEN_RE.sub("", inside)}))
    elif (read := read_entities(inside)) != inside:
        found.append((Code.ENTITIES, {"proposal": read}))
    if inside and is_placeholder(inside) and not (note and any(category(c) == "So" for c in inside)):
        found.append((Code.PLACEHOLDER, {}))
    return tuple(found)


def looks_broken(value: str) -> bool:
    """Say whether a text has signs of accents broken by an encoding; `mend` may know what it was."""
    return _MOJIBAKE_RE.search(value) is not None or _MAC_RE.search(value) is not None


def mend(value: str) -> str | None:
    """Return a text with its accents back ("LefÃ¨vre" → "Lefèvre"), or None where nothing proves what it was.

    ftfy undoes UTF-8 read as something else; a Macintosh reading of cp1252 is undone here. Never applied by a check.
    """
    import ftfy

    mended = ftfy.fix_encoding(value)
    if mended != value and "\ufffd" not in mended:
        return str(mended)
    with suppress(UnicodeError):  # of short words ftfy is not sure; bytes that happen to be UTF-8 are proof enough
        return value.encode("cp1252").decode("utf-8")
    if _MAC_RE.search(value):
        try:
            back = value.encode("mac_roman").decode("cp1252")
        except UnicodeError:
            return None
        changed = {new for old, new in zip(value, back, strict=True) if old != new}
        return back if changed and changed <= _ACCENTED else None
    return None


def read_entities(value: str) -> str:
    """Read the codes that a web shop wrote for signs: "Dupont &amp; Fils", "L&eacute;a", "O&#39;Neill"."""
    read = re.sub(ENTITY, lambda code: unescape(code[0]), value)
    return value if "\ufffd" in read else read


def digits_lost(value: str) -> bool:
    """Say whether a text is a long number that Excel has rounded: "1,23457E+11"."""
    return _POWER.fullmatch(value.strip()) is not None


def card_like(value: str) -> bool:
    """Say whether a text holds 13 to 19 digits that pass Luhn's test, as bank cards do."""
    return any(luhn_holds(re.sub(r"\D", "", found[0])) for found in _CARD.finditer(value))
