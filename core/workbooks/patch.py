"""Patch the parts of a package that result columns change: the sheet, the styles, the workbook's names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from core.errors import InputError
from core.workbooks.markup import letters, number
from core.workbooks.owned import set_name
from core.workbooks.package import Package, Sheet, guarded
from core.workbooks.result_cells import ResultCells
from core.workbooks.rewrite import Rewriter, rewrite
from core.workbooks.rules import Place, column_attributes, formats, hints
from core.workbooks.save import replacing
from core.workbooks.scan import root_prefix
from core.workbooks.sheet_frame import set_columns, set_rules
from core.workbooks.sheet_rows import Heights, RowPatch
from core.workbooks.styles import StyleIds, add_styles


@dataclass(frozen=True, slots=True)
class Patch:
    """A change of one sheet's result columns."""

    package: Package
    sheet: Sheet
    place: Place
    cells: ResultCells

    def save(self) -> None:
        """Write the package anew, in one step. Raises InputError, and leaves the file as it was."""
        changed: dict[str, Rewriter] = {}
        styles = StyleIds()
        if self.package.styles and not self.cells.clearing:
            before = self.package.read(self.package.styles)
            after, styles = add_styles(before)
            if after != before:
                changed[self.package.styles] = lambda: [after]
        workbook = self.package.read(self.package.workbook)
        names = set_name(workbook, self.sheet.name, self.sheet.index, self._named())
        if names != workbook:
            changed[self.package.workbook] = lambda: [names]
        changed[self.sheet.part] = lambda: self._sheet(styles)
        with replacing(self.package.path) as temporary, guarded(self.package.path):
            rewrite(self.package.path, temporary, changed)

    def _named(self) -> tuple[int, int, int] | None:
        columns = self.place.results.values()
        return None if self.cells.clearing else (self.place.header_row, min(columns), max(columns))

    def _sheet(self, styles: StyleIds) -> Iterator[bytes]:
        """Yield the sheet's XML with the results in it."""
        place, clearing = self.place, self.cells.clearing
        head, chunks = _split_head(self.package.chunks(self.sheet.part))
        prefix = root_prefix(head)
        attributes = dict.fromkeys(place.results.values(), "") if clearing else column_attributes(place)
        head = set_columns(_set_extent(head, prefix, place), prefix, attributes)
        yield head
        heights = Heights(self.cells.lines, _line_height(head))
        rows = RowPatch(prefix, self.cells.writer(place, styles, prefix), place.results.values(), heights)
        yield from rows.rows(chunks)
        if not rows.tail:
            raise InputError("errors.damaged", path=self.package.path.name, detail="sheetData")
        rules = [] if clearing or styles.red is None else formats(place, styles)
        tail = set_rules(b"".join(rows.tail), prefix, rules, [] if clearing else hints(place, self.cells.lang))
        _prove_sound(head + tail)
        yield tail


def _split_head(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return what precedes the rows, and the rest."""
    head = b""
    for chunk in chunks:
        head += chunk
        if found := re.search(rb"<(?:[\w.-]+:)?sheetData\s*>", head):
            return head[: found.end()], chain([head[found.end() :]], chunks)
    raise ValueError("sheetData")


def _set_extent(head: bytes, prefix: bytes, place: Place) -> bytes:
    """Let the sheet's declared extent reach the last result column; it is a hint, and absent from many files."""
    last = max(place.results.values())

    def widen(found: re.Match[bytes]) -> bytes:
        reach = max(last, number(found[2]))
        return found[1] + letters(reach).encode() + found[3]

    return re.sub(rb"(<" + re.escape(prefix) + rb"dimension ref=\"[A-Z]+\d+:)([A-Z]+)(\d+)", widen, head)


def _line_height(head: bytes) -> float:
    """Return the height of a row of one line, in points, as the sheet declares it."""
    declared = re.search(rb"\sdefaultRowHeight=[\"']([\d.]+)", head)
    return float(declared[1]) if declared else 15.0


def _prove_sound(frame: bytes) -> None:
    """Parse what surrounds the rows, as a last guard: a broken sheet must never take the place of a sound one."""
    from xml.etree import ElementTree

    ElementTree.fromstring(frame)  # noqa: S314 — document types were refused when the package was opened
