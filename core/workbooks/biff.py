"""What calamine does not say of an .xls: errors in cells, zeros that a number format shows, the count of days.

A walk over the records of the BIFF8 stream; record numbers and layouts are those of [MS-XLS] 2.3 and 2.4.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.tables import CellError
from core.workbooks.build import Overrides
from core.workbooks.formats import ZeroFormat, pick

_BOUNDSHEET, _FORMAT, _XF, _END, _BOF, _DATEMODE = 0x0085, 0x041E, 0x00E0, 0x000A, 0x0809, 0x0022
_FORMULA, _BOOLERR, _NUMBER, _RK, _MULRK = 0x0006, 0x0205, 0x0203, 0x027E, 0x00BD
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_BIFF8 = 0x0600


@dataclass(slots=True)
class Records:
    """By sheet, the cells that read otherwise than calamine gives them; and whether days are counted from 1904."""

    cells: dict[str, Overrides] = field(default_factory=dict)
    base_1904: bool = False


@dataclass(slots=True)
class _Book:
    """What the first part of the stream says: where sheets start, formats by number, each style's format."""

    sheets: list[tuple[int, str]] = field(default_factory=list)
    formats: dict[str, str] = field(default_factory=dict)
    styles: list[str] = field(default_factory=list)
    base_1904: bool = False


def read_biff(path: Path) -> Records:
    """Return what the records of a file say besides; nothing for older versions of the format."""
    import olefile

    with olefile.OleFileIO(path) as container:
        if not container.exists("Workbook"):
            return Records()
        data = container.openstream("Workbook").read()
    try:
        return _walk(data)
    except (struct.error, IndexError, UnicodeDecodeError):  # damaged here, although calamine read it
        return Records()


def _walk(data: bytes) -> Records:
    if struct.unpack_from("<H", data, 4)[0] != _BIFF8:
        return Records()
    book = _Book()
    for kind, body in _records(data, 0):
        if kind == _BOUNDSHEET:
            book.sheets.append((struct.unpack_from("<L", body)[0], _text(body, body[6], 7)))
        elif kind == _FORMAT:
            number, length = struct.unpack_from("<HH", body)
            book.formats[str(number)] = _text(body, length, 4)
        elif kind == _XF:
            book.styles.append(str(struct.unpack_from("<H", body, 2)[0]))
        elif kind == _DATEMODE:
            book.base_1904 = struct.unpack_from("<H", body)[0] == 1
    zeros = pick(book.formats, book.styles)
    return Records({name: _cells(data, start, zeros) for start, name in book.sheets}, book.base_1904)


def _records(data: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records from a BOF to its EOF."""
    depth, at = 0, start
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        depth += (kind == _BOF) - (kind == _END)
        yield kind, data[at + 4 : at + 4 + size]
        at += 4 + size
        if depth <= 0:
            return


def _text(body: bytes, length: int, start: int) -> str:
    """Return a string of `length` characters; the byte at `start` says whether they take one byte or two each."""
    wide = body[start] & 1
    first = start + 1
    return body[first : first + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1")


def _cells(data: bytes, start: int, zeros: dict[int, ZeroFormat]) -> Overrides:
    """Return one sheet's errors and shown zeros."""
    found: Overrides = {}

    def put(row: int, column: int, cell: CellError | str | None) -> None:
        if cell is not None:
            found.setdefault(column + 1, {})[row + 1] = cell

    for kind, body in _records(data, start):
        if kind == _BOOLERR:
            row, column, _, value, is_error = struct.unpack_from("<HHHBB", body)
            if is_error:
                put(row, column, CellError(_ERRORS.get(value, "#N/A")))
        elif kind == _FORMULA:
            row, column, style = struct.unpack_from("<HHH", body)
            if body[12:14] == b"\xff\xff":  # no number: byte 6 says text, yes/no, error or blank
                if body[6] == 2:
                    put(row, column, CellError(_ERRORS.get(body[8], "#N/A")))
            elif style in zeros:
                put(row, column, zeros[style].show(struct.unpack_from("<d", body, 6)[0]))
        elif zeros and kind in (_NUMBER, _RK, _MULRK):
            for row, column, style, number in _numbers(kind, body):
                if style in zeros:
                    put(row, column, zeros[style].show(number))
    return found


def _numbers(kind: int, body: bytes) -> Iterator[tuple[int, int, int, float]]:
    """Yield (row, column, style, number) of a record that holds numbers."""
    row, column = struct.unpack_from("<HH", body)
    if kind == _NUMBER:
        yield row, column, *struct.unpack_from("<Hd", body, 4)
        return
    for at in range(4, len(body) - (0 if kind == _RK else 2), 6):
        style, packed = struct.unpack_from("<HL", body, at)
        yield row, column, style, _rk(packed)
        column += 1


def _rk(packed: int) -> float:
    """Unpack an RK number: 30 bits of an integer or of a double, bit 0 says "divide by 100", bit 1 "integer"."""
    if packed & 2:
        whole = (packed - (1 << 32) if packed & (1 << 31) else packed) >> 2
        number = float(whole)
    else:
        number = float(struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0])
    return number / 100 if packed & 1 else number
