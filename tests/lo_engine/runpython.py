"""Run a ribbon command as the add-in's VBA does: a Python process of its own, with the very same arguments.

`ExecuteWindows` in the add-in's xlwings module builds
`python -B -c "import xlwings.utils;xlwings.utils.prepare_sys_path(...); COMMAND" --wb=BOOK --from_xl=1 --app=...`
so that `xw.Book.caller()` finds the workbook without a stand-in.  Quoting by cmd.exe is not played.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import xlwings as xw

from tests.lo_engine.app import Alert, Recorder
from tests.lo_engine.calls import CALLS
from tests.lo_engine.engine import register
from tests.lo_engine.office import attach

ROOT = Path(__file__).parents[2]
SITE = Path(__file__).with_name("site")
# The environment of the child: the pipe to join, the user's answers, where to write what was shown.
PIPE, ANSWERS, RECORD = "CARNET_OFFICE_PIPE", "CARNET_OFFICE_ANSWERS", "CARNET_OFFICE_RECORD"
LONGEST_COMMAND = 8_191  # characters that cmd.exe takes
SECONDS = 120


@dataclass(frozen=True)
class Run:
    """How the process ended: stderr is what the add-in shows as an error if the exit code is not 0."""

    exit_code: int
    stdout: str
    stderr: str
    recorder: Recorder
    calls: list[str]


def run_python(
    command: str, book: xw.Book, *, answers: Sequence[str] = (), environment: dict[str, str] | None = None
) -> Run:
    """Run what the ribbon passes to RunPython, on the book, and wait for its end.

    command: "import addin.macros; addin.macros.run(...)".  answers: the buttons that the user presses.
    environment: variables to add, for example the folder of the user's settings.
    Raises ValueError for a command that cmd.exe would break.
    """
    if '"' in command or "%" in command or len(command) > LONGEST_COMMAND:
        raise ValueError(f"cmd.exe would break this command: {command!r}")
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record.json"
        told = {PIPE: book.app.impl.office.pipe, ANSWERS: json.dumps(list(answers)), RECORD: str(record)}
        variables = dict(os.environ, PYTHONPATH=str(SITE)) | told | (environment or {})
        ended = subprocess.run(
            arguments(command, book), env=variables, capture_output=True, text=True, timeout=SECONDS, cwd=folder
        )
        shown = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {"recorder": {}, "calls": []}
    return Run(ended.returncode, ended.stdout, ended.stderr, _recorder(shown["recorder"]), shown["calls"])


def arguments(command: str, book: xw.Book) -> list[str]:
    """Return the process's arguments; the workbook's folder is not put on the path, as in the add-in."""
    places = ";".join(["False", book.fullname, "", "", "", "", str(ROOT)])
    code = f'import xlwings.utils;xlwings.utils.prepare_sys_path("{places}"); {command}'
    return [sys.executable, "-B", "-c", code, f"--wb={book.name}", "--from_xl=1", "--app=LibreOffice", "--hwnd=0"]


def join_parent() -> None:
    """In the child: make the parent's LibreOffice the active app, and leave a record at the end."""
    app = register().apps.add(spec=attach(os.environ[PIPE]))
    app.impl.recorder.answers.extend(json.loads(os.environ[ANSWERS]))
    atexit.register(_write_record, app.impl.recorder)


def _write_record(recorder: Recorder) -> None:
    shown = {"recorder": asdict(recorder), "calls": CALLS.made}
    Path(os.environ[RECORD]).write_text(json.dumps(shown), encoding="utf-8")


def _recorder(shown: dict[str, Any]) -> Recorder:
    if not shown:
        return Recorder()
    alerts = [Alert(**alert) for alert in shown["alerts"]]
    switches = [(name, value) for name, value in shown["switches"]]
    return Recorder(alerts, shown["answers"], shown["status"], switches)
