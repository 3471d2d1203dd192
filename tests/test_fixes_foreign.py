"""`carnet fix` on workbooks of other writers, formulas that nothing has computed, and statuses left by a check."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from core import actions
from core.actions.fixing import fix_file, unfix_file
from core.checking import check
from core.cli import main
from core.errors import InputError
from core.issues import Code, Severity
from core.profiles import load_system
from core.tables import NOT_COMPUTED, Result
from core.workbooks import clear_results, read_table
from core.workbooks.package import guarded
from core.workbooks.rewrite import rewrite
from core.workbooks.save import replacing

HEADS = ["Nom", "Prénom", "Adresse", "CP", "Ville", "Mobile"]
ROWS = [
    ["Petit", "Luc", "3 rue du  Port", "44000", "Nantes", "06 12 34 56 79"],
    ["Durand", "Zoé", "4 rue du Port", "44000", "Nantes", "06 12 34 56 78"],
]


def by_openpyxl(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Clients"
    for row in (HEADS, *ROWS):
        book.active.append(row)
    book.save(path)


def by_xlsxwriter(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Clients")
        for number, row in enumerate((HEADS, *ROWS)):
            sheet.write_row(number, 0, row)


def context(lang: str = "fr") -> actions.Context:
    return actions.Context(load_system("odeis"), lang)


@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter])
def test_a_workbook_of_any_writer_is_fixed_checked_given_back_and_cleared(tmp_path, write):
    path = tmp_path / "clients.xlsx"
    write(path)
    assert fix_file(path, context()).written == path
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Clients", "Corrections Carnet"]
    assert book["Clients"]["C2"].value == "3 rue du Port"
    actions.check_file(path, context(), write=True)
    assert len(unfix_file(path, "fr").undone) == 1
    assert openpyxl.load_workbook(path)["Clients"]["C2"].value == "3 rue du  Port"
    clear_results(path, sheet="Clients")
    assert [cell.value for cell in openpyxl.load_workbook(path)["Clients"][1] if cell.value] == HEADS


def test_a_part_that_would_be_no_xml_is_never_written(tmp_path):
    path = tmp_path / "clients.xlsx"
    by_openpyxl(path)
    before = path.read_bytes()
    with pytest.raises(InputError) as raised, replacing(path) as temporary, guarded(path):
        rewrite(path, temporary, {"xl/workbook.xml": lambda: [b'<workbook><sheet r:id="rId1"/></workbook>']})
    assert raised.value.key == "errors.damaged"
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["clients.xlsx"]


def test_the_statuses_of_fixed_rows_say_that_they_are_out_of_date(tmp_path):
    """A status written before a fix, or before it is taken back, no longer speaks of the cells beside it."""
    path = tmp_path / "clients.xlsx"
    by_openpyxl(path)
    actions.check_file(path, context(), write=True)
    before = read_table(path).results
    fix_file(path, context())
    table = read_table(path)
    assert table.results[Result.STATUS] == ["À contrôler", before[Result.STATUS][1]]
    assert table.results[Result.MESSAGE] == before[Result.MESSAGE]
    actions.check_file(path, context(), write=True)
    assert "À contrôler" not in read_table(path).results[Result.STATUS]
    unfix_file(path, "en")
    assert read_table(path).results[Result.STATUS][0] == "To check"


def test_a_formula_that_nothing_has_computed_is_an_error_and_no_blank(tmp_path):
    path = tmp_path / "clients.xlsx"
    book = openpyxl.Workbook()
    for row in (HEADS, *ROWS, ["Morel", '="Lé"&"a"', None, None, None, None]):
        book.active.append(row)
    book.save(path)
    table = read_table(path)
    assert table.columns[1] == ["Luc", "Zoé", NOT_COMPUTED]
    issue = next(i for i in check(table, load_system("odeis")).issues if i.code is Code.NOT_COMPUTED)
    assert (issue.row, issue.column, issue.severity) == (4, "Prénom", Severity.ERROR)
    assert issue.message("fr") == "la formule n'est pas calculée. Ouvrez le classeur dans Excel et enregistrez-le."


def test_a_formula_with_a_result_reads_as_its_result_even_an_empty_one(tmp_path):
    path = tmp_path / "clients.xlsx"
    book = openpyxl.Workbook()
    book.active.append(HEADS)
    book.active.append(["Petit", '="Lé"&"a"', '=""', *ROWS[0][3:]])
    book.save(path)
    sheet = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(path) as package:
        xml = (
            package.read(sheet)
            .replace(b'<c r="B2">', b'<c r="B2" t="str">')
            .replace(b'<c r="C2">', b'<c r="C2" t="str">')
        )
    xml = xml.replace(b"<v></v>", "<v>Léa</v>".encode(), 1)
    with replacing(path) as temporary:
        rewrite(path, temporary, {sheet: lambda: [xml]})
    assert [column[0] for column in read_table(path).columns][1:3] == ["Léa", None]


def test_a_proposal_that_reads_the_same_is_not_listed(tmp_path, capsys):
    """Of the two days that 04/05/1980 may be, the list shows the one that would change what is read."""
    path = tmp_path / "clients.xlsx"
    book = openpyxl.Workbook()
    book.active.append([*HEADS, "Né(e) le"])
    book.active.append([*ROWS[0], "04/05/1980"])
    book.save(path)
    with pytest.raises(SystemExit):
        main(["fix", str(path), "--system", "odeis", "--dry-run"])
    said = capsys.readouterr().out
    assert "«\u00a004/05/1980\u00a0» → «\u00a005/04/1980\u00a0»" in said
    assert "«\u00a004/05/1980\u00a0» → «\u00a004/05/1980\u00a0»" not in said
    assert "1 proposition" in said
