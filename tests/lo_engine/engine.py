"""The engine object that xlwings asks for: `engine.register()` and plain xlwings code runs on LibreOffice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import xlwings as xw
from xlwings import base_classes

from tests.lo_engine.app import App
from tests.lo_engine.calls import CALLS, counted
from tests.lo_engine.office import Office
from tests.lo_engine.values import CellError

NAME = "libreoffice"


class Engine:
    """The engine's implementation; `type` is one of the words on which xlwings itself branches."""

    name = NAME
    type = "desktop"
    calls = CALLS

    def __init__(self) -> None:
        self.apps = Apps(self)

    @staticmethod
    def clean_value_data(
        data: list[list[Any]],
        datetime_builder: Callable[..., Any],
        empty_as: object,
        number_builder: Callable[[float], Any] | None,
        err_to_str: bool,
    ) -> list[list[Any]]:
        """Turn raw cells into what `.value` returns: "" becomes empty, an error cell None or its text."""

        def clean(cell: Any) -> Any:
            if cell is None or cell == "":
                return empty_as
            if isinstance(cell, CellError):
                return str(cell) if err_to_str else None
            if isinstance(cell, dt.datetime) and datetime_builder is not dt.datetime:
                fields = ("year", "month", "day", "hour", "minute", "second", "microsecond")
                return datetime_builder(**{field: getattr(cell, field) for field in fields}, tzinfo=None)
            return number_builder(cell) if number_builder and isinstance(cell, float) else cell

        return [[clean(cell) for cell in row] for row in data]

    @staticmethod
    def prepare_xl_data_element(x: Any, options: dict[str, Any]) -> Any:
        """Turn a Python value into one that a cell takes: no NaN, no numpy, no time zone, no bare date."""
        if hasattr(x, "item") and hasattr(x, "dtype"):  # a numpy scalar
            x = x.item()
        if x is None or type(x).__name__ in ("NaTType", "NAType") or x != x:
            return ""
        if isinstance(x, Decimal):
            raise TypeError(f"Decimal: Excel on Windows rounds it to 4 places, on macOS it fails: {x!r}")
        if isinstance(x, dt.datetime):
            return dt.datetime(*x.timetuple()[:6], x.microsecond)
        return dt.datetime(x.year, x.month, x.day) if isinstance(x, dt.date) else x


@counted
class Apps(base_classes.Apps):
    """The running LibreOffices, the active one first."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._running: list[App] = []

    def keys(self) -> list[int]:
        return [app.pid for app in self._running]

    def add(self, spec: Any = None, add_book: Any = None, xl: Any = None, visible: Any = None) -> App:
        """Take a started Office, given as spec, among the apps and make it the active one."""
        if not isinstance(spec, Office):
            raise TypeError("start an Office first and pass it as spec")
        app = App(self, spec)
        self._running.insert(0, app)
        return app

    def _remove(self, app: App) -> None:
        self._running.remove(app)

    def __iter__(self) -> Iterator[App]:
        return iter(list(self._running))

    def __len__(self) -> int:
        return len(self._running)

    def __getitem__(self, pid: int) -> App:
        return next(app for app in self._running if app.pid == pid)


def register() -> xw.Engine:
    """Return the engine, added to xlwings' engines at the first call and made the active one."""
    known = {engine.name: engine for engine in xw.engines}
    if NAME not in known:
        known[NAME] = xw.Engine(impl=Engine())
        xw.engines.add(known[NAME])
    known[NAME].activate()
    return known[NAME]
