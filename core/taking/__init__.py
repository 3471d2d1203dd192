"""Taking customers from foreign files: read, map, correct, write; shared by the command line and the ribbon."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from core.cells import text
from core.errors import InputError, folder_refused
from core.i18n import tr
from core.inspection import Inspection, inspect, stray_rows
from core.mapping import Mapping, apply, propose
from core.mapping.looks import names_swapped, sample
from core.mapping.sources import Source, header_hints, load_sources, recognise_source
from core.mapping.store import load_choices, save_choices
from core.mapping.transforms import Copy
from core.profiles import Profile, load_system, profile_files
from core.settings import data_folder
from core.strays import header_rows, rows_below, total_rows
from core.tables import Cell, CellError, Table

if TYPE_CHECKING:
    from core.learning import Learnt


@dataclass(frozen=True, slots=True)
class Taken:
    """One foreign table and its mapping. `headers` and `totals` are the rows of the sheet that were left out of it:
    the header said again, lines of totals.
    """

    table: Table
    mapping: Mapping
    headers: tuple[int, ...] = ()
    totals: tuple[int, ...] = ()

    def mapped(self) -> Table:
        """Return the table in the system's columns."""
        return apply(self.table, self.mapping, self.mapping.profile)

    def remarks(self, lang: str) -> list[str]:
        """Say which rows were left out or may be no customers, and whether the names look swapped."""
        said = [
            tr(f"mapping.rows_{why}", lang, count=len(rows), rows=[*map(str, rows)])
            for why, rows in (("headers", self.headers), ("totals", self.totals))
            if rows
        ]
        said += [sentence.say(lang) for sentence in stray_rows(self.table)]
        return said + self._names_said(lang)

    def _names_said(self, lang: str) -> list[str]:
        """Say that first and family names stand in each other's column; nothing is swapped without the user."""
        made = [self.mapping.proposals.get(key) for key in ("first_name", "last_name")]
        copied = [p.transform.column for p in made if p and isinstance(p.transform, Copy)]
        if len(copied) < 2 or not names_swapped(*(sample(self.table.columns[n]) for n in copied)):
            return []
        first, last = (self.table.headers[n] for n in copied)
        return [tr("mapping.names_swapped", lang, first=first, last=last)]


def known_sources() -> list[Source]:
    """Return every source: shipped, the user's own, and every system. Raises ProfileError for a broken file."""
    return load_sources([data_folder() / "sources"], [data_folder() / "systems"])


def take(table: Table, profile: Profile, sources: Sequence[Source]) -> Taken:
    """Map a table with what was decided earlier for its layout; rows that are surely no customers are left out."""
    headers = header_rows(table)
    totals = total_rows(table, rows_below(table))
    left = [tuple(table.rows[r] for r in rows) for rows in (headers, totals)]
    if headers or totals:
        table = table.only(set(table.rows).difference(*left))
    return Taken(table, propose(table, profile, sources, load_choices(table, profile.id)), *left)


def answer(taken: Taken, answers: Path, sources: Sequence[Source]) -> tuple[Taken, Path | None]:
    """Map a table again with the answers of its mapping workbook; they are kept, and where is returned.

    Raises InputError for a workbook of another layout.
    """
    from core.mapping.sheet import read_mapping_sheet

    decided = read_mapping_sheet(answers, taken.table, taken.mapping)
    choices = taken.mapping.choices.plus(decided)
    again = replace(taken, mapping=propose(taken.table, taken.mapping.profile, sources, choices))
    changed = decided.columns or decided.values
    return again, save_choices(taken.table, again.mapping) if changed else None


def examine(
    path: Path, *, sheet: str | None = None, encoding: str | None = None, separator: str | None = None
) -> tuple[Table, Inspection]:
    """Examine a file. Raises InputError for one that cannot be read."""
    from core.taking.foreign import read_foreign
    from core.workbooks.xray import look_at

    sources = known_sources()
    outside = look_at(path, headers=header_hints(sources), encoding=encoding, separator=separator)
    how = {"encoding": outside.encoding or None, "separator": outside.separator or None}
    table = read_foreign(path, sources, sheet=sheet, **how)
    return table, inspect(table, outside, recognise_source(table.headers, sources))


def write_mapped(table: Table, profile: Profile, path: Path, lang: str) -> None:
    """Write mapped customers into a workbook made from the system's template; own columns go to its right.

    The file appears whole or not at all. Raises InputError where it cannot be written.
    """
    from openpyxl import load_workbook

    from core.template.rows import add_rows
    from core.template.workbook import write_template

    beside = path.with_name(f".{path.name}.part")
    try:
        write_template(profile, beside, lang=lang)
        own = table.headers[len(profile.columns()) :]
        if own:
            book = load_workbook(BytesIO(beside.read_bytes()))
            for n, header in enumerate(own, len(profile.columns()) + 1):
                book.worksheets[0].cell(1, n, header)
            out = BytesIO()
            book.save(out)
            beside.write_bytes(out.getvalue())
        rows = zip(*_shown(table, profile, lang), strict=True)
        beside.write_bytes(add_rows(beside.read_bytes(), rows))
        os.replace(beside, path)
    except OSError as error:
        raise folder_refused(path.parent, error) from error
    finally:
        beside.unlink(missing_ok=True)


def _shown(table: Table, profile: Profile, lang: str) -> list[list[Cell]]:
    """Return the columns as the template shows them: labels where the profile shows labels."""
    columns = [[_plain(cell) for cell in column] for column in table.columns]
    for n, field in enumerate(profile.columns()):
        if field.show_labels:
            labels = {c.value: c.label[lang] for c in field.choices}
            columns[n] = [labels.get(cell, cell) if isinstance(cell, str) else cell for cell in columns[n]]
    return columns


def _plain(cell: Cell) -> Cell:
    """Return a cell that a workbook can hold as it is: yes/no, errors and hours become what the user saw."""
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == time() else text(cell)
    return text(cell) if isinstance(cell, bool | CellError | time) else cell


def learn_system(path: Path, name: str, like: str | None = None, *, replace: bool = False) -> Learnt:
    """Learn a system into the user's own folder; a template of ours is like the system it was made for.

    Raises InputError for a workbook without a header row or, unless `replace`, for the name of a system that is there:
    its rules may have been written by hand. Raises ProfileError for an unknown `like`.
    """
    from core.learning import learn, system_id
    from core.learning.sheet import read_vendor_sheet

    folder = data_folder() / "systems"
    known, identity = profile_files([folder]), system_id(name)
    if identity in known and not replace:
        own = known[identity].parent == folder
        there = {"name": name, "id": identity, "path": str(known[identity])}
        raise InputError("learning.learnt_before" if own else "learning.shipped", **there)
    base = like or read_vendor_sheet(path).stamp.get("system", "")
    return learn(path, name, folder, load_system(base, [folder]) if like or base in known else None)
