"""Find the cells of a sheet that is written the usual way, by arrays: nearly every sheet of Excel, LibreOffice, ours.

The usual way is `<c r="B2" …>…</c>` one after the other in rows that say their number, in order. Nothing is guessed:
every tag must have its place in that picture, or the piece is not usual, and calamine reads the sheet.
One array operation looks at all cells of a piece, eight bytes at a time: a twelfth of the time of parsing it. Only
the tags of cells and rows are looked for. A cell goes as far as the next of them; that a string's number is all it
holds is told from its last 32 bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.workbooks.details import PADDED
from core.workbooks.scan import LAST_COLUMN, LAST_ROW

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int32]
Places = NDArray[np.int64]
Words = NDArray[np.uint64]
_U = np.uint64
_WIDE = 8  # bytes of a word
_BITS = _U(8)  # bits of a byte
_WORD_BITS = _U(64)


def _word(text: bytes) -> np.uint64:
    return _U(int.from_bytes(text, "little"))


_CELL, _ROW, _ROW_END = _word(b'<c r="'), _word(b'<row r="'), _word(b"</row>")
_SIX, _BYTE = _U(2**48 - 1), _U(255)  # as many bytes of a word
_TYPE, _SHARED, _VALUE_END = _word(b" t"), _word(b'="s"><v>'), _word(b"</v></c>")
_ZEROS, _TAGS = _word(b"0" * _WIDE), _word(b"<" * _WIDE)
_ONE_EACH, _HIGH_EACH, _TOO_HIGH = (_word(bytes([byte]) * _WIDE) for byte in (0x01, 0x80, 0x76))  # 0x76 + 10 = 0x80
_QUOTE, _CLOSE = ord('"'), ord(">")
_POWERS = 10 ** np.arange(1, 7)
_SEEN = 4 * _WIDE  # bytes at a cell's end that are looked at
_LONG = 64  # bytes of attributes that are looked at in words
_MIX = np.array([0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93], _U)  # any odd ones
_KINDS = 16  # bits: a body that falls together with another one is merely kept twice


@dataclass(slots=True)
class Cells:
    """The cells of one piece, in order: row, column (1 = A) and code.

    A code from 0 on is the number of a shared string; -1 - n stands for `bodies[n]`, the cell's own XML after its
    reference (` s="2"><v>31</v></c>`).
    """

    rows: Numbers
    columns: Numbers
    codes: Numbers
    bodies: list[bytes]
    first_row: int
    last_row: int


@dataclass(slots=True)
class _Tags:
    """The places where cells begin, then their first and second eight bytes, and the places where they end."""

    begins: Places
    first: Words
    second: Words
    ends: Places


@dataclass(slots=True)
class _Rows:
    """Each row's number, how many cells are above it, and how the cells in it end their reference: `12"`.

    That is the end of a word, after so many bits that are 0.
    """

    numbers: Numbers
    above: Places
    named: Words
    spare: Words


def find_cells(xml: bytes) -> Cells | None:
    """Return the cells of whole rows, None when anything in them is not written the usual way.

    `xml` is a piece of `WholeRows`: after the last row's end come eight bytes of padding.
    """
    if not xml.endswith(PADDED):
        return None
    tags = _find_tags(xml)
    rows = _find_rows(xml, tags)
    if rows is None:
        return None
    counts = np.diff(rows.above, append=len(tags.begins))
    placed = _columns(xml, tags, np.repeat(rows.named, counts), np.repeat(rows.spare, counts))
    if placed is None:
        return None
    columns, after = placed
    back = columns[1:] <= columns[:-1]
    back[rows.above[(rows.above > 0) & (counts > 0)] - 1] = False
    if back.any():
        return None
    codes, bodies = _contents(xml, tags, after)
    numbers = rows.numbers
    return Cells(np.repeat(numbers, counts), columns, codes, bodies, int(numbers[0]), int(numbers[-1]))


def _find_tags(xml: bytes) -> _Tags:
    """Find the cells. Two bytes at once are looked at, from even places and from odd ones."""
    count, wanted = (len(xml) - 1) // 2, int.from_bytes(b"<c", "little")
    odd = np.frombuffer(xml, "<u2", count, 1) == wanted
    pairs = np.flatnonzero((np.frombuffer(xml, "<u2", count) == wanted) | odd)
    begins = 2 * pairs + odd[pairs]
    first, second = _words(xml, begins, 2)
    is_cell = (first & _SIX) == _CELL
    if not is_cell.all():
        begins, first, second = begins[is_cell], first[is_cell], second[is_cell]
    return _Tags(begins, first, second, np.append(begins, len(xml))[1:])


def _find_rows(xml: bytes, tags: _Tags) -> _Rows | None:
    """Find the rows, and let the last cell of each end where the row does.

    None unless all say their number, of 1 to 7 digits, in order, and nothing stands between them and their cells.
    """
    data, words = np.frombuffer(xml, np.uint8), _every_word(xml)
    at = np.flatnonzero(data[len("<ro") :] == ord("w"))  # a letter that tags of cells do not have
    begin, end = words[at] == _ROW, (words[at - 1] & _SIX) == _ROW_END  # one before the first is the padding
    is_row = begin[begin | end]
    places = (at - end)[begin | end]
    if not is_row[0] or xml.find(b"<") != places[0]:
        return None
    before = np.searchsorted(tags.begins, places)  # cells
    last = np.flatnonzero(np.diff(before)) + 1
    tags.ends[before[last] - 1] = places[last]
    said = words[places[is_row] + len('<row r="')]
    numbers, digits = _numbers_before_a_quote(said)
    if (np.diff(numbers, prepend=0) <= 0).any() or numbers[-1] > LAST_ROW:
        return None
    known = places + len("</row>")
    known[is_row] = places[is_row] + len('<row r=""') + digits.astype(np.int64)
    nexts = np.minimum(np.append(tags.begins, len(xml))[before[:-1]], places[1:])
    if _any_tag(data, known[:-1], nexts):
        return None
    needed = np.searchsorted(_POWERS, numbers, "right").astype(_U) + _U(1)  # digits: a cell has no 0 before them
    spare = _BITS * (_U(7) - needed)
    return _Rows(numbers, before[is_row], (said >> (_BITS * (digits - needed))) << spare, spare)


def _numbers_before_a_quote(said: Words) -> tuple[Numbers, Words]:
    """Return the number that each word begins with, 0 where no quote comes after it, and its digits."""
    values = said ^ _ZEROS
    other = _no_digits(values)
    digits = (((((other & -other) >> _U(7)) - _U(1)) & _ONE_EACH) * _ONE_EACH) >> _U(56)
    numbers = _numbers(values << (_WORD_BITS - _BITS * digits))
    return np.where((said >> (_BITS * digits)) & _BYTE == _QUOTE, numbers, 0), digits


def _any_tag(data: NDArray[np.uint8], begins: Places, ends: Places) -> bool:
    """Say whether a tag begins in some of these ranges, which mostly are empty or hold one `>`."""
    length = ends - begins
    left = np.flatnonzero((length > 1) | ((length == 1) & (data[begins] != _CLOSE)))
    if not len(left):
        return False
    bounds = np.stack((begins[left], ends[left]), axis=1).ravel()
    return bool(np.logical_or.reduceat(data == ord("<"), bounds)[::2].any())


def _columns(xml: bytes, tags: _Tags, named: Words, spare: Words) -> tuple[Numbers, Places] | None:
    """Return each cell's column, and where its XML goes on after the reference; None unless all name their row."""
    columns = ((tags.first >> _U(48)) & _BYTE).astype(np.int32) - 64
    follows = tags.first >> _U(56)
    after = tags.begins + (len('<c r="A"') + 7) - (spare >> _U(3)).astype(np.int64)
    sound = bool((columns >= 1).all() and (columns <= 26).all())
    row = follows | (tags.second << _BITS)
    wide = np.flatnonzero(follows > 64)
    if len(wide):
        two = follows[wide].astype(np.int32) - 64
        three = (tags.second[wide] & _BYTE).astype(np.int32) - 64
        more = three > 0
        sound = sound and bool((two <= 26).all() and (three <= 26).all())
        columns[wide] = columns[wide] * 26 + two
        columns[wide] = np.where(more, columns[wide] * 26 + three, columns[wide])
        row[wide] = np.where(more, _every_word(xml)[tags.begins[wide] + len('<c r="AAA')], tags.second[wide])
        after[wide] += 1 + more
    if not sound or (row << spare != named).any() or (columns > LAST_COLUMN).any():
        return None
    return columns, after


