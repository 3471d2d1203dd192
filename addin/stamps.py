"""The hidden columns of an export in the open sheet, written anew after a push."""

from __future__ import annotations

from addin.blocks import merged, table_block, write_texts
from addin.excel import Desk, refusals
from addin.kept import Area, digest
from addin.sheets import OpenSheet
from core.cells import text
from core.pushing.restamping import stamp_places


def write_stamps(desk: Desk, opened: OpenSheet) -> None:
    """Write the fresh stamps that a push left in the table back to its sheet; do nothing in a sheet that is no export.

    Without them a second edit of the same cell would be told as a conflict with the first. They say what the database
    holds: no undo of a write puts the old ones back. Raises InputError where Excel refuses.
    """
    whole = opened.whole
    with refusals(desk, opened.sheet.name):
        for place in stamp_places(whole):
            known, fresh = ([text(cell) for cell in table.columns[place]] for table in (whole, opened.table))
            block = table_block(whole, [whole.headers[place]], [merged(whole, opened.table, known, fresh)])
            area = Area(whole.header_row, whole.positions[place], len(block), 1, None, digest(block))
            write_texts(opened.sheet, area, block)
