"""What Carnet's last write into a workbook replaced, kept on this computer until the next write or its undo.

A macro empties Excel's own undo list. Each write leaves a word in the workbook, a defined name, that only the file of
what it replaced knows: a workbook of the same name from elsewhere is never taken for it. The file is the user's own
and holds nothing but that block's cells.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlwings as xw

from core.settings import data_folder

NAME = "_carnet_write"
MOST_KEPT = 20
"""Files kept: one for each of the workbooks last written to."""

Block = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Area:
    """One block: its corner, its size, what it held (None: new columns of ours) and the digest of what we wrote.

    `format` is the number format that the block had, where the write changed it.
    """

    row: int
    column: int
    rows: int
    columns: int
    before: Block | None
    digest: str
    format: str | None = None

    def cells(self, sheet: xw.Sheet) -> xw.Range:
        """Return the block on a sheet."""
        return sheet.range((self.row, self.column), (self.row + self.rows - 1, self.column + self.columns - 1))


@dataclass(frozen=True, slots=True)
class Write:
    """One write: what it was (`results`, `columns` or `cells`), on which sheet, where.

    `place` are the numbers of the table that results belong to (`addin.results.place_numbers`), `family` the added
    columns' own.
    """

    kind: str
    sheet: str
    areas: list[Area]
    place: list[int] = field(default_factory=list)
    family: str = ""


def digest(block: Sequence[Sequence[Any]]) -> str:
    """Return a hash of a block as Excel gives it back: "" and an empty cell are one, so are 1 and 1.0."""
    plain = [[_plain(cell) for cell in row] for row in block]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()


def _plain(cell: Any) -> Any:
    if cell in (None, ""):
        return None
    if isinstance(cell, date):
        moment = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)
        return {"date": moment.isoformat()}
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        return float(cell)
    return cell if isinstance(cell, bool | str) else str(cell)


def _cell(plain: Any) -> Any:
    return datetime.fromisoformat(plain["date"]) if isinstance(plain, dict) else plain


def keep(book: xw.Book, write: Write) -> None:
    """Keep what a write replaced, in place of the one kept before for this workbook."""
    forget(book)
    token = secrets.token_hex(8)
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    data = asdict(write)
    for area in data["areas"]:
        if area["before"] is not None:
            area["before"] = [[_plain(cell) for cell in row] for row in area["before"]]
    (folder / f"{token}.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    book.names.add(NAME, f'="{token}"')
    for old in sorted(folder.glob("*.json"), key=lambda p: p.stat().st_mtime)[:-MOST_KEPT]:
        old.unlink(missing_ok=True)


def recall(book: xw.Book) -> Write | None:
    """Return the last write of Carnet into a workbook, None when nothing is kept of it."""
    path = _file(book)
    if path is None or not path.is_file():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    areas = [Area(**area) for area in data.pop("areas")]
    for area in areas:
        if area.before is not None:
            area.before[:] = [[_cell(cell) for cell in row] for row in area.before]
    return Write(areas=areas, **data)


def forget(book: xw.Book) -> None:
    """Forget the last write into a workbook."""
    path = _file(book)
    if path is not None:
        path.unlink(missing_ok=True)
        book.names[NAME].delete()


def _file(book: xw.Book) -> Path | None:
    if not book.names.contains(NAME):
        return None
    token = "".join(c for c in book.names[NAME].refers_to or "" if c in "0123456789abcdef")
    return _folder() / f"{token}.json"


def _folder() -> Path:
    return data_folder() / "undo"
