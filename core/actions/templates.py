"""Make a system's import template."""

from __future__ import annotations

from pathlib import Path

from core.actions.context import Context, open_database


def make_template(path: Path, context: Context, *, with_customers: bool = False) -> Path:
    """Write a system's import template, blank or with the database's customers."""
    from core.template.workbook import write_template

    customers = None
    if with_customers:
        with open_database(context.db, shop=context.shop) as database:
            customers = [customer.values for customer in database.customers()]
    write_template(context.profile, path, lang=context.lang, options=dict(context.options), customers=customers)
    return path
