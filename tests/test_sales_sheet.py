"""The basket sheet: what is typed is read, or refused with its place; what it comes to is written beside it."""

from __future__ import annotations

import subprocess
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest

from core.errors import InputError, LoyaltyError
from core.gains import CardGains, Gain
from core.gains.basket_file import fill, read_grid, write_basket
from core.gains.basket_sheet import (
    FIRST_ROW,
    GAIN_COLUMNS,
    HEADER_ROW,
    LINE_COLUMNS,
    Pick,
    gain_column,
    line_column,
    offered_cells,
    read_basket,
    recap_lines,
    settled_cells,
    simulate,
    uses_of,
)
from core.gains.baskets import Line, Use, settle
from core.i18n import tr
from tests.loyalty_parts import NOW
from tests.parts import require

D = Decimal
TODAY = date(2026, 3, 2)
TEN = Gain("P", "10 % anniversaire", "percent", D("10.00"), D("10.00"), expiry=TODAY + timedelta(days=9))
CHEQUE = Gain("M", "Chèque", "amount", D("20.00"), D("12.50"), partly_usable=True, minimum=D("20.00"))
WHOLE = Gain("B", "Bon", "amount", D("8.00"), D("8.00"))
CARD = CardGains("433704", known=True, as_of=NOW, gains=(CHEQUE, TEN, WHOLE))


def grid(lines=(), picks=(), holder="433704", lang="fr"):
    """Return a basket sheet as a reader gives it: lines in the order of the columns, picks as (gain, use, part)."""
    rows = [[None] * 20 for _ in range(60)]
    rows[2][1] = holder
    for place, name in enumerate(LINE_COLUMNS):
        rows[HEADER_ROW - 1][place] = tr(f"sales.head_{name}", lang)
    for number, line in enumerate(lines):
        rows[FIRST_ROW - 1 + number][: len(line)] = line
    for number, (gain, use, part) in enumerate(picks):
        row = rows[FIRST_ROW - 1 + number]
        row[gain_column("id") - 1], row[gain_column("use") - 1], row[gain_column("part") - 1] = gain, use, part
    return rows


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        (["Robe", 1.0, 49.9, None, 20.0], Line("Robe", D(1), D("49.9"), D(20))),
        (["Robe", "2", "1 234,50 €", "5", "5,5"], Line("Robe", D(2), D("1234.50"), D("5.5"), D(5))),
        ([12.0, 0.333, 10.0, 0.01, 0.0], Line("12", D("0.333"), D(10), D(0), D("0.01"))),
        (["", 1.0, 10.0, None, 0.9], Line(str(FIRST_ROW), D(1), D(10), D("0.9"))),
        (["Robe", 1.0, 12.1, " ", 2.1], Line("Robe", D(1), D("12.1"), D("2.1"))),
    ],
)
def test_a_line_is_read_as_typed(typed, line):
    assert read_basket(grid([typed])).lines == (line,)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["Robe", None, 10.0, None, 20.0], "ligne 9, colonne « Quantité » : « » n'est pas un nombre"),
        (["Robe", "deux", 10.0, None, 20.0], "ligne 9, colonne « Quantité » : « deux » n'est pas un nombre"),
        (["Robe", 1.0, "#N/A", None, 20.0], "ligne 9, colonne « Prix unitaire TTC (€) »"),
        (["Robe", 1.0, 10.0, "10 pour cent", 20.0], "ligne 9, colonne « Remise sur la ligne (€) »"),
        (["Robe", 1.0, 10.0, None, None], "ligne 9, colonne « TVA (%) »"),
        (["Robe", 1.0, 10.0, None, 0.2], "ligne 9 : le taux de TVA 0,2 n'existe pas. Écrivez 20, sans"),
        (["Robe", 1.0, 10.0, "10 %", 20.0], "colonne « Remise sur la ligne (€) » : « 10 % » est un pourcentage."),
        (
            ["Robe", "1.234", 10.0, None, 20.0],
            "colonne « Quantité » : « 1.234 » peut se lire de deux façons. Écrivez 1",
        ),
    ],
)
def test_a_cell_that_is_no_number_is_said_with_its_place(typed, said):
    with pytest.raises(LoyaltyError) as caught:
        read_basket(grid([typed]))
    message = tr(caught.value.key, "fr", **caught.value.params).replace("\u00a0", " ").replace("«  »", "« »")
    assert said in message


