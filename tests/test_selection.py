"""Selections: what a criterion means, on every database alike; what is wrong with one is said in plain words."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from core import actions
from core.database import open_database
from core.errors import InputError
from core.fields import FIELDS
from core.i18n import tr
from core.selection import ABOUT, Criterion, Family, Group, Sign, family_of, near_names, read_selection
from tests.customer_sheets import request, sheet

PROFILE = actions.system("odeis")


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("city = Lyon", Criterion("city", Sign.EQUAL, "Lyon")),
        ("Ville=Lyon", Criterion("city", Sign.EQUAL, "Lyon")),
        ("date de naissance < 01/02/1990", Criterion("birth_date", Sign.LESS, date(1990, 2, 1))),
        ("birth_date >= 1990-02-01", Criterion("birth_date", Sign.AT_LEAST, date(1990, 2, 1))),
        ("code postal ^ 69", Criterion("postcode", Sign.STARTS, "69")),
        ("last_name ~ lef", Criterion("last_name", Sign.CONTAINS, "lef")),
        ("N.P.A.I. = oui", Criterion("undeliverable", Sign.EQUAL, True)),
        ("email_opt_in = no", Criterion("email_opt_in", Sign.EQUAL, False)),
        ("pays = Belgique", Criterion("country", Sign.EQUAL, "BE")),
        ("genre = Madame", Criterion("title", Sign.EQUAL, "mrs")),
        ("credit_limit <= 12,50", Criterion("credit_limit", Sign.AT_MOST, Decimal("12.50"))),
        ("mois de naissance = 5", Criterion("birth_month", Sign.EQUAL, Decimal(5))),
        ("email est vide", Criterion("email", Sign.EMPTY)),
        ("E-mail is filled", Criterion("email", Sign.FILLED)),
        ('company = "Dupont et Fils (Paris)"', Criterion("company", Sign.EQUAL, "Dupont et Fils (Paris)")),
        ("city = Aix en Provence", Criterion("city", Sign.EQUAL, "Aix en Provence")),
        ("city != Lyon", Criterion("city", Sign.DIFFERENT, "Lyon")),
        ("city <> Lyon", Criterion("city", Sign.DIFFERENT, "Lyon")),
        (
            "city = A or city = B and kind = client",
            Group(
                (
                    Criterion("city", Sign.EQUAL, "A"),
                    Group((Criterion("city", Sign.EQUAL, "B"), Criterion("kind", Sign.EQUAL, "client"))),
                ),
                any=True,
            ),
        ),
        (
            "(city = A ou city = B) et group = VIP",
            Group(
                (
                    Group((Criterion("city", Sign.EQUAL, "A"), Criterion("city", Sign.EQUAL, "B")), any=True),
                    Criterion("group", Sign.EQUAL, "VIP"),
                )
            ),
        ),
    ],
)
def test_a_criterion_reads_as_people_write_it(text, meaning):
    assert read_selection([text], PROFILE).parts == (meaning,)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "not_understood"),
        ("Lyon", "not_understood"),
        ("ville =", "no_value"),
        ("couleur = bleu", "unknown_field"),
        ("ville < Lyon", "not_ordered"),
        ("date de naissance = hier", "bad_date"),
        ("N.P.A.I. = peut-être", "bad_flag"),
        ("(ville = Lyon", "unclosed"),
        ("ville = Lyon) et nom = A", "not_understood"),
        ("ville = Lyon et", "not_understood"),
        ("; DROP TABLE customers", "not_understood"),
    ],
)
def test_a_faulty_criterion_is_said(text, key):
    with pytest.raises(InputError) as raised:
        read_selection([text], PROFILE)
    assert raised.value.key == f"selection.{key}"
    assert all(tr(raised.value.key, lang, **raised.value.params) for lang in ("fr", "en"))


@pytest.mark.parametrize(
    ("said", "near"),
    [
        ("modifié", ["Modifié le"]),
        ("naissance", ["Date de naissance", "Mois de naissance"]),
        ("plafond", ["plafond de crédit"]),
        ("prénon", ["Prénom"]),
        ("zorglub", []),
    ],
)
def test_a_criterion_that_is_nearly_one_is_asked_about(said, near):
    """Nothing is guessed: the names that may be meant are proposed, each criterion once."""
    assert near_names(said, PROFILE)[: len(near) or 1] == near
    key = "field_meant" if near else "unknown_field"
    with pytest.raises(InputError) as raised:
        read_selection([f"{said} = 1"], PROFILE)
    assert raised.value.key == f"selection.{key}"


def test_every_field_has_a_family():
    families = {key: family_of(key) for key in (*FIELDS, *ABOUT)}
    expected = {"last_name": "identity", "delivery_city": "address", "birth_date": "activity", "modified": "activity",
                "contact_type": "loyalty", "access_status": "loyalty", "free_code_2": "codes", "sms_opt_in": "codes",
                "birth_month": "activity", "account_number": "identity", "kind": "loyalty"}  # fmt: skip
    assert {key: str(families[key]) for key in expected} == expected
    assert set(families.values()) == set(Family)


PEOPLE = [
    {"last_name": "LEFÈVRE", "first_name": "Chloé", "city": "Saint-Étienne", "postcode": "42000", "title": "mrs",
     "birth_date": date(1987, 3, 24), "email": "Chloe.L@example.fr", "mobile": "+33639980102", "group": "VIP",
     "credit_limit": Decimal("100.5"), "email_opt_in": False, "x_shoe_size": "38"},
    {"last_name": "Lefevre", "first_name": "Marc", "city": "SAINT ETIENNE", "postcode": "42100", "country": "FR",
     "birth_date": date(2001, 5, 2), "credit_limit": Decimal(20), "mobile": "+33639980103", "undeliverable": True},
    {"last_name": "O'Brien", "first_name": "Ann", "city": "Cork", "country": "IE", "email": "ann@example.com",
     "contact_type": "prospect", "access_status": "blocked", "x_shoe_size": "41"},
    {"company": "Dupont & Fils", "city": "Lyon", "postcode": "69003", "group": "pro", "price_list": "10%"},
]  # fmt: skip


@pytest.fixture
def full(address):
    with open_database(address) as database:
        database.push(sheet(PEOPLE), request(now=datetime(2024, 6, 1, 12)))
        yield database


CASES = [
    ("ville = saint etienne", {1, 2}),
    ("ville != saint etienne", {3, 4}),
    ("nom = lefevre", {1, 2}),
    ("nom ~ feV", {1, 2}),
    ("nom ^ o brien", {3}),
    ("company ~ dupont", {4}),
    ("price_list = 10%", {4}),
    ("code postal ^ 42", {1, 2}),
    ("date de naissance < 01/01/1990", {1}),
    ("date de naissance != 24/03/1987", {2, 3, 4}),
    ("birth_month = 5", {2}),
    ("birth_month != 5", {1, 3, 4}),
    ("birth_date est vide", {3, 4}),
    ("email est rempli", {1, 3}),
    ("email = chloe.l@EXAMPLE.fr", {1}),
    ("mobile = 06 39 98 01 02", {1}),
    ("mobile ~ 9801", {1, 2}),
    ("credit_limit > 20", {1}),
    ("credit_limit >= 20", {1, 2}),
    ("credit_limit = 100,50", {1}),
    ("credit_limit != 20", {1, 3, 4}),
    ("email_opt_in = non", {1}),
    ("email_opt_in != oui", {1, 2, 3, 4}),
    ("N.P.A.I. = oui", {2}),
    ("pays = Irlande", {3}),
    ("contact_type = prospect", {3}),
    ("x_shoe_size = 38", {1}),
    ("x_shoe_size est vide", {2, 4}),
    ("x_shoe_size != 38", {2, 3, 4}),
    ("number <= 2", {1, 2}),
    ("kind = client", {1, 2, 3, 4}),
    ("créé le = 01/06/2024", {1, 2, 3, 4}),
    ("created < 01/06/2024", set()),
    ("modified >= 01/06/2024", {1, 2, 3, 4}),
    ("modified > 01/06/2024", set()),
    ("group = vip ou (ville = Lyon et group = pro)", {1, 4}),
    ("nom ~ \"%\"", set()),
    ("nom = \"' OR 1=1 --\"", set()),
]  # fmt: skip


def test_a_selection_means_the_same_on_every_database(full):
    found = {text: set(full.select(read_selection([text], PROFILE))) for text, _ in CASES}
    assert found == dict(CASES)


def test_all_of_the_criteria_or_any_of_them(full):
    two = ["nom = lefevre", "pays = Irlande"]
    assert full.select(read_selection(two, PROFILE)) == []
    assert full.select(read_selection(two, PROFILE, any=True)) == [1, 2, 3]
    assert full.select(Group()) == [1, 2, 3, 4]


def test_another_shops_customers_are_not_taken(full, address):
    with open_database(full.url.render_as_string(hide_password=False), shop="2") as other:
        other.push(sheet([{"last_name": "Ailleurs", "city": "Lyon"}]), request())
        assert other.select(Group()) == [5]
    assert full.select(Group()) == [1, 2, 3, 4]
