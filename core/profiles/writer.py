"""Writes a profile as the TOML file that it would be read from: how a learnt system is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import MISSING, fields
from typing import Any

from core.profiles.data import Choice, Field, Option, Profile

FIRST = ("key", "header", "type", "label", "help", "max_length", "required", "default", "example")
"""The names that come first in a block, as in the shipped files."""


def profile_toml(profile: Profile, comment: str) -> str:
    """Return a profile as TOML; `comment` says above it where it comes from."""
    system = {f.name: getattr(profile, f.name) for f in fields(Profile)}
    blocks = (system.pop("options"), system.pop("fields"))
    severity = system.pop("severity")
    system.pop("path")
    lines = [f"# {line}\n" for line in comment.splitlines()]
    lines += ["\n[system]\n", *_names(profile, system)]
    if severity:
        lines += ["\n[severity]\n", *(f"{code} = {_value(str(level))}\n" for code, level in severity.items())]
    for head, items in zip(("options", "fields"), blocks, strict=True):
        for item in items:
            lines += [f"\n[[{head}]]\n", *_names(item, {f.name: getattr(item, f.name) for f in fields(item)})]
    return "".join(lines)


def _names(item: Profile | Field | Option, values: dict[str, Any]) -> Iterable[str]:
    """Yield the lines of a block: what is not as it would be by default."""
    defaults = {f.name: f.default if f.default is not MISSING else None for f in fields(item)}
    order = sorted(values, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
    for name in order:
        value = values[name]
        if name != "source" and (value == defaults[name] or value in (None, (), {})):
            continue
        if isinstance(value, dict):  # words, in every language
            yield from (f"{name}.{lang} = {_value(text)}\n" for lang, text in value.items())
        elif name == "choices":
            yield "choices = [\n" + "".join(f"  {_choice(c)},\n" for c in value) + "]\n"
        else:
            yield f"{name} = {_value(value)}\n"


def _choice(choice: Choice) -> str:
    parts = {"code": choice.code, "value": choice.value, **choice.label}
    if choice.words:
        parts["words"] = choice.words  # type: ignore[assignment]
    return "{ " + ", ".join(f"{name} = {_value(value)}" for name, value in parts.items()) + " }"


def _value(value: Any) -> str:
    """Write a value; JSON's strings are TOML's basic strings."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
