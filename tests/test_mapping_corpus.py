"""The whole corpus mapped to every system, and counted against its truth: no column wrong, hardly a question asked.

`pytest tests/test_mapping_corpus.py -s` prints the table.
"""

from dataclasses import dataclass

import pytest

from core.mapping import Fate, apply, propose
from core.mapping.sources import load_sources
from core.profiles import load_system, profile_files
from core.taking.foreign import read_foreign
from tests.corpus.boutique import WORKBOOKS, write_workbook
from tests.corpus.layouts import LAYOUTS
from tests.corpus.sources import write_source

SOURCES = load_sources()
UNASKED = 0.95  # of the columns, mapped without a question


@dataclass
class Count:
    """Columns of one file mapped right, wrong, and asked although nobody had to be; and those rightly asked."""

    right: int = 0
    wrong: int = 0
    asked: int = 0
    rightly_asked: int = 0

    def add(self, other):
        for name in ("right", "wrong", "asked", "rightly_asked"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Every file with its truth and its table."""
    folder = tmp_path_factory.mktemp("corpus")
    truths = [write_source(layout, folder) for layout in LAYOUTS]
    truths += [write_workbook(book, folder) for book in WORKBOOKS]
    tables = []
    for truth in truths:
        encoding = None if truth.file.endswith(".xlsx") else truth.encoding
        tables.append((truth, read_foreign(folder / truth.file, SOURCES, encoding=encoding)))
    return tables


def judge(column, account, keys):
    """Return which count a column belongs to; empty columns belong to none."""
    true, also, got = set(column.fields) & keys, set(column.also) & keys, set(account.fields)
    if column.asks:
        return "rightly_asked" if account.fate is Fate.ASKED else "wrong"
    if account.fate is Fate.ASKED:
        return "asked"
    return "right" if got == true or (got and got <= true | also) else "wrong"


def count(truth, table, profile, sources):
    keys = {f.key for f in profile.columns() if not f.read_only}
    mapping = propose(table, profile, sources)
    assert len(mapping.accounts) == len(table.headers)
    by_position = {table.positions[a.index]: a for a in mapping.accounts}
    found, faults = Count(), []
    for column in truth.columns:
        account = by_position.get(column.position + 1)
        if column.filled and account:
            verdict = judge(column, account, keys)
            setattr(found, verdict, getattr(found, verdict) + 1)
            if verdict == "wrong":
                faults.append((truth.file, profile.id, column.header, column.fields, account.fields))
    return found, faults


def test_every_column_of_the_corpus_goes_where_it_belongs(files, capsys):
    """No column of any file goes wrong, to any system, and at least 95 % are mapped without a question."""
    total, lines, faults = Count(), [], []
    for system in profile_files():
        profile, sub = load_system(system), Count()
        for truth, table in files:
            found, wrong = count(truth, table, profile, SOURCES)
            faults += wrong
            sub.add(found)
            lines.append(
                f"{system:14}{truth.file:28}{found.right:6}{found.wrong:6}{found.asked:6}{found.rightly_asked:6}"
            )
        lines.append(f"{system:14}{'total':28}{sub.right:6}{sub.wrong:6}{sub.asked:6}{sub.rightly_asked:6}")
        total.add(sub)
    with capsys.disabled():
        print(f"\n{'system':14}{'file':28}{'right':>6}{'wrong':>6}{'asked':>6}{'free':>6}")
        print("\n".join(line for line in lines if "total" in line))
        print(f"{'all':14}{'total':28}{total.right:6}{total.wrong:6}{total.asked:6}{total.rightly_asked:6}")
    print("\n".join(lines))
    assert faults == []
    assert total.right >= UNASKED * (total.right + total.wrong + total.asked)


def test_an_unknown_layout_is_never_mapped_wrong_by_its_own_words(files):
    """Without any source known, whatever a shop's own export is mapped to is right."""
    for truth, table in files:
        if truth.layout == "boutique":
            for system in profile_files():
                found, faults = count(truth, table, load_system(system), [])
                assert faults == []
                assert found.asked == 0


def test_every_customer_of_the_corpus_arrives_whole(files):
    """Cell by cell: what is mapped is what the file wrote for that customer, for the fields that have no list."""
    profile = load_system("lightspeed")
    for truth, table in files:
        mapped = apply(table, propose(table, profile, SOURCES), profile)
        assert len(mapped) == len(truth.rows)
        assert mapped.rows == [row.row for row in truth.rows]
        columns = dict(zip(mapped.headers, mapped.columns, strict=True))
        for n, row in enumerate(truth.rows):
            damaged = {cell.field for cell in row.cells}
            for key in ("first_name", "last_name", "city", "postcode", "address1", "email", "company"):
                true = row.true.get(key)
                field = profile.field(key)
                if true and key not in damaged and key in row.true:
                    assert columns[field.header][n] is not None, (truth.file, row.row, key)
                    assert written(columns[field.header][n], key) == written(true, key), (truth.file, row.row, key)


def written(cell, key):
    """Return a cell for comparing: Excel has made some postcodes numbers, without their zeros."""
    if key == "postcode":
        return f"{cell:.0f}" if isinstance(cell, float) else str(cell).lstrip("0")
    return str(cell).strip().casefold() if key in ("email", "city") else str(cell).strip()
