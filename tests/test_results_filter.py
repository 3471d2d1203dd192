"""The user's filter takes the result columns in, so that sorting moves each result with its row."""

import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from core.tables import Result
from core.workbooks import clear_results, read_table, write_results
from core.workbooks.filters import Block, widen_filter

EMPTY = {name: ["x", "y"] for name in Result}


@pytest.mark.parametrize(
    ("before", "block", "after"),
    [
        ("A1:C9", Block(1, 4, 8), "A1:H9"),
        ("A1:H9", Block(1, 4, 8), "A1:H9"),
        ("A1:H9", Block(1, 4, 8, out=True), "A1:C9"),
        ("A1:B9", Block(1, 4, 8), "A1:B9"),
        ("A3:C9", Block(1, 4, 8), "A3:C9"),
        ("A1:H9", Block(1, 9, 11), "A1:K9"),
    ],
)
def test_a_filter_that_ends_just_before_our_columns_reaches_their_end(before, block, after):
    xml = f'<autoFilter ref="{before}"><filterColumn colId="0"/></autoFilter>'.encode()
    assert widen_filter(xml, b"", block) == xml.replace(before.encode(), after.encode())


def test_checking_twice_and_clearing_gives_the_filter_back(tmp_path):
    path = tmp_path / "a.xlsx"
    book = Workbook()
    for row in (["Nom", "Ville"], ["A", "Lyon"], ["B", "Brest"]):
        book.active.append(row)
    book.active.auto_filter.ref = "A1:B3"
    book.save(path)
    for _ in range(2):
        write_results(path, read_table(path), EMPTY, "fr")
        assert load_workbook(path).active.auto_filter.ref == "A1:G3"
        with zipfile.ZipFile(path) as package:
            assert b"$A$1:$G$3" in package.read("xl/workbook.xml")
    clear_results(path)
    assert load_workbook(path).active.auto_filter.ref == "A1:B3"
