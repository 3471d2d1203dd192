"""The shared strings of a workbook: the plain ones are taken out of the XML at once, the others left to calamine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, repeat
from operator import contains

import numpy as np

SPACES = " \t\n"
"""What XML counts as space: calamine takes it off the ends of a text that does not say to keep it."""
_CODED = ("&", "_x", "\r")
"""What a text holds that is more than the characters one sees: `&amp;`, `_x000D_`."""
_PLAIN = re.compile('<si><t(?: xml:space="preserve")?>([^<]*)</t>')
_PRESERVED = b'<t xml:space="preserve">'
_FIRST, _FIRST_KEPT, _LAST = b"<si><t>", b"<si>" + _PRESERVED, b"</t></si>"


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
        return _read(xml)
    except UnicodeDecodeError:
        return None


def _read(xml: bytes) -> Strings | None:
    """Do so; raises UnicodeDecodeError. As long as may be, bytes are looked at: a text with one rare letter is wide."""
    start, end = xml.find(b"<si"), xml.rfind(b"</sst>")
    if start < 0 or end < 0:
        return Strings([], {}) if "<sst" in xml.decode() and start < 0 else None
    around, body = xml[:start].decode() + xml[end:].decode(), xml[start:end]
    texts = None if "<!" in around else _all_plain(body)
    if texts is not None:
        odd = _odd(texts, _signs(body))
        return Strings(texts, _own_xml(body.decode().split("</si>"), odd) if odd else {})
    if b"<!" in xml or b"<?" in body:  # in a comment or a section, tags are no tags
        return None
    *raw, rest = body.decode().replace("<si/>", "<si></si>").split("</si>")
    if rest.strip() or not all(piece.startswith("<si>") for piece in raw):
        return None
    found = [_PLAIN.fullmatch(piece) for piece in raw]
    texts = [match[1] if match else "&" for match in found]  # "&" is odd
    return Strings(texts, _own_xml(raw, _odd(texts, _CODED)))


def _own_xml(raw: list[str], numbers: list[int]) -> dict[int, str]:
    return {n: f"{raw[n]}</si>" for n in numbers}


def _all_plain(body: bytes) -> list[str] | None:
    """Return the texts if there is nothing but `<si><t>text</t></si>`: each `<` counts."""
    tags = int(np.count_nonzero(np.frombuffer(body, np.uint8) == ord("<")))
    texts = _split(body, _FIRST_KEPT, tags)  # as LibreOffice writes them all
    return _split(body.replace(_PRESERVED, b"<t>"), _FIRST, tags) if texts is None else texts


def _split(body: bytes, first: bytes, tags: int) -> list[str] | None:
    """Return the texts if each begins with `first`."""
    if not body.startswith(first) or not body.endswith(_LAST):
        return None
    texts = str(memoryview(body)[len(first) : -len(_LAST)], "utf-8").split((_LAST + first).decode())
    return texts if tags == 4 * len(texts) else None


def _signs(body: bytes) -> list[str]:
    """Return the signs of coded characters that are there."""
    data = np.frombuffer(body, np.uint8)
    found = {"_x"} if ((data[:-1] == ord("_")) & (data[1:] == ord("x"))).any() else set()  # faster than `in`
    return [sign for sign in _CODED if sign in found or (len(sign) == 1 and sign.encode() in body)]


def _odd(texts: list[str], signs: Sequence[str]) -> list[int]:
    """Return the numbers of the texts with some of these signs or spaces at an end."""
    return [*_spaced(texts), *(n for sign in signs for n in _holding(texts, sign))]


def _spaced(texts: list[str]) -> Iterator[int]:
    """Yield the numbers of the texts with spaces at an end."""
    bare = list(map(str.strip, texts))  # of more than XML counts as space
    if bare != texts:
        for n, text in enumerate(texts):
            if text is not bare[n] and text.strip(SPACES) != text:
                yield n


def _holding(texts: list[str], sign: str) -> Iterator[int]:
    return compress(range(len(texts)), map(contains, texts, repeat(sign)))
