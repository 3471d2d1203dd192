"""A coded column is the list of its cells, to every rule and to every look for duplicates."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import grouping, joining
from core.checked import Checked
from core.checking import check
from core.coded import Coded, chained, code, compact, distinct, folded, rows_by_value, rows_of, spread, together
from core.duplicates import find_in_file
from core.grouping import groups
from core.profiles import load_system
from core.tables import NOT_COMPUTED, Cell, CellError, Table
from tests.corpus.boutique import WORKBOOKS, write_workbook
from tests.corpus.layouts import LAYOUTS
from tests.corpus.sources import write_source
from tests.fixing_corpus import TODAY, corpus_profile, corpus_table


def as_coded(cells: Sequence[Any], *, twice: bool = False) -> Coded[Any]:
    """Return a column as a reader codes it; `twice` gives every second row of a value another number."""
    values: dict[tuple[type, str, int], int] = {}
    seen: dict[tuple[type, str], int] = {}
    kept, numbers = [], []
    for cell in cells:
        key = type(cell), repr(cell)
        seen[key] = seen.get(key, -1) + 1
        own = (*key, seen[key] % 2 if twice else 0)
        if own not in values:
            values[own] = len(values)
            kept.append(cell)
        numbers.append(values[own])
    return Coded(kept, np.array(numbers, np.int32))


COLUMNS = [[], ["a"], ["Lyon", None, "LYON", "Lyon", "", None, "Paris"], [1.0, None, 2.0, 1.0]]


@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("cells", COLUMNS, ids=str)
def test_it_is_a_sequence_like_a_list(cells: list[Any], twice: bool) -> None:
    column = as_coded(cells, twice=twice)
    assert [column[n] for n in range(len(cells))] == cells  # before its cells are made, and after
    assert list(column) == cells
    assert column == cells
    assert cells == column
    assert [column[n] for n in range(len(cells))] == cells
    assert (len(column), column[1:3], repr(column)) == (len(cells), cells[1:3], repr(cells))
    assert ("Lyon" in column) is ("Lyon" in cells)
    assert column != [*cells, "more"]


@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("cells", COLUMNS, ids=str)
def test_what_is_asked_of_a_column_is_the_same_of_both(cells: list[Any], twice: bool) -> None:
    column = as_coded(cells, twice=twice)
    assert set(distinct(column)) == set(cells) == set(distinct(cells))
    assert list(spread(column, repr)) == list(spread(cells, repr)) == list(map(repr, cells))
    for wanted in ({}, {"Lyon", "Paris"}, {None}, {1.0}):
        assert rows_of(column, wanted) == rows_of(cells, wanted) == [n for n, c in enumerate(cells) if c in wanted]
    by_value = rows_by_value(cells)
    assert rows_by_value(column) == by_value == {c: [n for n, other in enumerate(cells) if other == c] for c in cells}
    assert list(folded(column)) == list(folded(cells))
    assert list(groups(column)) == list(groups(cells))
    assert list(groups(folded(column))) == list(groups(folded(cells)))
    other = list(reversed(cells))
    assert (
        list(together(column, as_coded(other))) == list(together(cells, other)) == list(zip(cells, other, strict=True))
    )
    assert list(together(column, other)) == list(zip(cells, other, strict=True))
    assert list(chained([column, as_coded(other)])) == list(chained([cells, other])) == cells + other
    assert list(chained([])) == []


@given(st.lists(st.integers(0, 50)), st.booleans())
def test_compact_numbers_name_the_distinct_ones(numbers: list[int], large: bool) -> None:
    top = 1 << 23 if large else 51  # by sorting, by a table if they are not too few
    used, places = compact(np.array(numbers, np.int64), top)
    assert used.tolist() == sorted(set(numbers))
    assert used[places].tolist() == numbers


def test_a_column_keeps_only_its_own_values_of_a_sheets() -> None:
    values = np.array(["unused", "b", None, "a"], object)
    column = code(values, np.array([3, 1, 3, 2], np.int32))
    assert (column.values, column.codes.tolist()) == (["b", None, "a"], [2, 0, 2, 1])


def outcome(checked: Checked) -> tuple[Any, ...]:
    """Return what a check and a look for duplicates say, the types of values included."""
    values = {key: [(type(value), value) for value in column] for key, column in checked.values.items()}
    return values, checked.issues, find_in_file(checked)


def both_ways(table: Table, check_it: Any, *, twice: bool) -> None:
    """Check a table of lists and of coded columns, and compare all that is found."""
    coded = dataclasses.replace(table, columns=[as_coded(column, twice=twice) for column in table.columns])
    assert outcome(check_it(coded)) == outcome(check_it(table))


@pytest.fixture(params=["lists", "arrays"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Say from how many rows duplicates are sought by arrays."""
    many = 10**9 if request.param == "lists" else 0
    monkeypatch.setattr(grouping, "MANY", many)
    monkeypatch.setattr(joining, "MANY", many)


@pytest.mark.parametrize("source", [*LAYOUTS, *WORKBOOKS])
def test_every_file_of_the_corpus_is_checked_alike(tmp_path: Path, source: Any, way: None) -> None:
    truth = write_workbook(source, tmp_path) if source in WORKBOOKS else write_source(source, tmp_path)
    table = corpus_table(tmp_path / truth.file, truth)
    profile = corpus_profile(table.headers)
    both_ways(table, lambda t: check(t, profile, today=TODAY), twice=False)


CELLS: tuple[Cell, ...] = (
    None, "", " ", "x", "X", "Lyon", "69003", "97400", "1000", "BE", "FR", "Belgique", "0612345678", "06 12 34 56 78",
    "0692123456", "0470123456", "a@b.fr", "A@b.fr", "aucun", "#EFFACER", "oui", "non", "03/04/1987", "25/12/1987",
    True, False, 1.0, 0.0, 2.5, 612345678.0, 1e18, float("inf"), date(1987, 4, 3), datetime(1987, 4, 3, 10, 30),
    CellError("#N/A"), NOT_COMPUTED, "x" * 300,
)  # fmt: skip


@pytest.mark.parametrize("system", ["odeis", "cloud-pos", "le-new-black", "lightspeed"])
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 40), st.booleans())
def test_any_cells_are_checked_alike(system: str, seed: int, rows: int, twice: bool) -> None:
    profile, rng = load_system(system), random.Random(seed)
    headers = [field.header for field in profile.fields]
    columns: list[Sequence[Cell]] = [[*rng.choices(rng.sample(CELLS, 4), k=rows)] for _ in headers]
    table = Table(Path("a.xlsx"), "a", 1, headers, list(range(1, len(headers) + 1)), columns, [*range(2, rows + 2)])
    both_ways(table, lambda t: check(t, profile, today=TODAY), twice=twice)
