"""Repairs of typed columns: the value is understood and stays, its writing becomes the system's.

Nothing is read here: the check (or `core.checking.columns`) has read the column; what it doubts is left to the
proposals, but for the few doubts that the rest of the row settles: a zero lost at the head, a date shown as a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.cells import fold, text, tidy
from core.checked import Value
from core.checking.columns import BIRTH, Sheet
from core.fields import FieldType
from core.fixes.rules import Rule
from core.issues import Code
from core.profiles import Field, Profile
from core.rules.placeholders import is_placeholder
from core.rules.postcodes import patterns
from core.rules.reading import Finding
from core.tables import Cell
from core.towns import FRENCH, Agreement, compare, towns_of
from core.writing import national_phone, sheet_value

Writing = tuple[Rule, Cell]
"""The rule and what the cell becomes."""

WORD_TYPES = (FieldType.COUNTRY, FieldType.CHOICE, FieldType.FLAG)
OLDEST_SERIAL = date(1910, 1, 1)
"""A number below this day's is an age or a code sooner than a date."""
_SHOWN = "%d/%m/%Y"
_SHOWN_FORM = re.compile(r"\d\d/\d\d/\d{4}", re.ASCII)
_NUMBERS = re.compile(r"\d{1,2}[/.\- ]\d{1,2}[/.\- ]\d{2}", re.ASCII)
_OF_ORDER = ("date_order_unsaid", "date_order_mixed", "date_swapped")
_SOME_HOUR = re.compile(r"(?:[T ]|^)\d{1,2}[:hH]\d{2}")
_NO_HOUR = re.compile(r"[T ]0{1,2}[:hH]00(?::00)?(?:\.0+)?$")
_MAYBE_NOTHING = ("na", "nc", "nr")
"""Codes of countries that people also type for "no answer"."""
_FIGURES = re.compile(r"\d+", re.ASCII)
_PLAIN_AMOUNT = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_SIGNS = re.compile(r"[\s-]+")


@dataclass(slots=True)
class TypedColumn:
    """A typed column to be rewritten: its cells, what they were read as, and the findings by row."""

    known: Field
    cells: Sequence[Cell]
    values: Sequence[Value]
    faults: Mapping[int, tuple[Finding, ...]]
    sheet: Sheet
    lang: str
    cities: Sequence[Cell] = ()
    as_text: bool = False
    keeps_proof: bool = False

    def __post_init__(self) -> None:
        if self.known.type is FieldType.DATE:
            self.as_text = written_dates(self.cells, self.values)
            self.keeps_proof = _needs_proof(self.cells, self.faults)

    @property
    def profile(self) -> Profile:
        """The system's profile."""
        return self.sheet.profile


def write_column(column: TypedColumn) -> dict[int, Writing]:
    """Return the rows of a column whose writing changes, and to what."""
    rule, writer = _writer(column)
    if writer is None:
        return {}
    pairs = set(zip(column.cells, column.values, strict=True))
    changed: dict[tuple[Cell, Value], Cell] = {}
    for pair in pairs:
        if pair[0] is not None and pair[1] is not None:
            after = writer(*pair)
            if after is not None and not _same(pair[0], after) and _fits(after, column.known):
                changed[pair] = after
    found: dict[int, Writing] = {}
    if changed:
        written = map(changed.get, zip(column.cells, column.values, strict=True))
        found = {n: (rule, after) for n, after in enumerate(written) if after is not None and n not in column.faults}
    if column.known.type is FieldType.PHONE:
        found = {row: writing for row, writing in found.items() if _keeps_country(column, row, writing[1])}
    for row, findings in column.faults.items():
        settled = _settle(column, row, findings)
        if settled is not None and not _same(column.cells[row], settled[1]):
            found[row] = settled
    return found


def _keeps_country(column: TypedColumn, row: int, after: Cell) -> bool:
    """Say whether a phone's new writing adds no country's code, or only one that the row is sure of."""
    if not str(after).startswith("+"):
        return True
    typed = text(column.cells[row]).lstrip(" (").startswith(("+", "00"))
    return typed or sure_country(column, row) is not None


def _same(before: Cell, after: Cell) -> bool:
    """Say whether a cell shows its new writing already; a number that shows the same figures stays a number."""
    return before == after if isinstance(before, str) else isinstance(after, str) and text(before) == after


def _fits(after: Cell, known: Field) -> bool:
    """Say whether a new writing is not longer than the system takes; phones and words are delivered in its own form."""
    return not isinstance(after, str) or known.max_length is None or len(after) <= known.max_length


def _writer(column: TypedColumn) -> tuple[Rule, Callable[[Cell, Value], Cell] | None]:
    """Return how a type's values are written."""
    known, profile = column.known, column.profile
    if known.type is FieldType.PHONE:
        if profile.phone_style != "national":
            return Rule.PHONES, lambda cell, value: value
        return Rule.PHONES, lambda cell, value: national_phone(str(value), profile.country)
    if known.type in WORD_TYPES or (known.choices and known.type in (FieldType.TEXT, FieldType.NAME)):
        return Rule.WORDS, lambda cell, value: _word(column, cell, value)
    if known.type is FieldType.POSTCODE:
        return Rule.POSTCODES, lambda cell, value: _postcode(profile.country, value)
    if known.type is FieldType.DATE:
        return Rule.DATES, lambda cell, value: _day(column, cell, value)
    if known.type is FieldType.AMOUNT:
        return Rule.AMOUNTS, _amount
    return Rule.WORDS, None


