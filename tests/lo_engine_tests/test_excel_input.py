"""What Excel makes of a string given to a cell."""

import datetime as dt

import pytest

from tests.lo_engine.excel_input import Typed, from_serial, to_serial, typed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Typed("empty")),
        ("Éloïse", Typed("text", "Éloïse")),
        ("00123", Typed("number", 123.0)),
        (" 12 ", Typed("number", 12.0)),
        ("0612345678", Typed("number", 612345678.0)),
        ("+33612345678", Typed("number", 33612345678.0)),
        ("06 12 34 56 78", Typed("text", "06 12 34 56 78")),
        ("1234567890123456789", Typed("number", 1234567890123460000.0)),
        ("3E5", Typed("number", 300000.0, "0.00E+00")),
        ("1,234.5", Typed("number", 1234.5)),
        ("1,23", Typed("text", "1,23")),
        ("12.5%", Typed("number", 0.125, "0.00%")),
        ("(5)", Typed("number", -5.0, "$#,##0.00")),
        ("$1,200", Typed("number", 1200.0, "$#,##0.00")),
        ("1 1/2", Typed("number", 1.5, "# ?/?")),
        ("12:30", Typed("number", 12.5 / 24, "h:mm")),
        ("2/3/2024", Typed("date", to_serial(dt.date(2024, 2, 3)), "m/d/yyyy")),
        ("13/3/2024", Typed("text", "13/3/2024")),
        ("2024-02-03", Typed("date", to_serial(dt.date(2024, 2, 3)), "m/d/yyyy")),
        ("2024-02-03 12:00", Typed("date", to_serial(dt.date(2024, 2, 3)) + 0.5, "m/d/yyyy h:mm")),
        ("3-mar-24", Typed("date", to_serial(dt.date(2024, 3, 3)), "d-mmm-yy")),
        ("true", Typed("bool", True)),
        ("#N/A", Typed("error", "#N/A")),
        ("NA", Typed("text", "NA")),
        ("=A1", Typed("formula", "=A1")),
        ("'00123", Typed("text", "00123")),
        ("-", Typed("text", "-")),
        ("@boutique", Typed("refused", "@boutique")),
        ("-abc", Typed("refused", "-abc")),
        ("+", Typed("text", "+")),
    ],
)
def test_a_string_becomes_what_typing_it_gives(text, expected):
    assert typed(text) == expected


@pytest.mark.parametrize("text", ["00123", "=A1", "+33612345678", "2/3/2024", "TRUE", "#N/A", "@boutique", "'x"])
def test_a_text_cell_keeps_the_string(text):
    assert typed(text, as_text=True) == Typed("text", text)


def test_a_cell_holds_32767_characters():
    assert typed("x" * 32_767).kind == "text"
    assert typed("x" * 32_768, as_text=True).kind == "refused"


def test_serial_numbers_go_both_ways():
    moment = dt.datetime(2024, 2, 29, 13, 5, 59)
    assert to_serial(dt.date(1900, 3, 1)) == 61
    assert from_serial(to_serial(moment)) == moment
