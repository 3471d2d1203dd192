"""What a check finds and misses on the corpus, counted against the true answers. `pytest -s` prints the tables.

Every source is checked as it stands, column by column, then mapped to every system as a user maps it.
"""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from core.checked import Checked, Likeness
from core.checking import check
from core.duplicates import find_in_file
from core.issues import Code, Severity
from core.mapping import apply, propose
from core.mapping.sources import load_sources
from core.profiles import load_system, profile_files
from core.taking.foreign import read_foreign
from tests.corpus.boutique import WORKBOOKS, write_workbook
from tests.corpus.layouts import LAYOUTS
from tests.corpus.sources import write_source
from tests.corpus.truth import TrueCell, Truth, same
from tests.fixing_corpus import TODAY, corpus_profile, corpus_table

Case = tuple[Truth, Checked]
LONGEST = {"address1": 90}
"""The limit of the address in the widest system: the corpus itself has none."""
FOUND = 0.99
"""Share of the damaged cells that a check has to speak of, and does or reads rightly: 99.7 % reached."""
OF_A_SYSTEM = (Code.REQUIRED, Code.TOO_LONG, Code.NOT_IN_LIST, Code.DUPLICATE_KEY_IN_FILE, Code.NAME_MISSING)
"""What a system refuses although the value is right: its own limits, lists and keys."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for every file of the corpus."""
    return tmp_path_factory.mktemp("corpus")


@pytest.fixture(scope="module")
def truths(folder: Path) -> list[Truth]:
    """Every file of the corpus, written, and its truth."""
    return [write_source(layout, folder) for layout in LAYOUTS] + [write_workbook(b, folder) for b in WORKBOOKS]


@pytest.fixture(scope="module")
def cases(folder: Path, truths: list[Truth]) -> list[Case]:
    """Every file with its check."""
    found = []
    for truth in truths:
        table = corpus_table(folder / truth.file, truth)
        profile = corpus_profile(table.headers)
        fields = tuple(dataclasses.replace(f, max_length=LONGEST.get(f.key)) for f in profile.fields)
        checked = check(table, dataclasses.replace(profile, fields=fields), today=TODAY)
        checked.duplicates = find_in_file(checked)
        found.append((truth, checked))
    return found


def outcome(cell: TrueCell, said: set[str], right: bool) -> str:
    """Name what a check made of one damaged cell."""
    if cell.codes:
        return "found" if said & set(cell.codes) else "read" if right else "missed"
    return "warned" if said else "quiet"


def count_damage(cases: list[Case]) -> dict[str, Counter[str]]:
    """Return kind of damage → outcome → cells."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for truth, checked in cases:
        said = defaultdict(set)
        for issue in checked.issues:
            said[issue.row, issue.field].add(str(issue.code))
        place = {row: index for index, row in enumerate(checked.table.rows)}
        for row in truth.rows:
            for cell in row.cells:
                if cell.field in checked.columns:
                    value = checked.values[cell.field][place[row.row]]
                    right = same(cell.field, str(value or ""), cell.true)
                    kinds[cell.damage][outcome(cell, said[row.row, cell.field], right)] += 1
    return kinds


def test_hardly_a_damaged_cell_is_missed(cases: list[Case]) -> None:
    """At least 99 % of what needs a word gets its own, or is read as it was meant; nothing is missed by kind."""
    kinds = count_damage(cases)
    names = ("found", "read", "missed", "warned", "quiet")
    print(f"\n{'damage':26}" + "".join(f"{name:>8}" for name in names))
    for kind, outcomes in sorted(kinds.items()):
        print(f"{kind:26}" + "".join(f"{outcomes[name] or '':>8}" for name in names))
    total = sum(kinds.values(), Counter())
    print(f"{'all':26}" + "".join(f"{total[name]:>8}" for name in names))
    assert total["found"] + total["read"] >= FOUND * (total["found"] + total["read"] + total["missed"])
    for kind, outcomes in kinds.items():
        assert outcomes["missed"] <= 0.1 * outcomes.total(), kind


def test_no_good_value_is_refused(cases: list[Case]) -> None:
    """No cell that is right, or only needs tidying, has an error; and no right cell has a warning either."""
    refused, warned = [], []
    for truth, checked in cases:
        cells = {(row.row, cell.field): cell for row in truth.rows for cell in row.cells}
        for issue in checked.issues:
            cell = cells.get((issue.row or 0, issue.field))
            if issue.row and (cell is None or (cell.repairable and not cell.codes)):
                place = (truth.file, issue.row, issue.field, str(issue.code), issue.value)
                (refused if issue.severity is Severity.ERROR else warned).append(place)
    assert refused == []
    assert {code for *_, code, _ in warned} <= {"date_serial"}


@pytest.mark.parametrize("system", profile_files())
def test_no_good_value_is_refused_once_mapped(system: str, folder: Path, truths: list[Truth]) -> None:
    """A right value mapped to a system has no error but those of the system's own limits and lists."""
    profile, sources = load_system(system), load_sources()
    refused = []
    for truth in truths:
        encoding = None if truth.file.endswith(".xlsx") else truth.encoding
        table = read_foreign(folder / truth.file, sources, encoding=encoding)
        mapped = apply(table, propose(table, profile, sources), profile)
        cells = [(row.row, cell) for row in truth.rows for cell in row.cells]
        damaged = {(row, what) for row, cell in cells for what in (cell.field, cell.written.strip())}
        true = {row.row: row.true for row in truth.rows}
        refused += [
            (truth.file, i.row, i.field, str(i.code), i.value)
            for i in check(mapped, profile, today=TODAY).issues
            if i.row in true and i.field in true[i.row] and i.severity is Severity.ERROR
            if i.code not in OF_A_SYSTEM and not {(i.row, i.field), (i.row, i.value.strip())} & damaged
        ]
    assert refused == []


def relations(truth: Truth) -> dict[frozenset[int], str]:
    """Return the pairs of rows that belong together, and how."""
    found = {frozenset((row.row, other)): "family" for row in truth.rows for other in row.family}
    found |= {frozenset((row.row, row.twin_of)): "twin" for row in truth.rows if row.twin_of}
    return found | {frozenset((row.row, row.duplicate_of)): "duplicate" for row in truth.rows if row.duplicate_of}


def test_people_are_told_apart(cases: list[Case]) -> None:
    """Every repeated customer is found and no two people are merged: twins are at most probably one, families are
    families."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for truth, checked in cases:
        if not {"last_name", "first_name"} <= set(checked.columns):
            continue  # whole names in one cell: split by the mapping
        pairs = relations(truth)
        said = {frozenset((d.row, d.other_row)): str(d.likeness) for d in checked.duplicates}
        for pair in pairs.keys() | said.keys():
            kinds[pairs.get(pair, "strangers")][said.get(pair, "none")] += 1
    names = [*Likeness, "none"]
    print(f"\n{'pairs':12}" + "".join(f"{name:>10}" for name in names))
    for kind, outcomes in kinds.items():
        print(f"{kind:12}" + "".join(f"{outcomes[name]:>10}" for name in names))
    assert set(kinds["duplicate"]) == {"same"}
    assert set(kinds["family"]) == {"family"}
    assert set(kinds["twin"]) <= {"probable", "family"}
    assert kinds["strangers"] == Counter()
