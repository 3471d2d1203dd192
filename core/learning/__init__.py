"""Learning a system from a workbook: its vendor's template or export, or a template that Carnet wrote.

What the workbook says is taken: header row, cell rules, lists, lengths, hints and notes on headers, an example, and
the guide and stamp of our own templates. The rest comes from a system that it is like, or is said to be unknown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.cells import fold, squash
from core.errors import InputError
from core.fields import FIELDS, FieldType
from core.i18n import LANGUAGES, tr
from core.learning.sheet import ColumnRule, VendorSheet, read_vendor_sheet
from core.mapping.transforms import SPLITTERS
from core.mapping.words import meanings, own_words, says_opposite
from core.profiles import Choice, Field, Profile, Words, profile_files, read_profile
from core.profiles.writer import profile_toml
from core.rules.countries import read_country
from core.rules.words import NO, YES

COUNTRY_SHARE = 0.9  # of a list's values that are countries


@dataclass(frozen=True, slots=True)
class Learnt:
    """A learnt system and what is still unknown of it: keys of `learning` texts with their headers."""

    profile: Profile
    like: Profile | None
    unknown: tuple[tuple[str, tuple[str, ...]], ...]

    def sentences(self, lang: str) -> list[str]:
        """Say what is still unknown."""
        return [tr(f"learning.{key}", lang, headers=list(headers), count=len(headers)) for key, headers in self.unknown]


def system_id(name: str) -> str:
    """Return a system's id from its name: "Ma caisse n° 2" → ma-caisse-n-2. Raises InputError for an empty one."""
    found = "-".join(fold(name).split())
    if not found:
        raise InputError("learning.no_name")
    return found


def learn(path: Path, name: str, folder: Path, like: Profile | None = None) -> Learnt:
    """Learn a system and write its file into `folder`. Raises InputError for a workbook without a header row."""
    identity = system_id(name)
    sheet = read_vendor_sheet(path)
    fields = _fields(sheet, like)
    profile = _profile((identity, name), sheet, fields, like, folder)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{profile.id}.toml"
    lines = f"{name}\nAppris de « {path.name} » / learnt from “{path.name}”."
    target.write_text(profile_toml(profile, lines), encoding="utf-8")
    return Learnt(read_profile(target), like, tuple(_unknown(profile, sheet, like)))


def _profile(
    named: tuple[str, str], sheet: VendorSheet, fields: Sequence[Field], like: Profile | None, folder: Path
) -> Profile:
    identity, name = named
    known = {f.key for f in fields}
    base = like or Profile(identity, name, "1", folder, tuple(fields))
    options = tuple(o for o in base.options)
    kept = {o.key for o in options}
    return replace(
        base,
        id=identity,
        name=name,
        version=sheet.stamp.get("version", "1"),
        path=folder / f"{identity}.toml",
        sheet=sheet.name,
        language=base.language if like else _language(sheet),
        fields=tuple(replace(f, option=f.option if f.option in kept else "") for f in fields),
        headers_mark="",
        match=tuple(keys for keys in base.match if known.issuperset(keys)),
        unique=tuple(keys for keys in base.unique if known.issuperset(keys)),
        one_of=tuple(key for key in base.one_of if key in known),
        options=options,
    )


def _language(sheet: VendorSheet) -> str:
    """Return the language of the headers: French when one has a French accent or word, otherwise English."""
    words = {word for column in sheet.columns for word in fold(column.header).split()}
    french = {"nom", "prenom", "adresse", "ville", "pays", "telephone", "tel", "civilite", "societe"}
    return "fr" if words & french else "en"


def _fields(sheet: VendorSheet, like: Profile | None) -> list[Field]:
    own = own_words(like) if like else {}
    taken: set[str] = set()
    found = []
    for column in sheet.columns:
        key, type_ = _key(column, own, sheet, taken)
        taken.add(key)
        found.append(_field(column, key, type_, like.field(key) if like else None, _language(sheet)))
    return found


def _key(column: ColumnRule, own: dict[str, set[str]], sheet: VendorSheet, taken: set[str]) -> tuple[str, FieldType]:
    """Return a column's key and type: as the stamp says, else by the header's meaning, else a key of its own."""
    if said := sheet.stamp.get(f"column:{column.header}"):
        key, _, type_ = said.partition(" ")
        return key, FieldType(type_)
    keys, _ = meanings(column.header, own)
    key = next(iter(keys)) if len(keys) == 1 else ""
    if key in FIELDS and key not in taken:
        return key, FIELDS[key]
    slug = f"x_{key}" if key in SPLITTERS else "x_" + "_".join(fold(column.header).split())
    n = 2
    while slug in taken:
        slug, n = f"{slug.rstrip('0123456789_')}_{n}", n + 1
    return slug, _type(column)