def test_blank_rows_between_lines_do_not_count():
    basket = read_basket(grid([["A", 1.0, 1.0, None, 20.0], [None] * 5, ["B", 1.0, 2.0, None, 20.0]]))
    assert ([line.article for line in basket.lines], basket.rows) == (["A", "B"], (9, 11))


@pytest.mark.parametrize(
    ("use", "part", "picks"),
    [
        ("Oui", None, [Pick("M", "", None)]),
        ("oui ", 5.0, [Pick("M", "", D(5))]),
        ("x", "12,50", [Pick("M", "", D("12.50"))]),
        ("Yes", None, [Pick("M", "", None)]),
        ("Non", 5.0, []),
    ],
)
def test_a_gain_is_picked_by_a_word(use, part, picks):
    assert list(read_basket(grid(picks=[("M", use, part)])).picks) == picks


def test_a_part_without_its_gain_is_not_forgotten_in_silence():
    with pytest.raises(LoyaltyError) as caught:
        read_basket(grid([["Robe", 1.0, 49.9, None, 20.0]], [("M", None, 5.0)]))
    assert (caught.value.key, caught.value.params) == ("sales.part_alone", {"row": "9", "value": "5"})
    assert read_basket(grid(picks=[("M", "Non", 5.0)])).picks == ()


def test_another_word_is_asked_about():
    with pytest.raises(LoyaltyError, match="neither “Yes” nor “No”"):
        read_basket(grid(picks=[("M", "peut-être", None)]))


def test_a_sheet_of_customers_is_no_basket():
    with pytest.raises(LoyaltyError) as caught:
        read_basket([["Nom", "Prénom"], ["Petit", "Luc"]])
    assert caught.value.key == "sales.not_a_basket"


def test_an_article_under_the_table_is_not_left_out_in_silence():
    rows = [*grid([["A", 1.0, 1.0, None, 20.0]]), ["B", 1.0, 2.0, None, 20.0]]
    with pytest.raises(LoyaltyError, match="row 61"):
        read_basket(rows)
    assert len(read_basket([*rows[:60], ["ma note"]]).lines) == 1


def test_an_article_that_fidelpass_would_not_take_is_said():
    with pytest.raises(LoyaltyError) as caught:
        read_basket(grid([["A" * 201, 1.0, 1.0, None, 20.0]]))
    assert caught.value.key == "sales.article_long"


def test_both_languages_are_read():
    assert read_basket(grid([["A", 1.0, 1.0, None, 20.0]], lang="en")).lines[0].unit_price == 1


def test_a_gain_that_left_the_card_is_not_used_in_silence():
    basket = read_basket(grid(picks=[("GONE", "Oui", None)]))
    with pytest.raises(LoyaltyError) as caught:
        uses_of(basket, CARD)
    assert caught.value.key == "sales.gain_gone"


def test_the_gains_offered_say_what_is_partly_usable_and_keep_the_picks():
    cells = offered_cells(CARD, [Pick("M", "", D(5)), Pick("GONE", "", None)], "fr", TODAY)
    rows = [[cells[row, gain_column(name)] for name in GAIN_COLUMNS] for row in range(9, 13)]
    assert rows == [
        ["10 % anniversaire", "10,00 %", "Non", "–", "11/03/2026", None, None, "P"],
        ["Bon", "8,00 €", "Non", "–", "–", None, None, "B"],
        ["Chèque", "12,50 €", "Oui", "20,00 €", "–", "Oui", D(5), "M"],
        [None] * 8,
    ]


def test_the_recap_stands_beside_the_lines_and_under_the_gains():
    basket = read_basket(grid([["A", 1.0, 40.0, None, 20.0], ["B", 2.0, 10.0, 5.0, 5.5]], [("P", "Oui", None)]))
    recap = settle(basket.lines, uses_of(basket, CARD), TODAY)
    cells = settled_cells(basket, recap, "fr")
    beside = [[cells[row, line_column(name)] for name in ("net", "gains", "due")] for row in (9, 10, 11)]
    assert beside == [[D("40.00"), D("-4.00"), D("36.00")], [D("15.00"), D("0.00"), D("15.00")], [None] * 3]
    assert recap_lines(recap, "fr") == [
        ("Total du panier", D("55.00")),
        ("Gain «\u00a010 % anniversaire\u00a0»", D("-4.00")),
        ("À payer", D("51.00")),
        ("dont TVA à 5,5 % sur 15,00 €", D("0.78")),
        ("dont TVA à 20 % sur 36,00 €", D("6.00")),
    ]


