"""The VBA project: modules into a package, as source alone, by pyOpenVBA."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from pyopenvba import ExcelFile, VBAModuleKind
from pyopenvba.cfb import CFB
from pyopenvba.vba import compress, decompress

from addin.build.modules import Module

# [MS-OVBA] 2.3.4.1: a writer says version 0xFFFF and writes no cache, so that Excel compiles from the source.
_NO_CACHE = bytes.fromhex("CC61FFFF000000")
_KINDS = {"standard": VBAModuleKind.standard, "class": VBAModuleKind.other}


def add_project(package: bytes, modules: Sequence[Module]) -> bytes:
    """Return the macro-enabled workbook `package` with a VBA project of those modules.

    The workbook and its sheets get their own (empty) modules, as Excel gives them.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "package.xlsm"
        path.write_bytes(package)
        with ExcelFile(path) as book:
            project = book.add_vba_project()
            for document in project.modules:
                document.source = document.source  # marks it for rewriting: the compiled part is left out
            for module in modules:
                project.add_module(module.name, module.source, kind=_KINDS[module.kind])
            book.save()
        return path.read_bytes()


def finish_project(project: bytes, name: str) -> bytes:
    """Return `vbaProject.bin` with its own name and without a cache of compiled code.

    [MS-OVBA] 2.3.4.2.1.6 (PROJECTNAME, record 4 of `dir`) and 2.3.1.4 (`Name=` of the PROJECT stream).
    """
    cfb = CFB.from_bytes(project)
    old, new = b"VBAProject", name.encode("ascii")
    directory = decompress(cfb.get_stream_in_storage("VBA", "dir"))
    cfb.write_stream_in_storage("VBA", "dir", compress(_replace_once(directory, _record(4, old), _record(4, new))))
    text = _replace_once(cfb.get_stream("PROJECT"), b'\r\nName="' + old + b'"', b'\r\nName="' + new + b'"')
    cfb.write_stream("PROJECT", text)
    cfb.write_stream_in_storage("VBA", "_VBA_PROJECT", _NO_CACHE)
    finished: bytes = cfb.to_bytes()
    return finished


def _record(kind: int, value: bytes) -> bytes:
    return kind.to_bytes(2, "little") + len(value).to_bytes(4, "little") + value


def _replace_once(data: bytes, old: bytes, new: bytes) -> bytes:
    if data.count(old) != 1:
        raise ValueError(f"{old!r} occurs {data.count(old)} times")
    return data.replace(old, new)
