"""Transforms: how one field's cells are made from columns of the source, a whole column at a time.

Texts stay as typed: what is taken apart or joined is not cleaned, that is the fixes' work. Each transform names the
columns that it uses in `columns`, so that every source column can be accounted for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial

from core.cells import text
from core.mapping.splitting import name_style, split_address, split_name, split_town
from core.mapping.telephones import sort_numbers
from core.rules.words import read_flag
from core.tables import Cell

Columns = Sequence[Sequence[Cell]]
LIST_MARK = ":::"
"""What Google puts between several values of one cell."""

SPLITTERS: dict[str, Callable[[str], dict[str, str]]] = {
    "full_name": split_name,
    "town_line": split_town,
    "full_address": split_address,
}
"""What one cell may hold several fields of → what takes it apart."""
PARTS: dict[str, tuple[str, ...]] = {
    "full_name": ("first_name", "last_name"),
    "town_line": ("postcode", "city"),
    "full_address": ("address1", "address2", "postcode", "city"),
}
"""The same → the fields that come out of it."""
SOMETIMES = {"full_name": "title", "full_address": "country"}
"""The same → the field that comes out of some."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One column as it is; `without` is a sign that the source adds before the value (Shopify's apostrophe)."""

    column: int
    without: str = ""

    @property
    def columns(self) -> tuple[int, ...]:
        """Return the columns used."""
        return (self.column,)

    def make(self, source: Columns) -> list[Cell]:
        """Return the field's cells."""
        if not self.without:
            return list(source[self.column])
        return [c.removeprefix(self.without) if isinstance(c, str) else c for c in source[self.column]]


@dataclass(frozen=True, slots=True)
class First:
    """The first filled of several columns, row by row."""

    columns: tuple[int, ...]

    def make(self, source: Columns) -> list[Cell]:
        """Return the field's cells."""
        return _first([source[c] for c in self.columns])


@dataclass(frozen=True, slots=True)
class Join:
    """Several columns in one cell, the empty ones left out."""

    columns: tuple[int, ...]
    separator: str = " "

    def make(self, source: Columns) -> list[Cell]:
        """Return the field's cells; a lone value keeps its kind (number, date)."""
        return _joined([source[c] for c in self.columns], self.separator)


@dataclass(frozen=True, slots=True)
class Block:
    """One line of the first filled of several addresses: a street and a town never come from two of them.

    Each alternative has the line's own columns and all the columns of its address.
    """

    alternatives: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    separator: str = ", "

    @property
    def columns(self) -> tuple[int, ...]:
        """Return the columns used."""
        return tuple(c for own, _ in self.alternatives for c in own)

    def make(self, source: Columns) -> list[Cell]:
        """Return the field's cells."""
        count = len(source[0])
        blank: list[Cell] = [None] * count
        lines = [_joined([source[c] for c in own], self.separator) if own else blank for own, _ in self.alternatives]
        filled = [list(map(any, zip(*(source[c] for c in every), strict=True))) for _, every in self.alternatives]
        return [next((line[r] for line, has in zip(lines, filled, strict=True) if has[r]), None) for r in range(count)]


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a full name, of "75001 Paris" or of a whole address in one cell; `whole` is a key of SPLITTERS."""

    column: int
    part: str
    whole: str

    @property
    def columns(self) -> tuple[int, ...]:
        """Return the columns used."""
        return (self.column,)

    def make(self, source: Columns) -> list[Cell]:
        """Return the field's cells, each distinct text taken apart once."""
        split = SPLITTERS[self.whole]
        column = source[self.column]
        texts = {cell: text(cell) for cell in dict.fromkeys(column) if cell is not None}
        if self.whole == "full_name":
            split = partial(split_name, style=name_style(texts.values()))
        parts = {cell: split(shown).get(self.part) or None for cell, shown in texts.items()}
        return [None if cell is None else parts[cell] for cell in column]


