"""Names and Name: the defined names of a book or of one sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from tests.lo_engine.calls import counted
from tests.lo_engine.excel_limits import ExcelRefusal, check_defined_name

if TYPE_CHECKING:
    from tests.lo_engine.book import Book
    from tests.lo_engine.ranges import Range
    from tests.lo_engine.sheet import Sheet


@counted
class Names(base_classes.Names):
    """The names of a scope; Excel's own (print areas, filters) stay out of sight."""

    def __init__(self, book: Book, uno: Any, sheet: Sheet | None = None) -> None:
        self.book, self.uno, self.sheet = book, uno, sheet

    def _all(self) -> list[str]:
        return [name for name in self.uno.ElementNames if not name.startswith("_xlnm")]

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[Name]:
        return iter([Name(self, name) for name in self._all()])

    def __call__(self, key: str | int) -> Name:
        names = self._all()
        if isinstance(key, int):
            return Name(self, names[key - 1])
        for name in names:
            if name.lower() == key.lower():
                return Name(self, name)
        raise ExcelRefusal(f"there is no name {key!r}")

    def contains(self, key: str) -> bool:
        return key.lower() in (name.lower() for name in self._all())

    def add(self, name: str, refers_to: str) -> Name:
        """Define or redefine a name; the text is an Excel formula in English, in every Excel."""
        check_defined_name(name)
        if not refers_to.startswith("="):
            raise ExcelRefusal(f"{refers_to!r} would be stored as a text: begin with '='")
        corner = (self.sheet.uno if self.sheet else self.book.doc.Sheets.getByIndex(0)).getCellByPosition(0, 0)
        content = self.book._spoken(refers_to, corner.CellAddress)
        if self.contains(name):
            self.uno.removeByName(self(name)._name)
        self.uno.addNewByName(name, content, corner.CellAddress, 0)
        return Name(self, name)


@counted
class Name(base_classes.Name):
    """One defined name."""

    def __init__(self, names: Names, name: str) -> None:
        self._names, self._name = names, name

    def _uno(self) -> Any:
        return self._names.uno.getByName(self._name)

    @property  # type: ignore[misc]  # renaming is not needed
    def name(self) -> str:
        """The name, of a sheet's own name with the sheet before it, as Excel says it."""
        return f"{self._names.sheet.name}!{self._name}" if self._names.sheet else self._name

    @property
    def refers_to(self) -> str:
        name = self._uno()
        return self._names.book._written(name.Content, name.ReferencePosition)

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        self._names.add(self._name, value)

    @property
    def refers_to_range(self) -> Range:
        cells = self._uno().getReferredCells()
        if cells is None:
            raise ExcelRefusal(f"{self._name} refers to no cells")
        return self._names.book.sheets(cells.Spreadsheet.Name).range(cells.AbsoluteName.rpartition(".")[2])

    def delete(self) -> None:
        self._names.uno.removeByName(self._name)
