"""`carnet fix` and `carnet unfix` on real files: in place, nothing else touched, and taken back days later."""

from __future__ import annotations

import dataclasses
import json
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from core import actions
from core.actions.fixing import fix_file, unfix_file
from core.checking import check
from core.cli import main
from core.errors import InputError
from core.fixes import Rule, apply_fixes, find_fixes
from core.profiles import load_system
from core.workbooks import read_table
from core.workbooks.journal import read_corrections
from tests.corpus.boutique import BOUTIQUE, WORKBOOKS, write_workbook
from tests.fixing_corpus import corpus_profile

HEADS = ["Genre", "Nom", "Prénom", "Adresse", "CP", "Ville", "Pays", "Mobile", "E-mail", "Né(e) le"]
ROWS = [
    ["Madame", " LEFÃˆVRE ", "CHLOÉ", "12 rue  des Lilas", 1000, "BOURG EN BRESSE", "F", 612345678, "chloe@gmial.com"],
    ["M.", "De La Tour", "Luc", "3 rue du Port", "44000", "Nantes", "F", "06 12 34 56 79", "luc@example.fr "],
    ["M.", " petit", "Ève", None, "44000", "Nantes", "F", "1,23457E+11", None],
]
FIXED = [
    ["Mme", "Lefèvre", "Chloé", "12 rue des Lilas", "01000", "Bourg-en-Bresse", "F", "06 12 34 56 78",
     "chloe@gmial.com", date(1987, 3, 24)],
    ["M.", "De La Tour", "Luc", "3 rue du Port", "44000", "Nantes", "F", "06 12 34 56 79", "luc@example.fr",
     date(1990, 2, 1)],
    ["M.", "Petit", "Ève", None, "44000", "Nantes", "F", "1,23457E+11", None, date(1980, 3, 5)],
]  # fmt: skip


def make(path: Path, *, base_1904: bool = False) -> Path:
    """Write a workbook as people have them: a title, another sheet, colours, formulas, a filter."""
    options = {"strings_to_formulas": False, "strings_to_numbers": False, "date_1904": base_1904}
    with xlsxwriter.Workbook(path, options) as book:
        day, yellow = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"bg_color": "#FFFF00"})
        book.add_worksheet("Notes").write(0, 0, "  rien  ")
        sheet = book.add_worksheet("Clients")
        sheet.write(0, 0, "Fichier  clients ")
        sheet.write_row(2, 0, HEADS)
        for number, row in enumerate(ROWS, 3):
            sheet.write_row(number, 0, row)
        sheet.write(3, 9, 31860 - (1462 if base_1904 else 0))
        sheet.write_datetime(4, 9, date(1990, 2, 1), day)
        sheet.write_string(5, 9, "5 mars 1980")
        sheet.write(5, 1, ROWS[2][1], yellow)
        sheet.write_row(6, 0, ["M.", None, "Zoé"])
        sheet.write_formula(6, 1, '=" "&"durand"', None, " durand")
        sheet.autofilter(2, 0, 6, 9)
    return path


def context(lang="fr", system="odeis"):
    return actions.Context(load_system(system), lang)


def read(path, sheet="Clients"):
    return read_table(path, sheet=sheet, headers=set(HEADS))


def rows_of(path):
    table = read(path)
    return [list(row) for row in zip(*table.columns, strict=True)][:3]


@pytest.mark.parametrize("base_1904", [False, True])
def test_a_workbook_is_repaired_in_place_and_taken_back_from_itself_alone(tmp_path, base_1904):
    path = make(tmp_path / "clients.xlsx", base_1904=base_1904)
    before, bytes_before = rows_of(path), path.read_bytes()
    found = fix_file(path, context())
    assert found.written == path
    assert rows_of(path) == FIXED
    assert path.read_bytes() != bytes_before
    undone = unfix_file(path, "fr")
    assert rows_of(path) == before
    assert (len(undone.undone), undone.left) == (len(found.done), [])
    with pytest.raises(InputError):
        unfix_file(path, "fr")


def test_nothing_but_the_repaired_cells_and_the_list_of_them_changes(tmp_path):
    path = make(tmp_path / "clients.xlsx")
    with zipfile.ZipFile(path) as book:
        before = {name: book.read(name) for name in book.namelist()}
    fix_file(path, context())
    with zipfile.ZipFile(path) as book:
        after = {name: book.read(name) for name in book.namelist()}
    same = {name for name in before if before[name] == after[name]}
    assert before.keys() - same == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        "xl/worksheets/sheet2.xml",
    }  # fmt: skip
    book = openpyxl.load_workbook(path)
    assert [(s.title, s.sheet_state) for s in book] == [
        ("Notes", "visible"), ("Clients", "visible"), ("Corrections Carnet", "hidden"),
    ]  # fmt: skip
    sheet = book["Clients"]
    assert sheet["B7"].value == '=" "&"durand"'
    assert sheet["B6"].fill.fgColor.rgb == "FFFFFF00"
    assert (sheet["E4"].value, sheet["E4"].number_format) == ("01000", "@")
    assert sheet.auto_filter.ref == "A3:J7"
    line = [cell.value for cell in book["Corrections Carnet"][2]]
    assert line[:6] == ["Clients", 4, "Genre", "Madame", "Mme", "Mots des listes"]


