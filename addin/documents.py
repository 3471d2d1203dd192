"""New workbooks for the user: where they go, what they hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import platformdirs
import xlwings as xw

from addin.blocks import TEXT_FORMAT, dress_header
from addin.excel import Desk

_FORBIDDEN = re.compile(r'[<>:"/\\|?*%=$`\x00-\x1f]+')
"""Characters that a file's name may not have, on any system or in the ribbon's command."""


def new_path(desk: Desk, stem: str) -> Path:
    """Return a free name in the user's documents, which no open workbook has either."""
    folder = platformdirs.user_documents_path()
    folder.mkdir(parents=True, exist_ok=True)
    stem = _FORBIDDEN.sub(" ", stem).strip()
    taken = {book.name.lower() for book in desk.app.books}
    number = 1
    while True:
        path = folder / (f"{stem} ({number}).xlsx" if number > 1 else f"{stem}.xlsx")
        if not path.exists() and path.name.lower() not in taken:
            return path
        number += 1


def new_list(desk: Desk, title: str, rows: Sequence[Sequence[Any]], widths: Sequence[int]) -> xw.Sheet:
    """Open a new workbook with one list, its first row the headers; every cell is text. Returns its sheet."""
    sheet = desk.app.books.add().sheets[0]
    sheet.name = title
    cells = sheet.range((1, 1), (len(rows), len(widths)))
    cells.number_format = TEXT_FORMAT
    cells.wrap_text = True
    cells.value = [list(row) for row in rows]
    dress_header(sheet.range((1, 1), (1, len(widths))))
    for n, width in enumerate(widths, 1):
        sheet.range((1, n)).column_width = width
    return sheet
