"""Sheets, names, rules, tables, filters, protection, selection: what a macro meets in a user's workbook."""

import openpyxl
import pytest
import xlwings as xw
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill

from tests.lo_engine import user
from tests.lo_engine.app import UnansweredAlert
from tests.lo_engine.excel_limits import ExcelRefusal

pytest_plugins = ["tests.lo_engine.fixtures"]
FILL = "#ffc7ce"


def test_sheets_are_added_renamed_hidden_and_deleted(book):
    first = book.sheets[0]
    guide = book.sheets.add("Guide", after=first)
    assert book.sheets.active == guide
    guide.name = "Aide"
    guide.visible = False
    assert [(sheet.name, sheet.visible) for sheet in book.sheets] == [("Sheet1", True), ("Aide", False)]
    for refused in (guide.activate, first.delete, lambda: setattr(first, "visible", False), lambda: book.sheets["x"]):
        with pytest.raises(ExcelRefusal):
            refused()
    guide.delete()
    assert book.sheet_names == ["Sheet1"]


def test_a_saved_book_is_a_true_xlsx(book, tmp_path, excel):
    sheet = book.sheets[0]
    sheet["A1:A2"].number_format = "@"
    sheet["A1"].value = [["0612"], ["=x"]]
    sheet["B1"].value = [[True], ["=A1&1"]]
    book.names.add("CarnetRun", '="42"')
    book.save(tmp_path / "clients.xlsx")
    book.close()
    saved = openpyxl.load_workbook(tmp_path / "clients.xlsx")
    cells = saved.active
    assert [cells[place].value for place in ("A1", "A2", "B1", "B2")] == ["0612", "=x", True, "=A1&1"]
    assert (cells["A1"].number_format, cells["A2"].data_type) == ("@", "s")
    again = excel.books.open(tmp_path / "clients.xlsx")
    assert again.sheets[0]["A1:B1"].value == ["0612", True]
    assert again.names["CarnetRun"].refers_to == '="42"'
    again.sheets[0]["A1"].value = "07"
    again.save()
    assert openpyxl.load_workbook(tmp_path / "clients.xlsx").active["A1"].value == "07"


def test_names_are_found_changed_and_deleted(book):
    sheet = book.sheets[0]
    book.names.add("Rayon", "=Sheet1!$A$1:$B$3")
    assert sheet["rayon"].address == "$A$1:$B$3"
    assert book.names["Rayon"].refers_to_range.address == "$A$1:$B$3"
    book.names["Rayon"].refers_to = "=INDEX(Sheet1!$C:$C,ROW())=1"
    assert book.names["Rayon"].refers_to == "=INDEX(Sheet1!$C:$C,ROW())=1"
    book.names["Rayon"].delete()
    assert "Rayon" not in book.names


@pytest.fixture
def painted(open_book, tmp_path):
    """A workbook with two rules of the user on one area."""
    book = openpyxl.Workbook()
    for row in range(1, 6):
        book.active.append([row, row * 2])
    for formula in ("INDEX($A:$A,ROW())>4", "$B1=2"):
        rule = FormulaRule(formula=[formula], fill=PatternFill(bgColor="00FF00"))
        book.active.conditional_formatting.add("A1:B5", rule)
    book.save(tmp_path / "painted.xlsx")
    return open_book(tmp_path / "painted.xlsx").sheets[0]


def test_one_rule_of_ours_comes_and_goes_beside_the_users(painted):
    theirs = [rule.formula for rule in painted["A1:B5"].conditional_formats]
    assert theirs == ["=INDEX($A:$A,ROW())>4", "=$B1=2"]
    painted.book.names.add("CarnetFault", "=INDEX(Sheet!$A:$A,ROW())=3")
    rule = painted["A1:B5"].conditional_formats.add_custom("=CarnetFault", fill_color=FILL)
    assert (rule.type, rule.formula, rule.fill_color) == ("custom", "=CarnetFault", (255, 199, 206))
    assert [user.rule_color(painted[f"B{row}"]) for row in (3, 4, 5)] == [(255, 199, 206), None, (0, 255, 0)]
    assert painted["B3"].value == 6.0
    painted["B2"].conditional_formats[0].delete()
    assert [rule.formula for rule in painted["A1:B5"].conditional_formats] == theirs
    painted["A1"].conditional_formats[0].delete()
    assert [rule.formula for rule in painted["A1:B5"].conditional_formats] == ["=$B1=2"]


def test_a_rule_counts_its_relative_references_from_the_active_cell(book):
    sheet = book.sheets[0]
    user.select(sheet, "A3")
    rule = sheet["A1:A5"].conditional_formats.add_custom("=$B5<>0", fill_color=FILL)
    assert rule.formula == "=$B3<>0"


