"""Find the cells of a sheet that is written the usual way, by arrays: nearly every sheet of Excel, LibreOffice, ours.

The usual way is `<c r="B2" …>…</c>` one after the other in rows that say their number, in order. Nothing is guessed:
every tag must have its place in that picture, or the piece is not usual, and calamine reads the sheet.
One array operation looks at all cells of a piece, eight bytes at a time: a sixth of the time of parsing it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.workbooks.details import PADDED
from core.workbooks.scan import LAST_COLUMN, LAST_ROW

Places = NDArray[np.int64]
Words = NDArray[np.uint64]
_U = np.uint64
_WIDE = 8  # bytes of a word
_LONGEST_NUMBER = _WIDE  # digits that are read at once


def _word(text: bytes) -> np.uint64:
    return _U(int.from_bytes(text, "little"))


_CELL, _ROW, _ROW_END, _VALUE = _word(b'<c r="'), _word(b'<row r="'), _word(b"</row>"), _word(b"<v>")
_SIX, _THREE = _U(2**48 - 1), _U(2**24 - 1)  # as many bytes of a word
_SHARED_HEAD, _VALUE_END = _word(b'="s"><v>'), _word(b"</v></c>")
_ZEROS = _word(b"0" * _WIDE)
_QUOTE = ord('"')


@dataclass(slots=True)
class Cells:
    """The cells of one piece, in order: row, column (1 = A) and code.

    A code from 0 on is the number of a shared string; -1 - n stands for `bodies[n]`, the cell's own XML after its
    reference (` s="2"><v>31</v></c>`).
    """

    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    codes: NDArray[np.int32]
    bodies: list[bytes]
    first_row: int
    last_row: int


def find_cells(xml: bytes) -> Cells | None:
    """Return the cells of whole rows, None when anything in them is not written the usual way.

    `xml` is a piece of `WholeRows`: after the last row's end come eight bytes of padding.
    """
    if not xml.endswith(PADDED):
        return None
    words = np.ndarray((len(xml) - _WIDE + 1,), "<u8", xml, strides=(1,))
    tags = np.flatnonzero(np.frombuffer(xml, np.uint8) == ord("<"))
    starts = words[tags]
    six = starts & _SIX
    is_cell, is_row = six == _CELL, starts == _ROW
    bounds = np.flatnonzero(is_cell | is_row | (six == _ROW_END))  # indexes in `tags`
    if bounds[0] or not is_row[0]:
        return None
    cells_here = is_cell[bounds]
    of_cells = cells_here[:-1]
    if (np.diff(bounds)[~of_cells] != 1).any():  # between rows, and before a row's first cell, stands nothing
        return None
    numbers = _row_numbers(words, tags[np.flatnonzero(is_row)])
    if numbers is None or numbers[-1] > LAST_ROW or (np.diff(numbers, prepend=0) <= 0).any():
        return None
    first, begins, ends = bounds[:-1][of_cells], tags[bounds[:-1][of_cells]], tags[bounds[1:][of_cells]]
    rows = numbers[np.cumsum(is_row[bounds])[:-1][of_cells] - 1]
    placed = _columns(words, xml, begins, rows)
    if placed is None:
        return None
    columns, after = placed
    if ((np.diff(rows.astype(np.int64) << 15 | columns)) <= 0).any():
        return None
    codes, bodies = _contents(words, xml, tags[first + 1], tags[np.minimum(first + 2, len(tags) - 1)], after, ends)
    return Cells(rows, columns, codes, bodies, int(numbers[0]), int(numbers[-1]))


def _row_numbers(words: Words, at: Places) -> NDArray[np.int32] | None:
    """Return the numbers of the rows whose tags are `at` these places; None unless all are numbers of 1 to 7 digits."""
    said = words[at + len('<row r="')]
    quotes = np.stack([(said >> _U(8 * n)) & _U(255) for n in range(1, _WIDE)]) == _QUOTE
    digits = quotes.argmax(axis=0) + 1
    numbers, sound = _numbers(words[at + digits], digits)
    return numbers.astype(np.int32) if (quotes.any(axis=0) & sound).all() else None


def _columns(
    words: Words, data: bytes, begins: Places, rows: NDArray[np.int32]
) -> tuple[NDArray[np.int32], Places] | None:
    """Return each cell's column, and where its XML goes on after the reference; None unless all name their row."""
    reference = words[begins + len('<c r="')]
    one, two, three = (((reference >> _U(8 * n)) & _U(255)).astype(np.int32) - 64 for n in range(3))
    has_two = two > 0
    has_three = has_two & (three > 0)
    columns = np.where(has_two, one * 26 + two, one)
    columns = np.where(has_three, columns * 26 + three, columns)
    digits = np.ones(len(rows), np.int64)
    for power in range(1, 7):
        digits += rows >= 10**power
    quotes = begins + len('<c r="') + 1 + has_two + has_three + digits
    if (quotes >= len(words)).any():
        return None
    said, sound = _numbers(words[quotes - 8], digits)
    letters = np.stack((one, np.where(has_two, two, 1), np.where(has_three, three, 1)))
    if not sound.all() or (said != rows).any() or (letters < 1).any() or (letters > 26).any():
        return None
    if (columns > LAST_COLUMN).any():
        return None
    if (np.frombuffer(data, np.uint8)[quotes] != _QUOTE).any():
        return None
    return columns, quotes + 1


