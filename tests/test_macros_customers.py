"""The vendor's file, and the group Clients: selection, new customer, search, on real workbooks in LibreOffice."""

import openpyxl
import pytest

from core.database import open_database
from core.settings import save_settings
from tests.customer_sheets import people, request
from tests.customer_sheets import sheet as checked_sheet
from tests.macro_parts import click, column, everything, fill, person, template

LYON = [{"last_name": "Lefèvre", "first_name": "Chloé", "city": "Lyon", "mobile": "+33639980102"},
        {"last_name": "Moreau", "first_name": "Karim", "city": "Lyon", "email": "karim.moreau@example.com"},
        {"last_name": "Garnier", "first_name": "Inès", "city": "Lille", "loyalty_card": "433726"}]  # fmt: skip


@pytest.fixture(autouse=True)
def documents(tmp_path, monkeypatch):
    """The user's documents, for the workbooks that the ribbon makes."""
    folder = tmp_path / "Mes documents"
    monkeypatch.setattr("platformdirs.user_documents_path", lambda: folder)
    return folder


@pytest.fixture
def database(tmp_path):
    """A database with three customers, which the settings name."""
    path = str(tmp_path / "clients.db")
    save_settings({"db": path})
    with open_database(path) as opened:
        opened.push(checked_sheet(LYON), request(backup=False))
    return path


def said(recorder):
    return [alert.prompt for alert in recorder.alerts]


def opened_form(excel):
    """Return the form that a first click has opened, in front: the next click is its own."""
    form = excel.books.active
    form.set_mock_caller()
    return form.sheets.active


def type_value(form, name, value):
    """Type a value into the line of a form that begins with a name, under the header "Valeur"."""
    rows = form.used_range.value
    form.range(([row[0] for row in rows].index(name) + 1, rows[0].index("Valeur") + 1)).value = value


def names(database):
    with open_database(database) as opened:
        return [customer.values["last_name"] for customer in opened.customers()]


# ---------------------------------------------------------------- Fichier pour l'éditeur…
def test_the_vendors_file_is_written_beside_the_workbook_without_the_faulty_row(open_book, tmp_path, recorder):
    (tmp_path / "boutique").mkdir()
    book = open_book(template(tmp_path / "boutique" / "clients.xlsx"))
    sheet = fill(book.sheets[0], [person(), person(1, Email="karim"), person(2)])
    click("check")
    before = everything(sheet)
    click("deliver")
    folder = tmp_path / "boutique" / "clients pour Odeis (fichier routage)"
    files = sorted(path.name for path in folder.iterdir())
    assert files == ["clients-odeis-bon-de-livraison.xlsx", "clients-odeis.xlsx"]
    delivered = openpyxl.load_workbook(folder / "clients-odeis.xlsx").worksheets
    rows = list(delivered[0].iter_rows(values_only=True))
    assert ([row[1] for row in rows], len(delivered)) == (["Nom", "LEFÈVRE", "GARNIER"], 1)
    assert "Statut" not in rows[0]
    message = said(recorder)[-1]
    assert message.startswith("Clients livrés pour Odeis (fichier routage)\u00a0: 2, fichiers\u00a0: 1.")
    assert str(folder) in message
    assert "clients-odeis-bon-de-livraison.xlsx" in message
    assert "ligne 3" in message
    assert everything(sheet) == before
    click("deliver")
    assert str(folder) + " (2)" in said(recorder)[-1], "an earlier delivery stays apart"


def test_an_unsaved_workbook_is_delivered_into_the_documents(book, recorder, documents):
    book.sheets[0]["A1"].value = [["Nom", "Prénom", "Ville"], ["MOREAU", "Karim", "Lyon"]]
    click("deliver", lang="en")
    (folder,) = documents.iterdir()
    assert len(list(folder.iterdir())) == 2
    assert str(folder) in said(recorder)[0]


def test_nothing_is_written_when_no_customer_can_be_delivered(open_book, tmp_path, recorder):
    fill(open_book(template(tmp_path / "clients.xlsx")).sheets[0], [person(Email="karim")])
    click("deliver")
    assert said(recorder)[0].startswith("Aucun client à livrer")
    assert recorder.alerts[0].mode == "critical"
    assert [path.name for path in tmp_path.iterdir() if path.is_dir() and "pour" in path.name] == []


