"""From the sources to the bytes of the add-in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from addin.build import ADDIN, SOURCE, TEMPLATES, BuildError
from addin.build.functions import function_module
from addin.build.modules import Module, read_module
from addin.build.package import Rows, make_package
from addin.build.ribbon import Ribbon, keep_working, macro_functions, read_ribbon, ribbon_xml, text_rows
from addin.build.ribbon_rules import ribbon_faults
from addin.build.runtime import xlwings_modules

_SYSTEM_ID = re.compile(r"[a-z][a-z0-9_-]*")  # it becomes a word of the command that a click runs


def assemble(runtime: Sequence[Module]) -> bytes:
    """Return the add-in with these modules as its way to Python. Raises BuildError naming what is wrong."""
    ribbon = working_ribbon()
    xml, module = ribbon_xml(ribbon), read_module(SOURCE / "Ribbon.bas")
    faults = ribbon_faults(xml, module)
    if faults:
        raise BuildError("the ribbon: " + "; ".join(faults))
    sheets = {"texts": text_rows(ribbon), "systems": read_systems(TEMPLATES), "licences": licence_rows()}
    return make_package(sheets, [module, *runtime], xml)


def shipped_modules() -> list[Module]:
    """Return the modules beside the ribbon's in the shipped file: xlwings, and the worksheet functions if any."""
    functions = ADDIN / "udfs.py"
    wrappers = [function_module("addin.udfs", ADDIN.parent)] if functions.exists() else []
    return [*xlwings_modules(), *wrappers]


def working_ribbon() -> Ribbon:
    """Return the ribbon with only the buttons whose function `addin/macros.py` has, callable through its `run`."""
    functions = macro_functions(ADDIN / "macros.py")
    if functions and "run" not in functions:
        raise BuildError("addin/macros.py has no function run, which every button calls")
    return keep_working(read_ribbon(SOURCE / "ribbon.toml"), functions)


def read_systems(folder: Path) -> Rows:
    """Return the rows of the sheet `systems`: id and name of each profile of the folder, by name."""
    rows = []
    for path in sorted(folder.rglob("*.toml")):
        system = tomllib.loads(path.read_text("utf-8")).get("system")
        if not system:
            continue
        if not _SYSTEM_ID.fullmatch(system["id"]):
            raise BuildError(f"{path.name}: {system['id']!r} is not a plain lower-case id")
        rows.append((system["id"], system["name"]))
    return sorted(rows, key=lambda row: row[1].casefold())


def licence_rows() -> Rows:
    """Return the lines of the licence texts of what the file embeds."""
    texts = sorted((SOURCE / "licences").glob("*.txt"))
    return [(line,) for path in texts for line in (path.stem.upper(), "", *path.read_text("utf-8").splitlines(), "")]
