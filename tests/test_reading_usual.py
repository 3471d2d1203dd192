"""A large sheet written the usual way is read by arrays, cell for cell as calamine reads it; others are calamine's."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.tables import Table
from core.workbooks import package_reading, read_table, write_results, write_table
from core.workbooks.details import PADDED
from core.workbooks.package import open_package
from core.workbooks.usual_cells import find_cells
from core.workbooks.usual_reading import read_usual
from tests.corpus.big import big_columns, write_big_xlsx
from tests.corpus.hostile import HOSTILE, HostileFile
from tests.corpus.raw_xlsx import MAIN, PROLOG, shared_part, sheet_of, workbook_parts, write_parts
from tests.result_parts import results_for

HEADER = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
STRINGS = ["Nom", "Prénom", "Petit", "Luc", "Éloïse 😀"]
DATED = (
    f'{PROLOG}<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="170" formatCode="00000"/></numFmts>'
    '<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5"><xf/><xf numFmtId="49"/><xf numFmtId="14"/>'
    '<xf numFmtId="170"/><xf numFmtId="21"/></cellXfs></styleSheet>'
)


def both(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Table | str, Table | str]:
    """Read a file by arrays where that may be, and by calamine alone."""
    found = []
    for large in (0, 1 << 60):
        monkeypatch.setattr(package_reading, "LARGE", large)
        try:
            found.append(read_table(path, headers=["Nom", "Prénom", "Code postal"]))
        except InputError as error:
            found.append(error.key)
    return found[0], found[1]


def assert_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> Table | str:
    """Both readings are equal, types too, and are returned."""
    ours, calamine = both(path, monkeypatch)
    if isinstance(ours, str) or isinstance(calamine, str):
        assert ours == calamine
        return ours
    for field in fields(Table):
        assert getattr(ours, field.name) == getattr(calamine, field.name), field.name
    for one, other in zip(ours.columns, calamine.columns, strict=True):
        assert list(map(type, one)) == list(map(type, other))
    return ours


def usual(path: Path) -> bool:
    """Say whether the first sheet is read by arrays."""
    package = open_package(path)
    return read_usual(package, package.sheets[0]) is not None


def raw(path: Path, rows: str, *, strings: str | None = None, after: str = "", before: str = "") -> Path:
    shared = shared_part(STRINGS) if strings is None else strings
    write_parts(path, workbook_parts(sheet_of(rows, after=after, before=before), shared=shared, styles=DATED))
    return path


USUAL = {
    "shared": '<row r="2"><c r="A2" s="1" t="s"><v>2</v></c><c r="B2" t="s"><v>4</v></c></row>',
    "excel_rows": '<row r="2" spans="1:2" ht="15" x14ac:dyDescent="0.25"><c r="B2" s="1" t="s"><v>3</v></c></row>',
    "formatted_blanks": '<row r="2"><c r="A2" s="1"/><c r="B2" t="s"><v>3</v></c><c r="C2" s="2"/></row>',
    "numbers": '<row r="2"><c r="A2"><v>12.50</v></c><c r="B2" t="n"><v>1E+20</v></c><c r="D2"><v>-0</v></c></row>',
    "dates": '<row r="2"><c r="A2" s="2"><v>31860</v></c><c r="B2" s="2"><v>31860.5</v></c></row>',
    "times": '<row r="2"><c r="A2" s="4"><v>0.5</v></c><c r="B2" s="4"><v>1.25</v></c></row>',
    "zeros_shown": '<row r="2"><c r="A2" s="3"><v>1000</v></c><c r="B2" t="s"><v>3</v></c></row>',
    "yes_no": '<row r="2"><c r="A2" t="b"><v>1</v></c><c r="B2" t="b"><v>0</v></c></row>',
    "errors": '<row r="2"><c r="A2" t="e"><v>#N/A</v></c><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>',
    "formulas": '<row r="2"><c r="A2" t="str"><f>B2</f><v>a&amp;b</v></c><c r="B2"><f>1+1</f><v>2</v></c></row>',
    "not_computed": '<row r="2"><c r="A2" t="s"><v>2</v></c></row><row r="3"><c r="B3"><f>1+1</f></c></row>',
    "inline": '<row r="2"><c r="A2" t="inlineStr"><is><t>Zoé &amp; Co</t></is></c></row>',
    "inline_trimmed": '<row r="2"><c r="B2" t="inlineStr"><is><t> x </t></is></c></row>',
    "inline_kept": '<row r="2"><c r="A2" s="1" t="inlineStr"><is><t xml:space="preserve"> y </t></is></c></row>',
    "inline_runs": '<row r="2"><c r="A2" t="inlineStr"><is><r><t>Pe</t></r><r><t>tit</t></r></is></c></row>',
    "blank_texts": '<row r="2"><c r="A2" t="inlineStr"><is><t xml:space="preserve">  </t></is></c></row>',
    "far_column": '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="AAB2" t="s"><v>3</v></c></row>',
    "rows_left_out": '<row r="5"><c r="A5" t="s"><v>2</v></c></row><row r="9999"><c r="B9999" t="s"><v>3</v></c></row>',
    "ghosts": '<row r="2"><c r="A2" t="s"><v>2</v></c></row><row r="3" s="1"/><row r="900" s="1"></row><row r="901"/>',
    "hidden": '<row r="2" hidden="1"><c r="A2" t="s"><v>2</v></c></row><row r="3"><c r="A3" t="s"><v>3</v></c></row>',
    "spaces_between_rows": '\n<row r="2"><c r="A2" t="s"><v>2</v></c></row>\n <row r="3"><c r="A3"/></row>\n',
    "metadata": '<row r="2"><c r="A2" s="1" vm="1"><v>2</v></c><c r="B2" vm="1" t="s"><v>3</v></c></row>',
}  # fmt: skip
"""Rows that are read by arrays."""
UNUSUAL = {
    "no_references": "<row><c t=\"s\"><v>2</v></c></row>",
    "row_without_number": '<row><c r="A2" t="s"><v>2</v></c></row>',
    "other_quotes": "<row r='2'><c r='A2' t='s'><v>2</v></c></row>",
    "one_without_reference": '<row r="2"><c r="A2" t="s"><v>2</v></c><c t="s"><v>3</v></c></row>',
    "first_without_reference": '<row r="2"><c t="s"><v>3</v></c><c r="B2" t="s"><v>2</v></c></row>',
    "number_without_reference": '<row r="2"><c r="A2"><v>2</v></c><c><v>3</v></c></row>',
    "wrong_row": '<row r="2"><c r="A3" t="s"><v>2</v></c></row>',
    "longer_row": '<row r="2"><c r="A22" t="s"><v>2</v></c></row>',
    "backwards": '<row r="2"><c r="B2" t="s"><v>2</v></c><c r="A2" t="s"><v>3</v></c></row>',
    "cell_twice": '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="A2" t="s"><v>3</v></c></row>',
    "rows_backwards": '<row r="3"><c r="A3" t="s"><v>2</v></c></row><row r="2"><c r="A2" t="s"><v>3</v></c></row>',
    "row_twice": '<row r="2"><c r="A2" t="s"><v>2</v></c></row><row r="2"><c r="B2" t="s"><v>3</v></c></row>',
    "comment": '<row r="2"><!-- x --><c r="A2" t="s"><v>2</v></c></row>',
    "comment_in_a_cell": '<row r="2"><c r="A2"><!-- x --><v>2</v></c></row>',
    "cdata": '<row r="2"><c r="A2" t="str"><v><![CDATA[<c r="B2"><v>9</v></c>]]></v></c></row>',
    "spaces_between_cells": '<row r="2"><c r="A2"><v>2</v></c> <c r="B2" t="s"><v>2</v></c></row>',
    "space_in_a_tag": '<row r="2"><c  r="A2" t="s"><v>2</v></c></row>',
    "small_letters": '<row r="2"><c r="a2" t="s"><v>2</v></c></row>',
    "beyond_the_last_column": '<row r="2"><c r="XFE2" t="s"><v>2</v></c></row>',
    "beyond_the_last_row": '<row r="1048577"><c r="A1048577" t="s"><v>2</v></c></row>',
    "string_with_metadata": '<row r="2"><c r="A2" s="1" t="s" cm="1"><v>2</v></c></row>',
    "no_such_string": '<row r="2"><c r="A2" t="s"><v>99</v></c></row>',
    "no_rows": "",
}  # fmt: skip
"""Rows that are left to calamine."""


@pytest.mark.parametrize("name", USUAL)
def test_usual_cells_are_read_as_calamine_reads_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = raw(tmp_path / "a.xlsx", HEADER + USUAL[name])
    assert usual(path)
    assert not isinstance(assert_same(path, monkeypatch), str)


@pytest.mark.parametrize("name", UNUSUAL)
def test_unusual_cells_are_left_to_calamine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    path = raw(tmp_path / "a.xlsx", HEADER + UNUSUAL[name] if UNUSUAL[name] else "")
    assert not usual(path)
    assert_same(path, monkeypatch)


@pytest.mark.parametrize(
    ("items", "read"),
    [
        (["<t>a &amp; b</t>", "<t>&#233;t&#xE9;</t>"], ["a & b", "été"]),
        (["<t> bords </t>", '<t xml:space="preserve"> gardés </t>'], ["bords", " gardés "]),
        (["<t>ligne\r\nsuite</t>", "<t>x_x000D_y</t>"], ["ligne\nsuite", "x\ry"]),
        (["<r><t>Du</t></r><r><rPr/><t>pont</t></r>", "<t>東</t><rPh sb='0'><t>ト</t></rPh>"], ["Dupont", "東"]),
        (["<t></t>", "<t/>"], [None, None]),
        (["<t>\u00a0</t>", "<t>a\u00a0</t>"], ["\u00a0", "a\u00a0"]),
        (["<t>a>b</t>", "<t>=1+1</t>"], ["a>b", "=1+1"]),
    ],
)  # fmt: skip
def test_strings_that_are_more_than_their_characters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, items: list[str], read: list[str | None]
) -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>{n}</v></c><c r="B{n}" t="s"><v>1</v></c></row>' for n in range(2, 4)
    )
    strings = shared_part(["<t>Nom</t>", "<t>Prénom</t>", *items], raw=True)
    path = raw(tmp_path / "a.xlsx", HEADER + rows, strings=strings)
    assert usual(path)
    table = assert_same(path, monkeypatch)
    assert isinstance(table, Table)
    assert table.columns[0] == read


@pytest.mark.parametrize(
    ("strings", "is_usual"),
    [
        (f'{PROLOG}<sst xmlns="{MAIN}">\n<si><t>Nom</t></si>\n<si><t>Prénom</t></si>\n</sst>', False),
        (f'{PROLOG}<x:sst xmlns:x="{MAIN}"><x:si><x:t>Nom</x:t></x:si><x:si><x:t>P</x:t></x:si></x:sst>', False),
        (f'{PROLOG}<sst xmlns="{MAIN}"><si><t>Nom</t></si><si/><si><t>P</t></si></sst>', True),
        (f'{PROLOG}<sst xmlns="{MAIN}"/>', False),
        (f'{PROLOG}<sst xmlns="{MAIN}"><si><t>Nom</t></si><si><t><![CDATA[</si><si><t>P]]></t></si></sst>', False),
        (f'{PROLOG}<sst xmlns="{MAIN}"><!-- <si> --><si><t>Nom</t></si><si><t>P</t></si></sst>', False),
        (f'{PROLOG}<sst xmlns="{MAIN}"><si><t>Nom</t></si><si><t>P<?x </si><si> ?></t></si></sst>', False),
    ],
)
def test_strings_parts_of_other_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, strings: str, is_usual: bool
) -> None:
    path = raw(tmp_path / "a.xlsx", HEADER + HEADER.replace('"1"', '"2"').replace('1"', '2"'), strings=strings)
    assert usual(path) is is_usual
    assert_same(path, monkeypatch)


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="D2" t="str"><f>A2</f><v></v></c>',
        '<c r="D2" t="s"><v>2</v></c>',
        '<c r="D2" t="inlineStr"><is><t/></is></c>',
        '<c r="D2"><f>A2</f></c>',
    ],
)
def test_a_cell_that_shows_nothing_keeps_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cell: str) -> None:
    """Results go right of it: a formula whose text is "" is the user's."""
    row = f'<row r="2"><c r="A2" t="s"><v>0</v></c>{cell}</row>'
    path = raw(tmp_path / "a.xlsx", HEADER + row, strings=shared_part(["Nom", "Prénom", ""]))
    assert usual(path)
    ours, calamine = both(path, monkeypatch)
    assert isinstance(ours, Table)
    assert isinstance(calamine, Table)
    assert ours.facts["last_column"] == calamine.facts["last_column"] == 4