# ---------------------------------------------------------------- Sélection…
def test_a_selection_is_counted_fetched_and_can_be_sent_back(book, excel, recorder, database):
    click("select")
    form = opened_form(excel)
    assert form["A1:D1"].value == ["Critère", "Comparaison", "Valeur", "Aide"]
    assert form["A2"].data_validation.type == form["B9"].data_validation.type == "list"
    form["A2:C3"].value = [["Ville", "est", "lyon"], ["E-mail", "est rempli", None]]
    recorder.answers.append("no")
    click("select")
    assert said(recorder)[-1].startswith("Clients qui correspondent\u00a0: 1. Les extraire")
    assert len(excel.books) == 2, "nothing was fetched"
    form.range("4:4").delete()  # a line that the user did not need
    type_value(form, "Critères à respecter", "un seul suffit")
    recorder.answers.append("yes")
    click("select")
    assert "Clients qui correspondent\u00a0: 2." in said(recorder)[-2]
    fetched = excel.books["Sélection Odeis (fichier routage).xlsx"]
    assert column(fetched.sheets[0], "Nom", 2) == ["Lefèvre", "Moreau"]
    fetched.set_mock_caller()
    recorder.answers.append("yes")
    click("push")
    assert column(fetched.sheets[0], "Statut", 2) == ["Inchangé", "Inchangé"]


def test_a_selection_is_kept_under_its_name_and_taken_up_again(book, excel, recorder, database):
    click("select")
    form = opened_form(excel)
    form["A2:C2"].value = ["Ville", "commence par", "Lil"]
    type_value(form, "Enregistrer sous le nom", "Lillois")
    type_value(form, "Code d'action marketing", "NOEL")
    recorder.answers.append("yes")
    click("select")
    assert said(recorder)[-1].startswith("Sélection «\u00a0Lillois\u00a0» enregistrée.")
    assert "«\u00a0NOEL\u00a0»\u00a0: 1 client marqué" in said(recorder)[-1]
    book.set_mock_caller()
    book.activate()
    click("select")
    form = opened_form(excel)
    type_value(form, "Reprendre une sélection", "Lillois")
    type_value(form, "Critère libre", "Action marketing = NOEL et (Nom ~ gar ou Nom ~ zzz)")
    recorder.answers.append("no")
    click("select")
    assert "Clients qui correspondent\u00a0: 1." in said(recorder)[-1]
    type_value(form, "Critère libre", "Nom ~ zzz")
    click("select")
    assert said(recorder)[-1] == "Aucun client ne correspond à ces critères."


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (["Ville", "est", None], "Ligne 2\u00a0: il manque la valeur de «\u00a0Ville\u00a0»"),
        ([None, "est", "Lyon"], "Ligne 2\u00a0: choisissez le critère et la comparaison"),
        (["Ville", "ressemble à", "Lyon"], "Ligne 2\u00a0: choisissez le critère et la comparaison"),
        (["Date de naissance", "est au plus", "hier"], "«\u00a0hier\u00a0» n'est pas une date possible pour «\u00a0"),
    ],
)
def test_a_criterion_that_is_not_understood_is_said(book, excel, recorder, database, cells, message):
    click("select")
    form = opened_form(excel)
    form["A2:C2"].value = cells
    click("select")
    assert said(recorder)[-1].startswith(message)
    assert len(excel.books) == 2


