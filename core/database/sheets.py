"""Sheets: a checked sheet, prepared once for the database: writable columns, search keys, errors, identities."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from core.checked import Checked, Value
from core.database.keys import checked_keys, digest, sought_keys
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

    `columns` are the fields that the system may write, by name in alphabetical order; `keys` the search keys that
    customers keep, `sought` those that the rows are looked up by. `forced` holds the identity of the rows that must
    make a customer of their own.
    """

    system: str
    rows: list[int]
    columns: dict[str, list[Value]]
    keys: dict[str, list[str | None]]
    sought: dict[str, list[str | None]]
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
        keys = checked_keys(replace(checked, values=columns))
        sheet = cls(
            system=checked.profile.id,
            rows=checked.table.rows,
            columns=columns,
            keys=keys,
            sought=sought_keys(keys, columns, checked.profile.match),
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

    def texts(self, indexes: Sequence[int], columns: Mapping[str, Sequence[Value]] | None = None) -> list[str]:
        """Return some rows as JSON, blanks left out. By column, because that is several times faster than by row.

        `columns` are what the rows hold instead of the sheet's own.
        """
        parts = [_json_parts(key, some(column, indexes)) for key, column in (columns or self.columns).items()]
        form = "".join(part for part, _ in parts)
        return ["{" + (form % row)[:-1] + "}" for row in zip(*(cells for _, cells in parts), strict=True)]

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
    return column[first : last + 1] if last - first + 1 == len(indexes) else [column[i] for i in indexes]


def _json_parts(key: str, cells: Sequence[Value]) -> tuple[str, Sequence[object]]:
    """Return one column's part of the JSON of a row, a comma after it: its form, and what goes into it."""
    name = json.dumps(key) + ":"
    kinds = set(map(type, cells))
    if kinds <= TEXT and _as_it_is(texts_of(cells, kinds)):
        if kinds == {str}:
            return name.replace("%", "%%") + '"%s",', cells
        return "%s", [f'{name}"{value}",' if value is not None else "" for value in cells]
    known = {v: "" if v is None else f"{name}{json.dumps(plain(v), ensure_ascii=False)}," for v in set(cells)}
    return "%s", [known[value] for value in cells]


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
