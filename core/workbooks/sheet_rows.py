"""Put cells at the right of a sheet's rows, in the sheet's own XML, piece by piece.

Everything outside the result columns stays byte for byte, but for a row's `spans` (a hint for readers, which would
be wrong now).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat

from core.workbooks.markup import letters, number

HIGHEST = 409.0  # points, Excel's limit
_LETTERS = re.compile(rb"[A-Z]*")
_HEIGHT = re.compile(rb"\sht=([\"'])[^\"']*\1")
NewCells = Callable[[Sequence[int]], list[bytes]]
"""Row numbers → the cells to put in each row, in column order; b"" for none."""


def no_cells(rows: Sequence[int]) -> list[bytes]:
    """Return nothing to put in any row."""
    return [b""] * len(rows)


@dataclass(frozen=True, slots=True)
class Heights:
    """How high rows must be: `lines` of a row's longest new text (none: leave it alone), each `line` points high.

    Excel fits rows when it opens a file, LibreOffice only those without a height of their own: so it is written.
    """

    lines: Mapping[int, int]
    line: float

    def apply(self, tag: bytes, lines: int) -> bytes:
        """Return a row's tag with the height of so many lines; a height that the user has set stays."""
        if b"customHeight" in tag:
            return tag
        tag = _HEIGHT.sub(b"", tag)
        if lines == 1:
            return tag
        return tag[:-1] + b' ht="%.2f">' % min(lines * self.line, HIGHEST)


class _Left(dict[bytes, bool]):
    """Says of what a reference begins with (three characters) whether its cell is left of a column."""

    def __init__(self, column: int) -> None:
        super().__init__()
        self._column = column

    def __missing__(self, reference: bytes) -> bool:
        found = _LETTERS.match(reference)
        self[reference] = is_left = found is None or number(found[0]) < self._column
        return is_left


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
        self.heights = heights
        self.tail: list[bytes] = []
        self._row_number = re.compile(rb"\sr=[\"'](\d+)")
        self._spans = re.compile(rb"\sspans=([\"'])[^\"']*\1")
        self._tag_end = lru_cache(maxsize=1_000)(self._tag)
        self._left = _Left(self.first)
        self._usual = self.open + b' r="'
        self._numbered = self._usual.replace(b"%", b"%%") + b'%d"'
        self._spanned = re.compile(rb"(<" + p + rb"row r=\"\d+\") spans=\"[\d:]*\"")
        self._cell = re.compile(rb"<" + p + rb"c(?=[\s/>])(?:[^>]*/>|.*?</" + p + rb"c>)", re.DOTALL)
        self._reference = re.compile(rb"\sr=[\"']([A-Z]+)")

    def rows(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the rows, patched, from the XML after `<sheetData>`; what follows them is left in `tail`."""
        rest = b""
        for chunk in chunks:
            if self.tail:
                self.tail.append(chunk)
                continue
            piece = rest + chunk
            if b"p" in piece and b" spans=" in piece and self.cells is not no_cells:
                piece = self._spanned.sub(rb"\1", piece)  # as Excel writes them: all rows at once
            *rows, rest = piece.split(self.close)
            numbers = self._numbers(piece, rows, len(piece) - len(rest))
            out = self._patch_alike(rows, numbers) if numbers else [self._patch_one(row) for row in rows]
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

    def _numbers(self, piece: bytes, rows: list[bytes], end: int) -> Sequence[int]:
        """Return the numbers of rows that all begin the usual way, nothing otherwise; they end at `end`."""
        if not rows or not self._alone(piece, rows, end) or (b"p" in piece and b" spans=" in piece):
            return ()
        usual, start = self._usual, len(self._usual)
        first = rows[0][start : rows[0].find(b'"', start)]
        if first.isdigit():
            numbers = range(int(first), int(first) + len(rows))  # one after the other, as most rows are
            if all(map(bytes.startswith, rows, map(self._numbered.__mod__, numbers))):
                return numbers
        said = [row[start : row.find(b'"', start)] for row in rows if row.startswith(usual)]
        return list(map(int, said)) if len(said) == len(rows) and all(map(bytes.isdigit, said)) else ()

    def _alone(self, piece: bytes, rows: list[bytes], end: int) -> bool:
        """Say whether there are no rows but these. Most pieces have no "w" but those of their rows' tags: looking for
        one letter takes a fifth of the time.
        """
        return piece.count(b"w", 0, end) == 2 * len(rows) or piece.count(self.open, 0, end) == len(rows)

    def _patch_alike(self, rows: list[bytes], numbers: Sequence[int]) -> list[bytes]:
        """Patch rows of one kind: nearly all get a few cells at their end and nothing else."""
        lines, left, new = self.heights.lines, self._left, self.cells(numbers)
        last = [row[(at := row.rfind(b' r="') + 4) : at + 3] for row in rows]
        if all(map(left.__getitem__, set(last))):
            others = [index for index, n in enumerate(numbers) if n in lines]
        else:
            others = [i for i, (n, at) in enumerate(zip(numbers, last, strict=True)) if n in lines or not left[at]]
        for index in others:
            rows[index], new[index] = self._patch_usual(rows[index], numbers[index], new[index]), b""
        self.number = numbers[-1]
        return list(chain.from_iterable(zip(rows, new, repeat(self.close))))

    def _patch_usual(self, row: bytes, n: int, new: bytes) -> bytes:
        """Return a row without its end, which begins with its number: the rest of the tag is that of many rows."""
        at = row.find(b'"', len(self._usual)) + 1
        end = row.find(b">", at) + 1
        tag = self._tag_end(row[at:end], self.heights.lines.get(n, 0), spans=not new)
        return b"".join((row[:at], tag, self._body(row, end, n, new)))

    def _patch_one(self, row: bytes) -> bytes:
        """Patch one row of any kind; some without cells may precede it. Its number is kept, for rows without theirs."""
        start = row.rfind(self.open)
        said = self._row_number.search(row, start, row.find(b">", start))
        self.number = int(said[1]) if said else self.number + row.count(self.open)
        return self._patch(row, self.number, *self.cells([self.number]))

    def _patch(self, row: bytes, n: int, new: bytes) -> bytes:
        """Return a row with the cells, in its own number's tag and height."""
        start = row.rfind(self.open)
        end = row.find(b">", start) + 1
        tag = self._tag(row[start:end], self.heights.lines.get(n, 0), spans=not new)
        return b"".join((row[:start], tag, self._body(row, end, n, new), self.close))

    def _tag(self, tag: bytes, lines: int, *, spans: bool) -> bytes:
        """Return a row's tag, or its end, with the height of so many lines (0: its own) and with or without `spans`."""
        tag = tag if spans else self._spans.sub(b"", tag)
        return self.heights.apply(tag, lines) if lines else tag

    def _body(self, row: bytes, start: int, n: int, new: bytes) -> bytes:
        """Return what a row holds from `start` on, with the cells."""
        at = row.rfind(b' r="', start)
        free = at < 0 or self._left[row[at + 4 : at + 7]]
        return row[start:] + new if free else self._replace(row[start:], new, n)

    def _replace(self, body: bytes, new: bytes, row: int) -> bytes:
        """Put the cells where columns at or right of theirs are used: in a row written before, instead of the old."""
        last = _LETTERS.match(body, body.rfind(b' r="') + 4)
        if last and number(last[0]) <= self.last and self.last - self.first + 1 == len(self.cleared):
            for start in self._starts:
                if (at := body.find(start + b"%d" % row)) >= 0:
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
