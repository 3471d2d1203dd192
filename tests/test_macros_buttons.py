"""Every other button of the ribbon, end to end on real workbooks in LibreOffice."""

import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from core import actions
from core.demo import __file__ as demo
from core.settings import save_settings
from tests.lo_engine import user
from tests.lo_engine.runpython import run_python
from tests.macro_parts import click, column, everything, fill, headers, person, template

DEMO = Path(demo).parent


@pytest.fixture(autouse=True)
def documents(tmp_path, monkeypatch):
    """The user's documents, for the workbooks that the ribbon makes."""
    folder = tmp_path / "Mes documents"
    monkeypatch.setattr("platformdirs.user_documents_path", lambda: folder)
    return folder


@pytest.fixture
def sheet(open_book, tmp_path):
    """A template of Odeis with three customers, the second with a wrong e-mail."""
    book = open_book(template(tmp_path / "clients.xlsx"))
    return fill(book.sheets[0], [person(), person(1, Email="karim"), person(2)])


@pytest.fixture
def database(tmp_path):
    """An embedded database that the settings name, and that nobody has written to."""
    path = tmp_path / "clients.db"
    save_settings({"db": str(path)})
    return str(path)


def customers(database):
    with actions.open_database(database) as opened:
        return [customer.values for customer in opened.customers()]


def said(recorder):
    return [alert.prompt for alert in recorder.alerts]


def choose(monkeypatch, path):
    """Let the user choose a file in Excel's window, which belongs to the add-in's VBA."""
    monkeypatch.setattr("addin.excel.Desk.ask_file", lambda desk, title: path)


# ---------------------------------------------------------------- Modèle
def test_a_new_template_is_made_in_the_documents_and_opened(book, excel, recorder, documents):
    click("new_template", system="le-new-black")
    click("new_template", system="le-new-black")
    names = ["Modèle Le New Black (détaillants).xlsx", "Modèle Le New Black (détaillants) (2).xlsx"]
    assert {path.name for path in documents.glob("*.xlsx")} == set(names)
    assert [opened.name for opened in excel.books][1:] == names
    assert str(documents / names[0]) in said(recorder)[0]


def test_a_template_with_customers_needs_a_database_and_holds_them(sheet, excel, recorder, database):
    recorder.answers.append("yes")
    click("push")
    click("new_template_with_customers")
    made = excel.books["Clients Odeis (fichier routage).xlsx"].sheets[0]
    assert sorted(column(made, "Nom", 2)) == ["GARNIER", "LEFÈVRE"]
    assert column(made, "Code postal", 2)[0] == "01000"


def test_without_a_database_the_way_to_name_one_is_said(sheet, recorder):
    for button in ("new_template_with_customers", "push", "dry_run", "jobs"):
        click(button)
    assert len(set(said(recorder))) == 1
    assert "base" in said(recorder)[0]


# ---------------------------------------------------------------- Source
def test_a_foreign_file_is_taken_and_stays_as_it_is(book, excel, recorder, monkeypatch, tmp_path):
    source = Path(shutil.copy(DEMO / "clients_boutique.xlsx", tmp_path / "clients boutique.xlsx"))
    before = source.read_bytes()
    choose(monkeypatch, source)
    click("take_file")
    made = excel.books["clients boutique pour Odeis (fichier routage).xlsx"].sheets[0]
    assert len([name for name in column(made, "Nom", 120) if name]) > 100
    assert said(recorder)[0].startswith("Lignes reprises de «\u00a0clients boutique.xlsx\u00a0»\u00a0: 120")
    assert "Colonnes laissées de côté\u00a0: N° client, Société" in said(recorder)[0]
    assert source.read_bytes() == before


