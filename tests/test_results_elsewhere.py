"""Results beside files that cannot hold them, and results that another program has saved."""

from __future__ import annotations

import csv
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from core.i18n import LANGUAGES, tr
from core.tables import CellError, Result
from core.workbooks import read_table, write_results, write_table, write_text
from core.workbooks.rules import Place, paints
from tests.corpus.hostile import TABLE, by_name
from tests.parts import require
from tests.result_parts import HEADERS, parts_of, results_for, rich_workbook


def saved_by_libreoffice(path: Path, folder: Path, kind: str = "xlsx") -> Path:
    """Return the same workbook, opened and saved by LibreOffice."""
    require("libreoffice")
    folder.mkdir()
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / f"{path.stem}.{kind}"


def test_results_survive_libreoffice_and_are_replaced_after_it(tmp_path: Path) -> None:
    """The hidden name, the rules and the hints come back from another program and are still known as ours."""
    path = rich_workbook(tmp_path / "clients.xlsx")
    table = read_table(path)
    write_results(path, table, results_for(table), "fr")
    saved = saved_by_libreoffice(path, tmp_path / "lo")
    again = read_table(saved)
    assert again.headers == list(HEADERS)
    assert again.results[Result.FIELDS] == [None, ";E;~C~", None, None]
    rules = parts_of(saved)["xl/worksheets/sheet1.xml"].count(b"<cfRule")
    write_results(saved, again, results_for(again, message="nouveau"), "fr")
    sheet = parts_of(saved)["xl/worksheets/sheet1.xml"]
    assert sheet.count(b"<cfRule") == rules
    assert sheet.count(b'promptTitle="Carnet') == 2
    assert read_table(saved).results[Result.MESSAGE][1] == "nouveau"


COLOUR_OF = {
    "red": ("error", "refused", "dry_refused"),
    "amber": ("review", "to_check", "not_reached", "dry_not_reached"),
    "green": ("ready", "created", "updated", "unchanged", "dry_created", "dry_updated", "dry_unchanged"),
}


def test_every_status_has_its_colour_in_a_spreadsheet(tmp_path: Path) -> None:
    """A check's, a push's and a dry run's statuses are painted in both languages, practice or not; no other word is."""
    expected: dict[str, str] = {"Bonjour": "", "à": "", "prêt : bonne": ""}
    for lang in LANGUAGES:
        for colour, keys in COLOUR_OF.items():
            said = [tr(f"results.{key}", lang) for key in keys]
            expected |= dict.fromkeys([*said, *(tr("practice.status", lang, said=word) for word in said)], colour)
    book = openpyxl.Workbook()
    place = Place(1, len(expected) + 1, 2, 2, dict.fromkeys(Result, 1))
    painted = [p for p in paints(place) if p.cells == place.below(Result.STATUS)]
    for row, word in enumerate(["Statut", *expected], 1):
        book.active.append([word, *(f"={p.formula}" if row > 1 else p.colour for p in painted)])  # type: ignore[union-attr]
    book.save(tmp_path / "statuts.xlsx")
    text = saved_by_libreoffice(tmp_path / "statuts.xlsx", tmp_path / "lo", "csv").read_text("cp1252")
    (_, *colours), *rows = csv.reader(text.splitlines())
    found = {
        word: "+".join(c for c, holds in zip(colours, cells, strict=True) if holds == "TRUE") for word, *cells in rows
    }
    assert found == expected


def test_a_colours_rule_fits_into_a_defined_name() -> None:
    """The add-in keeps each formula in a name, which takes 255 characters from a macro, the sheet's name included."""
    place = Place(1, 1_048_576, 16_000, 16_379, {r: 16_380 + n for n, r in enumerate(Result)})
    assert max(len(p.formula) for p in paints(place, f"'{'é' * 31}'!")) < 255


