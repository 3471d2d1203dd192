"""Rows patched together are what rows patched one by one would be, however they are written."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest

from core.workbooks.sheet_rows import Heights, RowPatch


def marked(rows: Sequence[int]) -> list[bytes]:
    return [b'<c r="C%d"/>' % row for row in rows]


@pytest.mark.parametrize("every", [1, 2, 3, 100])  # tags in a piece
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ('<row r="1"><c r="A1"/></row><row r="2"/><row r="3"><c r="B3"/></row>', [(1, "A1"), (3, "B3")]),
        ('<row r="1" spans="1:2"><c r="A1"/></row><row r="2" spans="1:2"><c r="A2"/></row>', [(1, "A1"), (2, "A2")]),
        ('<row spans="1:2" r="1"><c r="A1"/></row><row r="2"><c r="A2"/></row>', [(1, "A1"), (2, "A2")]),
        ('<row r="1"/><row x="y" r="2"><c r="A2"/></row><row r="3"><c r="A3"/></row>', [(2, "A2"), (3, "A3")]),
        ("<row><c/></row><row><c/></row>", [(1, ""), (2, "")]),
        ('<row r="x"><c/></row><row r="5"><c r="A5"/></row>', [(1, ""), (5, "A5")]),
        ('<row r="1"><c r="A1"/><c r="D1"/></row>', [(1, "A1")]),
    ],
)
def test_each_row_gets_its_own_cells(rows: str, expected: list[tuple[int, str]], every: int) -> None:
    xml = (rows + "</sheetData><x/>").encode()
    ends = [n + 1 for n, sign in enumerate(xml) if sign == ord(">")]
    cuts = [0, *ends[every - 1 : -1 : every], len(xml)]
    patch = RowPatch(b"", marked, [3], Heights({}, 15.0))
    made = b"".join(patch.rows(xml[a:b] for a, b in pairwise(cuts)))
    for row, before in expected:
        named = f' r="{before}"' if before else ""
        assert f'<c{named}/><c r="C{row}"/>'.encode() in made
    assert made.count(b'r="C') == len(expected)
    assert b"spans" not in made
    assert b"".join(patch.tail) == b"</sheetData><x/>"


def test_what_stands_in_the_columns_is_replaced() -> None:
    patch = RowPatch(b"", marked, [3], Heights({}, 15.0))
    xml = b'<row r="1"><c r="A1"/><c r="C1"><v>9</v></c><c r="D1"/></row></sheetData>'
    assert b"".join(patch.rows([xml])) == b'<row r="1"><c r="A1"/><c r="C1"/><c r="D1"/></row>'


@pytest.mark.parametrize("odd", ["", '<x:row spans="1:9" r="9"><x:c/></x:row>'])  # with it, rows are patched one by one
@pytest.mark.parametrize("lines", [{}, {1: 3, 2: 1, 3: 2}])
@pytest.mark.parametrize(("used", "expected"), [("A", "{used}{new}"), ("C", "{new}"), ("D", "{new}{used}")])
@pytest.mark.parametrize(
    ("attributes", "three", "one"),
    [
        ("", ' ht="45.00"', ""),
        (' ht="20"', ' ht="45.00"', ""),
        (' ht="20" customHeight="1"', ' ht="20" customHeight="1"', ' ht="20" customHeight="1"'),
        (' s="1" ht="20" x="y"', ' s="1" x="y" ht="45.00"', ' s="1" x="y"'),
    ],
)
def test_rows_get_their_heights_and_cells_together_as_one_by_one(odd, lines, used, expected, attributes, three, one):
    def row(n: int, tag: str, cells: str) -> str:
        return f'<x:row r="{n}"{tag}>{cells}</x:row>'

    old = {n: f'<x:c r="{used}{n}"><x:v>9</x:v></x:c>' for n in (1, 2, 4)}
    xml = "".join(row(n, attributes, cells) for n, cells in old.items()) + odd + "</x:sheetData>"
    made = b"".join(RowPatch(b"x:", marked, [3], Heights(lines, 15.0)).rows([xml.encode()])).decode()
    tags = {1: three, 2: one} if lines else {}
    for n, cells in old.items():
        assert row(n, tags.get(n, attributes), expected.format(used=cells, new=f'<c r="C{n}"/>')) in made
