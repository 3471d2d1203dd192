"""The columns written beside each row, word for word."""

import re
from pathlib import Path

import pytest

from core.checked import Checked, Duplicate, Likeness
from core.issues import SEVERITY, Code, Issue, Severity
from core.profiles import load_system
from core.results import Totals, count, result_columns
from core.tables import Result, Table, column_letters

ROWS = [2, 3, 4, 6]


@pytest.fixture
def checked():
    table = Table(
        Path("clients.xlsx"), "Clients", 1, ["Nom", "Email"], [1, 28], [["A", "B", "C", "D"], [None] * 4], ROWS
    )
    issues = [
        Issue(3, "Email", "email", Code.EMAIL_TYPO, Severity.WARNING, "a@gmial.com", {"proposal": "a@gmail.com"}),
        Issue(3, "Nom", "last_name", Code.REQUIRED, SEVERITY[Code.REQUIRED]),
        Issue(4, "Email", "email", Code.INVISIBLE, Severity.WARNING, "é", {"proposal": "é"}),
        Issue(None, "X", "", Code.HEADER_UNKNOWN, Severity.INFO),
    ]
    same = Duplicate(6, Likeness.SAME, (), other_row=2)
    known = Duplicate(6, Likeness.FAMILY, (), customer=41)
    profile = load_system("odeis")
    return Checked(table, profile, {"last_name": 0, "email": 1}, {}, issues, [same, known])


def unmarked(columns):
    """Return the hidden column without the marks of the rows."""
    assert all(re.search("#[0-9a-f]{10}", text) for text in columns[Result.FIELDS])
    return [re.sub("#[0-9a-f]{10}", "", text) for text in columns[Result.FIELDS]]


def test_each_row_gets_its_status_and_the_letters_of_its_faulty_cells(checked):
    columns = result_columns(checked, "fr", {2: "Créer"})
    assert columns[Result.STATUS] == ["Bon", "Erreur", "À vérifier", "À vérifier"]
    assert columns[Result.DECISION] == ["Créer", "", "", ""]
    assert columns[Result.CUSTOMER] == ["", "", "", "41"]
    assert unmarked(columns) == ["¦Créer", ";A;~AB~", "~AB~", ""]
    assert columns[Result.MESSAGE][0] == ""
    assert columns[Result.MESSAGE][1].startswith("«\u00a0Nom\u00a0» est obligatoire")
    assert columns[Result.MESSAGE][3] == "Doublon de la ligne 2 ().\nMême famille que le client n° 41 ()."


def test_totals_count_rows_once(checked):
    assert count(checked) == Totals(4, 1, 2, 1, 2, 1, 1)
    assert count(checked).rows_ready == 3


@pytest.mark.parametrize(
    ("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")]
)
def test_column_letters(number, letters):
    assert column_letters(number) == letters


def test_what_the_user_decided_stays_and_what_carnet_proposed_is_renewed(checked):
    """The Décision column of a second check: row 3 is the user's, rows 2 and 4 were Carnet's own proposals."""
    checked.table.results = {
        Result.DECISION: ["Ignorer (7)", "Créer", "Ignorer (9)", None],
        Result.FIELDS: ["¦Ignorer (7)", ";A;¦Ignorer (8)", "~AB~¦Ignorer (9)", None],
    }
    columns = result_columns(checked, "fr", {2: "Mettre à jour (7)", 3: "Ignorer (8)"})
    assert columns[Result.DECISION] == ["Mettre à jour (7)", "Créer", "", ""]
    assert unmarked(columns) == ["¦Mettre à jour (7)", ";A;~AB~", "~AB~", ""]
    kept = result_columns(checked, "fr")
    assert kept[Result.DECISION] == ["Ignorer (7)", "Créer", "Ignorer (9)", ""]
    assert unmarked(kept) == ["¦Ignorer (7)", ";A;~AB~", "~AB~¦Ignorer (9)", ""]


@pytest.mark.parametrize("known", [10_000, 0])
def test_rows_with_the_same_fault_say_the_same_and_others_their_own(checked, monkeypatch, known):
    monkeypatch.setattr("core.results.KNOWN", known)
    faults = [("x@gmial.com", "x@gmail.com", "Email"), ("x@gmial.com", "x@gmail.com", "Email")]
    faults += [("x@gmial.com", "x@gmail.fr", "Email"), ("y@gmial.com", "x@gmail.com", "Nom")]
    checked.issues = [
        Issue(row, column, "email", Code.EMAIL_TYPO, Severity.WARNING, value, {"proposal": meant})
        for row, (value, meant, column) in zip(ROWS, faults, strict=True)
    ]
    checked.issues.append(Issue(3, "Email", "email", Code.EMAIL_TYPO, Severity.ERROR, faults[1][0], {"proposal": "z"}))
    columns = result_columns(checked, "fr")
    assert columns[Result.STATUS] == ["À vérifier", "Erreur", "À vérifier", "À vérifier"]
    for row, lines in zip(ROWS, columns[Result.MESSAGE], strict=True):
        said = [i.line("fr") for i in sorted(checked.issues, key=lambda i: i.severity) if i.row == row]
        assert lines.split("\n")[: len(said)] == said
    assert unmarked(columns) == ["~AB~", ";AB;", "~AB~", "~AB~"]