@dataclass(frozen=True, slots=True)
class Numbers:
    """One kind of phone out of several columns, each with its label's column if it has one."""

    pool: tuple[tuple[int, int | None], ...]
    part: str
    country: int | None = None

    @property
    def columns(self) -> tuple[int, ...]:
        """Return the columns used; labels only say what a number is."""
        return tuple(number for number, _ in self.pool)

    def make(self, source: Columns) -> list[Cell]:
        """Return the field's cells, each distinct set of numbers sorted once."""
        blank: Sequence[Cell] = [None] * len(source[0])
        used = [(source[n], blank if label is None else source[label]) for n, label in self.pool]
        flat = [column for pair in used for column in pair]
        places = blank if self.country is None else source[self.country]

        @cache
        def sort(key: tuple[Cell, ...]) -> str | None:
            texts = [text(cell) for cell in key]
            pairs = [(number, label) for number, label in zip(texts[1::2], texts[2::2], strict=True) if number]
            return sort_numbers(((n, label, LIST_MARK) for n, label in pairs), texts[0]).get(self.part)

        return [sort(key) for key in zip(places, *flat, strict=True)]


@dataclass(frozen=True, slots=True)
class Item:
    """The first item of a list in one cell ("VIP ::: * myContacts"), those that start with `drop` left out."""

    columns: tuple[int, ...]
    drop: str = ""

    def make(self, source: Columns) -> list[Cell]:
        """Return the field's cells."""

        @cache
        def pick(cell: Cell) -> Cell:
            if not isinstance(cell, str) or (LIST_MARK not in cell and not self.drop):
                return cell
            items = [item.strip() for item in cell.split(LIST_MARK)]
            return next((i for i in items if i and not (self.drop and i.startswith(self.drop))), None)

        return _first([[pick(cell) for cell in source[c]] for c in self.columns])


@dataclass(frozen=True, slots=True)
class When:
    """A column, only in the rows where another one is filled (or empty): MYOB's "Co./Last Name" is both."""

    column: int
    other: int
    filled: bool

    @property
    def columns(self) -> tuple[int, ...]:
        """Return the columns used."""
        return (self.column,)

    def make(self, source: Columns) -> list[Cell]:
        """Return the field's cells."""
        pairs = zip(source[self.column], source[self.other], strict=True)
        return [cell if (other is not None) is self.filled else None for cell, other in pairs]


@dataclass(frozen=True, slots=True)
class Opposite:
    """A column whose yes is our no, such as "do not e-mail"; `words` are the source's own, folded, with their codes.

    A word that is neither a yes nor a no stays, to be asked about.
    """

    column: int
    words: tuple[tuple[str, str], ...] = ()

    @property
    def columns(self) -> tuple[int, ...]:
        """Return the columns used."""
        return (self.column,)

    def make(self, source: Columns) -> list[Cell]:
        """Return the field's cells: "oui" for a no, "non" for a yes."""
        known, shown = dict(self.words), {True: "oui", False: "non"}

        @cache
        def turn(cell: Cell) -> Cell:
            said = None if cell is None else read_flag(text(cell), known, inverse=True)[0]
            return shown[said] if isinstance(said, bool) else cell

        return [turn(cell) for cell in source[self.column]]


Transform = Copy | First | Join | Block | Piece | Numbers | Item | When | Opposite


def _first(columns: Iterable[Sequence[Cell]]) -> list[Cell]:
    several = list(columns)
    if len(several) == 1:
        return list(several[0])
    return [next((cell for cell in row if cell is not None), None) for row in zip(*several, strict=True)]


def _joined(columns: Sequence[Sequence[Cell]], separator: str) -> list[Cell]:
    if len(columns) == 1:
        return list(columns[0])
    rows = ([cell for cell in row if cell is not None] for row in zip(*columns, strict=True))
    return [row[0] if len(row) == 1 else separator.join(map(text, row)) or None for row in rows]
