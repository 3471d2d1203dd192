"""The buttons of the group Contrôle, on real workbooks in LibreOffice, through the public xlwings API."""

import json

import openpyxl
import pytest

from core import actions
from core.workbooks import clear_results, read_table
from tests.lo_engine import user
from tests.lo_engine.runpython import run_python
from tests.macro_parts import click, column, everything, fill, headers, numbered, person, template

RED, AMBER = (255, 199, 206), (255, 235, 156)
RESULTS = ["Statut", "Message", "Décision", "Client existant", "Cellules en cause"]
WRONG_EMAIL = (
    "Email\u00a0: «\u00a0karim\u00a0» n'est pas une adresse e-mail\u00a0: "
    "il manque le «\u00a0@\u00a0». Corrigez la cellule."
)


@pytest.fixture
def sheet(open_book, tmp_path):
    """A template of Odeis with three customers, the second with a wrong e-mail."""
    book = open_book(template(tmp_path / "Modèle Odeis.xlsx"))
    return fill(book.sheets[0], [person(), person(1, Email="karim"), person(2)])


def test_check_writes_the_verdict_beside_each_row(sheet, recorder):
    before = sheet.range("A1:P4").value
    click("check")
    assert list(headers(sheet))[-5:] == RESULTS
    assert column(sheet, "Statut", 3) == ["Bon", "Erreur", "Bon"]
    assert column(sheet, "Message", 3) == [None, WRONG_EMAIL, None]
    assert [cell.partition("#")[0] for cell in column(sheet, "Cellules en cause", 3)] == ["", ";K;", ""]
    assert sheet.range("A1:P4").value == before
    assert [alert.mode for alert in recorder.alerts] == ["info"]
    assert recorder.alerts[0].prompt.startswith(
        "Contrôle pour Odeis (fichier routage), lignes lues\u00a0: 3.\n\nÀ corriger\u00a0: 1"
    )


def test_check_paints_the_faulty_cells_and_no_other(sheet):
    click("check")
    painted = {cell: user.rule_color(sheet[cell]) for cell in ("K2", "K3", "J3", "K4")}
    assert painted == {"K2": None, "K3": RED, "J3": None, "K4": None}
    assert sheet["K3"].color is None


def test_check_leaves_excel_as_it_found_it(sheet, excel, recorder):
    click("check")
    assert recorder.status[-1] is False
    assert (excel.screen_updating, excel.calculation, excel.status_bar) == (True, "automatic", False)
    assert "Carnet\u00a0: contrôle…" in recorder.status


def test_a_second_check_replaces_the_first_and_keeps_the_decisions(sheet):
    click("check")
    place = headers(sheet)
    sheet.range((4, place["Décision"])).value = "Ignorer"
    sheet["K3"].value = "karim.moreau@example.com"
    click("check")
    assert headers(sheet) == place
    assert column(sheet, "Statut", 3) == ["Bon"] * 3
    assert column(sheet, "Décision", 3) == [None, None, "Ignorer"]
    ours = [rule for rule in sheet.used_range.conditional_formats if "_carnet_" in rule.formula]
    assert len(ours) == 5


def test_english_says_the_same_in_english(sheet, recorder):
    click("check", lang="en")
    assert list(headers(sheet))[-5:] == ["Status", "Message", "Decision", "Existing customer", "Cells at fault"]
    assert column(sheet, "Status", 3) == ["Ready", "Error", "Ready"]
    assert recorder.alerts[0].prompt.startswith("Check for Odeis")
    click("check", lang="fr")
    assert list(headers(sheet))[-5:] == RESULTS, "the same columns, in the other language"


def test_the_command_line_finds_the_ribbons_columns_and_the_other_way_round(sheet, tmp_path):
    click("check")
    saved = tmp_path / "enregistré.xlsx"
    sheet.book.save(saved)
    profile = actions.system("odeis")
    table = read_table(saved, headers=[f.header for f in profile.fields])
    assert [table.result_positions[r] for r in table.result_positions] == [17, 18, 19, 20, 21]
    sheet.book.close()
    found = actions.check_file(saved, actions.Context(profile))
    assert found.columns["status"] == ["Bon", "Erreur", "Bon"]
    book = openpyxl.load_workbook(saved)
    formulas = [r.formula[0] for area in book.worksheets[0].conditional_formatting for r in area.rules]
    assert not [f for f in formulas if "_carnet_paint" in f], "the ribbon's rules are replaced, not doubled"
    assert len([f for f in formulas if 'N("carnet")=0' in f]) == 5


def test_the_ribbon_takes_over_what_the_command_line_wrote(excel, open_book, tmp_path):
    path = template(tmp_path / "fichier.xlsx")
    book = open_book(path)
    fill(book.sheets[0], [person(), person(1, Email="karim")])
    book.save()
    book.close()
    actions.check_file(path, actions.Context(actions.system("odeis")))
    sheet = open_book(path).sheets[0]
    place = headers(sheet)
    assert user.rule_color(sheet["K3"]) == RED
    sheet["K3"].value = "karim.moreau@example.com"
    click("check")
    assert headers(sheet) == place
    assert column(sheet, "Statut", 2) == ["Bon", "Bon"]
    assert user.rule_color(sheet["K3"]) is None
    assert len(sheet.used_range.conditional_formats) == 5
    click("clear_results")
    sheet.book.save()
    sheet.book.close()
    before = path.read_bytes()
    clear_results(path)
    assert path.read_bytes() == before, "nothing of ours is left to clear"


