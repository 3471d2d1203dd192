"""Deliveries: exactly what each importer takes, read back by two independent readers; and the vendor's answer."""

from __future__ import annotations

import csv
import re
import zipfile

import openpyxl
import pandas
import pytest
import python_calamine
import xlrd

from core import actions
from core.cells import text
from core.errors import InputError, SettingsError
from core.tables import Result
from tests.golden_deliveries import GOLDEN, PEOPLE, context, deliver, golden_path, write_sheet

ROWS = {"odeis": [2, 3, 4, 6], "cloud-pos": [2, 3, 6], "le-new-black": [2, 3, 4, 6], "lightspeed": [2, 3, 5, 6]}


def cells_by(reader, path):
    """Return a file's cells as texts, by one reader."""
    if reader == "calamine":
        rows = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    elif reader == "openpyxl":
        rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    elif reader == "xlrd":
        page = xlrd.open_workbook(path).sheet_by_index(0)
        rows = [[_xlrd(c) for c in page.row(n)] for n in range(page.nrows)]
    elif reader == "csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
    else:
        frame = pandas.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        rows = [list(frame.columns), *frame.to_numpy().tolist()]
    return [[text(c.date() if hasattr(c, "date") else c) if c != "" else "" for c in row] for row in rows]


def _xlrd(cell):
    return xlrd.xldate_as_datetime(cell.value, 0) if cell.ctype == xlrd.XL_CELL_DATE else cell.value


READERS = {"xlsx": ("openpyxl", "calamine"), "xls": ("xlrd", "calamine"), "csv": ("csv", "pandas")}


@pytest.mark.parametrize(("system", "kind"), GOLDEN)
def test_a_delivery_is_its_golden_file(system, kind, tmp_path):
    done = deliver(system, kind, tmp_path)
    (path,) = done.files
    if kind == "xls":
        assert cells_by("xlrd", path) == cells_by("xlrd", golden_path(system, kind))
    elif kind == "csv":
        assert path.read_bytes() == golden_path(system, kind).read_bytes()
    else:
        with zipfile.ZipFile(path) as new, zipfile.ZipFile(golden_path(system, kind)) as old:
            assert {n: new.read(n) for n in new.namelist()} == {n: old.read(n) for n in old.namelist()}
    assert done.delivery.files[0].rows == ROWS[system]


@pytest.mark.parametrize(("system", "kind"), GOLDEN)
def test_two_independent_readers_agree_on_a_delivery(system, kind):
    one, other = (cells_by(reader, golden_path(system, kind)) for reader in READERS[kind])
    assert one == other


@pytest.mark.parametrize(("system", "kind"), GOLDEN)
def test_a_delivery_passes_the_systems_own_check(system, kind, tmp_path):
    """No column of ours, no unknown header, no error."""
    from core.checking import check

    where = context(system)
    checked = check(actions.read_customers(golden_path(system, kind), where.profile), where.profile)
    assert {str(i.code) for i in checked.issues if i.row is None} == set()
    assert not checked.faulty_rows()


@pytest.mark.parametrize(("system", "kind"), [g for g in GOLDEN if g[1] == "xlsx"])
def test_nothing_else_is_in_the_workbook(system, kind):
    with zipfile.ZipFile(golden_path(system, kind)) as package:
        sheets = [n for n in package.namelist() if n.startswith("xl/worksheets/")]
        assert sheets == ["xl/worksheets/sheet1.xml"]
        page = package.read(sheets[0]).decode()
    assert not re.search("dataValidation|conditionalFormatting|hidden=|autoFilter", page)


def test_odeis_has_its_strict_header():
    profile = actions.system("odeis")
    for kind in ("xlsx", "xls"):
        assert cells_by("calamine", golden_path("odeis", kind))[0] == [f.header for f in profile.fields]