def _type(column: ColumnRule) -> FieldType:
    """Return the type that a column's rule and format show."""
    if column.values:
        words = {fold(value) for value in column.values}
        if len(column.values) == 2 and words & YES and words & NO:
            return FieldType.FLAG
        countries = sum(read_country(value)[0] is not None for value in column.values)
        return FieldType.COUNTRY if countries >= COUNTRY_SHARE * len(column.values) > 1 else FieldType.CHOICE
    return {"date": FieldType.DATE, "number": FieldType.AMOUNT}.get(column.kind, FieldType.TEXT)


def _field(column: ColumnRule, key: str, type_: FieldType, like: Field | None, language: str) -> Field:
    """Make a field of what the workbook says; labels in the other language, synonyms and words come from `like`."""
    label = column.label or column.header
    hint = column.help or label
    choices = _choices(column, type_, like) or usual_choices(key, type_, language)
    if type_ is FieldType.CHOICE and not choices:
        type_ = FieldType.TEXT  # a list that nobody gave: any text is allowed
    return Field(
        key=key,
        header=column.header,
        type=type_,
        label=dict(like.label) if like else dict.fromkeys(LANGUAGES, label),
        help=dict(like.help) if like else dict.fromkeys(LANGUAGES, hint),
        mark="inferred",
        source="",
        max_length=column.max_length,
        required=column.required,
        read_only=column.read_only,
        choices=choices,
        open_list=column.open_list or (type_ is FieldType.CHOICE and not (column.values or column.list_rows or like)),
        show_labels=any(shown != value for shown, _, value, _ in column.list_rows),
        synonyms=like.synonyms if like else (),
        default=_as_value(column.default, choices),
        example=_as_value(column.example, choices),
        minimum=column.minimum if type_ is FieldType.AMOUNT else None,
        maximum=column.maximum if type_ is FieldType.AMOUNT else None,
        option=like.option if like else "",
        inverse=like.inverse if like else says_opposite(column.header, key),
    )


def _choices(column: ColumnRule, type_: FieldType, like: Field | None) -> tuple[Choice, ...]:
    """Return the allowed values with their codes: those of our own lists, of a like field, or the values themselves."""
    if type_ is FieldType.COUNTRY:
        return ()
    known = {squash(w): c for c in (like.choices if like else ()) for w in (*c.words, *c.label.values(), c.value)}
    found: list[Choice] = []
    if like and not column.values and not column.list_rows:
        return like.choices
    for shown, code, value, meaning in column.list_rows or [(v, "", v, v) for v in column.values]:
        near = known.get(squash(value))
        code = code or (near.code if near else "")
        if not code and type_ is FieldType.FLAG:
            code = "yes" if fold(shown) in YES else "no"
        label: Words = dict(near.label) if near else dict.fromkeys(map(str, LANGUAGES), meaning)
        found.append(Choice(code or value, value, label, near.words if near else ()))
    return tuple(found)


def usual_choices(key: str, type_: FieldType, language: str) -> tuple[Choice, ...]:
    """Return the usual words of a list that the workbook does not give: yes and no, or those of a shipped system.

    Without them a consent would be kept as any text, and a title as nobody's code.
    """
    if type_ is FieldType.FLAG:
        words = {"yes": {"fr": "Oui", "en": "Yes"}, "no": {"fr": "Non", "en": "No"}}
        return tuple(Choice(code, label[language], label) for code, label in words.items())
    if type_ is not FieldType.CHOICE:
        return ()
    shipped = sorted(map(read_profile, profile_files().values()), key=lambda p: p.language != language)
    return next((f.choices for p in shipped if (f := p.field(key)) and f.choices), ())


def _as_value(text: str, choices: Sequence[Choice]) -> str:
    """Return an example or a default as the vendor's file writes it, "" when it is none of the values."""
    if not choices or not text:
        return text
    return next((c.value for c in choices if text in (c.value, *c.label.values())), "")


def _unknown(profile: Profile, sheet: VendorSheet, like: Profile | None) -> list[tuple[str, tuple[str, ...]]]:
    """Return what the workbook does not say."""
    by_header = {column.header: column for column in sheet.columns}
    free = (FieldType.DATE, FieldType.AMOUNT, FieldType.FLAG, FieldType.CHOICE, FieldType.COUNTRY)
    own = tuple(f.header for f in profile.fields if re.match("x_", f.key) and f"column:{f.header}" not in sheet.stamp)
    bare = [f for f in profile.fields if not by_header[f.header].ruled]
    lengths = tuple(f.header for f in bare if f.max_length is None and f.type not in free)
    required = tuple(f.header for f in profile.fields if f.required)
    found: list[tuple[str, tuple[str, ...]]] = [] if sheet.rules_read else [("unknown_rules", ())]
    found += [("unknown_fields", own)] if own else []
    found += [("unknown_lengths", lengths)] if lengths else []
    given = {c.header for c in sheet.columns if c.values or c.list_rows}
    lists = tuple(f.header for f in profile.fields if f.choices and f.header not in given) if not like else ()
    found += [("unknown_words", lists)] if lists else []
    found += [] if required else [("unknown_required", ())]
    found += [] if like and profile.match else [("unknown_keys", ())]
    return found + ([] if like else [("unknown_modes", ())])
