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
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
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
ROUNDS = 3
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


def fill(database: Database, size: int) -> None:
    """Put so many customers into the base; the indexes that can wait are built afterwards, as a restore does."""
    database.shop_id(create=True)
    later = [i for i in schema.customers.indexes if not i.unique]
    with database.writer.begin() as connection:
        for index in later:
            index.drop(connection)
    for first in range(0, size, PART):
        with database.writer.begin() as connection:
            database.backend.insert(connection, "customers", held(first, min(first + PART, size)))
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
    """Return seconds, round trips and duplicates found."""
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
    begun = time.perf_counter()
    found = len({d.row for d in database.find_duplicates(checked)})
    return time.perf_counter() - begun, trips, found


def report(addresses: Mapping[int, str], about: str) -> None:
    """Measure every base in turn, three times over, and say the best of each: other work slows all of them alike."""
    sheets = {size: incoming(size) for size in addresses}
    found: dict[int, list[tuple[float, int, int]]] = {size: [] for size in addresses}
    for _ in range(ROUNDS):
        for size, address in addresses.items():
            with open_database(address) as database:
                found[size].append(measure(database, sheets[size]))
    first = min(found[next(iter(addresses))])[0]
    for size in addresses:
        seconds, trips, rows = min(found[size])
        print(
            f"{about:16} {size:>10} customers: {seconds:5.1f} s, {trips} round trips, {rows} rows found, "
            f"{seconds / first:.2f} x the first",
            flush=True,
        )


def one_kind(kind: str, sizes: Sequence[int], pools: Sequence[str]) -> None:
    """Fill a base of a kind with each number of customers, and measure; with each pool, where there are any."""
    with (
        tempfile.TemporaryDirectory() as name,
        nullcontext() if kind == "sqlite" else running(kind, Path(name) / kind, FILLING) as server,
    ):
        addresses = {size: str(Path(name) / f"{size}.db") if server is None else server.new_base() for size in sizes}
        for size, address in addresses.items():
            with open_database(address) as database:
                fill(database, size)
        if not isinstance(server, MariaDBServer):
            report(addresses, kind)
            return
        for pool in pools:
            server.start_again(f"--innodb-buffer-pool-size={pool}", EMPTY)
            report(addresses, f"{kind} {pool}")


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