def test_le_new_black_gets_codes_and_no_empty_column(tmp_path):
    head, first, second, third, _ = cells_by("calamine", golden_path("le-new-black", "xlsx"))
    assert [row[head.index("Contact group")] for row in (first, second)] == ["1", "3"]
    assert "Billing city" not in head
    assert {"Name", "Country"} <= set(head)
    shared = [row[head.index("City")] for row in (second, third)]
    assert shared == ["Genève", "Genève"], "a second buyer's blank would erase the retailer's town"
    write_sheet(tmp_path / "c.xlsx", "le-new-black")
    kept = actions.deliver_file(
        tmp_path / "c.xlsx", tmp_path, context("le-new-black"), actions.Packing(keep_empty=True)
    )
    assert "Billing city" in cells_by("calamine", kept.files[0])[0]


def test_lightspeed_gets_no_read_only_column_and_french_dates():
    head, first, *_ = cells_by("csv", golden_path("lightspeed", "csv"))
    assert {"balance", "year_to_date", "store_credit_balance"}.isdisjoint(head)
    assert first[head.index("date_of_birth")] == "24/03/1987"
    page = openpyxl.load_workbook(golden_path("lightspeed", "xlsx")).worksheets[0]
    assert page.cell(2, head.index("date_of_birth") + 1).number_format == "dd/mm/yyyy"


def test_cloud_pos_is_split_into_files_of_5000(tmp_path):
    people = [{"last_name": f"Client {n}", "email": f"c{n}@example.fr"} for n in range(12_000)]
    write_sheet(tmp_path / "c.xlsx", "cloud-pos", people)
    done = actions.deliver_file(tmp_path / "c.xlsx", tmp_path / "out", context("cloud-pos"), actions.Packing())
    assert [(p.name, len(f.rows)) for p, f in zip(done.files, done.delivery.files, strict=True)] == [
        ("c-cloud-pos-1.xlsx", 5000),
        ("c-cloud-pos-2.xlsx", 5000),
        ("c-cloud-pos-3.xlsx", 2000),
    ]
    assert [f.rows[0] for f in done.delivery.files] == [2, 5002, 10002]


def test_files_of_an_earlier_delivery_are_named_and_left_alone(tmp_path):
    """Whoever imports the old parts beside the new file doubles the customers."""
    people = [{"last_name": f"Client {n}", "email": f"c{n}@example.fr"} for n in range(5_001)]
    for kept in (people, people[:3]):
        write_sheet(tmp_path / "c.xlsx", "cloud-pos", kept)
        done = actions.deliver_file(tmp_path / "c.xlsx", tmp_path / "out", context("cloud-pos"), actions.Packing())
        (tmp_path / "out" / "c-cloud-pos-notes.xlsx").touch()
    assert done.delivery.older == ["c-cloud-pos-1.xlsx", "c-cloud-pos-2.xlsx"]
    assert all((tmp_path / "out" / name).exists() for name in done.delivery.older)
    said = "fichiers d'une livraison précédente de cette feuille : c-cloud-pos-1.xlsx, c-cloud-pos-2.xlsx."
    assert any(said in line for line in note_of(done)[0])


def note_of(done):
    page = openpyxl.load_workbook(done.note).worksheets[0]
    cells = [c.value for row in page.iter_rows() for c in row if c.value is not None]
    return [str(cell).replace("\u00a0", " ") for cell in cells], page


def test_the_note_says_what_to_click_and_to_choose_and_what_was_left_out(tmp_path):
    lines, page = note_of(deliver("odeis", "xls", tmp_path))
    assert lines[0] == "Bon de livraison – Odeis (fichier routage)"
    assert "clients-odeis.xls" in lines
    assert "2. Ouvrez Divers > Maintenance > Utilitaires, onglet Utilitaires de gestion." in lines
    assert lines[lines.index("Code libre 2") + 1] == "NOEL"
    assert lines[lines.index("Prospect ou client") + 1] == "Prospect"
    assert any(line.startswith("– 1 client, ligne 5 : « Nom » : 80 caractères") for line in lines)
    assert "– 1 marque d'effacement (#EFFACER) : le fichier a une cellule vide à sa place." in lines
    assert (page.page_setup.fitToHeight, int(page.page_setup.paperSize)) == (1, 9)


