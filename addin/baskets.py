"""The basket sheet in front of the user, read and filled in a fixed number of calls to Excel."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlwings as xw

from addin.blocks import rectangles
from addin.excel import Desk, refusals
from addin.forms import is_form
from addin.kept import Block
from core.gains.basket_sheet import FIRST_GAIN, GAIN_COLUMNS, LAST_RECAP, SALE, TITLE, Cells
from core.i18n import LANGUAGES, tr
from core.tables import Cell

WIDTH = FIRST_GAIN + len(GAIN_COLUMNS) - 1


def is_basket(sheet: xw.Sheet) -> bool:
    """Say whether a sheet is a basket of Carnet's, real or of practice mode."""
    titles = {tr(key, lang) for key in ("sales.title", "sales.title_practice") for lang in LANGUAGES}
    return is_form(sheet, "sales.sheet") and sheet.range(TITLE).value in titles


@dataclass(frozen=True, slots=True)
class OpenBasket:
    """A basket sheet open in Excel, as a `core.gains.basket_sheet.BasketPage`."""

    desk: Desk
    sheet: xw.Sheet

    def read(self) -> list[list[Cell]]:
        """Return its rows."""
        last = max(self.sheet.used_range.last_cell.row, LAST_RECAP)
        rows: list[list[Cell]] = self.sheet.range((1, 1), (last, WIDTH)).options(ndim=2, err_to_str=True).value
        return rows

    def fill(self, cells: Cells) -> None:
        """Write cells into it. Raises InputError where Excel refuses.

        A sale's number is on disk at once: a crash of Excel must not make a second sale of it.
        """
        with refusals(self.desk, self.sheet.name):
            for row, column, block in rectangles(cells):
                corner = (row + len(block) - 1, column + len(block[0]) - 1)
                self.sheet.range((row, column), corner).value = _plain(block)
            if SALE in cells:
                self.sheet.book.save()


def _plain(block: Block) -> list[list[Any]]:
    return [[float(cell) if isinstance(cell, Decimal) else cell for cell in row] for row in block]
