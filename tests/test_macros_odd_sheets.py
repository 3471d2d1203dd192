"""The ribbon on sheets as people keep them: each works, or says why not and leaves the sheet as it was."""

import pytest
import xlsxwriter

from tests.lo_engine import user
from tests.macro_parts import click, column, everything, fill, headers, person, template


@pytest.fixture
def sheet(open_book, tmp_path):
    """A template with four customers, the second with a wrong e-mail."""
    book = open_book(template(tmp_path / "clients.xlsx"))
    people = [person(), person(1, Email="karim"), person(2), person(3)]
    return fill(book.sheets[0], people)


def said(recorder):
    return [alert.prompt for alert in recorder.alerts]


def test_a_protected_sheet_is_left_as_it_was(sheet, recorder, excel):
    user.protect(sheet)
    before = everything(sheet)
    for button in ("check", "fix"):
        recorder.clear()
        recorder.answers.extend(["yes"] if button == "fix" else [])
        if button == "fix":
            user.unprotect(sheet)
            sheet["C2"].value = "Chloé  "
            before = everything(sheet)
            user.protect(sheet)
        click(button)
        assert (
            "Excel a refusé d'écrire dans la feuille «\u00a0Clients\u00a0», qui reste comme elle était."
            in said(recorder)[-1]
        )
        assert recorder.alerts[-1].mode == "critical"
        assert everything(sheet) == before
        assert (excel.screen_updating, excel.calculation, excel.status_bar) == (True, "automatic", False)


def test_clearing_a_protected_sheet_is_refused_too(sheet, recorder):
    click("check")
    user.protect(sheet)
    before = everything(sheet)
    click("clear_results")
    assert "Excel a refusé" in said(recorder)[-1]
    assert everything(sheet) == before


def test_filtered_rows_get_their_verdict_too(sheet):
    sheet.range("A1:P5").autofilter.apply_values(2, ["MOREAU"])
    assert sheet.range("2:2").rows.hidden
    click("check")
    assert column(sheet, "Statut", 4) == ["Bon", "Erreur", "Bon", "Bon"]
    assert sheet.range("2:2").rows.hidden, "the filter stays"


def test_only_visible_rows_when_asked(sheet):
    sheet.range("A1:P5").autofilter.apply_values(2, ["MOREAU"])
    click("check", scope="visible")
    assert column(sheet, "Statut", 4) == [None, "Erreur", None, None]
    sheet.range("A1:P5").autofilter.clear()
    click("check")
    sheet["K3"].value = "karim.moreau@example.com"
    sheet["K4"].value = "ines"
    sheet.range("3:3").rows.hidden = True
    click("check", scope="visible")
    assert column(sheet, "Statut", 4) == ["Bon", "Erreur", "Erreur", "Bon"], "the hidden row keeps what it said"


def test_no_visible_row_is_said(sheet, recorder):
    sheet.range("2:5").rows.hidden = True
    click("check", scope="visible")
    assert said(recorder)[0].startswith("Aucune ligne de clients n'est visible dans «\u00a0Clients\u00a0»")


def test_hidden_columns_are_checked_and_stay_hidden(sheet):
    sheet.range("K:K").columns.hidden = True
    click("check")
    assert column(sheet, "Statut", 4) == ["Bon", "Erreur", "Bon", "Bon"]
    assert sheet.range("K:K").columns.hidden


@pytest.mark.parametrize(
    ("areas", "checked"),
    [
        (["B3"], [3]),
        (["A2:B3"], [2, 3]),
        (["A2", "C4:D5"], [2, 4, 5]),
        (["3:4"], [3, 4]),
        (["B:B"], [2, 3, 4, 5]),
    ],
)
def test_only_selected_rows_when_asked_in_any_number_of_areas(sheet, areas, checked):
    user.select(sheet, *areas)
    click("check", scope="selected")
    verdicts = column(sheet, "Statut", 4)
    assert [row for row, verdict in enumerate(verdicts, 2) if verdict] == checked


@pytest.mark.parametrize(
    ("areas", "message"),
    [
        (["A1"], "Aucune ligne de clients n'est sélectionnée"),
        (["A90:A95"], "Aucune ligne de clients n'est sélectionnée"),
        ([f"A{row}" for row in range(2, 122, 2)], "La sélection a trop de morceaux"),
    ],
)
def test_a_selection_that_cannot_be_used_is_said(sheet, recorder, areas, message):
    before = everything(sheet)
    user.select(sheet, *areas)
    click("check", scope="selected")
    assert said(recorder)[0].startswith(message)
    assert everything(sheet) == before


def test_merged_cells_above_the_table_stay_merged(sheet):
    sheet.range("1:2").insert("down")
    sheet["A1"].value = "Clients de la boutique"
    sheet.range("A1:E1").merge()
    click("check")
    assert sheet.range("Q3").value == "Statut"
    assert sheet.range("Q4:Q7").value == ["Bon", "Erreur", "Bon", "Bon"]
    assert sheet["A1"].merge_cells


