"""Phones: libphonenumber's verdict, by the country of the row; stored as E.164, shown as its country writes it.

A cheap pattern, made of the library's own metadata, accepts the usual writings; it never refuses. Whatever it does
not accept goes to the library, so that the verdict is always the library's (tests/bench/verdicts.py compares
200,000 of them).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumber

from core.cells import tidy
from core.issues import Code
from core.rules.lines import as_lines, line_pattern
from core.rules.placeholders import REPEATED, is_fake_phone, is_placeholder
from core.rules.reading import Reading, doubted, fine, refused

OVERSEAS = {"971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT", "977": "BL", "978": "MF",
            "986": "WF", "987": "PF", "988": "NC"}  # fmt: skip
"""Region of a French overseas postcode: 0690… is not a number of region FR."""

_KINDS = ("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "voip", "personal_number", "pager",
          "uan", "voicemail")  # fmt: skip
_SIGNS = " .-()\u00a0\u202f"
_LETTER = re.compile(r"[^\W\d_]")
_POWER = re.compile(r"\s*\d(?:[.,]\d+)?E\+\d+\s*", re.IGNORECASE)
_TWO = re.compile(r"\d{2}\s*(?:/|;|,|\bou\b|\bor\b|\bet\b|\n)\s*[+(]?\d{2}", re.IGNORECASE)
_ZEROS = re.compile(r"[0\s.+-]*")


@cache
def usual(region: str) -> tuple[re.Pattern[str], str] | None:
    """Return the line pattern of a region's usual writings once spaces, dots and hyphens are gone, and its "+33".

    Its group is the national number. None for a region whose trunk prefix is more than a plain "0", or that keeps its
    leading zero (Italy): the library reads those.
    """
    metadata = PhoneMetadata.metadata_for_region(region)
    if metadata is None or metadata.leading_digits:
        return None
    trunk = metadata.national_prefix_for_parsing or ""
    if trunk.partition("|")[0] != "0" or metadata.national_prefix_transform_rule:
        return None
    numbers = [getattr(metadata, kind) for kind in _KINDS]
    union = "|".join(f"(?:{n.national_number_pattern})" for n in numbers if n and n.national_number_pattern)
    code = metadata.country_code
    return line_pattern(rf"(?:0|\+{code}0?|00{code}0?)({union})"), f"+{code}"


def read_phone(written: str, regions: tuple[str, ...]) -> Reading:
    """Read one phone. `regions` are where it may be from, the likeliest first; the first that makes it valid wins."""
    quick = accept_usual([written], regions)[0]
    if quick:
        return fine(quick)
    text = tidy(written)
    if is_placeholder(text) or _ZEROS.fullmatch(text):
        return refused(Code.PLACEHOLDER)
    if _POWER.fullmatch(text):
        return refused(Code.DIGITS_LOST)
    if _TWO.search(text) and not any((n := _valid(text, r)) and _is_one(text, n) for r in regions):
        return refused(Code.PHONE_INVALID, reason="phone_two")
    for region in regions:
        number = _valid(text, region)
        if number is not None:
            return _valid_reading(text, number, region)
    return _invalid_reading(text, regions[0])


def acceptor(regions: tuple[str, ...]) -> Callable[[Sequence[str]], dict[str, str]]:
    """Return what gives the E.164 forms of the usual writings among many texts, by text; the others are left out."""

    def accept(texts: Sequence[str]) -> dict[str, str]:
        numbers = accept_usual(texts, regions)
        return {text: number for text, number in zip(texts, numbers, strict=True) if number}

    return accept


def accept_usual(texts: Sequence[str], regions: tuple[str, ...]) -> list[str]:
    """Return the E.164 form of each text, the first region that knows its writing winning.

    "" stands for a text that is for the library to decide, or a made-up number.
    """
    if not texts or usual(regions[0]) is None:
        return [""] * len(texts)
    lines = _without_signs(texts)
    found = [""] * len(texts)
    for pattern, code in filter(None, map(usual, regions)):
        numbers = [number and code + number for number in pattern.findall(lines)]
        found = [known or number for known, number in zip(found, numbers, strict=True)] if any(found) else numbers
        if all(found):
            break
    return ["" if number[-7:] in REPEATED and is_fake_phone(number) else number for number in found]


def _without_signs(texts: Sequence[str]) -> str:
    """Return texts as lines without the signs of usual writings."""
    lines = as_lines(texts)
    for sign in _SIGNS:
        lines = lines.replace(sign, "")
    return lines


def _parse(text: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _valid(text: str, region: str) -> PhoneNumber | None:
    """Return the library's number when it is valid."""
    number = _parse(text, region)
    return number if number is not None and phonenumbers.is_valid_number(number) else None


