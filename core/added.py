"""Added columns: what an action writes at the right of a sheet besides the results, in families known by their headers.

They are never customer columns: a reader keeps them apart (`Table.added`), and writing a family again replaces it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.cells import squash
from core.i18n import LANGUAGES, tr


@dataclass(frozen=True, slots=True)
class AddedColumn:
    """One column: its name in the family (its header is the text `<family>.<name>`), its width in characters."""

    name: str
    width: int
    hidden: bool = False


FAMILIES: dict[str, tuple[AddedColumn, ...]] = {
    "gains": (
        AddedColumn("card", 32),
        AddedColumn("label", 24),
        AddedColumn("value", 16),
        AddedColumn("partly", 22),
        AddedColumn("minimum", 18),
        AddedColumn("expiry", 13),
        AddedColumn("as_of", 18),
        AddedColumn("asked", 20, hidden=True),
    ),
    "cards": (AddedColumn("outcome", 30), AddedColumn("reason", 60)),
}
"""Family → its columns, side by side in this order."""


def family_headers(family: str, lang: str) -> list[str]:
    """Return the headers of a family, in its order."""
    return [tr(f"{family}.{column.name}", lang) for column in FAMILIES[family]]


def find_family(
    family: str, header: Sequence[object], positions: Sequence[int], named: tuple[int, int] | None
) -> dict[int, str]:
    """Return a family's columns in a header row: column number → name in the family.

    `named` are the columns that the family's hidden name points at. A user's own column of the same header is never
    taken for ours: the name must point at it, or all headers must stand side by side (a copied sheet loses the name).
    """
    names = [column.name for column in FAMILIES[family]]
    known = {squash(h): n for lang in LANGUAGES for h, n in zip(family_headers(family, lang), names, strict=True)}
    found = {p: known.get(squash(cell)) for p, cell in zip(positions, header, strict=True) if isinstance(cell, str)}
    if named is not None:
        return {column: name for column, name in found.items() if name and named[0] <= column <= named[1]}
    for start in found:
        if [found.get(start + n) for n in range(len(names))] == names:
            return {start + n: name for n, name in enumerate(names)}
    return {}
