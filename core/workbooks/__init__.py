"""Workbooks and text files: reading customers from them, writing results into them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.workbooks.reading import list_sheets, read_table, stamped_system

if TYPE_CHECKING:
    from core.workbooks.added import write_columns
    from core.workbooks.plain import write_table, write_text
    from core.workbooks.results import clear_results, write_results

__all__ = ["clear_results", "list_sheets", "read_table", "stamped_system",
           "write_columns", "write_results", "write_table", "write_text"]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import the writers when they are first asked for: reading starts without them."""
    if name in ("clear_results", "write_results"):
        from core.workbooks import results

        return getattr(results, name)
    if name == "write_columns":
        from core.workbooks.added import write_columns

        return write_columns
    if name in ("write_table", "write_text"):
        from core.workbooks import plain

        return getattr(plain, name)
    raise AttributeError(name)
