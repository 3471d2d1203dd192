"""What a push costs: `python -m tests.bench.push [ROWS]` (100,000 by default).

A push of new rows, journal included, against the database's own fastest bulk load of the same rows into the same
table with the same indexes (executemany, COPY, LOAD DATA), prepared beforehand, in one transaction. Then the same
push again, its undo, and the growth of memory with the number of rows. Last, django-import-export on 5,000 rows into
SQLite, dry run and real on both sides. Ratios are what to look at: seconds belong to the machine. On one that does
other things the processor's seconds, of client and server together, are steadier than the clock's.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymysql

from core.database import Database, open_database
from core.database.customers import insert_customers
from core.database.journal import utc
from core.database.keys import customer_keys, digest
from core.database.records import Customer
from core.jobs import JobReport
from tests.bench.django_import import import_with_django
from tests.bench.measure import family_seconds, machine
from tests.customer_sheets import people, request, sheet
from tests.database_fixtures import KINDS
from tests.servers import MariaDBServer, PostgreSQLServer, running

PEER_ROWS = 5_000
LAST = [
    a + b
    for a in ["Mar", "Ber", "Dur", "Le", "Du", "Gar", "Mo", "Si", "Rou", "Fau"]
    for b in ["tin", "nard", "and", "roux", "pont", "nier", "rel", "mon", "sel", "re"]
]
FIRST = [
    "Zoé",
    "Luc",
    "Léa",
    "Hugo",
    "Jean-Pierre",
    "Marie",
    "Camille",
    "Noël",
    "Inès",
    "Paul",
    "Anaïs",
    "Marc",
    "Élise",
]


def realistic(count: int) -> list[dict[str, Any]]:
    """Return new customers whose names repeat as people's do, though never within one postcode: those a push refuses.

    Postcodes come again every 90,000 rows, last names then too; so first names must not.
    """
    names = ((LAST[n % len(LAST)], FIRST[n // 11 % len(FIRST)]) for n in range(count))
    return [{**row, "last_name": a, "first_name": b} for row, (a, b) in zip(people(count), names, strict=True)]


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of the clock, and of the processor on both sides."""

    seconds: float
    processor: float


def timed(work: Callable[[], Any], server: object = None) -> Spent:
    """Return what some work takes here and in the server."""
    pid = server_pid(server)

    def now() -> tuple[float, float]:
        return time.perf_counter(), time.process_time() + (family_seconds(pid) if pid else 0.0)

    begun, used = now()
    work()
    ended, spent = now()
    return Spent(ended - begun, spent - used)


def server_pid(server: object) -> int | None:
    """Return the process of a database server, None for SQLite, which has none."""
    if isinstance(server, PostgreSQLServer):
        return int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
    return server.process.pid if isinstance(server, MariaDBServer) and server.process else None


def customers(rows: Sequence[dict[str, Any]]) -> tuple[list[Customer], dict[int, dict[str, str]]]:
    """Return what the bulk load writes: the same columns and search keys that a push writes."""
    now = utc()
    kept = {"shop_id": 1, "kind": "client", "version": 1, "created_at": now, "modified_at": now,
            "source_system": "test", "source_reference": None, "identity": None}  # fmt: skip
    found = [
        Customer(n, {k: v for k, v in row.items() if v is not None}, {**kept, "identity": digest(str(n))})
        for n, row in enumerate(rows, 1)
    ]
    return found, {c.number: customer_keys(c.values) for c in found}


def load(database: Database, rows: Sequence[dict[str, Any]], server: object) -> Spent:
    """Load rows in bulk, and return what the database's own part takes."""
    database.shop_id(create=True)
    prepared: list[tuple[str, Mapping[str, Sequence[Any]]]] = []

    class Recorder:
        """Stands where the back end does, and keeps what it is given."""

        def insert(self, _connection: object, table: str, columns: Mapping[str, Sequence[Any]]) -> None:
            prepared.append((table, columns))

    insert_customers(None, Recorder(), *customers(rows))  # type: ignore[arg-type]
    table, columns = prepared[0]
    if isinstance(server, MariaDBServer):
        return load_data(server, database, columns)

    def work() -> None:
        with database.writer.begin() as connection:
            database.backend.insert(connection, table, columns)

    return timed(work, server)


def load_data(server: MariaDBServer, database: Database, columns: Mapping[str, Sequence[Any]]) -> Spent:
    """Load through LOAD DATA LOCAL from a file prepared beforehand."""

    def written(value: Any) -> str:
        if value is None:
            return "\\N"
        return str(int(value)) if isinstance(value, bool) else str(value).replace("\\", "\\\\")

    with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8") as file:
        file.writelines("\t".join(map(written, row)) + "\n" for row in zip(*columns.values(), strict=True))
        file.flush()
        connection = pymysql.connect(
            unix_socket=server.socket, user="root", database=database.url.database, local_infile=True, charset="utf8mb4"
        )
        names = ", ".join(f"`{c}`" for c in columns)

        def work() -> None:
            connection.cursor().execute(
                f"LOAD DATA LOCAL INFILE '{file.name}' INTO TABLE customers CHARACTER SET utf8mb4 ({names})"
            )
            connection.commit()

        return timed(work, server)


def one_kind(kind: str, count: int, folder: Path) -> None:
    """Print the figures of one database."""
    rows = realistic(count)
    checked = sheet(rows)
    with nullcontext() if kind == "sqlite" else running(kind, folder / kind) as server:
        new = (lambda name: str(folder / name)) if server is None else (lambda _: server.new_base())
        with open_database(new("bulk.db")) as db:
            bulk = load(db, rows, server)
        with open_database(new("push.db")) as db:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            reports: list[JobReport] = []
            push = timed(lambda: reports.append(db.push(checked, request(backup=False))), server)
            assert reports[0].created == count, reports[0].outcomes.counts()  # as many as the bulk load writes
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            again = timed(lambda: db.push(checked, request(backup=False)))
            undo = timed(lambda: db.undo(1, user="luc"))
    print(
        f"{kind:11} bulk load {bulk.seconds:6.1f} s  push {push.seconds:6.1f} s = {push.seconds / bulk.seconds:.1f} x, "
        f"processor {push.processor:.1f} s = {push.processor / bulk.processor:.1f} x   "
        f"again {again.seconds:6.1f} s   undo {undo.seconds:6.1f} s   peak memory + {grown / 1024:4.0f} MB",
        flush=True,
    )


def against_django(folder: Path) -> None:
    """Print the rates of django-import-export and of a push, dry run and real."""
    rows = realistic(PEER_ROWS)
    peer = import_with_django(rows, folder / "django.db")
    checked = sheet(rows)
    with open_database(str(folder / "own.db")) as db:
        dry = timed(lambda: db.push(checked, request(dry_run=True))).seconds
        real = timed(lambda: db.push(checked, request())).seconds
    print(
        f"{PEER_ROWS} rows into SQLite, dry run and real: django-import-export {peer:.1f} s, "
        f"push {dry + real:.2f} s: {peer / (dry + real):.0f} times its rate"
    )


def main() -> None:
    """Run everything."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(f"{machine()}; {count} new rows x 25 columns")
    with tempfile.TemporaryDirectory() as name:
        for kind in KINDS:
            one_kind(kind, count, Path(name))
        against_django(Path(name))


if __name__ == "__main__":
    main()
