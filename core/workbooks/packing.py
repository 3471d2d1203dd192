"""Pack one part into a zip: ISA-L's deflate takes 0.07 s for the 80 MB of a sheet of 100,000 rows, zlib's 0.4 s."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from isal import isal_zlib

LEVEL = 2
"""Of ISA-L's 0 to 3. The file is as large as with zlib's level 2; level 3 takes four times as long for 5 % less."""
_RAW = -15
"""A window of 32 KB and no header: what a zip holds (APPNOTE 4.4.5, method 8)."""
_ZIP64_FROM = 1 << 30  # bytes expected: room for the larger sizes is made before they are known


def new_entry(name: str) -> zipfile.ZipInfo:
    """Return the entry of a new part."""
    return zipfile.ZipInfo(name, time.localtime()[:6])


def write_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, pieces: Iterable[bytes], *, expected: int = 0) -> None:
    """Pack a part's pieces at the end of an archive opened for writing; `entry` gives its name, time and attributes.

    `expected` is about how many bytes there will be: room for the sizes of a huge part is made beforehand.
    """
    target = archive.fp
    if target is None:
        raise ValueError("closed")
    entry.compress_type, entry.flag_bits = zipfile.ZIP_DEFLATED, entry.flag_bits & 0x800  # names in UTF-8
    entry.extra = b""
    entry.header_offset = archive.start_dir
    zip64 = expected >= _ZIP64_FROM
    entry.CRC = entry.file_size = entry.compress_size = 0
    target.seek(entry.header_offset)
    target.write(entry.FileHeader(zip64))
    packer = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, _RAW)

    def pack(piece: bytes) -> None:
        entry.CRC = isal_zlib.crc32(piece, entry.CRC)
        entry.file_size += len(piece)
        entry.compress_size += target.write(packer.compress(piece))

    with ThreadPoolExecutor(1) as pool:  # packs a piece while the next one is made
        pending: Future[None] | None = None
        for piece in pieces:
            if pending:
                pending.result()
            pending = pool.submit(pack, piece)
        if pending:
            pending.result()
    entry.compress_size += target.write(packer.flush())
    end = target.tell()
    target.seek(entry.header_offset)
    target.write(entry.FileHeader(zip64))
    target.seek(end)
    enter(archive, entry)


def enter(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Enter what was just written in the archive's directory."""
    assert archive.fp is not None  # noqa: S101 - the caller has written into it
    archive.filelist.append(entry)
    archive.NameToInfo[entry.filename] = entry
    archive.start_dir = archive.fp.tell()
