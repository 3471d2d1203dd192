"""Columns: reads a whole column by its field's type, each distinct value once, and spreads the readings back."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import TypeVar

from core.cells import clean, text
from core.checked import Value
from core.decisions import is_erase_mark
from core.fields import FieldType
from core.issues import Code
from core.profiles import Field, Profile
from core.rules.amounts import Limits, infer_decimal, read_amount
from core.rules.countries import read_country
from core.rules.dates import Calendar, Order, infer_order, read_date, swapped_by_excel
from core.rules.emails import read_email
from core.rules.loyalty_cards import EXACT, read_card
from core.rules.phones import read_phone, regions_of
from core.rules.postcodes import read_postcode
from core.rules.reading import Finding, Reading, fine, refused
from core.rules.texts import card_like, digits_lost, find_damage, odd_ones
from core.rules.words import known_words, read_choice, read_flag
from core.tables import Cell, CellError

Rule = Callable[[Cell], Reading]
Key = TypeVar("Key")
Place = TypeVar("Place")
BIRTH = "birth_date"
AS_NUMBERS = (FieldType.DATE, FieldType.AMOUNT, FieldType.CARD)  # their rules read numbers; others read what is shown
LENGTHS = (FieldType.TEXT, FieldType.NAME, FieldType.EMAIL, FieldType.POSTCODE, FieldType.CARD)
"""Types delivered as typed, whose length counts; the others are delivered in the system's own form."""
FREE_TEXTS = (FieldType.TEXT, FieldType.NAME)


@dataclass(slots=True)
class Column:
    """One column read: its canonical values, and the findings of its faulty rows by index, in order."""

    values: list[Value]
    faults: list[tuple[int, tuple[Finding, ...]]] = field(default_factory=list)


@dataclass(slots=True)
class Sheet:
    """What reading one column may need of the others: filled in the order of `reading_order`."""

    profile: Profile
    today: date
    options: Mapping[str, str]
    rows: int
    values: dict[str, list[Value]] = field(default_factory=dict)

    def column(self, key: str) -> list[Value]:
        """Return a column already read, or blanks where the sheet has none."""
        return self.values.get(key) or [None] * self.rows

    def beside(self, key: str, what: str) -> list[Value]:
        """Return the column `what` of the same address as field `key` (delivery_phone → delivery_country)."""
        prefix = key.rpartition("_")[0]
        own = f"{prefix}_{what}"
        return self.column(own if prefix and own in self.values else what)


def reading_order(fields: Iterable[Field]) -> list[Field]:
    """Return fields so that countries come before postcodes, and both before the phones that need them."""
    rank = {FieldType.COUNTRY: 0, FieldType.POSTCODE: 1}
    return sorted(fields, key=lambda f: rank.get(f.type, 2))


def read_column(known: Field, cells: Sequence[Cell], sheet: Sheet) -> Column:
    """Read one column. Blank cells and errors are None; a mark that erases stays itself."""
    cells = _plain(cells, numbers=known.type in AS_NUMBERS)
    if known.choices and known.type in (*FREE_TEXTS, FieldType.CHOICE):
        words = known_words(known.choices)
        return _spread(cells, lambda cell: read_choice(text(cell), known, words))
    match known.type:
        case FieldType.PHONE:
            return _read_phones(known, cells, sheet)
        case FieldType.POSTCODE:
            column = _read_postcodes(known, cells, sheet)
        case FieldType.TEXT | FieldType.NAME:
            column = _read_texts(cells, redacted=Code.CARD_REDACTED in sheet.profile.severity)
        case _:
            column = _spread(cells, _rule(known, cells, sheet))
    if known.max_length and known.type in LENGTHS:
        _add_lengths(column, cells, known.max_length)
    return column


def _plain(cells: Sequence[Cell], *, numbers: bool) -> Sequence[Cell]:
    """Return cells whose equal values mean the same: True is not 1.0, and no number is "not a number"."""
    kinds = set(map(type, cells))
    if kinds <= {str, type(None), CellError}:
        return cells
    return [c if c is None or isinstance(c, str | CellError) else _plain_cell(c, numbers=numbers) for c in cells]


def _plain_cell(cell: float | date | time, *, numbers: bool) -> Cell:
    """Return a number that counts, what any other cell shows, or the error that a number is."""
    if isinstance(cell, bool):
        return text(cell)
    if not isinstance(cell, int | float):
        return cell if numbers else text(cell)
    if not math.isfinite(cell):
        return CellError("#NUM!")
    return cell if numbers or abs(cell) >= EXACT else text(cell)


def _rule(known: Field, cells: Sequence[Cell], sheet: Sheet) -> Rule:
    """Return the rule of a type whose values stand alone."""
    if known.type is FieldType.EMAIL:
        return lambda cell: read_email(text(cell))
    if known.type is FieldType.COUNTRY:
        return lambda cell: read_country(text(cell), sheet.profile.country_style)
    if known.type is FieldType.FLAG:
        words = known_words(known.choices)
        return lambda cell: read_flag(text(cell), words)
    if known.type is FieldType.CARD:
        return read_card
    if known.type is FieldType.AMOUNT:
        limits = Limits(known.minimum, known.maximum, infer_decimal(set(cells)))
        return lambda cell: read_amount(cell, limits)
    return _date_rule(known, cells, sheet)


