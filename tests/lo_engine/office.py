"""Start, join and stop one LibreOffice process, spoken to through a named pipe (no TCP port)."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import importlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

UNO_FOLDERS = ("/usr/lib/python3/dist-packages", "/usr/lib/libreoffice/program")
START_SECONDS = 60.0
RESTART_EXIT_CODES = (79, 81)  # soffice asks to be started again, always once on a fresh profile
_PR_SET_PDEATHSIG = 1
_SETTING = (
    '<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
)
_SETTINGS_FILE = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>'
)


_T = TypeVar("_T")


class OfficeError(Exception):
    """LibreOffice could not be started, joined or made to open a file."""


@dataclass(frozen=True)
class OfficeOptions:
    """How to start LibreOffice.

    display: an X display (":7") to show a window there, None for no window.
    macros: let documents run their VBA.
    locale: language tag of dates and decimal signs.
    """

    display: str | None = None
    macros: bool = False
    locale: str = "en-US"


def import_uno() -> Any:
    """Return the `uno` module that the system's LibreOffice ships.

    It is built for one minor version of Python; another one raises ImportError.  Its folder is
    appended, so that it never hides a package of the virtual environment.
    """
    try:
        return importlib.import_module("uno")
    except ImportError:
        sys.path.extend(folder for folder in UNO_FOLDERS if (Path(folder) / "uno.py").exists())
        return importlib.import_module("uno")


def plain_errors(call: Callable[..., _T]) -> Callable[..., _T]:
    """Decorator: turn LibreOffice's exceptions into OfficeError, because no `with` block survives the former."""

    @functools.wraps(call)
    def run(*args: Any, **kwargs: Any) -> _T:
        try:
            return call(*args, **kwargs)
        except Exception as failed:
            if not is_office_exception(failed):
                raise
            message = f"{type(failed).__name__}: {failed}"
        raise OfficeError(message)

    return run


def is_office_exception(failed: Exception) -> bool:
    """Say whether LibreOffice raised it: its classes are made on the way, under their UNO names."""
    return "com.sun.star" in type(failed).__qualname__


def struct(name: str, **fields: Any) -> Any:
    """Return a UNO structure `com.sun.star.<name>` with the given fields."""
    made = import_uno().createUnoStruct(f"com.sun.star.{name}")
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def enum(name: str, value: str) -> Any:
    """Return the value of the UNO enumeration `com.sun.star.<name>`."""
    return import_uno().Enum(f"com.sun.star.{name}", value)


def properties(**values: Any) -> tuple[Any, ...]:
    """Return named arguments as UNO takes them, a tuple of PropertyValue."""
    return tuple(struct("beans.PropertyValue", Name=name, Value=value) for name, value in values.items())


class Office:
    """One running LibreOffice: the counterpart of one Excel."""

    def __init__(self, pipe: str, process: OfficeProcess | None = None) -> None:
        self.pipe = pipe
        self.process = process
        self.context = self._connect()
        self.desktop = self.create("com.sun.star.frame.Desktop")

    @property
    def pid(self) -> int:
        """The process id, or 0 for a LibreOffice that another process started."""
        return self.process.popen.pid if self.process else 0

    def create(self, service: str) -> Any:
        """Return a new UNO service object by its full name."""
        return self.context.ServiceManager.createInstanceWithContext(service, self.context)

    @plain_errors
    def load(self, path: Path, **arguments: Any) -> Any:
        """Open the file and return its UNO document; raise OfficeError if LibreOffice cannot."""
        arguments.setdefault("MacroExecutionMode", 4)  # always, without a question (if macros are on at all)
        document = self.desktop.loadComponentFromURL(path.resolve().as_uri(), "_blank", 0, properties(**arguments))
        if document is None:
            raise OfficeError(f"LibreOffice cannot open {path}")
        return document

    def stop(self) -> None:
        """End the process if it was started here."""
        if self.process is None:
            return
        with contextlib.suppress(Exception):  # the bridge breaks while soffice ends, or is gone already
            self.desktop.terminate()
        self.process.end()
        self.process = None

    def kill(self) -> None:
        """End the process started here at once, open boxes or not."""
        if self.process is not None:
            self.process.popen.kill()
            self.process.end()
            self.process = None

    def _connect(self) -> Any:
        local = import_uno().getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        give_up = time.monotonic() + START_SECONDS
        while True:
            try:
                return resolver.resolve(f"uno:pipe,name={self.pipe};urp;StarOffice.ComponentContext")
            except Exception as refused:  # pyuno raises its own type: not listening yet
                if time.monotonic() > give_up:
                    raise OfficeError(f"no LibreOffice answers on the pipe {self.pipe}") from refused
                if self.process is not None:
                    self.process.start_again_if_asked()
                time.sleep(0.05)


class OfficeProcess:
    """The soffice process with a profile of its own, which dies with the test run."""

    def __init__(self, options: OfficeOptions, pipe: str) -> None:
        self.profile = Path(tempfile.mkdtemp(prefix="carnet-office-"))
        _write_settings(self.profile, options)
        program = Path(shutil.which("soffice") or "/usr/bin/soffice").resolve().parent / "soffice.bin"
        self._command = [
            str(program),
            f"-env:UserInstallation={self.profile.as_uri()}",
            *([] if options.display else ["--headless"]),
            *("--norestore", "--nologo", "--nodefault", "--nofirststartwizard", "--nolockcheck"),
            f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext",
        ]
        self._environment = dict(os.environ, SAL_USE_VCLPLUGIN="gen" if options.display else "svp")
        if options.display:
            self._environment["DISPLAY"] = options.display
        self.popen = self._start()

    def start_again_if_asked(self) -> None:
        """Start soffice again if it ended asking for that; raise OfficeError if it ended otherwise."""
        code = self.popen.poll()
        if code in RESTART_EXIT_CODES:
            self.popen = self._start()
        elif code is not None:
            raise OfficeError(f"LibreOffice ended with exit code {code}")

    def end(self) -> None:
        """Wait for the end, force it after ten seconds, delete the profile."""
        try:
            self.popen.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self.popen.pid, signal.SIGKILL)
            self.popen.wait(timeout=10)
        shutil.rmtree(self.profile, ignore_errors=True)

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self._environment,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )


def die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies: a killed test run leaves nothing behind."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def start(options: OfficeOptions | None = None) -> Office:
    """Start a LibreOffice of its own and return it once it answers (about 1.5 s)."""
    pipe = f"carnet-{uuid.uuid4().hex}"
    process = OfficeProcess(options or OfficeOptions(), pipe)
    try:
        return Office(pipe, process)
    except OfficeError:
        process.popen.kill()
        process.end()
        raise


def attach(pipe: str) -> Office:
    """Join the LibreOffice that another process started with this pipe."""
    return Office(pipe)


def _write_settings(profile: Path, options: OfficeOptions) -> None:
    rows = [
        ("Office.Common/Misc", "FirstRun", "false"),
        ("Office.Common/Misc", "ShowTipOfTheDay", "false"),
        ("Setup/Product", "ooSetupLastVersion", "99.9"),  # no "what is new" bar
        ("Setup/L10N", "ooSetupSystemLocale", options.locale),
        ("Office.Recovery/RecoveryInfo", "Enabled", "false"),
        ("Office.Recovery/AutoSave", "Enabled", "false"),
        ("Office.Common/Security/Scripting", "MacroSecurityLevel", "0" if options.macros else "3"),
    ]
    items = "".join(_SETTING.format(path=path, name=name, value=value) for path, name, value in rows)
    user = profile / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_SETTINGS_FILE.format(items=items), encoding="utf-8")
