"""Read a sheet that is mostly holes: a stray cell in its last row or column would make calamine allocate gigabytes.

The sheet is written again in memory with its used rows and columns side by side, and the places are kept.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from core.workbooks.calamine import reading
from core.workbooks.markup import letters, number
from core.workbooks.package import Package
from core.workbooks.scan import SheetScan


def read_squeezed(package: Package, part: str, scan: SheetScan, sheet: str) -> tuple[Iterator[list[Any]], list[int]]:
    """Return the rows of a sparse sheet, blank rows included, and the numbers of their columns."""
    from python_calamine import CalamineWorkbook

    squeeze = _Squeeze(scan.prefix)
    with zipfile.ZipFile(package.path) as old, zipfile.ZipFile(buffer := BytesIO(), "w") as new:
        for name in package.parts:
            if name != part and not name.startswith("xl/media/"):
                new.writestr(name, old.read(name))
        with new.open(part, "w") as file:
            for piece in squeeze.rewrite(package.chunks(part)):
                file.write(piece)
    with reading(package.path):
        book = CalamineWorkbook.from_filelike(BytesIO(buffer.getvalue()))
        packed = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    order = sorted(squeeze.columns, key=squeeze.columns.__getitem__)  # as packed
    ranked = sorted(range(len(order)), key=order.__getitem__)
    return _spread(packed, squeeze.rows, ranked), [order[i] for i in ranked]


def _spread(packed: list[list[Any]], numbers: list[int], ranked: list[int]) -> Iterator[list[Any]]:
    """Yield the rows at their own numbers, columns in the sheet's order."""
    done = 0
    for row_number, row in zip(numbers, packed, strict=False):
        for _ in range(done + 1, row_number):
            yield [""] * len(ranked)
        yield [row[i] if i < len(row) else "" for i in ranked]
        done = row_number


class _Squeeze:
    """Renumbers rows and columns as they come: `rows` are the used ones in order, `columns` old number → new."""

    def __init__(self, prefix: bytes) -> None:
        p = re.escape(prefix)
        self.prefix = prefix
        self.rows: list[int] = []
        self.columns: dict[int, int] = {}
        self._number = 0
        self._row = re.compile(rb"<" + p + rb"row\b([^>]*?)(/?)>")
        self._cell = re.compile(rb"<" + p + rb"c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</" + p + rb"c>)", re.DOTALL)
        self._reference = re.compile(rb"\sr=[\"']([A-Z]*)(\d+)[\"']")
        self._row_number = re.compile(rb"\sr=[\"'](\d+)")
        self._style = re.compile(rb"\s[st]=[\"'][^\"']*[\"']")

    def rewrite(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the sheet with its used rows and columns only."""
        rest = next(chunks)
        start = rest.index(b"<" + self.prefix + b"sheetData")
        start = rest.index(b">", start) + 1
        yield rest[:start]
        rest = rest[start:]
        close, open_ = b"</" + self.prefix + b"row>", b"<" + self.prefix + b"row"
        for chunk in chunks:
            *rows, rest = (rest + chunk).split(close)
            yield b"".join(map(self._pack, rows))
            if (last := rest.rfind(open_)) > 0:
                self._skip(rest[:last])
                rest = rest[last:]
        *rows, _ = rest.split(close)
        yield b"".join(map(self._pack, rows))
        yield b"</%bsheetData></%bworksheet>" % (self.prefix, self.prefix)

    def _skip(self, ghosts: bytes) -> bytes:
        """Count rows without cells and return the last row's tag."""
        attributes = b""
        for attributes, _ in self._row.findall(ghosts):
            said = self._row_number.search(attributes)
            self._number = int(said[1]) if said else self._number + 1
        return bytes(attributes)

    def _pack(self, row: bytes) -> bytes:
        tags = [m.end() for m in self._row.finditer(row)]
        self._skip(row)
        kept, column = [], 0
        for attributes, content in self._cell.findall(row, tags[-1] if tags else 0):
            said = self._reference.search(attributes)
            column = number(said[1]) if said and said[1] else column + 1
            if content:
                new = self.columns.setdefault(column, len(self.columns) + 1)
                kept.append((new, b"".join(self._style.findall(attributes)), content))
        if not kept:
            return b""
        self.rows.append(self._number)
        name = b'<%bc r="%b%d"%b>%b</%bc>'
        cells = [
            name % (self.prefix, letters(new).encode(), len(self.rows), style, content, self.prefix)
            for new, style, content in sorted(kept)
        ]
        return b'<%brow r="%d">%b</%brow>' % (self.prefix, len(self.rows), b"".join(cells), self.prefix)