def test_a_formula_is_never_overwritten_and_is_listed(tmp_path):
    path = make(tmp_path / "clients.xlsx")
    found = fix_file(path, context())
    assert {(f.row, f.column) for f in found.formulas} == {(7, "Nom")}
    assert not any(f.row == 7 and f.column == "Nom" for f in found.done)


def test_cells_edited_since_are_left_alone_even_after_another_program_has_saved(tmp_path):
    path = make(tmp_path / "clients.xlsx")
    before = rows_of(path)
    fix_file(path, context())
    book = openpyxl.load_workbook(path)
    book["Clients"]["B4"] = "Lefebvre"
    book.save(path)
    undone = unfix_file(path, "fr")
    before[0][1] = "Lefebvre"
    assert rows_of(path) == before
    assert {(f.row, f.column) for f in undone.left} == {(4, "Nom")}
    assert {(c.fix.row, c.fix.column) for c in read_corrections(path)} == {(4, "Nom")}


def test_two_runs_add_up_and_are_taken_back_together(tmp_path):
    path = make(tmp_path / "clients.xlsx")
    before = rows_of(path)
    fix_file(path, context(), rules=[Rule.SPACES])
    assert rows_of(path)[2][1] == "petit"
    fix_file(path, context())
    assert rows_of(path) == FIXED
    assert fix_file(path, context()).done == []
    unfix_file(path, "en")
    assert rows_of(path) == before


def test_a_text_file_stays_and_a_repaired_workbook_is_made_beside_it(tmp_path):
    path = tmp_path / "clients.csv"
    path.write_text("Nom;Prénom;CP;Ville;Pays\n Durand ;Luc;1000;Bourg-en-Bresse;F\n", encoding="cp1252")
    found = fix_file(path, context())
    copy = tmp_path / "clients.carnet.xlsx"
    assert found.written == copy
    assert path.read_text(encoding="cp1252").startswith("Nom;Prénom;CP;Ville;Pays\n Durand ;")
    assert read(copy, "clients").columns[0] == ["Durand"]
    assert read(copy, "clients").columns[2] == ["01000"]
    unfix_file(copy, "fr")
    assert read(copy, "clients").columns[0] == [" Durand "]
    again = fix_file(path, context())
    assert again.written == tmp_path / "clients (2).carnet.xlsx"  # repaired work is never overwritten


def test_an_open_file_is_left_as_it_is(tmp_path):
    path = make(tmp_path / "clients.xlsx")
    before = path.read_bytes()
    (tmp_path / "~$clients.xlsx").write_bytes(b"")
    with pytest.raises(InputError, match="open in another program"):
        fix_file(path, context())
    assert path.read_bytes() == before


@pytest.mark.parametrize("resaved", [False, True], ids=["as written", "saved by openpyxl"])
@pytest.mark.parametrize("workbook", WORKBOOKS, ids=lambda w: w.layout.file)
def test_every_workbook_of_the_corpus_is_repaired_as_said_and_given_back(tmp_path, workbook, resaved):
    truth = write_workbook(workbook, tmp_path)
    path = tmp_path / truth.file
    if resaved:
        openpyxl.load_workbook(path).save(path)
    keys = list(BOUTIQUE.columns.values())
    headers = {key: header for header, key in BOUTIQUE.columns.items()}
    made = corpus_profile(keys)
    profile = dataclasses.replace(
        made, fields=tuple(dataclasses.replace(f, header=headers[f.key]) for f in made.fields)
    )
    table = read_table(path, sheet=truth.sheet, headers=set(headers.values()))
    expected = apply_fixes(table, find_fixes(check(table, profile)))
    fix_file(path, actions.Context(profile), actions.Reading(truth.sheet))
    fixed = read_table(path, sheet=truth.sheet, headers=set(headers.values()))
    assert fixed.columns == expected.columns
    assert "Corrections Carnet" in openpyxl.load_workbook(path).sheetnames
    unfix_file(path, "fr")
    assert read_table(path, sheet=truth.sheet, headers=set(headers.values())).columns == table.columns


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as stopped:
        main([str(a) for a in arguments])
    return stopped.value.code, capsys.readouterr().out


def test_the_command_says_what_it_would_do_does_it_and_takes_it_back(tmp_path, capsys):
    path = make(tmp_path / "clients.xlsx")
    before = path.read_bytes()
    code, said = run(capsys, "fix", path, "--system", "odeis", "--dry-run")
    assert code == 0
    assert "rien n'a été écrit" in said
    assert "ligne 4, CP\u00a0: «\u00a01000\u00a0» → «\u00a001000\u00a0» (Zéros perdus)" in said
    assert "«\u00a0chloe@gmial.com\u00a0» → «\u00a0chloe@gmail.com\u00a0»" in said
    assert "personne ne peut les deviner" in said
    assert path.read_bytes() == before
    code, said = run(capsys, "fix", path, "--system", "odeis", "--only", "zeros", "--json")
    data = json.loads(said)
    assert [(f["row"], f["column"], f["before"], f["after"], f["rule"]) for f in data["fixes"]] == [
        (4, "CP", 1000.0, "01000", "zeros"),
        (4, "Mobile", 612345678.0, "06 12 34 56 78", "zeros"),
    ]
    assert [(lost["row"], lost["value"]) for lost in data["lost"]] == [(6, "1,23457E+11")]
    code, said = run(capsys, "unfix", path)
    assert (code, said.startswith("2 cellules remises comme avant")) == (0, True)
    code, _ = run(capsys, "unfix", path)
    assert code == 2
