"""Inspection: what a file is and what is odd in it, said before anything bites; and a profile of each column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from itertools import islice
from typing import Any

from core.cells import clean, squash, text
from core.i18n import tr
from core.mapping.sources import Recognised
from core.strays import header_rows, rows_below
from core.tables import Cell, CellError, Table, column_letters

TOP = 5  # most frequent values shown
REPEATS = 3  # times that values come back on average before the most frequent ones say something
ODD_SHARE = 0.9  # of a column's filled cells of one kind: the others are odd ones out
ODD_SHOWN = 3

ODDITIES = (
    "hidden_sheets", "hidden_rows", "hidden_columns", "autofilter", "merged", "formulas", "errors", "protected",
    "macros", "external_links", "date_1904", "ghost_rows", "ragged",
)  # fmt: skip
"""The facts of a table that are worth a sentence, in this order: `inspection.fact_<name>`."""


class Kind(StrEnum):
    """What a cell holds, as far as its form says."""

    EMAIL = "email"
    PHONE = "phone"
    NUMBER = "number"
    DATE = "date"
    FLAG = "flag"
    TEXT = "text"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What one column holds. `odd` are values of another kind than nearly all the others, with their sheet row."""

    letter: str
    header: str
    filled: int
    distinct: int
    longest: int
    kind: Kind | None
    top: tuple[tuple[str, int], ...]
    odd: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing to say: a text `inspection.<key>` and what fills it."""

    key: str
    params: Mapping[str, Any]

    def say(self, lang: str) -> str:
        """Say it in the user's language."""
        return tr(f"inspection.{self.key}", lang, **self.params)


@dataclass(frozen=True, slots=True)
class Outside:
    """What is known of a file besides its table; `sheets` are (name, visible) in the order of the tabs."""

    kind: str  # .xlsx, .xlsm, .xls, .csv or .vcf
    sheets: tuple[tuple[str, bool], ...] = ()
    encoding: str = ""
    separator: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """A file examined."""

    sentences: tuple[Sentence, ...]
    columns: tuple[ColumnProfile, ...]
    recognised: Recognised | None


def inspect(table: Table, outside: Outside, recognised: Recognised | None) -> Inspection:
    """Examine a table and its file."""
    said = [*_file(outside), *_extent(table), *stray_rows(table), *_headers(table), *_facts(table, outside)]
    said.append(_origin(recognised))
    return Inspection(tuple(said), profile_columns(table), recognised)


def _file(outside: Outside) -> list[Sentence]:
    if outside.kind == ".vcf":
        return [Sentence("file_vcf", {"encoding": outside.encoding})]
    if not outside.sheets:
        names = {"\t": {"fr": "la tabulation", "en": "tab"}}
        separator = names.get(outside.separator, f"« {outside.separator} »")
        english = names.get(outside.separator, {"en": f"“{outside.separator}”"})["en"]
        shown = separator if isinstance(separator, dict) else {"fr": separator, "en": english}
        return [Sentence("file_csv", {"encoding": outside.encoding, "separator": shown})]
    seen = [name for name, visible in outside.sheets if visible]
    hidden = [name for name, visible in outside.sheets if not visible]
    said = [Sentence("file_workbook", {"kind": outside.kind, "count": len(seen), "sheets": seen})]
    return said + ([Sentence("sheets_hidden", {"count": len(hidden), "sheets": hidden})] if hidden else [])


def _extent(table: Table) -> list[Sentence]:
    if not table.rows:
        return [Sentence("no_rows", {"sheet": table.sheet})]
    said = []
    if table.facts.get("title_rows"):
        said.append(Sentence("title_block", {"row": table.header_row, "sheet": table.sheet}))
    place = {"sheet": table.sheet, "first": table.rows[0], "last": table.rows[-1]}
    said.append(Sentence("extent", {**place, "rows": len(table), "columns": len(table.headers)}))
    if table.other_sheets:
        said.append(Sentence("other_sheets", {"sheets": sheets_text(table), "sheet": table.sheet}))
    blanks = table.rows[-1] - table.rows[0] + 1 - len(table)
    return said + ([Sentence("blank_rows", {"count": blanks})] if blanks > 0 and table.header_row else [])


def stray_rows(table: Table) -> list[Sentence]:
    """Say which rows are probably no customers: the header said again, and a total, a note or another table below."""
    again, tail = ([str(table.rows[r]) for r in find(table)] for find in (header_rows, rows_below))
    said = [Sentence("header_again", {"count": len(again), "rows": _some(again)})] if again else []
    if tail:
        place = {"first": int(tail[0]), "last": int(tail[-1])}
        said.append(Sentence("rows_below" if len(tail) > 1 else "row_below", place))
    return said