def _contents(xml: bytes, tags: _Tags, after: Places) -> tuple[Numbers, list[bytes]]:
    """Return each cell's code, and the bodies that some stand for."""
    ends = tags.ends
    seen = _words(xml, np.maximum(ends - _SEEN, 0), 4)
    one, two, three, four = seen
    values = three ^ _ZEROS
    other = _no_digits(values)
    for step in (8, 16, 32):  # each byte before one that is no digit is none of the number either
        other |= other >> _U(step)
    skip = ((other >> _U(7)) * _ONE_EACH >> _U(56)) * _BITS  # bits
    take = _WORD_BITS - skip
    before = (two << take) | (one >> skip)
    shared = (four == _VALUE_END) & ((three << take) | (two >> skip) == _SHARED) & (before >> _U(48) == _TYPE)
    shared &= _tagless(before) & (take > 0) & (ends >= _SEEN)
    known = ends - _SEEN + (skip >> _U(3)).astype(np.int64)  # from here on, there is no tag before the value's
    far = shared & (known > after)
    if far.any():
        shared &= _tagless(tags.second) | ~far
        left = np.flatnonzero(far & (known > tags.begins + 2 * _WIDE))
        shared[left] &= _no_tag(xml, after[left], known[left])
    codes = _numbers((values >> skip) << skip)
    left = np.flatnonzero(~shared)
    begins, ends = after[left], ends[left]
    which = _alike(seen.T[left], ends - begins, (ends - begins <= _SEEN) & (ends >= _SEEN))
    own = which == np.arange(len(left))
    codes[left] = -np.cumsum(own, dtype=np.int32)[which]
    return codes, [xml[a:b] for a, b in zip(begins[own].tolist(), ends[own].tolist(), strict=True)]


