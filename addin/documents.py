"""New workbooks for the user: where they go, what they hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import platformdirs
import xlwings as xw

from addin.blocks import TEXT_FORMAT, dress_header, mark_practice
from addin.excel import Desk, is_refusal

_FORBIDDEN = re.compile(r'[<>:"/\\|?*%=$`\x00-\x1f]+')
"""Characters that a file's name may not have, on any system or in the ribbon's command."""


def new_path(desk: Desk, stem: str) -> Path:
    """Return a free name in the user's documents, which no open workbook has either; in practice mode it says so."""
    folder = platformdirs.user_documents_path()
    folder.mkdir(parents=True, exist_ok=True)
    stem = _FORBIDDEN.sub(" ", f"{desk.text('practice.word')} - {stem}" if desk.practising else stem).strip()
    taken = {book.name.lower() for book in desk.app.books}
    number = 1
    while True:
        path = folder / (f"{stem} ({number}).xlsx" if number > 1 else f"{stem}.xlsx")
        if not path.exists() and path.name.lower() not in taken:
            return path
        number += 1


def book_file(desk: Desk) -> Path | None:
    """Return the file of the workbook in front; None while it was never saved, or is on the web alone."""
    try:
        path = Path(desk.book.fullname)
    except Exception as error:
        if not is_refusal(error):  # xlwings cannot tell where a workbook of OneDrive is on this computer
            raise
        return None
    return path if path.is_absolute() and path.is_file() else None


def book_folder(desk: Desk) -> Path:
    """Return the folder of the workbook in front: the user's documents while it is in none."""
    file = book_file(desk)
    return file.parent if file else platformdirs.user_documents_path()


def new_folder(parent: Path, stem: str) -> Path:
    """Return a free name for a folder: files of an earlier delivery must never stand among those of a new one."""
    stem, number = _FORBIDDEN.sub(" ", stem).strip(), 1
    while (path := parent / (f"{stem} ({number})" if number > 1 else stem)).exists():
        number += 1
    return path


def new_list(desk: Desk, title: str, rows: Sequence[Sequence[Any]], widths: Sequence[int]) -> xw.Sheet:
    """Open a new workbook with one list, its first row the headers; every cell is text. Returns its sheet.

    In practice mode a banner stands at its right.
    """
    sheet = desk.app.books.add().sheets[0]
    sheet.name = title
    for n, width in enumerate(widths, 1):  # before the texts: rows take their height from them
        sheet.range((1, n)).column_width = width
    cells = sheet.range((1, 1), (len(rows), len(widths)))
    cells.number_format = TEXT_FORMAT
    cells.wrap_text = True
    cells.value = [list(row) for row in rows]
    dress_header(sheet.range((1, 1), (1, len(widths))))
    if desk.practising:
        mark_practice(sheet.range((1, len(widths) + 2)), desk.text("practice.mark"))
    return sheet
