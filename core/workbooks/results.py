"""Write a check's results into the user's own workbook, in place, and take them out again.

Only the sheet's part, the styles and the workbook's names are rewritten; every other part is copied as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

from core.errors import InputError
from core.i18n import tr
from core.results import ResultColumns
from core.tables import Result, Table
from core.workbooks.kinds import Kind, file_facts, kind_of
from core.workbooks.markup import escape, letters, number, text_cell, under
from core.workbooks.owned import set_name
from core.workbooks.package import Package, Sheet, guarded, open_package
from core.workbooks.reading import read_table
from core.workbooks.rewrite import Rewriter, rewrite
from core.workbooks.rules import WIDTHS, Place, column_attributes, formats, hints
from core.workbooks.save import refuse_locked, replacing
from core.workbooks.scan import LAST_COLUMN, root_prefix
from core.workbooks.sheet_frame import set_columns, set_rules
from core.workbooks.sheet_rows import Heights, NewCells, RowPatch
from core.workbooks.styles import StyleIds, add_styles


def write_results(path: Path, table: Table, results: ResultColumns, lang: str) -> Path:
    """Write the result columns beside the table's rows and return the file they are in.

    An .xlsx or .xlsm is changed in place; for a text file or an .xls a workbook `<stem>.carnet.xlsx` is made beside
    it. `results` holds one text per row of the table, in its order; columns that it lacks are written empty. Columns
    written before are replaced. Raises InputError, and writes nothing, when the file is open elsewhere or has changed
    since the table was read.
    """
    if kind_of(path) is not Kind.PACKAGE:
        from core.workbooks.beside import copy_beside

        path, table = copy_beside(path, table)
    refuse_locked(path)
    _refuse_changed(path, table)
    package = open_package(path)
    sheet = next(s for s in package.sheets if s.name == table.sheet)
    place = _place(table)
    _patch(package, sheet, place, _Content(table, results, lang))
    table.result_positions = dict(place.results)
    table.facts |= file_facts(path)
    return path


def clear_results(path: Path, *, sheet: str | None = None) -> None:
    """Take the result columns out of a workbook again, with their rules and their name. Raises InputError."""
    table = read_table(path, sheet=sheet)
    if not table.result_positions:
        return
    package = open_package(path)
    part = next(s for s in package.sheets if s.name == table.sheet)
    refuse_locked(path)
    _patch(package, part, _extent(table, table.result_positions), None)


def _refuse_changed(path: Path, table: Table) -> None:
    now = file_facts(path)
    if any(table.facts.get(name, value) != value for name, value in now.items()):
        raise InputError("errors.file_changed", path=path.name)


def _place(table: Table) -> Place:
    """Choose the result columns: where they are already when their block is whole, else right of all that is used."""
    width = len(Result)
    known = table.result_positions
    if list(known) == list(Result) and [p - min(known.values()) for p in known.values()] == list(range(width)):
        return _extent(table, known)
    first = table.facts.get("last_column", max(table.positions)) + 1
    if first + width - 1 > LAST_COLUMN:
        raise InputError("errors.no_room", sheet=table.sheet)
    return _extent(table, {result: first + n for n, result in enumerate(Result)})


def _extent(table: Table, results: dict[Result, int]) -> Place:
    last_row = max(table.rows, default=table.header_row + 1)
    return Place(table.header_row, last_row, min(table.positions), max(table.positions), dict(results))


class _Content:
    """The cells of the result columns, made row by row as they are asked for."""

    def __init__(self, table: Table, results: ResultColumns, lang: str) -> None:
        self.lang = lang
        self._rows = {row: index for index, row in enumerate(table.rows)}
        self._results = results
        self._said_before = table.results.get(Result.MESSAGE, [])
        self._escaped = cache(lambda text: escape(text).encode())

    def height(self, row: int) -> int:
        """Return the lines that a row's message takes; 0 to leave its height alone, 1 to give back what we took."""
        index = self._rows.get(row)
        if index is None or not (messages := self._results.get(Result.MESSAGE)):
            return 0
        lines = _lines(messages[index])
        before = self._said_before[index] if self._said_before else None
        return lines if lines > 1 or (isinstance(before, str) and _lines(before) > 1) else 0

    def writer(self, place: Place, styles: StyleIds, prefix: bytes) -> NewCells:
        """Return the function that gives a row's cells."""
        frames = [(self._results.get(r, []), *_frame(prefix, column, styles, r)) for r, column in place.results.items()]
        end = under(prefix, "</t></is></c>")
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