def e164(number: PhoneNumber) -> str:
    """Return a number as it is stored."""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _is_whole(text: str, number: PhoneNumber) -> bool:
    """Say whether a text's figures end with the number read: of "0612345678;0712345678" the library reads the first."""
    return re.sub(r"\D", "", text).endswith(phonenumbers.national_significant_number(number))


def _is_one(text: str, number: PhoneNumber) -> bool:
    """Say whether a text is one number and no second: the library reads letters by a phone's keys, or passes over."""
    return _is_whole(text, number) or _is_whole(phonenumbers.convert_alpha_characters_in_number(text), number)


def _valid_reading(text: str, number: PhoneNumber, region: str) -> Reading:
    """Return a valid number, saying what the library passed over: words, an extension, a lost zero."""
    value = e164(number)
    if _LETTER.search(text):
        reason = "phone_extension" if number.extension else "phone_words"
        return doubted(value, Code.PHONE_DOUBTFUL, reason=reason, proposal=shown(value, region))
    if is_fake_phone(value):
        return doubted(value, Code.PLACEHOLDER)
    if not _is_whole(text, number):
        return doubted(value, Code.PHONE_DOUBTFUL, reason="phone_extension", proposal=shown(value, region))
    digits = re.sub(r"\D", "", text)
    trunk = phonenumbers.ndd_prefix_for_region(region, True)
    if trunk == "0" and not text.startswith("+") and digits == str(number.national_number):
        proposal = shown(value, region)
        if re.sub(r"\D", "", proposal) != digits:  # Monaco has that prefix and writes its numbers without
            return doubted(value, Code.PHONE_ZERO_LOST, proposal=proposal)
    return fine(value)


def _invalid_reading(text: str, region: str) -> Reading:
    """Say why a number cannot be dialled; one of a right length that no plan knows stays, with a warning."""
    if not any(c.isdigit() for c in text):
        return refused(Code.PHONE_INVALID, reason="phone_no_digits")
    number = _parse(text, region)
    if number is None:
        unknown = text.startswith(("+", "00"))
        return refused(Code.PHONE_INVALID, reason="phone_country" if unknown else "phone_unreadable")
    if _LETTER.search(text):
        return refused(Code.PHONE_INVALID, reason="phone_words")
    why = phonenumbers.is_possible_number_with_reason(number)
    reasons = {
        phonenumbers.ValidationResult.TOO_SHORT: "phone_short",
        phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "phone_short",
        phonenumbers.ValidationResult.TOO_LONG: "phone_long",
        phonenumbers.ValidationResult.INVALID_LENGTH: "phone_length",
        phonenumbers.ValidationResult.INVALID_COUNTRY_CODE: "phone_country",
    }
    if why in reasons:
        return refused(Code.PHONE_INVALID, reason=reasons[why])
    if number.italian_leading_zero and phonenumbers.ndd_prefix_for_region(region, True) == "0":
        return refused(Code.PHONE_INVALID, reason="phone_short")  # the library counts the 0 when a digit is missing
    return _overseas(text, region) or _no_such(number, region)


def _overseas(text: str, region: str) -> Reading | None:
    """Return what a number written for France is overseas, where 0690… is one of Guadeloupe: doubtful, but readable."""
    if region != "FR":
        return None
    found = next((number for at in OVERSEAS.values() if (number := _valid(text, at))), None)
    if found is None:
        return None
    return doubted(e164(found), Code.PHONE_DOUBTFUL, reason="phone_overseas", proposal=shown(e164(found), region))


def _no_such(number: PhoneNumber, region: str) -> Reading:
    value = e164(number)
    return doubted(value, Code.PHONE_DOUBTFUL, reason="phone_no_such", proposal=shown(value, region))


@cache
def _code_of(region: str) -> int:
    return phonenumbers.country_code_for_region(region)


def shown(value: str, region: str) -> str:
    """Write an E.164 number as people of `region` read it: "06 39 98 01 02" at home, "+32 470 12 34 56" abroad."""
    number = phonenumbers.parse(value, None)
    home = number.country_code == _code_of(region)
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, style.NATIONAL if home else style.INTERNATIONAL)


def regions_of(country: str | None, postcode: str, home: str) -> tuple[str, ...]:
    """Return where a row's phones may be from: its country, or the overseas part that its postcode names.

    A French row falls back on all of France: metropolitan mobiles live overseas, and the other way round. A foreign
    row does not fall back on the shop's country: 0612345678 may be a number of either.
    """
    at = country or home
    overseas = OVERSEAS.get(postcode[:3]) if at == "FR" and len(postcode) == 5 else None
    if overseas:
        return (overseas, "FR")
    return (at, "FR") if at in OVERSEAS.values() else (at,)