def test_a_rule_with_english_functions_is_refused_by_a_french_excel(book):
    rules = book.sheets[0]["A1:A5"].conditional_formats
    with pytest.raises(ExcelRefusal, match="French"):
        rules.add_custom("=INDEX($Z:$Z,ROW())=1", fill_color=FILL)
    book.app.impl.excel_language = "en"
    assert rules.add_custom("=INDEX($Z:$Z,ROW())=1", fill_color=FILL).formula == "=INDEX($Z:$Z,ROW())=1"


def test_a_list_rule_is_set_read_and_deleted(book):
    sheet = book.sheets[0]
    lists = book.sheets.add("Listes", after=sheet)
    rule = sheet["A2:A9"].data_validation
    rule.set_list(["client", "prospect"])
    assert (rule.type, rule.source) == ("list", "client,prospect")
    rule.set_list(lists["A1:A9"])
    assert rule.source == "=Listes!$A$1:$A$9"
    assert sheet["A1:A2"].data_validation.type == "inconsistent"
    rule.delete()
    assert rule.type == "none"


def test_hidden_and_filtered_rows_are_told_from_visible_ones(book, calls):
    sheet = book.sheets[0]
    sheet["A1"].value = [["Statut", "n"], ["OK", 1], ["Montant", 2], ["OK", 3]]
    sheet["A1:B4"].autofilter.apply_values(1, ["Montant"])
    assert [part.address for part in sheet["A1:B4"].get_special_cells("visible")] == ["$A$1:$B$1", "$A$3:$B$3"]
    assert sheet["A1:B4"].autofilter.criteria[0].values == ["Montant"]
    sheet["A1:B4"].autofilter.clear()
    sheet["2:2"].rows.hidden = True
    assert (sheet["A2"].rows.hidden, sheet["A1:A2"].rows.hidden, sheet["A1"].columns.hidden) == (True, None, False)
    with calls.counting() as made:
        assert sheet["A1:A4"].rows.hidden is None
    assert made.count("Range.row_hidden") == 4, "Windows is asked row by row"


def test_a_table_is_found_by_its_cells(book):
    sheet = book.sheets[0]
    sheet["B2"].value = [["Nom", "Ville"], ["Éloïse", "Lyon"], ["Zoé", "Nîmes"]]
    table = sheet.tables.add(sheet["B2:C4"], name="Clients")
    assert (sheet["C4"].table, sheet["A1"].table) == (table, None)
    assert (table.header_row_range.address, table.data_body_range.address) == ("$B$2:$C$2", "$B$3:$C$4")
    assert sheet["Clients"].value == [["Éloïse", "Lyon"], ["Zoé", "Nîmes"]]


def test_merged_cells_are_detected(book):
    sheet = book.sheets[0]
    sheet["A3:B4"].merge()
    states = {place: sheet[place].merge_cells for place in ("A3:B4", "B4", "A1:C5", "A1:A2", "D1", "A4:A6")}
    assert states == {"A3:B4": True, "B4": True, "A1:C5": None, "A1:A2": False, "D1": False, "A4:A6": None}
    assert sheet["B4"].merge_area.address == "$A$3:$B$4"


def test_a_protected_sheet_refuses_writes_and_formats(book):
    sheet = book.sheets[0]
    sheet["A1"].value = 1
    user.protect(sheet, "secret")
    for write in (
        lambda: setattr(sheet["A1"], "value", 2),
        lambda: setattr(sheet["A1"], "number_format", "@"),
        lambda: sheet["A1:A5"].conditional_formats.add_custom("=Fault", fill_color=FILL),
        lambda: sheet["A1"].clear_contents(),
    ):
        with pytest.raises(ExcelRefusal, match="protected"):
            write()
    assert sheet["A1"].value == 1.0
    user.unprotect(sheet, "secret")
    sheet["A1"].value = 2


def test_a_selection_may_have_several_areas(book):
    sheet = book.sheets[0]
    user.select(sheet, "A2:B3", "D5")
    assert book.app.selection.address == "$A$2:$B$3,$D$5"
    user.select(sheet, *(f"A{row}" for row in range(2, 200, 2)))
    assert len(book.app.selection.address) <= 255, "Excel leaves out what goes past 255 characters"


def test_alerts_are_recorded_and_questions_need_an_answer(excel, recorder):
    assert excel.alert("Fini", title="Carnet", mode="info") == "ok"
    recorder.answers.append("no")
    assert excel.alert("Sûr ?", buttons="yes_no") == "no"
    assert [(alert.prompt, alert.answer) for alert in recorder.alerts] == [("Fini", "ok"), ("Sûr ?", "no")]
    with pytest.raises(UnansweredAlert):
        excel.alert("Encore ?", buttons="yes_no")


def test_the_application_is_recorded(excel, book, recorder):
    with excel.properties(screen_updating=False, calculation="manual", status_bar="Contrôle…"):
        pass
    assert recorder.status == ["Contrôle…", False]
    assert recorder.switches == [
        ("screen_updating", False),
        ("calculation", "manual"),
        ("screen_updating", True),
        ("calculation", "automatic"),
    ]
    with pytest.raises(xw.XlwingsError):
        _ = excel.interactive
