"""Put the add-in where Excel finds it, on Windows and macOS, without starting Excel.

Three things are needed: `carnet.xlam` in Excel's start-up folder, a configuration file that tells the embedded
xlwings module which Python to run, and, on a Mac, the two scripts through which Excel may start a program.
`wanted_files` says what belongs where and touches nothing; the other functions compare, write and remove.
"""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Literal

from addin.build import ADDIN, PROJECT_NAME, XLAM
from addin.build.runtime import xlwings_folder
from core.errors import SettingsError

State = Literal["present", "missing", "different"]

# Microsoft's folder for what Excel opens at start, and the only folder whose scripts a Mac Excel may run.
_MAC_STARTUP = "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel"
_MAC_SCRIPTS = "Library/Application Scripts/com.microsoft.Excel"
_MAC_CONTAINER = "Library/Containers/com.microsoft.Excel/Data"
_UNUSABLE = '%"'  # the command line takes % for itself, the configuration file the quote


@dataclass(frozen=True)
class Home:
    """A user's home as the installer sees it: the platform as `sys.platform` names it, and two folders."""

    platform: str
    folder: Path
    appdata: Path  # %APPDATA% on Windows; not used elsewhere


@dataclass(frozen=True)
class Python:
    """The Python that a click runs: its program, and a folder to import Carnet from if it is not installed in it."""

    program: PurePath
    import_from: PurePath | None = None


@dataclass(frozen=True)
class File:
    """One file that belongs to the add-in."""

    path: Path
    content: bytes
    executable: bool = False
    shared: bool = False  # other add-ins may use it too


def current_home() -> Home:
    """Return the home of the user who runs this."""
    folder = Path.home()
    return Home(sys.platform, folder, Path(os.environ.get("APPDATA", folder / "AppData" / "Roaming")))


def current_python() -> Python:
    """Return the Python that runs this."""
    root = ADDIN.parent
    inside = root.is_relative_to(sys.prefix) and root.name == "site-packages"
    return Python(Path(sys.executable), None if inside else root)


def install(home: Home, python: Python) -> list[Path]:
    """Write what is missing or different and return it; an empty list means that all was there.

    Raises SettingsError on a system without Excel, for a path that Excel cannot use, and when Excel is open.
    """
    files = [file for file, state in compare(home, python) if state != "present"]
    for file in files:
        try:
            file.path.parent.mkdir(parents=True, exist_ok=True)
            file.path.write_bytes(file.content)
            file.path.chmod(0o755 if file.executable else 0o644)
        except PermissionError as error:
            raise SettingsError("addin.locked", path=file.path) from error
    return [file.path for file in files]


def status(home: Home, python: Python) -> list[tuple[Path, State]]:
    """Return each file of the add-in with its state, and change nothing. Raises SettingsError as `install` does."""
    return [(file.path, state) for file, state in compare(home, python)]


def uninstall(home: Home, python: Python) -> list[Path]:
    """Remove what `install` wrote, but for shared files, and return it.

    Raises SettingsError as `install` does.
    """
    paths = [f.path for f, state in compare(home, python) if state != "missing" and not f.shared]
    for path in paths:
        try:
            path.unlink()
        except PermissionError as error:
            raise SettingsError("addin.locked", path=path) from error
    return paths


def compare(home: Home, python: Python) -> list[tuple[File, State]]:
    """Return each wanted file with its state on the disk."""

    def state(file: File) -> State:
        if not file.path.exists():
            return "missing"
        return "present" if file.path.read_bytes() == file.content else "different"

    return [(file, state(file)) for file in wanted_files(home, python)]


def wanted_files(home: Home, python: Python) -> list[File]:
    """Return the files of the add-in for that home.

    Raises SettingsError when the platform has no Excel or a path cannot be passed on by Excel.
    """
    if home.platform == "win32":
        return _windows_files(home, python)
    if home.platform == "darwin":
        return _mac_files(home, python)
    raise SettingsError("addin.no_excel", platform=home.platform, file=XLAM)


def _windows_files(home: Home, python: Python) -> list[File]:
    settings = {"INTERPRETER_WIN": _windows_path(python.program, home)}
    if python.import_from:
        settings["PYTHONPATH"] = _windows_path(python.import_from, home)
    conf = f".{PROJECT_NAME}/{PROJECT_NAME}.conf"
    return [
        File(home.appdata / "Microsoft/Excel/XLSTART" / XLAM.name, XLAM.read_bytes()),
        File(home.folder / conf, _configuration(settings, "\r\n")),
    ]


def _windows_path(path: PurePath, home: Home) -> str:
    """Write a path as the configuration holds it: below the home it begins with a variable that VBA expands.

    So the accents of a user's name never meet the file's encoding.
    """
    below = path.is_relative_to(home.folder)
    text = "\\".join(path.relative_to(home.folder).parts) if below else str(path)
    if any(sign in text for sign in _UNUSABLE) or not _in_code_page(text):
        raise SettingsError("addin.unusable_path", path=path)
    return f"%USERPROFILE%\\{text}" if below else text


def _in_code_page(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _mac_files(home: Home, python: Python) -> list[File]:
    launcher = home.folder / f".{PROJECT_NAME}" / "python"
    if any(sign in str(launcher) for sign in "\"'$`\\|&;() "):  # xlwings' script hands it to the shell as it is
        raise SettingsError("addin.unusable_path", path=launcher)
    script = next(xlwings_folder().glob("xlwings-*.applescript"))
    conf = _configuration({"INTERPRETER_MAC": f"$HOME/.{PROJECT_NAME}/python"}, "\n")
    return [
        File(home.folder / _MAC_STARTUP / XLAM.name, XLAM.read_bytes()),
        File(home.folder / _MAC_CONTAINER / f"{PROJECT_NAME}.conf", conf),
        File(launcher, _launcher(python).encode(), executable=True),
        File(home.folder / _MAC_SCRIPTS / script.name, script.read_bytes(), shared=True),
    ]


def _launcher(python: Python) -> str:
    """Return a shell script that runs Python: its own path may hold spaces and accents, the script's does not."""
    path = f"PYTHONPATH={shlex.quote(str(python.import_from))} " if python.import_from else ""
    return f'#!/bin/sh\n{path}exec {shlex.quote(str(python.program))} "$@"\n'


def _configuration(settings: dict[str, str], line_end: str) -> bytes:
    """Return the lines that VBA's `Input #` reads back: a quoted name, a comma, a quoted value."""
    return "".join(f'"{name}","{value}"{line_end}' for name, value in settings.items()).encode("cp1252")