@pytest.mark.parametrize("name", ["cp1252_semicolon.csv", "ancien.xls", "ragged.csv", "myob_braces.txt"])
def test_a_file_that_cannot_hold_results_gets_a_workbook_beside_it(tmp_path: Path, name: str) -> None:
    """The original stays byte for byte; cells keep their rows and columns, texts stay texts."""
    path = tmp_path / name
    by_name(name).write(path)
    before = path.read_bytes()
    table = read_table(path)
    written = write_results(path, table, results_for(table), "fr")
    assert written == tmp_path / f"{path.stem}.carnet.xlsx"
    assert path.read_bytes() == before
    beside = read_table(written)
    assert (beside.headers, beside.rows, beside.positions) == (table.headers, table.rows, table.positions)
    assert beside.columns == table.columns
    assert beside.results[Result.STATUS][1] == "Erreur"


def test_a_workbook_beside_that_somebody_corrected_is_kept(tmp_path: Path) -> None:
    """Checking the text file again replaces our own workbook, and never one with somebody's corrections in it."""
    path = tmp_path / "clients.csv"
    by_name("utf-8_semicolon.csv").write(path)

    def check() -> Path:
        table = read_table(path)
        return write_results(path, table, results_for(table), "fr")

    first = check()
    assert check() == first
    workbook = openpyxl.load_workbook(first)
    workbook.active["A2"] = "Corrigé"  # type: ignore[index]
    workbook.save(first)
    assert check() == tmp_path / "clients (2).carnet.xlsx"
    assert openpyxl.load_workbook(first).active["A2"].value == "Corrigé"  # type: ignore[index]


CELLS = [
    ["0612345678", "+33", "NA", "=1+1", "1.0", "", None],
    [42.0, 12.5, 1e15, True, False, CellError("#N/A"), date(1980, 2, 29)],
]


def test_a_plain_table_reads_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "plain.xlsx"
    write_table(path, ["Texte", "Autre"], CELLS, text_columns={"Texte"})
    table = read_table(path)
    assert table.columns == [[cell or None for cell in CELLS[0]], CELLS[1]]
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert [sheet.cell(row, 1).data_type for row in range(2, 7)] == ["s"] * 5
    assert sheet["A2"].number_format == "@"
    with zipfile.ZipFile(path) as package:
        assert b"<f" not in package.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(("encoding", "separator"), [("utf-8-sig", ";"), ("cp1252", ","), ("utf-16", "\t")])
def test_a_text_file_reads_back_as_it_was(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "plain.csv"
    columns = [list(column) for column in zip(*TABLE[1:], strict=True)]
    write_text(path, TABLE[0], columns, encoding=encoding, separator=separator)
    table = read_table(path)
    assert table.headers == list(TABLE[0])
    assert table.columns == [[cell or None for cell in column] for column in columns]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "zero_formats.xlsx",
            [["Na", "Petit"], ["Élodie", "Luc"], ["01000", "75001"], ["06 12 34 56 78", "01 45 00 00 02"]],
        ),
        ("numbers_1904.xlsx", [["Durand"], [42.0], [123456789012345.0], [12.5], [True], [date(1980, 2, 29)]]),
    ],
)
def test_an_old_workbook_reads_like_the_new_one(tmp_path: Path, name: str, expected: list[list[object]]) -> None:
    """An .xls keeps the zeros that its formats show, and its dates whatever their first day."""
    path = tmp_path / name
    by_name(name).write(path)
    table = read_table(saved_by_libreoffice(path, tmp_path / "lo", "xls"))
    assert table.columns[: len(expected)] == expected


def test_an_old_workbook_says_its_errors(tmp_path: Path) -> None:
    path = tmp_path / "erreurs.xlsx"
    write_table(path, ["Nom", "Solde"], [["Petit", "Luc"], [CellError("#N/A"), CellError("#DIV/0!")]])
    table = read_table(saved_by_libreoffice(path, tmp_path / "lo", "xls"))
    assert table.columns[1] == [CellError("#N/A"), CellError("#DIV/0!")]
