"""The note of an unforeseen error: where it happened, and none of the user's data."""

from __future__ import annotations

import traceback
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from core.settings import data_folder


def note_bug(error: BaseException) -> Path:
    """Add an error to the user's log, its kind and its places in our files only, and return the log."""
    log = data_folder() / "carnet.log"
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"  {Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]
    with suppress(OSError):
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write("\n".join([f"{datetime.now():%Y-%m-%d %H:%M:%S} {type(error).__name__}", *places, ""]))
    return log
