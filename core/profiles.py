"""Profiles: what Carnet knows of a system's import, read from one TOML file each. A new system is a new file."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from core.errors import ProfileError
from core.fields import FIELDS, OWN_PREFIX, FieldType
from core.i18n import LANGUAGES
from core.issues import Code, Severity

SHIPPED = Path(__file__).parent.parent / "templates" / "systems"
MARKS = ("sourced", "inferred", "proposed")
MODES = ("add", "update", "upsert")
OPTION_TYPES = ("text", "flag", "choice")
BLOCKS = ("system", "severity", "options", "fields")
Words = dict[str, str]
"""The same words in every language: `{"fr": …, "en": …}`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One allowed value: Carnet stores `code`, the vendor's file holds `value`, people read `label`."""

    code: str
    value: str
    label: Words
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a system's import file."""

    key: str
    header: str
    type: FieldType
    label: Words
    help: Words
    mark: str
    source: str
    max_length: int | None = None
    required: bool = False
    unique: bool = False
    read_only: bool = False
    choices: tuple[Choice, ...] = ()
    open_list: bool = False  # other values than the choices are allowed (said, not refused)
    show_labels: bool = False  # the sheet shows the labels, the vendor's file takes the values
    synonyms: tuple[str, ...] = ()
    default: str = ""
    example: str = ""
    minimum: float | None = None
    maximum: float | None = None
    option: str = ""  # the run option that must be on for this column to exist


@dataclass(frozen=True, slots=True)
class Option:
    """A choice made once for a whole push or delivery, not per row."""

    key: str
    type: str  # "text", "flag" or "choice"
    label: Words
    help: Words
    default: str = ""
    max_length: int | None = None
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything Carnet knows of one system's import."""

    id: str
    name: str
    version: str
    path: Path
    fields: tuple[Field, ...]
    sheet: str = "Clients"
    language: str = "en"  # the language of the vendor's headers
    formats: tuple[str, ...] = ("xlsx",)
    modes: tuple[str, ...] = ("add",)  # the first is the default
    match: tuple[tuple[str, ...], ...] = ()  # which fields find the existing customer, in order
    unique: tuple[tuple[str, ...], ...] = ()  # which fields may not occur twice
    one_of: tuple[str, ...] = ()  # at least one of these names the customer
    country: str = "FR"  # of the shop: where a phone or a postcode without a country is from
    country_style: str = "iso2"  # how the file writes countries: iso2, name, or car (F, B, CH…)
    date_format: str = "%d/%m/%Y"
    rows_advised: int | None = None
    rows_per_export: int | None = None
    csv_encoding: str = "utf-8-sig"
    csv_separator: str = ","
    blank_erases: bool = False
    severity: dict[Code, Severity] = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    notes: Words = field(default_factory=dict)

    def field(self, key: str) -> Field | None:
        """Return the field of that key, or None."""
        return next((f for f in self.fields if f.key == key), None)

    def columns(self, options: dict[str, str] | None = None) -> tuple[Field, ...]:
        """Return the fields that are columns of the file under these run options."""
        on = options or {}
        return tuple(f for f in self.fields if not f.option or on.get(f.option) == "yes")


def profile_files(folders: Iterable[Path] = ()) -> dict[str, Path]:
    """Return the file of every known system by id; a later folder (the user's own) wins over the shipped one."""
    return {p.stem: p for folder in (SHIPPED, *folders) for p in sorted(folder.glob("*.toml"))}


def load_system(name: str, folders: Iterable[Path] = ()) -> Profile:
    """Return the profile of the system `name` (its id; case and hyphens do not matter).

    Raises ProfileError for an unknown system (saying which exist, and the nearest) or a broken file.
    """
    files = profile_files(folders)
    wanted = name.strip().lower().replace("_", "-").replace(" ", "-")
    if wanted in files:
        return read_profile(files[wanted])
    near = difflib.get_close_matches(wanted, files, n=1, cutoff=0.5)
    key = "profiles.unknown_system_near" if near else "profiles.unknown_system"
    raise ProfileError(key, name=name, known=sorted(files), near=near[0] if near else "")


def read_profile(path: Path) -> Profile:
    """Read one system's TOML file. Raises ProfileError with the file, the line and the reason."""
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError("profiles.unreadable", path=path.name, reason=str(error)) from error
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        raise ProfileError("profiles.not_toml", path=path.name, line=line, reason=str(error)) from error
    return _Reader(path, text).profile(data)


