"""What formulas came to: openpyxl writes them without it, and whoever reads the file next would find blank cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.workbooks.markup import escape

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

FIRST_SHEET = "xl/worksheets/sheet1.xml"
"""The part that openpyxl gives the first sheet, whatever its name is."""
_FORMULA = re.compile(
    rb'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f\b[^>]*/>|<f\b.*?</f>)(?:<v\s*/>|<v></v>)', re.DOTALL
)  # as openpyxl writes it

Results = Mapping[str, Any]
"""A formula's cell ("D10") → its value; None where the file holds none, so that nobody knows it."""


def formula_results(formulas: Worksheet, values: Worksheet) -> dict[str, Any]:
    """Return what each formula came to, of a sheet loaded twice: as formulas and as values."""
    found = {}
    for row in formulas.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                came = values[cell.coordinate]
                found[cell.coordinate] = "" if came.value is None and came.data_type == "str" else came.value
    return found


def keep_results(source: Path, target: Path, results: Results) -> None:
    """Copy a workbook that openpyxl has just written, with what the formulas of its first sheet came to."""
    import zipfile

    from core.workbooks.rewrite import rewrite

    with zipfile.ZipFile(source) as archive:
        sheet = archive.read(FIRST_SHEET)
    rewrite(source, target, {FIRST_SHEET: lambda: [_FORMULA.sub(lambda found: _computed(found, results), sheet)]})


def _computed(found: re.Match[bytes], results: Results) -> bytes:
    value = results.get(found[1].decode())
    if isinstance(value, bool):
        kind, said = ' t="b"', f"{value:d}"
    elif isinstance(value, int | float):
        kind, said = "", repr(value)
    elif isinstance(value, str):
        kind, said = ' t="str"', escape(value)
    else:
        return found[0]
    start = b'<c r="' + found[1] + b'"' + found[2] + kind.encode()
    return start + b">" + found[3] + f"<v>{said}</v>".encode()
