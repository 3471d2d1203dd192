"""Dates: read in every usual writing; the order of day and month is inferred from the whole column.

A real date settles itself. In a column of texts such as 03/04/1987, one value whose first number is above 12 says
that days come first, one whose second number is above 12 that months do. With no such value, or with both kinds, the
dates that can be read two ways are a question to the user: an ambiguity is said, never guessed. The run option
`date_order` ("dmy" or "mdy") answers it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from core.cells import fold, text, tidy
from core.issues import Code
from core.rules.placeholders import is_placeholder
from core.rules.reading import Reading, doubted, fine, refused
from core.tables import Cell


class Order(Enum):
    """What a column says of its own order."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    UNSAID = "unsaid"
    MIXED = "mixed"


FIRST_YEAR, LAST_YEAR = 1900, 2049
OLDEST = 120  # years: one person ever lived longer, and 01/01/1900 is what many programs write for nothing
SERIAL_ZERO = date(1899, 12, 30)  # Excel's 1900 system, its 29 February 1900 included
LAST_SERIAL = 73_050  # 31 December 2099
DAYS_1904 = 1462  # how much later the Macintosh's count of days starts (ISO 29500-1, 18.17.4.1)
SWAPPED_FROM = 5  # real dates with a day of 12 at most, all of them: by chance once in a hundred columns

_NUMBERS = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})", re.ASCII)
_ISO = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})", re.ASCII)
_COMPACT = re.compile(r"(?:19|20)\d{6}", re.ASCII)
_DAYS = re.compile(r"(?:19|20)\d\d|[1-9]\d{4}", re.ASCII)  # a year alone, or Excel's number of a day from 1927 on
_HOUR = re.compile(r"[T ]\d{1,2}[:hH]\d{2}(?::\d{2})?(?:\.\d+)?(?: ?[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?$")
_NO_YEAR = re.compile(r"(?:--)?\d{1,2}[/.\-]\d{1,2}", re.ASCII)
_NO_DATE = re.compile(r"0{1,2}[/.\-]0{1,2}[/.\-]0{2,4}|0000-00-00", re.ASCII)
_WORDS = re.compile(r"(?:[a-z]+ )?(\d{1,2})(?: ?(?:er|st|nd|rd|th))? (?:de |of )?([a-z]+) (\d{4}|\d{2})", re.ASCII)
_MONTH_WORD_FIRST = re.compile(r"(?:[a-z]+ )?([a-z]+) (\d{1,2})(?:st|nd|rd|th)? (\d{4})", re.ASCII)
_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "janvier janv january jan", "fevrier fevr fev february feb", "mars march mar", "avril avr april apr",
            "mai may", "juin june jun", "juillet juil july jul", "aout august aug", "septembre sept sep september",
            "octobre oct october", "novembre nov november", "decembre dec december",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Calendar:
    """What reading a date needs besides its text: the column's order, today, whether it is a birth, and whether the
    workbook counts its days from 1904."""

    order: Order
    today: date
    birth: bool = False
    base_1904: bool = False


def infer_order(cells: Iterable[Cell]) -> Order:
    """Return the order that the texts of a column prove, among its distinct values.

    Only days that exist, in a year that somebody may mean, are a proof: a slip such as 25/03/1850 or 31/02/1985 must
    not put a whole column in question. Years of two figures count where none has four.
    """
    proofs: dict[bool, set[Order]] = {True: set(), False: set()}  # by whether the year has four figures
    for cell in cells:
        match = _NUMBERS.fullmatch(_bare(cell)) if isinstance(cell, str) else None
        if match and (order := _proof(*map(int, match.groups()))):
            proofs[len(match[3]) == 4].add(order)
    found = proofs[True] or proofs[False]
    return Order.MIXED if len(found) > 1 else next(iter(found), Order.UNSAID)


def _proof(one: int, two: int, year: int) -> Order | None:
    """Return the one order in which three numbers are a day, or None."""
    if year > 99 and not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if one > 12 >= two and _day(year or 2000, two, one):
        return Order.DAY_FIRST
    return Order.MONTH_FIRST if two > 12 >= one and _day(year or 2000, one, two) else None


def swapped_by_excel(cells: Iterable[Cell], order: Order) -> bool:
    """Say whether the real dates of a column were made by a French Excel out of month-first texts.

    It takes 03/04/1987 for the 3rd of April and leaves 03/24/1987 as text: then all real dates have a day of 12 at
    most, beside texts that are month first.
    """
    days = [cell.day for cell in cells if isinstance(cell, date)]
    return order is Order.MONTH_FIRST and len(days) >= SWAPPED_FROM and max(days) <= 12


def read_date(cell: Cell, calendar: Calendar) -> Reading:
    """Read one date. Canonical: a date, without the hour."""
    if isinstance(cell, datetime):
        return _in_range(cell.date(), calendar)
    if isinstance(cell, date):
        return _in_range(cell, calendar)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _read_number(float(cell), calendar)
    written = _bare(cell)
    if is_placeholder(written) or _NO_DATE.fullmatch(written):
        return refused(Code.PLACEHOLDER)
    for pattern, reader in ((_NUMBERS, _read_numbers), (_ISO, _read_iso), (_COMPACT, _read_compact)):
        match = pattern.fullmatch(written)
        if match:
            return reader(match, calendar)
    if _DAYS.fullmatch(written):  # in a text file every number is a text
        return _read_number(float(written), calendar)
    if _NO_YEAR.fullmatch(written):
        return refused(Code.DATE_INVALID, reason="date_no_year")
    return _read_words(fold(written), calendar)


