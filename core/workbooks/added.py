"""Write the columns of one family (`core.added`) into the user's own workbook, in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.added import FAMILIES, AddedColumn, family_headers
from core.tables import Result, Table
from core.workbooks.kinds import Kind, kind_of
from core.workbooks.markup import letters, text_cell, under
from core.workbooks.owned import ADDED
from core.workbooks.patch import Change
from core.workbooks.results import first_free, refuse_changed, save_change
from core.workbooks.save import refuse_locked
from core.workbooks.sheet_rows import NewCells, no_cells
from core.workbooks.styles import StyleIds
from core.workbooks.wrapping import family_lines, message_lines, needed_lines, other_lines

_NUMBER = "\x00"
"""Stands for the row's number in cells made once for many rows; no text of a sheet holds it."""


def write_columns(path: Path, table: Table, family: str, columns: Mapping[str, Sequence[str]], lang: str) -> Path:
    """Write a family's columns beside the table's rows and return the file they are in.

    An .xlsx or .xlsm is changed in place; for a text file or an .xls a workbook `<stem>.carnet.xlsx` is made beside
    it. `columns` has one text per row of the table for every column of the family. Columns of the family written
    before are replaced, wherever the user has moved them to; everything else in the file stays byte for byte.
    Raises InputError, and writes nothing, when the file is open elsewhere or has changed since it was read.
    """
    if kind_of(path) is not Kind.PACKAGE:
        from core.workbooks.beside import copy_beside

        target, copied = copy_beside(path, table)
        return write_columns(target, copied, family, columns, lang)
    refuse_locked(path)
    refuse_changed(path, table)
    before = table.added_positions.get(family, {})
    if before and not _is_whole(family, before):
        _clear(path, table, family)
        before = {}
    first = min(before.values()) if before else first_free(table, len(FAMILIES[family]))
    block = _Block(table, family, first, columns, lang)
    save_change(path, table, block.change())
    table.added[family] = {name: [text or None for text in texts] for name, texts in columns.items()}
    table.added_positions[family] = {c.name: first + n for n, c in enumerate(FAMILIES[family])}
    return path


def _is_whole(family: str, positions: Mapping[str, int]) -> bool:
    """Say whether the columns written before are all there, side by side: users move and delete columns."""
    first = min(positions.values())
    return dict(positions) == {c.name: first + n for n, c in enumerate(FAMILIES[family])}


def _clear(path: Path, table: Table, family: str) -> None:
    places = list(table.added_positions[family].values())
    change = Change(
        name=ADDED + family,
        header_row=table.header_row,
        columns=places,
        widths=dict.fromkeys(places, ""),
        cells=lambda styles, prefix: no_cells,
        lines={},
        clearing=True,
    )
    save_change(path, table, change)
    del table.added[family], table.added_positions[family]


@dataclass(frozen=True, slots=True)
class _Block:
    """A family's columns side by side from `first` on."""

    table: Table
    family: str
    first: int
    columns: Mapping[str, Sequence[str]]
    lang: str

    @property
    def places(self) -> list[tuple[int, AddedColumn]]:
        return list(enumerate(FAMILIES[self.family], self.first))

    def change(self) -> Change:
        widths = {
            place: f'width="{column.width}" customWidth="1"' + (' hidden="1"' if column.hidden else "")
            for place, column in self.places
        }
        return Change(
            name=ADDED + self.family,
            header_row=self.table.header_row,
            columns=list(widths),
            widths=widths,
            cells=self._writer,
            lines=self._lines(),
        )

    def _writer(self, styles: StyleIds, prefix: bytes) -> NewCells:
        rows = {row: index for index, row in enumerate(self.table.rows)}
        header = "".join(
            text_cell(f"{letters(place)}{self.table.header_row}", styles.header, text)
            for (place, _), text in zip(self.places, family_headers(self.family, self.lang), strict=True)
        )

        @lru_cache(maxsize=10_000)
        def between(texts: tuple[str, ...]) -> list[bytes]:
            """Return what stands around the row's number in the cells of these texts; many rows say the same."""
            xml = "".join(
                text_cell(f"{letters(place)}@", styles.message, text).replace("@", _NUMBER, 1)
                for (place, _), text in zip(self.places, texts, strict=True)
                if text
            )
            return under(prefix, xml).split(_NUMBER.encode())

        columns = [self.columns[column.name] for _, column in self.places]

        def of_row(row: int) -> bytes:
            if row == self.table.header_row:
                return under(prefix, header)
            index = rows.get(row)
            return b"" if index is None else (b"%d" % row).join(between(tuple(c[index] for c in columns)))

        return lambda numbers: list(map(of_row, numbers))

    def _lines(self) -> Mapping[int, int]:
        """Return how many lines each row takes: ours, or those of what stands beside it, whichever is more."""
        found = ((row, self._lines_of(index)) for index, row in enumerate(self.table.rows))
        return {row: lines for row, lines in found if lines}

    def _lines_of(self, index: int) -> int:
        table, before = self.table, self.table.added.get(self.family)
        beside = max(
            message_lines(table.results.get(Result.MESSAGE), index), other_lines(table, index, but=self.family)
        )
        now = family_lines(self.family, self.columns, index)
        was = family_lines(self.family, before, index) if before else 1
        return needed_lines(max(now, beside), max(was, beside))
