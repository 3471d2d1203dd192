"""Practice mode: the same verbs on made-up people and a sandbox of its own; nothing real can be reached from it."""

from __future__ import annotations

import time

import openpyxl
import pytest

from core import actions
from core.actions.card_files import Finding, cards_file
from core.actions.cards import Sides, show_card
from core.actions.comparing import apply_comparison, compare_customers, write_compared
from core.actions.practice import LEASE, start_practice, stop_practice
from core.database import open_database
from core.errors import SettingsError
from core.exported import HEADERS
from core.loyalty.practising import answers, start_practice_server, stop_practice_server
from core.settings import load_settings, practice_base, save_settings, settings_file
from tests.customer_sheets import people, request, sheet


@pytest.fixture
def practising():
    """Be in practice mode, and out of it at the end."""
    count = start_practice("fr")
    yield count
    if load_settings({}).practice:
        stop_practice()


def test_the_shops_settings_cannot_be_overwritten_by_those_of_practice(shop, practising):
    """A settings sheet opened in practice shows the practice base; saving it would make it the shop's own."""
    with pytest.raises(SettingsError) as caught:
        save_settings({"db": load_settings({}).db})
    assert caught.value.key == "settings.in_practice"
    stop_practice()
    assert load_settings({}).db == shop


@pytest.fixture
def shop(tmp_path):
    """Return the address of a shop's real base, in its settings."""
    address = str(tmp_path / "vrai.db")
    with open_database(address) as database:
        database.push(sheet(people(3)), request(backup=False))
    save_settings({"db": address, "fidelpass_url": "https://fidelpass.example", "shop": "1"})
    return address


def test_practice_has_made_up_people_and_cards(practising):
    settings = load_settings({})
    assert practising == 20
    with actions.open_database(settings.db) as database:
        sides = Sides(actions.fidelpass(settings), database)
        assert len(list(database.customers())) == 20
        assert (show_card(sides, "433704").customers, show_card(sides, "433704").gains.customer) == ([4], "1-4")
        assert show_card(sides, "433713").customers == []


@pytest.mark.parametrize("asked", [{}, {"db": "autre.db", "fidelpass_url": "https://fidelpass.example"}])
def test_in_practice_nothing_real_can_be_reached(shop, practising, asked, monkeypatch):
    """Neither an option of a command nor the environment leads out of it."""
    monkeypatch.setenv("CARNET_DB", shop)
    monkeypatch.setenv("CARNET_FIDELPASS_URL", "https://fidelpass.example")
    settings = load_settings(asked)
    assert (settings.db, settings.shop) == (str(practice_base()), "1")
    assert settings.fidelpass_url.startswith("http://127.0.0.1:")


def test_leaving_brings_the_shops_own_back_and_stops_the_sandbox(shop):
    with open_database(shop) as database:
        before = database.digest()
    start_practice("fr")
    address = load_settings({}).practice
    assert answers(address)
    stop_practice()
    settings = load_settings({})
    assert (settings.db, settings.fidelpass_url, settings.practice) == (shop, "https://fidelpass.example", "")
    assert not answers(address)
    with open_database(shop) as database:
        assert database.digest() == before


def test_each_beginning_is_fresh(practising):
    with actions.open_database(load_settings({}).db) as database:
        database.push(sheet(people(2)), request(backup=False))
    stop_practice()
    start_practice("fr")
    with actions.open_database(load_settings({}).db) as database:
        assert len(list(database.customers())) == 20


def test_beginning_twice_or_ending_twice_is_said(practising):
    with pytest.raises(SettingsError) as caught:
        start_practice("fr")
    assert caught.value.key == "practice.already_on"
    stop_practice()
    with pytest.raises(SettingsError) as caught:
        stop_practice()
    assert caught.value.key == "practice.already_off"


def test_a_sandbox_that_stopped_is_started_again_when_needed(practising):
    """As after a night with the computer off."""
    address = load_settings({}).practice
    stop_practice_server(practice_base().parent / LEASE, address)
    assert not answers(address)
    assert actions.fidelpass(load_settings({})).card("433701").known


def test_a_practice_address_elsewhere_is_refused(tmp_path):
    save_settings({"practice": "http://127.0.0.1:80@fidelpass.example"})
    with pytest.raises(SettingsError) as caught:
        load_settings({})
    assert caught.value.key == "settings.bad_practice"
    assert str(settings_file()) in str(caught.value)


def test_the_sandbox_of_a_lost_lease_ends_by_itself(tmp_path):
    """No process stays behind: deleting the folder is enough."""
    lease = tmp_path / "bac" / "sandbox.txt"
    address = start_practice_server(lease)
    lease.unlink()
    until = time.monotonic() + 10
    while answers(address) and time.monotonic() < until:
        time.sleep(0.1)
    assert not answers(address)


