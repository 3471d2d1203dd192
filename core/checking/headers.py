"""Headers: which column of a sheet is which field, and which system a header row looks like.

A header is matched exactly first, then without regard to accents, capitals and punctuation, then by the profile's
synonyms and labels. Nothing is guessed: a tie stops with the names of the columns, an unknown header is reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.cells import clean, squash
from core.errors import InputError
from core.exported import HEADERS as HIDDEN
from core.issues import SEVERITY, Code, Issue
from core.profiles import Field, Profile, profile_files, read_profile
from core.tables import column_letters

LOOKS_LIKE = 0.6  # share of a header row that must be a system's own headers to say that it is that system's
OWN_SHARE = 0.5  # and of the system's headers that must be there, to refuse the row for another system
LEAST_HEADERS = 3


@dataclass(slots=True)
class HeaderMatch:
    """Which column holds which field: `columns[key]` is an index in the headers; `unknown` are the others."""

    columns: dict[str, int]
    issues: list[Issue] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)


def match_headers(headers: Sequence[str], profile: Profile, options: Mapping[str, str] | None = None) -> HeaderMatch:
    """Match a header row with a system's columns under these run options.

    Raises InputError: two columns for one field, one header for two fields, a required column missing, or the
    headers of another system.
    """
    fields = profile.columns(dict(options or {}))
    try:
        columns, synonyms = _match(headers, fields)
    except InputError:
        _refuse_other_system(headers, profile)
        raise
    found = HeaderMatch(columns)
    taken = set(columns.values())
    found.unknown = [i for i, h in enumerate(headers) if i not in taken and clean(h) and h not in HIDDEN]
    if len(columns) < len(fields):
        _refuse_other_system(headers, profile)
    missing = [f.header for f in fields if f.required and not f.default and f.key not in columns]
    if missing:
        raise _missing(headers, profile, missing)
    for key in synonyms:
        header = headers[columns[key]]
        known = next(f for f in fields if f.key == key)
        found.issues.append(_issue(profile, Code.HEADER_SYNONYM, header, key, meant=known.header))
    found.issues += [_unsent(headers[i], profile) for i in found.unknown]
    return found


def _unsent(header: str, profile: Profile) -> Issue:
    """Say why a column is not sent: the system does not know it, or takes it only under a run option that is off."""
    name = squash(header)
    known = next((f for f in profile.fields if f.option and squash(f.header) == name), None)
    if known is None:
        return _issue(profile, Code.HEADER_UNKNOWN, header)
    return _issue(profile, Code.HEADER_OPTION, header, option=known.option)


def _issue(profile: Profile, code: Code, header: str, key: str = "", **params: object) -> Issue:
    severity = profile.severity.get(code, SEVERITY[code])
    return Issue(None, header, key, code, severity, header, dict(params))


def _match(headers: Sequence[str], fields: Sequence[Field]) -> tuple[dict[str, int], list[str]]:
    """Return field → column, and the fields found by a synonym. Raises InputError for a tie."""
    columns: dict[str, int] = {}
    exact = [clean(h) for h in headers]
    plain = [squash(h) for h in headers]
    tiers = (
        (exact, {f.key: {f.header} for f in fields}),
        (plain, {f.key: {squash(f.header)} for f in fields}),
        (plain, {f.key: {squash(s) for s in (*f.synonyms, *f.label.values())} for f in fields}),
    )
    new: dict[str, int] = {}
    for names, words in tiers:
        wanted = [(f, words[f.key]) for f in fields if f.key not in columns]
        new = _claims(headers, names, wanted, set(columns.values()))
        columns |= new
    return columns, list(new)


def _claims(
    headers: Sequence[str], names: Sequence[str], wanted: Iterable[tuple[Field, set[str]]], taken: set[int]
) -> dict[str, int]:
    """Return which free header each field claims by one of its words. Raises InputError for a tie."""
    places: dict[str, list[int]] = defaultdict(list)
    for index, name in enumerate(names):
        if name and index not in taken:
            places[name].append(index)
    claims: dict[str, int] = {}
    owner: dict[int, Field] = {}
    for known, words in wanted:
        mine = sorted({i for word in words for i in places.get(word, ())})
        if len(mine) > 1:
            both = [f"{headers[i]} ({column_letters(i + 1)})" for i in mine]
            raise InputError("headers.two_columns", field=known.header, columns=both)
        for i in mine:
            if i in owner:
                raise InputError("headers.two_fields", header=headers[i], fields=[owner[i].header, known.header])
            owner[i] = known
            claims[known.key] = i
    return claims


def recognise(headers: Sequence[str], profiles: Iterable[Profile]) -> list[tuple[Profile, float]]:
    """Return the systems that a header row looks like, the likeliest first, with the share of it that is their own.

    Synonyms do not count: every system knows them.
    """
    row = {squash(h) for h in headers if clean(h)}
    scores = [(p, len(row & {squash(f.header) for f in p.fields}) / len(row) if row else 0.0) for p in profiles]
    return sorted((s for s in scores if s[1] > 0), key=lambda s: -s[1])


def _likeliest_other(headers: Sequence[str], profile: Profile) -> tuple[Profile | None, float]:
    """Return the shipped system that the row looks like more than the one asked for, and its share of the row."""
    own = {p.id: share for p, share in recognise(headers, [profile])}.get(profile.id, 0.0)
    if own >= 1 / 2:  # no share is twice as large, and the other profiles need not be read
        return None, own
    others = [read_profile(path) for name, path in profile_files().items() if name != profile.id]
    ranked = recognise(headers, others)
    if ranked and ranked[0][1] >= LOOKS_LIKE and own < ranked[0][1] / 2:
        return ranked[0]
    return None, own


def _refuse_other_system(headers: Sequence[str], profile: Profile) -> None:
    """Raise InputError when the row is plainly another system's: most of it, and most of that system's columns."""
    other, share = _likeliest_other(headers, profile)
    if other is None:
        return
    there = round(share * len({squash(h) for h in headers if clean(h)}))
    if there >= LEAST_HEADERS and there >= OWN_SHARE * len(other.columns()):
        raise InputError("headers.other_system", system=profile.name, other=other.name, id=other.id)


def _missing(headers: Sequence[str], profile: Profile, missing: list[str]) -> InputError:
    """Make the error of missing columns, naming the system that the row looks like if there is one."""
    other, _ = _likeliest_other(headers, profile)
    if other is not None:
        return InputError("headers.missing_other", system=profile.name, missing=missing, other=other.name, id=other.id)
    return InputError("headers.missing", system=profile.name, missing=missing)
