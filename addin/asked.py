"""The mapping workbook of a file that is being taken: made, opened, and found again with its answers."""

from __future__ import annotations

import json
from pathlib import Path

import xlwings as xw

from addin.documents import new_path
from addin.excel import Desk
from core.i18n import LANGUAGES, tr
from core.settings import data_folder
from core.taking import Taken

MOST_KEPT = 50


def write_questions(desk: Desk, taken: Taken, source: Path) -> Path:
    """Write the mapping workbook of a file, and remember which file it is about."""
    from core.mapping.sheet import write_mapping_sheet

    path = new_path(desk, desk.text("ribbon.questions_file", file=source.stem))
    write_mapping_sheet(path, taken.table, taken.mapping, desk.lang)
    known = {**_read(), path.name: [str(source), str(path)]}
    _file().parent.mkdir(parents=True, exist_ok=True)
    _file().write_text(json.dumps(dict(list(known.items())[-MOST_KEPT:]), ensure_ascii=False), encoding="utf-8")
    return path


def waiting_for(book: xw.Book) -> tuple[Path, Path] | None:
    """Return the file that a mapping workbook is about and the workbook's own path, None for any other workbook.

    The path is the one it was written to: Excel's own word for it may be a web address.
    """
    known = _read().get(book.name)
    names = {tr("mapping.sheet_columns", lang) for lang in LANGUAGES}
    if known is None or not names & {sheet.name for sheet in book.sheets}:
        return None
    return Path(known[0]), Path(known[1])


def _file() -> Path:
    return data_folder() / "asked.json"


def _read() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(_file().read_text(encoding="utf-8")) if _file().is_file() else {}
    return found
