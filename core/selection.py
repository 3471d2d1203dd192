"""Selections: which customers to take, as criteria that people write and read. Pure.

`city = Lyon and (birth_date < 01/01/1990 or group = VIP)`: a field, a sign, a value, joined by and/or (et/ou) and
parentheses. Fields go by their key or by the system's own words for them ("Date de naissance"). Texts are compared
without accents, capitals or punctuation. A value that holds "and", "or" or a sign is put in quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum

from core.cells import fold
from core.checked import Value
from core.errors import InputError
from core.fields import FIELDS, OWN_PREFIX, FieldType, field_word
from core.i18n import LANGUAGES, tr
from core.profiles import Profile
from core.rules.amounts import Limits, read_amount
from core.rules.countries import read_country
from core.rules.dates import Calendar, Order, read_date
from core.rules.words import known_words, read_choice, read_flag


class Family(StrEnum):
    """The five families in which an Odeis user looks for a criterion; their names are `selection.family_<name>`."""

    IDENTITY = "identity"
    ADDRESS = "address"
    ACTIVITY = "activity"
    LOYALTY = "loyalty"
    CODES = "codes"


class Sign(StrEnum):
    """How a field is compared. EMPTY and FILLED take no value; people write `selection.empty`, `selection.filled`."""

    EQUAL = "="
    DIFFERENT = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    CONTAINS = "~"
    STARTS = "^"
    EMPTY = "empty"
    FILLED = "filled"


ABOUT: dict[str, FieldType] = {
    "number": FieldType.AMOUNT,
    "kind": FieldType.TEXT,
    "created": FieldType.DATE,
    "modified": FieldType.DATE,
    "birth_month": FieldType.AMOUNT,
    "source_system": FieldType.TEXT,
    "action": FieldType.TEXT,
}
"""What can be asked besides the fields: the customer's number, client or prospect, when created and last modified, the
month of birth, the system it came from, and a marketing action it was in. Their names are `selection.about_<key>`."""

_STARTS: dict[Family, tuple[str, ...]] = {
    Family.ADDRESS: (
        "address", "suburb", "postcode", "city", "state", "country", "work_address", "undeliverable", "delivery_",
    ),
    Family.ACTIVITY: (
        "created", "modified", "birth_", "balance", "store_credit", "year_to_date", "action", "source_system",
    ),
    Family.LOYALTY: (
        "loyalty_", "group", "contact_type", "access_status", "price_list", "account_type", "sales_", "discount",
        "credit_limit", "employee", "kind",
    ),
    Family.CODES: (
        "free_code_", "custom_", "email_opt_in", "sms_opt_in", "opt_in_", "contact_preference", "tax_", OWN_PREFIX,
    ),
}  # fmt: skip
"""How the keys of each family begin; the others are the identity's."""

ORDERED = (FieldType.DATE, FieldType.AMOUNT)
NEAR = 5  # names proposed for one that is not known
TODAY = date(9999, 1, 1)  # a criterion may well name a day to come


@dataclass(frozen=True, slots=True)
class Criterion:
    """One comparison. `value` is canonical (see `core.fields`); of a text, what the user typed."""

    key: str
    sign: Sign
    value: Value = None


@dataclass(frozen=True, slots=True)
class Group:
    """Criteria of which every one must hold, or (`any`) one at least. An empty group takes everybody."""

    parts: tuple[Criterion | Group, ...] = ()
    any: bool = False


def family_of(key: str) -> Family:
    """Return the family of a criterion."""
    found = (family for family, starts in _STARTS.items() if key.startswith(starts))
    return next(found, Family.IDENTITY)


def type_of(key: str, profile: Profile) -> FieldType:
    """Return how a criterion's value is read."""
    known = profile.field(key)
    return ABOUT.get(key) or FIELDS.get(key) or (known.type if known else FieldType.TEXT)


def criterion_names(profile: Profile) -> dict[str, str]:
    """Return every word, folded, by which a criterion may be called: its key, and the system's header and labels.

    Our own word for a field is known too, where it is no word of the system's.
    """
    names: dict[str, str] = {}
    for field in profile.fields:
        names |= {fold(word): field.key for word in (field.header, *field.label.values())}
    names |= {fold(tr(f"selection.about_{key}", lang)): key for key in ABOUT for lang in LANGUAGES}
    names = {fold(field_word(key, lang)): key for key in FIELDS for lang in LANGUAGES} | names
    return names | {fold(key): key for key in (*FIELDS, *ABOUT)}


def near_names(said: str, profile: Profile) -> list[str]:
    """Return the names of criteria that somebody may have meant, a few: those that hold what was typed come first."""
    typed = fold(said)
    names = {f.key: [*f.label.values(), f.header] for f in profile.fields}
    names |= {key: [tr(f"selection.about_{key}", lang) for lang in LANGUAGES] for key in ABOUT}
    names |= {key: [field_word(key, lang) for lang in LANGUAGES] for key in FIELDS if key not in names}
    words = {fold(name): key for key, own in names.items() for name in reversed(own)}
    found = sorted(word for word in words if typed and typed in word) or get_close_matches(typed, words)
    keys = dict.fromkeys(words[word] for word in found)
    return [next(name for name in names[key] if fold(name) in found) for key in keys][:NEAR]


def read_selection(texts: Sequence[str], profile: Profile, *, any: bool = False) -> Group:
    """Read criteria; all of the texts must hold, or (`any`) one of them. Raises InputError with the faulty text."""
    return Group(tuple(_Reader(text, profile).read() for text in texts), any)


