"""Unpack one part of a zip: ISA-L's inflate takes a third of zlib's time, in steps long enough for two threads.

zipfile unpacks 4 KB at a time: each of its steps waits until the thread that looks at the pieces lets go of Python.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from isal import isal_zlib

PIECE = 1 << 21
"""Bytes of a piece, at most."""
_STEP = 1 << 18  # packed bytes read at once: some 2 MB of a sheet
_RAW = -15
"""A window of 32 KB and no header: what a zip holds (APPNOTE 4.4.5, method 8)."""
_LOCAL_HEADER = struct.Struct("<26s2H")
"""A part's own header: all but the lengths of the name and of the extra field that follow it (APPNOTE 4.3.7)."""


def seek_data(source: BinaryIO, info: zipfile.ZipInfo) -> None:
    """Go to where a part's packed bytes begin. Raises BadZipFile."""
    source.seek(info.header_offset)
    header = source.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size:
        raise zipfile.BadZipFile(info.filename)
    _, name_size, extra_size = _LOCAL_HEADER.unpack(header)
    source.seek(name_size + extra_size, 1)


def unpack(archive: zipfile.ZipFile, source: BinaryIO, part: str) -> Iterator[bytes]:
    """Yield a part piece by piece; `source` is the archive's own file, opened apart.

    Raises BadZipFile for a part that is damaged, cut off, or not of the size or sum that the archive declares, and
    KeyError for one that is not there.
    """
    info = archive.getinfo(part)
    if info.compress_type != zipfile.ZIP_DEFLATED:
        with archive.open(info) as file:
            while piece := file.read(PIECE):
                yield piece
        return
    seek_data(source, info)
    size = checksum = 0
    for piece in _inflate(source, info):
        size += len(piece)
        checksum = isal_zlib.crc32(piece, checksum)
        if size > info.file_size:
            break
        yield piece
    if (size, checksum) != (info.file_size, info.CRC):
        raise zipfile.BadZipFile(part)


def _inflate(source: BinaryIO, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what so many packed bytes hold."""
    unpacker, left, packed = isal_zlib.decompressobj(_RAW), info.compress_size, b""
    while not unpacker.eof:
        if not packed:
            packed = source.read(min(left, _STEP))
            left -= len(packed)
        given = len(packed)
        try:
            piece = unpacker.decompress(packed, PIECE)
        except isal_zlib.error as error:  # type: ignore[misc] # the stubs call the class an instance
            raise zipfile.BadZipFile(info.filename) from error
        packed = unpacker.unconsumed_tail
        if piece:
            yield piece
        elif not given:
            raise zipfile.BadZipFile(info.filename)
