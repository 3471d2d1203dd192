"""Tables made in a line, for tests of checks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from core.checked import Checked
from core.checking import check
from core.profiles import Profile, load_system
from core.tables import Cell, Table

TODAY = date(2025, 11, 3)


def make_table(headers: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Table:
    """Return a table whose header row is 1 and whose rows follow."""
    columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in headers]
    count = len(headers)
    places = list(range(1, count + 1))
    return Table(Path("clients.xlsx"), "Clients", 1, list(headers), places, columns, list(range(2, len(rows) + 2)))


def make_customers(system: str, *rows: dict[str, Cell]) -> tuple[Table, Profile]:
    """Return a table of a system's columns that the rows name by field key, and its required ones filled."""
    profile = load_system(system)
    named = {key for row in rows for key in row}
    fields = [f for f in profile.fields if f.key in named or f.required]
    table = make_table(
        [f.header for f in fields],
        [[row.get(f.key, f.example if f.required else None) for f in fields] for row in rows],
    )
    return table, profile


def check_customers(system: str, *rows: dict[str, Cell], **options: str) -> Checked:
    """Check rows given by field key."""
    table, profile = make_customers(system, *rows)
    on = {f.option: "yes" for f in profile.fields if f.option and any(f.key in row for row in rows)}
    return check(table, profile, options={**on, **options}, today=TODAY)


def said(checked: Checked) -> list[tuple[int | None, str, str, str]]:
    """Return the issues as (row, field, code, severity)."""
    return [(i.row, i.field, str(i.code), str(i.severity)) for i in checked.issues]
