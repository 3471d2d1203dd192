"""Deliveries: exactly what a vendor's importer takes, in files of the size it takes, and what was left out. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from core.cells import text
from core.checked import Checked, Value
from core.decisions import Action, Decision, is_erase_mark
from core.issues import Issue, Severity
from core.profiles import Field, Profile
from core.pushing.filling import Target, fill
from core.tables import Cell

LARGEST = {"xls": 65_535, "xlsx": 1_048_575}
"""Rows under the header that a sheet of each format holds; a CSV has no limit of its own."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be delivered: the run options, the format, and whether wholly empty columns stay.

    `name` is the beginning of every file's name.
    """

    name: str
    format: str
    options: Mapping[str, str]
    keep_empty: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryFile:
    """One file: its name, its cells by column, and the row of the user's sheet that each of its rows comes from."""

    name: str
    columns: list[list[Cell]] = field(repr=False)
    rows: list[int] = field(repr=False)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows that are not delivered: one of them, or all those of one reason. `issue` is the error of a faulty one."""

    row: int
    issue: Issue | None = None


@dataclass(slots=True)
class Delivery:
    """A whole delivery. `blanks` counts the empty cells of the columns that have some."""

    profile: Profile
    order: Order
    fields: tuple[Field, ...]
    files: list[DeliveryFile]
    left_out: list[LeftOut]
    empty: tuple[str, ...] = ()  # headers of the empty columns taken out
    read_only: tuple[str, ...] = ()  # headers of the columns that the importer does not take
    blanks: dict[str, int] = field(default_factory=dict)
    erase_marks: int = 0
    unread: dict[str, list[int]] = field(default_factory=dict)  # header → rows whose cell could not be read
    without_code: dict[str, list[int]] = field(default_factory=dict)  # header → rows of another system's choice
    older: list[str] = field(default_factory=list)  # names of an earlier delivery's files, still in the folder

    @property
    def count(self) -> int:
        """The number of rows delivered."""
        return sum(len(f.rows) for f in self.files)


def plan_delivery(checked: Checked, decisions: Mapping[int, Decision], order: Order) -> Delivery:
    """Make the files of a checked sheet: every row without an error, but those that the user decided to skip."""
    profile = checked.profile
    errors = _first_errors(checked)
    rows = checked.table.rows
    skipped = {r for r in rows if r in decisions and decisions[r].action is Action.SKIP}
    kept = [i for i, row in enumerate(rows) if row not in errors and row not in skipped]
    left_out = [LeftOut(row, errors.get(row)) for row in rows if row in errors or row in skipped]
    customers = _with_shared_values([_values(checked.values, i) for i in kept], profile)
    marks = sum(is_erase_mark(checked.values[key][i]) for key in checked.values for i in kept)
    known = profile.columns(order.options)
    fields = tuple(f for f in known if not f.read_only)
    empty: tuple[Field, ...] = ()
    if profile.drops_empty and not order.keep_empty:
        filled = {key for c in customers for key in c}
        empty = tuple(f for f in fields if f.key not in filled and not f.required)
        fields = tuple(f for f in fields if f not in empty)
    made = fill(customers, Target(profile, fields, order.options))
    columns = made.columns
    return Delivery(
        profile,
        order,
        fields,
        list(_split(columns, [rows[i] for i in kept], order, profile)),
        left_out,
        tuple(f.header for f in empty),
        tuple(f.header for f in known if f.read_only),
        {f.header: n for f, c in zip(fields, columns, strict=True) if (n := c.count(None))},
        marks,
        _unread(checked, kept),
        {header: [rows[kept[i]] for i in indexes] for header, indexes in made.without_code.items()},
    )


def _first_errors(checked: Checked) -> dict[int, Issue]:
    errors: dict[int, Issue] = {}
    for issue in checked.issues:
        if issue.row is not None and issue.severity is Severity.ERROR:
            errors.setdefault(issue.row, issue)
    return errors


def _values(values: Mapping[str, Sequence[Value]], index: int) -> dict[str, Value]:
    """Return one row's values; a mark that erases is a blank in a vendor's file."""
    row = {key: column[index] for key, column in values.items()}
    return {key: value for key, value in row.items() if value is not None and not is_erase_mark(value)}


def _with_shared_values(customers: list[dict[str, Value]], profile: Profile) -> list[dict[str, Value]]:
    """Complete the rows of one customer from its other rows, but for the buyer's own fields.

    A blank on the second buyer's row would erase what the first one's row has just written.
    """
    if not profile.buyer:
        return customers
    shared: dict[object, dict[str, Value]] = {}
    keys = [_key(c, profile) for c in customers]
    for customer, key in zip(customers, keys, strict=True):
        own = {k: v for k, v in customer.items() if k not in profile.buyer}
        shared[key] = own | shared.get(key, {})
    return [c if key is None else {**shared[key], **c} for c, key in zip(customers, keys, strict=True)]


def _key(customer: Mapping[str, Value], profile: Profile) -> object:
    """Return what finds a customer at the vendor's: the first of the system's keys that is filled."""
    for keys in profile.match:
        if all(customer.get(key) for key in keys):
            return (keys, *(str(customer[key]).casefold() for key in keys))
    return None


def _unread(checked: Checked, kept: Sequence[int]) -> dict[str, list[int]]:
    """Return the cells that hold something which is no value of their field, by header: they are delivered empty."""
    found: dict[str, list[int]] = {}
    for key, values in checked.values.items():
        place = checked.columns[key]
        cells = checked.table.columns[place]
        known = checked.profile.field(key)
        rows = [checked.table.rows[i] for i in kept if values[i] is None and text(cells[i]).strip()]
        if rows and not (known and known.read_only):
            found[checked.table.headers[place]] = rows
    return found


def _split(columns: list[list[Cell]], rows: Sequence[int], order: Order, profile: Profile) -> Iterator[DeliveryFile]:
    """Cut the rows into files no longer than the vendor advises and the format allows."""
    limits = [n for n in (profile.rows_advised, LARGEST.get(order.format)) if n]
    size = min(limits, default=len(rows)) or 1
    starts = range(0, len(rows), size)
    for number, start in enumerate(starts, 1):
        part = f"-{number}" if len(starts) > 1 else ""
        cells = [column[start : start + size] for column in columns]
        yield DeliveryFile(f"{order.name}-{profile.id}{part}.{order.format}", cells, list(rows[start : start + size]))


def reasons(delivery: Delivery) -> list[tuple[Issue | None, list[int]]]:
    """Return why rows were left out, the most frequent reason first: an issue of that reason, and the rows."""
    groups: dict[object, list[LeftOut]] = {}
    for one in delivery.left_out:
        groups.setdefault((one.issue.code, one.issue.field) if one.issue else None, []).append(one)
    sizes = Counter({key: len(found) for key, found in groups.items()})
    return [(groups[key][0].issue, [one.row for one in groups[key]]) for key, _ in sizes.most_common()]