def _bare(cell: Cell) -> str:
    """Return a text without the hour at its end."""
    written = tidy(text(cell))
    return _HOUR.sub("", written) if len(written) > 10 else written


def _in_range(day: date, calendar: Calendar) -> Reading:
    """Return a date, with a warning when nobody can have been born then, or it is still to come."""
    if day > calendar.today:
        return doubted(day, Code.DATE_OUT_OF_RANGE, reason="date_future")
    if day.year < FIRST_YEAR:
        return doubted(day, Code.DATE_OUT_OF_RANGE, reason="date_old")
    if calendar.birth and day.year < calendar.today.year - OLDEST:
        return doubted(day, Code.DATE_OUT_OF_RANGE, reason="date_too_old")
    return fine(day)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _read_number(number: float, calendar: Calendar) -> Reading:
    """Read a date that Excel shows as a number: 31860 is 24 March 1987, 19870324 is too; 1987 is a year alone."""
    if _is_year(number):
        return refused(Code.DATE_INVALID, reason="date_year_only")
    days = number + DAYS_1904 if calendar.base_1904 else number
    if 1 <= days <= LAST_SERIAL:
        day = SERIAL_ZERO + timedelta(days=int(days))
        return doubted(day, Code.DATE_SERIAL, read=day)
    match = _COMPACT.fullmatch(str(int(number))) if number == number and abs(number) < 1e9 else None
    return _read_compact(match, calendar) if match else refused(Code.DATE_INVALID, reason="date_unreadable")


def _is_year(number: float) -> bool:
    """Say whether a number is a year rather than the number of a day: those would be days of 1905."""
    return FIRST_YEAR <= number < FIRST_YEAR + 200 and number == int(number)


def count_from_1900(cells: Iterable[Cell]) -> list[Cell]:
    """Return a column of a workbook that counts from 1904 as a usual workbook shows the same days as numbers.

    Real dates, texts, and numbers that are no count of days (1987, 19870324) stay.
    """

    def counts(cell: Cell) -> bool:
        return isinstance(cell, float) and 0 <= cell <= LAST_SERIAL - DAYS_1904 and not _is_year(cell)

    return [cell + DAYS_1904 if counts(cell) else cell for cell in cells]  # type: ignore[operator]


def _read_numbers(match: re.Match[str], calendar: Calendar) -> Reading:
    """Read 03/04/1987 in the column's order."""
    one, two = int(match[1]), int(match[2])
    years = _years(match[3], calendar)
    first, second = _day(years[0], two, one), _day(years[0], one, two)  # day first, month first
    if first is None and second is None:
        return refused(Code.DATE_INVALID, reason="date_impossible")
    if first is None or second is None or first == second:
        return _of_century(first or second, years, calendar)
    if calendar.order is Order.DAY_FIRST:
        return _of_century(first, years, calendar)
    if calendar.order is Order.MONTH_FIRST:
        return _of_century(second, years, calendar)
    reason = "date_order_mixed" if calendar.order is Order.MIXED else "date_order_unsaid"
    return refused(Code.DATE_AMBIGUOUS, reason=reason, first=first, second=second)


def _years(written: str, calendar: Calendar) -> tuple[int, ...]:
    """Return the years that a year as written can be, the likelier first.

    Two figures: of this century unless that is still to come. A birth in "12" may also be of 1912, as long as somebody
    may be that old.
    """
    year = int(written)
    if len(written) == 4:
        return (year,)
    if 2000 + year > calendar.today.year:
        return (1900 + year,)
    both = calendar.birth and 1900 + year >= calendar.today.year - OLDEST
    return (2000 + year, 1900 + year) if both else (2000 + year,)


def _of_century(day: date | None, years: tuple[int, ...], calendar: Calendar) -> Reading:
    """Return a date, or the question of its century."""
    if day is None:
        return refused(Code.DATE_INVALID, reason="date_impossible")
    other = _day(years[1], day.month, day.day) if len(years) > 1 else None
    if other:
        return refused(Code.DATE_AMBIGUOUS, reason="date_century", first=day, second=other)
    return _in_range(day, calendar)


def _read_iso(match: re.Match[str], calendar: Calendar) -> Reading:
    """Read 1987-03-24."""
    day = _day(int(match[1]), int(match[2]), int(match[3]))
    return _in_range(day, calendar) if day else refused(Code.DATE_INVALID, reason="date_impossible")


def _read_compact(match: re.Match[str], calendar: Calendar) -> Reading:
    """Read 19870324."""
    written = match[0]
    day = _day(int(written[:4]), int(written[4:6]), int(written[6:]))
    return _in_range(day, calendar) if day else refused(Code.DATE_INVALID, reason="date_impossible")


def _read_words(words: str, calendar: Calendar) -> Reading:
    """Read "24 mars 1987", "1er avril 1990", "March 24, 1987" (folded)."""
    match = _WORDS.fullmatch(words)
    if match:
        parts = (match[1], match[2], match[3])
    else:
        match = _MONTH_WORD_FIRST.fullmatch(words)
        parts = (match[2], match[1], match[3]) if match else ("", "", "")
    month = _MONTHS.get(parts[1])
    if month is None:
        return refused(Code.DATE_INVALID, reason="date_unreadable")
    years = _years(parts[2], calendar)
    return _of_century(_day(years[0], month, int(parts[0])), years, calendar)
