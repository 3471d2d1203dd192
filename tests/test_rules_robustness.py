"""Every rule survives junk: it gives a value of its type or findings, and never raises."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.checking.columns import Sheet, read_column
from core.fields import FieldType
from core.i18n import LANGUAGES
from core.issues import SEVERITY, Issue
from core.profiles import Choice, Field, load_system
from core.tables import CellError

TODAY = date(2025, 11, 3)
BLANKS = (None, "", " ", "\u00a0", "\u202f\u202f", "\ufeff")
SIGNS = ("0", "-0", "+", "@", ".", ",", "/", "a@", "@a", "'=x", "=1+1", "--", "½", "Ⅷ", "٣٤٥", "\x00", "\x1b[31m")
WRITTEN = ("nan", "None", "NULL", "#N/A", "1e999", "1E+400", "0x1F", "b'bytes'", "😀", "e\u0301", "\ud7ff", "日本語")
DATED = ("00/00/0000", "99/99/9999", "1/1/1", "31/12/9999", date(1, 1, 1), date(9999, 12, 31), datetime(1987, 3, 24))
LONG = ("'" * 300, "9" * 400, "(" * 50, "a" * 5000 + "@example.fr", "👨\u200d👩\u200d👧")
WHOLE = (0, 1, -1, 1.0, -0.0, 612345678, 612345678.0, 123456789012345.0, 60.0, 2958465.0, 2958466.0)
GREAT = (1e15, 1.23e17, 1e300, -1e300, 5e-324, float("nan"), float("inf"), -float("inf"))
OTHERS = (True, False, time(10, 5), CellError("#REF!"), "#EFFACER")
JUNK = (*BLANKS, *SIGNS, *WRITTEN, *DATED, *LONG, *WHOLE, *GREAT, *OTHERS)
KINDS = {
    FieldType.TEXT: str,
    FieldType.NAME: str,
    FieldType.EMAIL: str,
    FieldType.PHONE: str,
    FieldType.POSTCODE: str,
    FieldType.COUNTRY: str,
    FieldType.CHOICE: str,
    FieldType.CARD: str,
    FieldType.DATE: date,
    FieldType.FLAG: bool,
    FieldType.AMOUNT: Decimal,
}
WORDS = {"fr": "Essai", "en": "Trial"}
CHOICES = (Choice("yes", "O", WORDS), Choice("no", "N", WORDS))


def read(kind, cells):
    known = Field("email", "Essai", kind, WORDS, WORDS, "proposed", "", max_length=40, choices=choices(kind))
    sheet = Sheet(load_system("lightspeed"), TODAY, {}, len(cells))
    return read_column(known, cells, sheet)


def choices(kind):
    return CHOICES if kind in (FieldType.CHOICE, FieldType.FLAG) else ()


@pytest.mark.parametrize("kind", list(FieldType))
def test_junk_gives_a_value_or_findings(kind):
    column = read(kind, list(JUNK))
    assert len(column.values) == len(JUNK)
    for cell, value in zip(JUNK, column.values, strict=True):
        assert value is None or value == "#EFFACER" or isinstance(value, KINDS[kind]), (cell, value)
        assert value != ""
    for row, findings in column.faults:
        for code, params in findings:
            for lang in LANGUAGES:
                assert Issue(row, "Essai", "email", code, SEVERITY[code], "x", params).message(lang)


@pytest.mark.parametrize("kind", list(FieldType))
def test_blanks_are_blank_and_errors_are_named(kind):
    column = read(kind, [None, "", " \u00a0", CellError("#N/A"), float("nan")])
    assert column.values == [None] * 5
    assert [(row, [str(c) for c, _ in found]) for row, found in column.faults] == [
        (3, ["error_cell"]),
        (4, ["error_cell"]),
    ]


@pytest.mark.parametrize("kind", list(FieldType))
def test_an_erase_mark_comes_through(kind):
    assert read(kind, ["#EFFACER", "#erase\u00a0"]).values == ["#EFFACER", "#erase"]


@given(
    st.lists(st.one_of(st.text(), st.floats(), st.booleans(), st.dates(), st.none()), min_size=1),
    st.sampled_from(FieldType),
)
@settings(max_examples=200, deadline=None)
def test_anything_at_all_gives_one_value_a_row(cells, kind):
    column = read(kind, cells)
    assert len(column.values) == len(cells)
    assert [row for row, _ in column.faults] == sorted({row for row, _ in column.faults})
