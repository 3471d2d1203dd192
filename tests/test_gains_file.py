"""Gains fetched into a shop's own file: columns of their own, replaced when fetched again, nothing else touched."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from core import actions
from core.actions.gains import Fetching, gain_hours
from core.cards import card_number
from core.errors import InputError, LoyaltyError, SettingsError
from core.gains.columns import fresh_cards
from core.loyalty.sandbox import Sandbox
from core.settings import Settings
from core.workbooks import read_table, write_columns, write_results
from core.workbooks.markup import letters
from tests.loyalty_parts import AMOUNT, NONE, PERCENT, SEVERAL, client_of
from tests.result_parts import parts_of, results_for

SETTINGS = Settings()
OWN = ["Nom", "N° carte fidélité", "Gain"]
HEADERS = ["Carte FidelPass", "Gain", "Valeur du gain", "Utilisable en partie", "Achat minimum", "Expire le",
           "Gains au", "Carte demandée"]  # fmt: skip


@pytest.fixture
def sandbox():
    with Sandbox() as running:
        yield running


@pytest.fixture
def book(tmp_path) -> Path:
    """Write a sheet with a title, a blank row, a user's own column called "Gain", and a note."""
    path = tmp_path / "clients.xlsx"
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Clients"
    sheet.append(["Clients de l'été"])
    sheet.append([])
    sheet.append(OWN)
    people = (["Lefèvre", SEVERAL, "à moi"], ["Petit", None, None], [], ["Le Goff", "433 701", "5"], ["Nu", "12", None])
    for row in people:
        sheet.append(row)
    sheet["A4"].comment = openpyxl.comments.Comment("ma note", "moi")
    sheet["B4"].number_format = "@"
    workbook.create_sheet("Autre")["A1"] = "=1+1"
    workbook.save(path)
    return path


def fetch(path, sandbox, **how):
    return actions.gains_file(path, client_of(sandbox), SETTINGS, how=Fetching(**how))


def cells(path, row) -> list:
    table = read_table(path)
    return [table.added["gains"][name][table.rows.index(row)] for name in table.added["gains"]]


def test_gains_stand_beside_each_card_and_read_back_apart_from_the_customers_columns(book, sandbox):
    fetched = fetch(book, sandbox)
    assert fetched.written == book
    table = read_table(book)
    assert table.headers == OWN
    assert [c.value for c in openpyxl.load_workbook(book)["Clients"][3]] == [*OWN, *HEADERS]
    assert table.added_positions["gains"]["card"] == 4
    assert cells(book, 4)[:4] == [
        "Gains disponibles",
        "8 € dès 50 € d'achat\n10 % anniversaire\nChèque fidélité",
        "8,00 €\n10,00 %\n12,50 €",
        "Non\nNon\nOui",
    ]
    assert cells(book, 5) == [None] * 8
    assert cells(book, 7)[:2] == ["Gains disponibles", "10 % anniversaire"]
    assert cells(book, 8)[0].startswith("Un numéro de carte")
    assert cells(book, 8)[7] == "12"


def test_everything_else_stays_byte_for_byte(book, sandbox):
    before = parts_of(book)
    fetch(book, sandbox)
    after = parts_of(book)
    assert list(after) == list(before)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"}
    ours = re.compile(rb'<c r="[D-K]\d+"[^>]*t="inlineStr">.*?</c>', re.DOTALL)
    kept = ours.sub(b"", after["xl/worksheets/sheet1.xml"])
    body = re.compile(rb"<sheetData>.*</sheetData>", re.DOTALL)
    height = re.compile(rb' (?:ht="45.00"|spans="[^"]*")')
    theirs = height.sub(b"", body.search(before["xl/worksheets/sheet1.xml"])[0])
    assert height.sub(b"", body.search(kept)[0]) == theirs


def test_a_second_fetch_replaces_the_columns_and_never_doubles_them(book, sandbox):
    fetch(book, sandbox)
    first = parts_of(book)
    fetch(book, sandbox)
    assert openpyxl.load_workbook(book)["Clients"].max_column == 11
    names = re.findall(rb"_carnet_added_gains", parts_of(book)["xl/workbook.xml"])
    assert len(names) == 1
    assert list(parts_of(book)) == list(first)


def test_another_language_replaces_the_headers_too(book, sandbox):
    fetch(book, sandbox)
    actions.gains_file(book, client_of(sandbox), Settings(lang="en"))
    header = [c.value for c in openpyxl.load_workbook(book)["Clients"][3]]
    assert header[3:6] == ["FidelPass card", "Gain", "Gain value"]
    assert len(header) == 11


def test_gains_and_a_checks_results_live_side_by_side(book, sandbox):
    fetch(book, sandbox)
    table = read_table(book)
    write_results(book, table, results_for(table), "fr")
    fetch(book, sandbox)
    table = read_table(book)
    assert (table.headers, sorted(table.added), len(table.results)) == (OWN, ["gains"], 5)
    assert min(table.result_positions.values()) == 12
    write_results(book, table, results_for(table), "fr")
    assert cells(book, 7)[1] == "10 % anniversaire"