def _no_tag(xml: bytes, begins: Places, ends: Places) -> Flags:
    """Say which of these ranges hold no tag; the eight bytes from each end on are known to hold none."""
    words, lengths, sound = _every_word(xml), ends - begins, np.ones(len(begins), np.bool_)
    for step in range(0, min(int(lengths.max(initial=0)), _LONG), _WIDE):
        sound &= _tagless(words[np.minimum(begins + step, ends)])
    for n in np.flatnonzero(lengths > _LONG).tolist():
        sound[n] = xml.find(b"<", begins[n], ends[n]) < 0
    return sound


def _alike(seen: Words, lengths: Places, whole: Flags) -> Places:
    """Return for each body the place of one that is the same, which may be its own; only a `whole` one is seen as such.

    Each is put into a drawer by its words, and compared with the one that was put there last.
    """
    skip = np.clip(_SEEN - lengths - np.arange(0, _SEEN, _WIDE)[:, None], 0, _WIDE).astype(_U) * _BITS
    words = (np.ascontiguousarray(seen.T) >> skip) << skip
    drawers = ((words * _MIX[:, None]).sum(axis=0) >> (_WORD_BITS - _U(_KINDS))).astype(np.int64)
    places, last = np.arange(len(lengths)), np.empty(1 << _KINDS, np.int64)
    last[drawers] = places
    found = last[drawers]
    same = (words[:, found] == words).all(axis=0) & (lengths[found] == lengths) & whole & whole[found]
    return np.where(same, found, places)


def _every_word(xml: bytes) -> Words:
    """Return the words that begin at each place."""
    return np.ndarray((len(xml) - _WIDE + 1,), "<u8", xml, strides=(1,))


def _words(xml: bytes, at: Places, count: int) -> Words:
    """Return so many words from each of these places on; the first index is that of the word."""
    size = count * _WIDE
    return (
        np.ndarray((max(len(xml) - size + 1, 0),), f"V{size}", xml, strides=(1,))[at].view("<u8").reshape(-1, count).T
    )


def _no_digits(values: Words) -> Words:
    """Return words with the highest bit of each byte that is no digit; `values` are the characters less "0".

    A byte after one that is no digit may seem to be none either.
    """
    return ((values + _TOO_HIGH) | values) & _HIGH_EACH


def _tagless(words: Words) -> Flags:
    """Say which words have no `<`."""
    rest = words ^ _TAGS
    found: Flags = (rest - _ONE_EACH) & ~rest & _HIGH_EACH == 0
    return found


def _numbers(digits: Words) -> Numbers:
    """Return the numbers of these digits, the last of which ends the word: pairs, then fours, then eights at once."""
    values = (digits * _U(10) + (digits >> _U(8))) & _U(0x00FF00FF00FF00FF)
    values = (values * _U(100) + (values >> _U(16))) & _U(0x0000FFFF0000FFFF)
    values = (values * _U(10_000) + (values >> _U(32))) & _U(0xFFFFFFFF)
    return values.astype(np.int32)
