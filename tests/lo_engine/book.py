"""Books and Book: the open workbooks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from tests.lo_engine.calls import counted
from tests.lo_engine.excel_limits import ExcelRefusal
from tests.lo_engine.names import Names
from tests.lo_engine.office import OfficeError, import_uno, properties, struct
from tests.lo_engine.sheet import Sheets

if TYPE_CHECKING:
    from tests.lo_engine.app import App

FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xlsm": "Calc MS Excel 2007 VBA XML",
    ".xls": "MS Excel 97",
    ".csv": "Text - txt - csv (StarCalc)",
}
_EXCEL_GRAMMAR, _LIBREOFFICE_GRAMMAR = 3, 0  # com.sun.star.sheet.AddressConvention: XL_OOX, OOO


@counted
class Books(base_classes.Books):
    """The workbooks open in one app, in the order in which they were opened."""

    def __init__(self, app: App) -> None:
        self.app = app

    def _documents(self) -> list[Any]:
        components = self.app.office.desktop.Components.createEnumeration()
        found = []
        while components.hasMoreElements():
            document = components.nextElement()
            if getattr(document, "ImplementationName", "") == "ScModelObj":
                found.append(document)
        return sorted(found, key=lambda document: int(document.RuntimeUID))

    def _books(self) -> list[Book]:
        """Return the books; an open add-in is not one, as in Excel."""
        return [Book(self.app, document) for document in self._documents() if not document.URL.endswith(".xlam")]

    def __len__(self) -> int:
        return len(self._books())

    def __iter__(self) -> Iterator[Book]:
        return iter(self._books())

    def __call__(self, key: str | int) -> Book:
        books = list(self)
        if isinstance(key, int):
            return books[key - 1]
        for book in books:
            if book.name.lower() == key.lower():
                return book
        raise KeyError(key)

    @property
    def active(self) -> Book | None:
        front = self.app.office.desktop.getCurrentComponent()
        uid = getattr(front, "RuntimeUID", None)
        books = list(self)
        return next((book for book in books if book.doc.RuntimeUID == uid), books[-1] if books else None)

    def add(self) -> Book:
        taken = {book.name for book in self}
        number = next(n for n in range(1, 1000) if f"Book{n}" not in taken)
        document = self.app.office.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, ())
        document.setTitle(f"Book{number}")
        return self._opened(document)

    def open(self, fullname: str, update_links: Any = None, read_only: Any = None, *rest: Any, **more: Any) -> Book:
        """Open a file; the options of the text import are Excel's and not wanted here."""
        if any(value is not None for value in (*rest, *more.values())):
            raise ExcelRefusal("open a workbook with its name alone: the other options differ between platforms")
        try:
            document = self.app.office.load(Path(fullname), ReadOnly=bool(read_only))
        except OfficeError as failed:
            raise ExcelRefusal(str(failed)) from failed
        return self._opened(document)

    def _opened(self, document: Any) -> Book:
        document.UndoManager.lock()  # a macro's writes cannot be undone in Excel either
        return Book(self.app, document)


@counted
class Book(base_classes.Book):
    """One open workbook; `doc` is its UNO document."""

    app: Any = None  # the base class has a read-only property of that name

    def __init__(self, app: App, doc: Any) -> None:
        self.app = app
        self.doc = doc

    @property
    def api(self) -> Any:
        return self.app.api

    @property
    def fullname(self) -> str:
        return str(import_uno().fileUrlToSystemPath(self.doc.URL) if self.doc.URL else self.doc.Title)

    @property
    def name(self) -> str:
        return os.path.basename(self.fullname)

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    @property
    def names(self) -> Names:
        return Names(self, self.doc.NamedRanges)

    def activate(self) -> None:
        self.doc.CurrentController.Frame.activate()

    def close(self) -> None:
        self.doc.close(True)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        if path is None and self.doc.URL:
            self.doc.store()
            return
        target = Path(path or f"{self.name}.xlsx").absolute()
        protection = {"Password": password} if password else {}
        stored = properties(FilterName=FILTERS[target.suffix.lower()], Overwrite=True, **protection)
        self.doc.storeAsURL(target.as_uri(), stored)

    def _format_key(self, code: str) -> int:
        """Return LibreOffice's number of a number format written as in an English Excel."""
        system = struct("lang.Locale")  # American by the profile; named, it would be written into each format
        key = self.doc.NumberFormats.queryKey(code, system, False)
        return int(key if key != -1 else self.doc.NumberFormats.addNew(code, system))

    def _formula_parser(self, grammar: int = _EXCEL_GRAMMAR) -> Any:
        """Return a translator between formula text (commas, Sheet!A1) and LibreOffice's tokens."""
        parser = self.doc.createInstance("com.sun.star.sheet.FormulaParser")
        parser.CompileEnglish, parser.FormulaConvention = True, grammar
        return parser

    def _spoken(self, formula: str, address: Any) -> str:
        """Return an Excel formula in LibreOffice's own English text (semicolons, $Sheet.$A$1), without "="."""
        tokens = self._formula_parser().parseFormula(formula.removeprefix("="), address)
        return str(self._formula_parser(_LIBREOFFICE_GRAMMAR).printFormula(tokens, address))

    def _written(self, formula: str, address: Any) -> str:
        """Return LibreOffice's formula text as Excel writes it, with "="."""
        tokens = self._formula_parser(_LIBREOFFICE_GRAMMAR).parseFormula(formula.removeprefix("="), address)
        return "=" + str(self._formula_parser().printFormula(tokens, address))
