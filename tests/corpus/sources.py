"""Write a source file of invented customers, damaged as real ones are, and its truth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.corpus.damage import NAMES, Cell, Damage
from tests.corpus.damage_fields import DAMAGES
from tests.corpus.layouts import Layout
from tests.corpus.names import ABROAD
from tests.corpus.people import CARDS, Person, Record, make_records
from tests.corpus.truth import TrueCell, TrueColumn, TrueRow, Truth, row_truth, write_truth
from tests.corpus.writings import write

IDENTITY = ("first_name", "last_name", "email", "mobile", "phone", "postcode", "address1", "account_number")
FOREIGN = {country for _, _, country, *_ in ABROAD}
BENIGN = ("trailing_blank", "leading_blank", "double_space", "upper", "lower")
"""Damage behind which a relative or a duplicate is still certain to be one."""
EMPTY_RATE = 0.2  # how much rarer damage is in an empty cell (a placeholder)
MANY = 8  # a field that suffers from fewer kinds of damage is damaged more rarely


@dataclass
class Damager:
    """Spreads damage over a file: each kind that can happen to a field comes up about equally often."""

    rng: Random
    rate: float
    encoding: str
    damages: tuple[Damage, ...] = DAMAGES
    used: Counter[tuple[str, str]] = field(default_factory=Counter)

    def damage(self, cell: Cell, *, benign: bool) -> tuple[Damage, str] | None:
        """Return a damage and its text for this cell, or None when it stays whole."""
        able = [d for d in self.damages if cell.key in d.keys and (not benign or d.name in BENIGN)]
        rate = self.rate * min(1, len(able) / MANY) * (1 if cell.written else EMPTY_RATE)
        if self.rng.random() > rate:
            able = [d for d in able if d.always]
        for damage in sorted(able, key=lambda d: self.used[d.name, cell.key]):
            text = damage.apply(cell, self.rng)
            if text is not None and text != cell.written and self._fits(text):
                self.used[damage.name, cell.key] += 1
                return damage, text
        return None

    def _fits(self, text: str) -> bool:
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True


def write_record(record: Record, row: TrueRow, layout: Layout, damager: Damager) -> Person:
    """Return the customer's texts as the file writes them, and note each damaged cell in the row's truth."""
    rng, person = damager.rng, record.person
    keys = layout.keys()
    written = {key: write(key, person, rng, layout.style) for key in person}
    if layout.joined_names and person["company"] and not row.codes:
        for texts in (written, row.true):
            texts["first_name"] = texts["last_name"] = texts["title"] = ""
    elif layout.joined_names:
        written["company"] = row.true["company"] = ""
    if not written["country"] and "country" in row.true:
        row.true["country"] = ""  # nobody said it: nothing to find again
    related = bool(row.codes or record.family)
    absent = {key for key in ("company", *NAMES) if layout.joined_names and not written[key]}
    for key in sorted(keys - absent):
        cell = Cell(key, written[key], row.true[key], person)
        found = damager.damage(cell, benign=related and key in IDENTITY)
        if found:
            written[key] = note(row, cell, *found)
    _note_no_country(row, written, person)
    return written


def _note_no_country(row: TrueRow, written: Person, person: Person) -> None:
    """Note what cannot be understood abroad when the row does not say its country: 1000 may be Brussels."""
    unsaid = "country" not in row.true or any(cell.field == "country" for cell in row.cells)
    if not unsaid or person["country"] not in FOREIGN:
        return
    for key in ("postcode", "mobile"):
        if key in row.true and not written[key].startswith(("+", "00")):
            row.cells = [cell for cell in row.cells if cell.field != key]
            row.cells.append(TrueCell(key, "", "no_country", written[key], row.true[key], False, []))


def note(row: TrueRow, cell: Cell, damage: Damage, text: str) -> str:
    """Note one damaged cell, and return its text."""
    if damage.meant:
        row.true[cell.key] = damage.meant(text)
    codes = [str(code) for code in damage.codes]
    row.cells.append(TrueCell(cell.key, "", damage.name, text, row.true[cell.key], damage.repairable, codes))
    return text


def compose(layout: Layout, records: list[Record], damager: Damager) -> tuple[list[list[str]], Truth]:
    """Return the file's rows, its header left out, and their truth. Every other duplicate is an exact copy."""
    header_row = len(layout.first_lines) + 1
    lines: list[list[str]] = []
    rows: list[TrueRow] = []
    originals = {record.duplicate_of for record in records}
    for index, record in enumerate(records):
        row = row_truth(record, index, header_row, layout.keys())
        if index in originals:
            row.codes = row.codes or ["duplicate_in_file", "duplicate_key_in_file"]
        if record.duplicate_of is not None and index % 2:
            earlier = rows[record.duplicate_of]
            lines.append(lines[record.duplicate_of])
            row.true, row.cells = earlier.true, earlier.cells
        else:
            lines.append(layout.row(write_record(record, row, layout, damager)))
        rows.append(row)
    columns = true_columns(layout, lines)
    _name_columns(rows, columns)
    truth = Truth(
        layout.file, layout.name, layout.sheet, header_row, layout.encoding, layout.separator, layout.style.date_order,
        columns, rows,
    )  # fmt: skip
    return lines, truth


def true_columns(layout: Layout, lines: list[list[str]]) -> list[TrueColumn]:
    """Say of each column what it holds; only the first column of a repeated header holds anything."""
    columns = []
    for position, header in enumerate(layout.headers):
        first = layout.headers.index(header) == position
        fields = [layout.columns[header]] if header in layout.columns else []
        fields = list(layout.made[header].fields) if header in layout.made else fields
        filled = sum(1 for line in lines if line[position])
        also = list(layout.also.get(header, ()))
        asks = header in layout.asks
        columns.append(TrueColumn(position, header, fields if first else [], also if first else [], asks, filled))
    return columns


def _name_columns(rows: list[TrueRow], columns: list[TrueColumn]) -> None:
    header_of = {key: column.header for column in columns for key in column.fields}
    for row in rows:
        for cell in row.cells:
            cell.column = header_of[cell.field]


def to_text(layout: Layout, lines: list[list[str]]) -> str:
    """Write the table as the source program does."""

    def quoted(cell: str) -> str:
        needs = layout.quote_all or any(mark in cell for mark in (layout.separator, '"', "\n"))
        return '"' + cell.replace('"', '""') + '"' if needs else cell

    table = [layout.separator.join(map(quoted, line)) for line in [layout.headers, *lines]]
    return layout.line_end.join([*layout.first_lines, *table, ""])


def write_source(layout: Layout, folder: Path, *, count: int = 300, seed: int = 1, rate: float = 0.12) -> Truth:
    """Write one layout's file and its truth into a folder; the same seed gives the same bytes."""
    rng = Random(f"{layout.file} {seed}")
    lines, truth = compose(layout, make_records(count, seed, CARDS), Damager(rng, rate, layout.encoding))
    (folder / layout.file).write_bytes(to_text(layout, lines).encode(layout.encoding))
    write_truth(truth, folder)
    return truth
