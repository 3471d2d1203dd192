"""Excel as the buttons see it: the open workbook, questions and messages, progress, what must be put back.

The only place that asks xlwings which workbook called. Everything here exists on Windows and on macOS.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlwings as xw

from core import actions
from core.errors import InputError, SettingsError
from core.i18n import Language, tr
from core.settings import Settings, load_settings
from core.template.stamp import OPTION

if TYPE_CHECKING:
    from core.profiles import Profile

TITLE = "Carnet"
ADDIN = "carnet.xlam"
LONGEST_MESSAGE = 880
"""Characters of a message: Windows cuts at about 1,024, and practice mode puts its banner over each."""
BETWEEN_SIGNS = 0.5  # seconds between two signs of progress: each is a call to Excel
STAMP_SHEET = "_carnet"


@dataclass(frozen=True, slots=True)
class Desk:
    """What a button works with: the workbook in front of the user, and the ribbon's three choices."""

    book: xw.Book
    system: str
    lang: Language
    scope: str  # all, selected or visible

    @property
    def app(self) -> xw.App:
        """The running Excel."""
        return self.book.app

    @property
    def settings(self) -> Settings:
        """The user's settings, under the ribbon's language and system. Raises SettingsError."""
        return load_settings({"lang": self.lang, "system": self.system})

    def text(self, key: str, /, **params: object) -> str:
        """Return a text in the user's language."""
        return tr(key, self.lang, **params)

    def say(self, message: str, *, serious: bool = False) -> None:
        """Show one message and wait for OK."""
        if len(message) > LONGEST_MESSAGE:
            message = message[: LONGEST_MESSAGE - 1] + "…"
        self.app.alert(self._under_banner(message), title=TITLE, mode="critical" if serious else "info")

    def ask(self, message: str) -> bool:
        """Ask a yes-or-no question."""
        return self.app.alert(self._under_banner(message), title=TITLE, buttons="yes_no") == "yes"

    @property
    def practising(self) -> bool:
        """Whether practice mode is on."""
        try:
            return bool(self.settings.practice)
        except SettingsError:  # what needs the settings says what is wrong with them
            return False

    def _under_banner(self, message: str) -> str:
        """Put the banner of practice mode over a message while it is on."""
        return f"{self.text('practice.banner')}\n\n{message}" if self.practising else message

    def ask_file(self, title: str) -> Path | None:
        """Let the user choose a file in Excel's own window; None when nothing was chosen."""
        chosen = self.app.macro(f"{ADDIN}!Ribbon.AskFile")(title)
        return Path(chosen) if isinstance(chosen, str) and chosen else None

    def profile(self, stamp: dict[str, str] | None = None) -> Profile:
        """Return the system of a workbook: its template's own, else the ribbon's. Raises ProfileError."""
        return actions.system((stamp or {}).get("system") or self.system)


def desk(*, system: str, lang: str, scope: str) -> Desk:
    """Return what the click works with: the workbook in front where several have the calling one's name."""
    book = xw.Book.caller()
    front = book.app.books.active
    if front.name == book.name:
        book = front
    return Desk(book, system, "en" if lang == "en" else "fr", scope)


@contextmanager
def busy(desk: Desk, key: str) -> Iterator[Callable[[str], None]]:
    """Keep the screen still while a button works, and put everything back whatever happens.

    Yields a function that names the next step in the status bar, by its text's key.
    """
    app = desk.app
    try:
        with app.properties(screen_updating=False, calculation="manual", status_bar=desk.text(key)):
            yield lambda step: setattr(app, "status_bar", desk.text(step))
    finally:
        app.status_bar = False


def progress(desk: Desk, key: str) -> Callable[[int, int], None]:
    """Return a callback of (done, total) that shows percents in the status bar, now and then."""
    label, last = desk.text(key), time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= BETWEEN_SIGNS:
            last = time.monotonic()
            desk.app.status_bar = desk.text("ribbon.progress", label=label, percent=100 * done // max(total, 1))

    return show


def is_refusal(error: BaseException) -> bool:
    """Say whether it is Excel that refused, and not Carnet that is wrong.

    A COM error on Windows, an AppleScript error on a Mac, an error of xlwings: their classes come from outside.
    """
    home = type(error).__module__.partition(".")[0]
    return isinstance(error, Exception) and home not in ("builtins", "core", "addin")


@contextmanager
def refusals(desk: Desk, sheet: str) -> Iterator[None]:
    """Turn a refusal of Excel (a protected sheet, most often) into an InputError that says so."""
    try:
        yield
    except Exception as error:
        if not is_refusal(error):
            raise
        raise InputError("ribbon.refused", sheet=sheet, reason=_reason(error)) from error


def _reason(error: BaseException) -> str:
    """Return Excel's own words: a COM error keeps them in its third part."""
    details = getattr(error, "excepinfo", None)
    return str(details[2] if details and details[2] else error)[:200]


def run_vba(desk: Desk, name: str, *arguments: Any) -> bool:
    """Call a Sub of the add-in for a finishing touch that xlwings lacks; say whether it could be called."""
    try:
        desk.app.macro(f"{ADDIN}!Ribbon.{name}")(*arguments)
    except Exception as error:
        if not is_refusal(error):
            raise
        return False
    return True


def read_stamp(book: xw.Book) -> dict[str, str]:
    """Return what a template's hidden sheet says of it, {} for any other workbook."""
    if STAMP_SHEET not in [sheet.name for sheet in book.sheets]:
        return {}
    rows = book.sheets[STAMP_SHEET].used_range.options(ndim=2).value
    return {str(row[0]): str(row[1]) for row in rows if len(row) > 1 and row[0] is not None and row[1] is not None}


def options_of(desk: Desk, profile: Profile, stamp: dict[str, str]) -> dict[str, str]:
    """Return a system's run options: those of a template's stamp, under the user's settings. Raises SettingsError."""
    known = {option.key for option in profile.options}
    stamped = {k.removeprefix(OPTION): v for k, v in stamp.items() if k.startswith(OPTION)}
    given = {key: value for key, value in stamped.items() if key in known}
    return actions.run_options(profile, given | desk.settings.run_options)
