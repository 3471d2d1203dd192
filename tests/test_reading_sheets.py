"""Which sheet, which header row, which columns: found, or asked for."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt

from core.errors import InputError
from core.tables import NOT_COMPUTED, Result
from core.workbooks import list_sheets, read_table, write_results
from core.workbooks.formats import zero_format
from tests.result_parts import results_for

NAMES = ("Nom", "Prénom", "E-mail")
HINTS = ["nom", "PRENOM", "e mail", "Code postal"]


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_the_sheet_with_most_of_the_names_is_read(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        Notes=[["Nom", "Remarque"], ["Petit", "rappeler"]],
        Clients=[list(NAMES), ["Petit", "Luc", "luc@example.fr"]],
    )
    assert read_table(path, headers=HINTS).sheet == "Clients"
    assert read_table(path).sheet == "Notes"
    assert list_sheets(path) == ["Notes", "Clients"]


def test_the_first_of_two_equal_sheets_is_read(tmp_path: Path) -> None:
    """A fresh template has the same header on "Exemple": its empty first sheet is the one."""
    path = workbook(tmp_path / "a.xlsx", Clients=[list(NAMES)], Exemple=[list(NAMES), ["Petit", "Luc", "l@example.fr"]])
    table = read_table(path, headers=HINTS)
    assert (table.sheet, table.headers, len(table)) == ("Clients", list(NAMES), 0)


@pytest.mark.parametrize("header", [["Nom", "Prénom"], ["Nom", "Prénom", "Courriel perso"]])
def test_an_example_is_nobody_though_its_header_is_whole(tmp_path: Path, header: list[str]) -> None:
    """A user who deletes or renames a column of the customers' sheet still works on that sheet."""
    example = [list(NAMES), ["Petit", "Luc", "l@example.fr"]]
    guide = [list(NAMES), list(NAMES)]
    path = workbook(tmp_path / "a.xlsx", Clients=[header, ["Roux", "Ana"]], Exemple=example, Guide=guide)
    table = read_table(path, headers=HINTS)
    assert (table.sheet, table.columns[0], table.other_sheets) == ("Clients", ["Roux"], {})
    alone = workbook(tmp_path / "b.xlsx", Notes=[["rappeler Luc"]], Exemple=example)
    assert read_table(alone, headers=HINTS).sheet == "Exemple"


def test_the_example_of_a_template_is_nobody_even_without_a_header_of_customers(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        Clients=[["Roux", "Ana", "ana@example.fr"], ["Blanc", "Luc", "luc@example.fr"]],
        Exemple=[list(NAMES), ["Petit", "Luc", "l@example.fr"]],
        _carnet=[["system", "odeis"]],
    )
    book = openpyxl.load_workbook(path)
    book["_carnet"].sheet_state = "veryHidden"
    book.save(path)
    with pytest.raises(InputError) as error:
        read_table(path, headers=HINTS)
    assert (error.value.key, error.value.params["sheet"]) == ("errors.no_header", "Clients")
    assert read_table(path, sheet="Exemple", headers=HINTS).columns[0] == ["Petit"]


