"""Restamping: after a push, the hidden cells say what the database holds now, so that the sheet can be edited further.

A new customer gets its stamp. What somebody else changed meanwhile keeps its old mark: nobody has seen it in this
sheet, and an edit of it must still be told as a conflict.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.cells import text
from core.checked import Checked, Value
from core.decisions import is_erase_mark
from core.exported import HEADERS, Stamp, field_mark, kept_form, marks_text, value_mark
from core.jobs import JobReport, Outcome
from core.pushing.doubts import BY_OTHERS, known_stamps
from core.tables import Table

WRITTEN = (Outcome.CREATED, Outcome.UPDATED)
Known = tuple[int, Mapping[str, Value]]
"""A customer's version and values."""


def stamp_places(table: Table) -> list[int]:
    """Return the indexes of the three hidden columns, [] in a sheet that is no export."""
    places = [table.headers.index(header) for header in HEADERS if header in table.headers]
    return places if len(places) == len(HEADERS) else []


def written_customers(report: JobReport) -> dict[int, int]:
    """Return whom the push wrote: sheet row → customer. Every other stamp is as good as before."""
    return {o.row: o.customer for o in report.outcomes if o.outcome in WRITTEN and o.customer is not None}


def restamp(checked: Checked, written: Mapping[int, int], customers: Mapping[int, Known], base: str) -> None:
    """Put fresh stamps into the table's hidden columns, for the rows that the push wrote."""
    table = checked.table
    places = stamp_places(table)
    stamps = known_stamps(checked, written)
    by_others = {f.key for f in checked.profile.fields if f.type in BY_OTHERS}
    hidden = [list(table.columns[place]) for place in places]
    for index, row in enumerate(table.rows):
        number = written.get(row)
        if number is None or number not in customers:
            continue
        stamp = stamps.get(row)
        old = stamp if stamp and stamp.customer == number else None
        version, values = customers[number]
        marks = {}
        for key, column in checked.values.items():
            shown = text(table.columns[checked.columns[key]][index]) if key in by_others else None
            cell = kept_form(key, column[index])
            marks[key] = _mark(key, old, field_mark(values.get(key), cell, shown), cell)
        fresh = (str(number), str(version), marks_text(marks, base))
        for stamped, said in zip(hidden, fresh, strict=True):
            stamped[index] = said
    for place, stamped in zip(places, hidden, strict=True):
        table.columns[place] = stamped


def _mark(key: str, old: Stamp | None, fresh: str, cell: Value) -> str:
    """Return a field's mark. An edit that the database did not take keeps what makes it an edit."""
    known = old is not None and key in old.marks
    if old and known and not old.edited(key, cell):
        return old.mark(key)
    stored = fresh.split("/")[0]
    wanted = None if is_erase_mark(cell) else cell
    if value_mark(wanted) == stored or (cell is None and old is None):
        return fresh
    return old.mark(key) if old and known else stored
