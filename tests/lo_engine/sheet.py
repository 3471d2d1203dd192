"""Sheets and Sheet."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from tests.lo_engine.calls import counted
from tests.lo_engine.excel_limits import (
    MAX_COLUMNS,
    MAX_ROWS,
    Box,
    ExcelRefusal,
    around,
    check_sheet_name,
    parse_address,
)
from tests.lo_engine.names import Names
from tests.lo_engine.ranges import Range, box_of
from tests.lo_engine.tables import Tables

if TYPE_CHECKING:
    from tests.lo_engine.book import Book


LOOKS = ("CellBackColor", "CharColor", "CharWeight", "CharHeight", "IsTextWrapped", "VertJustify")


@counted
class Sheets(base_classes.Sheets):
    """The sheets of a book, hidden ones too.

    Without `__contains__`, as on Windows and macOS: `"Guide" in book.sheets` is always False there.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self._sheets = book.doc.Sheets

    api = property(lambda self: self.book.api)

    def _names(self) -> list[str]:
        return list(self._sheets.ElementNames)

    def __len__(self) -> int:
        return int(self._sheets.Count)

    def __iter__(self) -> Iterator[Sheet]:
        return iter([Sheet(self.book, name) for name in self._names()])

    def __call__(self, key: str | int) -> Sheet:
        names = self._names()
        if isinstance(key, int):
            return Sheet(self.book, names[key - 1])
        for name in names:
            if name.lower() == key.lower():
                return Sheet(self.book, name)
        raise ExcelRefusal(f"there is no sheet {key!r}")  # a COM error on Windows: no KeyError to rely on

    @property
    def active(self) -> Sheet:
        return Sheet(self.book, self.book.doc.CurrentController.ActiveSheet.Name)

    def add(self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None) -> Sheet:
        taken = self._names()
        if name is None:
            name = next(f"Sheet{n}" for n in range(1, 1000) if f"Sheet{n}" not in taken)
        check_sheet_name(name, taken)
        self._sheets.insertNewByName(name, after.index if after else (before or self.active).index - 1)
        added = Sheet(self.book, name)
        added.activate()
        return added


@counted
class Sheet(base_classes.Sheet):
    """One sheet; `uno` is LibreOffice's."""

    book: Any = None  # the base class has a read-only property of that name

    def __init__(self, book: Book, name: str) -> None:
        self.book = book
        self.uno = book.doc.Sheets.getByName(name)

    api = property(lambda self: self.book.api)

    @property
    def name(self) -> str:
        return str(self.uno.Name)

    @name.setter
    def name(self, value: str) -> None:
        check_sheet_name(value, [name for name in self.book.doc.Sheets.ElementNames if name != self.uno.Name])
        self.uno.setName(value)

    @property
    def index(self) -> int:
        return int(self.uno.RangeAddress.Sheet) + 1

    @property
    def visible(self) -> bool:
        return bool(self.uno.IsVisible)

    @visible.setter
    def visible(self, value: bool) -> None:
        shown = [sheet for sheet in self.book.sheets if sheet.visible and sheet.name != self.name]
        if not value and not shown:
            raise ExcelRefusal("Excel does not hide the last visible sheet")
        self.uno.IsVisible = bool(value)

    @property
    def names(self) -> Names:
        return Names(self.book, self.uno.NamedRanges, self)

    @property
    def tables(self) -> Tables:
        return Tables(self)

    @property
    def cells(self) -> Range:
        return Range(self, Box(1, 1, MAX_ROWS, MAX_COLUMNS))

    @property
    def used_range(self) -> Range:
        """Excel's used range: from the first to the last cell with a content *or a format*.

        So empty rows that a template has formatted are in it; whole formatted columns and cell rules are not.
        """
        cursor = self.uno.createCursor()
        cursor.gotoStartOfUsedArea(False)
        cursor.gotoEndOfUsedArea(True)
        used = box_of(cursor.RangeAddress)
        empty = used == Box(1, 1) and not self.uno.getCellByPosition(0, 0).getFormula()
        boxes = self._formatted() if empty else [used, *self._formatted()]
        return Range(self, reduce(around, boxes) if boxes else Box(1, 1))

    def _formatted(self) -> list[Box]:
        """Return the areas whose cells look different from an untouched cell, whole columns left out."""
        groups = self.uno.getUniqueCellFormatRanges()
        untouched = self._look(self.uno.getCellByPosition(MAX_COLUMNS - 1, MAX_ROWS - 1))
        boxes: list[Box] = []
        for group in (groups.getByIndex(i) for i in range(groups.Count)):
            if self._look(group) != untouched:
                boxes += [box for address in group.RangeAddresses if (box := box_of(address)).last_row != MAX_ROWS]
        return boxes

    def _look(self, cells: Any) -> tuple[Any, ...]:
        boolean = self.book.doc.NumberFormats.getByKey(cells.NumberFormat).FormatString == "BOOLEAN"
        return (0 if boolean else cells.NumberFormat, *(getattr(cells, name) for name in LOOKS))

    def range(self, arg1: Any, arg2: Any = None) -> Range:
        """Return the range of an address, a defined name, a table, a (row, column) pair, or of two corners."""
        if isinstance(arg1, int) and isinstance(arg2, int):
            return Range(self, Box(arg1, arg2))
        one = self._corner(arg1)
        return one if arg2 is None else Range(self, around(one.box, self._corner(arg2).box))

    def _corner(self, place: Any) -> Range:
        if isinstance(place, Range):
            return place
        if isinstance(place, tuple):
            if 0 in place:
                raise IndexError("rows and columns count from 1")
            return Range(self, Box(*place))
        box = parse_address(place)
        found = Range(self, box) if box else self._named(place)
        if found is None:
            raise ExcelRefusal(f"{place!r} is neither an address nor a name")
        return found

    def _named(self, name: str) -> Range | None:
        for names in (self.names, self.book.names):
            if names.contains(name):
                return names(name).refers_to_range
        return next((table.data_body_range for table in self.tables if table.name.lower() == name.lower()), None)

    def activate(self) -> None:
        if not self.uno.IsVisible:
            raise ExcelRefusal(f"Excel does not activate the hidden sheet {self.uno.Name!r}")
        self.book.doc.CurrentController.setActiveSheet(self.uno)

    def select(self) -> None:
        self.activate()

    def clear(self) -> None:
        self.cells.clear()

    def clear_contents(self) -> None:
        self.cells.clear_contents()

    def clear_formats(self) -> None:
        self.cells.clear_formats()

    def autofit(self, axis: str | None = None) -> None:
        self.used_range.autofit(axis)

    def delete(self) -> None:
        if not any(sheet.visible for sheet in self.book.sheets if sheet.name != self.name):
            raise ExcelRefusal("Excel keeps the last visible sheet")
        self.book.doc.Sheets.removeByName(self.uno.Name)

    def copy(self, before: Sheet | None, after: Sheet | None) -> None:
        taken = [name.lower() for name in self.book.doc.Sheets.ElementNames]
        name = next(new for n in range(2, 1000) if (new := f"{self.name[:26]} ({n})").lower() not in taken)
        self.book.doc.Sheets.copyByName(self.name, name, _place(before, after))

    def move(self, before: Sheet | None, after: Sheet | None) -> None:
        self.book.doc.Sheets.moveByName(self.name, _place(before, after))


def _place(before: Sheet | None, after: Sheet | None) -> int:
    """Return the position, from 0, before or after the given sheet (xlwings always gives one)."""
    return after.index if after else before.index - 1 if before else 0
