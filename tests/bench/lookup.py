"""What a duplicate check against the database costs: `python -m tests.bench.lookup [KIND] [CUSTOMERS …]`.

100,000 rows on four keys (e-mail, mobile, card, name + postcode), 8 % of them known customers, against 1,000,000
customers by default; give a second number (10,000,000) for the growth. Round trips are the statements sent.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import event

from core.checked import Checked
from core.database import Database, open_database
from core.database.journal import utc
from core.database.keys import KEY_COLUMNS, customer_keys
from tests.bench.measure import machine
from tests.customer_sheets import person, sheet
from tests.servers import running

ROWS, KNOWN = 100_000, 8_000
FIELDS = ("last_name", "first_name", "postcode", "email", "mobile", "loyalty_card")
PART = 50_000


def held(first: int, count: int) -> Iterator[tuple[Any, ...]]:
    """Yield made-up customers as rows of the table, with their search keys."""
    now = utc()
    for n in range(first, first + count):
        made = person(n)
        values = {f: made[f] for f in FIELDS}
        keys = customer_keys(values)
        yield (n + 1, 1, 1, now, now, *(keys.get(k) for k in KEY_COLUMNS), *values.values())


def fill(database: Database, start: int, end: int) -> None:
    """Put customers into the base up to a number."""
    database.shop_id(create=True)
    columns = ("id", "shop_id", "version", "created_at", "modified_at", *KEY_COLUMNS, *FIELDS)
    for first in range(start, end, PART):
        with database.writer.begin() as connection:
            rows = zip(*held(first, min(PART, end - first)), strict=True)
            database.backend.insert(connection, "customers", dict(zip(columns, rows, strict=True)))
    if database.engine.dialect.name == "postgresql":
        with database.writer.begin() as connection:
            connection.exec_driver_sql("ANALYZE customers")


def incoming(customers: int) -> Checked:
    """Return the sheet: some known customers, spread over the base, and new ones."""
    numbers = [*range(0, customers, customers // KNOWN)][:KNOWN]
    numbers += range(20_000_000, 20_000_000 + ROWS - len(numbers))
    return sheet([{f: person(n)[f] for f in FIELDS} for n in numbers])


def measure(database: Database, checked: Checked) -> tuple[float, int, int]:
    """Return seconds, round trips and duplicates found, the best of three."""
    trips = 0

    def count(*_: object) -> None:
        nonlocal trips
        trips += 1

    event.listen(database.engine, "before_cursor_execute", count)
    own = database.backend.run

    def counted(*arguments: Any) -> Any:
        count()
        return own(*arguments)

    database.backend.run = counted  # type: ignore[method-assign]
    best = float("inf")
    for _ in range(3):
        trips = 0
        begun = time.perf_counter()
        found = len({d.row for d in database.find_duplicates(checked)})
        best = min(best, time.perf_counter() - begun)
    return best, trips, found


def main() -> None:
    """Run for one kind of database, or for all three."""
    kinds = [a for a in sys.argv[1:] if not a.isdigit()] or ["sqlite", "postgresql", "mariadb"]
    sizes = [int(a) for a in sys.argv[1:] if a.isdigit()] or [1_000_000]
    print(f"{machine()}; {ROWS} rows on four keys, {KNOWN} of them known")
    for kind in kinds:
        with (
            tempfile.TemporaryDirectory() as name,
            nullcontext() if kind == "sqlite" else running(kind, Path(name) / kind) as server,
        ):
            address = str(Path(name) / "a.db") if server is None else server.new_base()
            first = held_already = 0
            for size in sizes:
                with open_database(address) as database:
                    fill(database, held_already, size)
                with open_database(address) as database:
                    seconds, trips, found = measure(database, incoming(size))
                held_already, first = size, first or seconds
                print(
                    f"{kind:11} {size:>10} customers: {seconds:5.1f} s, {trips} round trips, {found} rows found, "
                    f"{seconds / first:.2f} x the first",
                    flush=True,
                )


if __name__ == "__main__":
    main()
