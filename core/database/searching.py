"""Searching: customers of this shop by what a person says of their name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.cells import fold
from core.database import schema
from core.database.connection import speaking_plainly
from core.database.records import Customer, read_customers

if TYPE_CHECKING:
    from core.database import Database

MOST = 50


def find_by_name(database: Database, said: str) -> list[Customer]:
    """Return the customers whose names hold every word said, without regard to accents and capitals; MOST at most.

    Names are compared here: the three databases do not agree on what an accent is. 100,000 names take half a second.
    """
    words = set(fold(said).split())
    if not words:
        return []
    c = schema.customers.c
    query = select(c.id, c.last_name, c.first_name, c.company).where(c.shop_id == database.shop_id()).order_by(c.id)
    numbers: list[int] = []
    with speaking_plainly(database.url), database.engine.connect() as connection:
        for number, *names in connection.execute(query.execution_options(yield_per=5000)):
            if words.issubset(fold(" ".join(filter(None, names))).split()):
                numbers.append(number)
                if len(numbers) == MOST:
                    break
        found = read_customers(connection, numbers)
    return [found[number] for number in numbers]
