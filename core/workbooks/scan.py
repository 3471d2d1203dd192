"""A fast look through a sheet's XML before it is read: how far it goes.

calamine allocates a dense grid: one stray cell at the sheet's far corner ends the whole process. Counting by bytes and
patterns costs a fifth of the reading itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from core.errors import InputError
from core.workbooks.markup import number as column_number
from core.workbooks.package import Package

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
LARGEST_GRID = 64_000_000  # cells of 32 bytes
LOOSE_GRID = 6_000_000  # cells: a grid of that size may be as empty as it likes


@dataclass(slots=True)
class SheetScan:
    """How far a sheet goes. `rows` counts its row elements, `last_row` and `last_column` are the farthest ones.

    Where a dense grid of that size would be too big, `used_row` and `used_column` say how far cells with a value go
    and `valued` counts the cells of their rows; elsewhere they are 0.
    """

    prefix: bytes = b""
    rows: int = 0
    last_row: int = 0
    last_column: int = 26
    used_row: int = 0
    used_column: int = 0
    valued: int = 0

    @property
    def loose(self) -> bool:
        """Say whether rows and columns alone do not exclude a grid that is big and mostly holes."""
        return self.last_row * self.last_column > LOOSE_GRID and (
            self.last_row > 4 * self.rows or self.last_column > 64
        )

    @property
    def sparse(self) -> bool:
        """Say whether a dense grid of the used part would be big and mostly holes."""
        area = self.used_row * self.used_column
        return area > LOOSE_GRID and area > 4 * self.valued


_SAID = re.compile(rb"r\s*=")


def root_prefix(head: bytes) -> bytes:
    """Return the namespace prefix of a sheet's tags with its colon, b"" for most files."""
    found = re.search(rb"<([A-Za-z_][\w.-]*:)?worksheet\b", head)
    return (found and found[1]) or b""


def scan_sheet(package: Package, part: str, sheet: str) -> SheetScan:
    """Measure a sheet. Raises InputError for one that no spreadsheet program could hold."""
    scan = SheetScan()
    chunks = package.chunks(part)
    first = next(chunks)
    scan.prefix = root_prefix(first)
    count = _Counter(scan)
    count.add(first)
    for chunk in chunks:
        count.add(chunk)
    scan.last_row = max(scan.last_row, scan.rows)
    if scan.last_row > LAST_ROW or (scan.rows >= LAST_ROW and _values(package.chunks(part), scan.prefix) >= LAST_ROW):
        raise InputError("errors.too_long", sheet=sheet, limit=LAST_ROW)
    if scan.last_column > LAST_COLUMN:
        raise InputError("errors.too_wide", sheet=sheet, limit=LAST_COLUMN)
    if scan.loose:
        _bound_values(scan, package.chunks(part))
    if scan.valued > LARGEST_GRID:
        raise InputError("errors.too_big", path=package.path.name, detail=f"{scan.valued:,}")
    return scan


def _bound_values(scan: SheetScan, chunks: Iterator[bytes]) -> None:
    """Find how far the cells with a value go: formatted empty rows and cells are no reason for a big grid."""
    open_, close = b"<" + scan.prefix + b"row", b"</" + scan.prefix + b"row>"
    value, text = b"<" + scan.prefix + b"v", b"<" + scan.prefix + b"is"
    row_number, references = re.compile(rb"\sr=[\"'](\d+)"), re.compile(rb"\sr=[\"']([A-Z]+)\d")
    row = 0
    rest = b""
    for chunk in chain(chunks, [close]):
        *pieces, rest = (rest + chunk).split(close)
        for piece in pieces:
            start = piece.rfind(open_)
            said = row_number.search(piece, start, piece.find(b">", start) + 1) if start >= 0 else None
            row = int(said[1]) if said else row + piece.count(open_)
            if value in piece or text in piece:
                widest = max(map(column_number, references.findall(piece, start)), default=0)
                cells = piece.count(b"<" + scan.prefix + b"c", start)
                scan.valued += cells
                scan.used_row = max(scan.used_row, row)
                scan.used_column = max(scan.used_column, widest, cells)
        if (last := rest.rfind(open_)) > 0:
            row += 0 if row_number.search(rest, last) else rest.count(open_, 0, last)
            rest = rest[last:]


class _Counter:
    """Measures one chunk after another. Each pattern costs 0.1 s for 100,000 rows of 25 columns, so there are two."""

    def __init__(self, scan: SheetScan) -> None:
        self.scan = scan
        prefix = re.escape(scan.prefix)
        self.row = re.compile(rb"<" + prefix + rb"row\b([^>]*)")
        self.row_number = re.compile(rb"\sr\s*=\s*[\"'](\d+)")
        self.row_start = re.compile(rb"<" + prefix + rb"row(?: r=\"(\d+)\"|(?=[\s/>]))")
        self.far_cell = re.compile(rb"<" + prefix + rb'c(?! r="[A-Z]\d)(?: r="([A-Z]+)|[\s/>])')
        self.any_reference = re.compile(rb"r\s*=\s*[\"']([A-Z]+)\d")
        self.cell = b"<" + scan.prefix + b"c"
        self.in_row = 0

    def add(self, chunk: bytes) -> None:
        scan = self.scan
        numbers = self.row_start.findall(chunk)
        scan.rows += len(numbers)
        if b"" in numbers:  # rows whose number is elsewhere in the tag, or not said
            tags = self.row.findall(chunk) if _SAID.search(chunk) else ()
            numbers = [m[1] for attributes in tags if (m := self.row_number.search(attributes))]
        if numbers:
            scan.last_row = max(scan.last_row, max(map(int, numbers)))
        far = set(self.far_cell.findall(chunk))  # cells beyond Z, and those that are not written `<c r="A1"`
        scan.last_column = max(scan.last_column, max(map(column_number, far), default=0))
        if b"" in far:
            self._count_by_row(chunk)

    def _count_by_row(self, chunk: bytes) -> None:
        """Measure the rows of a chunk with cells that are written otherwise, or do not say where they are."""
        letters = set(self.any_reference.findall(chunk))
        widest = max(map(column_number, letters), default=0)
        counts = [row.count(self.cell) for row in chunk.split(b"<" + self.scan.prefix + b"row")]
        counts[0] += self.in_row  # of the row that the chunk before began
        self.in_row = counts[-1]
        self.scan.last_column = max(self.scan.last_column, widest, *counts)


def _values(chunks: Iterator[bytes], prefix: bytes) -> int:
    """Count the cells that hold something, in a sheet that has every row."""
    ends = (b"</" + prefix + b"v>", b"</" + prefix + b"is>")
    return sum(chunk.count(end) for chunk in chunks for end in ends)