def test_next_and_previous_go_from_issue_to_issue_and_around(sheet, excel, recorder):
    fill(sheet, [person(2, Email="karim", Nom=None, Prénom=None, Carte=None)], row=5)
    click("check")
    recorder.clear()
    user.select(sheet, "A1")
    places = []
    for _ in range(4):
        click("next_issue")
        places.append(excel.selection.address)
    assert places == ["$K$3", "$B$5", "$K$5", "$K$3"]
    assert recorder.status[0] == WRONG_EMAIL
    assert recorder.status[3].startswith("Toutes les anomalies ont été vues")
    for _ in range(2):
        click("previous_issue")
        places.append(excel.selection.address)
    assert places[-2:] == ["$K$5", "$B$5"]
    assert recorder.alerts == []


def test_next_asks_for_a_check_first_and_says_when_all_is_well(sheet, recorder):
    click("next_issue")
    sheet["K3"].value = "karim.moreau@example.com"
    click("check")
    click("next_issue")
    assert [a.prompt for a in recorder.alerts][::2] == [
        "La feuille «\u00a0Clients\u00a0» n'a pas encore été contrôlée. Cliquez d'abord sur «\u00a0Vérifier\u00a0».",
        "Aucune anomalie dans la feuille «\u00a0Clients\u00a0».",
    ]


def test_clear_takes_everything_of_ours_away(sheet, recorder):
    before = everything(sheet)
    click("check")
    click("clear_results")
    assert everything(sheet) == before
    assert len(sheet.used_range.conditional_formats) == 0
    assert [name.name for name in sheet.names] == []
    click("clear_results")
    assert recorder.alerts[-1].prompt == "La feuille «\u00a0Clients\u00a0» ne contient aucun résultat de Carnet."


def test_undo_takes_the_last_write_back_and_only_that(sheet, recorder):
    blank = everything(sheet)
    click("check")
    first = everything(sheet)
    sheet["K3"].value = "karim.moreau@example.com"
    click("check")
    click("undo_write")
    assert column(sheet, "Statut", 3) == ["Bon", "Erreur", "Bon"]
    sheet["K3"].value = "karim"
    assert everything(sheet) == first
    click("undo_write")
    assert recorder.alerts[-1].prompt.startswith("Carnet n'a rien à annuler dans «\u00a0Modèle Odeis.xlsx\u00a0»")
    click("clear_results")
    click("undo_write")
    assert everything(sheet) == first, "clearing is undone too"
    click("clear_results")
    click("check")
    click("undo_write")
    assert everything(sheet) == blank


@pytest.mark.parametrize(("answer", "status"), [("no", "Erreur"), ("yes", None)])
def test_undo_asks_before_losing_what_the_user_typed_since(sheet, recorder, answer, status):
    click("check")
    sheet.range((3, headers(sheet)["Décision"])).value = "Ignorer"
    recorder.answers.append(answer)
    click("undo_write")
    assert "ont été modifiées depuis" in recorder.alerts[1].prompt
    assert sheet["Q3"].value == status


def test_a_workbook_of_the_same_name_is_not_the_one_that_was_written(excel, open_book, tmp_path, recorder):
    (tmp_path / "autre").mkdir()
    one = open_book(template(tmp_path / "clients.xlsx"))
    fill(one.sheets[0], [person()])
    click("check")
    one.close()
    other = open_book(template(tmp_path / "autre" / "clients.xlsx"))
    before = everything(fill(other.sheets[0], [person()]))
    click("undo_write")
    assert everything(other.sheets[0]) == before
    assert "n'a rien à annuler" in recorder.alerts[-1].prompt


def test_what_is_kept_for_undo_is_only_the_columns_written(sheet):
    from core.settings import data_folder

    click("check")
    click("check")
    files = list((data_folder() / "undo").glob("*.json"))
    kept = json.loads(files[0].read_text("utf-8"))
    assert len(files) == 1
    assert kept["areas"][0]["before"][0] == RESULTS


@pytest.mark.slow
def test_a_check_crosses_to_excel_as_often_for_50000_rows_as_for_100(excel, open_book, tmp_path, calls):
    """The cost in Excel is the number of calls; it depends neither on the rows nor on the issues."""
    made = {}
    for rows in (100, 5_000, 50_000):
        book = open_book(template(tmp_path / f"{rows}.xlsx"))
        fill(book.sheets[0], numbered(rows))
        with calls.counting() as counted:
            click("check")
        made[rows] = sorted(counted)
        assert column(book.sheets[0], "Statut", rows).count("Erreur") == rows // 5
        book.close()
    print({rows: len(names) for rows, names in made.items()})
    assert made[100] == made[5_000] == made[50_000]


def test_the_ribbons_own_process_checks_the_calling_workbook(sheet, tmp_path):
    command = "import addin.macros; addin.macros.run('check', system='odeis', lang='fr', scope='all')"
    run = run_python(command, sheet.book)
    assert (run.exit_code, run.stderr) == (0, "")
    assert column(sheet, "Statut", 3) == ["Bon", "Erreur", "Bon"]
    assert [alert.mode for alert in run.recorder.alerts] == ["info"]
