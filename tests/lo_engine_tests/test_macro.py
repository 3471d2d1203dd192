"""A macro runs unchanged: in the test's process, and in a process started as the ribbon starts it."""

import pytest

from tests.lo_engine import user
from tests.lo_engine.app import UnansweredAlert
from tests.lo_engine.runpython import run_python
from tests.lo_engine_tests import sample

pytest_plugins = ["tests.lo_engine.fixtures"]
COMMAND = "import tests.lo_engine_tests.sample; tests.lo_engine_tests.sample.check_amounts()"


def fill(book, rows):
    sheet = book.sheets[0]
    sheet.name = "Clients"
    sheet.clear()
    sheet["A1"].value = [["Nom", "Montant"]] + [[f"n{row}", 5 if row % 2 else "cinq"] for row in range(rows)]
    return sheet


def test_a_macro_reads_writes_paints_and_tells(book, recorder):
    sheet = fill(book, 4)
    sample.check_amounts()
    assert sheet["C1:C5"].value == ["Statut", "Montant", "OK", "Montant", "OK"]
    assert [user.rule_color(sheet[f"A{row}"]) for row in (2, 3)] == [(255, 199, 206), None]
    assert [alert.prompt for alert in recorder.alerts] == ["4 lignes"]
    assert recorder.status == ["Contrôle…", False]


def test_its_question_must_be_answered(book, recorder):
    fill(book, 2)
    sample.check_amounts()
    with pytest.raises(UnansweredAlert, match="Remplacer"):
        sample.check_amounts()
    recorder.answers.append("yes")
    sample.check_amounts()
    assert len(book.sheets[0].used_range.conditional_formats) == 1


def test_its_calls_to_excel_do_not_grow_with_the_rows(book, recorder, calls):
    made = []
    for rows in (5, 500):
        fill(book, rows)
        with calls.counting() as counted:
            sample.check_amounts()
        made.append(sorted(counted))
    assert made[0] == made[1]


def test_the_ribbons_process_finds_the_calling_book(book):
    sheet = fill(book, 3)
    run = run_python(COMMAND, book)
    assert (run.exit_code, run.stderr) == (0, "")
    assert sheet["C1:C4"].value == ["Statut", "Montant", "OK", "Montant"]
    assert [(alert.prompt, alert.mode) for alert in run.recorder.alerts] == [("3 lignes", "info")]
    assert "Range.raw_value=" in run.calls
    again = run_python(COMMAND, book, answers=["no"])
    assert [alert.answer for alert in again.recorder.alerts] == ["no"]
    unanswered = run_python(COMMAND, book)
    assert unanswered.exit_code == 1
    assert "UnansweredAlert" in unanswered.stderr


@pytest.mark.parametrize("command", ['print("x")', "print('%TEMP%')", "x" * 9_000])
def test_a_command_that_cmd_would_break_is_an_error(book, command):
    with pytest.raises(ValueError, match=r"cmd\.exe"):
        run_python(command, book)
