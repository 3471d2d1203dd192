"""Build a Table from a sheet's rows: find its header, keep Carnet's own columns apart, gather the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from core.cells import text
from core.errors import InputError
from core.tables import Cell, Result, Table
from core.workbooks.columns import Columns, convert
from core.workbooks.locate import HEAD

Overrides = dict[int, dict[int, Cell]]
"""Column number → row number → the cell as shown, where it differs from what the reader gives."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A sheet's rows as read: `head` the first ones, `rest` the others; both start at `first_column` (1 = A)."""

    head: list[list[Any]]
    rest: Iterator[list[Any]]
    first_column: int = 1
    overrides: Overrides = field(default_factory=dict)

    def apply(self, rows: Iterable[list[Any]], first_row: int) -> Iterator[list[Any]]:
        """Yield rows with the cells that the user sees otherwise put in place."""
        at = {number - self.first_column: cells for number, cells in self.overrides.items()}
        for number, row in enumerate(rows, first_row):
            for index, cells in at.items():
                if number in cells and 0 <= index < len(row):
                    row[index] = cells[number]
            yield row


def take_head(rows: Iterable[list[Any]], first_column: int = 1, overrides: Overrides | None = None) -> Rows:
    """Split rows into their head, to be looked at, and the rest."""
    iterator = iter(rows)
    raw = Rows([], iterator, first_column, overrides or {})
    if not raw.overrides:
        return Rows(list(islice(iterator, HEAD)), iterator, first_column)
    shown = raw.apply(iterator, 1)
    return Rows(list(islice(shown, HEAD)), shown, first_column)


def build_table(path: Path, sheet: str, rows: Rows, found: tuple[int, int] | None, owned: dict[int, Result]) -> Table:
    """Build the table. `found` is the header as located, `owned` says which columns are Carnet's.

    Raises InputError without a header row.
    """
    if found is None:
        empty = not any(cell not in ("", None) for row in rows.head for cell in row)
        raise InputError("errors.empty_sheet" if empty else "errors.no_header", path=path.name, sheet=sheet)
    index = found[0]
    header = [text(convert(cell)) for cell in rows.head[index]]
    gathered = Columns(len(header))
    gathered.gather(chain(rows.head[index + 1 :], rows.rest), index + 2)
    table = Table(path, sheet, index + 1, [], [], [], gathered.rows)
    for offset, (name, column) in enumerate(zip(header, gathered.columns, strict=True)):
        position = rows.first_column + offset
        result = owned.get(position)
        if result is not None:
            table.results[result], table.result_positions[result] = column, position
        elif name or any(cell is not None for cell in column):
            table.headers.append(name)
            table.positions.append(position)
            table.columns.append(column)
    _refuse_repeated_header(table)
    table.facts["last_column"] = rows.first_column + len(header) - 1
    if index:
        table.facts["title_rows"] = index
    return table


def _refuse_repeated_header(table: Table) -> None:
    """Refuse a table that holds its own header again: two exports under each other, whose columns may differ."""
    if not table.headers:
        return
    names: Sequence[str] = table.headers
    for index, cell in enumerate(table.columns[0]):
        if cell == names[0] and all(
            (column[index] or "") == name for column, name in zip(table.columns, names, strict=True)
        ):
            raise InputError("errors.header_repeated", sheet=table.sheet, row=str(table.rows[index]))