def _word(column: TypedColumn, cell: Cell, value: Value) -> Cell:
    """Write a country, a yes or no, or a value of a list in the system's own words; "NA" is nobody's Namibia."""
    typed = tidy(text(cell))
    if column.known.type is not FieldType.FLAG and (is_placeholder(typed) or fold(typed) in _MAYBE_NOTHING):
        return None
    if column.known.choices and not isinstance(value, bool) and value not in {c.code for c in column.known.choices}:
        return None  # an open list keeps what it does not know
    after = sheet_value(column.known, column.profile, value, column.lang)
    return None if column.known.type is FieldType.COUNTRY and fold(text(cell)) == fold(str(after)) else after


def _postcode(home: str, value: Value) -> Cell:
    """Write a postcode without the spaces that its country does not use; a country of figures uses none."""
    bare = _SIGNS.sub("", str(value))
    if _FIGURES.fullmatch(bare) and home in FRENCH:
        return bare if patterns()["FR"].fullmatch(bare) else None
    return str(value)


def _amount(cell: Cell, value: Value) -> Cell:
    """Turn an amount typed with signs into a number, unless a number cell would lose figures of it."""
    if not isinstance(cell, str) or not isinstance(value, Decimal) or _PLAIN_AMOUNT.fullmatch(cell):
        return None
    if len(value.as_tuple().digits) > 15:
        return None
    return float(value)


def written_dates(cells: Sequence[Cell], values: Sequence[Value]) -> bool:
    """Say whether a date column is one of texts such as 24/03/1987: more of them than real dates, all day first.

    One day above 12 at least proves it: without it the texts would be a question as soon as they were written.
    """
    typed = [
        (cell, value)
        for cell, value in set(zip(cells, values, strict=True))
        if isinstance(cell, str) and isinstance(value, date) and _SHOWN_FORM.fullmatch(cell)
    ]
    if not any(value.day > 12 for _, value in typed):
        return False
    real = sum(isinstance(cell, date) for cell in cells)
    return len(typed) > real and all(value.strftime(_SHOWN) == cell for cell, value in typed)


def _needs_proof(cells: Sequence[Cell], faults: Mapping[int, tuple[Finding, ...]]) -> bool:
    """Say whether a column's texts of figures have to stay: those nobody rewrites are read by what the others prove."""
    if any(params.get("reason") in _OF_ORDER for findings in faults.values() for _, params in findings):
        return True
    return any(isinstance(c, str) and _NUMBERS.match(c.strip()) and _has_hour(c) for c in set(cells))


def _has_hour(written: str) -> bool:
    return bool(_SOME_HOUR.search(written)) and not _NO_HOUR.search(written.strip())


def _day(column: TypedColumn, cell: Cell, value: Value) -> Cell:
    """Write a date as its column does; an hour beside it is never dropped."""
    if isinstance(cell, date) or not isinstance(value, date):
        return None
    if isinstance(cell, str) and (_has_hour(cell) or (column.keeps_proof and _NUMBERS.match(cell.strip()))):
        return None
    return f"{value:%d/%m/}{value.year:04}" if column.as_text else _plain_day(value)


def _plain_day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _settle(column: TypedColumn, row: int, findings: tuple[Finding, ...]) -> Writing | None:
    """Return the repair of a doubt that the rest of the row settles, or None."""
    codes = {code for code, _ in findings}
    if codes == {Code.PHONE_ZERO_LOST} and sure_country(column, row):
        after = sheet_value(column.known, column.profile, column.values[row], column.lang)
        return (Rule.ZEROS, after) if _fits(after, column.known) else None
    if codes == {Code.POSTCODE_ZERO_LOST}:
        return _settle_postcode(column, row)
    if codes == {Code.DATE_SERIAL}:
        return _settle_serial(column, row)
    return None


def _settle_postcode(column: TypedColumn, row: int) -> Writing | None:
    """Give a French postcode its zero back when the town agrees; 7501 is 75011 cut short, and no zero is lost."""
    whole = f"0{text(column.cells[row]).strip()}"
    town = _town(column, row)
    if not towns_of(whole):
        return None
    if town:
        return (Rule.ZEROS, whole) if compare(whole, town) is Agreement.AGREE else None
    said = column.sheet.beside(column.known.key, "country")[row] in FRENCH
    return (Rule.ZEROS, whole) if said and isinstance(column.cells[row], float | int) else None


def _settle_serial(column: TypedColumn, row: int) -> Writing | None:
    """Turn a number back into the date it was."""
    day = column.values[row]
    if not isinstance(day, date):
        return None
    if not OLDEST_SERIAL <= day <= column.sheet.today or (column.known.key == BIRTH and day == column.sheet.today):
        return None
    return Rule.DATES_1904 if column.sheet.base_1904 else Rule.DATES, day.strftime(_SHOWN) if column.as_text else day


def _town(column: TypedColumn, row: int) -> str:
    return text(column.cities[row]).strip() if column.cities else ""


def sure_country(column: TypedColumn, row: int) -> str | None:
    """Return the country that makes a number certain: the row's own, or France where postcode and town agree.

    A sheet without any address is the shop's own country's; a row that leaves its country blank is not.
    """
    key, sheet = column.known.key, column.sheet
    said = sheet.beside(key, "country")[row]
    if said:
        return str(said)
    postcode, town = str(sheet.beside(key, "postcode")[row] or ""), _town(column, row)
    if town and any(compare(code, town) is Agreement.AGREE for code in (postcode, f"0{postcode}") if towns_of(code)):
        return "FR"
    return None if "country" in sheet.values or "postcode" in sheet.values else sheet.profile.country