def test_a_row_is_high_enough_for_its_gains(book, sandbox):
    fetch(book, sandbox)
    heights = openpyxl.load_workbook(book)["Clients"].row_dimensions
    assert (heights[4].height, heights[5].height) == (45.0, None)


def test_moved_columns_are_replaced_where_they_make_sense(book, sandbox):
    """A user deleted one of the columns: the rest go, and all come back at the right."""
    fetch(book, sandbox)
    workbook = openpyxl.load_workbook(book)
    workbook["Clients"].delete_cols(5)
    workbook.save(book)
    fetch(book, sandbox)
    table = read_table(book)
    assert table.headers == OWN
    assert sorted(table.added["gains"]) == ["as_of", "asked", "card", "expiry", "label", "minimum", "partly", "value"]
    assert [h.value for h in openpyxl.load_workbook(book)["Clients"][3] if h.value in HEADERS].count("Expire le") == 1


def test_a_dead_server_leaves_the_sheet_as_it_was(book):
    with Sandbox() as gone:
        client = client_of(gone)
    before = book.read_bytes()
    with pytest.raises(LoyaltyError) as caught:
        actions.gains_file(book, client, SETTINGS)
    assert caught.value.key == "loyalty.connection"
    assert book.read_bytes() == before


def test_only_stale_gains_are_asked_for_again(book, sandbox):
    fetch(book, sandbox)
    assert fetch(book, sandbox, hours=4).counts(sandbox.ledger.today)["kept"] == 2
    workbook = openpyxl.load_workbook(book)
    workbook["Clients"]["B7"] = AMOUNT  # another card in a row that has gains
    workbook.save(book)
    again = fetch(book, sandbox, hours=4)
    assert [card_number(c) for c in again.found] == [AMOUNT, "12"]
    assert cells(book, 7)[2] == "12,50 €"
    assert cells(book, 4)[0] == "Gains disponibles"
    assert list(fetch(book, sandbox).found) == [SEVERAL, AMOUNT, "12"]


NOON = datetime(2026, 3, 2, 12, 0)


@pytest.mark.parametrize(
    ("card", "asked", "as_of", "fresh"),
    [
        ("1", "1", "02/03/2026 11:59", True),
        ("1", "1", "02/03/2026 08:00", True),
        ("1", "1", "02/03/2026 07:59", False),
        ("1", "1", "01/03/2026 23:59", False),  # gains expire at midnight
        ("1", "2", "02/03/2026 11:59", False),
        ("1", None, None, False),
        ("1", "1", "2026-03-02 11:59", False),
        ("", None, None, True),
        ("", "1", "02/03/2026 11:59", False),
    ],
)
def test_what_is_written_holds_for_the_same_card_the_same_day_and_some_hours(card, asked, as_of, fresh):
    assert fresh_cards([card], {"asked": [asked], "as_of": [as_of]}, "fr", now=NOON, hours=4) == [fresh]


def test_a_text_file_gets_its_gains_in_a_workbook_beside_it(tmp_path, sandbox):
    path = tmp_path / "clients.csv"
    path.write_text(f"Nom;Carte\nPetit;{PERCENT}\nLe Goff;{NONE}\n", encoding="utf-8")
    assert fetch(path, sandbox).written == tmp_path / "clients.carnet.xlsx"
    table = read_table(tmp_path / "clients.carnet.xlsx")
    assert table.added["gains"]["card"] == ["Gains disponibles", "Aucun gain"]
    assert path.read_text(encoding="utf-8").startswith("Nom;Carte\n")


def test_a_sheet_without_a_card_column_or_with_two_says_which_columns_it_has(tmp_path, sandbox):
    path = tmp_path / "clients.csv"
    path.write_text("Nom;Ville\nPetit;Nice\n", encoding="utf-8")
    with pytest.raises(InputError, match="Columns read: Nom, Ville"):
        fetch(path, sandbox)
    path.write_text("Carte;N° de carte fidélité\n433701;433702\n", encoding="utf-8")
    with pytest.raises(InputError, match="several loyalty card columns: Carte, N° de carte fidélité"):
        fetch(path, sandbox)
    assert fetch(path, sandbox, column="carte").found.keys() == {"433701"}


def test_a_file_that_changed_meanwhile_is_left_alone(book):
    table = read_table(book)
    workbook = openpyxl.load_workbook(book)
    workbook["Clients"]["A4"] = "Autre"
    workbook.save(book)
    with pytest.raises(InputError) as caught:
        write_columns(book, table, "cards", {"outcome": ["x"] * 4, "reason": [""] * 4}, "fr")
    assert caught.value.key == "errors.file_changed"


@pytest.mark.parametrize("hours", ["", "-1", "4,5", "x", "1000"])
def test_hours_are_a_whole_number(hours):
    with pytest.raises(SettingsError):
        gain_hours(Settings(gains_hours=hours))


def test_columns_have_widths_and_the_technical_one_is_hidden(book, sandbox):
    fetch(book, sandbox)
    columns = openpyxl.load_workbook(book)["Clients"].column_dimensions
    assert (columns[letters(5)].width, columns[letters(11)].hidden, columns[letters(10)].hidden) == (24, True, False)
