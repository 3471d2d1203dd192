"""Columns: reads a whole column by its field's type, each distinct value once, and spreads the readings back."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import compress, count
from operator import not_
from typing import cast

from core.cards import EXACT
from core.cells import clean, text
from core.checked import Value
from core.checking.spreading import CellRule, Column, Readings, Rule, by_place, put, read_coded
from core.coded import Coded, distinct, spread, together
from core.fields import FieldType
from core.issues import Code
from core.profiles import Field, Profile
from core.rules.amounts import Limits, infer_decimal, read_amount
from core.rules.countries import read_country
from core.rules.dates import Calendar, Order, infer_order, read_date, swapped_by_excel
from core.rules.emails import questioned_places, read_email
from core.rules.loyalty_cards import read_card
from core.rules.phones import OVERSEAS, accept_usual, acceptor, read_phone, regions_of
from core.rules.postcodes import read_postcode
from core.rules.reading import Reading, refused
from core.rules.texts import card_like, digits_lost, find_damage, odd_places
from core.rules.words import known_words, read_choice, read_flag
from core.tables import Cell, CellError

BIRTH = "birth_date"
AS_NUMBERS = (FieldType.DATE, FieldType.AMOUNT, FieldType.CARD)  # their rules read numbers; others read what is shown
LENGTHS = (FieldType.TEXT, FieldType.NAME, FieldType.EMAIL, FieldType.POSTCODE, FieldType.CARD)
"""Types whose length counts, as it is written to the system ("497 010" is six figures); others have its own form."""
CARD_LENGTH = 13  # digits of the shortest bank card
FREE_TEXTS = (FieldType.TEXT, FieldType.NAME)
SAMPLED = 1_000  # first cells of a column that show whether its values come again
_NO_NUMBERS = {str, type(None), CellError}


@dataclass(slots=True)
class Sheet:
    """What reading one column may need of the others: filled in the order of `reading_order`."""

    profile: Profile
    today: date
    options: Mapping[str, str]
    rows: int
    values: dict[str, Sequence[Value]] = field(default_factory=dict)
    base_1904: bool = False  # the workbook counts its days from 1904
    regions: dict[tuple[str, str], Sequence[tuple[str, ...]]] = field(default_factory=dict)
    """By the keys of the country and of the postcode."""

    def column(self, key: str) -> Sequence[Value]:
        """Return a column already read, or blanks where the sheet has none."""
        return self.values.get(key) or [None] * self.rows

    def beside(self, key: str, what: str) -> Sequence[Value]:
        """Return the column `what` of the same address as field `key` (delivery_phone → delivery_country)."""
        return self.column(self.key_beside(key, what))

    def key_beside(self, key: str, what: str) -> str:
        """Return the key of that column."""
        prefix = key.rpartition("_")[0]
        own = f"{prefix}_{what}"
        return own if prefix and own in self.values else what


def reading_order(fields: Iterable[Field]) -> list[Field]:
    """Return fields so that countries come before postcodes, and both before the phones that need them."""
    rank = {FieldType.COUNTRY: 0, FieldType.POSTCODE: 1}
    return sorted(fields, key=lambda f: rank.get(f.type, 2))


def read_column(known: Field, cells: Sequence[Cell], sheet: Sheet) -> Column:
    """Read one column. Blank cells and errors are None; a mark that erases stays itself."""
    places = _places(known, sheet)
    if isinstance(cells, Coded):
        return read_coded(cells, places, lambda some, where: _read_cells(known, some, sheet, where))
    return _read_cells(known, cells, sheet, places)


def _places(known: Field, sheet: Sheet) -> Sequence[tuple[str, ...]]:
    """Return where each row's cell is to be understood: the regions of phones, the country of postcodes.

    Nothing for what means the same anywhere.
    """
    if known.type is FieldType.PHONE:
        return _regions(known, sheet)
    if known.type is FieldType.POSTCODE:
        home = sheet.profile.country
        return spread(sheet.beside(known.key, "country"), lambda country: (_text(country) or home,))
    return ()


def _read_cells(known: Field, cells: Sequence[Cell], sheet: Sheet, places: Sequence[tuple[str, ...]]) -> Column:
    """Read cells, most of them by a look at all of them together where they hardly come again."""
    settled = _settle(known, cells, sheet, set(places)) if _mostly_distinct(cells) else None
    if settled is None:
        return _read(known, cells, sheet, places)
    values, left = settled
    part = _read(known, [cells[row] for row in left], sheet, [places[row] for row in left] if places else [])
    for row, value in zip(left, part.values, strict=True):
        values[row] = value
    return Column(values, [(left[n], findings) for n, findings in part.faults])


def _mostly_distinct(cells: Sequence[Cell]) -> bool:
    """Say whether looking for equal cells would hardly save any work: e-mails, phones, account numbers."""
    first = [cell for cell in cells[:SAMPLED] if cell is not None]
    return len(set(first)) > len(first) * 0.9 and set(map(type, cells)) <= _NO_NUMBERS


def _settle(
    known: Field, cells: Sequence[Cell], sheet: Sheet, regions: set[tuple[str, ...]]
) -> tuple[list[Value], list[int]] | None:
    """Return the values of the rows that are plainly fine, and the rows left to be read by distinct cell.

    All rows go through one pattern at once, and no cell is looked up: memory that jumps about costs more than work
    done twice. None for a type whose values need more than a look.
    """
    texts = _texts(cells)
    if known.type is FieldType.PHONE and len(regions) == 1:
        numbers: list[Value] = [number or None for number in accept_usual(texts, next(iter(regions)))]
        return numbers, [row for row in _where(map(not_, numbers)) if cells[row] is not None]
    if known.type is FieldType.EMAIL:
        left = [row for row in questioned_places(texts) if cells[row] is not None]
    elif known.type in FREE_TEXTS and not known.choices:
        left = odd_places(texts)
        if Code.CARD_REDACTED in sheet.profile.severity:
            left += [row for row, text in enumerate(texts) if len(text) >= CARD_LENGTH and card_like(text)]
    else:
        return None
    limit = known.max_length
    if limit and max(map(len, texts), default=0) > limit:
        left += _where(map(limit.__lt__, map(len, texts)))
    return cast("list[Value]", list(cells)), sorted(set(left))


def _where(true: Iterable[bool]) -> Iterator[int]:
    """Yield the places of what is true."""
    return compress(count(), true)


def _texts(cells: Sequence[Cell]) -> Sequence[str]:
    """Return cells as texts, "" for what is none."""
    if set(map(type, cells)) == {str}:
        return cast("Sequence[str]", cells)
    return [cell if isinstance(cell, str) else "" for cell in cells]


def _read(known: Field, cells: Sequence[Cell], sheet: Sheet, places: Sequence[tuple[str, ...]]) -> Column:
    """Read cells, each distinct one once."""
    cells, distinct = _plain(cells, numbers=known.type in AS_NUMBERS)
    if distinct <= {None}:
        return Column([None] * len(cells))
    limit = known.max_length if known.type in LENGTHS else None
    if known.choices and known.type in (*FREE_TEXTS, FieldType.CHOICE):
        words = known_words(known.choices)
        return put(cells, Readings(distinct, lambda written: read_choice(written, known, words)))
    if known.type in FREE_TEXTS:
        found = _read_texts(distinct, redacted=Code.CARD_REDACTED in sheet.profile.severity, note=known.key == "notes")
        found.add_lengths(limit, distinct)
        return put(cells, found)
    if known.type is FieldType.PHONE:
        return by_place(cells, places, _read_phones)
    if known.type is FieldType.POSTCODE:
        return by_place(cells, places, partial(_read_postcodes, limit=known.max_length))
    if known.type is FieldType.EMAIL:
        found = Readings(_but(distinct, questioned_places), read_email)
    else:
        found = Readings(distinct, *_rules(known, distinct, sheet))
    found.add_lengths(limit, distinct)
    return put(cells, found)


def _plain(cells: Sequence[Cell], *, numbers: bool) -> tuple[Sequence[Cell], set[Cell]]:
    """Return cells whose equal values mean the same (True is not 1.0, and no number is "not a number"), and the
    distinct ones.
    """
    distinct = set(cells)
    kinds = set(map(type, distinct)) - {str, type(None), CellError}
    if not kinds or (numbers and kinds == {date}):
        return cells, distinct
    if kinds & {bool, int, float} and bool in set(map(type, cells)):  # a set keeps one of True and 1.0
        cells = [_plain_cell(cell, numbers=numbers) for cell in cells]
    else:
        known = {cell: _plain_cell(cell, numbers=numbers) for cell in distinct}
        cells = list(map(known.__getitem__, cells))
    return cells, set(cells)


def _plain_cell(cell: Cell, *, numbers: bool) -> Cell:
    """Return a number that counts, what any other cell shows, or the error that a number is."""
    if cell is None or isinstance(cell, str | CellError):
        return cell
    if isinstance(cell, bool):
        return text(cell)
    if not isinstance(cell, int | float):
        return cell if numbers else text(cell)
    if not math.isfinite(cell):
        return CellError("#NUM!")
    return cell if numbers or abs(cell) >= EXACT else text(cell)


def _rules(known: Field, distinct: Collection[Cell], sheet: Sheet) -> tuple[Rule, CellRule | None]:
    """Return the rule of a type whose values stand alone: for its texts, and for its other cells if they count."""
    if known.type is FieldType.COUNTRY:
        return partial(read_country, style=sheet.profile.country_style), None
    if known.type is FieldType.FLAG:
        return partial(read_flag, known=known_words(known.choices), inverse=known.inverse), None
    if known.type is FieldType.CARD:
        return read_card, read_card
    if known.type is FieldType.AMOUNT:
        amount = partial(read_amount, limits=Limits(known.minimum, known.maximum, infer_decimal(distinct)))
        return amount, amount
    day = _date_rule(known, distinct, sheet)
    return day, day


def _date_rule(known: Field, distinct: Collection[Cell], sheet: Sheet) -> CellRule:
    """Return the rule of a date column, in the order that it proves, or that the run's `date_order` says."""
    said = sheet.options.get("date_order", "")
    order = infer_order(distinct)
    if said and order in (Order.UNSAID, Order.MIXED):
        order = Order(said)
    calendar = Calendar(order, sheet.today, known.key == BIRTH, sheet.base_1904)
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