def _date_rule(known: Field, cells: Sequence[Cell], sheet: Sheet) -> Rule:
    """Return the rule of a date column, in the order that the column or the run's `date_order` says."""
    distinct = set(cells)
    said = sheet.options.get("date_order", "")
    order = Order(said) if said in ("dmy", "mdy") else infer_order(distinct)
    calendar = Calendar(order, sheet.today, known.key == BIRTH)
    if said or not swapped_by_excel(distinct, order):
        return lambda cell: read_date(cell, calendar)

    def unsure(cell: Cell) -> Reading:
        """Question a real date that Excel may have made of a month-first text."""
        if isinstance(cell, date) and cell.day != cell.month:
            first = date(cell.year, cell.month, cell.day)
            second = date(cell.year, cell.day, cell.month)
            return refused(Code.DATE_AMBIGUOUS, reason="date_swapped", first=first, second=second)
        return read_date(cell, calendar)

    return unsure


def _common(cell: Cell) -> Reading | None:
    """Return the reading of a cell that no rule needs to see: blank, an error, digits lost, a mark that erases."""
    if cell is None:
        return fine(None)
    if isinstance(cell, CellError):
        return refused(Code.ERROR_CELL)
    if isinstance(cell, str):
        if not clean(cell):
            return fine(None)
        return fine(cell.strip()) if "#" in cell and is_erase_mark(cell) else None
    return None


def _spread(cells: Sequence[Cell], rule: Rule) -> Column:
    """Read each distinct cell once."""
    readings = {cell: _common(cell) or rule(cell) for cell in set(cells)}
    return _column(cells, readings)


def _column(keys: Sequence[Key], readings: Mapping[Key, Reading]) -> Column:
    """Put readings in the rows of their keys."""
    faulty = {key: findings for key, (_, findings) in readings.items() if findings}
    values = {key: value for key, (value, _) in readings.items()}
    faults = [(row, faulty[key]) for row, key in enumerate(keys) if key in faulty] if faulty else []
    return Column([values[key] for key in keys], faults)


def _read_texts(cells: Sequence[Cell], *, redacted: bool) -> Column:
    """Read free texts: only the odd ones are looked at one by one."""
    distinct = set(cells)
    strings = [c for c in distinct if isinstance(c, str)]
    others = [c for c in distinct if not isinstance(c, str)]
    readings: dict[Cell, Reading] = {c: _common(c) or refused(Code.DIGITS_LOST) for c in others}
    for value in odd_ones(strings):
        readings[value] = _common(value) or (clean(value), find_damage(value))
    for value in strings:
        if "E+" in value and digits_lost(value):
            readings[value] = refused(Code.DIGITS_LOST)
        elif redacted and len(value) >= 13 and card_like(value):
            kept, findings = readings.get(value, (value, ()))
            readings[value] = (kept, (*findings, (Code.CARD_REDACTED, {})))
    return _column(cells, {**{value: (value, ()) for value in strings}, **readings})


def _add_lengths(column: Column, cells: Sequence[Cell], limit: int) -> None:
    """Add a finding for each text longer than the system takes."""
    long = {c for c in set(cells) if isinstance(c, str) and len(c) > limit and len(clean(c)) > limit}
    if not long:
        return
    found = dict(column.faults)
    for row, cell in enumerate(cells):
        if cell in long:
            finding = (Code.TOO_LONG, {"limit": limit, "length": len(clean(str(cell)))})
            found[row] = (*found.get(row, ()), finding)
    column.faults = sorted(found.items())


def _read_postcodes(known: Field, cells: Sequence[Cell], sheet: Sheet) -> Column:
    """Read postcodes, each by its row's country or the shop's."""
    home = sheet.profile.country
    countries = [_text(c) or home for c in sheet.beside(known.key, "country")]
    return _spread_pairs(cells, countries, lambda cell, country: read_postcode(text(cell), country))


def _read_phones(known: Field, cells: Sequence[Cell], sheet: Sheet) -> Column:
    """Read phones, each by the countries it may be from."""
    countries, postcodes = sheet.beside(known.key, "country"), sheet.beside(known.key, "postcode")
    places = list(zip(countries, postcodes, strict=True))
    home = sheet.profile.country
    regions = {place: regions_of(_text(place[0]) or None, _text(place[1]), home) for place in set(places)}
    return _spread_pairs(cells, [regions[p] for p in places], lambda cell, where: read_phone(text(cell), where))


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _spread_pairs(cells: Sequence[Cell], places: Sequence[Place], rule: Callable[[Cell, Place], Reading]) -> Column:
    """Read each distinct pair of a cell and its place once; one place for all rows is the usual, quicker case."""
    distinct = set(places)
    if len(distinct) <= 1:
        place = next(iter(distinct), None)
        return _spread(cells, lambda cell: rule(cell, place)) if place is not None else Column([])
    keys = list(zip(cells, places, strict=True))
    readings = {key: _common(key[0]) or rule(*key) for key in set(keys)}
    return _column(keys, readings)