@pytest.mark.parametrize("system", ["odeis", "cloud-pos", "le-new-black", "lightspeed"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_criterion_and_comparison_offered_is_understood(system, lang):
    """Each word of the lists reads back as its own field and sign."""
    from addin.buttons.selecting import _criteria, _criterion, _sign_key
    from core import actions
    from core.i18n import tr
    from core.selection import ABOUT, Sign, read_selection, type_of

    profile = actions.system(system)
    offered = _criteria(profile, lang)
    values = {"date": "31/12/2025", "flag": "oui", "amount": "3", "country": "FR"}
    read = []
    for word in offered:
        key = read_selection([_criterion(2, word, tr("selection.filled", lang), "")], profile).parts[0].key
        text = _criterion(2, word, tr("ribbon.sign_equal", lang), values.get(str(type_of(key, profile)), "x"))
        read.append(read_selection([text], profile).parts[0].key)
    assert sorted(read) == sorted({*(f.key for f in profile.fields), *ABOUT})
    signs = [
        read_selection([_criterion(2, "birth_month", tr(_sign_key(s), lang), "3")], profile).parts[0] for s in Sign
    ]
    assert [part.sign for part in signs] == list(Sign)


# ---------------------------------------------------------------- Nouveau client
def test_a_customer_is_added_from_the_form_which_is_then_empty(book, excel, recorder, database):
    click("add_customer")
    form = opened_form(excel)
    assert form["A1:B4"].value[1:] == [["Système", "odeis"], ["Nom", None], ["Prénom", None]]
    for name, value in {"Nom": "ROUX", "Prénom": "Luc", "Téléphone 1": "0639980199", "Code postal": "01000",
                        "Ville": "Bourg-en-Bresse", "Civilité": "M."}.items():  # fmt: skip
        type_value(form, name, value)
    click("add_customer")
    assert said(recorder)[-1].startswith("Client n° 4 ajouté (lot n° 2).")
    assert names(database)[3] == "ROUX"
    values = dict(row[:2] for row in form.used_range.value)
    assert (values["Nom"], values["Code postal"], values["Pays"]) == (None, None, "F")


def test_a_likely_duplicate_is_asked_about_before_anything_is_written(book, excel, recorder, database):
    click("add_customer")
    form = opened_form(excel)
    for name, value in {"Nom": "Lefevre", "Prénom": "Chloé", "Téléphone 1": "0639980102"}.items():
        type_value(form, name, value)
    recorder.answers.append("no")
    click("add_customer")
    assert "Il existe déjà le client n° 1" in said(recorder)[-2]
    assert said(recorder)[-1] == "Rien n'a été fait."
    assert len(names(database)) == 3
    recorder.answers.append("yes")
    click("add_customer")
    assert said(recorder)[-1].startswith("Client n° 4 ajouté")


def test_a_faulty_form_is_kept_and_said(book, excel, recorder, database):
    click("add_customer")
    form = opened_form(excel)
    type_value(form, "Nom", "ROUX")
    type_value(form, "E-mail", "luc.roux")
    before = everything(form)
    click("add_customer")
    assert said(recorder)[-1].startswith("Le client n'a pas été ajouté. À corriger dans la fiche\u00a0:\n\n– Email")
    assert everything(form) == before
    assert len(names(database)) == 3


@pytest.mark.parametrize("system", ["odeis", "cloud-pos", "le-new-black", "lightspeed"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_line_of_the_form_is_its_own_field(system, lang):
    from addin.buttons.customers import _name
    from core import actions

    profile = actions.system(system)
    fields = actions.customer_form(profile)
    table = actions.customer_row({_name(f, fields, lang): f.key for f in fields}, profile)
    assert [column[0] for column in table.columns] == [f.key for f in fields]


# ---------------------------------------------------------------- Rechercher
def test_customers_are_found_by_what_is_typed_and_listed_beside_it(book, excel, recorder, database):
    click("find_customer")
    form = opened_form(excel)
    click("find_customer")
    assert said(recorder)[-1].startswith("Tapez d'abord dans la cellule A2")
    for typed, found in {"lefevbre": ["Lefèvre"], "06 39 98": ["Lefèvre"], "karim.mo": ["Moreau"], "43372": ["Garnier"],
                         "e": ["Lefèvre", "Moreau", "Garnier"], "zzz": []}.items():  # fmt: skip
        form["A2"].value = typed
        click("find_customer")
        assert [name for name in form["C2:C51"].value if name] == found, typed
    assert said(recorder)[-2] == "Clients trouvés pour «\u00a0e\u00a0»\u00a0: 3."
    assert said(recorder)[-1] == "Aucun client ne correspond à «\u00a0zzz\u00a0»."


def test_a_list_that_is_too_long_says_how_many_are_left(book, excel, recorder, tmp_path):
    save_settings({"db": str(tmp_path / "c.db")})
    with open_database(str(tmp_path / "c.db")) as opened:
        opened.push(checked_sheet(people(60)), request(backup=False))
    click("find_customer", lang="en")
    form = opened_form(excel)
    form["A2"].value = "e"
    click("find_customer")
    assert sum(number is not None for number in form["B2:B80"].value) == 50
    assert said(recorder)[-1].endswith("10 autres\u00a0: précisez la recherche.")


def test_without_a_database_the_way_to_name_one_is_said(book, excel, recorder):
    for button in ("select", "add_customer", "find_customer"):
        click(button)
    assert len(set(said(recorder))) == 1
    assert len(excel.books) == 1
