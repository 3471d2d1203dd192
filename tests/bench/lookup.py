"""What a duplicate check against the database costs: `python -m tests.bench.lookup [KIND] [CUSTOMERS …] [POOL …]`.

100,000 rows on four keys (e-mail, mobile, card, name + postcode), 8 % of them known customers, against 1,000,000
customers by default; give a second number (10,000,000, some minutes and 7 GB) for the growth. Round trips are the
statements sent. A POOL (128M, 1G) is how much memory MariaDB may keep its pages in: it leaves nothing to the system,
unlike PostgreSQL and SQLite. With several pools each is measured, on the same customers.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import event

from core.checked import Checked
from core.database import Database, open_database, schema
from core.database.journal import utc
from tests.bench.measure import machine
from tests.customer_sheets import person, sheet
from tests.servers import MariaDBServer, running

ROWS, KNOWN = 100_000, 8_000
FIELDS = ("last_name", "first_name", "postcode", "email", "mobile", "loyalty_card")
PART = 50_000
POOL = re.compile(r"\d+[MG]")
EMPTY = "--innodb-buffer-pool-load-at-startup=OFF"  # else a server reads what it held before, while it is measured
FILLING = "--innodb-buffer-pool-size=4G"
LETTERS = str.maketrans("0123456789", "abcdefghij")


def held(first: int, last: int) -> dict[str, list[Any]]:
    """Return made-up customers by column, as `person` makes them, with their search keys written straight."""
    numbers = range(first, last)
    made = [_strings(n) for n in numbers]
    letters, postcodes = [m[0] for m in made], [m[1] for m in made]
    emails, mobiles = [f"client.{n}@example.fr" for n in numbers], [f"+336{n:08d}" for n in numbers]
    cards, now, count = [str(9_000_000 + n) for n in numbers], utc(), last - first
    return {
        "id": [n + 1 for n in numbers],
        "shop_id": [1] * count, "version": [1] * count, "created_at": [now] * count, "modified_at": [now] * count,
        "card_key": cards, "email_key": emails, "mobile_key": mobiles,
        "name_key": [f"lefevre{a}|zoe{a[::-1]}|{p}" for a, p in zip(letters, postcodes, strict=True)],
        "last_name": [f"Lefèvre{a}" for a in letters], "first_name": [f"Zoé{a[::-1]}" for a in letters],
        "postcode": postcodes, "email": emails, "mobile": mobiles, "loyalty_card": cards,
    }  # fmt: skip


def _strings(n: int) -> tuple[str, str]:
    return f"{n:07d}".translate(LETTERS), f"{1000 + n % 90000:05d}"


def fill(database: Database, start: int, end: int) -> None:
    """Put customers into the base up to a number; the indexes that can wait are built afterwards, as a restore does."""
    database.shop_id(create=True)
    later = [i for i in schema.customers.indexes if not i.unique]
    with database.writer.begin() as connection:
        for index in later:
            index.drop(connection)
    for first in range(start, end, PART):
        with database.writer.begin() as connection:
            database.backend.insert(connection, "customers", held(first, min(first + PART, end)))
    with database.writer.begin() as connection:
        for index in later:
            index.create(connection)
        if database.engine.dialect.name == "postgresql":
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


def report(address: str, size: int, about: str, first: float) -> float:
    """Measure and say what was found; return the seconds. `first` are those of the first size, 0 for the first."""
    with open_database(address) as database:
        seconds, trips, found = measure(database, incoming(size))
    print(
        f"{about:16} {size:>10} customers: {seconds:5.1f} s, {trips} round trips, {found} rows found, "
        f"{seconds / (first or seconds):.2f} x the first",
        flush=True,
    )
    return seconds


def one_kind(kind: str, sizes: Sequence[int], pools: Sequence[str]) -> None:
    """Fill a base of a kind with each number of customers in turn, and measure; with each pool, where there are any."""
    with (
        tempfile.TemporaryDirectory() as name,
        nullcontext() if kind == "sqlite" else running(kind, Path(name) / kind, FILLING) as server,
    ):
        address = str(Path(name) / "a.db") if server is None else server.new_base()
        first: dict[str, float] = {}
        for held_already, size in pairwise((0, *sizes)):
            with open_database(address) as database:
                fill(database, held_already, size)
            for pool in pools if isinstance(server, MariaDBServer) else ("",):
                if isinstance(server, MariaDBServer):
                    server.start_again(f"--innodb-buffer-pool-size={pool}", EMPTY)
                first.setdefault(pool, report(address, size, f"{kind} {pool}", first.get(pool, 0)))
            if isinstance(server, MariaDBServer):
                server.start_again(FILLING)


def main() -> None:
    """Run for one kind of database, or for all three."""
    given = sys.argv[1:]
    pools = [a for a in given if POOL.fullmatch(a)] or ["1G"]
    sizes = [int(a) for a in given if a.isdigit()] or [1_000_000]
    kinds = [a for a in given if not a.isdigit() and a not in pools] or ["sqlite", "postgresql", "mariadb"]
    print(f"{machine()}; {ROWS} rows on four keys, {KNOWN} of them known")
    for kind in kinds:
        one_kind(kind, sizes, pools)


if __name__ == "__main__":
    main()
