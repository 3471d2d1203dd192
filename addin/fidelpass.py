"""FidelPass and the POS database, opened together for a button."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from addin.excel import Desk
from core import actions
from core.actions import sales
from core.actions.cards import Sides
from core.actions.sales import Till
from core.errors import SettingsError


@contextmanager
def open_sides(desk: Desk) -> Iterator[Sides]:
    """Open FidelPass and the POS database. Raises SettingsError, DatabaseError."""
    settings = desk.settings
    fidelpass = actions.fidelpass(settings)
    if not settings.db:
        raise SettingsError("settings.no_database")
    with actions.open_database(settings.db, create=True, shop=settings.shop) as database:
        yield Sides(fidelpass, database)


@contextmanager
def open_till(desk: Desk) -> Iterator[Till]:
    """Open both sides, and the outbox between them. Raises SettingsError, DatabaseError."""
    fidelpass = actions.fidelpass(desk.settings)
    with open_sides(desk) as sides:
        yield sales.open_till(fidelpass, sides)
