"""Blocking: finds the pairs of rows worth comparing, without comparing every row with every other.

Each pass gives every row a key; rows that share a key are candidates. One pass forgives what another does not: a
wrong birth date does not hide a pair that shares a phone, a misspelt surname one that shares birth date and first
name. 100,000 rows give some ten passes of a dictionary each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import chain, combinations
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from core.cells import fold
from core.checked import Value
from core.coded import chained, distinct, folded, spread, together
from core.duplicates.persons import PHONES, postcode_key
from core.duplicates.similarity import (
    Level,
    compare_addresses,
    compare_last_names,
    compare_postcodes,
    compare_towns,
    sound,
)
from core.grouping import groups
from core.joining import both_numbered, joined, numbered, paired, small
from core.rules.placeholders import is_fake_email, is_fake_phone, is_placeholder

if TYPE_CHECKING:
    from core.joining import Codes

FULL = 12  # rows of one key that are all compared with each other: more than a household has
SHORT = 2  # letters of initials
SIFTED = 6  # pairs per row that a coarse pass may look at
LARGE = 20_000  # rows from which the coarse passes are left out: chance grows with the square of the rows
FEW = 2_000  # pairs that the coarse passes may bring together, or one a row; a pass that brings more is left out
WINDOW = 3  # in a longer list, sorted by name, each row is compared with so many before it


def candidate_pairs(values: Mapping[str, Sequence[Value]], rows: int) -> set[tuple[int, int]]:
    """Return pairs of row indexes (smaller first) that share something that one customer twice would share."""
    columns = _Columns(values, rows)
    codes = _Codes(columns)
    pairs: set[tuple[int, int]] = set()
    for found in _key_passes(values, rows):
        for group in found:
            pairs.update(_pairs_of(group, columns))
    for keys in _name_passes(codes):
        for group in groups(keys):
            pairs.update(p for p in _pairs_of(group, columns) if columns.alike(*p) and not columns.apart(*p))
    for keys in _place_passes(codes):
        for group in groups(keys):
            pairs.update(_pairs_of(group, columns))
    return pairs | (_coarse_pairs(columns, codes, rows, pairs) if rows <= LARGE else set())


def _coarse_pairs(columns: _Columns, codes: _Codes, rows: int, known: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the further pairs of the coarse passes, as long as they are few."""
    pairs: set[tuple[int, int]] = set()
    seen = set(known)
    for keys in _coarse_passes(codes):
        found = list(groups(keys))
        if sum(len(group) * (len(group) - 1) // 2 for group in found) > SIFTED * rows:
            continue
        fresh = {pair for group in found for pair in _pairs_of(group, columns)} - seen
        new = {pair for pair in fresh if not columns.apart(*pair)}
        if len(pairs) + len(new) <= max(rows, FEW):
            seen |= fresh
            pairs |= new
    return pairs


def without_habits(values: Mapping[str, Sequence[Value]]) -> dict[str, Sequence[Value]]:
    """Return columns without the e-mails and phones of more rows than a household has: the shop's own, typed by habit.

    They tell nobody apart, and would make a family of the whole file.
    """
    found = dict(values)
    for key in ("email", *PHONES):
        column = values.get(key, ())
        shared = groups(folded(column) if key == "email" else column)
        crowds = [rows for rows in shared if len(rows) > FULL]
        if crowds:
            kept = list(column)
            for row in chain.from_iterable(crowds):
                kept[row] = None
            found[key] = kept
    return found


def _pairs_of(group: list[int], columns: _Columns) -> Iterable[tuple[int, int]]:
    """Return the pairs of a group: all of them, or in a long one only neighbours in the order of their names."""
    if len(group) <= FULL:
        return combinations(group, 2)
    last, first = columns.last, columns.first
    ordered = sorted(group, key=lambda row: (last[row], first[row]))
    near = ((ordered[n - step], row) for n, row in enumerate(ordered) for step in range(1, min(WINDOW, n) + 1))
    return ((min(a, b), max(a, b)) for a, b in near)


class _Columns:
    """The attributes that keys are made of, folded, each distinct value once; "" is blank."""

    def __init__(self, values: Mapping[str, Sequence[Value]], rows: int) -> None:
        self.values, self.rows = values, rows
        self.first = self.each("first_name", _name)
        self.last = self._last_names()
        self.birth = self.each("birth_date", lambda v: v.isoformat().replace("-", "") if isinstance(v, date) else "")
        self.postcode = self.each("postcode", lambda v: postcode_key(str(v)) or "")
        self.city = self.each("city", _name)
        self.street = self.each("address1", lambda v: fold(str(v)))
        second = self.each("address2", lambda v: fold(str(v)))
        self.whole = self._plain(spread(together(self.street, second), lambda both: " ".join(filter(None, both))))

    def _last_names(self) -> Sequence[str]:
        """Return the family names, of rows without any name the company's."""
        last = self.each("last_name", _name)
        if all(distinct(last)):
            return last
        companies = self.each("company" if "company" in self.values else "legal_name", _name)
        return [a or ("" if b else c) for a, b, c in zip(last, self.first, companies, strict=True)]

    def each(self, key: str, rule: Callable[[Value], str]) -> Sequence[str]:
        """Return a column through a rule."""
        column = self.values.get(key)
        if column is None:
            return [""] * self.rows
        return self._plain(spread(column, lambda value: "" if value is None else rule(value)))

    def _plain(self, column: Sequence[str]) -> Sequence[str]:
        """Return the column as a list where the coarse passes will look at many rows one by one."""
        return column if self.rows > LARGE else list(column)

    def alike(self, a: int, b: int) -> bool:
        """Say whether the names of two rows may be one person's, the right way round or swapped."""
        last, other_last, first, other_first = self.last[a], self.last[b], self.first[a], self.first[b]
        straight = (last == other_last or _near(last, other_last)) and (
            first == other_first or _near(first, other_first)
        )
        return straight or (_near(last, other_first) and _near(first, other_last))

    def apart(self, a: int, b: int) -> bool:
        """Say whether two rows with no key or contact in common are surely two persons of two households.

        They are when born on other days, and in other towns or at other addresses: no verdict of `core.duplicates`
        outweighs that, and most chance pairs end here.
        """
        born, other_born, street, whole = self.birth[a], self.birth[b], self.street, self.whole
        if not born or not other_born or _near_dates(born, other_born):
            return False
        near = compare_postcodes(self.postcode[a], self.postcode[b]) or Level.DIFFERENT
        if near < Level.NEAR and (compare_towns(self.city[a], self.city[b]) or Level.DIFFERENT) < Level.NEAR:
            return True
        return not (compare_addresses(street[a], street[b]) or compare_addresses(whole[a], whole[b]))


def _name(value: Value) -> str:
    return "" if is_placeholder(str(value)) else fold(str(value))


@lru_cache(maxsize=100_000)
def _near(a: str, b: str) -> bool:
    """Say whether two names are the same, nearly the same, or one a part of the other."""
    first = a[:1] == b[:1] and min(len(a), len(b)) <= SHORT
    return first or bool(compare_last_names(a, b)) or a.startswith(b) or b.startswith(a)


def _near_dates(a: str, b: str) -> bool:
    """Say whether two dates are one but for a slip, as `compare_dates` has it; written 19870324."""
    return OSA.distance(a, b, score_cutoff=1) <= 1 or (a[:4] == b[:4] and a[4:6] + a[6:] == b[6:] + b[4:6])


def _key_passes(values: Mapping[str, Sequence[Value]], rows: int) -> Iterator[Iterable[list[int]]]:
    """Yield the groups of rows with the same account, card, e-mail or phone; words for nothing are none of these."""
    for key in ("account_number", "loyalty_card"):
        yield groups(folded(values.get(key, ())), is_placeholder)
    yield groups(folded(values.get("email", ())), is_fake_email)
    for group in groups(chained([values[key] for key in PHONES if key in values]), is_fake_phone):
        callers = sorted({place % rows for place in group})  # one's mobile may be another's landline
        if len(callers) > 1:
            yield [callers]


class _Codes:
    """The same attributes as codes, and what they sound like."""

    def __init__(self, columns: _Columns) -> None:
        self.columns = columns
        self.birth, self.postcode, self.city = map(numbered, (columns.birth, columns.postcode, columns.city))
        self.address = numbered(columns.street, lambda street: street.replace(" ", ""))
        self.last_sound, self.first_sound = both_numbered(columns.last, columns.first, sound)
        self.sounds = small(paired(self.last_sound, self.first_sound))  # swapped names meet


def _name_passes(codes: _Codes) -> Iterator[Codes]:
    """Yield the passes of names that sound the same in one place or on one birth date; many turn out different."""
    yield joined(codes.sounds, codes.postcode)
    yield joined(codes.sounds, codes.birth)


def _place_passes(codes: _Codes) -> Iterator[Codes]:
    """Yield the passes of one household, whatever the first names."""
    yield joined(codes.birth, codes.postcode)
    yield joined(small(joined(codes.address, codes.last_sound)), codes.postcode)


def _coarse_passes(codes: _Codes) -> Iterator[Codes]:
    """Yield the passes that are good for a file of some thousand rows, and bring chance alone in a larger one."""
    yield codes.birth
    yield codes.address
    yield paired(*both_numbered(codes.columns.last, codes.columns.first))
    yield codes.sounds
    yield joined(codes.city, codes.last_sound)
    yield joined(codes.city, codes.first_sound)
    yield joined(codes.postcode, codes.last_sound)
    yield joined(codes.postcode, codes.first_sound)
