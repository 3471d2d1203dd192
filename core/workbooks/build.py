"""Build a Table from a sheet's rows: find its header, keep Carnet's own columns apart, gather the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, Protocol

from core.cells import text
from core.coded import distinct
from core.errors import InputError
from core.tables import Cell, Result, Table
from core.workbooks.columns import Columns, convert
from core.workbooks.locate import HEAD

Overrides = dict[int, dict[int, Cell]]
"""Column number → row number → the cell as shown, where it differs from what the reader gives."""


class Rows(Protocol):
    """A sheet's rows from row 1 on."""

    @property
    def head(self) -> list[list[Any]]:
        """The first rows, to be looked at."""

    @property
    def positions(self) -> Sequence[int]:
        """The numbers of the rows' columns."""

    def gather(self, above: int) -> tuple[list[int], list[Sequence[Cell]]]:
        """Return the numbers of the rows that are not blank and their cells by column, below so many rows. Once."""

    def filled(self, above: int) -> int:
        """Count the rows that are not blank, below so many rows. Instead of `gather`."""


@dataclass(frozen=True, slots=True)
class Streamed:
    """Rows as a reader gives them: `rest` are those that follow the head."""

    head: list[list[Any]]
    rest: Iterator[list[Any]]
    positions: Sequence[int]

    def gather(self, above: int) -> tuple[list[int], list[Sequence[Cell]]]:
        """Gather the rows into columns."""
        gathered = Columns(len(self.positions))
        gathered.gather(chain(self.head[above:], self.rest), above + 1)
        return gathered.rows, list(gathered.columns)

    def filled(self, above: int) -> int:
        """Count the rows with a cell."""
        return sum(any(cell not in ("", None) for cell in row) for row in chain(self.head[above:], self.rest))


def take_head(rows: Iterable[list[Any]], positions: Sequence[int], overrides: Overrides | None = None) -> Streamed:
    """Split rows into their head and the rest; overridden cells are in place in both."""
    iterator = iter(rows)
    if overrides:
        iterator = _overridden(iterator, positions, overrides)
    return Streamed(list(islice(iterator, HEAD)), iterator, positions)


def _overridden(rows: Iterator[list[Any]], positions: Sequence[int], overrides: Overrides) -> Iterator[list[Any]]:
    """Yield the rows with overridden cells in place; and the last ones, when they hold nothing but such cells: a
    reader gives no row for formulas without a result.
    """
    at = [(index, overrides[column]) for index, column in enumerate(positions) if column in overrides]
    last = max((number for _, cells in at for number in cells), default=0)
    number = 0
    for number, row in enumerate(rows, 1):
        for index, cells in at:
            if number in cells:
                row[index] = cells[number]
        yield row
    for behind in range(number + 1, last + 1):
        row = [""] * len(positions)
        for index, cells in at:
            row[index] = cells.get(behind, "")
        yield row


def build_table(
    path: Path,
    sheet: str,
    rows: Rows,
    found: tuple[int, int] | None,
    owned: Mapping[int, Result | tuple[str, str]],
) -> Table:
    """Build the table. `found` is the header as located, `owned` says which columns are Carnet's: a result, or
    (family, name) of an added column.

    Raises InputError without a header row.
    """
    if found is None:
        empty = not any(cell not in ("", None) for row in rows.head for cell in row)
        raise InputError("errors.empty_sheet" if empty else "errors.no_header", path=path.name, sheet=sheet)
    index = found[0]
    header = [text(convert(cell)) for cell in rows.head[index]]
    numbers, columns = rows.gather(index + 1)
    table = Table(path, sheet, index + 1, [], [], [], numbers)
    for position, name, column in zip(rows.positions, header, columns, strict=True):
        ours = owned.get(position)
        if isinstance(ours, Result):
            table.results[ours], table.result_positions[ours] = list(column), position
        elif ours is not None:
            table.added.setdefault(ours[0], {})[ours[1]] = list(column)
            table.added_positions.setdefault(ours[0], {})[ours[1]] = position
        elif name or any(cell is not None for cell in distinct(column)):
            table.headers.append(name)
            table.positions.append(position)
            table.columns.append(column)
    if again := _repeated_header(table):
        table.facts["header_again"] = again
    table.facts["last_column"] = rows.positions[len(header) - 1]
    if index:
        table.facts["title_rows"] = index
    return table


def _repeated_header(table: Table) -> int:
    """Return the row where a table holds its own header again, 0 where none does."""
    if not table.headers or table.headers[0] not in table.columns[0]:
        return 0
    for index, cell in enumerate(table.columns[0]):
        if cell == table.headers[0] and all(
            (column[index] or "") == name for column, name in zip(table.columns, table.headers, strict=True)
        ):
            return table.rows[index]
    return 0


def refuse_repeated_header(table: Table) -> None:
    """Refuse a table that holds its own header again: two exports under each other. Raises InputError."""
    if "header_again" in table.facts:
        raise InputError("errors.header_repeated", sheet=table.sheet, row=str(table.facts["header_again"]))
