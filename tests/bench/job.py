"""What a whole job costs: `python -m tests.bench.job [ROWS [CUSTOMERS]]` (100,000 against 1,000,000 by default).

The whole process `carnet push` on PostgreSQL (workbook read, checked, duplicates within it and against the customers
held, valid rows pushed with their journal, results written in), against the bare read of the same file (python-calamine
`to_python()`) in the same run. 8 % of the rows are customers of the base already. Each round pushes into a fresh copy
of the base, in a server with its default settings.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from core.database import open_database
from tests.bench.check import BARE, CARNET, SYSTEM
from tests.bench.lookup import fill
from tests.bench.measure import Cost, compare, machine, python
from tests.corpus.big import big_columns, write_big_xlsx
from tests.servers import PostgreSQLServer, running

ROUNDS = 3
KNOWN = 8  # per cent


class Base:
    """A base of customers, and a copy of it for each push."""

    def __init__(self, server: PostgreSQLServer) -> None:
        self.uri = server.server.get_uri()
        self.address = server.new_base()
        self.name = urlsplit(self.address).path[1:]

    def copy(self) -> None:
        """Make the copy again."""
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS job WITH (FORCE)")
            connection.execute(f"CREATE DATABASE job TEMPLATE {self.name} STRATEGY file_copy")  # type: ignore[arg-type]
            connection.execute("CHECKPOINT")


def measure(rows: int, customers: int, folder: Path) -> dict[str, Cost]:
    """Return what the bare read and the whole job cost."""
    file, work, seed = folder / "file.xlsx", folder / "work.xlsx", folder / "seed.xlsx"
    write_big_xlsx(file, big_columns(SYSTEM), rows)
    write_big_xlsx(seed, big_columns(SYSTEM), rows * KNOWN // 100)
    with running("postgresql", folder / "server") as server:
        assert isinstance(server, PostgreSQLServer)
        base = Base(server)
        with open_database(base.address) as database:
            fill(database, customers)
        compare({"seed": python(CARNET, "push", str(seed), "--system", SYSTEM, "--db", base.address)}, 1, lambda: None)
        copied = base.address.replace(base.name, "job")

        def fresh() -> None:
            shutil.copy(file, work)
            base.copy()

        commands = {
            "bare read": python(BARE, str(file)),
            "carnet push": python(CARNET, "push", str(work), "--system", SYSTEM, "--db", copied),
        }
        found = compare(commands, ROUNDS, fresh)
        with open_database(copied) as database:
            print(f"outcomes: {database.jobs()[0].counts}")
    return found


def main() -> None:
    """Print the whole job's cost over the bare read's."""
    rows, customers = ([int(n) for n in sys.argv[1:]] + [100_000, 1_000_000][len(sys.argv) - 1 :])[:2]
    print(f"{machine()}, load {os.getloadavg()[0]:.1f}; {rows:,} rows against {customers:,} customers", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        found = measure(rows, customers, Path(folder))
    bare = found["bare read"]
    for name, cost in found.items():
        print(
            f"{name:12} {cost.seconds:7.2f} s = {cost.seconds / bare.seconds:5.2f} x, processor {cost.processor:7.2f} s"
            f" = {cost.processor / bare.processor:5.2f} x, peak {cost.megabytes:.0f} MB"
        )


if __name__ == "__main__":
    main()
