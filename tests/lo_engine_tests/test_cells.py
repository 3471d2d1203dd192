"""Blocks of cells go in and come out as with Excel."""

import datetime as dt
from decimal import Decimal

import pytest

from tests.lo_engine.excel_limits import ExcelRefusal

pytest_plugins = ["tests.lo_engine.fixtures"]


@pytest.fixture
def sheet(book):
    return book.sheets[0]


def test_a_block_comes_back_with_excels_types(sheet):
    moment = dt.datetime(2024, 2, 29, 13, 5)
    sheet["A1"].value = [["Éloïse", 3, True, None, moment], ["", 1.5, False, float("nan"), dt.date(2024, 1, 2)]]
    assert sheet["A1:E2"].options(ndim=2).value == [
        ["Éloïse", 3.0, True, None, moment],
        [None, 1.5, False, None, dt.datetime(2024, 1, 2)],
    ]
    assert type(sheet["B1"].value) is float


def test_strings_are_typed_unless_the_cell_is_text(sheet):
    sheet["A1"].value = [["00123"], ["'00123"], ["=1+1"], ["1/2/2024"]]
    assert sheet["A1:A4"].value == [123.0, "00123", 2.0, dt.datetime(2024, 1, 2)]
    sheet["B1:B5"].number_format = "@"
    texts = ["00123", "=1+1", "+33612345678", "@boutique", "-abc"]
    sheet["B1"].options(transpose=True).value = texts
    assert sheet["B1:B5"].value == texts
    assert sheet["B1:B5"].number_format == "@"


def test_a_number_in_a_text_cell_becomes_text(sheet):
    sheet["A1"].number_format = "@"
    sheet["A1"].value = 12.0
    assert sheet["A1"].value == "12"


def test_one_column_of_a_block_may_be_text(sheet):
    sheet["B1:B2"].number_format = "@"
    sheet["A1"].value = [["01000", "01000"], ["1,5", "1/2"]]
    assert sheet["A1:B2"].value == [[1000.0, "01000"], ["1,5", "1/2"]]


def test_errors_are_none_or_their_text(sheet):
    sheet["A1"].value = [["=1/0", "=NA()", "=nothing", "#N/A"]]
    assert sheet["A1:D1"].value == [None] * 4
    assert sheet["A1:D1"].options(err_to_str=True).value == ["#DIV/0!", "#N/A", "#NAME?", "#N/A"]


def test_a_boolean_leaves_nothing_behind_when_overwritten(sheet):
    sheet["A1"].value = True
    sheet["A1"].value = 5
    assert sheet["A1"].value == 5.0
    assert type(sheet["A1"].value) is float
    assert sheet["A1"].number_format == "General"


def test_formulas_are_read_in_excels_grammar(sheet):
    sheet["A1"].value = [[1, 2], ["=SUM(A1,B1)", "=Sheet1!A1*2"]]
    assert sheet["A1:B2"].formula == (("1", "2"), ("=SUM(A1,B1)", "=Sheet1!A1*2"))
    assert sheet["A2:B2"].value == [3.0, 2.0]


def test_money_is_decimal_when_read_and_refused_when_written(sheet):
    sheet["A1"].value = "$12.50"
    assert sheet["A1"].value == Decimal("12.5")
    with pytest.raises(TypeError, match="Decimal"):
        sheet["A1"].value = Decimal("12.50")


@pytest.mark.parametrize("value", ["@boutique", "-abc", "x" * 32_768])
def test_what_excel_refuses_is_refused(sheet, value):
    with pytest.raises(ExcelRefusal):
        sheet["A1"].value = [[value]]


def test_whole_columns_areas_and_api_are_refused(sheet):
    for use in (lambda: sheet["A:A"].value, lambda: sheet["A1,C3"], lambda: sheet.api.Name, lambda: sheet["A1"].api.x):
        with pytest.raises(ExcelRefusal):
            use()


def test_the_cursor_moves_as_with_ctrl_and_arrows(sheet):
    sheet["B2"].value = [["a", "b"], ["c", None], [None, None], ["d", None]]
    assert sheet.used_range.address == "$B$2:$C$5"
    assert sheet["B2"].end("down").address == "$B$3"
    assert sheet["B3"].end("down").address == "$B$5"
    assert sheet["B2"].end("right").address == "$C$2"
    assert sheet["B1048576"].end("up").address == "$B$5"
    assert sheet["B2"].current_region.address == "$B$2:$C$3"
    assert sheet["B2"].expand().address == "$B$2:$C$3"


def test_widths_colours_and_fonts(sheet):
    sheet["A1"].column_width = 20
    sheet["A1"].color, sheet["A1"].font.bold, sheet["A1"].font.color = (255, 199, 206), True, "#9c0006"
    assert (sheet["A1"].column_width, sheet["A1:B1"].column_width) == (20.0, None)
    assert (sheet["A1"].color, sheet["B1"].color, sheet["A1:B1"].color) == ((255, 199, 206), None, (0, 0, 0))
    assert (sheet["A1"].font.bold, sheet["B1"].font.bold, sheet["A1"].font.color) == (True, False, (156, 0, 6))


def test_formatted_empty_cells_are_used_and_whole_columns_are_not(sheet):
    assert sheet.used_range.address == "$A$1"
    sheet["E:E"].number_format = "@"
    sheet["B2:B9"].data_validation.set_list(["client"])
    assert sheet.used_range.address == "$A$1"
    sheet["C3"].value = 1
    assert sheet.used_range.address == "$C$3"
    sheet["B1:B9"].number_format = "@"
    assert sheet.used_range.address == "$B$1:$C$9"
    sheet["C3"].value = True
    sheet["C3"].clear_contents()
    assert sheet.used_range.address == "$B$1:$B$9"
