"""Repairs of any text: broken accents, unseen characters, letters of another alphabet that look the same, spaces.

Each step is a pure function of one text. A text whose accents are broken beyond a sure repair is left wholly alone:
a tidied ruin is harder to mend than a fresh one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from itertools import islice

from core.cells import CONTROLS, INVISIBLE
from core.decisions import is_erase_mark
from core.fields import FieldType
from core.fixes.rules import Rule
from core.rules.texts import ENTITY, looks_broken, mend, read_entities

Step = tuple[Rule, str]
"""A rule and what the text is once it has been applied."""

CODES = (FieldType.EMAIL, FieldType.PHONE, FieldType.POSTCODE, FieldType.CARD, FieldType.DATE, FieldType.AMOUNT)
"""Types whose values are written in one alphabet and hold no typography."""

_UNSEEN = re.compile(rf"(?![\x0b\x0c])[{INVISIBLE}{CONTROLS}]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_BLANKS = re.compile(r"[^\S\n\r]+")
_ENDS = re.compile(r"\A\s+|\s+\Z")
_UNUSUAL = re.compile(rf"\A\s|\s\Z|[^\S\n\r ]|[^\S\n\r]{{2}}|{ENTITY}")
_TYPOGRAPHIC = re.compile("(?<=«)[\u00a0\u202f]|[\u00a0\u202f](?=[»:;!?%€])")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_TWINS = {
    **dict(zip("аеорсхуіјѕԁһ", "aeopcxyijsdh", strict=True)),  # Cyrillic
    **dict(zip("АВЕКМНОРСТХУІЈЅ", "ABEKMHOPCTXYIJS", strict=True)),
    **dict(zip("οΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oABEZHIKMNOPTYX", strict=True)),  # Greek
}
"""Letters that nobody tells from a Latin one on the screen."""
_TWINS_TABLE = str.maketrans(_TWINS)
_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_HYPHENS = {0x2010: "-", 0x2011: "-"}
_APOSTROPHES = {ord(sign): "'" for sign in "\u2018\u2019\u02bc\u00b4`"}
_ROUND_TRIPS = ("cp1252", "sloppy-windows-1252", "latin-1", "mac_roman")
_MOST_STEPS = 20
TOGETHER = 64
"""Texts looked at in one piece: most files have hardly any odd ones."""
_LAYERS = 3  # UTF-8 read as something else, saved, and read wrongly again


def odd_texts(values: Iterable[str]) -> list[str]:
    """Return the texts that may need a step: unusual spaces, controls, codes of HTML, and all beyond ASCII."""
    odd = _UNUSUAL.search
    texts = iter(values)
    found: list[str] = []
    while some := list(islice(texts, TOGETHER)):
        whole = f"|{'|'.join(some)}|"
        if not (whole.isascii() and whole.isprintable()) or any(sign in whole for sign in ("  ", "| ", " |", "&")):
            found += [v for v in some if not v.isascii() or not v.isprintable() or odd(v)]
    return found


def repair_text(text: str, kind: FieldType, rules: Collection[Rule]) -> list[Step]:
    """Return the steps that repair a text of that type, most often none. Blank texts and erase marks stay."""
    if not text.strip():
        return []
    steps: list[Step] = []
    while (more := _round(steps[-1][1] if steps else text, kind, rules)) and len(steps) < _MOST_STEPS:
        steps += more
    return [] if is_erase_mark((steps[-1][1] if steps else text).strip()) else steps


def _round(text: str, kind: FieldType, rules: Collection[Rule]) -> list[Step]:
    """Apply every rule once; one may uncover work for another, so that rounds go on until nothing changes."""
    steps: list[Step] = []
    if looks_broken(text):
        mended = _mend_surely(text) if Rule.MOJIBAKE in rules else None
        if mended is None:
            return []
        steps.append((Rule.MOJIBAKE, mended))
    for rule, step in _STEPS:
        if rule in rules:
            before = steps[-1][1] if steps else text
            after = step(before, kind)
            if after != before and after:
                steps.append((rule, after))
    return steps


def _mend_surely(text: str) -> str | None:
    """Return a text with its accents back, only if breaking them again the same way gives the text itself."""
    mended = mend(text) or _recode(text, "cp1252", "utf-8")  # ftfy spares what may be a word: "ÃŽle"
    if mended is None or looks_broken(mended):
        return None
    import ftfy.bad_codecs  # noqa: F401 — teaches Python the sloppy encodings

    broken = dict.fromkeys(_ROUND_TRIPS, mended)
    for _ in range(_LAYERS):
        broken = {e: again for e, b in broken.items() if (again := _recode(b, "utf-8", e)) is not None}
        if text in broken.values():
            return mended
    return mended if _recode(mended, "cp1252", "mac_roman") == text else None


def _recode(text: str, written: str, read: str) -> str | None:
    try:
        return text.encode(written).decode(read)
    except UnicodeError:
        return None


def _read_entities(text: str, kind: FieldType) -> str:
    """Read the codes of HTML."""
    return read_entities(text)


def _remove_unseen(text: str, kind: FieldType) -> str:
    """Remove what nobody sees; direction marks stay in a text that is written from right to left."""
    keep_directions = _RIGHT_TO_LEFT.search(text) is not None
    return _UNSEEN.sub(lambda c: c[0] if keep_directions and _DIRECTIONS.match(c[0]) else "", text)


def _join_accents(text: str, kind: FieldType) -> str:
    """Join letters and their combining accents, as keyboards write them: the comparison of two names needs it."""
    return unicodedata.normalize("NFC", text)


def _replace_twins(text: str, kind: FieldType) -> str:
    """Replace characters that look like others: in codes everywhere, in words where both alphabets meet in one."""
    if text.isascii():
        return text
    text = text.translate(_HYPHENS)
    if not _EAST_ASIAN.search(text):
        text = text.translate(_WIDE)
    if kind is FieldType.EMAIL:
        text = text.translate(_APOSTROPHES)
    if kind in CODES:
        return _one_alphabet(text) if _LATIN.search(text) else text
    return _WORD.sub(lambda word: _one_alphabet(word[0]) if _LATIN.search(word[0]) else word[0], text)


def _one_alphabet(text: str) -> str:
    """Return a text in Latin letters, or as it is when a letter of another alphabet has no Latin twin."""
    latin = text.translate(_TWINS_TABLE)
    return latin if all(_LATIN.match(c) for c in latin if c.isalpha()) else text


def _tidy_spaces(text: str, kind: FieldType) -> str:
    """Make every run of blanks one ordinary space, and none at the ends; line breaks inside stay.

    The no-break spaces of French typography stay in a text that has ordinary ones too: there they were meant.
    """
    text = _ENDS.sub("", text)
    if kind is FieldType.TEXT and " " in text and _TYPOGRAPHIC.search(text):
        return _BLANKS.sub(lambda run: run[0] if _is_typographic(run) else " ", text)
    return _BLANKS.sub(" ", text)


def _is_typographic(run: re.Match[str]) -> bool:
    return len(run[0]) == 1 and _TYPOGRAPHIC.match(run.string, run.start()) is not None


_STEPS = (
    (Rule.ENTITIES, _read_entities),
    (Rule.INVISIBLE, _remove_unseen),
    (Rule.ACCENTS, _join_accents),
    (Rule.LOOKALIKES, _replace_twins),
    (Rule.SPACES, _tidy_spaces),
)
"""In this order: an accent is joined once nothing stands between it and its letter."""