def test_columns_that_only_the_office_knows_are_asked_in_a_workbook(book, excel, recorder, monkeypatch):
    choose(monkeypatch, DEMO / "clients_outlook.csv")
    click("take_file")
    assert "demandent votre avis, Carnet ne les devine pas (2)." in said(recorder)[0]
    questions = excel.books.active
    assert questions.name == "Correspondance de clients_outlook.xlsx"
    sheet = questions.sheets[0]
    heads = sheet.used_range.rows[0].value
    row = [row[1] for row in sheet.used_range.value].index("Utilisateur 1") + 1
    sheet.range((row, heads.index("Va dans (à corriger ici)") + 1)).value = "Code Libre 1"
    questions.set_mock_caller()
    recorder.answers.append("yes")
    click("take_file")
    made = excel.books["clients_outlook pour Odeis (fichier routage).xlsx"].sheets[0]
    assert any(column(made, "Code Libre 1", 300))
    assert "Utilisateur 2" in said(recorder)[-1]
    assert "Utilisateur 1" not in said(recorder)[-1]
    recorder.answers.append("no")
    choose(monkeypatch, None)
    click("take_file")
    assert len(excel.books) == 3, "another file was to be chosen, and none was"


def test_a_file_of_the_systems_own_columns_is_taken_at_once(book, excel, recorder, monkeypatch, tmp_path):
    source = tmp_path / "export.csv"
    source.write_text("Nom;Prénom;Email\nMOREAU;Karim;karim@example.com\n", "utf-8")
    choose(monkeypatch, source)
    click("take_file")
    made = excel.books["export pour Odeis (fichier routage).xlsx"].sheets[0]
    assert column(made, "Email", 1) == ["karim@example.com"]


def test_a_file_is_taken_with_the_run_options_and_its_rows_are_accounted_for(
    excel, open_book, recorder, monkeypatch, tmp_path
):
    """The options are those of the template in front, where it is of the same system."""
    lightspeed = actions.system("lightspeed")
    options = actions.run_options(lightspeed, {"recent_columns": "yes"})
    open_book(actions.make_template(tmp_path / "front.xlsx", actions.Context(lightspeed, "fr", options)))
    source = tmp_path / "export.csv"
    lines = ("Nom;Prénom;Email;Ville", "MOREAU;Karim;k@example.com;Lyon", "NOM;PRENOM;;", "ROUX;Luc;l@example.com;Lyon")
    source.write_text("\n".join((*lines, "Total;2;;", "")), "utf-8")
    choose(monkeypatch, source)
    click("take_file", system="lightspeed")
    made = excel.books.active.sheets[0]
    assert column(made, "last_name", 3) == ["MOREAU", "ROUX", None]
    assert "do_not_email" in headers(made)
    assert "Ligne laissée de côté\u00a0: 3. C'est l'en-tête répété" in said(recorder)[0]
    assert "Ligne laissée de côté\u00a0: 5. C'est un total" in said(recorder)[0]


def test_no_file_chosen_does_nothing(book, excel, recorder, monkeypatch):
    choose(monkeypatch, None)
    click("take_file")
    assert said(recorder) == []
    assert len(excel.books) == 1


def test_an_inspection_says_what_is_odd_in_a_workbook_of_its_own(sheet, excel, recorder):
    sheet.range("3:3").rows.hidden = True
    sheet["C4"].number_format = "General"
    sheet["C4"].formula = '="Inès"&""'
    before = everything(sheet)
    click("inspect")
    found = excel.books.active.sheets[0]
    assert found.name == "Examen Carnet"
    assert found["A1:B3"].value == [["Colonne", "En-tête"], ["A", "Genre"], ["B", "Nom"]]
    text = " ".join(str(cell) for row in found.used_range.value for cell in row)
    assert "Formules\u00a0: 1." in text
    assert "Lignes masquées\u00a0: 1." in text
    assert everything(sheet) == before


# ---------------------------------------------------------------- Contrôle: Corriger
@pytest.fixture
def untidy(sheet):
    sheet["B2:C4"].value = [["LEFÈVRE", "  Chloé "], ["moreau", "Karim"], ["Garnier", "Inès"]]
    sheet["I2:I4"].value = [["06.12.34.56.01"], ["0612345602"], ["+33 6 12 34 56 03"]]
    return sheet


