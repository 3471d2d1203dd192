"""Every odd but honest file of the corpus reads as its user sees it; what is odd is counted."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from core.tables import Cell, CellError, Table
from core.workbooks import read_table
from tests.corpus.hostile import HOSTILE, TABLE, HostileFile, by_name

HONEST = [case for case in HOSTILE if case.reads_as is not None and case.refused_as is None and not case.heavy]
FACTS = {
    "autofilter": "autofilter",
    "date_1904": "date_1904",
    "errors": "errors",
    "external_links": "external_links",
    "formulas": "formulas",
    "ghost_rows": "ghost_rows",
    "hidden_columns": "hidden_columns",
    "hidden_rows": "hidden_rows",
    "hidden_sheets": "hidden_sheets",
    "macros": "macros",
    "merged": "merged",
    "protected": "protected",
    "ragged": "ragged",
    "title_block": "title_rows",
}


def shown(cell: Cell) -> str:
    """Return a cell as the corpus writes it."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    if isinstance(cell, CellError):
        return cell.code
    return "" if cell is None else str(cell)


def as_rows(table: Table) -> tuple[tuple[str, ...], ...]:
    return (tuple(table.headers), *(tuple(map(shown, row)) for row in zip(*table.columns, strict=True)))


@pytest.mark.parametrize("case", HONEST, ids=lambda case: case.name)
def test_a_file_reads_as_its_user_sees_it(tmp_path: Path, case: HostileFile) -> None:
    case.write(tmp_path / case.name)
    table = read_table(tmp_path / case.name)
    assert as_rows(table) == case.reads_as
    found = {name for name, fact in FACTS.items() if table.facts.get(fact)}
    title = {"title_block"} if case.name == "myob_braces.txt" else set()  # its `{}` line stands above the header
    assert found == set(case.findings) & set(FACTS) | title


def test_merged_cells_are_read_and_counted(tmp_path: Path) -> None:
    by_name("merged.xlsx").write(tmp_path / "merged.xlsx")
    table = read_table(tmp_path / "merged.xlsx")
    assert as_rows(table) == by_name("merged.xlsx").reads_as
    assert table.facts["merged"] == 1


def test_row_numbers_and_columns_are_the_sheet_s_own(tmp_path: Path) -> None:
    by_name("title_block.xlsx").write(tmp_path / "title_block.xlsx")
    table = read_table(tmp_path / "title_block.xlsx")
    assert (table.header_row, table.rows, table.positions) == (4, [5, 6, 7], [1, 2, 3, 4, 5])
    assert table.facts["title_rows"] == 3


def test_errors_and_formulas_are_counted(tmp_path: Path) -> None:
    by_name("formulas.xlsx").write(tmp_path / "formulas.xlsx")
    table = read_table(tmp_path / "formulas.xlsx")
    assert (table.facts["formulas"], table.facts["errors"]) == (5, 3)
    assert table.columns[2][0] == CellError("#N/A")
    assert table.columns[4][2] == "moreau@example.fr"


def test_cells_have_their_own_types(tmp_path: Path) -> None:
    by_name("numbers.xlsx").write(tmp_path / "numbers.xlsx")
    (row,) = zip(*read_table(tmp_path / "numbers.xlsx").columns, strict=True)
    assert row == ("Durand", 42.0, 123456789012345.0, 12.5, True, date(1980, 2, 29))
    assert [type(cell) for cell in row] == [str, float, float, float, bool, date]


def test_a_moment_keeps_its_hour(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Nom", "Créé"])
    book.active.append(["Petit", datetime(2026, 2, 3, 14, 30)])
    book.save(tmp_path / "moment.xlsx")
    assert read_table(tmp_path / "moment.xlsx").columns[1] == [datetime(2026, 2, 3, 14, 30)]


@pytest.mark.parametrize("column", ["XFD", "Z"])
def test_a_stray_cell_in_the_last_row_costs_nothing(tmp_path: Path, column: str) -> None:
    """The table reads as it is, the stray cell too, at its own row."""
    from tests.corpus.raw_xlsx import inline_rows, sheet_of, text_cell, workbook_parts, write_parts

    stray = f'<row r="1048576">{text_cell(f"{column}1048576", "x")}</row>'
    write_parts(tmp_path / "stray.xlsx", workbook_parts(sheet_of(inline_rows(TABLE) + stray)))
    table = read_table(tmp_path / "stray.xlsx")
    assert table.headers == [*TABLE[0], ""]
    assert table.rows == [2, 3, 4, 1_048_576]
    assert table.positions[-1] == {"XFD": 16_384, "Z": 26}[column]
    assert [c[0] for c in table.columns] == ["Na", "Élodie", "01000", "0612345678", "elodie.na@example.fr", None]
    assert table.columns[-1][-1] == "x"