def test_the_recap_names_the_quick_service_and_what_is_lost():
    recap = settle([Line("A", D(1), D("5.00"), D(20))], [Use(WHOLE)], TODAY)
    labels = [label for label, _ in recap_lines(recap, "fr", {"amount": "FID2", "percent": ""})]
    assert labels[1:3] == [
        "Gain «\u00a0Bon\u00a0» (service rapide FID2)",
        "Attention\u00a0: 3,00 € de ce gain seront perdus, il ne se partage pas",
    ]


def test_a_simulation_sends_nothing_and_says_the_same():
    rows = [["A", 1.0, 40.0, None, 20.0], [None] * 5, ["B", 2.0, 10.0, 5.0, 5.5]]
    assert simulate(rows, [TEN, CHEQUE], [None, D(5)], on=TODAY)[3] == ("À payer", D("46.00"))
    with pytest.raises(LoyaltyError):
        simulate([], on=TODAY)


@pytest.fixture
def book(tmp_path):
    return write_basket(tmp_path / "panier.xlsx", "433704", "fr")


def test_a_blank_basket_is_a_basket(book):
    basket = read_basket(read_grid(book))
    assert (basket.holder, basket.sale, basket.lines, basket.picks) == ("433704", "", (), ())


def test_filling_leaves_what_the_user_typed(book):
    """Formulas stay formulas, and amounts are numbers."""
    workbook = openpyxl.load_workbook(book)
    for column, value in enumerate(["=x", 1, "=4*10", None, 20], 1):
        workbook.active.cell(9, column, value)
    workbook.active["A70"] = "ma note"
    workbook.save(book)
    fill(book, {(9, 6): D("40.00"), (4, 2): "=1+1"})
    sheet = openpyxl.load_workbook(book).active
    assert (sheet["C9"].value, sheet["A70"].value, sheet["F9"].value) == ("=4*10", "ma note", 40)
    assert (sheet["B4"].value, sheet["B4"].data_type) == ("=1+1", "s")


def test_a_file_that_is_no_workbook_is_said(tmp_path):
    (tmp_path / "panier.csv").write_text("a;b\n", encoding="utf-8")
    with pytest.raises(LoyaltyError):
        read_grid(tmp_path / "panier.csv")
    with pytest.raises(InputError):
        read_grid(tmp_path / "absent.xlsx")


def computed(book, tmp_path):
    """Return the basket as a spreadsheet program saves it: its formulas with what they come to."""
    require("libreoffice")
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "xlsx",
               "--outdir", str(tmp_path / "saved"), str(book)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return tmp_path / "saved" / book.name


def test_a_formula_is_worth_the_same_after_carnet_has_filled_the_basket(book, tmp_path):
    """A discount that is a formula does not vanish from the price at the second reading."""
    workbook = openpyxl.load_workbook(book)
    for column, value in enumerate(['="Robe & "&"<robe>"', 2, "=4*10", "=B9*2.5", "=20"], 1):
        workbook.active.cell(9, column, value)
    workbook.active["P9"] = '=IF(1=1,"","x")'
    workbook.save(book)
    saved = computed(book, tmp_path)
    before = read_basket(read_grid(saved))
    assert before.lines == (Line("Robe & <robe>", D(2), D(40), D(20), D(5)),)
    for _ in range(2):
        fill(saved, {(4, 2): "Noémie", (9, 6): D("75.00")})
        assert read_basket(read_grid(saved)).lines == before.lines
    assert openpyxl.load_workbook(saved).active["D9"].value == "=B9*2.5"


def test_a_formula_that_nobody_has_computed_is_not_taken_for_a_blank(book):
    workbook = openpyxl.load_workbook(book)
    for column, value in enumerate(["Robe", 2, 40, "=2*5", 20], 1):
        workbook.active.cell(9, column, value)
    workbook.save(book)
    with pytest.raises(LoyaltyError) as caught:
        read_grid(book)
    assert (caught.value.key, caught.value.params) == ("sales.not_computed", {"cell": "D9"})
