"""The shared strings of a workbook: the plain ones are taken out of the XML at once, the others left to calamine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress, repeat
from operator import contains

SPACES = " \t\n"
"""What XML counts as space: calamine takes it off the ends of a text that does not say to keep it."""
_CODED = ("&", "_x", "\r")
"""What a text holds that is more than the characters one sees: `&amp;`, `_x000D_`."""
_PLAIN = re.compile('<si><t(?: xml:space="preserve")?>([^<]*)</t>')
_PRESERVED = '<t xml:space="preserve">'
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
    texts = None if "<!" in whole[:start] + whole[end:] else _all_plain(whole, start, end)
    if texts is not None:
        odd = _odd(texts, whole)
        return Strings(texts, _own_xml(whole[start:end].split("</si>"), odd) if odd else {})
    body = whole[start:end]
    if "<!" in whole or "<?" in body:  # in a comment or a section, tags are no tags
        return None
    *raw, rest = body.replace("<si/>", "<si></si>").split("</si>")
    if rest.strip() or not all(piece.startswith("<si>") for piece in raw):
        return None
    found = [_PLAIN.fullmatch(piece) for piece in raw]
    texts = [match[1] if match else "&" for match in found]  # "&" is odd
    return Strings(texts, _own_xml(raw, _odd(texts, "".join(texts))))


def _own_xml(raw: list[str], numbers: list[int]) -> dict[int, str]:
    return {n: f"{raw[n]}</si>" for n in numbers}


def _all_plain(whole: str, start: int, end: int) -> list[str] | None:
    """Return the texts of a part that holds nothing but `<si><t>text</t></si>` between two places: each `<` counts."""
    tags, preserved = whole.count("<", start, end), whole.count(_PRESERVED, start, end)
    first = _FIRST
    if preserved and tags == 4 * preserved:  # as LibreOffice writes them all
        first = _FIRST.replace("<t>", _PRESERVED)
    elif preserved:
        whole = whole[start:end].replace(_PRESERVED, "<t>")
        start, end = 0, len(whole)
    if not whole.startswith(first, start) or not whole.endswith(_LAST, start, end):
        return None
    texts = whole[start + len(first) : end - len(_LAST)].split(_LAST + first)
    return texts if tags == 4 * len(texts) else None


def _odd(texts: list[str], body: str) -> list[int]:
    """Return the numbers of the texts with coded characters or spaces at an end; `body` holds them all."""
    return [*_spaced(texts), *(n for sign in _CODED if sign in body for n in _holding(texts, sign))]


def _spaced(texts: list[str]) -> Iterator[int]:
    """Yield the numbers of the texts with spaces at an end."""
    bare = list(map(str.strip, texts))  # of more than XML counts as space
    if bare != texts:
        for n, text in enumerate(texts):
            if text is not bare[n] and text.strip(SPACES) != text:
                yield n


def _holding(texts: list[str], sign: str) -> Iterator[int]:
    return compress(range(len(texts)), map(contains, texts, repeat(sign)))