def test_a_blank_row_that_no_sheet_has_is_left_to_calamine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = raw(tmp_path / "a.xlsx", HEADER + USUAL["shared"] + '<row r="99999999999" s="1"/>')
    assert not usual(path)
    assert assert_same(path, monkeypatch) == "errors.too_long"


def test_what_surrounds_the_rows_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = raw(
        tmp_path / "a.xlsx",
        HEADER + USUAL["shared"],
        before='<cols><col min="2" max="2" width="9" hidden="1"/></cols>',
        after='<sheetProtection sheet="1"/><autoFilter ref="A1:B2"/><mergeCells><mergeCell ref="A2:B2"/></mergeCells>',
    )
    assert usual(path)
    table = assert_same(path, monkeypatch)
    assert isinstance(table, Table)
    assert {"hidden_columns": 1, "protected": 1, "autofilter": 1, "merged_row": 2}.items() <= table.facts.items()


@pytest.mark.parametrize(
    "case", [c for c in HOSTILE if c.name.endswith((".xlsx", ".xlsm")) and not c.heavy], ids=lambda case: case.name
)
def test_hostile_and_odd_files_read_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: HostileFile) -> None:
    """The one difference is wanted: a column of nothing but errors or formulas counts by arrays as any other."""
    path = tmp_path / case.name
    case.write(path)
    assert_same(path, monkeypatch)


