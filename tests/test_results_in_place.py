"""Results go into the user's own workbook; everything else stays byte for byte."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
import xlsxwriter

from core.errors import InputError, folder_refused
from core.i18n import tr
from core.tables import Result
from core.workbooks import clear_results, read_table, write_results
from tests.corpus.hostile import by_name
from tests.result_parts import HEADERS, PEOPLE, parts_of, replace_parts, results_for, rich_workbook

CHANGED = {"xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return rich_workbook(tmp_path / "clients.xlsx")


def written(path: Path, lang: str = "fr", **texts: str) -> Path:
    table = read_table(path)
    return write_results(path, table, results_for(table, **texts), lang)


def test_only_three_parts_change_and_the_order_of_parts_stays(book: Path) -> None:
    before = parts_of(book)
    assert written(book) == book
    after = parts_of(book)
    assert list(after) == list(before)
    assert {name for name in before if before[name] != after[name]} == CHANGED


@pytest.mark.parametrize("more", [(), HEADERS])
def test_results_are_taken_out_wherever_the_header_is(tmp_path: Path, more: tuple[str, ...] | list[str]) -> None:
    """Under a title that looks like a header, on a sheet that is not the first, a header said again among the rows."""
    path = tmp_path / "clients.xlsx"
    book = openpyxl.Workbook()
    book.active.append(("Nom", "Prénom", "Mobile", "Courriel"))
    sheet = book.create_sheet("Lyon")
    for row in (("Boutique du Port", "Fichier clients", "Lyon"), (), HEADERS, *PEOPLE, more):
        sheet.append(row)
    book.save(path)
    table = read_table(path, sheet="Lyon", headers=HEADERS, headers_again=True)
    assert table.header_row == 3
    write_results(path, table, results_for(table), "fr")
    assert clear_results(path)
    assert [cell.value for cell in openpyxl.load_workbook(path)["Lyon"][3]] == list(HEADERS)
    assert not clear_results(path)


def test_styles_keep_their_numbers(book: Path) -> None:
    """Every cell style and conditional format that was there is still there, at its number."""
    before = ElementTree.fromstring(parts_of(book)["xl/styles.xml"])
    written(book)
    after = ElementTree.fromstring(parts_of(book)["xl/styles.xml"])
    for section in ("fonts", "fills", "borders", "cellXfs", "dxfs"):
        old = [ElementTree.tostring(e) for e in before.iterfind(f"{{*}}{section}/*")]
        new = [ElementTree.tostring(e) for e in after.iterfind(f"{{*}}{section}/*")]
        assert new[: len(old)] == old
        assert after.find(f"{{*}}{section}").get("count") == str(len(new))  # type: ignore[union-attr]


def test_the_sheet_outside_the_result_columns_stays(book: Path) -> None:
    """Another reader finds the same cells, filter, print area, rules, notes and widths as before."""
    before = openpyxl.load_workbook(book).worksheets[0]
    written(book)
    after = openpyxl.load_workbook(book).worksheets[0]
    for row in range(1, before.max_row + 1):
        for column in range(1, len(HEADERS) + 1):
            old, new = before.cell(row, column), after.cell(row, column)
            assert (old.value, old.data_type, old.number_format, old.fill.fgColor.rgb) == (
                new.value,
                new.data_type,
                new.number_format,
                new.fill.fgColor.rgb,
            )
    assert (before.auto_filter.ref, after.auto_filter.ref) == ("A3:F7", "A3:K7"), (
        "sorting moves each result with its row"
    )
    assert after.print_area == before.print_area
    assert after.freeze_panes == before.freeze_panes
    assert after["A4"].comment.text == before["A4"].comment.text  # type: ignore[union-attr]
    assert [d.sqref for d in before.data_validations.dataValidation] == [
        d.sqref for d in after.data_validations.dataValidation if not (d.promptTitle or "").startswith("Carnet")
    ]
    assert [str(r.sqref) for r in before.conditional_formatting] == ["A4:A7"]
    assert "A4:A7" in [str(r.sqref) for r in after.conditional_formatting]
    assert {k: v.width for k, v in after.column_dimensions.items()}["A"] == before.column_dimensions["A"].width


ORDER = (
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetProtection autoFilter customSheetViews mergeCells "
    "conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter drawing "
    "legacyDrawing tableParts extLst"
)
VIEW = (
    b'<customSheetViews><customSheetView guid="{00000000-0000-0000-0000-000000000001}">'
    b'<pageMargins left="1" right="1" top="1" bottom="1" header="0" footer="0"/></customSheetView></customSheetViews>'
)


def test_our_rules_stay_out_of_the_elements_of_others(tmp_path: Path) -> None:
    """A data bar has an extLst of its own, a custom view its own margins: ours go beside them, in Excel's order."""
    path = tmp_path / "clients.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("Clients")
        sheet.write_row(0, 0, HEADERS)
        for row, person in enumerate(PEOPLE, 1):
            sheet.write_row(row, 0, person)
        sheet.conditional_format("C2:C9", {"type": "data_bar", "data_bar_2010": True})
    put = {"xl/worksheets/sheet1.xml": parts_of(path)["xl/worksheets/sheet1.xml"]}
    put["xl/worksheets/sheet1.xml"] = put["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", b"</sheetData>" + VIEW)
    replace_parts(path, put)
    for _ in range(2):
        written(path)
        root = ElementTree.fromstring(parts_of(path)["xl/worksheets/sheet1.xml"])
        names = [child.tag.rpartition("}")[2] for child in root]
        assert names == sorted(names, key=ORDER.split().index)
        assert names.count("conditionalFormatting") == 6
        assert len(root.findall(".//{*}conditionalFormatting")) == 7  # with the one in the data bar's own extension
    clear_results(path)
    assert VIEW in parts_of(path)["xl/worksheets/sheet1.xml"]
    assert b'type="dataBar" priority="1"' in parts_of(path)["xl/worksheets/sheet1.xml"]


