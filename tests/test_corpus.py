"""The test files themselves: the same every time, true to their layout, and damaged as they say."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from core.fields import FIELDS
from core.issues import Code
from core.loyalty.seeds import made_up_cards
from tests.corpus.big import big_columns, big_rows, faulty_rows, write_big_csv, write_big_xlsx
from tests.corpus.boutique import BOUTIQUE, EXCEL_DAMAGES, WORKBOOKS, write_workbook
from tests.corpus.damage import Cell
from tests.corpus.damage_fields import DAMAGES, SLIPS
from tests.corpus.demo import write_demo
from tests.corpus.hostile import HOSTILE, SECRET, TABLE, by_name, write_hostile
from tests.corpus.hostile_csv import ENCODINGS
from tests.corpus.layouts import LAYOUTS, MYOB, OUTLOOK_FR, Layout
from tests.corpus.people import CARDS, KNOWN_CARDS, make_records
from tests.corpus.sources import write_source
from tests.corpus.truth import Truth, read_truth, same

REPOSITORY = Path(__file__).parent.parent
LAYOUT = pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.file)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every source file and its truth."""
    made = tmp_path_factory.mktemp("corpus")
    for layout in LAYOUTS:
        write_source(layout, made)
    for book in WORKBOOKS:
        write_workbook(book, made)
    return made


def rows_of(layout: Layout, folder: Path) -> list[list[str]]:
    text = (folder / layout.file).read_bytes().decode(layout.encoding)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=layout.separator))


@LAYOUT
def test_source_has_the_exact_header_and_as_many_rows_as_its_truth(layout: Layout, folder: Path) -> None:
    rows = rows_of(layout, folder)
    truth = read_truth(folder / layout.file)
    assert rows[truth.header_row - 1] == layout.headers
    assert [column.header for column in truth.columns] == layout.headers
    assert len(rows) - truth.header_row == len(truth.rows) == 300


@LAYOUT
def test_every_damaged_cell_stands_in_the_file_as_the_truth_says(layout: Layout, folder: Path) -> None:
    rows = rows_of(layout, folder)
    truth = read_truth(folder / layout.file)
    place = {key: column.position for column in truth.columns for key in column.fields}
    for row in truth.rows:
        for cell in row.cells:
            assert cell.written in rows[row.row - 1][place[cell.field]], (row.row, cell)


@LAYOUT
def test_the_same_seed_gives_the_same_bytes(layout: Layout, folder: Path, tmp_path: Path) -> None:
    write_source(layout, tmp_path)
    assert (tmp_path / layout.file).read_bytes() == (folder / layout.file).read_bytes()


def all_truths(folder: Path) -> list[Truth]:
    return [read_truth(folder / name) for name in (*(x.file for x in LAYOUTS), *(b.layout.file for b in WORKBOOKS))]


def test_truth_speaks_of_known_fields_and_known_codes(folder: Path) -> None:
    codes = {str(code) for code in Code}
    for truth in all_truths(folder):
        for row in truth.rows:
            assert set(row.true) <= set(FIELDS)
            assert set(row.codes) <= codes
            assert all(cell.field in row.true and set(cell.codes) <= codes for cell in row.cells)


def test_every_kind_of_damage_is_somewhere(folder: Path) -> None:
    done = Counter[str]()
    for truth in all_truths(folder):
        done.update(truth.counts())
    assert {damage.name for damage in EXCEL_DAMAGES} | {"either_order", "no_country"} == set(done)
    assert min(done.values()) >= 3


@LAYOUT
def test_relations_point_both_ways(layout: Layout, folder: Path) -> None:
    """A duplicate has the true values of the row it repeats; a twin differs in its first name alone."""
    truth = read_truth(folder / layout.file)
    by_row = {row.row: row for row in truth.rows}
    kinds = Counter[str]()
    for row in truth.rows:
        if row.duplicate_of:
            kinds["duplicate"] += 1
            assert row.duplicate_of < row.row
            assert row.true["last_name"] == by_row[row.duplicate_of].true["last_name"]
        if row.twin_of:
            kinds["twin"] += 1
            twin = by_row[row.twin_of]
            assert row.true["first_name"] != twin.true["first_name"]
            assert row.true["last_name"] == twin.true["last_name"]
            assert row.true.get("birth_date") == twin.true.get("birth_date")
        assert all(row.row in by_row[other].family for other in row.family)
    assert kinds == {"duplicate": 15, "twin": 15}


