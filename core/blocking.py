"""Blocking: finds the pairs of rows worth comparing, without comparing every row with every other.

Each pass gives every row a key; rows that share a key are candidates. One pass forgives what another does not: a
wrong birth date does not hide a pair that shares a phone, a misspelt surname one that shares birth date and first
name. 100,000 rows give some ten passes of a dictionary each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from core.cells import squash
from core.checked import Value
from core.persons import PHONES, email_key, phone_key, postcode_key
from core.rules.placeholders import is_placeholder
from core.similarity import sound

FULL = 12  # rows of one key that are all compared with each other; more of them share it by habit (a shop's own mail)
COARSE = 1.0  # pairs per row that a coarse pass may bring: chance grows with the square of the rows, truth does not
WINDOW = 3  # in a longer list, sorted by name, each row is compared with so many before it

Keys = Sequence[str | None]


def candidate_pairs(values: Mapping[str, list[Value]], rows: int) -> set[tuple[int, int]]:
    """Return pairs of row indexes (smaller first) that share something that one customer twice would share."""
    columns = _Columns(values, rows)
    pairs: set[tuple[int, int]] = set()
    for keys in _fine_passes(columns):
        for group in groups(keys):
            pairs.update(_pairs_of(group, columns))
    for keys in _coarse_passes(columns):
        found = list(groups(keys))
        if sum(len(group) ** 2 for group in found) <= 2 * COARSE * rows + 2 * FULL**2:
            for group in found:
                pairs.update(_pairs_of(group, columns))
    return pairs


def groups(keys: Keys) -> Iterator[list[int]]:
    """Yield the indexes of the rows of each key that occurs more than once; None and "" are no key."""
    last = dict(zip(keys, range(len(keys)), strict=True))
    found: dict[str, list[int]] = {}
    for row, key in enumerate(keys):
        if key and last[key] != row:
            found.setdefault(key, []).append(row)
    for key, members in found.items():
        members.append(last[key])
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
        self.birth = self.each("birth_date", lambda v: str(v).replace("-", ""))
        self.postcode = self.each("postcode", lambda v: postcode_key(str(v)) or "")
        self.city = self.each("city", _name)
        self.address = self.each("address1", lambda v: squash(str(v)))
        self.last_sound, self.first_sound = self.sounds(self.last), self.sounds(first)
        self.names = [_two(a, b) for a, b in zip(self.last_sound, self.first_sound, strict=True)]

    def each(self, key: str, rule: Callable[[Value], str]) -> list[str]:
        """Return a column through a rule."""
        column = self.values.get(key)
        if column is None:
            return [""] * self.rows
        known = {value: "" if value is None else rule(value) for value in set(column)}
        return [known[value] for value in column]

    def sounds(self, names: list[str]) -> list[str]:
        """Return the sound of each name."""
        known = {name: sound(name) for name in set(names)}
        return [known[name] for name in names]


def _name(value: Value) -> str:
    return "" if is_placeholder(str(value)) else squash(str(value))


def _fine_passes(columns: _Columns) -> Iterator[Keys]:
    """Yield the passes whose keys two people hardly share by chance, however many rows there are."""
    yield columns.each("account_number", _name)
    yield columns.each("loyalty_card", str)
    yield columns.each("email", lambda v: email_key(str(v)) or "")
    yield from _phones(columns)
    birth, postcode, address = columns.birth, columns.postcode, columns.address
    names = columns.names
    yield _joined(columns.last, columns.first, postcode)
    yield _joined(names, postcode)
    yield _joined(names, birth)
    yield _joined(birth, columns.last_sound)
    yield _joined(birth, columns.first_sound)
    yield _joined(birth, postcode)
    yield _joined(address, postcode)


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


def _phones(columns: _Columns) -> Iterator[Keys]:
    """Yield each phone column."""
    for key in PHONES:
        yield columns.each(key, lambda v: phone_key(str(v)) or "")


def _two(a: str, b: str) -> str:
    """Join two names in one order, so that swapped names meet."""
    return (f"{a} {b}" if a < b else f"{b} {a}") if a and b else ""


def _joined(*columns: list[str]) -> list[str | None]:
    """Return the parts of each row joined, or None where one is blank."""
    if len(columns) == 2:
        return [f"{a}|{b}" if a and b else None for a, b in zip(*columns, strict=True)]
    return ["|".join(parts) if all(parts) else None for parts in zip(*columns, strict=True)]