def test_fix_applies_what_is_safe_lists_it_and_can_be_undone(untidy, excel, recorder):
    before = everything(untidy)
    recorder.answers.append("yes")
    click("fix")
    assert column(untidy, "Prénom", 3) == ["Chloé", "Karim", "Inès"]
    phones = column(untidy, "Tél. 1", 3)
    assert [phone.replace(" ", "") for phone in phones] == ["0612345601", "0612345602", "0612345603"]
    assert "Appliquer les corrections sûres" in said(recorder)[0]
    assert "Espaces en trop" in said(recorder)[0]
    listed = excel.books["Book1"].sheets["Corrections Carnet"]
    assert listed["A1:F1"].value == ["Ligne", "Colonne", "Avant", "Après", "Correction", "État"]
    assert ["2", "Prénom", "  Chloé ", "Chloé", "Espaces en trop", "Appliquée"] in listed.used_range.value
    assert excel.books.active.name == "clients.xlsx"
    click("undo_write")
    assert everything(untidy) == before


def test_fix_writes_nothing_without_a_yes(untidy, recorder):
    before = everything(untidy)
    recorder.answers.append("no")
    click("fix")
    assert everything(untidy) == before


def test_fix_says_when_there_is_nothing_to_do(open_book, tmp_path, recorder):
    sheet = fill(open_book(template(tmp_path / "clients.xlsx")).sheets[0], [person()])
    sheet["I2"].value = "06 12 34 56 01"
    click("fix")
    assert said(recorder)[0].startswith(("Rien à corriger", "Appliquer"))


def test_a_phone_in_an_ordinary_cell_keeps_its_zero_when_fixed_and_when_undone(book, recorder):
    sheet = book.sheets[0]
    sheet["A1"].value = [["Nom", "Prénom", "Tél. 1"], ["MOREAU", "Karim", "'06.12.34.56.02"]]
    before = sheet.used_range.value
    recorder.answers.append("yes")
    click("fix")
    assert sheet["C2"].value.replace(" ", "") == "0612345602"
    click("undo_write")
    assert sheet.used_range.value == before


# ---------------------------------------------------------------- Envoi
def test_a_dry_run_says_what_a_push_would_do_and_saves_nothing(sheet, recorder, database):
    click("dry_run")
    words = ["à créer", "refusé", "à créer"]
    assert column(sheet, "Statut", 3) == [f"Simulation\u00a0: {word}" for word in words]
    assert said(recorder)[0].startswith("Simulation\u00a0: rien n'a été enregistré dans la base.\n\nÀ créer\u00a0: 2\n")
    assert not Path(database).exists(), "a dry run makes no database"


def test_a_push_of_a_csv_first_says_that_work_beside_it_would_be_left_out(open_book, tmp_path, recorder, database):
    path = tmp_path / "clients.csv"
    path.write_text("Nom,Prénom\nPETIT,Luc\n", encoding="utf-8-sig")
    written = actions.check_file(path, actions.Context(actions.system("odeis"))).written
    book = load_workbook(written)
    book.active["B2"] = "Lucien"
    book.save(written)
    open_book(path)
    recorder.answers.append("no")
    click("push")
    assert said(recorder)[0].startswith("Attention\u00a0: vous avez travaillé dans «\u00a0clients.carnet.xlsx\u00a0»")
    assert "Envoyer vers Odeis" in said(recorder)[0]
    assert not Path(database).exists()


def test_a_push_asks_writes_each_outcome_and_is_undone_from_the_list(sheet, excel, recorder, database):
    recorder.answers.append("yes")
    click("push")
    assert said(recorder)[0].startswith("Envoyer vers Odeis (fichier routage) les lignes valables")
    assert column(sheet, "Statut", 3) == ["Créé", "Refusé", "Créé"]
    assert said(recorder)[1].startswith("Lot n° 1 envoyé.\n\nCréés\u00a0: 2\n")
    assert [one["last_name"] for one in customers(database)] == ["LEFÈVRE", "GARNIER"]
    click("jobs")
    listed = excel.books.active
    assert listed.sheets[0]["A1:C2"].value == [["N°", "Date", "Nature"], ["1", listed.sheets[0]["B2"].value, "Envoi"]]
    assert listed.sheets[0]["H2"].value == "2 créé, 1 refusé"
    listed.set_mock_caller()
    user.select(listed.sheets[0], "A1")
    click("jobs")
    assert said(recorder)[-1] == "Sélectionnez d'abord la ligne du lot à annuler."
    user.select(listed.sheets[0], "C2")
    recorder.answers.append("yes")
    click("jobs")
    assert "Annuler le lot n° 1" in said(recorder)[-2]
    assert said(recorder)[-1].startswith("Lot n° 1 annulé")
    assert customers(database) == []