def test_in_practice_each_status_says_so(practising, tmp_path):
    """A real workbook pushed to the practice base never reads as if it were in the shop's."""
    from core.results import outcome_columns
    from core.tables import Result

    with actions.open_database(load_settings({}).db) as database:
        rows = sheet(people(1))
        report = database.push(rows, request(backup=False))
    assert outcome_columns(rows, report, "fr", practice=True)[Result.STATUS] == ["Entraînement\u00a0: Créé"]


def texts(path, header):
    """Return a column of a workbook's first sheet, by its header."""
    rows = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
    return [row[rows[0].index(header)] for row in rows[1:]]


def cards_sheet(tmp_path):
    path = tmp_path / "cartes.xlsx"
    book = openpyxl.Workbook()
    for row in (["N°", "Carte"], [13, "433713"], [14, "999999"]):
        book.active.append(row)
    book.save(path)
    return path


def test_in_practice_each_outcome_of_a_card_says_so(practising, tmp_path):
    settings, path = load_settings({}), cards_sheet(tmp_path)
    with actions.open_database(settings.db) as database:
        sides = Sides(actions.fidelpass(settings), database)
        cards_file(path, sides, "attach", "fr", how=Finding(customer="N°"))
    assert texts(path, "Carte de fidélité\u00a0: résultat") == [
        "Entraînement\u00a0: Rattachée", "Entraînement\u00a0: Refusée",
    ]  # fmt: skip


def test_in_practice_gains_say_so_and_are_asked_for_anew_outside(practising, tmp_path):
    """A shop's workbook never shows made-up gains as real ones, and never keeps them as recent."""
    settings, path = load_settings({}), cards_sheet(tmp_path)
    how = actions.Fetching(hours=4, practice=True)
    actions.gains_file(path, actions.fidelpass(settings), settings, how=how)
    said = texts(path, "Carte FidelPass")
    assert [text.partition("\u00a0: ")[0] for text in said] == ["Entraînement", "Entraînement"]
    assert texts(path, "Gains au")[0].startswith("Entraînement\u00a0: ")
    again = actions.gains_file(path, actions.fidelpass(settings), settings, how=actions.Fetching(hours=4))
    assert again.kept == 0


def test_in_practice_a_real_export_keeps_its_hidden_columns(shop, tmp_path, monkeypatch):
    """Its rows are known by them when it is sent for real; an export of the practice base gets fresh ones."""
    profile = actions.system("odeis")
    options = actions.run_options(profile, {})
    real, own = tmp_path / "vrai.xlsx", tmp_path / "faux.xlsx"
    actions.export_file(real, actions.Wanted(), actions.Context(profile, "fr", options, shop))
    book = openpyxl.load_workbook(real)
    headers = [cell.value for cell in book.worksheets[0][1]]
    book.worksheets[0].cell(5, headers.index("Nom") + 1, "NOUVELLE")
    book.save(real)
    before = [texts(real, header) for header in HEADERS]
    start_practice("fr")
    try:
        context = actions.Context(profile, "fr", options, load_settings({}).db)
        pushed = actions.push_file(real, context, actions.PushChoices(backup=False))
        assert (pushed.report.created, pushed.report.restamped) == (1, False)
        actions.export_file(own, actions.Wanted(), context)
        book = openpyxl.load_workbook(own)
        book.worksheets[0].cell(2, [c.value for c in book.worksheets[0][1]].index("Ville") + 1, "Annecy")
        book.save(own)
        assert actions.push_file(own, context, actions.PushChoices(backup=False)).report.restamped
    finally:
        stop_practice()
    assert [texts(real, header) for header in HEADERS] == before
    assert texts(real, "Statut")[3] == "Entraînement\u00a0: Créé"


def test_a_comparison_made_in_practice_changes_nobody_real(practising, tmp_path):
    """The same number is another customer in the shop's base: the card that was compared tells them apart."""
    settings = load_settings({})
    with actions.open_database(settings.db) as database:
        sides = Sides(actions.fidelpass(settings), database)
        compared = compare_customers(sides, range(1, 13))
        write_compared(compared, tmp_path / "c.xlsx", "fr")
        book = openpyxl.load_workbook(tmp_path / "c.xlsx")
        for row in range(2, book.worksheets[0].max_row + 1):
            book.worksheets[0].cell(row, 2, "433799")
            book.worksheets[0].cell(row, 7, "FidelPass")
        book.save(tmp_path / "c.xlsx")
        applied = apply_comparison(tmp_path / "c.xlsx", sides, "fr")
    assert set(applied.rows.values()) == {("refused", "compare.changed_since")}
    assert texts(tmp_path / "c.xlsx", "Résultat")[0] == "Entraînement\u00a0: Refusé"
