"""Sheets: a checked sheet, prepared once for the database: writable columns, search keys, errors, identities."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import compress, repeat
from operator import itemgetter
from typing import TypeVar

from core.checked import Checked, Value
from core.coded import spread
from core.database.keys import KeyColumns, checked_keys, digest, sought_keys
from core.database.records import TEXT, find_unstorable, texts_of
from core.decisions import Action, Decision, is_erase_mark
from core.exported import Stamp, plain
from core.fields import OWN_PREFIX
from core.issues import Issue, Severity
from core.pushing.doubts import Doubt, find_doubts, known_stamps

T = TypeVar("T")


@dataclass(slots=True)
class Sheet:
    """What a push takes from a checked sheet. Indexes count the table's rows from 0; `rows` are the sheet's numbers.

    `columns` are the fields that the system may write, by name in alphabetical order. `forced` holds the identity of
    the rows that must make a customer of their own. Texts, identities and keys are made for some rows at a time: those
    of a whole sheet are as large as the sheet.
    """

    checked: Checked
    rows: list[int]
    columns: dict[str, list[Value]]
    errors: dict[int, Issue]
    stamps: dict[int, Stamp]
    unstorable: dict[int, list[str]]
    erases: bool  # some cell holds an erase mark
    forced: dict[int, str] = field(default_factory=dict)
    doubts: dict[int, Doubt] = field(default_factory=dict)

    @classmethod
    def of(cls, checked: Checked, decisions: Mapping[int, Decision], base: str = "") -> Sheet:
        """Prepare a sheet; `base` is the mark of the database that exported rows must come from."""
        errors: dict[int, Issue] = {}
        for issue in checked.issues:
            if issue.row is not None and issue.severity is Severity.ERROR:
                errors.setdefault(issue.row, issue)
        columns = _writable(checked)
        sheet = cls(
            checked=checked,
            rows=checked.table.rows,
            columns=columns,
            errors=errors,
            stamps=known_stamps(checked),
            unstorable=find_unstorable(columns),
            erases=any(map(_erases, columns.values())),
        )
        sheet.forced = _forced(sheet, decisions)
        sheet.doubts = find_doubts(checked, sheet.stamps, base)
        return sheet

    def values(self, index: int) -> dict[str, Value]:
        """Return the values of one row, blanks included."""
        return {key: column[index] for key, column in self.columns.items()}

    @property
    def system(self) -> str:
        """The system that the sheet is one of."""
        return self.checked.profile.id

    def some_columns(self, indexes: Sequence[int]) -> dict[str, Sequence[Value]]:
        """Return the columns of some rows."""
        return {key: some(column, indexes) for key, column in self.columns.items()}

    def keys(self, indexes: Sequence[int]) -> tuple[KeyColumns, KeyColumns]:
        """Return, for some rows, the search keys that customers keep, and those that the rows are looked up by."""
        columns: dict[str, Sequence[Value]] = {k: list(column) for k, column in self.some_columns(indexes).items()}
        table = replace(self.checked.table, rows=list(some(self.rows, indexes)))
        keys = checked_keys(replace(self.checked, table=table, values=columns))
        return keys, sought_keys(keys, columns, self.checked.profile.match)

    def texts(self, indexes: Sequence[int]) -> list[str]:
        """Return some rows as JSON, blanks left out."""
        return write_texts(self.some_columns(indexes), len(indexes))[0]

    def identities(self, indexes: Sequence[int], texts: Sequence[str]) -> list[str]:
        """Return the hash that names each row: the same row pushed again, by anybody, finds its customer by it."""
        if not self.forced:
            return list(map(digest, texts))
        return [self.forced.get(self.rows[i]) or digest(text) for i, text in zip(indexes, texts, strict=True)]


def some(column: Sequence[T], indexes: Sequence[int]) -> Sequence[T]:
    """Return the values of some rows, in rising order; most often they follow one another."""
    if not indexes:
        return []
    first, last = indexes[0], indexes[-1]
    return column[first : last + 1] if last - first + 1 == len(indexes) else list(itemgetter(*indexes)(column))


Part = tuple[str, Sequence[object]]
"""One column's part of the JSON of a row, a comma after it: its form, and what goes into it."""


def write_texts(
    columns: Mapping[str, Sequence[Value]],
    rows: int,
    others: Mapping[str, Sequence[Value]] | None = None,
    places: Collection[int] = (),
) -> tuple[list[str], list[str]]:
    """Return rows given by column as JSON, blanks left out; and again as they are with other columns at some places.

    By column: several times faster than by row.
    """
    parts = {key: _json_part(key, column) for key, column in columns.items()} if rows else {}
    texts = _join(list(parts.values()), rows)
    if others is None or not places:
        return texts, texts
    changed = [part if others[key] is columns[key] else _json_part(key, others[key]) for key, part in parts.items()]
    wanted = [place in places for place in range(rows)]
    after = list(texts)
    for place, text in zip(compress(range(rows), wanted), _join(changed, rows, wanted), strict=True):
        after[place] = text
    return texts, after


def _join(parts: Sequence[Part], rows: int, wanted: Sequence[bool] | None = None) -> list[str]:
    """Return the JSON of so many rows, or of the wanted ones among them."""
    form = "{" + "".join(part for part, _ in parts)
    varied = [cells for _, cells in parts if cells]
    filled: Iterable[tuple[object, ...]] = zip(*varied, strict=True) if varied else repeat((), rows)
    return [(form % row).removesuffix(",") + "}" for row in (compress(filled, wanted) if wanted else filled)]


def _json_part(key: str, cells: Sequence[Value]) -> Part:
    name = _written(key) + ":"
    kinds = set(map(type, cells))
    if len(kinds) == 1 and cells.count(cells[0]) == len(cells):
        return _cell(name, cells[0]).replace("%", "%%"), ()
    if kinds <= TEXT and _as_it_is(texts_of(cells, kinds)):
        if kinds == {str}:
            return name.replace("%", "%%") + '"%s",', cells
        return "%s", [f'{name}"{value}",' if value is not None else "" for value in cells]
    return "%s", spread(cells, partial(_cell, name))


def _cell(name: str, value: Value) -> str:
    return "" if value is None else f"{name}{_written(plain(value))},"


_written = json.JSONEncoder(ensure_ascii=False).encode


def _as_it_is(texts: str) -> bool:
    """Say whether JSON holds these texts as they are."""
    return texts.isprintable() and '"' not in texts and "\\" not in texts


def _erases(column: Sequence[Value]) -> bool:
    return "#" in texts_of(column, set(map(type, column))) and any(map(is_erase_mark, column))


def _writable(checked: Checked) -> dict[str, list[Value]]:
    """Return the columns that the system may write; a profile's own fields (`x_`) as they are stored."""
    found: dict[str, list[Value]] = {}
    for key, column in sorted(checked.values.items()):
        known = checked.profile.field(key)
        if known is not None and not known.read_only:
            found[key] = [plain(v) for v in column] if key.startswith(OWN_PREFIX) else list(column)
    return found


def _forced(sheet: Sheet, decisions: Mapping[int, Decision]) -> dict[int, str]:
    """Return the identities of the rows decided "create": two that say the same are still two customers."""
    indexes = [i for i, row in enumerate(sheet.rows) if row in decisions and decisions[row].action is Action.CREATE]
    found: dict[int, str] = {}
    seen: Counter[str] = Counter()
    for index, text in zip(indexes, sheet.texts(indexes), strict=True):
        found[sheet.rows[index]] = digest(f"{text} create {seen[text]}")
        seen[text] += 1
    return found