def test_a_push_that_is_refused_by_the_user_does_nothing(sheet, recorder, database):
    before = everything(sheet)
    recorder.answers.append("no")
    click("push")
    assert everything(sheet) == before
    assert not Path(database).exists()


def test_only_the_selected_rows_are_pushed(sheet, recorder, database):
    user.select(sheet, "A4")
    recorder.answers.append("yes")
    click("push", scope="selected")
    assert column(sheet, "Statut", 3) == [None, None, "Créé"]
    assert [one["last_name"] for one in customers(database)] == ["GARNIER"]


def test_the_same_push_again_writes_nothing(sheet, recorder, database):
    for _ in range(2):
        recorder.answers.append("yes")
        click("push")
    assert column(sheet, "Statut", 3) == ["Inchangé", "Refusé", "Inchangé"]
    assert len(customers(database)) == 2


def test_the_ribbons_own_process_pushes_the_calling_workbook(sheet, database):
    command = "import addin.macros; addin.macros.run('push', system='odeis', lang='fr', scope='all')"
    run = run_python(command, sheet.book, answers=["yes"])
    assert (run.exit_code, run.stderr) == (0, "")
    assert column(sheet, "Statut", 3) == ["Créé", "Refusé", "Créé"]
    assert len(customers(database)) == 2


# ---------------------------------------------------------------- Fidélité
def test_gains_are_written_at_the_right_and_taken_back(sheet, recorder):
    from core.loyalty.sandbox import Sandbox

    before = everything(sheet)
    with Sandbox() as sandbox:
        save_settings({"fidelpass_url": sandbox.url})
        click("gains")
        assert list(headers(sheet))[16:18] == ["Carte FidelPass", "Gain"]
        first = everything(sheet)
        click("check")
        assert list(headers(sheet))[24:26] == ["Statut", "Message"], "results go to the right of the gains"
        click("gains")
    assert everything(sheet)[1][0][:24] == first[1][0][:24], "the same columns"
    click("clear_results")
    click("undo_write")
    click("clear_results")
    assert said(recorder)[0].startswith("3 cartes demandées")
    assert before[1][0] == sheet.range("A1:P1").value


def test_undo_takes_new_gain_columns_out(sheet):
    from core.loyalty.sandbox import Sandbox

    before = everything(sheet)
    with Sandbox() as sandbox:
        save_settings({"fidelpass_url": sandbox.url})
        click("gains")
    click("undo_write")
    assert everything(sheet) == before
    assert [name.name for name in sheet.names] == []


def test_cards_are_attached_compared_and_taken_off_by_the_selected_rows(sheet, excel, recorder, database):
    from core.loyalty.sandbox import Sandbox

    recorder.answers.extend(["yes", "yes", "yes"])
    sheet["M2"].value = "433701"
    with Sandbox() as sandbox:
        save_settings({"fidelpass_url": sandbox.url})
        click("push")
        user.select(sheet, "A2")
        click("attach_card")
        assert column(sheet, "Carte de fidélité\u00a0: résultat", 3) == ["Rattachée", None, None]
        click("compare_card")
        assert excel.books.active.name == "Comparaison FidelPass.xlsx"
        assert "Différences entre la caisse et FidelPass" in said(recorder)[-1]
        sheet.book.activate()
        user.select(sheet, "A2")
        click("remove_card")
    assert said(recorder)[-1].startswith("Retirée\u00a0: 1")
    assert [one.get("loyalty_card") for one in customers(database)] == [None, "433726"]


