"""Workbooks and text files: reading customers from them, writing results into them."""

from core.workbooks.reading import list_sheets, read_table

__all__ = ["list_sheets", "read_table"]
