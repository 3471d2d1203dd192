"""Results that a sort left behind find their rows again, or are refused: a decision never changes customers."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from core.actions import Context, PushChoices, check_file, push_file
from core.checked import Checked
from core.errors import InputError
from core.moved import put_back
from core.profiles import load_system
from core.results import result_columns
from core.tables import Result, Table
from tests.tables import make_table

PROFILE = load_system("odeis")
HEADERS = ("Nom", "Prénom", "Email", "À rappeler")
PEOPLE = (
    ("Petit", "Luc", "luc@example.fr"),
    ("Durand", "Anne", "anne@"),
    ("Blanc", "Zoé", "zoe@example.fr"),
    ("Moreau", "Ali", "ali@example.fr"),
)


def decided(*decisions: str | None) -> Table:
    """Return a table of the people as a check left it, with these decisions."""
    table = make_table(HEADERS, [(*person, None) for person in PEOPLE])
    checked = Checked(table, PROFILE, {}, {}, [])
    table.results = {Result.DECISION: list(decisions)}
    table.results = {
        result: [cell or None for cell in cells] for result, cells in result_columns(checked, "fr").items()
    }
    return table


def move(table: Table, *order: int) -> Table:
    """Sort the people and leave the results where they are."""
    table.columns = [[column[n] for n in order] for column in table.columns]
    return table


def test_a_sheet_sorted_without_its_results_gets_them_back():
    table = move(decided("Ignorer", None, "Créer", None), 2, 0, 3, 1)
    put_back(table, PROFILE)
    assert table.columns[0] == ["Blanc", "Petit", "Moreau", "Durand"]
    assert table.results[Result.DECISION] == ["Créer", "Ignorer", None, None]


def test_what_was_edited_or_added_beside_is_no_move():
    """A corrected cell, two rows made alike, a column of the user's own: every result stays where it is."""
    table = decided("Ignorer", "Créer", None, None)
    before = {result: list(cells) for result, cells in table.results.items()}
    table.columns[2][1] = "anne@example.fr"
    table.columns[3] = ["oui", None, "non", None]
    for column in table.columns[:3]:
        column[3] = column[2]
    put_back(table, PROFILE)
    assert table.results == before


def test_two_rows_alike_keep_one_decision_each():
    table = make_table(HEADERS, [(*PEOPLE[n], None) for n in (0, 1, 1)])
    table.results = {Result.DECISION: [None, "Créer", "Ignorer"]}
    table.results = dict(result_columns(Checked(table, PROFILE, {}, {}, []), "fr"))
    put_back(move(table, 1, 2, 0), PROFILE)
    assert sorted(table.results[Result.DECISION][:2]) == ["Créer", "Ignorer"]
    assert table.results[Result.DECISION][2] == ""


def test_a_decision_whose_row_cannot_be_told_stops():
    """The row was edited after the check, and then the sheet was sorted: nobody can say whose decision it is."""
    table = move(decided("Ignorer", None, None, None), 1, 0, 2, 3)
    table.columns[1][1] = "Lucas"
    with pytest.raises(InputError) as refused:
        put_back(table, PROFILE)
    assert refused.value.key == "errors.results_moved"
    assert refused.value.params == {"sheet": "Clients", "row": "2", "value": "Ignorer"}


def test_a_row_without_a_mark_beyond_the_first_hundred_stops_too():
    people = [(f"Nom {n}", "Luc", "", None) for n in range(150)]
    table = make_table(HEADERS, people)
    columns = result_columns(Checked(table, PROFILE, {}, {}, []), "fr")
    columns[Result.DECISION][149] = "Ignorer"
    table.results = dict(columns)
    put_back(move(table, *range(150)), PROFILE)
    with pytest.raises(InputError):
        put_back(move(table, *reversed(range(150))), PROFILE)


def excel_table(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Clients")
        columns = [{"header": header} for header in HEADERS[:3]]
        sheet.add_table(0, 0, len(PEOPLE), 2, {"columns": columns, "data": PEOPLE})
    return path


def test_a_push_after_a_sorted_table_obeys_each_decision_at_its_own_row(tmp_path: Path) -> None:
    """Excel sorts a table without the columns beside it: the customer that was to be skipped is, wherever it stands."""
    path = excel_table(tmp_path / "clients.xlsx")
    context = Context(PROFILE, db=str(tmp_path / "clients.db"))
    check_file(path, Context(PROFILE))
    book = openpyxl.load_workbook(path)
    sheet = book["Clients"]
    sheet["F2"] = "Ignorer"
    rows = sorted([cell.value for cell in row] for row in sheet["A2:C5"])
    for row, person in enumerate(rows, 2):
        for column, value in enumerate(person, 1):
            sheet.cell(row, column).value = value
    book.save(path)
    pushed = push_file(path, context, PushChoices())
    outcomes = {pushed.checked.table.columns[0][o.row - 2]: str(o.outcome) for o in pushed.report.outcomes}
    assert outcomes == {"Blanc": "created", "Durand": "refused", "Moreau": "created", "Petit": "refused"}
    after = openpyxl.load_workbook(path)["Clients"]
    assert [after.cell(row, 6).value for row in range(2, 6)] == [None, None, None, "Ignorer"]
