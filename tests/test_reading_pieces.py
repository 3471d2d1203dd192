"""The parts of reading a large sheet by arrays: its pieces, the cells in a piece, the shared strings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workbooks.details import PADDED, WholeRows
from core.workbooks.strings import read_strings
from core.workbooks.usual_cells import find_cells


@given(st.lists(st.sampled_from([b"<row>", b"</row>", b"<c/>", b"text", b"</ro", b"w>"])), st.integers(1, 9))
def test_whole_rows_lose_nothing_wherever_a_chunk_ends(parts: list[bytes], size: int) -> None:
    xml = b"".join(parts)
    rows = WholeRows(b"")
    pieces = list(rows.cut(xml[at : at + size] for at in range(0, len(xml), size)))
    assert all(piece.endswith(PADDED) for piece in pieces)
    assert b"".join(piece[: -len(PADDED)] + b"</row>" for piece in pieces) + rows.tail == xml
    assert b"</row>" not in rows.tail


def found(*cells: str, row: str = "7") -> list[tuple[int, bytes | int]] | None:
    """Return the column and the body or the string's number of each cell of one row."""
    made = find_cells(f'<row r="{row}">{"".join(cells)}'.encode() + PADDED)
    if made is None:
        return None
    said = [code if code >= 0 else made.bodies[-1 - code] for code in made.codes.tolist()]
    return list(zip(made.columns.tolist(), said, strict=True))


@pytest.mark.parametrize(
    "body",
    [
        "><v>7</v></c>",
        "><v>07</v></c>",
        "><v>12345678</v></c>",
        "><v>123456789</v></c>",
        "><v>-5</v></c>",
        "><v>3.5</v></c>",
        "><v>1E5</v></c>",
        "><v></v></c>",
        ' s="2"><v>7</v></c>',
        ' s="12"><v>7</v></c>',
        ' s="123"><v>7</v></c>',
        ' t="b"><v>1</v></c>',
        ' s="2"/>',
        ' t="inlineStr"><is><t>7</t></is></c>',
        ' t="s"><v>1x</v></c>',
        ' xt="s"><v>3</v></c>',
        "><f>A1</f><v>3</v></c>",
    ],
)
def test_a_cell_that_names_no_string_keeps_its_own_xml(body: str) -> None:
    """Beside another that differs by one sign only, and once more itself."""
    other = body.replace("7", "8")
    cells = [f'<c r="{column}7"{own}' for column, own in (("A", body), ("B", other), ("AA", body))]
    assert found(*cells) == [(1, body.encode()), (2, other.encode()), (27, body.encode())]


def test_strings_are_told_by_their_number() -> None:
    cells = ('<c r="A7" t="s"><v>0</v></c>', '<c r="B7" s="1" t="s"><v>12345678</v></c>')
    assert found(*cells) == [(1, 0), (2, 12345678)]


@pytest.mark.parametrize("row", ["", "0x7", "12345678", "-7", "1048577", "8"])
def test_a_row_whose_number_is_not_the_cells_is_unusual(row: str) -> None:
    assert found('<c r="A7"><v>1</v></c>', row=row) is None


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="7"><c r="A7"><v>1</v></c></row><row r="7"><c r="B7"><v>1</v></c>',
        '<row r="7"><c r="A7"><v>1</v></c></row><row r="6"><c r="A6"><v>1</v></c>',
        '<row r="7"><c r="A7"><v>1</v></c></row><row spans="1:2" r="8"><c r="A8"><v>1</v></c>',
        '<row r="7"><c r="A7"><v>1</v></c></row><x/><row r="8"><c r="A8"><v>1</v></c>',
        '<row r="7"><x/><c r="A7"><v>1</v></c>',
        '<c r="A7"><v>1</v></c>',
        "",
    ],
)
def test_rows_that_are_not_written_the_usual_way(rows: str) -> None:
    assert find_cells(rows.encode() + PADDED) is None


def test_a_piece_without_padding_is_unusual() -> None:
    assert find_cells(b'<row r="7"><c r="A7"><v>1</v></c></row>') is None


KEPT = '<si><t xml:space="preserve">'


@pytest.mark.parametrize(
    ("items", "texts", "odd"),
    [
        (["<si><t>a</t></si>", "<si><t>é 😀</t></si>"], ["a", "é 😀"], []),
        ([KEPT + "a</t></si>", KEPT + " b </t></si>"], ["a", " b "], [1]),
        ([KEPT + "a</t></si>", "<si><t>b</t></si>"], ["a", "b"], []),
        (["<si><t> a</t></si>", "<si><t>b\n</t></si>", "<si><t>c\t</t></si>"], [" a", "b\n", "c\t"], [0, 1, 2]),
        (["<si><t>\u00a0a</t></si>", "<si><t>\u2003</t></si>"], ["\u00a0a", "\u2003"], []),
        (["<si><t>a &amp; b</t></si>", "<si><t>x_x000D_</t></si>"], ["a &amp; b", "x_x000D_"], [0, 1]),
        (["<si><t></t></si>"], [""], []),
    ],
)
def test_shared_strings(items: list[str], texts: list[str], odd: list[int]) -> None:
    found = read_strings(f"<sst>{''.join(items)}</sst>".encode())
    assert found is not None
    assert found.texts == texts
    assert sorted(found.odd) == odd
    assert all(found.odd[n] == items[n] for n in odd)


@pytest.mark.parametrize(
    "xml", ["<sst><!-- <si> --><si><t>a</t></si></sst>", "<sst><si><t>a</t></si><!-- </sst> --></sst>"]
)
def test_shared_strings_with_comments_are_left_to_calamine(xml: str) -> None:
    assert read_strings(xml.encode()) is None
