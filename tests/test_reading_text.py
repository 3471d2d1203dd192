"""Text files: encoding and separator are told from the file, or asked for; never a silent mojibake."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import InputError
from core.i18n import tr
from core.tables import Table
from core.workbooks import list_sheets, read_table

ROW = "Lefèvre;Zoé;Crève-Cœur\r\n"
HEADER = "Nom;Prénom;Ville\r\n"


def read(path: Path, content: str | bytes, **how: str) -> Table:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(path, **how)  # type: ignore[arg-type]


def refused(path: Path, content: str | bytes, **how: str) -> InputError:
    with pytest.raises(InputError) as caught:
        read(path, content, **how)
    for lang in ("fr", "en"):
        assert tr(caught.value.key, lang, **caught.value.params)
    return caught.value


def read_or_ask(path: Path, encoding: str) -> Table:
    """Read a file; where Carnet asks for the encoding, and only then, say it."""
    try:
        return read_table(path)
    except InputError as error:
        if error.key != "errors.encoding_unsure":
            raise
        return read_table(path, encoding=encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac-roman"])
def test_an_encoding_is_told(tmp_path: Path, encoding: str) -> None:
    table = read(tmp_path / "a.csv", (HEADER + ROW).encode(encoding))
    assert table.headers == ["Nom", "Prénom", "Ville"]
    assert [column[0] for column in table.columns] == ["Lefèvre", "Zoé", "Crève-Cœur"]
    assert (table.sheet, list_sheets(tmp_path / "a.csv")) == ("a", ["a"])


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp850", "Nom;Prénom\r\nLefèvre;Zoé\r\n"),
        ("cp1252", "NOM;PRÉNOM\r\nLEFÈVRE;ZOÉ\r\n"),
        ("cp1252", "Nom;Solde\r\nPetit;12 €\r\nD’Ormesson;1 €\r\n"),
        ("mac-roman", "NOM;PRÉNOM\r\nLEFÈVRE;ZOÉ\r\n"),
        ("cp1252", "Nom;Ville\r\nMüller;Köln\r\nNuñez;Málaga\r\n"),
        ("iso8859-15", "Nom;Ville\r\nLefèvre;Crève-Cœur\r\nZoé;Sœur\r\n"),
    ],
)
def test_a_word_is_enough_when_it_makes_sense_in_one_encoding(tmp_path: Path, encoding: str, text: str) -> None:
    """Where it is not, the user is asked: never another reading."""
    expected = [line.split(";") for line in text.splitlines()]
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    table = read_or_ask(tmp_path / "a.csv", encoding)
    assert [table.headers, *map(list, zip(*table.columns, strict=True))] == expected


@pytest.mark.parametrize(("encoding", "text"), [("cp1250", "Łódź;Kraków ŁŚŹ\r\n"), ("cp1251", "Москва;Анна\r\n")])
def test_an_encoding_that_makes_no_sense_is_asked_for(tmp_path: Path, encoding: str, text: str) -> None:
    error = refused(tmp_path / "a.csv", b"Nom;Ville\r\n" + text.encode(encoding))
    assert error.key == "errors.encoding_unsure"
    assert "--encoding" in str(error)
    table = read_table(tmp_path / "a.csv", encoding=encoding)
    assert [column[0] for column in table.columns] == text.strip().split(";")


def test_a_wrong_encoding_given_is_refused(tmp_path: Path) -> None:
    for encoding in ("utf-8", "klingon"):
        assert (
            refused(tmp_path / "a.csv", (HEADER + ROW).encode("cp1252"), encoding=encoding).key
            == "errors.encoding_wrong"
        )


def test_two_encodings_in_one_file_are_refused_with_the_row(tmp_path: Path) -> None:
    error = refused(tmp_path / "a.csv", (HEADER + ROW).encode() + ROW.encode("cp1252"))
    assert (error.key, error.params["row"]) == ("errors.encoding_mixed", "3")


def test_a_few_cells_broken_long_ago_do_not_change_the_encoding_of_the_file(tmp_path):
    """An export whose old till had already broken an accent is read in its own encoding; the check says the rest."""
    path = tmp_path / "a.csv"
    rows = ["Nom;Ville", *[f"Léger {n};Évreux" for n in range(9)], "Léger 10;Ã‰vreux", "LÃ©ger;Lyon"]
    path.write_bytes("\r\n".join(rows).encode("cp1252"))
    table = read_table(path)
    assert table.columns[0][-3:] == ["Léger 8", "Léger 10", "LÃ©ger"]
    assert table.columns[1][-2:] == ["Ã‰vreux", "Lyon"]


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("a;b\n1,5;2\n3,7;4\n", ["a", "b"]),
        ("a,b\n1;2,3\n4;5,6\n", ["a", "b"]),
        ("a\tb,c\td\n1\t2\t3\n", ["a", "b,c", "d"]),
        ("a|b\n1|2\n", ["a", "b"]),
        ('a;b\n"x;y";"1\n2"\n', ["a", "b"]),
        ("sep=,\r\na,b;c\r\n1,2;3\r\n", ["a", "b;c"]),
    ],
)
def test_a_separator_is_told(tmp_path: Path, text: str, headers: list[str]) -> None:
    assert read(tmp_path / "a.csv", text).headers == headers


def test_a_separator_that_cannot_be_told_is_asked_for(tmp_path: Path) -> None:
    assert refused(tmp_path / "a.csv", "a;b,c\n1;2,3\n").key == "errors.separator_unsure"
    assert read_table(tmp_path / "a.csv", separator=",").headers == ["a;b", "c"]


def test_known_names_settle_a_separator(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Nom;Ville,Email\nPetit;Nantes,x\n")
    assert read_table(tmp_path / "a.csv", headers=["Nom", "Ville,Email"]).headers == ["Nom", "Ville,Email"]


def test_rows_are_numbered_as_excel_shows_them(tmp_path: Path) -> None:
    """A cell with line breaks is one row, an empty line counts, `sep=;` does not."""
    table = read(tmp_path / "a.csv", 'sep=;\r\nNom;Notes\r\nPetit;"un\r\ndeux"\r\n\r\nNa;trois\r\n')
    assert table.header_row == 1
    assert table.rows == [2, 4]
    assert table.columns == [["Petit", "Na"], ["un\r\ndeux", "trois"]]


def test_texts_stay_texts(tmp_path: Path) -> None:
    cells = ["0612345678", "+33", "NA", "=x", "1.0", "nan", "TRUE", "1E5", " a "]
    table = read(tmp_path / "a.csv", "Nom;Autre\n" + "".join(f"{cell};x\n" for cell in cells))
    assert table.columns[0] == cells


@pytest.mark.parametrize(
    ("text", "key", "row"),
    [
        ("a;b\n1;2\n1;2;3\n", "errors.row_too_wide", "3"),
        ('a;b\n"1;2\n3;4\n', "errors.unclosed_quote", "2"),
        ('a;b\n1;2\n"1"x;2\n', "errors.unclosed_quote", "3"),
        ("Nom;Ville\nPetit;Nantes\nNom;Ville\nNa;Paris\n", "errors.header_repeated", "3"),
    ],
)
def test_a_damaged_row_is_named(tmp_path: Path, text: str, key: str, row: str) -> None:
    error = refused(tmp_path / "a.csv", text)
    assert (error.key, error.params["row"]) == (key, row)


@pytest.mark.parametrize("text", ['"Nom, Prénom"\n"Roux, Zoé"\n', '"Nom;Ville"\n"Roux;Lyon"\n"Petit;Nice"\n'])
def test_lines_quoted_as_a_whole_are_said_to_be_one_column(tmp_path: Path, text: str) -> None:
    assert refused(tmp_path / "a.csv", text).key == "errors.one_column"


def test_one_column_of_a_known_name_is_a_table(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Email\nl@example.fr\nz@example.fr\n")
    table = read_table(tmp_path / "a.csv", headers=["email"])
    assert (table.headers, table.columns) == (["Email"], [["l@example.fr", "z@example.fr"]])
