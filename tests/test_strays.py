"""Rows that are no customers are told, left out where that is certain, and never pushed."""

import json

import pytest

from core.checking import check
from core.cli import main
from core.profiles import load_system
from core.strays import rows_below, total_rows
from core.taking import take
from core.taking.foreign import read_foreign
from tests.mapping_parts import SOURCES
from tests.tables import TODAY, make_table

LIST = "Nom;Prénom;E-mail;Ville\nRoux;Zoé;z@example.fr;Lyon\n{}Petit;Luc;l@example.fr;Paris\nBlin;Ida;;Nice\n"


def taken(path, text):
    path.write_text(text, encoding="utf-8")
    return take(read_foreign(path, SOURCES), load_system("cloud-pos"), SOURCES)


@pytest.mark.parametrize("again", ["Nom;Prénom;E-mail;Ville\n", "NOM;PRENOM;;\n"])
def test_a_mapping_leaves_the_repeated_header_and_the_total_out_and_lists_them(again, tmp_path):
    one = taken(tmp_path / "a.csv", LIST.format(again) + "TOTAL;3;;\n")
    assert (one.headers, one.totals, one.table.rows) == ((3,), (6,), [2, 4, 5])
    assert [said.replace("\u00a0", " ") for said in one.remarks("fr")] == [
        "Ligne laissée de côté : 3. C'est l'en-tête répété parmi les clients.",
        "Ligne laissée de côté : 6. C'est un total sous la liste, pas un client.",
    ]
    assert len(one.mapped()) == 3


def test_a_note_below_the_list_is_said_and_stays(tmp_path):
    """Whether it is a customer, only the user can say."""
    one = taken(tmp_path / "a.csv", LIST.format("") + "\nImprimé le 12/11/2026;;;\n")
    assert (one.headers, one.totals, one.table.rows) == ((), (), [2, 3, 4, 6])
    assert "La ligne 6 n'est sans doute pas un client" in one.remarks("fr")[0]


@pytest.mark.parametrize(
    ("last", "total"),
    [
        (["TOTAL", "3", None, None], True), (["Total général :", None, None, "1 250,00"], True),
        (["Total : 3 clients", None, None, None], True), (["Sous-total", 3.0, None, None], True),
        (["Total", "Luc", None, None], False), (["Totaux Ltd", None, None, None], False),
        (["Nombre de clients", "3", None, None], False),
    ],
)  # fmt: skip
def test_a_line_of_totals_is_certain_when_it_holds_the_word_and_numbers_alone(last, total):
    made = make_table(["Nom", "Prénom", "E-mail", "Ville"], [["Roux", "Zoé", "z@example.fr", "Lyon"]] * 3 + [last])
    assert total_rows(made, rows_below(made)) == ([3] if total else [])


def test_the_rows_left_out_are_listed_for_scripts(tmp_path, capsys):
    (tmp_path / "a.csv").write_text(LIST.format("Nom;Prénom;E-mail;Ville\n"), encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        main(["map", str(tmp_path / "a.csv"), "--to", "cloud-pos", "--json"])
    assert left.value.code in (0, None)
    assert json.loads(capsys.readouterr().out)["files"][0]["rows_left_out"] == {"headers": [3], "totals": []}


def test_a_check_says_of_a_repeated_header_that_it_is_one_and_nothing_else():
    """Its cells are no wrong e-mail and no unknown title; a push refuses the row."""
    profile = load_system("odeis")
    keys = ("title", "last_name", "first_name", "email", "birth_date")
    headers = [profile.field(key).header for key in keys]
    rows = [["Mme", "Roux", "Zoé", "z@example.fr", "24/03/1987"], [h.upper() for h in headers]]
    checked = check(make_table(headers, rows), profile, today=TODAY)
    assert [(i.row, str(i.code)) for i in checked.issues if i.row] == [(3, "header_again")]
    assert checked.faulty_rows() == {3}
    assert checked.issues[-1].message("fr").startswith("Cette ligne n'est pas un client")
