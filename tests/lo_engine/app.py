"""App: one LibreOffice seen as one Excel, and the record of what a macro showed and asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import xlwings as xw
from xlwings import base_classes

from tests.lo_engine.book import Book, Books
from tests.lo_engine.calls import counted
from tests.lo_engine.excel_limits import Box, ExcelRefusal
from tests.lo_engine.office import Office
from tests.lo_engine.ranges import Range, box_of
from tests.lo_engine.vba import MacroBook

if TYPE_CHECKING:
    from tests.lo_engine.engine import Apps

BUTTONS = {
    None: ("ok",),
    "ok": ("ok",),
    "ok_cancel": ("ok", "cancel"),
    "yes_no": ("yes", "no"),
    "yes_no_cancel": ("yes", "no", "cancel"),
}
CALCULATIONS = ("automatic", "manual", "semiautomatic")


class UnansweredAlert(BaseException):
    """A macro asked a question for which the test has no answer; no `except Exception` of a macro hides it."""


@dataclass(frozen=True)
class Alert:
    """One message box: what it said, which buttons it had, which one was pressed."""

    prompt: str
    title: str
    buttons: str | None
    mode: str | None
    answer: str


@dataclass
class Recorder:
    """What the user saw: every alert, every text of the status bar, every switch of the application.

    answers: the buttons that the user will press, in order; a plain "ok" box needs none.
    switches: pairs like ("screen_updating", False).
    """

    alerts: list[Alert] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    status: list[str | bool] = field(default_factory=list)
    switches: list[tuple[str, Any]] = field(default_factory=list)

    def clear(self) -> None:
        """Forget everything, before the next test."""
        for log in (self.alerts, self.answers, self.status, self.switches):
            log.clear()


class NoApi:
    """What `.api` returns: it exists (xlwings asks), but nothing may be reached through it."""

    def __getattr__(self, name: str) -> Any:
        raise ExcelRefusal(f".api.{name} differs between Windows and macOS: use the public xlwings API")


def _switch(name: str) -> property:
    return property(lambda app: app._state[name], lambda app, value: app._set(name, bool(value)))


@counted
class App(base_classes.App):
    """One LibreOffice; everything a macro shows goes to `recorder`."""

    _switches = ("display_alerts", "enable_events", "screen_updating")

    def __init__(self, apps: Apps, office: Office) -> None:
        self._apps = apps
        self.office = office
        self.recorder = Recorder()
        self._reset()

    api = property(lambda self: NoApi())
    engine = property(lambda self: self._apps.engine)
    pid = property(lambda self: self.office.pid)
    hwnd = property(lambda self: None)
    version = property(lambda self: "16.0")
    visible = property(lambda self: False, lambda self, value: None)
    books = property(lambda self: Books(self))
    cut_copy_mode = property(lambda self: None, lambda self, value: None)

    def _reset(self) -> None:
        """Put every switch back as in an Excel just started."""
        self._state: dict[str, Any] = dict.fromkeys(self._switches, True)
        self._state |= {"calculation": "automatic", "status": False}
        self.excel_language = "fr"  # of the Excel that is played: rules are read in it

    def activate(self, steal_focus: Any = False) -> None:
        """Stay in front: there is one app per test run."""

    def quit(self) -> None:
        self.kill()

    def kill(self) -> None:
        self._apps._remove(self)
        self.office.stop()

    def _set(self, name: str, value: Any) -> None:
        self._state[name] = value
        self.recorder.switches.append((name, value))

    display_alerts, enable_events = _switch("display_alerts"), _switch("enable_events")

    @property
    def screen_updating(self) -> bool:
        return bool(self._state["screen_updating"])

    @screen_updating.setter
    def screen_updating(self, value: Any) -> None:
        if bool(value) != self._state["screen_updating"]:
            for book in self.books:
                (book.doc.unlockControllers if value else book.doc.lockControllers)()
                book.doc.IsAdjustHeightEnabled = bool(value)  # formatting is three times faster without
        self._set("screen_updating", bool(value))

    @property
    def calculation(self) -> str:
        return str(self._state["calculation"])

    @calculation.setter
    def calculation(self, value: str) -> None:
        if value not in CALCULATIONS:
            raise KeyError(value)
        for book in self.books:
            book.doc.enableAutomaticCalculation(value != "manual")
        self._set("calculation", value)

    def calculate(self) -> None:
        for book in self.books:
            book.doc.calculateAll()

    @property
    def interactive(self) -> bool:
        raise xw.XlwingsError("app.interactive does not exist on macOS")

    @interactive.setter
    def interactive(self, value: Any) -> None:
        raise xw.XlwingsError("app.interactive does not exist on macOS")

    @property
    def status_bar(self) -> str | bool:
        shown: str | bool = self._state["status"]
        return shown

    @status_bar.setter
    def status_bar(self, value: str | bool) -> None:
        self._state["status"] = value
        self.recorder.status.append(value)

    @property
    def selection(self) -> Range | None:
        """The selected cells (all areas), None when a shape is selected."""
        book = self.books.active
        selected: Any = book.doc.getCurrentSelection() if book else None
        if hasattr(selected, "getRangeAddresses"):
            boxes = [box_of(address) for address in selected.getRangeAddresses()]
        elif hasattr(selected, "getRangeAddress"):
            boxes = [box_of(selected.getRangeAddress())]
        else:
            return None
        return Range(book.sheets.active, Box(*boxes[0]), boxes)

    def run(self, macro: str, args: list[Any]) -> Any:
        """Call a VBA procedure "'add-in.xlam'!Module.Procedure" of an open file (macros on)."""
        file, _, procedure = macro.rpartition("!")
        for document in Books(self)._documents():
            if file.strip("'") == Book(self, document).name:
                return MacroBook(document).call(procedure, *args)
        raise ExcelRefusal(f"cannot run the macro {macro!r}: name an open file and its module")

    def alert(self, prompt: Any, title: Any, buttons: Any, mode: Any, callback: Any) -> str:
        """Record the box and return the scripted answer; an unanswered question ends the test."""
        allowed = BUTTONS[buttons]
        if mode not in (None, "info", "critical"):
            raise KeyError(mode)
        if not self.recorder.answers and len(allowed) > 1:
            raise UnansweredAlert(f"{prompt!r} asks {allowed}, and the test gave no answer")
        answer = self.recorder.answers.pop(0) if len(allowed) > 1 else "ok"
        if answer not in allowed:
            raise UnansweredAlert(f"{prompt!r} asks {allowed}, the test answers {answer!r}")
        self.recorder.alerts.append(Alert(str(prompt), str(title or ""), buttons, mode, answer))
        return answer
