"""Put cells at the right of a sheet's rows, in the sheet's own XML, piece by piece.

Everything outside the result columns stays byte for byte, but for a row's `spans` (a hint for readers, which would
be wrong now).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from core.workbooks.markup import letters, number

HIGHEST = 409.0  # points, Excel's limit
_HEIGHT = re.compile(rb"\sht=([\"'])[^\"']*\1")
NewCells = Callable[[int], bytes]
"""Row number → the cells to put there, in column order; b"" for none."""


@dataclass(frozen=True, slots=True)
class Heights:
    """How high rows must be: `lines` of a row's longest new text (0: leave it alone), each `line` points high.

    Excel fits rows when it opens a file, LibreOffice only those without a height of their own: so it is written.
    """

    lines: Callable[[int], int]
    line: float

    def apply(self, tag: bytes, lines: int) -> bytes:
        """Return a row's tag with the height of so many lines; a height that the user has set stays."""
        if b"customHeight" in tag:
            return tag
        tag = _HEIGHT.sub(b"", tag)
        if lines == 1:
            return tag
        return tag[:-1] + b' ht="%.2f">' % min(lines * self.line, HIGHEST)


class RowPatch:
    """Rewrites the rows of one sheet.

    `cells` go into the adjacent `columns`; what these held before goes.
    """

    def __init__(self, prefix: bytes, cells: NewCells, columns: Collection[int], heights: Heights) -> None:
        p = re.escape(prefix)
        self.cells, self.first, self.last = cells, min(columns), max(columns)
        self.cleared = {letters(column).encode() for column in columns}
        self._starts = [b"<" + prefix + b'c r="' + letters(column).encode() for column in sorted(columns)]
        self.open, self.close = b"<" + prefix + b"row", b"</" + prefix + b"row>"
        self.end = b"</" + prefix + b"sheetData>"
        self.number = 0
        self.heights, self._lines = heights, heights.lines
        self.tail: list[bytes] = []
        self._row_number = re.compile(rb"\sr=[\"'](\d+)")
        self._spans = re.compile(rb"\sspans=([\"'])[^\"']*\1")
        self._letters = re.compile(rb"[A-Z]*")
        self._left = {b"", *(letters(column).encode() for column in range(1, self.first))}
        self._usual = re.compile(rb"<" + p + rb"row r=\"(\d+)\"[^>/]*>").match
        self._is_left: dict[bytes, bool] = {}  # what a reference begins with → whether it is left of ours
        self._cell = re.compile(rb"<" + p + rb"c(?=[\s/>])(?:[^>]*/>|.*?</" + p + rb"c>)", re.DOTALL)
        self._reference = re.compile(rb"\sr=[\"']([A-Z]+)")

    def rows(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the rows, patched, from the XML after `<sheetData>`; what follows them is left in `tail`."""
        rest = b""
        for chunk in chunks:
            if self.tail:
                self.tail.append(chunk)
                continue
            *rows, rest = (rest + chunk).split(self.close)
            out = [self._patch(row) for row in rows]
            if self.end in rest:
                ghosts, tail = rest.split(self.end, 1)
                self.tail = [self.end, tail]
                out.append(ghosts)
            elif (last := rest.rfind(self.open)) > 0:  # empty rows have no end tag: they need no patch
                self._count(rest[:last])
                out.append(rest[:last])
                rest = rest[last:]
            yield b"".join(out)

    def _count(self, ghosts: bytes) -> None:
        """Keep the number of the last row, for sheets that do not say it."""
        said = self._row_number.findall(ghosts)
        self.number = int(said[-1]) if said else self.number + ghosts.count(self.open)

    def _patch(self, row: bytes) -> bytes:
        usual = self._usual(row)
        if usual:
            start, end, self.number = 0, usual.end(), int(usual[1])
        else:
            start, end = self._find_tag(row)
        new, lines = self.cells(self.number), self._lines(self.number)
        at = row.rfind(b' r="', end)
        free = at < 0 or self._left_of_ours(row[at + 4 : at + 7])
        if free and not lines and row.find(b"spans=", start, end) < 0:
            return row + new + self.close
        tag = row[start:end]
        if new:
            tag = self._spans.sub(b"", tag)
        if lines:
            tag = self.heights.apply(tag, lines)
        body = row[end:] + new if free else self._replace(row[end:], new)
        return b"".join((row[:start], tag, body, self.close))

    def _find_tag(self, row: bytes) -> tuple[int, int]:
        """Return where the row's tag is, and keep its number: rows without cells may stand before it."""
        start = row.rfind(self.open)
        end = row.find(b">", start) + 1
        said = self._row_number.search(row, start, end)
        self.number = int(said[1]) if said else self.number + row.count(self.open)
        return start, end

    def _left_of_ours(self, reference: bytes) -> bool:
        """Say whether a cell whose reference begins so is left of our columns."""
        known = self._is_left.get(reference)
        if known is None:
            found = self._letters.match(reference)
            known = self._is_left[reference] = not found or found[0] in self._left
        return known

    def _replace(self, body: bytes, new: bytes) -> bytes:
        """Put the cells where columns at or right of theirs are used: in a row written before, instead of the old."""
        last = self._letters.match(body, body.rfind(b' r="') + 4)
        if last and number(last[0]) <= self.last and self.last - self.first + 1 == len(self.cleared):
            for start in self._starts:
                if (at := body.find(start + b"%d" % self.number)) >= 0:
                    return body[:at] + new
        return self._interleave(body, new)

    def _interleave(self, body: bytes, new: bytes) -> bytes:
        """Put the cells among those at their right, and take out what their columns held."""
        before: list[bytes] = []
        after: list[bytes] = []
        for cell in self._cell.findall(body):
            found = self._reference.search(cell, 0, cell.index(b">"))
            if found and found[1] in self.cleared:
                continue
            (after if found and number(found[1]) >= self.first else before).append(cell)
        return b"".join((*before, new, *after))
