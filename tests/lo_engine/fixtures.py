"""pytest fixtures: one LibreOffice per test run, no book left open after a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import xlwings as xw

from tests.lo_engine.app import Recorder
from tests.lo_engine.calls import CALLS, Calls
from tests.parts import require


@pytest.fixture(scope="session")
def office_app() -> Iterator[xw.App]:
    """The one app of the test run; LibreOffice starts when the first test asks for it (1.5 s)."""
    require("libreoffice")
    from tests.lo_engine.engine import register
    from tests.lo_engine.office import OfficeOptions, start

    app = register().apps.add(spec=start(OfficeOptions(macros=True)))
    yield app
    app.kill()


@pytest.fixture
def excel(office_app: xw.App) -> Iterator[xw.App]:
    """The app, fresh: nothing open, nothing recorded; fails the test if an answer was never asked for."""
    from tests.lo_engine.engine import register

    register()
    recorder: Recorder = office_app.impl.recorder
    recorder.clear()
    yield office_app
    left = list(recorder.answers)
    for book in list(office_app.books):
        book.close()
    office_app.impl._reset()
    if hasattr(xw.Book, "_mock_caller"):
        del xw.Book._mock_caller
    assert not left, f"the macro never asked for the answers {left}"


@pytest.fixture
def recorder(excel: xw.App) -> Recorder:
    """What the user saw and will answer."""
    recorder: Recorder = excel.impl.recorder
    return recorder


@pytest.fixture
def calls() -> Calls:
    """The counter of calls to Excel: `with calls.counting() as made:`."""
    return CALLS


@pytest.fixture
def open_book(excel: xw.App) -> Callable[[Path], xw.Book]:
    """Open a workbook as the user does; `xw.Book.caller()` then returns it."""

    def open_file(path: Path) -> xw.Book:
        book = excel.books.open(path)
        book.set_mock_caller()
        return book

    return open_file


@pytest.fixture
def book(excel: xw.App) -> xw.Book:
    """A new workbook; `xw.Book.caller()` returns it."""
    book = excel.books.add()
    book.set_mock_caller()
    return book
