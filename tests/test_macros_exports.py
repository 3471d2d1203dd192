"""An export opened in Excel, edited and pushed again and again; practice mode on the ribbon."""

from dataclasses import replace
from pathlib import Path

import pytest

from core import actions
from core.actions.practice import start_practice, stop_practice
from core.database import open_database
from core.settings import save_settings
from core.tables import Table
from tests.customer_sheets import people, request
from tests.customer_sheets import sheet as checked_sheet
from tests.lo_engine import user
from tests.macro_parts import click, column, headers, person, template


@pytest.fixture
def database(tmp_path):
    """A database with three customers, which the settings name."""
    path = str(tmp_path / "clients.db")
    save_settings({"db": path})
    with open_database(path) as opened:
        opened.push(checked_sheet(people(3)), request(backup=False))
    return path


@pytest.fixture
def exported(open_book, tmp_path, database):
    """An export of the three customers to Odeis, open."""
    profile = actions.system("odeis")
    context = actions.Context(profile, "fr", actions.run_options(profile, {}), database)
    path = actions.export_file(tmp_path / "extrait.xlsx", actions.Wanted(), context).path
    return open_book(path).sheets[0]


def push(recorder, **how):
    recorder.answers.append("yes")
    click("push", **how)


def towns(database):
    with open_database(database) as opened:
        return [customer.values.get("city") for customer in opened.customers()]


def test_the_same_cell_edited_and_pushed_twice_is_no_conflict(exported, recorder, database):
    place = headers(exported)["Ville"]
    for town in ("Annecy", "Chambéry"):
        exported.range((2, place)).value = town
        push(recorder)
        assert column(exported, "Statut", 3) == ["Modifié", "Inchangé", "Inchangé"]
    assert towns(database)[0] == "Chambéry"
    assert exported.range((1, headers(exported)["_empreinte"])).columns.hidden


def test_selected_rows_get_their_stamps_and_the_others_keep_theirs(exported, recorder, database):
    before = column(exported, "_empreinte", 3)
    place = headers(exported)["Ville"]
    exported.range((2, place), (3, place)).value = [["Annecy"], ["Chambéry"]]
    user.select(exported, "A3")
    push(recorder, scope="selected")
    after = column(exported, "_empreinte", 3)
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, False, True]
    assert towns(database)[:2] != ["Annecy", "Chambéry"]
    push(recorder)
    assert column(exported, "Statut", 3) == ["Modifié", "Inchangé", "Inchangé"]
    assert towns(database)[:2] == ["Annecy", "Chambéry"]


def test_a_dry_run_leaves_the_stamps_alone(exported):
    before = column(exported, "_empreinte", 3)
    exported.range((2, headers(exported)["Ville"])).value = "Annecy"
    click("dry_run")
    assert column(exported, "_empreinte", 3) == before


def test_a_new_row_gets_its_customer_and_is_not_created_twice(exported, recorder, database):
    heads = headers(exported)
    for header, cell in person(Carte="999901").items():
        exported.range((5, heads[header])).value = cell
    push(recorder)
    assert column(exported, "Statut", 4)[3] == "Créé"
    assert column(exported, "_client", 4)[3] == "4"
    push(recorder)
    assert column(exported, "Statut", 4)[3] == "Inchangé"


# ---------------------------------------------------------------- a push that was cut off
def open_sheet(*towns):
    """Return what an open sheet holds: so many customers of these towns."""
    columns = [[f"Martin {n}" for n in range(len(towns))], list(towns)]
    return Table(Path("Classeur1"), "Clients", 1, ["Nom", "Ville"], [1, 2], columns, list(range(2, len(towns) + 2)))


def cut_off(done, total):
    raise KeyboardInterrupt


def test_a_push_that_was_cut_off_is_taken_up_for_the_same_content_alone(tmp_path):
    profile = actions.system("odeis")
    context = actions.Context(profile, "fr", actions.run_options(profile, {}), str(tmp_path / "c.db"))
    table, other = open_sheet("Lyon", "Annecy"), open_sheet("Lyon", "Nice")
    with pytest.raises(KeyboardInterrupt):
        actions.push_table(table, context, actions.PushChoices(), None, cut_off)
    assert actions.push_table(other, context, actions.PushChoices(), None)[1].job == 2
    assert actions.push_table(open_sheet("Lyon", "Annecy"), context, actions.PushChoices(), None)[1].job == 1


def test_the_hash_of_a_sheet_is_of_its_headers_cells_and_rows():
    table = open_sheet("Lyon", None)
    others = [open_sheet("Lyon", "None"), open_sheet("Lyon"), replace(table, headers=["Nom", "Pays"]),
              replace(table, rows=[2, 4])]  # fmt: skip
    hashes = [actions.table_hash(one) for one in (table, open_sheet("Lyon", None), *others)]
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == len(hashes) - 1
    assert len(hashes[0]) == 64


# ---------------------------------------------------------------- practice mode
@pytest.mark.parametrize(("lang", "begins"), [("fr", "▒▒ ENTRAÎNEMENT ▒▒"), ("en", "▒▒ PRACTICE ▒▒")])
def test_every_message_begins_with_the_banner_in_practice(open_book, tmp_path, recorder, lang, begins):
    open_book(template(tmp_path / "clients.xlsx"))
    start_practice("fr")
    try:
        click("check", lang=lang)
        recorder.answers.append("no")
        click("push", lang=lang)
        click("next_issue", lang=lang)
        click("settings", lang=lang)
    finally:
        stop_practice()
    assert [alert.prompt.startswith(begins) for alert in recorder.alerts] == [True] * 4
    click("help", lang=lang)
    assert not recorder.alerts[-1].prompt.startswith(begins)


def test_a_push_in_practice_leaves_the_hidden_columns_of_a_real_export_alone(exported, recorder):
    """They are what its rows are known by when it is sent for real."""
    heads = headers(exported)
    for header, cell in person(Carte="999901").items():
        exported.range((5, heads[header])).value = cell
    before = [column(exported, name, 4) for name in ("_client", "_version", "_empreinte")]
    start_practice("fr")
    try:
        push(recorder)
    finally:
        stop_practice()
    assert column(exported, "Statut", 4)[3] == "Entraînement\u00a0: Créé"
    assert [column(exported, name, 4) for name in ("_client", "_version", "_empreinte")] == before


# ---------------------------------------------------------------- the receipt
def test_a_push_leaves_its_receipt_beside_the_workbook(exported, recorder, tmp_path):
    receipt = tmp_path / "extrait - reçu du lot 2.html"
    push(recorder)
    assert not receipt.exists(), "nothing was written: nothing to keep"
    exported.range((2, headers(exported)["Ville"])).value = "Annecy"
    click("dry_run")
    assert not list(tmp_path.glob("*.html"))
    push(recorder)
    (receipt,) = tmp_path.glob("*.html")
    assert receipt.name == "extrait - reçu du lot 3.html"
    assert recorder.alerts[-1].prompt.endswith(f"Reçu à imprimer ou à classer\u00a0: {receipt}")
    assert "lot n° 3" in receipt.read_text(encoding="utf-8")


def test_a_workbook_in_no_folder_is_pushed_without_a_receipt(book, recorder, database, tmp_path):
    book.sheets[0]["A1"].value = [["Nom", "Prénom", "Ville"], ["MOREAU", "Karim", "Lyon"]]
    push(recorder)
    assert "Reçu" not in recorder.alerts[-1].prompt
    assert not list(tmp_path.glob("*.html"))
