"""Rewrite a few parts of a package and copy the others as they are, still packed."""

from __future__ import annotations

import copy
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import BinaryIO

from core.workbooks.packing import enter, new_entry, write_part
from core.workbooks.unpacking import seek_data

_SIZES_FOLLOW = 0x08

Rewriter = Callable[[], Iterable[bytes]]
"""Makes a part anew: whole, as a list, or piece by piece; then it proves itself what surrounds the rows."""


def rewrite(source: Path, target: Path, changed: Mapping[str, Rewriter]) -> None:
    """Write `source` to `target` with the `changed` parts made anew, in the same order; new parts come last.

    Raises SyntaxError (see `guarded`) before `target` is complete when a part made whole is no XML any more.
    """
    with source.open("rb") as raw, zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            if info.filename in changed:
                write_part(new, new_entry(info.filename), _proven(changed[info.filename]()), expected=info.file_size)
            else:
                _copy(raw, info, new)
        known = set(old.namelist())
        for name in changed:
            if name not in known:
                write_part(new, new_entry(name), _proven(changed[name]()))
        new.comment = old.comment


def _proven(pieces: Iterable[bytes]) -> Iterable[bytes]:
    """Return a part's pieces; one made whole is parsed, those of big sheets prove their own frame."""
    if isinstance(pieces, list):
        prove_sound(b"".join(pieces))
    return pieces


def prove_sound(xml: bytes) -> None:
    """Parse what is about to be written, as a last guard: a broken part must never take the place of a sound one."""
    from xml.etree import ElementTree

    ElementTree.fromstring(xml)  # noqa: S314 — document types were refused when the package was opened


def _copy(raw: BinaryIO, info: zipfile.ZipInfo, new: zipfile.ZipFile) -> None:
    """Copy one part without unpacking it, and enter it in the new directory."""
    seek_data(raw, info)
    entry = copy.copy(info)
    entry.flag_bits &= ~_SIZES_FOLLOW  # the sizes are known now
    target = new.fp
    if target is None:
        raise ValueError("closed")
    entry.header_offset = target.tell()
    target.write(entry.FileHeader(zip64=None))
    left = info.compress_size
    while left and (piece := raw.read(min(left, 1 << 20))):
        target.write(piece)
        left -= len(piece)
    enter(new, entry)
