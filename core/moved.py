"""Rows that moved without their results: sorting an Excel table leaves the columns that stand beside it. Pure.

In its hidden column Carnet leaves, beside what it says of a row, that row's mark: a short hash of its cells. Read
again, a mark that is no longer its own row's but another one's tells where the results, and the user's decision among
them, belong. A mark that is no row's at all is that of a row edited since.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

from core.cells import squash, text
from core.errors import InputError
from core.exported import HEADERS as STAMPS
from core.profiles import Profile
from core.tables import Cell, Result, Table

SIGN = "#"
"""What a mark begins with in the hidden column: no column's letters, and nothing that the colours look for."""
MARK_BYTES = 5
"""40 bits: among 100,000 rows an edited one is taken for another once in ten million."""
_MARK = re.compile(rf"{SIGN}([0-9a-f]{{{2 * MARK_BYTES}}})")


def field_columns(table: Table, profile: Profile) -> list[int]:
    """Return the columns of a table that a system knows: the user's own may change without a customer changing."""
    words = {squash(w) for f in profile.fields for w in (f.header, *f.synonyms, *f.label.values())}
    return [n for n, header in enumerate(table.headers) if squash(header) in words and header not in STAMPS]


def row_marks(table: Table, profile: Profile, indexes: Iterable[int]) -> dict[int, str]:
    """Return the marks of some rows, by their index in the table."""
    columns = [table.columns[n] for n in field_columns(table, profile)]
    return {index: _mark([column[index] for column in columns]) for index in indexes}


def _mark(cells: Sequence[Cell]) -> str:
    shown = "\x1f".join([cell if isinstance(cell, str) else text(cell) for cell in cells])
    return hashlib.blake2b(shown.encode("utf-8", "surrogatepass"), digest_size=MARK_BYTES).hexdigest()


def put_back(table: Table, profile: Profile) -> None:
    """Put the results of a table in front of the rows that they are about, when these have moved without them.

    Raises InputError for a decision whose row cannot be told: one that stands beside a row without a mark, or edited.
    """
    said = table.results.get(Result.FIELDS, [])
    marks = {n: found[1] for n, cell in enumerate(said) if cell and (found := _MARK.search(str(cell)))}
    own = row_marks(table, profile, marks)
    astray = {n: mark for n, mark in marks.items() if own[n] != mark}
    homes = _homes(table, profile, set(astray.values()), marks.keys() - astray.keys()) if astray else {}
    moves = {n: places.pop(0) for n, mark in astray.items() if (places := homes.get(mark))}
    if not moves:
        return
    moves |= {n: n for n in marks.keys() - astray.keys()}
    for n, decision in enumerate(table.results.get(Result.DECISION, [])):
        if decision and n not in moves:
            row = str(table.rows[n])
            raise InputError("errors.results_moved", sheet=table.sheet, row=row, value=str(decision))
    for result, cells in table.results.items():
        moved: list[Cell] = [None] * len(table)
        for before, after in moves.items():
            moved[after] = cells[before]
        table.results[result] = moved


def _homes(table: Table, profile: Profile, wanted: set[str], settled: set[int]) -> dict[str, list[int]]:
    """Return the rows that have each wanted mark, but for those whose own results stand beside them."""
    found: dict[str, list[int]] = {}
    for n, mark in row_marks(table, profile, range(len(table))).items():
        if mark in wanted and n not in settled:
            found.setdefault(mark, []).append(n)
    return found