def _but(distinct: Collection[Cell], odd: Callable[[list[str]], list[int]]) -> list[Cell]:
    """Return the distinct cells that need a look: the odd ones of the texts, and all that are no texts."""
    texts = [cell for cell in distinct if isinstance(cell, str)]
    no_texts = [cell for cell in distinct if not isinstance(cell, str)] if len(texts) < len(distinct) else []
    return [*(texts[n] for n in odd(texts)), *no_texts]


def _read_texts(distinct: Collection[Cell], *, redacted: bool, note: bool) -> Readings:
    """Read free texts: only the odd ones are looked at one by one."""

    def odd(texts: list[str]) -> list[int]:
        cards = [n for n, text in enumerate(texts) if redacted and len(text) >= CARD_LENGTH and card_like(text)]
        return [*odd_places(texts), *cards]

    return Readings(_but(distinct, odd), partial(_read_odd, redacted=redacted, note=note))


def _read_odd(written: str, *, redacted: bool, note: bool) -> Reading:
    """Read a text that needs a second look. A placeholder is a text like any other, with a warning."""
    if digits_lost(written):
        return refused(Code.DIGITS_LOST)
    inside = clean(written)
    findings = find_damage(inside, note=note)
    if redacted and card_like(inside):
        findings = (*findings, (Code.CARD_REDACTED, {}))
    return inside or None, findings


