"""Write a check's results into the user's own workbook, in place, and take them out again.

Only the sheet's part, the styles and the workbook's names are rewritten; every other part is copied as it is.
"""

from __future__ import annotations

from pathlib import Path

from core.errors import InputError
from core.results import ResultColumns
from core.tables import Cell, Result, Table
from core.workbooks.kinds import Kind, file_facts, kind_of
from core.workbooks.owned import NAME, result_headers
from core.workbooks.package import open_package
from core.workbooks.patch import Change, Patch
from core.workbooks.reading import read_table
from core.workbooks.result_cells import ResultCells
from core.workbooks.rules import Place, column_attributes, formats, hints
from core.workbooks.save import refuse_locked
from core.workbooks.scan import LAST_COLUMN
from core.workbooks.styles import StyleIds


def write_results(path: Path, table: Table, results: ResultColumns, lang: str) -> Path:
    """Write the result columns beside the table's rows and return the file they are in.

    An .xlsx or .xlsm is changed in place; for a text file or an .xls a workbook `<stem>.carnet.xlsx` is made beside
    it. `results` holds one text per row of the table, in its order; columns that it lacks are written empty. Columns
    written before are replaced; afterwards `table.result_positions` says where they are. Raises InputError, and
    writes nothing, when the file is open elsewhere or has changed since the table was read.
    """
    if kind_of(path) is not Kind.PACKAGE:
        from core.workbooks.beside import copy_beside

        target, copied = copy_beside(path, table)
        return write_results(target, copied, results, lang)
    refuse_locked(path)
    refuse_changed(path, table)
    if table.result_positions and not _is_whole(table.result_positions):
        _clear(path, table)
    place = _place(table)
    _patch(path, table, place, ResultCells(table, results, lang))
    blank: list[Cell] = [None] * len(table)
    table.results = {r: [text or None for text in said] if any(said) else blank.copy() for r, said in results.items()}
    table.result_positions = dict(place.results)
    return path


def clear_results(path: Path, *, sheet: str | None = None) -> bool:
    """Take the result columns out of a workbook again, with their rules and their name, and say whether it had any.

    Our own headers show where the header row is: no system's names are needed. Raises InputError.
    """
    table = read_table(path, sheet=sheet, headers=result_headers(), headers_again=True)
    if table.result_positions:
        refuse_locked(path)
        _clear(path, table)
        return True
    return False


def _clear(path: Path, table: Table) -> None:
    _patch(path, table, _extent(table, table.result_positions), ResultCells(table, None, ""))
    table.results, table.result_positions = {}, {}


def _patch(path: Path, table: Table, place: Place, cells: ResultCells) -> None:
    columns = list(place.results.values())

    def rules(styles: StyleIds) -> tuple[list[str], list[str]]:
        painted = [] if cells.clearing or styles.red is None else formats(place, styles)
        return painted, [] if cells.clearing else hints(place, cells.lang)

    change = Change(
        name=NAME,
        header_row=place.header_row,
        columns=columns,
        widths=dict.fromkeys(columns, "") if cells.clearing else column_attributes(place),
        cells=lambda styles, prefix: cells.writer(place, styles, prefix),
        lines=cells.lines,
        rules=rules,
        clearing=cells.clearing,
    )
    save_change(path, table, change)


def save_change(path: Path, table: Table, change: Change) -> None:
    """Patch the table's sheet, and keep what shows that the file is still the one we know."""
    package = open_package(path)
    sheet = next(s for s in package.sheets if s.name == table.sheet)
    Patch(package, sheet, change).save()
    table.facts |= file_facts(path)


def refuse_changed(path: Path, table: Table) -> None:
    """Raise InputError when the file is no longer the one that was read."""
    if any(table.facts.get(name, value) != value for name, value in file_facts(path).items()):
        raise InputError("errors.file_changed", path=path.name)


def _place(table: Table) -> Place:
    """Choose the result columns: where they are already, else right of all that is used."""
    if table.result_positions:
        return _extent(table, table.result_positions)
    first = first_free(table, len(Result))
    return _extent(table, {result: first + n for n, result in enumerate(Result)})


def first_free(table: Table, count: int) -> int:
    """Return the first of `count` columns right of all that is used. Raises InputError when they do not fit."""
    taken = [*table.positions, *table.result_positions.values()]
    taken += [position for family in table.added_positions.values() for position in family.values()]
    first = max(table.facts.get("last_column", 0), *taken) + 1
    if first + count - 1 > LAST_COLUMN:
        raise InputError("errors.no_room", sheet=table.sheet)
    return first


def _is_whole(positions: dict[Result, int]) -> bool:
    """Say whether the columns written before are all there, side by side: users move and delete columns."""
    first = min(positions.values())
    return positions == {result: first + n for n, result in enumerate(Result)}


def _extent(table: Table, results: dict[Result, int]) -> Place:
    last_row = max(table.rows, default=table.header_row + 1)
    return Place(table.header_row, last_row, min(table.positions), max(table.positions), dict(results))