def test_workbooks_hold_what_excel_does(folder: Path) -> None:
    """Phones and postcodes without their zero are numbers, dates are dates, texts or numbers, errors are errors."""
    truth = read_truth(folder / BOUTIQUE.file)
    rows = CalamineWorkbook.from_path(str(folder / BOUTIQUE.file)).get_sheet_by_index(0).to_python()
    assert rows[0] == BOUTIQUE.headers
    place = {key: BOUTIQUE.headers.index(header) for header, key in BOUTIQUE.columns.items()}
    kinds = Counter[str]()
    for row in truth.rows:
        for cell in row.cells:
            value = rows[row.row - 1][place[cell.field]]
            if cell.damage in ("postcode_zero_lost", "serial_number", "card_15_figures"):
                assert isinstance(value, float)
                assert str(int(value)) == cell.written
            elif cell.damage == "error_cell":
                assert value == ""  # this reader shows errors as blank: ours may not
            kinds[cell.damage] += 1
    assert {"phone_zero_lost", "postcode_zero_lost", "serial_number", "card_15_figures", "error_cell"} <= set(kinds)
    assert {type(row[place["birth_date"]]).__name__ for row in rows[1:]} == {"date", "str", "float"}


def test_the_old_workbook_has_its_truth() -> None:
    path = Path(__file__).parent / "corpus" / "files" / "boutique_60.xls"
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    truth = read_truth(path)
    assert rows[0] == BOUTIQUE.headers
    assert len(rows) - 1 == len(truth.rows) == 60


def test_committed_demo_files_are_the_generated_ones(tmp_path: Path) -> None:
    """`core/demo` holds what the generator writes: bytes for the text, cells for the workbook."""
    outlook, shop = write_demo(tmp_path)
    demo = REPOSITORY / "core" / "demo"
    assert (demo / outlook.file).read_bytes() == (tmp_path / outlook.file).read_bytes()
    tables = [CalamineWorkbook.from_path(str(f / shop.file)).get_sheet_by_index(0) for f in (demo, tmp_path)]
    assert tables[0].to_python() == tables[1].to_python()
    assert Counter(bool(row.cells) for row in outlook.rows) == {False: 193, True: 107}


def test_cards_are_those_of_the_sandbox_and_unknown_ones_in_turn() -> None:
    from datetime import date

    known = made_up_cards(date(2026, 2, 3))
    assert all(card in known for card in KNOWN_CARDS)
    assert sum(card in known for card in CARDS) == len(KNOWN_CARDS)
    assert [card in known for card in CARDS[:4]] == [True, False, True, False]


def test_nobody_is_a_duplicate_by_accident() -> None:
    records = [record for record in make_records(300, 1, CARDS) if record.duplicate_of is None]
    for key in ("email", "mobile", "account_number", "loyalty_card"):
        values = [record.person[key] for record in records if record.person[key]]
        assert len(values) == len(set(values)), key


EXAMPLE = {"country": "FR", "account_number": "C00001", "city": "Bourg-en-Bresse"}
DAMAGED = [
    ("mojibake", "last_name", "Lefèvre", "Lefèvre", "LefÃ¨vre"),
    ("upper", "last_name", "d'Ormesson", "d'Ormesson", "D'ORMESSON"),
    ("upper_without_accents", "last_name", "Crève-Cœur", "Crève-Cœur", "CREVE-COEUR"),
    ("question_marks", "first_name", "Élodie", "Élodie", "\ufffdlodie"),
    ("double_space", "last_name", "Le Goff", "Le Goff", "Le  Goff"),
    ("postcode_zero_lost", "postcode", "01000", "01000", "1000"),
    ("postcode_cut", "postcode", "75011", "75011", "7501"),
    ("postcode_cut", "postcode", "01000", "01000", None),
    ("phone_letter", "mobile", "06 12 34 56 78", "+33612345678", "O6 12 34 56 78"),
    ("phone_cut", "mobile", "06 12 34 56 78", "+33612345678", "06123456"),
    ("double_dot", "email", "zoe.petit@example.fr", "zoe.petit@example.fr", "zoe..petit@example.fr"),
    ("card_rounded", "loyalty_card", "433801000017", "433801000017", "4,33801E+11"),
    ("card_15_figures", "loyalty_card", "4970100000000105", "4970100000000105", "4970100000000100"),
    ("serial_number", "birth_date", "29/02/1980", "1980-02-29", "29280"),
]


