"""What the person at the desk does and sees, and no macro can through xlwings: a test's own hands and eyes."""

from __future__ import annotations

import xlwings as xw

from tests.lo_engine.excel_limits import parse_address
from tests.lo_engine.ranges import Range


def protect(sheet: xw.Sheet, password: str = "") -> None:
    """Protect the sheet: from now on Excel refuses a macro's writes into locked cells."""
    sheet.impl.uno.protect(password)


def unprotect(sheet: xw.Sheet, password: str = "") -> None:
    """Take the protection off."""
    sheet.impl.uno.unprotect(password)


def select(sheet: xw.Sheet, *addresses: str) -> None:
    """Go to the sheet and select one or, with the Ctrl key, several areas."""
    sheet.impl.activate()
    boxes = [box for address in addresses if (box := parse_address(address))]
    areas = Range(sheet.impl, boxes[0], boxes)
    sheet.impl.book.doc.CurrentController.select(areas._together() if len(boxes) > 1 else areas.uno)


def rule_color(cell: xw.Range) -> tuple[int, int, int] | None:
    """Return the fill that the first conditional format that holds gives the cell, None if none holds.

    Each rule is evaluated in the cell's own place, so a rule that refers to this very cell cannot be judged.
    """
    uno = cell.impl.uno.getCellByPosition(0, 0)
    parser = cell.impl.sheet.book._formula_parser()
    kept, shown = uno.getFormula(), uno.NumberFormat
    for rule in cell.impl.conditional_formats:
        uno.setTokens(parser.parseFormula(str(rule.formula)[1:], rule._corner()))
        holds = uno.Value != 0
        uno.setFormula(kept)
        uno.NumberFormat = shown
        if holds:
            fill: tuple[int, int, int] | None = rule.fill_color
            return fill
    return None
