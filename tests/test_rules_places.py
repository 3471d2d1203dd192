"""Postcodes and countries."""

import re

import pytest

from core.cells import fold
from core.issues import Code
from core.rules.countries import countries, read_country, written_country
from core.rules.postcodes import patterns, read_postcode


@pytest.mark.parametrize(
    ("written", "country", "value"),
    [
        ("01000", "FR", "01000"),
        (" 44000 ", "FR", "44000"),
        ("75 011", "FR", "75 011"),
        ("97110", "GP", "97110"),
        ("98000", "MC", "98000"),
        ("1000", "BE", "1000"),
        ("B-1000", "BE", "B-1000"),
        ("L-1234", "LU", "L-1234"),
        ("1200", "CH", "1200"),
        ("sw1a 1aa", "GB", "SW1A 1AA"),
        ("EC1A1BB", "GB", "EC1A1BB"),
        ("1012 AB", "NL", "1012 AB"),
        ("4000-123", "PT", "4000-123"),
        ("90210-1234", "US", "90210-1234"),
        ("K1A 0B1", "CA", "K1A 0B1"),
        ("D02 AF30", "IE", "D02 AF30"),
        ("anything 7", "ZW", "ANYTHING 7"),
    ],
)
def test_a_good_postcode_is_kept_as_text(written, country, value):
    assert read_postcode(written, country) == (value, ())


@pytest.mark.parametrize(
    ("written", "country", "finding"),
    [
        ("1000", "FR", (Code.POSTCODE_ZERO_LOST, {"proposal": "01000"})),
        ("7501", "FR", (Code.POSTCODE_ZERO_LOST, {"proposal": "07501"})),
        ("4400O", "FR", (Code.POSTCODE_INVALID, {"country": "FR", "reason": "postcode_form"})),
        ("44035 CEDEX 1", "FR", (Code.POSTCODE_INVALID, {"country": "FR", "reason": "postcode_cedex"})),
        ("440000", "FR", (Code.POSTCODE_INVALID, {"country": "FR", "reason": "postcode_form"})),
        ("00100", "FR", (Code.POSTCODE_INVALID, {"country": "FR", "reason": "postcode_form"})),
        ("44000", "BE", (Code.POSTCODE_INVALID, {"country": "BE", "reason": "postcode_form"})),
    ],
)
def test_a_doubtful_postcode_is_kept_and_never_mended(written, country, finding):
    assert read_postcode(written, country) == (written, (finding,))


def test_every_pattern_is_of_a_country_and_compiles():
    assert set(patterns()) <= set(countries())
    assert all(isinstance(p, re.Pattern) for p in patterns().values())


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("FR", "FR"),
        ("F", "FR"),
        ("fra", "FR"),
        ("France", "FR"),
        ("FRANCE ", "FR"),
        ("Etats-Unis", "US"),
        ("USA", "US"),
        ("Royaume-Uni", "GB"),
        ("Angleterre", "GB"),
        ("UK", "GB"),
        ("La Réunion", "RE"),
        ("Réunion", "RE"),
        ("Guyane", "GF"),
        ("Corse", "FR"),
        ("Île Maurice", "MU"),
        ("Guyane française", "GF"),
        ("Belgium", "BE"),
        ("B", "BE"),
        ("D", "DE"),
        ("ES", "ES"),
        ("Hollande", "NL"),
        ("Côte d'Ivoire", "CI"),
        ("Niger", "NE"),
        ("Nigéria", "NG"),
    ],
)
def test_a_country_is_read_by_name_or_code(written, code):
    assert read_country(written) == (code, ())


@pytest.mark.parametrize(
    ("written", "style", "params"),
    [
        ("Frnace", "iso2", {"reason": "country_near", "proposal": "France"}),
        ("Farnce", "iso2", {"reason": "country_near", "proposal": "France"}),
        ("Belgqiue", "iso2", {"reason": "country_near", "proposal": "Belgique"}),
        ("Siusse", "iso2", {"reason": "country_near", "proposal": "Suisse"}),
        ("Royume Uni", "iso2", {"reason": "country_near", "proposal": "Royaume-Uni"}),
        ("Neverlands", "iso2", {"reason": "country_near", "proposal": "Netherlands"}),
        ("Bretagne", "iso2", {"reason": "country_no_near"}),
        ("étranger", "iso2", {"reason": "country_no_near"}),
        ("ZZ", "iso2", {"reason": "country_no_near"}),
        ("ES", "car", {"reason": "country_two"}),
    ],
)
def test_an_unknown_country_is_refused_with_what_was_meant(written, style, params):
    assert read_country(written, style) == (None, ((Code.COUNTRY_UNKNOWN, params),))


@pytest.mark.parametrize(
    ("code", "style", "lang", "written"),
    [
        ("FR", "car", "fr", "F"),
        ("GP", "car", "fr", "GP"),
        ("FR", "iso2", "fr", "FR"),
        ("GB", "name", "fr", "Royaume-Uni"),
        ("GB", "name", "en", "United Kingdom"),
    ],
)
def test_a_country_is_written_as_the_file_wants_it(code, style, lang, written):
    assert written_country(code, style, lang) == written
    assert read_country(written, style) == (code, ())


def test_the_table_of_countries_is_whole_and_its_names_are_nobody_elses():
    assert len(countries()) == 250
    names = [fold(n) for c in countries().values() for n in {c.iso2, c.iso3, c.fr, c.en}]
    shared = {n for n in names if names.count(n) > 1}
    assert {
        n for n in shared if len({c.iso2 for c in countries().values() if n in map(fold, (c.fr, c.en))}) > 1
    } == set()
    for country in countries().values():
        for style in ("iso2", "name"):
            assert read_country(written_country(country.iso2, style), style) == (country.iso2, ())
