"""The VBA side of xlwings, taken from the installed wheel and closed to strangers' workbooks.

Only files outside `xlwings/pro` are read: they are under the BSD 3-clause licence. As xlwings ships it, the module
lets the workbook on the screen choose the Python that a click starts, or the modules that it imports: by a sheet of
settings, a file of settings beside it, its folder on Python's path, or sheets of code. Carnet opens files that others
sent, so each of these ways is closed by an exact replacement. The counts make the build fail when xlwings changes.
The Python to run is then read from one place only: the user's own file, which `addin.install` writes.
"""

from __future__ import annotations

import importlib.util
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from addin.build import PROJECT_NAME, BuildError
from addin.build.modules import Module, make_module, read_module


class Edit(NamedTuple):
    """Replace `old`, which occurs exactly `times` times, by `new`."""

    old: str
    new: str
    times: int = 1


EDITS = (
    Edit('PROJECT_NAME As String = "myaddin"', f'PROJECT_NAME As String = "{PROJECT_NAME}"'),
    # a sheet "carnet.conf", in the active workbook or in this one (which has none)
    Edit('If SheetExists(ActiveWorkbook, PROJECT_NAME & ".conf") = True Then', "If False Then"),
    Edit('If SheetExists(ThisWorkbook, PROJECT_NAME & ".conf") = True Then', "If False Then"),
    # a file "carnet.conf" beside the active workbook
    Edit('If source = "" Or source = "directory" Then', "If False Then"),
    # the active workbook's folder on Python's path; its path is not even passed, as ";" in it would add entries
    Edit('AddExcelDir = GetConfig("ADD_WORKBOOK_TO_PYTHONPATH", "true")', 'AddExcelDir = "false"', 2),
    Edit('PYTHONPATH = AddExcelDir & ";" & ActiveFullName & ";" & ThisFullName & ";" &',
         'PYTHONPATH = AddExcelDir & ";;;" &', 2),
    Edit('PYTHONPATH = AddExcelDir & ";" & ActiveWorkbook.FullName & ";" & ThisWorkbook.FullName & ";" &',
         'PYTHONPATH = AddExcelDir & ";;;" &'),
    # the current folder on Python's path, which may be the active workbook's: -c adds it, an empty setting too
    Edit('-B -c ""import', '-B -P -c ""import', 2),
    Edit('GetConfig("PYTHONPATH")', 'GetConfig("PYTHONPATH", ThisWorkbook.Path)', 4),
    # sheets named *.py, which a paid part of xlwings would run
    Edit('If Right$(sht.Name, 3) = ".py" Then', "If False Then", 2),
    Edit("PythonCommand = \"import xlwings.pro;xlwings.pro.runpython_embedded_code('\" & SourcePythonCommand & \"')\"",
         "Exit Function"),
)  # fmt: skip


def xlwings_folder() -> Path:
    """Return the folder of the installed xlwings, without importing it."""
    spec = importlib.util.find_spec("xlwings")
    if spec is None or spec.origin is None:
        raise BuildError("xlwings is not installed")
    return Path(spec.origin).parent


def xlwings_modules() -> list[Module]:
    """Return xlwings' module, edited, and the dictionary class that it needs on a Mac."""
    folder = xlwings_folder()
    text = (folder / "xlwings_custom_addin.bas").read_text("cp1252")
    if f'XLWINGS_VERSION As String = "{version("xlwings")}"' not in text:
        raise BuildError("xlwings' VBA module is not of the installed version")
    return [
        make_module(apply_edits(text, EDITS), "xlwings_custom_addin.bas"),
        read_module(folder / "addin" / "Dictionary.cls", "cp1252"),
    ]


def apply_edits(text: str, edits: tuple[Edit, ...]) -> str:
    """Apply each edit; raise BuildError when a text does not occur exactly as often as it should."""
    for edit in edits:
        found = text.count(edit.old)
        if found != edit.times:
            raise BuildError(f"xlwings' VBA module: {found} times instead of {edit.times}: {edit.old}")
        text = text.replace(edit.old, edit.new)
    return text