def test_a_large_file_and_its_results_read_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet of many pieces, then the same with results of ours in it; both as they are read by default."""
    path = tmp_path / "a.xlsx"
    write_big_xlsx(path, big_columns(), 12_000)
    assert open_package(path).size("xl/worksheets/sheet1.xml") > package_reading.LARGE
    assert usual(path)
    table = assert_same(path, monkeypatch)
    assert isinstance(table, Table)
    write_results(path, table, results_for(table, message="Nom trop long & <faux>"), "fr")
    assert usual(path)
    assert_same(path, monkeypatch)


def test_our_own_plain_tables_are_usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    cells = ["0612", "=x", " é ", "a & <b>", None, 12.5, date(1987, 3, 24), True, "_x0041_", "\x07"]
    write_table(path, ["Nom", "Prénom"], [cells, ["x"] * len(cells)])
    assert usual(path)
    table = assert_same(path, monkeypatch)
    assert isinstance(table, Table)
    assert table.columns[0] == cells


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(-1e15, 1e15, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-9),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12),
    st.sampled_from(["0612345678", "+33 6", "NA", "=x", "a & b", "<b>", " bord", "x_x0041_y", "\n", "tab\t", "=1+1"]),
    st.dates(date(1901, 1, 1), date(2099, 1, 1)),
    st.datetimes(datetime(1901, 1, 1), datetime(2099, 1, 1)),
    st.times(),
)
GRIDS = st.lists(st.lists(VALUES, min_size=3, max_size=3), max_size=12)


@settings(max_examples=60, deadline=None)
@given(grid=GRIDS, writer=st.sampled_from(["openpyxl", "xlsxwriter"]))
def test_any_sheet_of_other_writers_reads_alike(
    tmp_path_factory: pytest.TempPathFactory, grid: list[list[object]], writer: str
) -> None:
    path = tmp_path_factory.mktemp("grid") / "a.xlsx"
    rows = [["Nom", "Prénom", "Code postal"], *grid]
    if writer == "openpyxl":
        book = openpyxl.Workbook()
        for row, cells in enumerate(rows, 1):
            for column, value in enumerate(cells, 1):
                cell = book.active.cell(row, column)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
        book.save(path)
    else:
        with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy", "strings_to_formulas": False}) as made:
            sheet = made.add_worksheet()
            for row, cells in enumerate(rows):
                for column, value in enumerate(cells):
                    if isinstance(value, date | datetime | time):
                        sheet.write_datetime(row, column, value)
                    else:
                        sheet.write(row, column, value)
    with pytest.MonkeyPatch.context() as patch:
        assert_same(path, patch)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_damaged_piece_is_refused_or_read_as_it_is_said(data: st.DataObject) -> None:
    """Whatever one byte becomes, no cell is put in another place than the one that the piece names."""
    piece = (
        b'<row r="9"><c r="A9" s="1" t="s"><v>12</v></c><c r="Z9"><v>3</v></c><c r="AB9" t="s"><v>7</v></c>' + PADDED
    )
    at = data.draw(st.integers(0, len(piece) - 1))
    damaged = piece[:at] + bytes([data.draw(st.integers(0, 255))]) + piece[at + 1 :]
    cells = find_cells(damaged)
    assert cells or damaged != piece
    if cells is None:
        return
    for row, column, code in zip(cells.rows.tolist(), cells.columns.tolist(), cells.codes.tolist(), strict=True):
        name = openpyxl.utils.get_column_letter(column).encode()
        assert b'r="%b%d"' % (name, row) in damaged
        assert code < 0 or b"<v>%d</v>" % code in damaged or b"<v>%02d</v>" % code in damaged
