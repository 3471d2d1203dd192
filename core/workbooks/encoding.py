"""The encoding of a text file: known, proved, or asked for. A wrong guess would be silent mojibake."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from core.errors import InputError

CANDIDATES = ("cp1252", "mac-roman", "cp850", "iso8859-15")
"""The encodings of a French office besides Unicode: Windows, old Macintosh, DOS tills, some Unix programs."""

_FRENCH = "éèêëàâçùûüôöîïœæÿ"
_FOREIGN = "äáãåíìóòõúñøßýðłš"
_SIGNS = "°€«»’‘“”–—…·•²³½¼£§©®™\u00a0\u202fºª"
_WORD = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
SURE = 0.85  # share of the non-ASCII characters that make sense
MARGIN = 0.15  # by which the best candidate must beat the next
FEW = 0.2  # share of the lines with accents that may look like UTF-8 in a file that is not
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decode(path: Path, data: bytes, encoding: str | None = None) -> str:
    """Return a file's text. Raises InputError when its encoding cannot be told, or is not the one given."""
    return _decode_as(path, data, encoding or find_encoding(path, data))


def find_encoding(path: Path, data: bytes) -> str:
    """Return the encoding of a file's bytes. Raises InputError when it cannot be told."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    if b"\0" in data[:4096]:
        return _unmarked_utf16(path, data)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        _refuse_mixture(path, data)
        return _most_plausible(path, data)
    return "utf-8"


def _decode_as(path: Path, data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except (UnicodeError, LookupError) as error:
        raise InputError("errors.encoding_wrong", path=path.name, encoding=encoding) from error
    return text.removeprefix("\ufeff")


def _unmarked_utf16(path: Path, data: bytes) -> str:
    """Tell UTF-16 without its mark by where the zero bytes are; other zero bytes mean a binary file."""
    even, odd = data[:4096:2].count(0), data[1:4096:2].count(0)
    half = len(data[:4096]) // 2
    if odd > half * 0.6 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.6 and odd < half * 0.1:
        return "utf-16-be"
    raise InputError("errors.not_a_workbook", path=path.name)


def _refuse_mixture(path: Path, data: bytes) -> None:
    """Refuse a file many of whose lines are UTF-8 and others not: no encoding is right for all of it.

    A few lines that could be UTF-8 are what an earlier program left broken ("Ã©"): read in the encoding of all the
    others they stay as broken as they were, and the check says so cell by cell.
    """
    lines = [(number, line) for number, line in enumerate(data.splitlines(), 1) if not line.isascii()]
    alike = [number for number, line in lines if _is_utf8(line)]
    if len(alike) > len(lines) * FEW:
        others = [number for number, line in lines if not _is_utf8(line)]
        raise InputError("errors.encoding_mixed", path=path.name, row=str(max(alike[0], others[0])))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _most_plausible(path: Path, data: bytes) -> str:
    """Return the one candidate whose text makes sense. Raises InputError when two do, or none."""
    words = [word for word in dict.fromkeys(_WORD.findall(data)) if not _is_utf8(word)][:5000]
    readings: dict[str, list[str]] = {}
    for name in CANDIDATES:
        try:
            if not _CONTROLS.search(data.decode(name)):
                readings[name] = [word.decode(name) for word in words]
        except UnicodeDecodeError:
            continue
    ranked = sorted(readings, key=lambda name: -plausibility(readings[name]))
    if not ranked:
        raise InputError("errors.not_a_workbook", path=path.name)
    first = ranked[0]
    rivals = [name for name in ranked[1:] if _rivals(readings[first], readings[name])]
    if plausibility(readings[first]) >= SURE and not rivals:
        return first
    second = next(iter(rivals or ranked[1:]), "utf-8")
    pairs = zip(readings[first], readings.get(second, readings[first]), strict=True)
    sample, other = next(((one, two) for one, two in pairs if one != two), (readings[first][0], "?"))
    raise InputError("errors.encoding_unsure", path=path.name, sample=sample, other=other, first=first, second=second)


def _rivals(best: list[str], other: list[str]) -> bool:
    """Say whether the words that two encodings read differently make about as much sense in both."""
    differing = [(one, two) for one, two in zip(best, other, strict=True) if one != two]
    if not differing:
        return False
    ones, twos = zip(*differing, strict=True)
    return plausibility(list(ones)) - plausibility(list(twos)) < MARGIN


def plausibility(words: list[str]) -> float:
    """Return the share, 0 to 1, of the non-ASCII characters that a French or neighbouring text could hold there."""
    marks = [_character(word, index) for word in words for index, c in enumerate(word) if c > "\x7f"]
    return sum(marks) / len(marks) if marks else 0.0


def _character(word: str, index: int) -> float:
    """Mark one character: 1 a French letter in its place, less for others, 0 for what no name holds there."""
    char = word[index]
    before, after = word[index - 1 : index] if index else "", word[index + 1 : index + 2]
    if char in _SIGNS:
        inside = before.isalpha() and after.isalpha()
        return 0.9 if not inside or char in "’·" else 0.0
    if char.lower() not in _FRENCH + _FOREIGN:
        return 0.0
    mark = 1.0 if char.lower() in _FRENCH else 0.8
    if not any(c.isascii() and c.isalpha() for c in word):  # no French word is of accented letters alone, but à
        return mark if word in ("à", "À") else 0.2
    if char.isupper():  # a capital begins a word or stands among capitals
        return mark if not before.isalpha() or word.isupper() else 0.0
    return 0.0 if before.isupper() and after.isupper() else mark
