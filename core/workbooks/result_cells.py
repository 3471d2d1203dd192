"""The cells of the result columns, made row by row as the sheet's patch asks for them."""

from __future__ import annotations

from functools import cache

from core.i18n import tr
from core.results import ResultColumns
from core.tables import Result, Table
from core.workbooks.markup import escape, letters, text_cell, under
from core.workbooks.rules import Place
from core.workbooks.sheet_rows import NewCells
from core.workbooks.styles import StyleIds
from core.workbooks.wrapping import message_lines, needed_lines, other_lines

_END = "</t></is></c>"


class ResultCells:
    """What the result columns of a table hold. Without `results`, nothing: the columns are being taken out."""

    def __init__(self, table: Table, results: ResultColumns | None, lang: str) -> None:
        self.lang = lang
        self._table = table
        self.clearing = results is None
        self._results = results or {}
        self._rows = {row: index for index, row in enumerate(table.rows)}
        self._said_before = table.results.get(Result.MESSAGE) or []
        self._escaped = cache(lambda text: escape(text).encode())

    def lines(self, row: int) -> int:
        """Return the lines that a row's message takes; 0 to leave its height alone, 1 to give back what we took."""
        index = self._rows.get(row)
        if index is None:
            return 0
        beside = other_lines(self._table, index) if self._table.added else 1
        now = max(message_lines(self._results.get(Result.MESSAGE), index), beside)
        return needed_lines(now, max(message_lines(self._said_before, index), beside))

    def writer(self, place: Place, styles: StyleIds, prefix: bytes) -> NewCells:
        """Return the function that gives a row's cells."""
        if self.clearing:
            return lambda row: b""
        frames = [(self._results.get(r, []), *_frame(prefix, column, styles, r)) for r, column in place.results.items()]
        end = under(prefix, _END)
        header = "".join(
            text_cell(f"{letters(column)}{place.header_row}", styles.header, tr(f"workbook.{result}", self.lang))
            for result, column in place.results.items()
        )

        def cells(row: int) -> bytes:
            index = self._rows.get(row)
            if index is None:
                return under(prefix, header) if row == place.header_row else b""
            said = b"%d" % row
            out: list[bytes] = []
            for texts, before, after in frames:
                if texts and texts[index]:
                    out += (before, said, after, self._escaped(texts[index]), end)
            return b"".join(out)

        return cells


def _frame(prefix: bytes, column: int, styles: StyleIds, result: Result) -> tuple[bytes, bytes]:
    """Return what stands before and after the row's number in a cell of one result column."""
    style = {Result.DECISION: styles.decision, Result.MESSAGE: styles.message}.get(result, styles.text)
    before, after = text_cell("@", style, "").removesuffix(_END).split("@")
    return under(prefix, before + letters(column)), under(prefix, after)