_TOKEN = re.compile(r'\s*(?:(?P<quoted>"[^"]*")|(?P<sign>[()]|<=|>=|!=|<>|[=<>~^])|(?P<word>[^\s()=<>!~^"]+|!))')
_BAD_VALUES = {
    FieldType.DATE: "bad_date",
    FieldType.AMOUNT: "bad_amount",
    FieldType.FLAG: "bad_flag",
}
_WITHOUT_VALUE = (Sign.EMPTY, Sign.FILLED)
_SIGNS = {sign.value: sign for sign in Sign if sign not in _WITHOUT_VALUE} | {"<>": Sign.DIFFERENT}
_AND, _OR = ("and", "et"), ("or", "ou")


class _Reader:
    """Reads one text. "or" binds less than "and", as everywhere."""

    def __init__(self, text: str, profile: Profile) -> None:
        self.text = text
        self.profile = profile
        self.names = criterion_names(profile)
        self.tokens = list(_tokens(text))
        self.at = 0

    def read(self) -> Criterion | Group:
        """Return the whole text's meaning."""
        found = self._either()
        if self.at < len(self.tokens):
            raise self._failure("not_understood")
        return found

    def _either(self) -> Criterion | Group:
        parts = [self._both()]
        while self._takes(_OR):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Group(tuple(parts), any=True)

    def _both(self) -> Criterion | Group:
        parts = [self._one()]
        while self._takes(_AND):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else Group(tuple(parts))

    def _one(self) -> Criterion | Group:
        if self._takes(("(",)):
            inner = self._either()
            if not self._takes((")",)):
                raise self._failure("unclosed")
            return inner
        return self._criterion()

    def _takes(self, words: tuple[str, ...]) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at].lower() in words:
            self.at += 1
            return True
        return False

    def _words(self) -> list[str]:
        """Return the words up to the next sign, and/or, or the end."""
        start = self.at
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token in _SIGNS or token.lower() in (*_AND, *_OR, "(", ")"):
                break
            self.at += 1
        return self.tokens[start : self.at]

    def _criterion(self) -> Criterion:
        words = self._words()
        sign = _SIGNS.get(self.tokens[self.at]) if self.at < len(self.tokens) else None
        if sign is None:
            return self._without_value(words)
        self.at += 1
        key = self._key(words)
        said = " ".join(word.strip('"') for word in self._words())
        if not said:
            raise self._failure("no_value", field=" ".join(words))
        return Criterion(key, sign, self._value(key, sign, said, " ".join(words)))

    def _without_value(self, words: list[str]) -> Criterion:
        for sign in _WITHOUT_VALUE:
            for ending in (*(tr(f"selection.{sign}", lang) for lang in LANGUAGES), sign.value):
                count = len(ending.split())
                if len(words) > count and fold(" ".join(words[-count:])) == fold(ending):
                    return Criterion(self._key(words[:-count]), sign)
        raise self._failure("not_understood")

    def _key(self, words: list[str]) -> str:
        said = " ".join(word.strip('"') for word in words)
        key = self.names.get(fold(said)) or (said if said.startswith(OWN_PREFIX) else None)
        if key is None:
            near = near_names(said, self.profile)
            if near:
                raise self._failure("field_meant", field=said, near=near)
            known = [f.header for f in self.profile.fields[:12]]
            raise self._failure("unknown_field", field=said, known=known, system=self.profile.id)
        return key

    def _value(self, key: str, sign: Sign, said: str, name: str) -> Value:
        """Return the value; a failure calls the field by the name that the user wrote."""
        kind = type_of(key, self.profile)
        if sign in (Sign.CONTAINS, Sign.STARTS):
            return said
        if sign not in (Sign.EQUAL, Sign.DIFFERENT) and kind not in ORDERED:
            raise self._failure("not_ordered", field=name)
        value = _typed(key, kind, said, self.profile, by_key=fold(name) in _own_names(key))
        if value is None:
            raise self._failure(_BAD_VALUES.get(kind, "bad_value"), field=name, value=said)
        return value

    def _failure(self, name: str, **params: object) -> InputError:
        return InputError(f"selection.{name}", text=self.text, **params)


def _tokens(text: str) -> Iterator[str]:
    at = 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None:
            raise InputError("selection.not_understood", text=text)
        yield found[found.lastgroup or "word"]
        at = found.end()


def _own_names(key: str) -> set[str]:
    """Return how a field is called whatever the system."""
    return {fold(word) for word in (key, *(field_word(key, lang) for lang in LANGUAGES))}


def _typed(key: str, kind: FieldType, said: str, profile: Profile, *, by_key: bool) -> Value:
    """Return a value as the database holds it, or None when it is not one of that kind.

    `by_key` says that the field was named by our word: a system's own header may say the opposite ("do not e-mail").
    """
    known = profile.field(key)
    if kind is FieldType.DATE:
        return read_date(said, Calendar(Order.DAY_FIRST, TODAY, birth=False))[0]
    if kind is FieldType.AMOUNT:
        return read_amount(said, limits=Limits())[0]
    if kind is FieldType.FLAG:
        return read_flag(said, {}, inverse=known is not None and known.inverse and not by_key)[0]
    if kind is FieldType.COUNTRY:
        return read_country(said, profile.country_style)[0]
    if known is not None and known.choices:
        return read_choice(said, known, known_words(known.choices))[0] or said
    return said


def compare_ordered(sign: Sign, a: Decimal, b: Decimal) -> bool:
    """Compare two amounts."""
    verdicts = {Sign.LESS: a < b, Sign.AT_MOST: a <= b, Sign.MORE: a > b, Sign.AT_LEAST: a >= b}
    return verdicts.get(sign, (a == b) is (sign is Sign.EQUAL))