def test_a_sheet_is_named_without_regard_to_capitals(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", Clients=[list(NAMES)], Été=[["Nom", "Ville"], ["Petit", "Nantes"]])
    assert read_table(path, sheet="ete").headers == ["Nom", "Ville"]
    with pytest.raises(InputError) as caught:
        read_table(path, sheet="Hiver")
    assert caught.value.key == "errors.sheet_missing"
    assert str(caught.value) == "“a.xlsx” has no sheet “Hiver”. Its sheets: Clients, Été."


@pytest.mark.parametrize(
    ("rows", "header_row"),
    [
        ([list(NAMES), ["Petit", "Luc", "l@example.fr"]], 1),
        ([["Export du 03/02/2026"], [], list(NAMES), ["Petit", "Luc", "l@example.fr"]], 3),
        ([["Boutique", "Nantes", None], list(NAMES), ["Petit", "Luc", "l@example.fr"]], 2),
        ([["A", "B", "C"], ["Nom", "Prénom", "E-mail"], ["Petit", "Luc", "l@example.fr"]], 2),
    ],
)
def test_the_header_row_is_found_under_a_title(tmp_path: Path, rows: list[list[Any]], header_row: int) -> None:
    table = read_table(workbook(tmp_path / "a.xlsx", Clients=rows), headers=HINTS)
    assert (table.header_row, table.headers, table.rows) == (header_row, list(NAMES), [header_row + 1])


def test_a_header_row_of_numbers_and_addresses_is_none(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", Clients=[["Petit", "Luc", "l@example.fr"], ["Na", "Zoé", "z@example.fr"]])
    with pytest.raises(InputError) as caught:
        read_table(path, headers=HINTS)
    assert caught.value.key == "errors.no_header"


def test_two_columns_of_one_name_are_both_read(tmp_path: Path) -> None:
    """Outlook's French export has "Titre" twice: which one counts is not the reader's business."""
    path = workbook(tmp_path / "a.xlsx", Clients=[["Titre", "Nom", "Titre"], ["M.", "Petit", "Directeur"]])
    table = read_table(path)
    assert table.headers == ["Titre", "Nom", "Titre"]
    assert table.columns == [["M."], ["Petit"], ["Directeur"]]


def test_a_column_without_header_is_kept_when_it_holds_something(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", Clients=[["Nom", None, "Ville", None], ["Petit", "à rappeler", "Nantes", None]]
    )
    table = read_table(path)
    assert (table.headers, table.positions) == (["Nom", "", "Ville"], [1, 2, 3])
    assert table.columns[1] == ["à rappeler"]


def test_blank_rows_are_left_out_and_counted_in_the_numbers(tmp_path: Path) -> None:
    rows = [["Nom", "Solde"], ["Petit", 1], [None, None], [" ", "\u00a0"], ["Na", 0], [None, 0], [None, False]]
    table = read_table(workbook(tmp_path / "a.xlsx", Clients=rows))
    assert table.rows == [2, 5, 6, 7]
    assert table.columns[1] == [1.0, 0.0, 0.0, False]


def test_a_template_says_what_it_is(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        Clients=[list(NAMES), ["Petit", "Luc", "l@example.fr"]],
        _carnet=[["system", "odeis"], ["version", "1"], ["language", "fr"]],
    )
    book = openpyxl.load_workbook(path)
    book["_carnet"].sheet_state = "veryHidden"
    book.save(path)
    table = read_table(path)
    assert table.stamp["system"] == "odeis"
    assert table.stamp["language"] == "fr"
    assert table.headers == list(NAMES)
    assert "hidden_sheets" not in table.facts
    assert list_sheets(path) == ["Clients"]


@pytest.mark.parametrize(
    ("code", "number", "text"),
    [
        ("00000", 1000, "01000"),
        ("[$-40C]00000", 75, "00075"),
        ('0#" "##" "##" "##" "##', 612345678, "06 12 34 56 78"),
        (r"0#\ ##\ ##\ ##\ ##", 145000002, "01 45 00 00 02"),
        ('"+33 "000000000', 612345678, "+33 612345678"),
        ('"0"#########', 612345678, "0612345678"),
        (r"000\-000", 1234, "001-234"),
        ("00000;[Red]-00000", 1000, "01000"),
        ("00", 123, "123"),
        ("0%", 0.15, "15%"),
        ("0.0%;[Red]-0.0%", -0.155, "-15.5%"),
        ("00000", 10.5, None),
        ("00000", -5, None),
    ],
)
def test_a_format_shows_its_zeros(code: str, number: float, text: str | None) -> None:
    form = zero_format(code)
    assert form is not None
    assert form.show(float(number)) == text


@pytest.mark.parametrize(
    "code", ["General", "0", "0.00", "#,##0", '0" %"', "dd/mm/yyyy", "@", "[<=99999]00000;0", "0.00E+00"]
)
def test_other_formats_leave_the_number_alone(code: str) -> None:
    assert zero_format(code) is None


def test_an_old_workbook_says_that_it_counts_from_1904(tmp_path: Path) -> None:
    """Its real dates are right, and its numbers are known to count from there."""
    book = xlwt.Workbook()
    book.dates_1904 = True
    sheet = book.add_sheet("Clients")
    for column, header in enumerate(("Nom", "Naissance", "Accord")):
        sheet.write(0, column, header)
    sheet.write(1, 0, "Durand")
    sheet.write(1, 1, date(1987, 3, 24), xlwt.easyxf(num_format_str="DD/MM/YYYY"))
    sheet.write(1, 2, 30398)
    book.save(str(tmp_path / "clients.xls"))
    table = read_table(tmp_path / "clients.xls")
    assert table.base_1904
    assert table.columns == [["Durand"], [date(1987, 3, 24)], [30398.0]]


@pytest.mark.parametrize("known", [[], [["Petit", "Luc", "luc@example.fr"]]])
def test_the_last_rows_count_when_they_hold_only_formulas_without_a_result(
    tmp_path: Path, known: list[list[Any]]
) -> None:
    """A sheet made by a program whose formulas nobody has computed yet loses no customer in silence."""
    path = workbook(tmp_path / "a.xlsx", Clients=[list(NAMES), *known, ["=Z1", "=Z2", ""], ["", "=Z3", ""]])
    table = read_table(path, headers=HINTS)
    assert table.rows == list(range(2, 4 + len(known)))
    assert table.columns[0][len(known) :] == [NOT_COMPUTED, None]
    assert table.columns[1][len(known) :] == [NOT_COMPUTED, NOT_COMPUTED]


@pytest.mark.parametrize("totals", [True, False])
def test_the_totals_of_an_excel_table_are_no_customer(tmp_path: Path, totals: bool) -> None:
    """The row that the table declares is left out, and nothing is written beside it."""
    path = tmp_path / "clients.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Clients")
        columns = [{"header": "Nom", "total_string": "Total"}, {"header": "Prénom", "total_function": "count"}]
        people = [["Petit", "Luc"], ["Blanc", "Zoé"]]
        sheet.add_table(0, 0, 3, 1, {"columns": columns, "data": people, "total_row": totals})
        if not totals:
            sheet.write_row(3, 0, ["Total", "Annie"])
    table = read_table(path, headers=HINTS)
    assert table.columns[0] == ["Petit", "Blanc", *([] if totals else ["Total"])]
    write_results(path, table, results_for(table), "fr")
    assert read_table(path).results[Result.STATUS] == ["Bon", "Erreur", *([] if totals else ["Bon"])]


@pytest.mark.parametrize("form", ["0%", "0.00%", "0.0 %"])
def test_a_share_is_read_as_it_is_shown(tmp_path: Path, form: str) -> None:
    """15 % is kept as 0.15 in the cell: nobody means a discount of 0.15 %."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("Clients")
        sheet.write_row(0, 0, ["Name", "Discount rate"])
        sheet.write_row(1, 0, ["Petit", 0.15], book.add_format({"num_format": form}))
    assert read_table(tmp_path / "a.xlsx").columns[1] == ["15%"]