def _read_postcodes(distinct: Collection[Cell], country: tuple[str, ...], *, limit: int | None) -> Readings:
    """Read postcodes of one country."""
    found = Readings(distinct, partial(read_postcode, country=country[0]))
    found.add_lengths(limit, distinct)
    return found


def _read_phones(distinct: Collection[Cell], regions: tuple[str, ...]) -> Readings:
    """Read phones of one place."""
    quick = acceptor(regions)([cell for cell in distinct if isinstance(cell, str)])
    return Readings(distinct, partial(read_phone, regions=regions), quick=quick)


def _regions(known: Field, sheet: Sheet) -> Sequence[tuple[str, ...]]:
    """Return where each row's phones may be from, once for all phones of one address."""
    keys = sheet.key_beside(known.key, "country"), sheet.key_beside(known.key, "postcode")
    if keys not in sheet.regions:
        countries, postcodes = map(sheet.column, keys)
        sheet.regions[keys] = _regions_of(countries, postcodes, sheet.profile.country)
    return sheet.regions[keys]


def _regions_of(countries: Sequence[Value], postcodes: Sequence[Value], home: str) -> Sequence[tuple[str, ...]]:
    """Return the regions of each row; postcodes matter only where one is overseas."""
    if not any(_text(postcode)[:3] in OVERSEAS for postcode in distinct(postcodes)):
        return spread(countries, lambda country: regions_of(_text(country) or None, "", home))
    both = together(countries, postcodes)
    return spread(both, lambda pair: regions_of(_text(pair[0]) or None, _text(pair[1]), home))


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""
