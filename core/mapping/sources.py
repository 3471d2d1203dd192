"""Sources: where customers come from (Outlook, Google, MYOB, a till…), described in one TOML file each.

A source says by which headers it is known, which column holds which field, and which columns must never be taken.
A new source is a new file in `templates/sources`; every system is a source too, from its profile alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from core.cells import clean, squash
from core.profiles import Profile, Words, profile_files, read_profile, read_toml

SHIPPED_SOURCES = Path(__file__).parents[2] / "templates" / "sources"
NUMBER = "{n}"
"""In a header of a source: any number, as in Google's "Phone 2 - Value"."""
COVERED = 0.6  # share of a file's headers that a source must know to be recognised
MARKS_NEEDED = 3  # of the headers that only this source has
SYSTEM_SHARE = 0.5  # of a system's headers that a file must have: "Nom, Prénom, Ville" is anybody's


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one field is made of a source's columns, by their headers.

    `way`: `first` (the first filled one), `join`, `split` (the field's own part of a full name or of "75001 Paris"),
    `numbers` (the phones of all the columns, sorted by label and form), `items` (a list in one cell), `if_filled`
    and `if_empty` (only where the column `other` is, or is not, filled), `opposite` (a yes that is our no).
    """

    field: str
    headers: tuple[str, ...]
    way: str = "first"
    labels: tuple[str, ...] = ()
    separator: str = " "
    drop: str = ""  # items that start so are none
    without: str = ""  # a sign that the source adds before the value
    other: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Everything Carnet knows of one source's file. Headers are written as the source writes them."""

    id: str
    name: Words
    mark: str  # sourced or proposed: whether the header row was seen in a real export
    source: str
    marks: tuple[str, ...]  # headers that hardly any other source has
    recipes: tuple[Recipe, ...]
    blocks: tuple[tuple[Recipe, ...], ...] = ()  # several addresses: the first filled one is taken whole
    variants: dict[str, str] = field(default_factory=dict)  # another spelling → the header used here
    blank: tuple[str, ...] = ()  # what the source writes for nothing
    never: tuple[str, ...] = ()  # secrets that no customer file needs
    ask: tuple[str, ...] = ()  # free fields: only the office knows what it kept there
    ignore: tuple[str, ...] = ()  # columns of the source that no customer card has
    choices: dict[str, dict[str, str]] = field(default_factory=dict)  # field → written value → Carnet's code
    country_style: str = "iso2"
    least: float = 0.0  # share of its own headers that must be there to recognise it

    def known(self) -> list[str]:
        """Return every header that this source may have."""
        made = [h for r in (*self.recipes, *(r for b in self.blocks for r in b)) for h in (*r.headers, *r.labels)]
        return [*made, *self.marks, *self.variants, *self.never, *self.ask, *self.ignore]


@dataclass(frozen=True, slots=True)
class Recognised:
    """A source that a header row looks like: the share of the row that it knows, and the headers that gave it away."""

    source: Source
    share: float
    marks: tuple[str, ...]


def source_files(folders: Iterable[Path] = ()) -> dict[str, Path]:
    """Return the file of every known source by id; a later folder (the user's own) wins over the shipped one."""
    return {p.stem: p for folder in (SHIPPED_SOURCES, *folders) for p in sorted(folder.glob("*.toml"))}


def load_sources(folders: Iterable[Path] = (), systems: Iterable[Path] = ()) -> list[Source]:
    """Read every source, the systems among them. `folders` hold the user's own sources, `systems` the learnt systems.

    Raises ProfileError for a broken file.
    """
    profiles = [read_profile(path) for path in profile_files(systems).values()]
    return [read_source(path) for path in source_files(folders).values()] + [system_source(p) for p in profiles]


def header_hints(sources: Iterable[Source]) -> list[str]:
    """Return the headers that a reader may hope for, to find a header row under a title block."""
    return [header.replace(NUMBER, "1") for source in sources for header in source.known()]


def read_source(path: Path) -> Source:
    """Read one source's TOML file. Raises ProfileError with the file, the line and the reason."""
    from core.mapping.source_reader import SourceReader

    text, data = read_toml(path)
    return SourceReader(path, text).source(data)


def system_source(profile: Profile) -> Source:
    """Return a system as a source of the others: its headers, and its own words for its choices."""
    headers = tuple(f.header for f in profile.fields)
    return Source(
        id=profile.id,
        name={"fr": profile.name, "en": profile.name},
        mark=profile.headers_mark or "sourced",
        source="",
        marks=headers,
        recipes=tuple(Recipe(f.key, (f.header,), "opposite" if f.inverse else "first") for f in profile.fields),
        choices={f.key: {c.value: c.code for c in f.choices} for f in profile.fields if f.choices},
        country_style=profile.country_style,
        least=SYSTEM_SHARE,
    )


@cache
def pattern(header: str) -> re.Pattern[str]:
    """Return what finds a source's header among squashed headers; `{n}` stands for any number."""
    parts = [re.escape(squash(part)) for part in header.split(NUMBER)]
    return re.compile(r"(\d+)".join(parts))


def matching(header: str, names: Sequence[str]) -> list[int]:
    """Return the indexes of the squashed `names` that are a source's header; with `{n}` in the order of the numbers.

    Of a header that occurs several times only the first counts: MYOB's five address blocks have the same names.
    """
    found = pattern(header)
    hits = [(m, i) for i, name in enumerate(names) if (m := found.fullmatch(name))]
    if NUMBER not in header:
        return [i for _, i in hits[:1]]
    first: dict[int, int] = {}
    for match, index in hits:
        first.setdefault(int(match[1]), index)
    return [first[number] for number in sorted(first)]


def names_of(headers: Sequence[str], source: Source | None = None) -> list[str]:
    """Return headers squashed for comparing, a source's other spellings replaced by the one it is described by."""
    spelling = {squash(other): squash(used) for other, used in source.variants.items()} if source else {}
    return [spelling.get(name, name) for name in map(squash, headers)]


def recognise_source(headers: Sequence[str], sources: Iterable[Source]) -> Recognised | None:
    """Return the source that a header row comes from, or None when none is sure enough.

    A source is recognised when it knows most of the row and at least three of its own marks are there. Between
    several, the one whose header row is nearest to the file's wins.
    """
    found: list[tuple[float, float, Recognised]] = []
    for source in sources:
        names = [name for name in names_of(headers, source) if name]
        known = [pattern(h) for h in source.known()]
        hits = {n for n in names if any(k.fullmatch(n) for k in known)}
        marks = tuple(h for h in headers if clean(h) and _is_one_of(names_of([h], source)[0], source.marks))
        share = sum(n in hits for n in names) / len(names) if names else 0.0
        if len(marks) < source.least * len(source.marks):
            continue
        if share >= COVERED and len(set(marks)) >= min(MARKS_NEEDED, len(source.marks)):
            likeness = len(hits) / (len({squash(h) for h in source.known()} | set(names)))
            found.append((share, likeness, Recognised(source, share, marks)))
    return max(found, key=lambda f: f[:2])[2] if found else None


def _is_one_of(name: str, headers: Iterable[str]) -> bool:
    return any(pattern(h).fullmatch(name) for h in headers)