def test_the_choices_of_a_comparison_are_carried_out_by_the_same_button(sheet, excel, recorder, database):
    """A consent that widens needs its proof, which has its place in the workbook."""
    from core.loyalty.sandbox import Sandbox

    recorder.answers.extend(["yes", "yes"])
    sheet["M2"].value = "433704"
    with Sandbox() as sandbox:
        save_settings({"fidelpass_url": sandbox.url})
        click("push")
        user.select(sheet, "A2")
        click("attach_card")
        click("compare_card")
        compared = excel.books.active
        compared.set_mock_caller()
        rows, fields = compared.sheets
        names = rows.range("D2:D20").value
        places = {name: n for n, name in enumerate(names, 2) if name}
        rows.range((places["Accord e-mail"], 7)).value = "FidelPass"
        rows.range((places["Ville"], 7)).value = "FidelPass"
        recorder.answers.append("no")
        click("compare_card")
        assert rows.range((places["Ville"], 8)).value is None
        recorder.answers.append("yes")
        click("compare_card")
        assert said(recorder)[-1].startswith("Choix appliqués\u00a0: 1. Refusés\u00a0: 1")
        assert rows.range((places["Ville"], 8)).value == "Fait"
        assert "Un accord ne s'élargit pas sans preuve" in rows.range((places["Accord e-mail"], 9)).value
        assert customers(database)[0]["city"] == "Paris"
        assert fields["F1:F2"].value == ["Preuve des accords\u00a0: date", "Preuve des accords\u00a0: origine"]
        fields["G1"].value = "02/05/2026"
        recorder.answers.append("yes")
        click("compare_card")
        assert said(recorder)[-1].startswith("Une preuve, c'est une date et une origine")
        fields["G2"].value = "bulletin papier"
        recorder.answers.append("yes")
        click("compare_card")
    assert rows.range((places["Accord e-mail"], 8)).value == "Fait"
    assert rows.range((places["Ville"], 9)).value.startswith("Les deux côtés ont la même valeur")
    assert customers(database)[0]["email_opt_in"] is True


def test_without_fidelpass_the_way_to_name_it_is_said(sheet, recorder):
    click("gains")
    assert "FidelPass" in said(recorder)[0]
    assert recorder.alerts[0].mode == "critical"


# ---------------------------------------------------------------- Aide
def test_settings_are_typed_into_a_sheet_and_saved_by_the_next_click(book, excel, recorder, tmp_path):
    from core.settings import load_settings

    click("settings")
    opened = excel.books.active
    sheet = opened.sheets[0]
    assert sheet["A1:A5"].value == ["Réglage", "Base de la caisse", "Magasin", "Adresse FidelPass", sheet["A5"].value]
    sheet["B2"].value = "C:\\Carnet\\clients.db"
    sheet["B3"].value = "012"
    opened.set_mock_caller()
    click("settings")
    assert (load_settings({}).db, load_settings({}).shop) == ("C:\\Carnet\\clients.db", "012")
    assert said(recorder)[-1].startswith("Réglages enregistrés")


@pytest.mark.parametrize(
    ("address", "mark", "message"),
    [
        (None, "✓", "il répond\u00a0: version 1.0"),
        ("http://127.0.0.1:9", "✗", "la connexion est refusée"),
        ("https://fidelpass.invalid", "✗", "fidelpass.invalid"),
    ],
)
def test_saving_the_settings_tests_the_connection_and_says_what_is_wrong(
    book, excel, recorder, database, address, mark, message
):
    from core.loyalty.sandbox import Sandbox

    actions.open_database(database, create=True).close()
    click("settings")
    opened = excel.books.active
    opened.set_mock_caller()
    with Sandbox() as sandbox:
        opened.sheets[0]["B4"].value = address or sandbox.url
        click("settings")
    told = {line[2:].partition("\u00a0: ")[0]: line for line in said(recorder)[-1].splitlines() if line[:1] in "✓✗"}
    assert told["Base de la caisse"].startswith("✓")
    assert told["FidelPass"].startswith(mark)
    assert message in told["FidelPass"]
    assert recorder.alerts[-1].mode == ("info" if mark == "✓" else "critical")


def test_help_says_the_steps(book, recorder):
    click("help")
    click("help", lang="en")
    assert said(recorder)[0].startswith("1. Choisissez votre système")
    assert said(recorder)[1].startswith("1. Choose your system")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_message_is_cut(lang):
    """What a message box shows on Windows ends at about 1,024 characters."""
    from core.i18n import area_texts

    assert max(len(texts[lang]) for texts in area_texts("ribbon").values()) < 900