@pytest.mark.parametrize(("name", "key", "written", "true", "expected"), DAMAGED)
def test_damage(name: str, key: str, written: str, true: str, expected: str | None) -> None:
    from random import Random

    damage = next(d for d in EXCEL_DAMAGES if d.name == name)
    assert damage.apply(Cell(key, written, true, EXAMPLE), Random(1)) == expected


def test_a_slip_knows_what_was_meant() -> None:
    slip = next(d for d in DAMAGES if d.name == "domain_slip")
    assert slip.meant is not None
    assert {slip.meant(f"a@{domain}") for domain in SLIPS} == {f"a@{domain}" for domain in SLIPS.values()}
    assert same("email", "A@example.fr", "a@example.fr")
    assert not same("last_name", "Petit", "petit")


def test_myob_variant_starts_with_braces(folder: Path) -> None:
    assert (folder / "myob_braces.txt").read_bytes().startswith(b"{}\r\nCo./Last Name\tFirst Name\t")
    assert MYOB.headers.count("Postcode") == 5
    assert OUTLOOK_FR.headers.count("Titre") == 2


def test_hostile_files_are_written_and_each_says_its_outcome(tmp_path: Path) -> None:
    written = write_hostile(tmp_path)
    assert len(written) == sum(not case.heavy for case in HOSTILE)
    assert len({case.name for case in HOSTILE}) == len(HOSTILE)
    assert all(path.exists() and (case.reads_as or case.refused_as) for case, path in written)
    assert all(len(set(map(len, case.reads_as))) == 1 for case in HOSTILE if case.reads_as)


def test_sound_hostile_files_hold_the_table(tmp_path: Path) -> None:
    """An independent reader finds the plain table in every workbook that is merely odd."""
    for name in ("inline_strings.xlsx", "strict.xlsx", "odd_path.xlsx", "without_references.xlsx", "ancien.xls"):
        case = by_name(name)
        case.write(tmp_path / name)
        rows = CalamineWorkbook.from_path(str(tmp_path / name)).get_sheet_by_index(0).to_python()
        assert tuple(map(tuple, rows)) == TABLE, name


def test_bombs_are_bombs(tmp_path: Path) -> None:
    """The zip bomb unfolds to a gigabyte, the lying one to more than it says, the entity names a real file."""
    for name in ("bombe_zip.xlsx", "bombe_menteuse.xlsx", "entite_externe.xlsx"):
        by_name(name).write(tmp_path / name)
    with zipfile.ZipFile(tmp_path / "bombe_zip.xlsx") as package:
        assert package.getinfo("xl/worksheets/sheet1.xml").file_size > 1 << 30
    assert (tmp_path / "bombe_zip.xlsx").stat().st_size < 10 << 20
    with zipfile.ZipFile(tmp_path / "bombe_menteuse.xlsx") as package:
        assert package.getinfo("xl/worksheets/sheet1.xml").file_size == 100
    with zipfile.ZipFile(tmp_path / "entite_externe.xlsx") as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    leak = tmp_path / "entite_externe.secret.txt"
    assert leak.as_uri() in sheet
    assert leak.read_text(encoding="utf-8") == SECRET


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_matrix_decodes_with_its_own_encoding_alone(encoding: str, tmp_path: Path) -> None:
    case = by_name(f"{encoding}_semicolon.csv")
    case.write(tmp_path / case.name)
    text = (tmp_path / case.name).read_bytes().decode(encoding).removeprefix("\ufeff")
    assert tuple(map(tuple, csv.reader(io.StringIO(text, newline=""), delimiter=";"))) == case.reads_as


def test_big_files_hold_the_same_rows_with_one_fault_in_twelve(tmp_path: Path) -> None:
    columns = big_columns("cloud-pos")
    assert len(columns) == 25
    write_big_xlsx(tmp_path / "big.xlsx", columns, 600)
    write_big_csv(tmp_path / "big.csv", columns, 600)
    sheet = CalamineWorkbook.from_path(str(tmp_path / "big.xlsx")).get_sheet_by_index(0).to_python()
    text = (tmp_path / "big.csv").read_text(encoding="utf-8-sig")
    table = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert sheet[0] == table[0] == [field.header for field in columns]
    assert sheet[1:] == list(big_rows(columns, 600))
    assert len(table) == 601
    assert len(faulty_rows(columns, 600)) == 50
    assert set(faulty_rows(columns, 600).values()) <= {field.key for field in columns}
