"""Take Carnet's last write into a workbook back."""

from __future__ import annotations

from addin.blocks import restored, write_texts
from addin.columns import restore_cells, strip_columns
from addin.excel import Desk
from addin.kept import Write, digest, forget, recall
from addin.results import kept_place, put_results, strip_results
from core.errors import InputError


def undo_last_write(desk: Desk) -> str:
    """Put back what the last write replaced, and return the sheet's name.

    Asks first when those cells were changed since. Raises InputError when nothing is kept, the sheet is gone, or the
    user thinks better of it.
    """
    write = recall(desk.book)
    if write is None:
        raise InputError("ribbon.nothing_to_undo", book=desk.book.name)
    if write.sheet not in [sheet.name for sheet in desk.book.sheets]:
        raise InputError("ribbon.sheet_gone", sheet=write.sheet)
    sheet = desk.book.sheets[write.sheet]
    changed = any(digest(area.cells(sheet).options(ndim=2).value) != area.digest for area in write.areas)
    if changed and not desk.ask(desk.text("ribbon.changed_since", sheet=write.sheet)):
        raise InputError("ribbon.nothing_done")
    with restored(desk, sheet, lambda: None):
        _put_back(desk, write)
        forget(desk.book)
    return write.sheet


def _put_back(desk: Desk, write: Write) -> None:
    sheet = desk.book.sheets[write.sheet]
    if write.kind == "cells":
        restore_cells(sheet, write.areas)
        return
    area = write.areas[0]
    if write.kind == "results":
        place = kept_place(write.place, area.column)
        if area.before is None:
            strip_results(desk, sheet, place)
        else:
            put_results(desk, sheet, place, area, area.before)
    elif area.before is None:
        strip_columns(desk, sheet, write.family, area)
    else:
        write_texts(sheet, area, area.before)