def test_the_note_warns_where_blanks_erase_and_where_a_cell_was_unreadable(tmp_path):
    lines, _ = note_of(deliver("le-new-black", "xlsx", tmp_path))
    assert any(line.startswith("Attention") and "Contact group (1)" in line for line in lines)
    lines, _ = note_of(deliver("lightspeed", "csv", tmp_path))
    assert any("email" in line and "illisible" in line and "ligne 5" in line for line in lines)


def test_a_skipped_row_is_not_delivered(tmp_path):
    write_sheet(tmp_path / "c.xlsx", "lightspeed")
    table = actions.read_customers(tmp_path / "c.xlsx", actions.system("lightspeed"))
    table.results[Result.DECISION] = ["Ignorer", None, None, None, None]
    done = actions.deliver_table(
        table, tmp_path / "out", context("lightspeed"), actions.Packing("csv"), tmp_path / "c.xlsx"
    )
    assert done.delivery.files[0].rows == [3, 5, 6]  # row 4 has the code of row 3


def test_results_own_columns_and_stamps_are_never_delivered(tmp_path):
    """The user's sheet after a check, with a column of the user's own."""
    write_sheet(tmp_path / "c.xlsx", "lightspeed")
    book = openpyxl.load_workbook(tmp_path / "c.xlsx")
    page = book.worksheets[0]
    page.cell(1, page.max_column + 1).value = "Vu par"
    page.cell(2, page.max_column).value = "Anne"
    book.save(tmp_path / "c.xlsx")
    where = context("lightspeed")
    actions.check_file(tmp_path / "c.xlsx", where)
    done = actions.deliver_file(tmp_path / "c.xlsx", tmp_path / "out", where, actions.Packing("csv"))
    head = cells_by("csv", done.files[0])[0]
    assert head == cells_by("csv", golden_path("lightspeed", "csv"))[0]


def test_a_format_that_the_system_does_not_take_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="csv"):
        deliver("odeis", "csv", tmp_path)


@pytest.fixture
def sheet(tmp_path):
    write_sheet(tmp_path / "clients.xlsx", "lightspeed")
    return tmp_path / "clients.xlsx"


def answer(path, content, encoding="utf-8-sig"):
    path.write_text(content, encoding=encoding)
    return actions.AnswerFile(path)


