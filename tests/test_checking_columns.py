"""A column whose cells are nearly all different is settled row by row, with the very verdicts of reading it by cell."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.checking import columns
from core.checking.columns import Sheet, read_column
from core.fields import FieldType
from core.profiles import load_system
from core.tables import NOT_COMPUTED, CellError
from tests.corpus.big import big_columns, big_rows
from tests.tables import TODAY

SETTLED = {FieldType.TEXT, FieldType.NAME, FieldType.EMAIL, FieldType.PHONE}
ODD = (
    *("", " ", "aucun", "#EFFACER", "x" * 80, "LefÃ¨vre", "a&amp;b", "1,23457E+11", "4970 1000 0000 0055", "=x", "NA"),
    *("\u00a0x", "0612345678;0712345678", "0600000000", "06\n12345678", "A.B@EXAMPLE.FR", "a@gmial.com"),
    *("aucun@aucun.fr", "jean@example.fr", "06 12 34 56 78", "+33612345678", "0690 12 34 56", "poste 3", "C0001"),
    "\u200bDurand",
)
CELLS = st.lists(
    st.one_of(
        st.none(),
        st.sampled_from(ODD),
        st.sampled_from((CellError("#N/A"), NOT_COMPUTED)),
        st.text(st.characters(codec="utf-8"), max_size=12),
        st.integers(0, 10**8 - 1).map(lambda n: f"06{n:08}"),
        st.emails(),
    ),
    min_size=1,
    max_size=30,
)


def read(known, cells, sheet, *, by_row):
    """Read a column in one of the two ways."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_mostly_distinct", lambda _: by_row)
        return read_column(known, cells, sheet)


def profile_fields(system):
    profile = load_system(system)
    return profile, [f for f in profile.fields if f.type in SETTLED and not f.read_only]


@settings(max_examples=150, deadline=None)
@given(cells=CELLS, system=st.sampled_from(["odeis", "lightspeed"]), place=st.integers(0, 200))
@example(cells=list(ODD), system="lightspeed", place=0)
def test_both_ways_give_the_same_values_and_findings(cells, system, place):
    profile, fields = profile_fields(system)
    known = fields[place % len(fields)]
    sheet = Sheet(profile, TODAY, {}, len(cells))
    one, other = (read(known, cells, sheet, by_row=way) for way in (True, False))
    assert (one.values, one.faults) == (other.values, other.faults)


@pytest.mark.parametrize("countries", [["FR", "BE"], ["FR"]])
def test_phones_of_several_places_are_read_each_by_its_own(countries):
    """0690 is a number of Guadeloupe, and 0470 12 34 56 one of Belgium: a row's place decides."""
    profile = load_system("odeis")
    known = profile.field("mobile")
    cells = [f"0690 12 34 {n:02}" for n in range(40)] + [f"0470 12 34 {n:02}" for n in range(40)]
    country = [countries[n % len(countries)] for n in range(80)]
    values = {"country": country, "postcode": ["97110" if n % 3 else "75001" for n in range(80)]}
    sheet = Sheet(profile, TODAY, {}, 80, values)
    one, other = (read(known, cells, sheet, by_row=way) for way in (True, False))
    assert (one.values, one.faults) == (other.values, other.faults)
    assert one.values[1] == ("+590690123401" if countries == ["FR"] else "+32690123401")


def test_a_whole_file_reads_alike():
    profile = load_system("cloud-pos")
    fields = big_columns()
    rows = list(big_rows(fields, 3_000))
    for place, known in enumerate(fields):
        cells = [row[place] if row[place] != "" else None for row in rows]
        if any(isinstance(cell, float | date) for cell in cells):
            continue
        sheet = Sheet(profile, TODAY, {}, len(cells))
        one, other = (read(known, cells, sheet, by_row=way) for way in (True, False))
        assert (one.values, one.faults) == (other.values, other.faults), known.key


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([f"a{n}@example.fr" for n in range(2_000)], True),
        ([f"0612{n:06}" if n % 2 else None for n in range(2_000)], True),
        ([f"ville {n % 60}" for n in range(2_000)], False),
        ([f"a{n}" for n in range(1_500)] + [12.0], False),
        ([None] * 2_000, False),
    ],
)
def test_only_columns_without_numbers_and_with_few_repeats_go_by_row(cells, expected):
    assert columns._mostly_distinct(cells) is expected