@pytest.mark.parametrize(("area", "cell"), [("G4:H4", "G4"), ("D3:D5", "D3"), ("A1:B1", "A1")])
def test_merged_cells_among_the_customers_stop_a_check_as_they_do_in_a_file(sheet, recorder, area, cell):
    sheet.range(area).merge()
    before = everything(sheet)
    click("check")
    assert "Des cellules sont fusionnées dans le tableau" in said(recorder)[0]
    assert f"à partir de {cell}" in said(recorder)[0]
    assert everything(sheet) == before


def test_a_header_that_is_repeated_stops_a_check_as_it_does_in_a_file(sheet, recorder):
    sheet.range("A4:P4").value = sheet.range("A1:P1").value
    click("check")
    assert "La ligne d'en-têtes est répétée à la ligne 4" in said(recorder)[0]


def test_the_row_of_totals_of_a_table_is_no_customer(sheet):
    table = sheet.tables.add(sheet.range("A1:P6"), name="Clients1")
    sheet["A6"].value = "Total"
    table.show_totals = True
    click("check")
    assert column(sheet, "Statut", 5) == ["Bon", "Erreur", "Bon", "Bon", None]


def test_results_are_cleared_whatever_a_check_would_refuse(sheet, recorder):
    """A decision whose row is lost, and merged cells: clearing is what puts the sheet right."""
    click("check")
    decision = headers(sheet)["Décision"]
    sheet.range((4, decision)).value = "Ignorer"
    sheet.range("A2:P5").value = [
        sheet.range("A5:P5").value,
        ["Mme", "AUTRE"] + [None] * 14,
        *sheet.range("A2:P3").value,
    ]
    recorder.clear()
    click("check")
    assert "Ignorer" in said(recorder)[0]
    recorder.clear()
    sheet.range("A2:A3").merge()
    click("clear_results")
    assert "Statut" not in headers(sheet)


def test_results_leave_a_gap_beside_a_table_of_excels(sheet):
    sheet.tables.add(sheet.range("A1:P5"), name="Clients1")
    click("check")
    assert headers(sheet)["Statut"] == 18
    assert sheet.tables[0].range.address == "$A$1:$P$5"
    click("check")
    assert headers(sheet)["Statut"] == 18


@pytest.mark.parametrize("scope", ["all", "selected"])
def test_a_table_sorted_without_the_results_gets_them_back(sheet, scope):
    """Excel sorts a table and leaves the columns beside it: the next check follows each decision to its customer."""
    click("check")
    sheet["S2"].value = "Ignorer"
    people = sheet["A2:P5"].value
    sheet["A2:P5"].value = people[::-1]
    user.select(sheet, "A2:A5")
    click("check", scope=scope)
    assert column(sheet, "Statut", 4) == ["Bon", "Bon", "Erreur", "Bon"]
    assert column(sheet, "Décision", 4) == [None, None, None, "Ignorer"]


def test_formulas_are_read_and_never_overwritten(sheet, recorder):
    sheet["R1"].value = [["Prénom source", "chloé"], [None, None]]
    sheet["C2"].number_format = "General"
    sheet["C2"].formula = '="  Chloé "&""'
    sheet["C3"].value = "  Karim "
    recorder.answers.append("yes")
    click("fix")
    assert sheet["C3"].value == "Karim"
    assert sheet["C2"].formula == '="  Chloé "&""'
    assert "Cellules calculées par une formule, laissées telles quelles\u00a0: 1." in said(recorder)[-1]
    click("check")
    assert sheet["C2"].formula == '="  Chloé "&""'


def test_a_workbook_never_saved_is_checked(book, recorder):
    sheet = book.sheets[0]
    sheet["A1"].value = [["Nom", "Prénom", "Email"], ["MOREAU", "Karim", "karim"], ["GARNIER", "Inès", "i@example.com"]]
    click("check")
    assert sheet["D1:D3"].value == ["Statut", "Erreur", "Bon"]
    click("undo_write")
    assert sheet.used_range.address == "$A$1:$C$3"


@pytest.mark.parametrize("name", ["clients.py", "L'été 2024", "a-b (c)!", "Clients=1", "été;x,y"])
def test_any_sheet_name_is_good(sheet, name):
    sheet.name = name
    click("check")
    assert column(sheet, "Statut", 4) == ["Bon", "Erreur", "Bon", "Bon"]
    assert user.rule_color(sheet["K3"]) == (255, 199, 206)
    click("clear_results")
    assert "Statut" not in headers(sheet)


