"""What a person decided is kept for the next file of the same layout, without a word of any customer."""

import openpyxl
import pytest

from core.errors import InputError
from core.mapping import Choices, How, apply, choose
from core.mapping.sheet import read_mapping_sheet, write_mapping_sheet
from core.mapping.store import layout_of, load_choices, save_choices, saved_file
from core.profiles import load_system
from core.taking import answer, take
from tests.mapping_parts import SOURCES, column_of, propose_to, table


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("CARNET_HOME", str(tmp_path / "home"))


def outlook(card="433701", name="Le Goff"):
    """Make a small Outlook export with a card in a free field."""
    return table(
        **{"Prénom": ("Zoé", "Luc"), "Nom": (name, "Martin"), "Titre": ("Mme", "Famille"), "Rue (bureau)": ("1", "2"),
           "Ville (bureau)": ("Nantes", "Paris"), "Tél. mobile": ("0612345678", ""), "Utilisateur 1": (card, ""),
           "Utilisateur 2": ("oui", "non")}
    )  # fmt: skip


def test_decisions_are_kept_and_used_again():
    made = outlook()
    chosen = Choices(
        choose(made, {"Utilisateur 1": "loyalty_card", "Utilisateur 2": ""}).columns, {"title": {"Famille": "Mme"}}
    )
    path = save_choices(made, propose_to("odeis", made, chosen))
    later = outlook(card="433799", name="Petit")
    taken = take(later, load_system("odeis"), SOURCES)
    assert taken.mapping.choices.saved
    assert taken.mapping.proposals["loyalty_card"].evidence.how is How.SAVED
    assert taken.mapping.questions == ()
    assert column_of(taken.mapped(), "Carte") == ["433799", None]
    assert column_of(taken.mapped(), "Genre") == ["Mme", "Mme"]
    text = path.read_text(encoding="utf-8")
    assert [word for word in ("Le Goff", "Zoé", "433701", "0612345678", "Nantes") if word in text] == []


def test_another_layout_or_system_has_its_own():
    made = outlook()
    save_choices(made, propose_to("odeis", made, choose(made, {"Utilisateur 1": "loyalty_card"})))
    assert load_choices(made, "cloud-pos") is None
    assert load_choices(table(Nom=("a",)), "odeis") is None
    assert layout_of(["Prénom", "NOM"]) == layout_of(["prenom", "Nom"])
    assert layout_of(["Nom", "Prénom"]) != layout_of(["Prénom", "Nom"])


def test_a_broken_saved_mapping_says_which_file():
    made = outlook()
    path = saved_file(made, "odeis")
    path.parent.mkdir(parents=True)
    path.write_text("system = [", encoding="utf-8")
    with pytest.raises(InputError, match="Delete that file"):
        load_choices(made, "odeis")


def test_an_untouched_mapping_workbook_changes_nothing(tmp_path):
    """Reading back what was written is no decision, in either language."""
    made = outlook()
    mapping = propose_to("odeis", made)
    for lang in ("fr", "en"):
        write_mapping_sheet(tmp_path / "m.xlsx", made, mapping, lang)
        assert read_mapping_sheet(tmp_path / "m.xlsx", made, mapping) == Choices()


def change(path, sheet, key, column, value):
    """Type a value into a mapping workbook, in the row whose last cell is the key."""
    book = openpyxl.load_workbook(path)
    rows = book[sheet]
    row = next(r for r in rows.iter_rows(min_row=2) if key in [c.value for c in r])
    row[column].value = value
    book.save(path)


def test_the_users_corrections_are_applied_and_kept(tmp_path):
    made = outlook()
    path = tmp_path / "m.xlsx"
    taken = take(made, load_system("odeis"), SOURCES)
    write_mapping_sheet(path, made, taken.mapping, "fr")
    change(path, "Correspondance", "utilisateur1", 4, "Carte – Carte de fidélité")
    change(path, "Correspondance", "villebureau", 4, "(laisser de côté)")
    change(path, "Valeurs", "Famille", 3, "Sté")
    again, kept = answer(taken, path, SOURCES)
    assert kept is not None
    assert column_of(again.mapped(), "Carte") == ["433701", None]
    assert column_of(again.mapped(), "Ville") == [None, None]
    assert column_of(again.mapped(), "Genre") == ["Mme", "Sté"]
    assert [a.header for a in again.mapping.questions] == ["Utilisateur 2"]
    assert load_choices(made, "odeis").columns == {("utilisateur1", 1): "loyalty_card", ("villebureau", 1): ""}


def test_a_mapping_workbook_offers_lists_and_keeps_texts(tmp_path):
    made = outlook(card="=1+1")
    write_mapping_sheet(tmp_path / "m.xlsx", made, propose_to("odeis", made), "fr")
    book = openpyxl.load_workbook(tmp_path / "m.xlsx")
    sheet = book["Correspondance"]
    assert [c.value for c in sheet[1]][:6] == [
        "Col.", "En-tête du fichier", "Remplies", "Exemples", "Va dans (à corriger ici)", "Pourquoi",
    ]  # fmt: skip
    rows = {row[1].value: [c.value for c in row] for row in sheet.iter_rows(min_row=2)}
    assert rows["Prénom"][4:6] == ["Prénom", "colonne connue de la source (98%)"]
    assert rows["Utilisateur 1"][3:6] == ["=1+1", None, "champ libre\u00a0: vous seul savez ce qu'il contient"]
    card = next(r for r in sheet.iter_rows(min_row=2) if r[1].value == "Utilisateur 1")[3]
    assert card.data_type == "s"
    assert sheet.data_validations.dataValidation[0].formula1.startswith("_listes!$A$1")
    assert book["_listes"].sheet_state == "hidden"
    assert book["Valeurs"]["B2"].value == "Famille"


@pytest.mark.parametrize(
    ("sheet", "key", "column", "value", "message"),
    [
        ("Correspondance", "utilisateur1", 4, "Pointure", "“Pointure” is not a field of this system"),
        ("Correspondance", "utilisateur1", 7, "utilisateur9", "is another file's"),
    ],
)
def test_an_answer_that_means_nothing_is_refused(sheet, key, column, value, message, tmp_path):
    made = outlook()
    mapping = propose_to("odeis", made)
    write_mapping_sheet(tmp_path / "m.xlsx", made, mapping, "fr")
    change(tmp_path / "m.xlsx", sheet, key, column, value)
    with pytest.raises(InputError, match=message):
        read_mapping_sheet(tmp_path / "m.xlsx", made, mapping)


def test_any_other_workbook_is_no_mapping(tmp_path):
    openpyxl.Workbook().save(tmp_path / "autre.xlsx")
    made = outlook()
    with pytest.raises(InputError, match="is not a mapping written by Carnet"):
        read_mapping_sheet(tmp_path / "autre.xlsx", made, propose_to("odeis", made))
    (tmp_path / "faux.xlsx").write_bytes(b"PK")
    with pytest.raises(InputError, match="damaged"):
        read_mapping_sheet(tmp_path / "faux.xlsx", made, propose_to("odeis", made))


def test_a_split_column_shows_the_whole_it_is(tmp_path):
    made = table(**{"Nom complet": ("Zoé Le Goff",), "E-mail": ("a@example.fr",)})
    mapping = propose_to("odeis", made)
    write_mapping_sheet(tmp_path / "m.xlsx", made, mapping, "fr")
    cell = openpyxl.load_workbook(tmp_path / "m.xlsx")["Correspondance"]["E2"].value
    assert cell == "(nom complet, à séparer en prénom et nom)"
    assert column_of(apply(made, mapping, load_system("odeis")), "Nom") == ["Le Goff"]
