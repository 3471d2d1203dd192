"""Postcodes and towns of France."""

import time

import pytest

from core.data.derive_towns import town_keys
from core.issues import Code
from core.rules.towns import read_town, read_towns
from core.towns import FILE, KEYS, Agreement, compare, near_spelling, postcodes_of, spelling, towns_of
from tests.corpus.names import OVERSEAS, TOWNS

AGREE = [
    ("42000", "ST ETIENNE"),
    ("42000", "Saint Étienne Cedex 2"),
    ("75011", "PARIS 11"),
    ("75011", "Paris 11ème arrondissement"),
    ("75116", "Paris 16e"),
    ("13001", "MARSEILLE 01"),
    ("44500", "La Baule"),
    ("71100", "CHALON S/ SAONE"),
    ("59650", "Villeneuve d’Ascq"),
    ("01000", "bourg en bresse"),
    ("97410", "Saint-Pierre"),
]
DIFFER = [("44000", "Lyon"), ("44600", "Nantes"), ("13001", "Paris"), ("44035", "LYON CEDEX 3")]
UNKNOWN = [("44035", "NANTES CEDEX 1"), ("06160", "Juan-les-Pins"), ("44000", ""), ("44000", "??"), ("99999", "Nulle")]


@pytest.mark.parametrize(("postcode", "town"), [*AGREE, *TOWNS, *(place[:2] for place in OVERSEAS)])
def test_a_postcode_and_its_town_agree_however_the_town_is_written(postcode, town):
    assert compare(postcode, town) is Agreement.AGREE


@pytest.mark.parametrize(("postcode", "town"), DIFFER)
def test_a_known_town_of_other_postcodes_differs(postcode, town):
    assert compare(postcode, town) is Agreement.DIFFER


@pytest.mark.parametrize(("postcode", "town"), UNKNOWN)
def test_what_the_list_does_not_know_is_not_judged(postcode, town):
    assert compare(postcode, town) is Agreement.UNKNOWN


@pytest.mark.parametrize(
    ("postcode", "typed", "listed"),
    [
        ("42000", "ST ETIENNE", "Saint-Étienne"),
        ("01000", "Bourg en bresse", "Bourg-en-Bresse"),
        ("73000", "CHAMBERY", "Chambéry"),
        ("75011", "PARIS", "Paris"),
        ("75011", "Paris 11e", None),  # the district would be lost
        ("44500", "La Baule", None),
        ("44000", "Nantes Cedex", None),
        ("44000", "Lyon", None),
    ],
)
def test_a_town_takes_the_lists_spelling_when_only_accents_case_or_signs_differ(postcode, typed, listed):
    assert spelling(postcode, typed) == listed


def test_a_mistyped_town_is_found_among_those_of_its_postcode():
    assert near_spelling("59200", "Tourcoin") == "Tourcoing"
    assert near_spelling("59200", "Bordeaux") is None


def test_the_keys_of_the_towns_are_those_of_the_list():
    assert KEYS.read_text(encoding="ascii") == town_keys(FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("town", "postcodes"),
    [
        ("Abancourt", {"59268", "60220"}),
        ("L'ABERGEMENT-CLÉMENCIAT", {"01400"}),
        ("Aast", {"64460"}),  # the first line
        ("Zuydcoote", {"59123"}),
        ("Zuytpeene", {"59670"}),  # the last line
        ("Aa", set()),
        ("Zz", set()),
        ("", set()),
        ("??", set()),
    ],
)
def test_a_town_has_the_postcodes_of_the_list_however_it_is_written(town, postcodes):
    assert postcodes_of(town) == postcodes


def test_the_list_covers_france_and_is_quick():
    start = time.perf_counter()
    assert len({"Paris", *towns_of("75001"), *towns_of("97400"), *towns_of("20000")}) == 4
    assert postcodes_of("Saint-Denis") >= {"93200", "97400"}
    assert time.perf_counter() - start < 1.0


@pytest.mark.parametrize(
    ("postcode", "town", "country", "found"),
    [
        ("44000", "Lyon", "FR", True),
        ("44000", "Nantes", "FR", False),
        ("1000", "Bruxelles", "BE", False),
        ("44000", "Lyon", "DE", False),  # Germany has five figures too
        ("97400", "Paris", "RE", True),
        ("4400", "Lyon", "FR", False),  # the postcode's own rule says it
    ],
)
def test_the_rule_judges_french_rows_alone(postcode, town, country, found):
    findings = read_town(postcode, town, country)
    assert findings == (((Code.POSTCODE_CITY, {"city": town}),) if found else ())


def test_whole_columns_are_read_by_distinct_rows_and_blanks_are_left():
    found = read_towns(["44000", "44000", None, "75001"], ["Lyon", "Nantes", "Lyon", None], [None] * 4, "FR")
    assert found == [(0, ((Code.POSTCODE_CITY, {"city": "Lyon"}),))]
