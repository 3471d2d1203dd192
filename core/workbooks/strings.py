"""The shared strings of a workbook: the plain ones are taken out of the XML at once, the others left to calamine."""

from __future__ import annotations

import re
from dataclasses import dataclass

SPACES = " \t\n"
"""What XML counts as space: calamine takes it off the ends of a text that does not say to keep it."""
_PLAIN = re.compile('<si><t(?: xml:space="preserve")?>([^<]*)</t>')
_PRESERVED = '<t xml:space="preserve">'
_BETWEEN = "</t></si><si><t>"
_FIRST, _LAST = "<si><t>", "</t></si>"


@dataclass(frozen=True, slots=True)
class Strings:
    """Texts by number; `odd` are the own XML of those that are more than the characters one sees: coded characters,
    runs of several formats, spaces at an end.
    """

    texts: list[str]
    odd: dict[int, str]


def read_strings(xml: bytes) -> Strings | None:
    """Return the strings of the part, None when its structure is not the usual one."""
    try:
        whole = xml.decode()
    except UnicodeDecodeError:
        return None
    start, end = whole.find("<si"), whole.rfind("</sst>")
    if start < 0 or end < 0:
        return Strings([], {}) if "<sst" in whole and start < 0 else None
    body = whole[start:end]
    if "<!" in whole or "<?" in body:  # in a comment or a section, tags are no tags
        return None
    texts = _all_plain(body)
    raw = None
    if texts is None:
        *raw, rest = body.replace("<si/>", "<si></si>").split("</si>")
        if rest.strip() or not all(piece.startswith("<si>") for piece in raw):
            return None
        found = [_PLAIN.fullmatch(piece) for piece in raw]
        texts = [match[1] if match else "&" for match in found]  # "&" is odd
    odd = _odd(texts)
    if odd and raw is None:
        raw = body.split("</si>")
    return Strings(texts, {n: f"{raw[n]}</si>" for n in odd} if raw else {})


def _all_plain(body: str) -> list[str] | None:
    """Return the texts of a part that holds nothing but `<si><t>text</t></si>`."""
    bare = body.replace(_PRESERVED, "<t>")
    if not bare.startswith(_FIRST) or not bare.endswith(_LAST):
        return None
    texts = bare[len(_FIRST) : -len(_LAST)].split(_BETWEEN)
    return texts if bare.count("<") == 4 * len(texts) else None


def _odd(texts: list[str]) -> list[int]:
    """Return the numbers of the texts with coded characters (`&amp;`, `_x000D_`) or spaces at an end."""
    bare = [text.strip(SPACES) for text in texts]
    ends = [n for n, text in enumerate(bare) if text != texts[n]] if bare != texts else []
    return ends + [n for n, text in enumerate(bare) if "&" in text or "_x" in text or "\r" in text]
