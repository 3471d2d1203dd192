"""The true answer of each cell of a file, kept beside it as `<file>.truth.json`.

`columns` says what each header holds, `rows` says of each row who it truly is, what was done to which cell,
whether that can be undone without guessing, and which rows are the same person, a family or a twin.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from core.issues import Code
from tests.corpus.people import Person, Record


@dataclass
class TrueColumn:
    """One column: the fields it holds (none: to be left out), whether a person must be asked, and how many cells
    are filled. `also` are fields that would be right as well."""

    position: int
    header: str
    fields: list[str]
    also: list[str]
    asks: bool
    filled: int


@dataclass
class TrueCell:
    """One damaged cell: `written` is the field's text in the file, `true` what it should be ("" for unknown).

    `codes`: a check must raise at least one of them, unless the list is empty.
    """

    field: str
    column: str
    damage: str
    written: str
    true: str
    repairable: bool
    codes: list[str]


@dataclass
class TrueRow:
    """One row, numbered as the sheet numbers it; `true` holds every field that the layout can carry.

    `codes`: the row itself must raise at least one of them.
    """

    row: int
    true: Person
    cells: list[TrueCell] = field(default_factory=list)
    duplicate_of: int | None = None
    family: list[int] = field(default_factory=list)
    twin_of: int | None = None
    codes: list[str] = field(default_factory=list)


@dataclass
class Truth:
    """The truth of one file."""

    file: str
    layout: str
    sheet: str
    header_row: int
    encoding: str
    separator: str
    date_order: str
    columns: list[TrueColumn]
    rows: list[TrueRow]

    def counts(self) -> dict[str, int]:
        """Return how often each damage was done."""
        names = [cell.damage for row in self.rows for cell in row.cells]
        return {name: names.count(name) for name in sorted(set(names))}


def row_truth(record: Record, index: int, header_row: int, keys: set[str]) -> TrueRow:
    """Start the truth of the record at that index: who it is, and its relations as sheet rows."""
    first = header_row + 1
    same, twin = record.duplicate_of, record.twin_of
    row = TrueRow(
        first + index,
        {key: value for key, value in record.person.items() if key in keys},
        duplicate_of=None if same is None else first + same,
        family=[first + n for n in record.family],
        twin_of=None if twin is None else first + twin,
    )
    if same is not None:
        row.codes = [Code.DUPLICATE_IN_FILE, Code.DUPLICATE_KEY_IN_FILE]
    elif record.family and "address1" in keys:  # a name and a town in common prove no family
        row.codes = [Code.FAMILY, Code.DUPLICATE_IN_FILE]
    return row


def same(key: str, one: str, other: str) -> bool:
    """Say whether two values of a field are one: e-mails and towns whatever their capitals, all else exactly."""
    if key in ("email", "city"):
        return one.casefold() == other.casefold()
    return one == other


def truth_path(path: Path) -> Path:
    """Return where the truth of a file is kept."""
    return path.with_name(path.name + ".truth.json")


def write_truth(truth: Truth, folder: Path) -> None:
    """Write the truth beside its file, one row a line."""
    data = asdict(truth)
    head = {key: value for key, value in data.items() if key not in ("columns", "rows")}
    parts = [json.dumps(head, ensure_ascii=False)[:-1]]
    for name in ("columns", "rows"):
        lines = ",\n".join(json.dumps(item, ensure_ascii=False) for item in data[name])
        parts.append(f', "{name}": [\n{lines}\n]')
    truth_path(folder / truth.file).write_text("".join(parts) + "}\n", encoding="utf-8")


def read_truth(path: Path) -> Truth:
    """Read the truth of the file at `path`."""
    data = json.loads(truth_path(path).read_text(encoding="utf-8"))
    data["columns"] = [TrueColumn(**column) for column in data["columns"]]
    data["rows"] = [TrueRow(**{**row, "cells": [TrueCell(**c) for c in row["cells"]]}) for row in data["rows"]]
    return Truth(**data)
