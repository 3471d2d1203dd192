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


@pytest.mark.parametrize("row", ["1", "9", "10", "99999", "100000", "1048576", "007"])
@pytest.mark.parametrize("digits", [1, 6, 7, 8])
def test_references_and_numbers_of_each_length(row: str, digits: int) -> None:
    columns, number = {"A": 1, "Z": 26, "AA": 27, "ZZ": 702, "AAA": 703, "XFD": 16_384}, "9" * digits
    cells = [f'<c r="{name}{int(row)}" t="s"><v>{number}</v></c>' for name in columns]
    assert found(*cells, row=row) == [(place, int(number)) for place in columns.values()]


@pytest.mark.parametrize("row", ["7", "1048576"])
@pytest.mark.parametrize("length", [*range(4, 20), 63, 64, 65, 300])
def test_a_string_with_attributes_of_any_length(length: int, row: str) -> None:
    """A tag anywhere among them makes it another cell."""
    said = f' s="{"1" * (length - 5)}"'
    for number in ("1", "12345678"):
        tail = f' t="s"><v>{number}</v></c>'
        assert found(f'<c r="B{row}"{said}{tail}', row=row) == [(2, int(number))]
        for at in range(length):
            body = f"{said[:at]}<{said[at + 1 :]}{tail}"
            assert found(f'<c r="B{row}"{body}', row=row) == [(2, body.encode())]


@pytest.mark.parametrize(
    "body",
    [
        ' t="s"><v>1</v></c></c>',
        ' t="s"><v></v></c>',
        ' t="s"><v>1<v>2</v></c>',
        ' t="s"><v>\u00ff1</v></c>',
        "><!-- t='s'><v>1</v></c>",
        ' t="inlineStr"><is><t>www row r= w</t></is></c>',
        "",
        '"/>',
    ],
)
def test_a_cell_that_only_looks_like_a_string_keeps_its_own_xml(body: str) -> None:
    """In the piece's first cell too, before which there are few bytes."""
    after = ' t="s"><v>5</v></c>'
    assert found(f'<c r="A7"{body}', f'<c r="B7"{after}') == [(1, body.encode()), (2, 5)]


def test_the_same_short_body_is_kept_once() -> None:
    bodies = [' s="1"/>', "/>", "><v>1.25</v></c>", "><v>11.25</v></c>", f" {'x' * 29}/>", f" {'y' * 30}/>"]
    names = [f"{a}{b}" for a in "ABCDEF" for b in "GHIJKL"]
    cells = [f'<c r="{name}7"{bodies[n % 6]}' for n, name in enumerate(names)]
    made = find_cells(f'<row r="7">{"".join(cells)}'.encode() + PADDED)
    assert made is not None
    assert [made.bodies[-1 - code] for code in made.codes.tolist()] == [body.encode() for body in bodies] * 6
    once, always, first_cell = (
        5,
        6,
        1,
    )  # the last body is longer than what is looked at, and the piece till there shorter
    assert len(made.bodies) == once + always + first_cell
    assert found('<c r="A7"/>', '<c r="B7"\x00/>') == [(1, b"/>"), (2, b"\x00/>")]


@pytest.mark.parametrize(
    ("between", "is_usual"),
    [
        ("</row>", True),
        ("</row>\n", True),
        ("</row><row r='8'/>", False),
        ('</row><row r="8"/>', True),
        ('</row><row r="8"></row>', True),
        ("</row><", False),
        ("</row><x/>", False),
        ("</row></rowx>", False),
    ],
)
def test_what_may_stand_between_rows(between: str, is_usual: bool) -> None:
    rows = f'<row r="7" spans="1:9"><c r="A7" t="s"><v>1</v></c>{between}<row r="9" spans="1:9"><c r="A9"/>'
    made = find_cells(rows.encode() + PADDED)
    assert (made is not None) is is_usual
    assert made is None or (made.rows.tolist(), made.bodies) == ([7, 9], [b"/>"])


def test_a_row_without_cells() -> None:
    assert found() == []


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
        (["<si><t>a</t></si>", KEPT + "b </t></si>", "<si><t>_ x</t></si>"], ["a", "b ", "_ x"], [1]),
        (["<si><r><t>a</t></r></si>", "<si/>", "<si><t>x_x</t></si>"], ["&", "&", "x_x"], [0, 1, 2]),
    ],
)
def test_shared_strings(items: list[str], texts: list[str], odd: list[int]) -> None:
    found = read_strings(f"<sst>{''.join(items)}</sst>".encode())
    assert found is not None
    assert found.texts == texts
    assert sorted(found.odd) == odd
    assert all(found.odd[n] == items[n].replace("<si/>", "<si></si>") for n in odd)


@pytest.mark.parametrize(
    "xml", ["<sst><!-- <si> --><si><t>a</t></si></sst>", "<sst><si><t>a</t></si><!-- </sst> --></sst>"]
)
def test_shared_strings_with_comments_are_left_to_calamine(xml: str) -> None:
    assert read_strings(xml.encode()) is None
