"""Turns the data of a profile's TOML file into a Profile, and says the line of whatever is wrong in it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from core.errors import ProfileError
from core.fields import FIELDS, OWN_PREFIX, FieldType
from core.i18n import LANGUAGES, no_break
from core.issues import Code, Severity
from core.profiles.data import Choice, Field, Option, Profile, Words

BLOCKS = ("system", "severity", "options", "fields")
MARKS = ("sourced", "inferred", "proposed")
OPTION_TYPES = ("text", "flag", "choice")
CLOSED: dict[str, Sequence[str]] = {
    "headers_mark": MARKS,
    "language": LANGUAGES,
    "formats": ("xlsx", "xls", "csv"),
    "modes": ("add", "update", "upsert"),
    "country_style": ("iso2", "name", "car"),
    "phone_style": ("national", "e164"),
}
"""The words that a name of `[system]` may have."""

TYPES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "str": ('"…"', lambda v: isinstance(v, str)),
    "bool": ("true, false", lambda v: isinstance(v, bool)),
    "int | None": ("30", lambda v: isinstance(v, int) and not isinstance(v, bool)),
    "float | None": ("0.5", lambda v: isinstance(v, int | float) and not isinstance(v, bool)),
    "Words": ('fr = "…", en = "…"', lambda v: isinstance(v, dict) and all(isinstance(w, str) for w in v.values())),
    "tuple[str, ...]": ('["…"]', lambda v: isinstance(v, list) and all(isinstance(w, str) for w in v)),
    "tuple[tuple[str, ...], ...]": ('[["…"]]', lambda v: isinstance(v, list) and all(isinstance(w, list) for w in v)),
}
"""How TOML writes a value of each annotation, and whether a value is one; the others are built by the reader."""

Place = tuple[str, int] | None
"""The n-th block of a list of blocks, from 0 (`("fields", 3)`), or `[system]` (None)."""


class ProfileReader:
    """Reads one profile. Every complaint is a ProfileError that names the file, the line and the reason."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines = text.splitlines()

    def profile(self, data: dict[str, Any]) -> Profile:
        """Build the whole profile."""
        for block in data:
            if block not in BLOCKS:
                raise self.failure("unknown_block", (block, 0), block, known=BLOCKS)
        system = dict(data.get("system", {}))
        system["path"] = self.path
        system["options"] = tuple(self.option(raw, n) for n, raw in enumerate(data.get("options", ())))
        system["severity"] = {self.code(k): self.level(k, v) for k, v in data.get("severity", {}).items()}
        system["fields"] = tuple(self.field(raw, n) for n, raw in enumerate(data.get("fields", ())))
        if not system["fields"]:
            raise self.failure("no_fields", None)
        self.shape(Profile, system, None)
        for name, known in CLOSED.items():
            for word in as_list(system.get(name, ())):
                self.among(name, word, known, None)
        self.among("id", system["id"], (self.path.stem,), None)
        for name in ("formats", "modes", "one_of", "match", "unique", "buyer"):
            system[name] = tuple(tuple(v) if isinstance(v, list) else v for v in system.get(name, ()))
        profile = Profile(**{k: v for k, v in system.items() if v != () or k == "fields"})
        self.agreement(profile)
        return profile

    def agreement(self, profile: Profile) -> None:
        """Refuse fields that clash, and rules about a field or an option that the profile does not have."""
        for name in ("key", "header"):
            self.twice([getattr(f, name) for f in profile.fields], name, "fields")
        self.twice([o.key for o in profile.options], "key", "options")
        keys = [f.key for f in profile.fields]
        rules = {"match": profile.match, "unique": profile.unique}
        rules |= {"one_of": (profile.one_of,), "buyer": (profile.buyer,)}
        for name, groups in rules.items():
            for key in (k for group in groups for k in group):
                self.among(name, key, keys, None)
        flags = ["", *(o.key for o in profile.options if o.type == "flag")]
        for n, column in enumerate(profile.fields):
            self.among("option", column.option, flags, ("fields", n))

    def twice(self, values: list[str], name: str, block: str) -> None:
        """Refuse the first value that is there twice."""
        n = next((n for n, value in enumerate(values) if value in values[:n]), None)
        if n is not None:
            raise self.failure("twice", (block, n), name, value=values[n])

    def field(self, raw: dict[str, Any], n: int) -> Field:
        """Read the n-th field."""
        place = ("fields", n)
        data = dict(raw)
        key = str(data.get("key", ""))
        if key not in FIELDS and not key.startswith(OWN_PREFIX):
            near = difflib.get_close_matches(key, FIELDS, n=1)
            raise self.failure("unknown_field", place, "key", value=key, near=near[0] if near else "first_name")
        data["type"] = data.get("type", FIELDS.get(key, ""))
        self.among("type", data["type"], [str(t) for t in FieldType], place)
        data["type"] = FieldType(data["type"])
        self.among("mark", data.get("mark", ""), MARKS, place)
        data.setdefault("source", "")
        data["choices"] = self.choices(data, place)
        if data["type"] in (FieldType.CHOICE, FieldType.FLAG) and not data["choices"]:
            raise self.failure("no_choices", place, "choices")
        if data["type"] is FieldType.FLAG and {c.code for c in data["choices"]} != {"yes", "no"}:
            raise self.failure("flag_codes", place, "choices")
        self.shape(Field, data, place)
        data["synonyms"] = tuple(data.get("synonyms", ()))
        column = Field(**data)
        if column.choices and not column.open_list:
            for name in ("default", "example"):
                self.among(name, data.get(name, ""), ["", *(c.value for c in column.choices)], place)
        return column

    def option(self, raw: dict[str, Any], n: int) -> Option:
        """Read the n-th run option; a flag is `yes` or `no`."""
        place = ("options", n)
        data = dict(raw)
        self.among("type", data.get("type", ""), OPTION_TYPES, place)
        data["choices"] = self.choices(data, place)
        self.shape(Option, data, place)
        option = Option(**data)
        known = {"flag": ["yes", "no"], "choice": [c.code for c in option.choices], "text": [option.default]}
        self.among("default", option.default, known[option.type], place)
        return option

    def choices(self, data: Mapping[str, Any], place: Place) -> tuple[Choice, ...]:
        """Read the allowed values of a field or an option."""
        found = tuple(self.choice(raw, place) for raw in data.get("choices", ()))
        for codes in ([c.code for c in found], [c.value for c in found]):
            again = next((v for n, v in enumerate(codes) if v in codes[:n]), None)
            if again is not None:
                raise self.failure("twice", place, "choices", value=again)
        return found

    def choice(self, raw: Mapping[str, Any], place: Place) -> Choice:
        """Read one allowed value; `code` is the value itself unless said, a label missing is the value."""
        unknown = next((name for name in raw if name not in ("code", "value", "words", *LANGUAGES)), None)
        if unknown:
            raise self.failure("unknown_name", place, "choices", name=unknown, near="code, value, words, fr, en")
        value = str(raw.get("value", ""))
        if not value:
            raise self.failure("missing", place, "choices", name="value")
        label: Words = {lang: str(raw.get(lang, value)) for lang in LANGUAGES}
        return Choice(str(raw.get("code", value)), value, label, tuple(raw.get("words", ())))

    def code(self, word: str) -> Code:
        """Read an issue's code."""
        self.among(word, word, [str(c) for c in Code], ("severity", 0))
        return Code(word)

    def level(self, key: str, word: str) -> Severity:
        """Read a severity."""
        self.among(key, word, [str(s) for s in Severity], ("severity", 0))
        return Severity(word)

    def shape(self, cls: type, data: dict[str, Any], place: Place) -> None:
        """Refuse a name that `cls` does not have, one that it needs, one of the wrong type, a language missing."""
        specs = {f.name: f for f in fields(cls)}
        for name in data:
            if name not in specs:
                near = difflib.get_close_matches(name, specs, n=1)
                raise self.failure("unknown_name", place, name, name=name, near=near[0] if near else ", ".join(specs))
        for name, spec in specs.items():
            if name not in data:
                if spec.default is MISSING and spec.default_factory is MISSING:
                    raise self.failure("missing", place, name, name=name)
                continue
            value = data[name]
            form, fits = TYPES.get(str(spec.type), ("", None))
            if fits and not fits(value):
                raise self.failure("bad_type", place, name, value=repr(value), wanted=form)
            if value == "" and spec.default is MISSING and name != "source":
                raise self.failure("missing", place, name, name=name)
            if spec.type == "Words":
                if set(value) != set(LANGUAGES):
                    raise self.failure("one_language", place, name)
                data[name] = {**value, "fr": no_break(value["fr"])}

    def among(self, name: str, word: object, known: Sequence[str], place: Place) -> None:
        """Refuse a word that is not among the known ones."""
        if word not in known:
            raise self.failure("bad_word", place, name, value=word, known=[w for w in known if w] or "–")

    def failure(self, reason: str, place: Place, key: str = "", **params: object) -> ProfileError:
        """Make the error about `key` in a block, with the line where that key stands, or else the block's own."""
        params.setdefault("name", key)
        line = self.line(place, key)
        return ProfileError(f"profiles.{reason}", path=self.path.name, line=line, key=key, **params)

    def line(self, place: Place, key: str) -> int:
        """Return the line of `key` in a block, otherwise of the block's head, otherwise 1."""
        name, number = place or ("system", 0)
        heads = [n for n, text in enumerate(self.lines) if text.strip() in (f"[{name}]", f"[[{name}]]")]
        if len(heads) <= number:
            return 1
        start = heads[number]
        for n in range(start, len(self.lines)):
            text = self.lines[n]
            if n > start and text.startswith("["):
                break
            if key and re.match(rf"\s*{re.escape(key)}(\.\w+)?\s*=", text):
                return n + 1
        return start + 1


def as_list(value: object) -> Iterable[Any]:
    """Return a list as it is, and a lone value as a list of one."""
    return value if isinstance(value, list | tuple) else (value,)
