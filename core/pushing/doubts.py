"""Doubts: exported rows of which it is not sure that they are still their customer's. Pure.

People sort without the hidden columns, copy rows to make new customers, paste two exports together. A stamp that no
longer stands beside its own row would update the wrong customer, so such a row waits for the Décision column.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from core.cells import text
from core.checked import Checked, Duplicate, Likeness, Value
from core.duplicates import explain
from core.errors import InputError
from core.exported import HEADERS, Stamp, kept_form, read_stamps, value_mark
from core.fields import FieldType
from core.issues import Issue, Severity
from core.tables import Table

Doubt = tuple[str, dict[str, Any]]
"""A text key and its parameters."""

STAMP_FACT = "exported"
"""What the hidden sheet of an exported workbook says, so that deleted hidden columns are noticed."""
NAMES = ("last_name", "first_name", "company")
NUMBERS = ("loyalty_card", "account_number")
TELLING = ("email", "mobile", *NUMBERS)
"""Fields that tell one customer from another by themselves."""


BY_OTHERS = (FieldType.PHONE, FieldType.POSTCODE, FieldType.DATE)
"""Types whose cells are read by their row's country, or by the other dates of the column."""


def known_stamps(checked: Checked, rows: Collection[int] | None = None) -> dict[int, Stamp]:
    """Return the stamps of a sheet's rows (or of some), each with what it sees in its row."""
    stamps = read_stamps(checked.table, rows)
    cells = {key: checked.table.columns[place] for key, place in checked.columns.items()}
    unread = unread_cells(checked) if stamps else {}
    seeing = {}
    for index, row in enumerate(checked.table.rows):
        if stamp := stamps.get(row):
            texts = {k: text(cells[k][index]) for k in stamp.written if k in cells}
            seeing[row] = stamp.seeing(texts, unread.get(index, ()))
    return seeing


def unread_cells(checked: Checked) -> dict[int, list[str]]:
    """Return the fields whose cell holds something that is no value, by the row's index."""
    found: dict[int, list[str]] = defaultdict(list)
    for key, place in checked.columns.items():
        for index, (value, cell) in enumerate(zip(checked.values[key], checked.table.columns[place], strict=True)):
            if value is None and cell is not None and text(cell).strip():
                found[index].append(key)
    return found


def refuse_lost_columns(table: Table) -> None:
    """Raise InputError when the hidden columns of an export were deleted, all of them or some."""
    there = [h for h in HEADERS if h in table.headers]
    if len(there) < len(HEADERS) and (there or STAMP_FACT in table.stamp):
        missing = [h for h in HEADERS if h not in there]
        raise InputError("push.stamp_columns_lost", sheet=table.sheet, missing=missing)


def find_doubts(checked: Checked, stamps: Mapping[int, Stamp], base: str) -> dict[int, Doubt]:
    """Return the doubtful rows of a sheet, by sheet row. `base` is the mark of the database it is pushed to."""
    own = {row: stamp for row, stamp in stamps.items() if stamp.base == base}
    edited = {row: _edited(checked, index, own[row]) for index, row in _stamped(checked, own)}
    doubts = _broken(checked.table, stamps)
    doubts |= {row: ("push.stamp_other_base", {}) for row in stamps if row not in own}
    return doubts | _copied(own, edited) | _moved(checked, own, edited)


def _stamped(checked: Checked, stamps: Mapping[int, Stamp]) -> Iterable[tuple[int, int]]:
    return ((index, row) for index, row in enumerate(checked.table.rows) if row in stamps)


def _edited(checked: Checked, index: int, stamp: Stamp) -> set[str]:
    return {
        key
        for key in stamp.marks
        if key in checked.values and stamp.edited(key, kept_form(key, checked.values[key][index]))
    }


def _broken(table: Table, stamps: Mapping[int, Stamp]) -> dict[int, Doubt]:
    """Find the rows with a part of a stamp, whose customer nobody can tell."""
    places = [i for i, header in enumerate(table.headers) if header in HEADERS]
    partly = {row for i in places for row, cell in zip(table.rows, table.columns[i], strict=True) if text(cell).strip()}
    return {row: ("push.stamp_broken", {}) for row in partly - set(stamps)}


