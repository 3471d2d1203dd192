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
        self._usual = re.compile(rb"<" + p + rb"row r=\"(\d+)\"[^>/]*>")
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
        usual = self._usual.match(row)
        if usual:
            start, end, tag = 0, usual.end(), usual[0]
            self.number = int(usual[1])
        else:
            start = row.rfind(self.open)
            end = row.find(b">", start) + 1
            tag = row[start:end]
            said = self._row_number.search(tag)
            self.number = int(said[1]) if said else self.number + row.count(self.open)
        new = self.cells(self.number)
        patched = self._spans.sub(b"", tag) if new and b"spans=" in tag else tag
        if lines := self._lines(self.number):
            patched = self.heights.apply(patched, lines)
        at = row.rfind(b' r="', end)
        last = self._letters.match(row, at + 4) if at >= 0 else None
        if last and last[0] not in self._left:
            return row[:start] + patched + self._replace(row[end:], new, number(last[0])) + self.close
        if patched is tag:
            return row + new + self.close
        return b"".join((row[:start], patched, row[end:], new, self.close))

    def _replace(self, body: bytes, new: bytes, last: int) -> bytes:
        """Put the cells where columns at or right of theirs are used: in a row written before, instead of the old."""
        if last <= self.last and self.last - self.first + 1 == len(self.cleared):
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
