"""A mapping in the making: what each step has claimed, and what is still free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from core.cells import clean, squash, text
from core.mapping.data import Account, Choices, Column, Evidence, Fate, How, Proposal
from core.mapping.looks import denies, holds_full_names, look_of, sample
from core.mapping.sources import Recognised, Source, matching, names_of
from core.mapping.transforms import PARTS, SOMETIMES, SPLITTERS, Copy, Join, Numbers, Opposite, Piece, Transform
from core.mapping.words import is_part_of_street, may_be, meanings, nearest, own_words, says_opposite, somebody_else
from core.profiles import Profile
from core.tables import Cell, Table

SCORES = {How.CHOICE: 1.0, How.SAVED: 1.0, How.EXACT: 1.0, How.SOURCE: 0.98, How.SYNONYM: 0.92}
PROPOSED_SOURCE = 0.9  # a source whose header row nobody has seen in a real export
BY_VALUES, BY_NEAR = 0.85, 0.9  # what a share of alike values, or a likeness of spelling, is worth at most

Reason = tuple[str, dict[str, Any]]


@dataclass(slots=True)
class Question:
    """Why a column is asked, and what it may be."""

    reason: str
    params: dict[str, Any]
    candidates: tuple[str, ...] = ()


def column_keys(headers: Sequence[str]) -> list[Column]:
    """Return each column as its squashed header and which of that header it is."""
    seen: dict[str, int] = {}
    keys = []
    for name in map(squash, headers):
        seen[name] = seen.get(name, 0) + 1
        keys.append((name, seen[name]))
    return keys


@dataclass
class Draft:
    """The columns of a table on their way to a profile's fields. Each step claims what the ones before left free."""

    table: Table
    profile: Profile
    recognised: Recognised | None
    choices: Choices
    proposals: dict[str, Proposal] = field(default_factory=dict)
    asked: dict[int, Question] = field(default_factory=dict)
    left: dict[int, Reason] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.source: Source | None = self.recognised.source if self.recognised else None
        self.names = names_of(self.table.headers, self.source)
        self.keys = column_keys(self.table.headers)
        self.fields = {f.key: f for f in self.profile.columns() if not f.read_only}
        self.filled = [self._count(column) for column in self.table.columns]
        for index, count in enumerate(self.filled):
            if not count:
                self.left[index] = ("left_empty", {})

    def _count(self, column: Sequence[Cell]) -> int:
        blank = self.source.blank if self.source else ()
        return len(column) - column.count(None) - sum(column.count(word) for word in blank)

    @cached_property
    def samples(self) -> dict[int, list[Cell]]:
        """Return the distinct values looked at, of every filled column."""
        blank = set(self.source.blank) if self.source else set()
        return {i: [c for c in sample(self.table.columns[i]) if c not in blank] for i in range(len(self.filled))}

    @cached_property
    def own(self) -> dict[str, set[str]]:
        """Return the target's own words."""
        return own_words(self.profile)

    def free(self) -> list[int]:
        """Return the columns that nothing has claimed, asked or left out."""
        used = {c for p in self.proposals.values() for c in p.transform.columns}
        return [i for i in range(len(self.filled)) if i not in used and i not in self.asked and i not in self.left]

    def _ours(self) -> list[int]:
        """Return the free columns whose header does not speak of somebody else."""
        return [i for i in self.free() if not somebody_else(self.table.headers[i])]

    def _lacks(self, key: str) -> bool:
        return key in self.fields and key not in self.proposals

    def claim(self, key: str, transform: Transform, evidence: Evidence) -> None:
        """Give a field its transform, unless it has one."""
        self.proposals.setdefault(key, Proposal(key, transform, evidence))

    # the steps, in order

    def take_choices(self) -> None:
        """Do what a person decided; several columns for one field are joined."""
        how = How.SAVED if self.choices.saved else How.CHOICE
        wanted: dict[str, list[int]] = {}
        for index, column in enumerate(self.keys):
            key = self.choices.columns.get(column)
            if key == "":
                self.left[index] = ("left_choice", {})
            elif key:
                self.left.pop(index, None)
                wanted.setdefault(key, []).append(index)
        for key, columns in wanted.items():
            self._take(key, columns, Evidence(how, SCORES[how]))

    def take_source(self) -> None:
        """Do what the recognised source says of its columns."""
        from core.mapping.recipes import Kitchen

        if not self.recognised or not self.source:
            return
        never = {i for h in self.source.never for i in matching(h, self.names)}
        self.left |= {i: ("left_never", {}) for i in never if self.filled[i]}
        name = {"source": self.source.name}
        for header in self.source.ask:
            for i in set(matching(header, self.names)).intersection(self.free()):
                self.asked[i] = Question("ask_free", name)
        score = SCORES[How.SOURCE] if self.source.mark == "sourced" else PROPOSED_SOURCE
        made = Kitchen(self.names, set(self.free())).cook(self.source)
        for key, transform in made.items():
            if not isinstance(transform, Numbers) or any(transform.make(self.table.columns)):
                self.claim(key, transform, Evidence(How.SOURCE, score, name))
            if isinstance(transform, Numbers):
                self.left |= {label: ("left_label", {}) for _, label in transform.pool if label is not None}
        ignored = {i for h in self.source.known() for i in matching(h, self.names)}
        known = {self.names[i] for i in ignored}
        for i in self.free():
            if i in ignored or self.names[i] in known:
                self.left[i] = ("left_source", name)

    def take_exact(self) -> None:
        """Take the headers that are written exactly as the target's, unless a foreign file's values deny one."""
        headers = {f.header: key for key, f in self.fields.items()}
        own = {f.header for f in self.profile.fields}
        whole = all(clean(header) in own for header in self.table.headers if header)
        for i in self.free():
            key = headers.get(clean(self.table.headers[i]))
            if key and not self._is_whole_name(i, key) and (whole or not denies(key, self.samples[i])):
                self.claim(key, self._single(i, key), Evidence(How.EXACT, SCORES[How.EXACT]))

    def _is_whole_name(self, index: int, key: str) -> bool:
        """Say whether a column called "Nom" holds the first names too, which no other column has."""
        others = (meanings(header, self.own)[0] for header in self.table.headers)
        return (
            key == "last_name" and holds_full_names(self.samples[index]) and not any("first_name" in k for k in others)
        )

    def take_synonyms(self) -> None:
        """Take the headers that are known words of one field; a tie is asked, and so is a word that the values deny."""
        claims: dict[str, list[int]] = {}
        words: dict[int, str] = {}
        for i in (i for i in self.free() if is_part_of_street(self.table.headers[i])):
            self.asked[i] = Question("ask_street", {}, ("address1",))
        for i in self.free():
            keys, words[i] = meanings(self.table.headers[i], self.own)
            able = [k for k in sorted(keys) if not denies(k, self.samples[i])]
            if keys and not able:
                self.asked[i] = Question("ask_denied", {"field": sorted(keys)[0]}, tuple(sorted(keys)))
            elif len(able) > 1:
                self.asked[i] = Question("ask_meanings", {}, tuple(able))
            elif able:
                claims.setdefault("full_name" if self._is_whole_name(i, able[0]) else able[0], []).append(i)
        for key, columns in sorted(claims.items(), key=lambda claim: claim[0] in SPLITTERS):  # a full name is a spare
            self._settle(key, columns, {i: Evidence(How.SYNONYM, SCORES[How.SYNONYM]) for i in columns})

    def take_looks(self) -> None:
        """Take the columns whose values are plainly those of one field that nothing else has claimed."""
        claims: dict[str, dict[int, Evidence]] = {}
        for i in self._ours():
            found = look_of(self.samples[i])
            if found and self._lacks(found[0]) and may_be(found[0], self.table.headers[i]):
                evidence = Evidence(How.VALUES, round(BY_VALUES * found[1], 2), {"share": f"{found[1]:.0%}"})
                claims.setdefault(found[0], {})[i] = evidence
        for key, columns in claims.items():
            self._settle(key, list(columns), columns)

    def take_near(self) -> None:
        """Take the headers that are nearly spelt like a known word."""
        claims: dict[str, dict[int, Evidence]] = {}
        for i in self._ours():
            found = nearest(self.table.headers[i], self.own, (k for k in self.fields if k not in self.proposals))
            if found and may_be(found[0], self.table.headers[i]) and not denies(found[0], self.samples[i]):
                score = round(BY_NEAR * found[2], 2)
                claims.setdefault(found[0], {})[i] = Evidence(How.NEAR, score, {"share": f"{found[2]:.0%}"})
        for key, columns in claims.items():
            self._settle(key, list(columns), columns)

    def _settle(self, key: str, columns: list[int], evidence: dict[int, Evidence]) -> None:
        """Give a field the one column that claims it; several are a tie, and a field already made asks nothing more."""
        parts = PARTS.get(key, (key,))
        if all(part in self.proposals for part in parts):
            self.left |= {i: ("left_made", {"field": key}) for i in columns}
        elif len(columns) > 1:
            headers = [self.table.headers[i] for i in columns]
            self.asked |= {i: Question("ask_tie", {"field": key, "headers": headers}, (key,)) for i in columns}
        else:
            self._take(key, columns, evidence[columns[0]])

    def _take(self, key: str, columns: list[int], evidence: Evidence) -> None:
        if key in SPLITTERS and f"x_{key}" not in self.fields:
            more = SOMETIMES.get(key, "")
            found = any(SPLITTERS[key](text(c)).get(more) for c in self.samples[columns[0]])
            for part in (*PARTS[key], *((more,) if found else ())):
                self.claim(part, Piece(columns[0], part, key), evidence)
        else:
            key = f"x_{key}" if key in SPLITTERS else key
            several = Join(tuple(columns), ", " if key in ("notes", "address2") else " ")
            self.claim(key, self._single(columns[0], key) if len(columns) == 1 else several, evidence)

    def _single(self, index: int, key: str) -> Transform:
        """Return how a field is made of one column: as it is, unless its header says the opposite of the field."""
        return Opposite(index) if says_opposite(self.table.headers[index], key, self.profile) else Copy(index)

    # the end

    def fit_target(self) -> None:
        """Make up for what the target lacks, then leave out the fields that it does not have."""
        if "phone2" in self.proposals and "phone" not in self.proposals:
            self.proposals["phone"] = replace(self.proposals.pop("phone2"), field="phone")
        self._join_where_lacking("x_full_name", ("first_name", "last_name"), " ")
        self._join_where_lacking("x_town_line", ("postcode", "city"), " ")
        if "address2" not in self.fields:
            self._join_where_lacking("address1", ("address1", "address2"), ", ")
        for key in [k for k in self.proposals if k not in self.fields]:
            columns = self.proposals.pop(key).transform.columns
            used = {c for p in self.proposals.values() for c in p.transform.columns}
            self.left |= {i: ("left_no_place", {"field": key, "system": self.profile.name})
                          for i in columns if i not in used}  # fmt: skip

    def _join_where_lacking(self, key: str, parts: tuple[str, ...], separator: str) -> None:
        made = [self.proposals[p] for p in parts if p in self.proposals]
        if key in self.fields and len(made) > 1 and all(isinstance(p.transform, Copy) for p in made):
            columns = tuple(c for p in made for c in p.transform.columns)
            self.proposals[key] = Proposal(key, Join(columns, separator), made[0].evidence)

    def accounts(self) -> tuple[Account, ...]:
        """Say what becomes of every column."""
        uses: dict[int, list[str]] = {}
        joined: set[int] = set()
        for key, proposal in self.proposals.items():
            for column in proposal.transform.columns:
                uses.setdefault(column, []).append(key)
                if len(proposal.transform.columns) > 1:
                    joined.add(column)
        return tuple(self._account(i, uses.get(i, ()), joined=i in joined) for i in range(len(self.keys)))

    def _account(self, index: int, fields: Iterable[str], *, joined: bool) -> Account:
        header, nth, filled = self.table.headers[index], self.keys[index][1], self.filled[index]
        keys = tuple(fields)
        if keys:
            return Account(index, header, nth, filled, Fate.JOINED if joined else Fate.TAKEN, keys)
        if question := self.asked.get(index):
            able = tuple(c for c in question.candidates if c in self.fields or c in SPLITTERS)
            return Account(index, header, nth, filled, Fate.ASKED, (), question.reason, question.params, able)
        reason, params = self.left.get(index, ("left_unknown", {}))
        return Account(index, header, nth, filled, Fate.LEFT_OUT, (), reason, params)
