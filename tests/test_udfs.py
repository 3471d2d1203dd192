"""The worksheet functions: one value or a range in, the same shape out, nothing asked of network or database."""

import datetime as dt
import subprocess
import sys

import pytest

from addin import udfs
from addin.build import ADDIN

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("function", "given", "expected"),
    [
        ("CARNET_EMAIL_OK", ["chloe@example.com", "chloe", "", None, "a@@b.fr"], [True, False, "", "", False]),
        ("CARNET_TELEPHONE_OK", ["06 12 34 56 78", 612345678.0, "12", None], [True, True, False, ""]),
        ("CARNET_TELEPHONE", ["0612345678", "+33 6 12 34 56 78", 612345678.0, "inconnu", None],
         ["06 12 34 56 78", "06 12 34 56 78", "06 12 34 56 78", "inconnu", ""]),
        ("CARNET_TELEPHONE_INTERNATIONAL", ["06.12.34.56.78", "n/a"], ["+33612345678", "n/a"]),
        ("CARNET_CODE_POSTAL_OK", ["01000", 1000.0, 69002.0, "ABC", None], [True, False, True, False, ""]),
        ("CARNET_CODE_POSTAL", ["01000", 1000.0, " 69 002 ", "ABC", None], ["01000", "01000", "69 002", "ABC", ""]),
        ("CARNET_DATE_OK", ["24/03/1987", "31/02/1987", dt.datetime(1987, 3, 24), None], [True, False, True, ""]),
        ("CARNET_DATE", ["24 mars 1987", "1987-03-24", "hier", None],
         [dt.datetime(1987, 3, 24), dt.datetime(1987, 3, 24), "hier", ""]),
        ("CARNET_NOM", ["DE LA TOUR", "jean-pierre", "SARL MOREAU", "McKay", "  DUPONT  ", None],
         ["de La Tour", "Jean-Pierre", "SARL MOREAU", "McKay", "Dupont", ""]),
    ],
)  # fmt: skip
def test_a_range_gives_a_range_of_the_same_shape(function, given, expected):
    call = getattr(udfs, function)
    assert call([[cell] for cell in given]) == [[cell] for cell in expected]
    assert call([given]) == [expected]


def test_the_country_is_said_as_people_say_it():
    assert udfs.CARNET_TELEPHONE_INTERNATIONAL([["0470 12 34 56"]], "Belgique") == [["+32470123456"]]
    assert udfs.CARNET_CODE_POSTAL_OK([["1000"]], "B") == [[True]]


def test_the_order_of_a_date_is_the_users():
    assert udfs.CARNET_DATE([["03/04/1987"]], "mja") == [[dt.datetime(1987, 3, 4)]]
    assert udfs.CARNET_DATE([["03/04/1987"]]) == [[dt.datetime(1987, 4, 3)]]


def test_a_wrong_email_says_why_and_a_doubtful_one_what_was_meant():
    said = udfs.CARNET_EMAIL_MOTIF([["chloe"], ["chloe@gmial.com"], ["chloe@example.com"]])
    assert "il manque le" in said[0][0]
    assert "chloe@gmail.com" in said[1][0]
    assert said[2] == [""]


HEADERS = [["Nom", "Prénom", "Email", "Code postal", "Pays"]]


def test_the_verdict_of_rows_is_the_checks():
    rows = [
        ["MOREAU", "Karim", "karim@example.com", "69002", "F"],
        ["GARNIER", "Inès", "ines", "69002", "F"],
        [None, None, None, None, None],
        [None, None, "x@example.com", "69002", "F"],
    ]
    assert udfs.CARNET_VERDICT(HEADERS, rows, "odeis") == [
        ["Bon"],
        [f"Email{NBSP}: «{NBSP}ines{NBSP}» n'est pas une adresse e-mail{NBSP}: il manque le «{NBSP}@{NBSP}». "
         "Corrigez la cellule."],
        [""],
[f"Nom{NBSP}: «{NBSP}Nom{NBSP}» est obligatoire et la cellule est vide. Remplissez-la."],
    ]  # fmt: skip


def test_a_verdict_that_cannot_be_given_says_why_on_every_row():
    said = udfs.CARNET_VERDICT([["Produit", "Prix"]], [["Robe", 12.5], ["Jupe", 9.0]], "odeis")
    assert len(said) == 2
    assert said[0] == said[1]
    assert "Odeis" in said[0][0]
    assert "est inconnu" in udfs.CARNET_VERDICT(HEADERS, [["x"] * 5], "nulle-part")[0][0]


@pytest.mark.parametrize(
    ("gain", "expected"),
    [
        (("%", 10), 13.0),  # 10 % of the 130.00 sold without a discount
        (("€", 10), 10.0),
        (("€", 500), 170.0),  # no further than the basket
        (("%", "dix"), f"«{NBSP}dix{NBSP}» n'est pas un nombre."),
    ],
)
def test_the_gain_of_a_basket_is_the_tills(gain, expected):
    basket = [[2.0, 50.0, None], [1, "30", None], [1, 50, 10], [None, None, None]]
    assert udfs.CARNET_GAIN(basket, *gain) == expected


def plain(text):
    return text.replace("\u00a0", " ")


def test_a_gain_that_is_refused_says_why():
    assert "minimum" in udfs.CARNET_GAIN([[1, 20]], "€", 5, 50)
    assert "« pourcent » n'est pas une nature de gain" in plain(udfs.CARNET_GAIN([[1, 20]], "pourcent", 5))


@pytest.mark.parametrize("share", [0.1, 150])
def test_a_cell_that_shows_ten_per_cent_is_not_a_tenth_of_one(share):
    assert "Un gain en % va de 1 à 100" in plain(udfs.CARNET_GAIN([[1, 20]], "%", share))


def test_a_column_of_50000_cells_takes_less_than_two_seconds():
    import time

    column = [[f"06 12 {n // 100 % 100:02} {n % 100:02} {n // 1000 % 100:02}"] for n in range(50_000)]
    begun = time.perf_counter()
    assert len(udfs.CARNET_TELEPHONE_OK(column)) == 50_000
    assert time.perf_counter() - begun < 2


def test_no_function_brings_network_or_database_into_excel():
    code = "import addin.udfs, sys; print([m for m in ('sqlalchemy', 'requests', 'flask') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ADDIN.parent, check=True)
    assert done.stdout.strip() == "[]"
