"""Patch the parts of a package that columns of ours change: the sheet, the styles, the workbook's names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from core.errors import InputError
from core.workbooks.filters import Block, widen_filter, widen_filter_name
from core.workbooks.markup import letters, number
from core.workbooks.owned import set_name
from core.workbooks.package import Package, Sheet, guarded
from core.workbooks.rewrite import Rewriter, prove_sound, rewrite
from core.workbooks.save import replacing
from core.workbooks.scan import root_prefix
from core.workbooks.sheet_frame import set_columns, set_rules
from core.workbooks.sheet_rows import Heights, NewCells, RowPatch
from core.workbooks.styles import StyleIds, add_styles


@dataclass(frozen=True, slots=True)
class Change:
    """What a patch does to one sheet: cells in columns of ours, and the name that says that they are ours.

    `widths` are the columns' attributes, `cells` and `lines` make the rows. `rules` returns the conditional formats
    and the hints that replace ours; without it they stay as they are. `clearing` takes columns and name away.
    """

    name: str
    header_row: int
    columns: Sequence[int]
    widths: Mapping[int, str]
    cells: Callable[[StyleIds, bytes], NewCells]
    lines: Mapping[int, int]
    rules: Callable[[StyleIds], tuple[list[str], list[str]]] | None = None
    clearing: bool = False

    @property
    def named(self) -> tuple[int, int, int] | None:
        """Where the name points: row, first column, last column."""
        return None if self.clearing else (self.header_row, min(self.columns), max(self.columns))

    @property
    def filtered(self) -> Block:
        """What the user's filter has to take in, or to leave out again."""
        return Block(self.header_row, min(self.columns), max(self.columns), out=self.clearing)


@dataclass(frozen=True, slots=True)
class Patch:
    """A change of one sheet of a package."""

    package: Package
    sheet: Sheet
    change: Change

    def save(self) -> None:
        """Write the package anew, in one step. Raises InputError, and leaves the file as it was."""
        changed: dict[str, Rewriter] = {}
        styles = StyleIds()
        if self.package.styles and not self.change.clearing:
            before = self.package.read(self.package.styles)
            after, styles = add_styles(before)
            if after != before:
                changed[self.package.styles] = lambda: [after]
        workbook = self.package.read(self.package.workbook)
        names = set_name(workbook, self.sheet.name, self.sheet.index, self.change.named, self.change.name)
        names = widen_filter_name(names, self.sheet.index, self.change.filtered)
        if names != workbook:
            changed[self.package.workbook] = lambda: [names]
        changed[self.sheet.part] = lambda: self._sheet(styles)
        with replacing(self.package.path) as temporary, guarded(self.package.path):
            rewrite(self.package.path, temporary, changed)

    def _chunks(self) -> Iterator[bytes]:
        """Yield the sheet's XML piece by piece. Raises InputError for a section whose text could pass for rows."""
        for chunk in self.package.chunks(self.sheet.part):
            if b"[" in chunk and b"<![CDATA[" in chunk:  # looking for one letter first takes next to nothing
                raise InputError("errors.damaged", path=self.package.path.name, detail="CDATA")
            yield chunk

    def _sheet(self, styles: StyleIds) -> Iterator[bytes]:
        """Yield the sheet's XML with the change in it."""
        change = self.change
        head, chunks = split_head(self._chunks())
        prefix = root_prefix(head)
        head = set_columns(_set_extent(head, prefix, max(change.columns)), prefix, dict(change.widths))
        yield head
        heights = Heights(change.lines, _line_height(head))
        rows = RowPatch(prefix, change.cells(styles, prefix), change.columns, heights)
        yield from rows.rows(chunks)
        if not rows.tail:
            raise InputError("errors.damaged", path=self.package.path.name, detail="sheetData")
        tail = widen_filter(b"".join(rows.tail), prefix, change.filtered)
        if change.rules is not None:
            tail = set_rules(tail, prefix, *change.rules(styles))
        prove_sound(head + tail)
        yield tail


def split_head(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return what precedes the rows, and the rest."""
    head = b""
    for chunk in chunks:
        head += chunk
        if found := re.search(rb"<(?:[\w.-]+:)?sheetData\s*>", head):
            return head[: found.end()], chain([head[found.end() :]], chunks)
    raise ValueError("sheetData")


def _set_extent(head: bytes, prefix: bytes, last: int) -> bytes:
    """Let the sheet's declared extent reach a column; it is a hint, and absent from many files."""

    def widen(found: re.Match[bytes]) -> bytes:
        reach = max(last, number(found[2]))
        return found[1] + letters(reach).encode() + found[3]

    return re.sub(rb"(<" + re.escape(prefix) + rb"dimension ref=\"[A-Z]+\d+:)([A-Z]+)(\d+)", widen, head)


def _line_height(head: bytes) -> float:
    """Return the height of a row of one line, in points, as the sheet declares it."""
    declared = re.search(rb"\sdefaultRowHeight=[\"']([\d.]+)", head)
    return float(declared[1]) if declared else 15.0
