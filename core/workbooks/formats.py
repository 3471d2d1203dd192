"""Number formats that change what a number says: 1000 under `00000` reads 01000, 0.15 under `0%` reads 15%.

Only those: an amount under `0.00 €` stays the number it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

_TOKEN = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]|([0#?])|(.)', re.DOTALL)
_LITERALS = " -+.()/:\u00a0\u202f'"
_BUILT_IN = {"9": "0%", "10": "0.00%"}
"""The formats of a fixed number that count here (ISO 29500-1, 18.8.30)."""


@dataclass(frozen=True, slots=True)
class ZeroFormat:
    """A format of digits and literals: `tokens` are `(placeholder, literal)` pairs, one of them empty.

    One of `percent` has none: it shows a hundred times the number, with all its figures.
    """

    tokens: tuple[tuple[str, str], ...]
    digits: int  # shown at least
    percent: bool = False

    def show(self, number: float) -> str | None:
        """Return a whole positive number, or any share, as the format shows it; None for any other number."""
        if self.percent:
            return f"{(Decimal(f'{number:.15g}') * 100).normalize():f}%" if math.isfinite(number) else None
        if number < 0 or number != int(number):
            return None
        left = str(int(number))
        places = sum(bool(place) for place, _ in self.tokens)
        shown: list[str] = []
        for place, literal in reversed(self.tokens):
            if not place:
                shown.append(literal)
                continue
            places -= 1
            taken, left = (left, "") if places == 0 else (left[-1:], left[:-1])
            shown.append(taken or ("0" if self._is_shown(places) else ""))
        return "".join(reversed(shown)).strip()

    def _is_shown(self, place: int) -> bool:
        """Say whether the place, counted from the left, is among those that are always shown."""
        return place >= sum(bool(p) for p, _ in self.tokens) - self.digits


def zero_format(code: str) -> ZeroFormat | None:
    """Return the format if it shows zeros or signs that the number has not, or a share; None for amounts, dates,
    conditions.
    """
    section = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)[0]
    if re.search(r"\[[<>=]", section):
        return None
    if any(other == "%" for *_, other in _TOKEN.findall(section)):
        return ZeroFormat((), 0, percent=True)
    tokens: list[tuple[str, str]] = []
    for quoted, escaped, place, other in _TOKEN.findall(section):
        if place:
            tokens.append((place, ""))
        elif quoted or escaped:
            tokens.append(("", quoted or escaped))
        elif other:
            if other not in _LITERALS or other == ".":
                return None
            tokens.append(("", other))
    places = "".join(place for place, _ in tokens)
    digits = len(places) - places.index("0") if "0" in places else 0
    added = any(c.isdigit() or c == "+" for _, literal in tokens for c in literal)
    return ZeroFormat(tuple(tokens), digits) if digits > 1 or (places and added) else None


def zero_styles(styles: bytes) -> dict[int, ZeroFormat]:
    """Return the cell styles of a styles part that `zero_format` knows: style number → format."""
    if b"formatCode" not in styles and not any(b'numFmtId="%b"' % key.encode() in styles for key in _BUILT_IN):
        return {}
    from xml.etree import ElementTree

    root = ElementTree.fromstring(styles)  # noqa: S314 — document types were refused when the package was opened
    codes = {
        element.get("numFmtId", ""): element.get("formatCode", "") for element in root.iterfind("{*}numFmts/{*}numFmt")
    }
    return pick(codes, [xf.get("numFmtId", "") for xf in root.iterfind("{*}cellXfs/{*}xf")])


def pick(codes: Mapping[str, str], styles: Sequence[str]) -> dict[int, ZeroFormat]:
    """Return the styles whose format `zero_format` knows, among formats by number and each style's format number."""
    known = {key: found for key, code in {**_BUILT_IN, **codes}.items() if (found := zero_format(code)) is not None}
    return {index: known[key] for index, key in enumerate(styles) if key in known}
