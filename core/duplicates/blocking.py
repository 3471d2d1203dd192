"""Blocking: finds the pairs of rows worth comparing, without comparing every row with every other.

Each pass gives every row a key; rows that share a key are candidates. One pass forgives what another does not: a
wrong birth date does not hide a pair that shares a phone, a misspelt surname one that shares birth date and first
name. 100,000 rows give some ten passes of a dictionary each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import combinations, compress

from rapidfuzz.distance import OSA

from core.cells import fold
from core.checked import Value
from core.duplicates.persons import PHONES, postcode_key
from core.duplicates.similarity import (
    Level,
    compare_addresses,
    compare_last_names,
    compare_postcodes,
    compare_towns,
    sound,
)
from core.rules.placeholders import is_fake_email, is_fake_phone, is_placeholder

FULL = 12  # rows of one key that are all compared with each other: more than a household has
SHORT = 2  # letters of initials
SIFTED = 6  # pairs per row that a coarse pass may look at
LARGE = 20_000  # rows from which the coarse passes are left out: chance grows with the square of the rows
FEW = 2_000  # pairs that the coarse passes may bring together, or one a row; a pass that brings more is left out
WINDOW = 3  # in a longer list, sorted by name, each row is compared with so many before it

Keys = Sequence[str | None]


def candidate_pairs(values: Mapping[str, list[Value]], rows: int) -> set[tuple[int, int]]:
    """Return pairs of row indexes (smaller first) that share something that one customer twice would share."""
    columns = _Columns(values, rows)
    pairs: set[tuple[int, int]] = set()
    for found in _key_passes(values, rows):
        for group in found:
            pairs.update(_pairs_of(group, columns))
    for keys in _name_passes(columns):
        for group in groups(keys):
            pairs.update(p for p in _pairs_of(group, columns) if columns.alike(*p) and not columns.apart(*p))
    for keys in _place_passes(columns):
        for group in groups(keys):
            pairs.update(_pairs_of(group, columns))
    return pairs | (_coarse_pairs(columns, rows, pairs) if rows <= LARGE else set())


def _coarse_pairs(columns: _Columns, rows: int, known: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the further pairs of the coarse passes, as long as they are few."""
    pairs: set[tuple[int, int]] = set()
    seen = set(known)
    for keys in _coarse_passes(columns):
        found = list(groups(keys))
        if sum(len(group) * (len(group) - 1) // 2 for group in found) > SIFTED * rows:
            continue
        fresh = {pair for group in found for pair in _pairs_of(group, columns)} - seen
        new = {pair for pair in fresh if not columns.apart(*pair)}
        if len(pairs) + len(new) <= max(rows, FEW):
            seen |= fresh
            pairs |= new
    return pairs


def without_habits(values: Mapping[str, list[Value]]) -> dict[str, list[Value]]:
    """Return columns without the e-mails and phones of more rows than a household has: the shop's own, typed by habit.

    They tell nobody apart, and would make a family of the whole file.
    """
    found = dict(values)
    for key in ("email", *PHONES):
        column = values.get(key, [])
        distinct = set(column)
        if len(column) - column.count(None) - len(distinct) < FULL - 1:  # too few come again
            continue
        counts = Counter(column)
        counts.pop(None, None)
        if max(counts.values(), default=0) > FULL:
            found[key] = [None if counts[value] > FULL else value for value in column]
    return found


def groups(keys: Keys, nothing: Callable[[str], bool] | None = None) -> Iterator[list[int]]:
    """Yield the rows of each key that occurs more than once; None, "" and what `nothing` says are no keys."""
    counts = Counter(keys)
    blank = counts.pop(None, 0) + counts.pop("", 0)
    if len(counts) + blank == len(keys):
        return
    found: dict[str | None, list[int]] = {key: [] for key, count in counts.items() if count > 1}
    for row in compress(range(len(keys)), map(found.__contains__, keys)):
        found[keys[row]].append(row)
    for key, members in found.items():
        if key and (nothing is None or not nothing(key)):
            yield members


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

    def __init__(self, values: Mapping[str, list[Value]], rows: int) -> None:
        self.values, self.rows = values, rows
        companies = self.each("company", _name) if "company" in values else self.each("legal_name", _name)
        last, first = self.each("last_name", _name), self.each("first_name", _name)
        self.last = [a or ("" if b else c) for a, b, c in zip(last, first, companies, strict=True)]
        self.first = first
        self.birth = self.each("birth_date", lambda v: v.isoformat().replace("-", "") if isinstance(v, date) else "")
        self.postcode = self.each("postcode", lambda v: postcode_key(str(v)) or "")
        self.city = self.each("city", _name)
        self.street = self.each("address1", lambda v: fold(str(v)))
        self.address = [street.replace(" ", "") for street in self.street]
        second = self.each("address2", lambda v: fold(str(v)))
        self.whole = [f"{a} {b}" if b else a for a, b in zip(self.street, second, strict=True)]
        self.last_sound, self.first_sound = self.sounds(self.last), self.sounds(first)
        self.names = [_two(a, b) for a, b in zip(self.last_sound, self.first_sound, strict=True)]

    def each(self, key: str, rule: Callable[[Value], str]) -> list[str]:
        """Return a column through a rule."""
        column = self.values.get(key)
        if column is None:
            return [""] * self.rows
        known = {value: "" if value is None else rule(value) for value in set(column)}
        return [known[value] for value in column]

    def alike(self, a: int, b: int) -> bool:
        """Say whether the names of two rows may be one person's, the right way round or swapped."""
        last, first = self.last, self.first
        straight = _near(last[a], last[b]) and _near(first[a], first[b])
        return straight or (_near(last[a], first[b]) and _near(first[a], last[b]))

    def apart(self, a: int, b: int) -> bool:
        """Say whether two rows with no key or contact in common are surely two persons of two households.

        They are when born on other days, and in other towns or at other addresses: no verdict of `core.duplicates`
        outweighs that, and most chance pairs end here.
        """
        born, street, whole = self.birth, self.street, self.whole
        if not born[a] or not born[b] or _near_dates(born[a], born[b]):
            return False
        near = compare_postcodes(self.postcode[a], self.postcode[b]) or Level.DIFFERENT
        if near < Level.NEAR and (compare_towns(self.city[a], self.city[b]) or Level.DIFFERENT) < Level.NEAR:
            return True
        return not (compare_addresses(street[a], street[b]) or compare_addresses(whole[a], whole[b]))

    def sounds(self, names: list[str]) -> list[str]:
        """Return the sound of each name."""
        known = {name: sound(name) for name in set(names)}
        return [known[name] for name in names]


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


def _key_passes(values: Mapping[str, list[Value]], rows: int) -> Iterator[Iterable[list[int]]]:
    """Yield the groups of rows with the same account, card, e-mail or phone; words for nothing are none of these."""
    for key in ("account_number", "loyalty_card"):
        yield groups(_own(values, key), is_placeholder)
    yield groups(_own(values, "email"), is_fake_email)
    numbers = [v if isinstance(v, str) else None for key in PHONES for v in values.get(key, ())]
    for group in groups(numbers, is_fake_phone):
        callers = sorted({place % rows for place in group})  # one's mobile may be another's landline
        if len(callers) > 1:
            yield [callers]


def _own(values: Mapping[str, list[Value]], key: str) -> list[str | None]:
    return [v.casefold() if isinstance(v, str) else None for v in values.get(key, ())]


def _name_passes(columns: _Columns) -> Iterator[Keys]:
    """Yield the passes of names that sound the same in one place or on one birth date; many turn out different."""
    yield _joined(columns.names, columns.postcode)
    yield _joined(columns.names, columns.birth)


def _place_passes(columns: _Columns) -> Iterator[Keys]:
    """Yield the passes of one household, whatever the first names."""
    yield _joined(columns.birth, columns.postcode)
    yield _joined(columns.address, columns.last_sound, columns.postcode)


def _coarse_passes(columns: _Columns) -> Iterator[Keys]:
    """Yield the passes that are good for a file of some thousand rows, and bring chance alone in a larger one."""
    yield columns.birth
    yield columns.address
    yield [_two(a, b) for a, b in zip(columns.last, columns.first, strict=True)]
    yield columns.names
    yield _joined(columns.city, columns.last_sound)
    yield _joined(columns.city, columns.first_sound)
    yield _joined(columns.postcode, columns.last_sound)
    yield _joined(columns.postcode, columns.first_sound)


def _two(a: str, b: str) -> str:
    """Join two names in one order, so that swapped names meet."""
    return (f"{a} {b}" if a < b else f"{b} {a}") if a and b else ""


def _joined(*columns: list[str]) -> list[str | None]:
    """Return the parts of each row joined, or None where one is blank."""
    if len(columns) == 2:
        return [f"{a}|{b}" if a and b else None for a, b in zip(*columns, strict=True)]
    return ["|".join(parts) if all(parts) else None for parts in zip(*columns, strict=True)]
