"""The import template of a system: a workbook with the exact header row and the system's rules in its cells.

`workbook` writes it; `rules`, `lists` and `stamp` say what is in it without loading a workbook library.
"""