def test_lightspeeds_file_of_errors_returns_to_its_rows(sheet, tmp_path):
    """The file has one more column, in any order, and a row that is nobody's."""
    golden = golden_path("lightspeed", "csv").read_text(encoding="utf-8-sig").splitlines()
    head, rows = golden[0], [golden[5], golden[1]]
    lines = [f"{head},errors", f"{rows[0]},Email missing", f"{rows[1]},Duplicate code", f"{golden[4]},"]
    done = actions.take_answer(sheet, answer(tmp_path / "e.csv", "\n".join(lines)), context("lightspeed"))
    assert done.placed.messages == {6: ["Email missing"], 2: ["Duplicate code"]}
    table = actions.read_customers(sheet, actions.system("lightspeed"))
    assert table.results[Result.STATUS][:2] == ["Refusé par Lightspeed Retail X-Series", None]
    assert table.results[Result.MESSAGE][4] == "Email missing"


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("chloe.lefevre@example.fr : adresse déjà utilisée", 2),
        ("chloe.lefevre@example.fr: email already exists", 2),
        ("email:chloe.lefevre@example.fr!", 2),
        ("Lefèvre Chloé — doublon", 2),
        ("CHLOE LEFEVRE\t01000\tError\tPhone exists", 2),
        ("Mobile 06.39.98.01.02 already exists", 2),
        ("+33 6 39 98 01 02 already exists", 2),
        ("C-0005 is already in use", 6),
        ("Row 3: something is wrong", 3),
        ("ligne n° 4 : refusée", 5),
        ("Quelque chose s'est mal passé", None),
        ("Row 99: something is wrong", None),
        ("Row 99: C-0005 is already in use", None),
        ("Lefèvre : doublon", None),
    ],
)
def test_a_line_copied_from_a_screen_returns_to_its_row(sheet, tmp_path, line, row):
    """A surname alone is not enough: the message is shown, and put nowhere."""
    done = actions.take_answer(sheet, answer(tmp_path / "refus.txt", line + "\n\n"), context("lightspeed"))
    assert done.placed.messages == ({row: [line]} if row else {})
    assert done.placed.unplaced == ([] if row else [line])


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("Ligne 999 : inconnu", None),
        ("Client inconnu", None),
        ("Ligne 3 : inconnu", 3),
        ("Ligne 3 : Studio Inconnu", 5),
    ],
)
def test_a_company_named_by_a_word_of_the_message_draws_no_message(tmp_path, line, row):
    """A row number stays what the line says; a name of several words, or the right number, places it."""
    companies = ("Lumière", "Atelier", "Inconnu", "Studio Inconnu")
    people = [{"last_name": f"Client {n}", "first_name": "Luc", "company": c} for n, c in enumerate(companies)]
    write_sheet(tmp_path / "c.xlsx", "lightspeed", people)
    done = actions.take_answer(tmp_path / "c.xlsx", answer(tmp_path / "r.txt", line), context("lightspeed"))
    assert done.placed.messages == ({row: [line]} if row else {})


def test_a_grid_pasted_from_the_screen_returns_to_its_rows(tmp_path):
    write_sheet(tmp_path / "c.xlsx", "cloud-pos")
    grid = "First Name\tLast Name\tEmail Address\tError\tError Message\nLuc\tMarin\t\tError\tSame name exists\n"
    done = actions.take_answer(tmp_path / "c.xlsx", answer(tmp_path / "g.txt", grid, "cp1252"), context("cloud-pos"))
    assert done.placed.messages == {6: ["Same name exists"]}


def test_answers_find_their_rows_across_split_files(tmp_path):
    people = [{"last_name": f"Client {n}", "first_name": "Luc", "email": f"c{n}@example.fr"} for n in range(7_000)]
    write_sheet(tmp_path / "c.xlsx", "cloud-pos", people)
    lines = "c6500@example.fr exists\nRow 12: too long\n"
    file = answer(tmp_path / "r.txt", lines)
    second = actions.AnswerFile(file.path, part=2)
    done = actions.take_answer(tmp_path / "c.xlsx", second, context("cloud-pos"))
    assert done.placed.messages == {6502: ["c6500@example.fr exists"], 5012: ["Row 12: too long"]}


def test_twins_in_the_sheet_are_not_told_apart_by_guessing(tmp_path):
    people = [{"last_name": "Martin", "first_name": "Luc", "city": city} for city in ("Lyon", "Metz")]
    write_sheet(tmp_path / "c.xlsx", "lightspeed", people)
    file = answer(tmp_path / "r.txt", "Luc Martin exists\n")
    assert actions.take_answer(tmp_path / "c.xlsx", file, context("lightspeed")).placed.messages == {}


def test_a_file_without_messages_is_said(sheet, tmp_path):
    csv_file = tmp_path / "e.csv"
    csv_file.write_bytes(golden_path("lightspeed", "csv").read_bytes())
    with pytest.raises(InputError) as raised:
        actions.take_answer(sheet, actions.AnswerFile(csv_file), context("lightspeed"))
    assert raised.value.key == "delivery.no_message_column"
    with pytest.raises(InputError) as raised:
        actions.take_answer(sheet, answer(tmp_path / "vide.txt", "\n"), context("lightspeed"))
    assert raised.value.key == "delivery.no_answers"


def test_the_people_cover_what_matters():
    assert {"#EFFACER", "=1+1"} <= {str(v) for person in PEOPLE for v in person.values()}