def _lines(message: str) -> int:
    """Estimate the lines that a message takes in its column, wrapped."""
    if len(message) <= WIDTHS[Result.MESSAGE] and "\n" not in message:
        return 1
    return sum(1 + len(line) // WIDTHS[Result.MESSAGE] for line in message.split("\n"))


def _frame(prefix: bytes, column: int, styles: StyleIds, result: Result) -> tuple[bytes, bytes]:
    """Return what stands before and after the row's number in a cell of one result column."""
    style = {Result.DECISION: styles.decision, Result.MESSAGE: styles.message}.get(result, styles.text)
    before, after = text_cell("@", style, "").removesuffix("</t></is></c>").split("@")
    return under(prefix, before + letters(column)), under(prefix, after)


def _patch(package: Package, sheet: Sheet, place: Place, content: _Content | None) -> None:
    """Write the package anew with its sheet, styles and names patched; without content, with ours taken out."""
    changed: dict[str, Rewriter] = {}
    styles = StyleIds()
    if content is not None and package.styles:
        before = package.read(package.styles)
        after, styles = add_styles(before)
        if after != before:
            changed[package.styles] = lambda: [after]
    workbook = package.read(package.workbook)
    columns = place.results.values()
    named = (place.header_row, min(columns), max(columns)) if content else None
    names = set_name(workbook, sheet.name, sheet.index, named)
    if names != workbook:
        changed[package.workbook] = lambda: [names]
    changed[sheet.part] = lambda: _sheet(package, sheet, place, content, styles)
    with replacing(package.path) as temporary, guarded(package.path):
        rewrite(package.path, temporary, changed)


def _sheet(package: Package, sheet: Sheet, place: Place, content: _Content | None, styles: StyleIds) -> Iterator[bytes]:
    """Yield the sheet's XML with the results in it."""
    chunks = package.chunks(sheet.part)
    head = next(chunks)
    prefix = root_prefix(head)
    opening = b"<" + prefix + b"sheetData"
    while opening not in head:
        head += next(chunks)
    body = head.index(b">", head.index(opening)) + 1
    head, rest = head[:body], head[body:]
    attributes = column_attributes(place) if content else dict.fromkeys(place.results.values(), "")
    head = set_columns(_set_extent(head, prefix, place), prefix, attributes)
    yield head
    cells = content.writer(place, styles, prefix) if content else lambda row: b""
    lines = content.height if content else lambda row: 0
    patch = RowPatch(prefix, cells, place.results.values(), Heights(lines, _line_height(head)))
    yield from patch.rows(chain([rest], chunks))
    if not patch.tail:
        raise InputError("errors.damaged", path=package.path.name, detail="sheetData")
    painted = content is not None and styles.red is not None
    rules = formats(place, styles) if painted else []
    tail = set_rules(b"".join(patch.tail), prefix, rules, hints(place, content.lang) if content else [])
    _prove_sound(head + tail)
    yield tail


def _line_height(head: bytes) -> float:
    """Return the height of a row of one line, in points, as the sheet declares it."""
    declared = re.search(rb"\sdefaultRowHeight=[\"']([\d.]+)", head)
    return float(declared[1]) if declared else 15.0


def _prove_sound(frame: bytes) -> None:
    """Parse what surrounds the rows, as a last guard: a broken sheet must never take the place of a sound one."""
    from xml.etree import ElementTree

    ElementTree.fromstring(frame)  # noqa: S314 — document types were refused when the package was opened


def _set_extent(head: bytes, prefix: bytes, place: Place) -> bytes:
    """Let the sheet's declared extent reach the last result column; it is a hint, and absent from many files."""
    last = max(place.results.values())

    def widen(found: re.Match[bytes]) -> bytes:
        reach = max(last, number(found[2]))
        return found[1] + letters(reach).encode() + found[3]

    return re.sub(rb"(<" + re.escape(prefix) + rb"dimension ref=\"[A-Z]+\d+:)([A-Z]+)(\d+)", widen, head)
