"""The row of totals under an Excel table: it looks like one customer more, and is none."""

from __future__ import annotations

import posixpath

from core.tables import Table
from core.workbooks.package import Package, Sheet


def drop_totals(package: Package, sheet: Sheet, table: Table) -> Table:
    """Return a table without its rows of totals, as if the sheet ended before them."""
    totals = set(_totals_rows(package, sheet)).intersection(table.rows)
    return table.only(set(table.rows) - totals) if totals else table


def _totals_rows(package: Package, sheet: Sheet) -> list[int]:
    """Return the numbers of the rows of totals that the sheet's Excel tables declare (ISO 29500-1, 18.5.1.2)."""
    folder, _, name = sheet.part.rpartition("/")
    known = {part.lower(): part for part in package.parts}
    relations = known.get(f"{folder}/_rels/{name}.rels".lower())
    if relations is None or not any("/tables/" in part for part in known):
        return []
    from xml.etree import ElementTree

    found = []
    for relation in ElementTree.fromstring(package.read(relations)):  # noqa: S314 — no document type in the package
        target = relation.get("Target", "")
        part = known.get((target[1:] if target[:1] == "/" else posixpath.normpath(f"{folder}/{target}")).lower())
        if part and relation.get("Type", "").endswith("/table"):
            declared = ElementTree.fromstring(package.read(part))  # noqa: S314
            if declared.get("totalsRowCount", "0") not in ("", "0"):
                found.append(int(declared.get("ref", "").rpartition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") or 0))
    return found
