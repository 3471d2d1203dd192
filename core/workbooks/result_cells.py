"""The cells of the result columns, made row by row as the sheet's patch asks for them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from itertools import compress
from typing import Any

from core.i18n import tr
from core.results import ResultColumns
from core.tables import Cell, Result, Table
from core.workbooks.markup import escape, letters, text_cell, under
from core.workbooks.rules import Place
from core.workbooks.sheet_rows import NewCells, no_cells
from core.workbooks.styles import StyleIds
from core.workbooks.wrapping import message_lines, needed_lines, other_lines

_END = "</t></is></c>"
_CUSTOMER = b"\x00"
"""Stands for the customer's number in cells made once for many rows; no text of a sheet holds it."""


class ResultCells:
    """What the result columns of a table hold. Without `results`, nothing: the columns are being taken out."""

    def __init__(self, table: Table, results: ResultColumns | None, lang: str) -> None:
        self.lang = lang
        self._table = table
        self.clearing = results is None
        self._results = results or {}
        self.lines = self._tall(table.results.get(Result.MESSAGE))
        """The lines that a row's message takes; 1 to give back what we took, none to leave its height alone."""

    @cached_property
    def _places(self) -> Mapping[int, int]:
        return {row: index for index, row in enumerate(self._table.rows)}

    def _indexes(self, rows: Sequence[int]) -> Iterable[int | None]:
        """Return the indexes of rows in the table; nearly always they follow each other there too."""
        table = self._table.rows
        start = bisect_left(table, rows[0]) if rows else 0
        if table[start : start + len(rows)] == list(rows):
            return range(start, start + len(rows))
        return map(self._places.get, rows)

    def _tall(self, before: list[Cell] | None) -> dict[int, int]:
        """Return the lines of the rows with something to say now or before, or in an added column."""
        now, table = self._results.get(Result.MESSAGE), self._table
        found: dict[int, int] = {}
        spoken: Iterable[int] = range(len(table))
        if not table.added:
            spoken = sorted({n for said in (now, before) if said for n in compress(spoken, said)})
        for index in spoken:
            beside = other_lines(table, index) if table.added else 1
            after = max(message_lines(now, index), beside)
            if lines := needed_lines(after, max(message_lines(before, index), beside)):
                found[table.rows[index]] = lines
        return found

    def writer(self, place: Place, styles: StyleIds, prefix: bytes) -> NewCells:
        """Return the function that gives a row's cells."""
        if self.clearing:
            return no_cells
        frames = {result: _frame(prefix, column, styles, result) for result, column in place.results.items()}
        columns = [self._results.get(result) or [""] * len(self._table) for result in place.results]
        customers = columns[list(place.results).index(Result.CUSTOMER)]
        others = [column for column in columns if column is not customers]
        said: list[tuple[Any, ...]] = list(zip(map(bool, customers), *others, strict=True))
        headers = (
            text_cell(f"{letters(column)}{place.header_row}", styles.header, tr(f"workbook.{result}", self.lang))
            for result, column in place.results.items()
        )
        head = under(prefix, "".join(headers))

        def cells(rows: Sequence[int]) -> list[bytes]:
            made = []
            texts: tuple[Any, ...] = ()
            around: list[bytes] = []
            for row, index in zip(rows, self._indexes(rows), strict=True):
                if index is None:
                    made.append(head if row == place.header_row else b"")
                    continue
                if said[index] != texts:
                    texts = said[index]
                    around = between(texts)
                cell = (b"%d" % row).join(around)
                customer = customers[index]
                made.append(cell.replace(_CUSTOMER, _written(customer)) if customer else cell)
            return made

        between = lru_cache(maxsize=1_000)(partial(_between, frames, under(prefix, _END)))  # most rows say the same
        return cells


def _between(frames: Mapping[Result, tuple[bytes, bytes]], end: bytes, texts: tuple[Any, ...]) -> list[bytes]:
    """Return what stands around the row's number in the cells of these texts.

    The first says whether there is a customer: each row has its own, which is left to be filled in.
    """
    pieces, others = [b""], iter(texts)
    customer = next(others)
    for result, (before, after) in frames.items():
        own = _CUSTOMER if customer else b""
        text = own if result is Result.CUSTOMER else escape(next(others)).encode()
        if text:
            pieces[-1] += before
            pieces.append(after + text + end)
    return pieces


def _written(customer: str) -> bytes:
    return (customer if customer.isdigit() else escape(customer)).encode()


def _frame(prefix: bytes, column: int, styles: StyleIds, result: Result) -> tuple[bytes, bytes]:
    """Return what stands before and after the row's number in a cell of one result column."""
    style = {Result.DECISION: styles.decision, Result.MESSAGE: styles.message}.get(result, styles.text)
    before, after = text_cell("@", style, "").removesuffix(_END).split("@")
    return under(prefix, before + letters(column)), under(prefix, after)
