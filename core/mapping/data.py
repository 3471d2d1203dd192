"""What a mapping is: how each field of the target is made, why, and what becomes of every column of the source."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from core.cells import clean
from core.i18n import tr
from core.mapping.sources import Recognised
from core.mapping.transforms import Opposite, Transform
from core.profiles import Profile


class How(StrEnum):
    """What a proposal rests on, the surest first; its sentence is `mapping.how_<value>`."""

    CHOICE = "choice"
    SAVED = "saved"
    EXACT = "exact"
    SOURCE = "source"
    SYNONYM = "synonym"
    VALUES = "values"
    NEAR = "near"


class Fate(StrEnum):
    """What becomes of a source column; every column has exactly one."""

    TAKEN = "taken"
    JOINED = "joined"
    ASKED = "asked"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a column is taken for a field: `score` from 0 to 1, `params` what the sentence needs."""

    how: How
    score: float
    params: Dict[str, Any] = field(default_factory=dict)

    def sentence(self, lang: str) -> str:
        """Say the reason in the user's language."""
        return tr(f"mapping.how_{self.how}", lang, **self.params)


@dataclass(frozen=True, slots=True)
class Proposal:
    """How one field is made."""

    field: str
    transform: Transform
    evidence: Evidence

    def sentence(self, lang: str) -> str:
        """Say the reason in the user's language, and that the meaning is turned round where it is."""
        turned = tr("mapping.opposite", lang) if isinstance(self.transform, Opposite) else ""
        return self.evidence.sentence(lang) + turned


@dataclass(frozen=True, slots=True)
class Account:
    """One source column and its fate. `reason` is a text `mapping.<reason>`; `candidates` what an asked one may be."""

    index: int
    header: str
    nth: int  # 1 for the first column of that header
    filled: int
    fate: Fate
    fields: tuple[str, ...] = ()
    reason: str = ""
    params: Dict[str, Any] = field(default_factory=dict)
    candidates: tuple[str, ...] = ()

    def sentence(self, lang: str) -> str:
        """Say why a column is asked or left out; "" for one that is taken."""
        return tr(f"mapping.{self.reason}", lang, **self.params) if self.reason else ""


Column = tuple[str, int]
"""A source column by its squashed header and which of that header it is (1 = the first)."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person decided: column → field key, a key of `transforms.SPLITTERS`, or "" to leave it out; and
    field → written value → the target's value."""

    columns: Dict[Column, str] = field(default_factory=dict)
    values: Dict[str, Dict[str, str]] = field(default_factory=dict)
    saved: bool = False  # decided on an earlier day, for a file of the same layout

    def plus(self, other: Choices) -> Choices:
        """Return these choices with others added; the others win."""
        keys = dict.fromkeys((*self.values, *other.values))
        values = {key: {**self.values.get(key, {}), **other.values.get(key, {})} for key in keys}
        return Choices({**self.columns, **other.columns}, values, saved=other.saved)


@dataclass(frozen=True, slots=True)
class ValueMap:
    """The words of one field's list: `sure` written value → the target's, and those that nobody could read."""

    field: str
    sure: Dict[str, str]
    near: Dict[str, str]  # probably meant, never applied by itself
    unknown: tuple[str, ...]
    counts: Dict[str, int]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A source's columns brought to a target's fields, ready to be applied or corrected."""

    profile: Profile
    proposals: Dict[str, Proposal]
    accounts: tuple[Account, ...]
    recognised: Recognised | None
    choices: Choices
    values: Dict[str, ValueMap]
    blank: frozenset[str] = frozenset()  # what the source writes for nothing

    @property
    def questions(self) -> tuple[Account, ...]:
        """Return the columns that only a person can place."""
        return tuple(a for a in self.accounts if a.fate is Fate.ASKED)

    @property
    def exact(self) -> bool:
        """Say whether every header is the target's own: there is nothing to map."""
        own = {f.header for f in self.profile.fields}
        return all(clean(a.header) in own for a in self.accounts if a.header) and not self.choices.columns

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the headers of the target's required columns that nothing fills."""
        fields = self.profile.columns()
        return tuple(f.header for f in fields if f.required and not f.default and f.key not in self.proposals)