def test_a_text_that_could_pass_for_rows_is_not_written_around(book: Path) -> None:
    """No program that staff use writes CDATA: saving the file again in Excel does away with it."""
    name = "xl/worksheets/sheet1.xml"
    cell = b'<c r="Z4" t="inlineStr"><is><t><![CDATA[a</row>b]]></t></is></c></row>'
    replace_parts(book, {name: parts_of(book)[name].replace(b"</row>", cell, 1)})
    before = book.read_bytes()
    table = read_table(book)
    with pytest.raises(InputError) as refused:
        write_results(book, table, results_for(table), "fr")
    assert (refused.value.key, book.read_bytes()) == ("errors.damaged", before)


def test_results_read_back_beside_their_rows(book: Path) -> None:
    table = read_table(book)
    results = results_for(table)
    write_results(book, table, results, "fr")
    again = read_table(book)
    assert again.headers == list(HEADERS)
    assert "hidden_columns" not in again.facts
    assert again.rows == table.rows == [4, 5, 6, 7]
    assert again.columns == table.columns
    assert again.result_positions == {result: 7 + n for n, result in enumerate(Result)}
    assert again.results == {r: [text or None for text in texts] for r, texts in results.items()}


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_headers_are_in_the_language_asked_for(book: Path, lang: str) -> None:
    written(book, lang)
    sheet = openpyxl.load_workbook(book).worksheets[0]
    expected = {
        "fr": ["Statut", "Message", "Décision", "Client existant", "Cellules en cause"],
        "en": ["Status", "Message", "Decision", "Existing customer", "Cells at fault"],
    }
    assert [sheet.cell(3, column).value for column in range(7, 12)] == expected[lang]
    assert sheet.column_dimensions["K"].hidden
    assert not sheet.column_dimensions["J"].hidden


def test_checking_again_replaces_the_results(book: Path) -> None:
    """The file neither grows nor keeps a word of the first check, whatever the language of the second."""
    written(book, message="premier")
    size = book.stat().st_size
    first = parts_of(book)
    written(book, message="second!")
    assert parts_of(book).keys() == first.keys()
    assert abs(book.stat().st_size - size) < 20
    sheet = parts_of(book)["xl/worksheets/sheet1.xml"].decode()
    assert "premier" not in sheet
    assert sheet.count("second!") == 1
    for element in ("<cfRule", "<dataValidation ", "<col "):
        assert sheet.count(element) == first["xl/worksheets/sheet1.xml"].decode().count(element)
    assert parts_of(book)["xl/styles.xml"] == first["xl/styles.xml"]
    written(book, "en", message="third")
    assert read_table(book).headers == list(HEADERS)