def _copied(stamps: Mapping[int, Stamp], edited: Mapping[int, set[str]]) -> dict[int, Doubt]:
    """Find the edited rows whose customer stands in another row too: an edit, or somebody new typed over a copy?"""
    rows_of: dict[int, list[int]] = defaultdict(list)
    for row, stamp in stamps.items():
        rows_of[stamp.customer].append(row)
    found: dict[int, Doubt] = {}
    for customer, rows in rows_of.items():
        for row in rows if len(rows) > 1 else ():
            if edited[row]:
                others = [str(r) for r in rows if r != row]
                found[row] = ("push.stamp_copied", {"customer": str(customer), "rows": others})
    return found


def _moved(checked: Checked, stamps: Mapping[int, Stamp], edited: Mapping[int, set[str]]) -> dict[int, Doubt]:
    """Find the rows that hold what was exported of another customer of this sheet."""
    owner = _owners(stamps)
    found: dict[int, Doubt] = {}
    for index, row in _stamped(checked, stamps):
        changed = edited[row] & {*NAMES, *TELLING}
        if not changed & set(NAMES):
            continue
        marks = {key: value_mark(checked.values[key][index]) for key in checked.values if key in (*NAMES, *TELLING)}
        others = {n for key in changed for n in owner.get((key, marks[key]), ())} if changed & set(TELLING) else set()
        others |= owner.get(("names", _names(marks)), set())
        others -= {stamps[row].customer}
        if others:
            found[row] = ("push.stamp_moved", {"customer": str(min(others)), "own": str(stamps[row].customer)})
    return found


def _owners(stamps: Mapping[int, Stamp]) -> dict[tuple[str, str], set[int]]:
    """Return who was exported with each telling value, and with each whole name."""
    owner: dict[tuple[str, str], set[int]] = defaultdict(set)
    for stamp in stamps.values():
        seen = {**stamp.marks, **stamp.shown}
        for key in TELLING:
            if seen.get(key, "-") != "-":
                owner[key, seen[key]].add(stamp.customer)
        if _names(seen):
            owner["names", _names(seen)].add(stamp.customer)
    return owner


def _names(marks: Mapping[str, str]) -> str:
    """Return the marks of a whole name, or "" where there is none."""
    own = [marks.get(key, "-") for key in NAMES]
    return " ".join(own) if set(own) != {"-"} else ""


def becomes_another(changes: Mapping[str, Value], stored: Mapping[str, Value]) -> bool:
    """Say whether an edit of an exported row makes another person of its customer.

    A new e-mail or a new address never does; a new name does, unless what stays still says that it is the same one.
    The customer's number and card say nothing: who types a stranger over a row leaves them there.
    """
    if not any(key in changes and stored.get(key) is not None for key in NAMES):
        return False
    after = {key: value for key, value in {**stored, **changes}.items() if value is not None}
    kept = {key: value for key, value in after.items() if key not in (*changes, *NUMBERS)}
    verdict = explain({**kept, **{k: after[k] for k in NAMES if k in after}}, stored)
    return verdict is None or verdict[0] is Likeness.FAMILY


def forgive_untouched(checked: Checked) -> None:
    """Drop the errors of cells that stand as they were exported: they are not sent, and nobody here made them."""
    stamps = known_stamps(checked, checked.faulty_rows())
    if stamps:
        index_of = {row: index for index, row in enumerate(checked.table.rows)}
        checked.issues = [i for i in checked.issues if not _forgivable(i, checked, stamps, index_of)]


def _forgivable(issue: Issue, checked: Checked, stamps: Mapping[int, Stamp], index_of: Mapping[int, int]) -> bool:
    if issue.row is None or issue.severity is not Severity.ERROR or issue.row not in stamps:
        return False
    stamp, index, key = stamps[issue.row], index_of[issue.row], issue.field
    if key not in checked.columns or key not in stamp.marks:
        return False
    value = checked.values[key][index]
    if value is None and text(checked.table.columns[checked.columns[key]][index]).strip():
        return key in stamp.untouched
    return not stamp.edited(key, kept_form(key, value))


def without_themselves(duplicates: Sequence[Duplicate], table: Table) -> list[Duplicate]:
    """Leave out what says that an exported row is like its own customer."""
    stamps = read_stamps(table)
    own = {row: stamp.customer for row, stamp in stamps.items()}
    return [d for d in duplicates if d.customer is None or own.get(d.row) != d.customer]
