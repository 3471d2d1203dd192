"""An xlwings engine over a live LibreOffice Calc: the add-in's macros run for real, without Excel.

Test-only, never shipped.  A macro written against the public xlwings API runs unchanged in a real
spreadsheet program: real files, real recalculation, real conditional formats and cell rules.

The engine is a *subset* of what both desktop engines of xlwings (Windows and macOS) implement, and
it types strings as Excel does, so that a macro cannot pass here and fail in a shop.
"""
