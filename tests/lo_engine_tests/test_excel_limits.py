"""What Excel refuses."""

import pytest

from tests.lo_engine.excel_limits import (
    MAX_ROWS,
    Box,
    ExcelRefusal,
    check_defined_name,
    check_sheet_name,
    check_spoken_formula,
    parse_address,
)


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("A1", Box(1, 1)),
        ("$C$4:b2", Box(2, 2, 3, 2)),
        ("B:C", Box(1, 2, MAX_ROWS, 2)),
        ("XFD1048576", Box(1_048_576, 16_384)),
        ("XFE1", None),
        ("A0", None),
        ("Clients", None),
    ],
)
def test_an_address_is_a_box(text, box):
    assert parse_address(text) == box


def test_a_box_writes_its_address():
    assert Box(2, 2, 3, 2).address() == "$B$2:$C$4"
    assert Box(1, 2, MAX_ROWS, 2).address(columns_fixed=False) == "B:C"


@pytest.mark.parametrize("text", ["A1,C3", "A1:" + "B" * 254])
def test_several_areas_and_long_addresses_are_refused(text):
    with pytest.raises(ExcelRefusal):
        parse_address(text)


@pytest.mark.parametrize("name", ["", "x" * 32, "a/b", "'x", "clients", "History"])
def test_a_bad_sheet_name_is_refused(name):
    with pytest.raises(ExcelRefusal):
        check_sheet_name(name, ["Clients"])


@pytest.mark.parametrize("name", ["A1", "1x", "a b", "R", ""])
def test_a_bad_defined_name_is_refused(name):
    with pytest.raises(ExcelRefusal):
        check_defined_name(name)


@pytest.mark.parametrize("formula", ["=INDEX($Z:$Z,ROW())=1", "=ROW()=2", "=$A$1>1.5", "=TRUE"])
def test_a_rule_that_only_an_english_excel_reads_is_refused(formula):
    with pytest.raises(ExcelRefusal, match="defined name"):
        check_spoken_formula(formula)


@pytest.mark.parametrize("formula", ["=CarnetFault", '=$Z1="a, ROW()"', "=$Z1<>0"])
def test_a_rule_that_every_excel_reads_passes(formula):
    check_spoken_formula(formula)
