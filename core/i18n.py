"""Texts in the user's language, from one catalogue: `core/texts/*.toml`.

A key is `area.name` (`errors.no_header`); its area is the file, its name a table with `fr` and `en`.
A text is read when it is first asked for: TOML is slow, and start-up time counts. French is typed with ordinary
spaces and gets its no-break spaces (before `: ; ! ?`, inside « ») here, once. `{count|créé|créés}` is the word that
agrees with the number `count`: the singular one for 1, and in French for 0 too.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal, cast

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")
TEXTS = Path(__file__).parent / "texts"
MOMENT: Mapping[str, str] = {"fr": "%d/%m/%Y %H:%M", "en": "%Y-%m-%d %H:%M"}
_PLURAL = re.compile(r"\{(\w+)\|([^|{}]*)\|([^|{}]*)\}")
_HEAD = re.compile(r"^\[(\w+)\]$", re.MULTILINE)
_NO_BREAK = re.compile(r" (?=[:;!?»](?:\s|$|[.,)]))|(?<=«) ")


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is to stand inside another: as a parameter it is said in the other's language."""

    key: str
    params: Mapping[str, object] = field(default_factory=dict)


def area_texts(area: str) -> dict[str, dict[str, str]]:
    """Return the texts of one area: name → language → text."""
    return {name: _text(f"{area}.{name}") for name in _blocks(area)}


@cache
def _blocks(area: str) -> dict[str, str]:
    """Return the texts of one area as its file has them: name → TOML, which may end in the next one's comment."""
    _, *pieces = _HEAD.split((TEXTS / f"{area}.toml").read_text(encoding="utf-8"))
    return dict(zip(pieces[::2], pieces[1::2], strict=True))


@cache
def _text(key: str) -> dict[str, str]:
    """Return one text: language → text."""
    area, _, name = key.partition(".")
    texts = cast("dict[str, str]", tomllib.loads(_blocks(area)[name]))
    texts["fr"] = no_break(texts.get("fr", ""))
    return texts


def no_break(text: str) -> str:
    """Give a French text its no-break spaces."""
    return _NO_BREAK.sub("\u00a0", text)


def tr(key: str, lang: str, /, **params: object) -> str:
    """Return the text `key` in `lang`, filled with `params` written as that language writes them.

    Raises KeyError for an unknown key, a missing parameter or an unknown language: those are bugs.
    """
    text = _text(key)[lang]
    if "|" in text:
        text = _PLURAL.sub(lambda found: found[3 if _is_plural(params[found[1]], lang) else 2], text)
    if not params:
        return text
    return text.format_map({k: v if type(v) is str else show(v, lang) for k, v in params.items()})


def _is_plural(value: object, lang: str) -> bool:
    """Say whether what this number counts is in the plural."""
    return not isinstance(value, int) or (abs(value) > 1 if lang == "fr" else value != 1)


def show(value: object, lang: str) -> str:
    """Write a number, a date, an amount or a list as people of that language do."""
    if type(value) is str:
        return value
    if isinstance(value, bool):
        return {"fr": ("non", "oui"), "en": ("no", "yes")}[lang][value]
    if isinstance(value, int):
        return f"{value:,}".replace(",", "\u202f" if lang == "fr" else ",")
    if isinstance(value, Decimal):
        text = f"{value:,f}"
        return text.translate({44: "\u202f", 46: ","}) if lang == "fr" else text
    if isinstance(value, date):
        year, month, day = value.year, value.month, value.day
        return f"{day:02}/{month:02}/{year}" if lang == "fr" else f"{year}-{month:02}-{day:02}"
    if isinstance(value, Text):
        return tr(value.key, lang, **value.params)
    if isinstance(value, dict) and lang in value:  # the same words in every language
        return str(value[lang])
    if isinstance(value, list | tuple):
        return ", ".join(show(v, lang) for v in value)
    return str(value)


def show_moment(moment: datetime, lang: str) -> str:
    """Write a moment (UTC where it names no zone) as the clock of this computer shows it."""
    return _local(moment).strftime(MOMENT[lang])


def show_zone(moment: datetime) -> str:
    """Write how far this computer's clock is from UTC at a moment: "UTC+2". Names of zones differ with the system."""
    minutes = (_local(moment).utcoffset() or timedelta()) // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    return "UTC" + (f"{'-' if minutes < 0 else '+'}{hours}" if minutes else "") + (f":{rest:02d}" if rest else "")


def _local(moment: datetime) -> datetime:
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone()
