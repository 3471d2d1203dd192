"""Canonical values written back in each system's own words."""

from datetime import date
from decimal import Decimal

import pytest

from core.profiles import load_system
from core.rules.countries import countries, read_country
from core.writing import country_value, file_value, sheet_value

CASES = [
    ("odeis", "title", "mrs", "Mme"),
    ("odeis", "title", "ms", "Mme"),  # a code of other systems, found among the words
    ("odeis", "title", "dr", "dr"),  # unknown here: stays, and a check will say so
    ("odeis", "country", "FR", "F"),
    ("odeis", "country", "DE", "D"),
    ("odeis", "country", "BI", "BI"),  # Burundi's RU would be read as Russia
    ("odeis", "country", "MS", "MSR"),  # Montserrat's MS is Mauritius' car code
    ("odeis", "country", "GP", "GP"),  # no car code of its own
    ("odeis", "undeliverable", True, "O"),
    ("odeis", "work_address", False, "N"),
    ("odeis", "mobile", "+33639980102", "06 39 98 01 02"),
    ("odeis", "mobile", "+3225551234", "+32 2 555 12 34"),
    ("odeis", "mobile", "au magasin", "au magasin"),
    ("odeis", "postcode", "01000", "01000"),
    ("odeis", "loyalty_card", "00433724", "00433724"),
    ("odeis", "birth_date", date(1987, 3, 24), date(1987, 3, 24)),
    ("odeis", "last_name", "=1+1", "=1+1"),
    ("odeis", "last_name", None, None),
    ("odeis", "last_name", "", None),
    ("cloud-pos", "country", "DE", "Germany"),
    ("cloud-pos", "country", "ZZ", "ZZ"),
    ("cloud-pos", "email_opt_in", True, "Yes"),
    ("cloud-pos", "contact_preference", "sms", "SMS"),
    ("cloud-pos", "price_list", "7", "7"),
    ("cloud-pos", "credit_limit", Decimal("300.50"), 300.5),
    ("lightspeed", "country", "FR", "FR"),
    ("lightspeed", "mobile", "+33639980102", "+33639980102"),
    ("lightspeed", "loyalty_enabled", False, "0"),
    ("lightspeed", "sex", "female", "F"),
    ("le-new-black", "contact_type", "prospect", "3"),
]


@pytest.mark.parametrize(("system", "key", "value", "written"), CASES)
def test_a_value_is_written_as_the_system_does(system, key, value, written):
    profile = load_system(system)
    assert file_value(profile.field(key), profile, value) == written


@pytest.mark.parametrize(("lang", "shown"), [("fr", "Ancien client"), ("en", "Former")])
def test_a_sheet_shows_the_label_where_the_file_holds_a_code(lang, shown):
    profile = load_system("le-new-black")
    assert sheet_value(profile.field("contact_type"), profile, "former", lang) == shown
    assert sheet_value(profile.field("company"), profile, "Maison", lang) == "Maison"


@pytest.mark.parametrize("system", ["odeis", "cloud-pos", "lightspeed"])
def test_every_country_written_is_read_back(system):
    profile = load_system(system)
    for code in countries():
        assert read_country(country_value(code, profile), profile.country_style) == (code, ()), code