def sheets_text(table: Table) -> list[str]:
    """Name the other sheets that hold customers, each with its number of rows."""
    return [f"{name} ({count})" for name, count in table.other_sheets.items()]


def _headers(table: Table) -> list[Sentence]:
    names = [squash(h) for h in table.headers]
    letters = [column_letters(p) for p in table.positions]
    twice = [f"{table.headers[i]} ({letters[i]})" for i, n in enumerate(names) if n and names.count(n) > 1]
    empty = [letters[i] for i, header in enumerate(table.headers) if not clean(header)]
    said = [Sentence("headers_twice", {"count": len(twice), "headers": _some(twice)})] if twice else []
    return said + ([Sentence("headers_empty", {"count": len(empty), "columns": _some(empty)})] if empty else [])


def _facts(table: Table, outside: Outside) -> list[Sentence]:
    named = {"hidden_sheets"} if outside.sheets else set()  # already said by name
    return [
        Sentence(f"fact_{name}", {"count": table.facts[name], "sheet": table.sheet})
        for name in ODDITIES
        if table.facts.get(name) and name not in named
    ]


def _origin(recognised: Recognised | None) -> Sentence:
    if recognised is None:
        return Sentence("origin_unknown", {})
    marks = list(dict.fromkeys(recognised.marks))
    given = {"source": recognised.source.name, "share": round(100 * recognised.share), "headers": _some(marks)}
    return Sentence("origin_known" if recognised.source.mark == "sourced" else "origin_proposed", given)


def _some(names: Sequence[str], most: int = 6) -> list[str]:
    return [*names[:most], "…"] if len(names) > most else list(names)


def profile_columns(table: Table) -> tuple[ColumnProfile, ...]:
    """Return the profile of every column: each distinct value is looked at once."""
    columns = zip(table.headers, table.positions, table.columns, strict=True)
    return tuple(_profile(header, position, table.rows, column) for header, position, column in columns)


def _profile(header: str, position: int, rows: Sequence[int], column: Sequence[Cell]) -> ColumnProfile:
    times = Counter(column)
    del times[None]
    kinds = {value: kind_of_cell(value) for value in times}
    weights: dict[Kind, int] = {}
    for kind, number in zip(kinds.values(), times.values(), strict=True):
        weights[kind] = weights.get(kind, 0) + number
    filled = sum(times.values())
    main = max(weights, key=lambda kind: weights[kind]) if weights else None
    odd: list[tuple[int, str]] = []
    if main and main is not Kind.TEXT and ODD_SHARE * filled <= weights[main] < filled:
        strange = islice((value for value, kind in kinds.items() if kind is not main), ODD_SHOWN)
        odd = [(rows[column.index(value)], text(value)) for value in strange]
    repeats = len(times) * REPEATS <= filled
    top = tuple((text(v), n) for v, n in times.most_common(TOP)) if repeats else ()
    longest = max(map(len, map(text, times)), default=0)
    return ColumnProfile(column_letters(position), header, filled, len(times), longest, main, top, tuple(odd))


def kind_of_cell(cell: Cell) -> Kind:
    """Return what a cell's form says that it holds."""
    if isinstance(cell, str):
        form = _FORM(cell)
        return _NAMED[form.lastgroup] if form else Kind.TEXT
    return _KINDS.get(type(cell), Kind.TEXT)


_KINDS: dict[type, Kind] = {bool: Kind.FLAG, float: Kind.NUMBER, int: Kind.NUMBER, date: Kind.DATE,
                            datetime: Kind.DATE, time: Kind.DATE, CellError: Kind.ERROR}  # fmt: skip
_FORMS = {
    Kind.EMAIL: r"[^@\s]+@[^@\s]+\.[^@\s]+",
    Kind.DATE: r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}(?:[ T].*)?",
    Kind.PHONE: r"(?:\+|0|\(0\))[\d .()/-]{8,}\d",
    Kind.NUMBER: r"-?\d+(?:[.,]\d+)?",
}
_NAMED: dict[str | None, Kind] = {str(kind): kind for kind in Kind}
_FORM = re.compile(r"\s*(?:" + "|".join(f"(?P<{kind}>{form})" for kind, form in _FORMS.items()) + r")\s*").fullmatch
"""All the forms in one expression, the first that fits: one search per value."""
