"""VBA modules as text: what Excel's editor would refuse, found at build time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from addin.build import BuildError

_NAME = re.compile(r'^Attribute VB_Name = "([^"]*)"$', re.MULTILINE)
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}")  # longer names make Excel drop the whole project
_LONGEST_LINE = 1023  # limit of the VBA editor


@dataclass(frozen=True)
class Module:
    """One module of the VBA project; `source` is its whole text, attributes included, CRLF lines."""

    name: str
    kind: Literal["standard", "class"]
    source: str


def read_module(path: Path, encoding: str = "utf-8") -> Module:
    """Read an exported .bas or .cls file. Raises BuildError as `make_module` does."""
    kind: Literal["standard", "class"] = "class" if path.suffix == ".cls" else "standard"
    return make_module(path.read_text(encoding), path.name, kind)


def make_module(text: str, origin: str, kind: Literal["standard", "class"] = "standard") -> Module:
    """Make a module of a text that says its own name.

    Raises BuildError with `origin` and the line for a character outside Windows-1252 (the project's code page),
    a line too long for the editor, or a name that Excel does not take.
    """
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    for number, line in enumerate(lines, 1):
        _check_line(line, f"{origin}, line {number}")
    found = _NAME.search("\n".join(lines))
    if not found or not _IDENTIFIER.fullmatch(found[1]):
        raise BuildError(f'{origin}: no usable name; a module says Attribute VB_Name = "Name"')
    return Module(found[1], kind, "\r\n".join(lines) + "\r\n")


def _check_line(line: str, place: str) -> None:
    try:
        line.encode("cp1252")
    except UnicodeEncodeError as error:
        raise BuildError(f"{place}: {line[error.start]!r} is outside Windows-1252, VBA cannot hold it") from error
    if len(line) > _LONGEST_LINE:
        raise BuildError(f"{place}: longer than {_LONGEST_LINE} characters")
