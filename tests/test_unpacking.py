"""Parts of a package come out of it whole, or not at all."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workbooks.unpacking import PIECE, unpack


def packed(path: Path, data: bytes, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("before", b"something else")
        archive.writestr("part", data)
    return path


def unpacked(path: Path, part: str = "part") -> list[bytes]:
    with path.open("rb") as source, zipfile.ZipFile(path) as archive:
        return list(unpack(archive, source, part))


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2])
@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 5])
@pytest.mark.parametrize("kind", ["noise", "blanks"])
def test_a_part_comes_out_as_it_went_in(tmp_path: Path, kind: str, size: int, method: int) -> None:
    data = random.Random(size).randbytes(size) if kind == "noise" else bytes(size)
    pieces = unpacked(packed(tmp_path / "a.zip", data, method))
    assert b"".join(pieces) == data
    assert max(map(len, pieces), default=0) <= PIECE


@given(st.data())
def test_a_damaged_part_is_never_taken_for_a_sound_one(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    text = b"".join(b'<c r="A%d" t="s"><v>%d</v></c>' % (n, n * n % 977) for n in range(400))
    path = packed(tmp_path_factory.mktemp("zip") / "a.zip", text)
    whole = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("part")
    start = info.header_offset + 30 + len("part")
    at = data.draw(st.integers(start, start + info.compress_size - 1))
    whole[at] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(whole)
    with pytest.raises(zipfile.BadZipFile, match="part"):
        unpacked(path)


@pytest.mark.parametrize("name", ["file_size", "CRC", "compress_size"])
@pytest.mark.parametrize("difference", [-1, 1])
def test_what_the_archive_declares_must_be_true(tmp_path: Path, name: str, difference: int) -> None:
    path = packed(tmp_path / "a.zip", b"some text " * 1000)
    with path.open("rb") as source, zipfile.ZipFile(path) as archive:
        info = archive.getinfo("part")
        setattr(info, name, getattr(info, name) + difference)
        if (name, difference) == ("compress_size", 1):
            assert len(b"".join(unpack(archive, source, "part"))) == 10_000  # the stream itself says where it ends
            return
        with pytest.raises(zipfile.BadZipFile):
            list(unpack(archive, source, "part"))


def test_a_part_that_is_cut_off_or_absent(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", random.Random(1).randbytes(5000))
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("part")
        (short := tmp_path / "short").write_bytes(path.read_bytes()[: info.header_offset + 1000])
        (none := tmp_path / "none").write_bytes(path.read_bytes()[: info.header_offset + 10])
        for file in (short, none):
            with file.open("rb") as source, pytest.raises(zipfile.BadZipFile):
                list(unpack(archive, source, "part"))
    with pytest.raises(KeyError):
        unpacked(path, "absent")
