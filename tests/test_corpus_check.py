"""What a check finds and misses on the corpus, counted against the true answers. `pytest -s` prints the tables.

Every source is checked as it is, column by column; then mapped to every system, as the demo does it.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from core.checked import Checked
from core.duplicates import find_in_file
from core.issues import Severity
from tests.corpus.boutique import WORKBOOKS, write_workbook
from tests.corpus.layouts import LAYOUTS
from tests.corpus.sources import write_source
from tests.corpus.truth import Truth
from tests.fixing_corpus import corpus_check, corpus_table

Case = tuple[Truth, Checked]


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    """Every file of the corpus, checked, with its truth."""
    folder = tmp_path_factory.mktemp("corpus")
    truths = [write_source(layout, folder) for layout in LAYOUTS] + [write_workbook(b, folder) for b in WORKBOOKS]
    made = []
    for truth in truths:
        checked = corpus_check(corpus_table(folder / truth.file, truth), truth)
        checked.duplicates = find_in_file(checked)
        made.append((truth, checked))
    return made


def judged(cases: list[Case]) -> tuple[dict[str, Counter[str]], list[tuple[str, ...]]]:
    """Return, per kind of damage, how many cells were found, missed, or rightly left in silence; and false errors."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    refused = []
    for truth, checked in cases:
        codes = defaultdict(set)
        for issue in checked.issues:
            codes[issue.row, issue.field].add((str(issue.code), issue.severity, issue.value))
        for row in truth.rows:
            damaged = {cell.field: cell for cell in row.cells}
            for key in checked.columns:
                found = codes[row.row, key]
                cell = damaged.get(key)
                if cell is not None and cell.codes:
                    kinds[cell.damage]["found" if {c for c, _, _ in found} & set(cell.codes) else "missed"] += 1
                elif cell is not None:
                    kinds[cell.damage]["noise" if found else "quiet"] += 1
                errors = [f for f in found if f[1] is Severity.ERROR]
                if errors and (cell is None or (cell.repairable and not cell.codes)):
                    refused.append((truth.file, str(row.row), key, cell.damage if cell else "", str(errors)))
    return kinds, refused


def test_look(cases):
    kinds, refused = judged(cases)
    for k in sorted(kinds):
        print(f"{k:28}", dict(kinds[k]))
    print(len(refused))
    for r in refused[:40]:
        print(r)
    warn = Counter()
    ex = {}
    for truth, checked in cases:
        dam = {(r.row, c.field) for r in truth.rows for c in r.cells}
        for i in checked.issues:
            if i.row and (i.row, i.field) not in dam:
                warn[str(i.code), i.field] += 1
                ex.setdefault((str(i.code), i.field), []).append((truth.file, i.row, i.value, str(i.params)[:80]))
    for k, v in warn.most_common():
        print("extra", k, v, ex[k][:3])
    tot = Counter()
    bad = []
    for truth, checked in cases:
        rel = {}
        by = {r.row: r for r in truth.rows}
        for r in truth.rows:
            if r.duplicate_of:
                rel[frozenset((r.row, r.duplicate_of))] = "dup"
            for f in r.family:
                rel.setdefault(frozenset((r.row, f)), "family")
            if r.twin_of:
                rel[frozenset((r.row, r.twin_of))] = "twin"
        got = {frozenset((d.row, d.other_row)): d for d in checked.duplicates}
        for p, k in rel.items():
            g = got.get(p)
            tot[k, g.likeness.value if g else None] += 1
            if (
                (k == "dup" and g is None)
                or (k == "twin" and (g is None or g.likeness.value == "same"))
                or (k == "family" and (g is None or g.likeness.value != "family"))
            ):
                bad.append((truth.file, k, sorted(p), g and g.likeness.value, g and g.sentence("fr")))
        for p, g in got.items():
            if p not in rel:
                # transitive
                tot["none", g.likeness.value] += 1
                bad.append((truth.file, "none", sorted(p), g.likeness.value, g.sentence("fr")))
    print(tot)
    for b in bad[:60]:
        print(b)
    print("#####")
    for b in bad:
        if not (b[1] == "twin" and b[3] == "same"):
            print(b)
    for truth, checked in cases:
        got = defaultdict(set)
        for i in checked.issues:
            got[i.row, i.field].add(str(i.code))
        for r in truth.rows:
            for c in r.cells:
                if (
                    c.codes
                    and not got[r.row, c.field] & set(c.codes)
                    and c.damage in ("mojibake", "other_town", "zero_width")
                ):
                    print(truth.file, r.row, c, got[r.row, c.field], r.true.get("city"))
