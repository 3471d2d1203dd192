"""Names, towns, addresses and phones are taken apart; the parts are the words of the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.mapping.splitting import NameStyle, name_style, split_address, split_name, split_town
from core.mapping.telephones import label_kind, number_kind, sort_numbers
from core.mapping.transforms import Block, Copy, First, Item, Join, Numbers, Piece, When
from core.taking import Taken
from tests.mapping_parts import column_of, propose_to, table


@pytest.mark.parametrize(
    ("written", "title", "first", "last"),
    [
        ("Zoé Martin", "", "Zoé", "Martin"),
        ("Zoé Le Goff", "", "Zoé", "Le Goff"),
        ("Jean-François de La Tour", "", "Jean-François", "de La Tour"),
        ("Anaïs d'Ormesson", "", "Anaïs", "d'Ormesson"),
        ("Karim Ben Amar", "", "Karim", "Ben Amar"),
        ("LE GOFF Zoé", "", "Zoé", "LE GOFF"),
        ("Zoé LE GOFF", "", "Zoé", "LE GOFF"),
        ("Le Goff, Zoé", "", "Zoé", "Le Goff"),
        ("Le Goff Zoé", "", "Zoé", "Le Goff"),
        ("Mme Zoé Martin", "Mme", "Zoé", "Martin"),
        ("M. MARTIN Luc", "M.", "Luc", "MARTIN"),
        ("Marie Claude Dupont", "", "Marie Claude", "Dupont"),
        ("Madonna", "", "", "Madonna"),
        ("Mme Martin", "Mme", "", "Martin"),
        ("SARL Le Petit Marché", "", "", "SARL Le Petit Marché"),
        ("Garage Béranger & Fils", "", "", "Garage Béranger & Fils"),
        ("  Zoé   Martin ", "", "Zoé", "Martin"),
        # couples, widows, names of marriage
        ("M. et Mme DUPONT Jean", "M. et Mme", "Jean", "DUPONT"),
        ("Mr & Mme Dupont", "Mr & Mme", "", "Dupont"),
        ("M ou Mme Pierre DURAND", "M ou Mme", "Pierre", "DURAND"),
        ("Mme Vve LEROY Jeanne", "Mme Vve", "Jeanne", "LEROY"),
        ("DUPONT (ép. MARTIN) Claire", "", "Claire", "DUPONT (ép. MARTIN)"),
        ("DUPONT épouse MARTIN Claire", "", "Claire", "DUPONT épouse MARTIN"),
        ("Claire Dupont née Martin", "", "Claire", "Dupont née Martin"),
        ("Zoé et Luc Le Goff", "", "Zoé et Luc", "Le Goff"),
        ("Le Goff Zoé et Luc", "", "Zoé et Luc", "Le Goff"),
        ("Martin Zoé et Luc", "", "Zoé et Luc", "Martin"),
        ("Famille Martin", "", "", "Famille Martin"),
        # one name of two words, titles elsewhere
        ("LE BRAS", "", "", "LE BRAS"),
        ("D'ANGELO Marco", "", "Marco", "D'ANGELO"),
        ("M. le Maire", "M.", "", "le Maire"),
        ("DUPONT, Jean, M.", "M.", "Jean", "DUPONT"),
        ("Dupont, Jean, bureau", "", "Jean, bureau", "Dupont"),
        ("M.DUPONT Jean", "M.", "Jean", "DUPONT"),
        ("Me Dupond Paul", "Me", "Paul", "Dupond"),
        ("Boulangerie du Port", "", "", "Boulangerie du Port"),
        ("dupont jean", "", "jean", "dupont"),
        ("", "", "", ""),
    ],
)
def test_a_full_name_is_taken_apart(written, title, first, last):
    parts = split_name(written)
    assert [parts.get(k, "") for k in ("title", "first_name", "last_name")] == [title, first, last]


def test_the_column_tells_the_order_that_a_name_alone_does_not():
    """Grégoire and Martin are first names too: the column as a whole says which half is the family's."""
    first_names_first = ["Aïcha Grégoire", "Zoé Lenoir", "Luc Petit", "Chloé Roussel", "APOLLINE Saint-Père"]
    style = name_style(first_names_first)
    assert style == NameStyle(swapped=False, capitals=False)
    assert split_name("Aïcha Grégoire", style)["last_name"] == "Grégoire"
    assert split_name("APOLLINE Saint-Père", style)["last_name"] == "Saint-Père"
    swapped = name_style(["Grégoire Aïcha", "Lenoir Zoé", "Petit Luc", "Roussel Chloé"])
    assert swapped.swapped
    assert split_name("Grégoire Aïcha", swapped)["last_name"] == "Grégoire"
    assert name_style(["MARTIN Zoé", "LENOIR Luc"]).capitals


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "), max_size=40))
def test_no_word_of_a_name_is_lost(written):
    parts = split_name(written)
    assert sorted("".join(parts.values()).replace(",", "").replace(" ", "")) == sorted(
        written.replace(",", "").replace(" ", "")
    )


@pytest.mark.parametrize(
    ("written", "postcode", "city"),
    [
        ("75001 Paris", "75001", "Paris"),
        ("01000 Bourg-en-Bresse", "01000", "Bourg-en-Bresse"),
        ("F-44000 Nantes", "44000", "Nantes"),
        ("1000 Bruxelles", "1000", "Bruxelles"),
        ("Paris 75001", "75001", "Paris"),
        ("Paris (75001)", "75001", "Paris"),
        ("Saint-Denis, 93200", "93200", "Saint-Denis"),
        ("75001", "75001", ""),
        ("Paris", "", "Paris"),
        ("Paris 13e", "", "Paris 13e"),
        ("75 001 PARIS", "75001", "PARIS"),
        ("44000-NANTES", "44000", "NANTES"),
        ("SW1A 2AA London", "SW1A 2AA", "London"),
        ("44000 NANTES CEDEX 1", "44000", "NANTES CEDEX 1"),
    ],
)
def test_a_town_line_is_taken_apart(written, postcode, city):
    parts = split_town(written)
    assert (parts.get("postcode", ""), parts.get("city", "")) == (postcode, city)


