"""Open an add-in or a macro workbook in LibreOffice with its VBA on, and call its procedures.

LibreOffice has a VBA runtime.  Two traps: a module that does not compile silently turns every call of the project
into None (xlwings' own module is such a one: build with a stand-in), and .xlam needs its filter named.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.lo_engine.office import Office, plain_errors

VBA_FILTER = "Calc MS Excel 2007 VBA XML"


class MacroBook:
    """An open file whose procedures can be called: what the ribbon's clicks do in Excel."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.project: str = document.BasicLibraries.ProjectName

    @plain_errors
    def call(self, procedure: str, *values: Any) -> Any:
        """Call "Module.Procedure" and return its result (None for a Sub)."""
        place = f"vnd.sun.star.script:{self.project}.{procedure}?language=Basic&location=document"
        return self.document.getScriptProvider().getScript(place).invoke(values, (), ())[0]

    @plain_errors
    def sources(self) -> dict[str, str]:
        """Return the text of each module as LibreOffice has read it."""
        library = self.document.BasicLibraries.getByName(self.project)
        return {name: library.getByName(name) for name in library.ElementNames}

    def close(self) -> None:
        """Close the file without saving."""
        self.document.close(True)


def open_macro_book(office: Office, path: Path, *, hidden: bool = False) -> MacroBook:
    """Open a .xlsm or .xlam with macros allowed; hidden: without a window, as an add-in is in Excel."""
    return MacroBook(office.load(path, FilterName=VBA_FILTER, Hidden=hidden))
