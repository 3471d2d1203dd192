"""Change single cells of a sheet in its own XML; every other byte of the sheet stays.

A formula is never overwritten. A cell keeps its style but for the number format, where its kind of value changes: a
text that was a number gets the text format (its zeros stay when somebody edits it), a date a date format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.errors import InputError
from core.tables import Cell
from core.workbooks.markup import escape, letters, number, under
from core.workbooks.package import Package, Sheet
from core.workbooks.patch import split_head
from core.workbooks.rewrite import prove_sound
from core.workbooks.scan import root_prefix
from core.workbooks.sheet_rows import Heights, RowPatch, no_cells
from core.workbooks.styles import Styles

Edits = Mapping[int, Mapping[int, Cell]]
"""Row number → column number → the new value."""

GENERAL, SHORT_DATE, AS_TEXT = 0, 14, 49
"""Numbers of built-in number formats (ISO 29500-1, 18.8.30)."""
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_DATE_CODE = re.compile(r"[dyDY]")
_ASIDE = re.compile(r'"[^"]*"|&quot;.*?&quot;|\[[^\]]*\]|\\.')
_STYLE = re.compile(rb"\ss=[\"'](\d+)")
_TYPE = re.compile(rb"\st=[\"'](\w+)")
_SLASH = ord("/")
_TEXTS = (b"s", b"str", b"inlineStr")


@dataclass(slots=True)
class CellEdits:
    """The new values of one sheet's cells, and what a first look at the sheet has found out of them.

    `formulas` are the cells left alone, `wanted` the pairs of a style and the number format that a new value needs.
    """

    edits: Edits
    base_1904: bool = False
    formulas: set[tuple[int, int]] = field(default_factory=set)
    missing: set[tuple[int, int]] = field(default_factory=set)
    wanted: set[tuple[int, int]] = field(default_factory=set)
    styles: dict[tuple[int, int], int] = field(default_factory=dict)

    def look(self, package: Package, sheet: Sheet, styles: Styles) -> None:
        """Find the formulas and the styles needed; `styles` gets those that it lacks."""
        for _ in self.sheet(package, sheet):
            pass
        for style, kind in self.wanted:
            self.styles[style, kind] = _restyle(styles, style, kind)

    def sheet(self, package: Package, sheet: Sheet) -> Iterator[bytes]:
        """Yield the sheet's XML with the edits in it."""
        head, chunks = split_head(package.chunks(sheet.part))
        rows = _CellPatch(root_prefix(head), self)
        yield head
        yield from rows.rows(chunks)
        if not rows.tail:
            raise InputError("errors.damaged", path=package.path.name, detail="sheetData")
        tail = b"".join(rows.tail)
        prove_sound(head + tail)
        yield tail

    def style(self, style: int, kind: int) -> int:
        """Return the style of a new value, noting that it is needed."""
        self.wanted.add((style, kind))
        return self.styles.get((style, kind), style)


class _CellPatch(RowPatch):
    """Replaces the edited cells of the rows that have some."""

    def __init__(self, prefix: bytes, edits: CellEdits) -> None:
        super().__init__(prefix, no_cells, [1], Heights({}, 15.0))
        self.prefix, self.edits = prefix, edits
        self._start, self._end = b"<" + prefix + b'c r="', b"</" + prefix + b"c>"
        self._formula = re.compile(rb"<" + re.escape(prefix) + rb"f[\s/>]")

    def _patch_alike(self, rows: list[bytes], numbers: Sequence[int]) -> list[bytes]:
        return [self._patch(row, n, b"") for row, n in zip(rows, numbers, strict=True)]

    def _patch(self, row: bytes, n: int, new: bytes) -> bytes:
        self.number = n
        edits = self.edits.edits.get(n)
        if not edits:
            return row + self.close
        tag_end = row.find(b">", row.rfind(self.open)) + 1
        return row[:tag_end] + self._edited(row[tag_end:], edits) + self.close

    def _edited(self, body: bytes, edits: Mapping[int, Cell]) -> bytes:
        """Return a row's cells with the edits, each found by its reference where the file writes it as Excel does."""
        pieces: list[bytes] = []
        at = 0
        for column in sorted(edits):
            start = body.find(self._start + f'{letters(column)}{self.number}"'.encode(), at)
            if start < 0:
                return self._edited_slowly(body, edits)
            tag_end = body.index(b">", start) + 1
            end = tag_end if body[tag_end - 2] == _SLASH else body.index(self._end, tag_end) + len(self._end)
            new = self._cell_with(body[start:end], body[start:tag_end], column, edits[column])
            pieces += (body[at:start], new)
            at = end
        return b"".join((*pieces, body[at:]))

    def _edited_slowly(self, body: bytes, edits: Mapping[int, Cell]) -> bytes:
        """Return a row's cells with the edits, cell by cell; one that is not there is noted as missing."""
        pieces: list[bytes] = []
        at = column = 0
        left = set(edits)
        for found in self._cell.finditer(body):
            tag = found[0][: found[0].index(b">") + 1]
            said = self._reference.search(tag)
            column = number(said[1]) if said else column + 1
            if column in edits:
                left.discard(column)
                pieces += (body[at : found.start()], self._cell_with(found[0], tag, column, edits[column]))
                at = found.end()
        self.edits.missing |= {(self.number, column) for column in left}
        return b"".join((*pieces, body[at:]))

    def _cell_with(self, cell: bytes, tag: bytes, column: int, value: Cell) -> bytes:
        if self._formula.search(cell):
            self.edits.formulas.add((self.number, column))
            return cell
        style = _STYLE.search(tag)
        kind = _TYPE.search(tag)
        was_text = kind is not None and kind[1] in _TEXTS
        xf = int(style[1]) if style else 0
        reference = f"{letters(column)}{self.number}"
        if isinstance(value, str):
            xf = xf if was_text else self.edits.style(xf, AS_TEXT)
        elif isinstance(value, date):
            xf = self.edits.style(xf, SHORT_DATE)
        else:
            xf = self.edits.style(xf, GENERAL)
        return under(self.prefix, cell_xml(reference, xf, value, base_1904=self.edits.base_1904))


def cell_xml(reference: str, style: int, value: Cell, *, base_1904: bool = False) -> str:
    """Return the XML of a cell with that value: text is an inline string, so that it is never a formula."""
    start = f'<c r="{reference}" s="{style}"'
    if isinstance(value, str):
        return f'{start} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    if isinstance(value, bool):
        return f'{start} t="b"><v>{value:d}</v></c>'
    if isinstance(value, date):
        return f"{start}><v>{(value - (_EPOCH_1904 if base_1904 else _EPOCH)).days}</v></c>"
    if isinstance(value, int | float):
        whole = value == int(value) and abs(value) < 1e15
        return f"{start}><v>{int(value) if whole else repr(value)}</v></c>"
    return f"{start}/>"


def _restyle(styles: Styles, style: int, kind: int) -> int:
    """Return a style like this one for another kind of value; a date's own format and an amount's stay."""
    format_number, code = styles.number_format(style)
    is_date = format_number in _DATES or (bool(code) and _DATE_CODE.search(_ASIDE.sub("", code)) is not None)
    keep = {GENERAL: format_number != AS_TEXT and not is_date, SHORT_DATE: is_date, AS_TEXT: False}
    return style if keep[kind] or format_number == kind else styles.with_format(style, kind)