def test_clearing_gives_the_sheet_back(book: Path) -> None:
    before = openpyxl.load_workbook(book).worksheets[0]
    written(book, message="une ligne\nune autre\nencore une")
    clear_results(book)
    after = openpyxl.load_workbook(book)
    assert after.worksheets[0].max_column == before.max_column
    assert len(after.worksheets[0].conditional_formatting) == len(before.conditional_formatting)
    assert "_carnet_results" not in after.worksheets[0].defined_names
    assert after.worksheets[0].row_dimensions[5].height == before.row_dimensions[5].height
    assert read_table(book).result_positions == {}


@pytest.mark.parametrize(
    "payload",
    ["=1+1", "+33612345678", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x.example")', "\t=1", "'=1"],
)
def test_a_result_is_never_a_formula(book: Path, payload: str) -> None:
    """What begins like a formula, in the user's data or quoted in a message, is text in a text cell."""
    written(book, message=payload)
    sheet = parts_of(book)["xl/worksheets/sheet1.xml"].decode()
    assert "<f>" not in sheet
    assert "<f " not in sheet
    cell = openpyxl.load_workbook(book).worksheets[0]["H5"]
    assert cell.data_type == "s"
    assert cell.value == payload
    assert read_table(book).results[Result.MESSAGE][1] == payload


@pytest.mark.parametrize("text", ["a\x07b", "_x000D_", "a\ud800b", "<&>\"'", "é" * 40_000, "deux\nlignes", "]]>"])
def test_any_text_gives_a_sound_sheet(book: Path, text: str) -> None:
    written(book, message=text)
    ElementTree.fromstring(parts_of(book)["xl/worksheets/sheet1.xml"])
    read = read_table(book).results[Result.MESSAGE][1]
    assert isinstance(read, str)
    assert read[:3] == text.replace("\ud800", "?")[:3]
    assert len(read) <= 32_767


def test_cells_at_the_right_of_the_results_stay(book: Path) -> None:
    """A user who writes at the right of the results finds it there after the next check."""
    written(book)
    workbook = openpyxl.load_workbook(book)
    workbook.worksheets[0]["M5"] = "à moi"
    workbook.save(book)
    written(book, message="nouveau")
    sheet = openpyxl.load_workbook(book).worksheets[0]
    assert sheet["M5"].value == "à moi"
    assert sheet["H5"].value == "nouveau"
    row = parts_of(book)["xl/worksheets/sheet1.xml"].decode().split('<row r="5"')[1].split("</row>")[0]
    assert row.index('r="H5"') < row.index('r="K5"') < row.index('r="M5"')


def test_a_column_deleted_or_inserted_among_the_results_is_no_trap(book: Path) -> None:
    """The block is made whole again at the right; a user's own column stays with its values."""
    written(book)
    workbook = openpyxl.load_workbook(book)
    sheet = workbook.worksheets[0]
    sheet["I3"], sheet["I5"] = "Ma colonne", "gardée"
    workbook.save(book)
    written(book, message="nouveau")
    table = read_table(book)
    assert table.headers == [*HEADERS, "Ma colonne"]
    assert table.columns[-1] == [None, "gardée", None, None]
    assert table.results[Result.MESSAGE][1] == "nouveau"
    assert len(table.result_positions) == 5


def test_a_column_of_the_user_called_message_is_theirs(tmp_path: Path) -> None:
    path = tmp_path / "message.xlsx"
    workbook = openpyxl.Workbook()
    workbook.active.append(["Nom", "Statut", "Message"])  # type: ignore[union-attr]
    workbook.active.append(["Petit", "VIP", "Joyeux Noël"])  # type: ignore[union-attr]
    workbook.save(path)
    written(path)
    table = read_table(path)
    assert table.headers == ["Nom", "Statut", "Message"]
    assert table.columns == [["Petit"], ["VIP"], ["Joyeux Noël"]]


@pytest.mark.parametrize(
    "name",
    ["inline_strings.xlsx", "strict.xlsx", "odd_path.xlsx", "prefixed.xlsx", "without_references.xlsx", "macros.xlsm",
     "lying_dimension.xlsx", "ghost_cells.xlsx", "rich_text.xlsx", "title_block.xlsx", "protected.xlsx"],
)  # fmt: skip
def test_odd_packages_take_results_too(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    by_name(name).write(path)
    before = read_table(path)
    written(path)
    after = read_table(path)
    assert (after.headers, after.rows, after.columns) == (before.headers, before.rows, before.columns)
    assert after.results[Result.CUSTOMER][:2] == [None, "1204"]


def test_a_link_stays_a_link_and_permissions_stay(book: Path, tmp_path: Path) -> None:
    book.chmod(0o640)
    link = tmp_path / "lien.xlsx"
    link.symlink_to(book)
    written(link)
    assert link.is_symlink()
    assert stat.S_IMODE(book.stat().st_mode) == 0o640
    assert read_table(book).result_positions


def excel_lock(name: str) -> bytes:
    """Return a mark as Excel leaves it: a length and the name padded to 54 bytes, then the same in UTF-16."""
    wide = name.ljust(54).encode("utf-16-le")
    return bytes([len(name)]) + name.ljust(54).encode("cp1252") + bytes([len(name), 0]) + wide


@pytest.mark.parametrize(
    ("lock", "content", "who"),
    [
        ("~$clients.xlsx", excel_lock("Zoé LEFÈVRE"), "Zoé LEFÈVRE"),
        ("~$clients.xlsx", b"", ""),
        ("~$clients.xlsx", b"x", ""),
        (".~lock.clients.xlsx#", "Zoé\\, caisse 2,zoe,POSTE-2,21.11.2026;".encode(), "Zoé, caisse 2"),
        (".~lock.clients.xlsx#", b",zoe,POSTE-2,21.11.2026 09:12,file:///home/zoe;", "zoe"),
        (".~lock.clients.xlsx#", b"", ""),
    ],
)
def test_a_workbook_that_is_open_is_left_alone(book: Path, lock: str, content: bytes, who: str) -> None:
    """Whoever has it open is named when the mark beside it names somebody."""
    before = book.read_bytes()
    (book.parent / lock).write_bytes(content)
    with pytest.raises(InputError) as caught:
        written(book)
    assert caught.value.key == ("errors.file_locked_by" if who else "errors.file_locked")
    said = tr(caught.value.key, "fr", **caught.value.params).replace("\u00a0", " ")
    assert f"est ouvert par {who}." in said if who else "est ouvert dans un autre programme." in said
    assert book.read_bytes() == before
    assert sorted(os.listdir(book.parent)) == sorted([book.name, lock])


def test_a_workbook_that_changed_since_it_was_read_is_left_alone(book: Path) -> None:
    table = read_table(book)
    rich_workbook(book, title_rows=0)
    before = book.read_bytes()
    with pytest.raises(InputError) as caught:
        write_results(book, table, results_for(table), "fr")
    assert caught.value.key == "errors.file_changed"
    assert book.read_bytes() == before


def test_a_full_disk_leaves_the_workbook_as_it_was(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = book.read_bytes()
    table = read_table(book)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError) as caught:
        write_results(book, table, results_for(table), "fr")
    assert caught.value.key == "errors.folder_refused"
    assert folder_refused(Path(), OSError()).params["folder"] == str(Path.cwd())
    assert book.read_bytes() == before
    assert os.listdir(book.parent) == [book.name]


def test_rows_grow_with_their_message_and_shrink_again(book: Path) -> None:
    """A row without a height of its own gets one that shows all lines; the next check gives it back."""
    written(book, message="une\ndeux\ntrois")
    assert openpyxl.load_workbook(book).worksheets[0].row_dimensions[5].height == pytest.approx(45)
    written(book, message="une")
    assert openpyxl.load_workbook(book).worksheets[0].row_dimensions[5].height is None


def test_the_people_are_who_they_were(book: Path) -> None:
    written(book)
    table = read_table(book)
    assert list(zip(*table.columns[:5], strict=True)) == [tuple(cell or None for cell in row) for row in PEOPLE]
