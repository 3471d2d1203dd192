"""A workbook's package (the zip of an .xlsx or .xlsm), opened without trusting it.

Refused before any reader sees them: parts whose declared size is a bomb's, document types (the door of XML entities),
parts of one name, passwords. Limits come from measures: real sheets unpack 8 to 30 times, formatted empty rows 16
times, 1 GB of blanks 1,000 times.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import InputError
from core.workbooks.unpacking import unpack

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

HARMLESS_SIZE = 64 << 20  # bytes: whatever its ratio, a part of this size can be read within 300 MB
BOMB_RATIO = 100
LARGEST_PACKAGE = 4 << 30  # bytes unpacked: a full sheet of 60 columns
MOST_PARTS = 20_000
LONGEST_TAG = 1 << 20  # bytes without a "<"; a cell holds 32,767 characters
SPREADSHEET = re.compile(r"\.(spreadsheetml|ms-excel)\.[a-zA-Z.]*main\+xml")
READ_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)
"""What the zip reader raises on damage; NotImplementedError is an exotic compression."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet: the name on its tab, its part, whether the user sees its tab, its place among all tabs from 0."""

    name: str
    part: str
    visible: bool
    index: int = 0


@dataclass(frozen=True, slots=True)
class Package:
    """A package that passed the guard: its sheets in tab order and the parts that readers and writers need."""

    path: Path
    workbook: str
    sheets: tuple[Sheet, ...]
    styles: str | None
    strings: str | None
    parts: tuple[str, ...]

    def read(self, part: str) -> bytes:
        """Return one part, unpacked."""
        with self._opened(part) as pieces:
            return b"".join(pieces)

    def size(self, part: str) -> int:
        """Return the size of one part, unpacked, in bytes, as the package declares it."""
        with guarded(self.path), zipfile.ZipFile(self.path) as archive:
            return archive.getinfo(part).file_size

    def chunks(self, part: str) -> Iterator[bytes]:
        """Yield a part piece by piece, each ending before a `<`. Raises InputError on damage or an endless tag."""
        rest = b""
        for piece in self.blocks(part):
            data = rest + piece
            cut = data.rfind(b"<")
            if len(data) - cut > LONGEST_TAG + 1:
                raise InputError("errors.dangerous", path=self.path.name, detail=f"{part}: > 1 MB")
            if cut > 0:
                yield data[:cut]
            rest = data[max(cut, 0) :]
        yield rest

    def blocks(self, part: str) -> Iterator[bytes]:
        """Yield a part piece by piece, cut anywhere. Raises InputError on damage."""
        with self._opened(part) as pieces:
            yield from _read_ahead(pieces)

    @contextmanager
    def _opened(self, part: str) -> Iterator[Iterator[bytes]]:
        with guarded(self.path), self.path.open("rb") as source, zipfile.ZipFile(self.path) as archive:
            yield unpack(archive, source, part)


def _read_ahead(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a part piece by piece, each unpacked in a thread while the one before is being looked at."""
    with ThreadPoolExecutor(1) as pool:
        pending = pool.submit(next, pieces, b"")
        while data := pending.result():
            pending = pool.submit(next, pieces, b"")
            yield data


class guarded:
    """Turn what the zip and XML readers raise on a damaged file into an InputError: `with guarded(path)`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, PermissionError):
            raise InputError("errors.file_unreadable", path=self.path.name) from error
        if isinstance(error, RuntimeError) and "password" in str(error):
            raise InputError("errors.encrypted", path=self.path.name) from error
        if isinstance(error, (*READ_ERRORS, KeyError, SyntaxError)):  # ElementTree's ParseError is a SyntaxError
            raise InputError("errors.damaged", path=self.path.name, detail=str(error)[:120]) from error


def open_package(path: Path) -> Package:
    """Open a workbook's package and check that it can be read safely. Raises InputError."""
    with guarded(path), zipfile.ZipFile(path) as archive:
        _check_parts(path, archive)
        names = {info.filename.lower(): info.filename for info in archive.infolist()}
        workbook = _workbook_part(path, archive, names)
        return _describe(path, archive, workbook, names)