def test_a_folder_with_spaces_and_accents_is_good(open_book, tmp_path):
    folder = tmp_path / "Éric et Zoé – été (2)"
    folder.mkdir()
    sheet = fill(open_book(template(folder / "clients d'été.xlsx")).sheets[0], [person()])
    click("check")
    assert column(sheet, "Statut", 1) == ["Bon"]


def test_the_users_own_columns_rules_and_colours_survive(sheet):
    sheet["Q1"].value = [["Note de Léa", "Message"], ["rappeler", "à moi"]]
    sheet["B2"].color = (1, 2, 3)
    sheet["B2:B5"].conditional_formats.add_custom("=$B2>0", fill_color="#00ff00")
    click("check")
    click("check")
    click("clear_results")
    assert sheet["Q1:R2"].value == [["Note de Léa", "Message"], ["rappeler", "à moi"]]
    assert sheet["B2"].color == (1, 2, 3)
    assert [rule.formula for rule in sheet.used_range.conditional_formats] == ["=$B2>0"]


def test_deleted_result_columns_come_back_whole(sheet):
    click("check")
    sheet.range("R:R").delete()
    click("check")
    ours = ["Statut", "Message", "Décision", "Client existant", "Cellules en cause"]
    assert [header for header in headers(sheet) if header in ours] == ours
    assert list(headers(sheet)).count("Statut") == 1


def test_another_sheet_of_the_template_offers_the_customers(sheet, recorder):
    sheet.book.sheets["Guide"].activate()
    recorder.answers.append("yes")
    click("check")
    assert said(recorder)[0] == (
        "La feuille «\u00a0Guide\u00a0» n'est pas celle des clients. Passer à la feuille «\u00a0Clients\u00a0»\u00a0?"
    )
    assert sheet.book.sheets.active.name == "Clients"
    assert column(sheet, "Statut", 4) == ["Bon", "Erreur", "Bon", "Bon"]
    sheet.book.sheets["Guide"].activate()
    recorder.answers.append("no")
    click("check")
    assert said(recorder)[-1] == "Rien n'a été fait."


def test_a_template_is_checked_by_its_own_system_whatever_the_ribbon_says(sheet, recorder):
    click("check", system="lightspeed")
    assert said(recorder)[0].startswith("Contrôle pour Odeis")


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([["Bonjour"]], "n'a pas de ligne d'en-têtes"),
        ([[None]], "est vide"),
        ([["Produit", "Prix", "Stock"], ["Robe", 12.5, 3]], "Colonnes obligatoires absentes"),
    ],
)
def test_a_sheet_that_is_not_ours_is_told_what_can_be_done_with_it(book, recorder, cells, message):
    sheet = book.sheets[0]
    sheet["A1"].value = cells
    before = everything(sheet)
    click("check", system="odeis")
    assert message in said(recorder)[0] or "Odeis" in said(recorder)[0]
    assert "«\u00a0Reprendre un fichier…\u00a0»" in said(recorder)[0]
    assert everything(sheet) == before


def test_an_unforeseen_error_is_noted_without_the_users_data(sheet, recorder, monkeypatch):
    from core.settings import data_folder

    def fail(*_):
        raise ZeroDivisionError("chloe.lefevre@example.com")

    monkeypatch.setattr("core.actions.check_table", fail)
    before = everything(sheet)
    click("check")
    assert "Une erreur imprévue s'est produite (ZeroDivisionError)" in said(recorder)[0]
    log = (data_folder() / "carnet.log").read_text("utf-8")
    assert "ZeroDivisionError" in log
    assert "chloe" not in log
    assert everything(sheet) == before


def test_an_unknown_button_says_what_to_do(sheet, recorder):
    click("fly")
    assert said(recorder)[0].startswith("Ce bouton n'existe pas dans cette version de Carnet.")


def test_what_a_column_shows_is_what_is_checked(sheet, recorder):
    """Zeros that a number format shows are there for the user, and so for the check."""
    sheet.range("F2:F5").number_format = "00000"
    sheet.range("F2:F5").value = [[1000], [69002], [69002], [59000]]
    click("check")
    assert column(sheet, "Statut", 4) == ["Bon", "Erreur", "Bon", "Bon"]
    sheet.range("F2:F5").number_format = "0"
    click("check")
    assert column(sheet, "Statut", 4)[0] == "À vérifier"


def test_a_date_shown_as_a_number_is_counted_as_the_workbook_counts(open_book, tmp_path):
    """Excel for Mac counted from 1904: 30398 is the 24th of March 1987 there, and four years before elsewhere."""
    people = person() | {"Date de naissance": 30398}
    with xlsxwriter.Workbook(tmp_path / "mac.xlsx", {"date_1904": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, list(people))
        page.write_row(1, 0, list(people.values()))
    sheet = open_book(tmp_path / "mac.xlsx").sheets[0]
    click("check")
    assert "24/03/1987" in column(sheet, "Message", 1)[0]
