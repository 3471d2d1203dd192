"""Which columns are Carnet's own: a hidden name in the workbook points at their headers.

A user's own column "Message" is never taken for ours: the name must point at it, or all five headers must stand side
by side in our order (a copied sheet loses the name).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from core.added import FAMILIES, find_family
from core.cells import squash
from core.i18n import LANGUAGES, tr
from core.tables import Result
from core.workbooks.markup import escape, find_child, letters, number, under

NAME = "_carnet_results"
ADDED = "_carnet_added_"
"""What the names of added columns' families begin with."""
_RANGE = re.compile(r"\$([A-Z]+)\$(\d+):\$([A-Z]+)\$(\d+)$")
_FOLLOWERS = (
    b"calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing fileRecoveryPr "
    b"webPublishObjects extLst"
).split()
"""The elements that follow `definedNames` in a workbook, in the order of ISO 29500-1, 18.2.27."""


def result_headers() -> dict[str, Result]:
    """Return every header, squashed, that a result column has in any language."""
    return {squash(tr(f"workbook.{result}", lang)): result for result in Result for lang in LANGUAGES}


def find_owned(header: Sequence[object], positions: Sequence[int], named: tuple[int, int] | None) -> dict[int, Result]:
    """Return Carnet's columns in a header row: column number → which one. `named` are the columns of our name."""
    known = result_headers()
    found = {p: known.get(squash(cell)) for p, cell in zip(positions, header, strict=True) if isinstance(cell, str)}
    if named is not None:
        return {column: r for column, r in found.items() if r is not None and named[0] <= column <= named[1]}
    for start in found:
        if [found.get(start + n) for n in range(len(Result))] == list(Result):
            return {start + n: result for n, result in enumerate(Result)}
    return {}


def find_added(
    header: Sequence[object], positions: Sequence[int], named: Mapping[str, tuple[int, int]]
) -> dict[int, tuple[str, str]]:
    """Return the added columns in a header row: column number → (family, name). `named` are the columns by name."""
    return {
        column: (family, name)
        for family in FAMILIES
        for column, name in find_family(family, header, positions, named.get(ADDED + family)).items()
    }


def named_columns(workbook: bytes, sheet_index: int) -> dict[str, tuple[int, int]]:
    """Return the columns that our names point at on a sheet, by name."""
    from xml.etree import ElementTree

    found = {}
    for element in ElementTree.fromstring(workbook).iterfind("{*}definedNames/{*}definedName"):  # noqa: S314 — no DTD
        name = element.get("name", "")
        if (name == NAME or name.startswith(ADDED)) and element.get("localSheetId") == str(sheet_index):
            where = _RANGE.search(element.text or "")
            if where:
                found[name] = (number(where[1]), number(where[3]))
    return found


def set_name(workbook: bytes, sheet: str, sheet_index: int, cells: tuple[int, int, int] | None, ours: str) -> bytes:
    """Point our name `ours` at (row, first column, last column) of a sheet; None takes the name away."""
    found = re.search(rb"<([A-Za-z_][\w.-]*:)?workbook\b", workbook)
    prefix = (found and found[1]) or b""
    p = re.escape(prefix)
    known_name = rb"<%bdefinedName\b(?=[^>]*\sname=\"%b\")(?=[^>]*\slocalSheetId=\"%d\")[^>]*>[^<]*</%bdefinedName>"
    new = b""
    if cells is not None:
        row, first, last = cells
        place = f"'{sheet.replace(chr(39), chr(39) * 2)}'!${letters(first)}${row}:${letters(last)}${row}"
        xml = f'<definedName name="{ours}" localSheetId="{sheet_index}" hidden="1">{escape(place)}</definedName>'
        new = under(prefix, xml)
    known = re.search(known_name % (p, ours.encode(), sheet_index, p), workbook)
    if known:
        workbook = workbook[: known.start()] + new + workbook[known.end() :]
        return re.sub(rb"<%bdefinedNames>\s*</%bdefinedNames>" % (p, p), b"", workbook)
    if not new:
        return workbook
    if (end := workbook.find(b"</%bdefinedNames>" % prefix)) >= 0:
        return workbook[:end] + new + workbook[end:]
    after = find_child(workbook, {prefix + name for name in _FOLLOWERS}, level=1)
    at = after if after >= 0 else workbook.rindex(b"</%bworkbook" % prefix)
    return workbook[:at] + b"<%bdefinedNames>%b</%bdefinedNames>" % (prefix, new, prefix) + workbook[at:]