def _contents(
    words: Words, xml: bytes, value: Places, closing: Places, after: Places, ends: Places
) -> tuple[NDArray[np.int32], list[bytes]]:
    """Return each cell's code, and the distinct bodies that some stand for.

    Of each cell, `value` and `closing` are the places of its second and third tag, `after` and `ends` those where its
    body begins and ends.
    """
    length = closing - value - len("<v>")
    whole = (closing + _WIDE == ends) & (words[closing] == _VALUE_END) & (length > 0) & (length <= _LONGEST_NUMBER)
    numbers, sound = _numbers(words[closing - _WIDE], np.where(whole, length, 1))
    whole &= sound
    before = words[np.maximum(value - _WIDE, 0)]
    shared = whole & (words[value - 5] == _SHARED_HEAD) & (((before >> _U(8)) & _U(0xFFFF)) == _word(b" t"))
    head = value - after  # bytes
    plain = whole & ~shared & (head > 0) & (head <= _WIDE) & ((words[value] & _THREE) == _VALUE)
    codes = np.where(shared, numbers, 0).astype(np.int32)
    at = np.flatnonzero(plain)
    firsts, places = _distinct(before[at] >> (_U(8) * (_WIDE - head[at]).astype(np.uint64)), numbers[at], length[at])
    codes[at] = -1 - places
    left = np.flatnonzero(~(shared | plain))
    codes[left] = -1 - len(firsts) - np.arange(len(left), dtype=np.int32)
    kept = np.append(at[firsts], left)
    return codes, [xml[a:b] for a, b in zip(after[kept].tolist(), ends[kept].tolist(), strict=True)]


def _distinct(heads: Words, numbers: Places, digits: Places) -> tuple[Places, Places]:
    """Return the places of the distinct triples, and for each triple which of these it is."""
    kinds = np.unique(heads, return_inverse=True)[1]
    keys = (kinds << 31) | (digits << 27) | numbers
    _, firsts, places = np.unique(keys, return_index=True, return_inverse=True)
    return firsts, places


def _numbers(ended: Words, digits: Places) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the whole numbers whose last digit ends each word, so many digits long (1 to 8), and which are numbers.

    Eight digits at once: pairs, then fours, then eights are put together by one multiplication each.
    """
    kept = _U(2**64 - 1) << (_U(8) * (_WIDE - digits).astype(np.uint64))
    values = (ended ^ _ZEROS) & kept  # of a digit its number is left, of anything else more than 9
    sound = (((values + _U(0x7676767676767676)) | values) & _U(0x8080808080808080)) == 0
    values = (values * _U(10) + (values >> _U(8))) & _U(0x00FF00FF00FF00FF)
    values = (values * _U(100) + (values >> _U(16))) & _U(0x0000FFFF0000FFFF)
    values = (values * _U(10_000) + (values >> _U(32))) & _U(0xFFFFFFFF)
    return values.astype(np.int64), sound