def _check_parts(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse bombs, twins, passwords and document types, from the directory and the first bytes of each part."""
    infos = archive.infolist()
    if len(infos) > MOST_PARTS or sum(i.file_size for i in infos) > LARGEST_PACKAGE:
        raise InputError("errors.too_big", path=path.name, detail=f"{sum(i.file_size for i in infos) >> 20} MB")
    seen: set[str] = set()
    for info in infos:
        if info.filename.lower() in seen:
            raise InputError("errors.damaged", path=path.name, detail=f"2 × {info.filename}")
        seen.add(info.filename.lower())
        bomb = info.file_size > HARMLESS_SIZE and info.file_size > BOMB_RATIO * max(info.compress_size, 1)
        lying = info.compress_size > info.file_size * 1.1 + 1000  # deflate adds 5 bytes per block at most
        if bomb or lying:
            raise InputError("errors.dangerous", path=path.name, detail=f"{info.filename}: {info.file_size >> 20} MB")
        if info.flag_bits & 1:
            raise InputError("errors.encrypted", path=path.name)
        if info.filename.lower().endswith((".xml", ".rels")):
            _check_prolog(path, archive, info)


def _check_prolog(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """Refuse a document type (before the root, where XML allows it), and encodings that could hide one."""
    with archive.open(info) as file:
        prolog = file.read(1 << 10)
        while not (root := re.search(rb"<[A-Za-z_]", prolog)) and len(prolog) < HARMLESS_SIZE >> 10:
            if not (more := file.read(1 << 12)):
                break
            prolog += more
    prolog = prolog[: root.start()] if root else prolog
    declared = re.search(rb"encoding\s*=\s*[\"']([^\"']*)", prolog)
    if declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        detail = f"{info.filename}: {declared[1].decode('ascii', 'replace')}"
        raise InputError("errors.damaged", path=path.name, detail=detail)
    if prolog.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in prolog:
        raise InputError("errors.damaged", path=path.name, detail=f"{info.filename}: UTF-16")
    if b"<!DOCTYPE" in prolog or b"<!ENTITY" in prolog or (not root and len(prolog) >= HARMLESS_SIZE >> 10):
        raise InputError("errors.dangerous", path=path.name, detail=f"{info.filename}: DOCTYPE")


def _parse(archive: zipfile.ZipFile, part: str) -> Element:
    from xml.etree import ElementTree

    return ElementTree.fromstring(archive.read(part))  # noqa: S314 — document types were refused above


def _workbook_part(path: Path, archive: zipfile.ZipFile, names: dict[str, str]) -> str:
    """Find the workbook's own part, wherever it lies; anything else in a zip is not a workbook."""
    if "mimetype" in names and b"opendocument.spreadsheet" in archive.read(names["mimetype"]):
        raise InputError("errors.other_format", path=path.name, format=".ods")
    if "xl/workbook.bin" in names:
        raise InputError("errors.other_format", path=path.name, format=".xlsb")
    if "_rels/.rels" not in names or "[content_types].xml" not in names:
        raise InputError("errors.not_a_workbook", path=path.name)
    for relation in _parse(archive, names["_rels/.rels"]):
        if relation.get("Type", "").endswith("/officeDocument"):
            part = names.get(_resolve("", relation.get("Target", "")).lower())
            if part and SPREADSHEET.search(archive.read(names["[content_types].xml"]).decode("utf-8", "replace")):
                return part
    raise InputError("errors.not_a_workbook", path=path.name)


def _describe(path: Path, archive: zipfile.ZipFile, workbook: str, names: dict[str, str]) -> Package:
    """Read the list of sheets and where their parts are."""
    folder, _, base = workbook.rpartition("/")
    targets: dict[str, tuple[str, str]] = {}
    rels = names.get(f"{folder}/_rels/{base}.rels".lower().lstrip("/"))
    for relation in _parse(archive, rels) if rels else ():
        part = names.get(_resolve(folder, relation.get("Target", "")).lower(), "")
        targets[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], part)
    sheets = []
    for index, element in enumerate(_parse(archive, workbook).iterfind("{*}sheets/{*}sheet")):
        identity = next((v for k, v in element.items() if k.endswith("}id")), "")
        kind, part = targets.get(identity, ("", ""))
        if kind == "worksheet" and part:
            visible = element.get("state", "visible") == "visible"
            sheets.append(Sheet(element.get("name", ""), part, visible, index))
    by_kind = {kind: part for kind, part in reversed(targets.values()) if part}
    styles, strings = by_kind.get("styles"), by_kind.get("sharedStrings")
    return Package(path, workbook, tuple(sheets), styles, strings, tuple(names.values()))


def _resolve(folder: str, target: str) -> str:
    """Return a relation's target as a part's name; targets are relative to their part or absolute."""
    return target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