class _Reader:
    """Turns a profile's data into a Profile, and finds the line of whatever is wrong in it."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines = text.splitlines()

    def fail(self, reason: str, place: tuple[str, int] | None, key: str = "", **params: object) -> ProfileError:
        """Make the error of `key` in the n-th block of a list (`("fields", 3)`) or in `[system]` (None)."""
        head, count = (f"[[{place[0]}]]", place[1] + 1) if place else ("[system]", 1)
        line, seen = 1, 0
        for number, content in enumerate(self.lines, 1):
            if content.strip() == head:
                seen += 1
                if seen == count:
                    line = number
            elif seen == count and content.startswith("["):
                break
            if seen == count and key and re.match(rf"\s*{re.escape(key)}\s*=", content):
                line = number
                break
        return ProfileError(f"profiles.{reason}", path=self.path.name, line=line, key=key, **params)

    def profile(self, data: dict[str, Any]) -> Profile:
        """Build the whole profile."""
        system = dict(data.get("system", {}))
        for block in data:
            if block not in BLOCKS:
                raise self.fail("unknown_block", None, block, known=BLOCKS)
        columns = tuple(self.field(raw, n) for n, raw in enumerate(data.get("fields", ())))
        if not columns:
            raise self.fail("no_fields", None)
        for name, what in (("key", [c.key for c in columns]), ("header", [c.header for c in columns])):
            twice = next((n for n, v in enumerate(what) if v in what[:n]), None)
            if twice is not None:
                raise self.fail("twice", ("fields", twice), name, value=what[twice])
        system["fields"] = columns
        system["options"] = tuple(self.option(raw, n) for n, raw in enumerate(data.get("options", ())))
        system["severity"] = {self.code(k): self.level(k, v) for k, v in data.get("severity", {}).items()}
        system["path"] = self.path
        for lists in ("match", "unique"):
            system[lists] = tuple(tuple(keys) for keys in system.get(lists, ()))
            self.known_keys(lists, (k for keys in system[lists] for k in keys), columns)
        for lists in ("formats", "modes", "one_of"):
            if lists in system:
                system[lists] = tuple(system[lists])
        self.known_keys("one_of", system.get("one_of", ()), columns)
        bad = [m for m in system.get("modes", ()) if m not in MODES]
        if bad:
            raise self.fail("bad_word", None, "modes", value=bad[0], known=list(MODES))
        self.shape(Profile, system, None)
        return Profile(**system)

    def known_keys(self, name: str, keys: Iterable[str], columns: tuple[Field, ...]) -> None:
        """Refuse a rule about a field that the profile does not have."""
        have = [c.key for c in columns]
        for key in keys:
            if key not in have:
                raise self.fail("bad_word", None, name, value=key, known=have)

    def code(self, word: str) -> Code:
        """Read an issue's code."""
        if word not in list(Code):
            raise ProfileError(
                "profiles.bad_word",
                path=self.path.name,
                line=1 + next((n for n, t in enumerate(self.lines) if t.startswith(word)), 0),
                key="severity",
                value=word,
                known=[str(c) for c in Code],
            )
        return Code(word)

    def level(self, key: str, word: str) -> Severity:
        """Read a severity."""
        if word not in list(Severity):
            raise self.fail("bad_word", None, key, value=word, known=[str(s) for s in Severity])
        return Severity(word)

    def field(self, raw: dict[str, Any], n: int) -> Field:
        """Read the n-th field."""
        place = ("fields", n)
        data = dict(raw)
        key = str(data.get("key", ""))
        if key not in FIELDS and not key.startswith(OWN_PREFIX):
            near = difflib.get_close_matches(key, FIELDS, n=1)
            raise self.fail("unknown_field", place, "key", value=key, near=near[0] if near else "first_name")
        kind = data.get("type", FIELDS.get(key, ""))
        if kind not in list(FieldType):
            raise self.fail("bad_word", place, "type", value=kind, known=[str(t) for t in FieldType])
        data["type"] = FieldType(kind)
        if data.get("mark") not in MARKS:
            raise self.fail("bad_word", place, "mark", value=data.get("mark", ""), known=list(MARKS))
        data["choices"] = tuple(self.choice(c, place) for c in data.get("choices", ()))
        data["synonyms"] = tuple(data.get("synonyms", ()))
        data.setdefault("source", "")
        if data["type"] in (FieldType.CHOICE, FieldType.FLAG) and not data["choices"]:
            raise self.fail("no_choices", place, "choices")
        self.shape(Field, data, place)
        return Field(**data)

    def choice(self, raw: dict[str, Any], place: tuple[str, int]) -> Choice:
        """Read one allowed value; `code` is the value itself unless said, a label missing is the value."""
        value = str(raw.get("value", ""))
        if not value:
            raise self.fail("missing", place, "choices", name="value")
        label: Words = {lang: str(raw.get(lang, value)) for lang in LANGUAGES}
        return Choice(str(raw.get("code", value)), value, label, tuple(raw.get("words", ())))

    def option(self, raw: dict[str, Any], n: int) -> Option:
        """Read the n-th run option."""
        data = dict(raw)
        if data.get("type") not in OPTION_TYPES:
            raise self.fail("bad_word", ("options", n), "type", value=data.get("type", ""), known=OPTION_TYPES)
        data["choices"] = tuple(self.choice(c, ("options", n)) for c in data.get("choices", ()))
        self.shape(Option, data, ("options", n))
        return Option(**data)

    def shape(self, cls: type, data: dict[str, Any], place: tuple[str, int] | None) -> None:
        """Refuse a name that `cls` does not have, a name that it needs, and words that lack a language."""
        names = {f.name: f for f in fields(cls)}
        for key in data:
            if key not in names:
                near = difflib.get_close_matches(key, names, n=1)
                raise self.fail("unknown_name", place, key, near=near[0] if near else ", ".join(names))
        for key, spec in names.items():
            needed = spec.default is MISSING and spec.default_factory is MISSING
            if needed and (key not in data or data[key] == ""):
                if key == "source":
                    continue
                raise self.fail("missing", place, key, name=key)
            if spec.type == "Words" and key in data and set(data[key]) != set(LANGUAGES):
                raise self.fail("one_language", place, key)