def test_an_address_on_several_lines_is_taken_apart():
    assert split_address("12 rue Haute\nBât. C\r\n 75001 Paris\nFrance") == {
        "address1": "12 rue Haute", "address2": "Bât. C", "country": "France", "postcode": "75001", "city": "Paris",
    }  # fmt: skip
    assert split_address("12 rue Haute") == {"address1": "12 rue Haute", "address2": "", "country": ""}
    below = split_address("12 rue Haute\n75001 Paris\nCode 1234")
    assert (below["address2"], below["country"]) == ("Code 1234", "")


@pytest.mark.parametrize(
    ("written", "first", "postcode", "city"),
    [
        ("12 rue Haute, 75001 Paris", "12 rue Haute", "75001", "Paris"),
        ("12 rue Haute 44000 NANTES", "12 rue Haute", "44000", "NANTES"),
        ("12 rue Haute - 69002 Lyon 2ème", "12 rue Haute - 69002 Lyon 2ème", "", ""),
        ("12 rue Haute 44000 Paris", "12 rue Haute 44000 Paris", "", ""),
        ("Route nationale 12345 Ailleurs", "Route nationale 12345 Ailleurs", "", ""),
    ],
)
def test_an_address_in_one_line_is_cut_where_the_list_of_towns_is_sure(written, first, postcode, city):
    """A number that is no postcode of that town may be the street's: nothing is guessed."""
    parts = split_address(written)
    assert (parts["address1"], parts.get("postcode", ""), parts.get("city", "")) == (first, postcode, city)


@pytest.mark.parametrize(
    ("number", "country", "kind"),
    [
        ("06 12 34 56 78", "", "mobile"),
        ("+33 (0)7 12 34 56 78", "", "mobile"),
        ("0033 2 40 12 34 56", "", "phone"),
        ("09 72 12 34 56", "", "phone"),
        ("0470 37 65 39", "Belgique", "mobile"),
        ("0470 37 65 39", "", "phone"),
        ("+32 470 37 65 39", "", "mobile"),
        ("+1 202 555 0100", "", ""),
        ("pas de téléphone", "", ""),
    ],
)
def test_a_numbers_form_tells_its_kind_in_its_country(number, country, kind):
    assert number_kind(number, country) == kind


@pytest.mark.parametrize(
    ("label", "kind"),
    [("Mobile", "mobile"), ("Work Fax", "fax"), ("Tél. portable pro", "mobile"), ("* Home", "phone"), ("Autre", "")],
)
def test_a_label_tells_its_numbers_kind(label, kind):
    assert label_kind(label) == kind


def test_a_rows_numbers_are_sorted():
    assert sort_numbers([("0612345678", "", ":::"), ("0712345678", "", ":::"), ("0240123456", "", ":::")]) == {
        "mobile": "0612345678", "phone": "0712345678", "phone2": "0240123456",
    }  # fmt: skip
    assert sort_numbers([("0470376539", "Mobile", ":::")]) == {"mobile": "0470376539"}


SOURCE = [["a", None, "c"], ["x", "y", None], [None, "1", 2.0], ["p ::: * q", "* q", "r"]]


@pytest.mark.parametrize(
    ("transform", "cells"),
    [
        (Copy(0), ["a", None, "c"]),
        (Copy(0, without="a"), ["", None, "c"]),
        (First((0, 1)), ["a", "y", "c"]),
        (Join((0, 1), ", "), ["a, x", "y", "c"]),
        (Join((0, 2)), ["a", "1", "c 2"]),
        (Join((1, 2)), ["x", "y 1", 2.0]),
        (When(0, 1, filled=True), ["a", None, None]),
        (When(0, 1, filled=False), [None, None, "c"]),
        (Item((3,), "*"), ["p", None, "r"]),
        (Block((((0,), (0,)), ((1,), (1, 2)))), ["a", "y", "c"]),
        (Block((((), (0,)), ((2,), (1, 2)))), [None, "1", None]),
        (Piece(0, "last_name", "full_name"), ["a", None, "c"]),
        (Numbers(((2, None),), "phone"), [None, "1", "2"]),
    ],
)
def test_a_transform_makes_a_column(transform, cells):
    assert transform.make(SOURCE) == cells
    assert set(transform.columns) <= {0, 1, 2, 3}


FIRST = ["Zoé", "Luc", "Karim", "Inès", "Camille", "Julien", "Sophie", "Nicolas", "Chloé", "Antoine"]
LAST = ["Roux", "Petit", "Moreau", "Garnier", "Lefèvre", "Le Goff", "Martin", "Blin", "Durand", "Thomas"]


@pytest.mark.parametrize(
    ("first", "last", "swapped"),
    [(LAST, FIRST, True), (FIRST, LAST, False), (LAST[:3], FIRST[:3], False), (FIRST, FIRST, False)],
)
def test_names_in_each_others_column_are_said_and_never_swapped_in_silence(first, last, swapped):
    made = table(Nom=last, Prénom=first)
    one = Taken(made, propose_to("cloud-pos", made))
    assert any("semblent échangées" in said for said in one.remarks("fr")) is swapped
    assert column_of(one.mapped(), "Last Name") == last
