"""The POS database: customers, jobs and what became of every row, on SQLite, PostgreSQL and MariaDB.

The only package that knows SQLAlchemy; nothing of it leaks out of `Database`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from types import TracebackType
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, select

from core.checked import Checked, Duplicate
from core.database import journal, schema
from core.database.backends import backend_of
from core.database.connection import connect, parse_address, place, speaking_plainly
from core.database.digests import digest_tables
from core.database.lookup import find_duplicates
from core.database.migrating import migrate
from core.database.owners import recognise
from core.database.personal import anonymise, dormant_customers, find_numbers, held_facts
from core.database.pushing import push
from core.database.records import Customer, read_customers, run
from core.database.rehearsing import rehearse
from core.database.retrying import again
from core.database.selecting import (
    give_identity,
    identity,
    read_selections,
    record_action,
    save_selection,
    select_numbers,
)
from core.database.undoing import undo
from core.exported import base_mark
from core.held import Dormant, Fact
from core.jobs import Job, JobReport, Progress, PushRequest, RowOutcome
from core.pushing.recognising import Own
from core.selection import Group

__all__ = ["Customer", "Database", "Job", "JobReport", "PushRequest", "RowOutcome", "open_database"]


def open_database(address: str, *, password: str | None = None, create: bool = True, shop: str = "1") -> Database:
    """Open the POS database at an address (see `core.database.connection`), for the shop of that code.

    The schema is created or brought forward. Raises DatabaseError: unreachable, wrong password, read-only, of a newer
    program, of another program, not a database, or (without `create`) missing.
    """
    return Database(address, password=password, create=create, shop=shop)


class Database:
    """An open POS database, seen by one shop. A context manager."""

    def __init__(self, address: str, *, password: str | None, create: bool, shop: str) -> None:
        self.url = parse_address(address, password)
        self.shop = shop
        with speaking_plainly(self.url):
            self.engine = connect(self.url, create=create)
            self.writer = self.engine.execution_options(write=True)
            self.backend = backend_of(self.engine.dialect.name)
            try:
                migrate(self.engine, self.backend, place(self.url))
            except BaseException:
                self.close()
                raise

    def __enter__(self) -> Database:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def shop_id(self, *, create: bool = False) -> int:
        """Return this shop's number in the database; 0, which no shop has, for one that is not there yet."""
        query = select(schema.shops.c.id).where(schema.shops.c.code == self.shop)

        def attempt() -> int:
            with self.engine.connect() as connection:
                known = connection.execute(query).scalar()
            if known is not None or not create:
                return known or 0
            with self.writer.begin() as connection:
                return self.add_shop(connection)

        with speaking_plainly(self.url):
            return again(attempt)

    def add_shop(self, connection: Connection) -> int:
        """Add this shop, which is not there yet, in the caller's transaction, and return its number."""
        connection.execute(schema.shops.insert().values(code=self.shop))
        return int(connection.execute(select(schema.shops.c.id).where(schema.shops.c.code == self.shop)).scalar_one())

    def find_duplicates(self, checked: Checked) -> list[Duplicate]:
        """Return the rows that may be customers of this shop, with the reasons."""
        shop = self.shop_id()
        with speaking_plainly(self.url), self.engine.connect() as connection:
            return find_duplicates(connection, self.backend, checked, shop)

    def recognise(self, checked: Checked) -> tuple[list[Duplicate], dict[int, Own]]:
        """Return the same as `find_duplicates`, and the rows that are a customer already, beyond doubt, with whom."""
        shop = self.shop_id()
        with speaking_plainly(self.url), self.engine.connect() as connection:
            return recognise(connection, self.backend, checked, shop)

    def push(self, checked: Checked, request: PushRequest) -> JobReport:
        """Push a sheet's valid rows as one job, or rehearse it. See `core.database.pushing`."""

        def work(database: Database) -> JobReport:
            with speaking_plainly(self.url):
                return push(database, checked, request)

        return rehearse(self, work) if request.dry_run else work(self)

    def undo(
        self, job: int, *, user: str, dry_run: bool = False, progress: Progress | None = None,
        now: datetime | None = None,
    ) -> JobReport:  # fmt: skip
        """Take a job back, as a job of its own, or rehearse it. See `core.database.undoing`."""

        def work(database: Database) -> JobReport:
            with speaking_plainly(self.url):
                return undo(database, job, user=user, dry_run=dry_run, progress=progress, now=now)

        return rehearse(self, work) if dry_run else work(self)

    def jobs(self) -> list[Job]:
        """Return every job, the newest first."""
        with speaking_plainly(self.url), self.engine.connect() as connection:
            return journal.read_jobs(connection)

    def job(self, number: int) -> Job:
        """Return one job. Raises DatabaseError when there is none of that number."""
        with speaking_plainly(self.url), self.engine.connect() as connection:
            return journal.read_jobs(connection, number)[0]

    def outcomes(self, number: int) -> list[RowOutcome]:
        """Return the outcome of every row of a job, exactly one each, in the order of the sheet."""
        self.job(number)
        with speaking_plainly(self.url), self.engine.connect() as connection:
            return journal.read_outcomes(connection, number)

    def refused(self, number: int) -> list[RowOutcome]:
        """Return the rows that a job refused, in the order of the sheet."""
        with speaking_plainly(self.url), self.engine.connect() as connection:
            return journal.refused_rows(connection, number)

    def customers(self, numbers: list[int] | None = None) -> Iterator[Customer]:
        """Yield this shop's customers by number: all of them, or those asked for."""
        t = schema.customers
        shop = self.shop_id()
        with speaking_plainly(self.url), self.engine.connect() as connection:
            if numbers is not None:
                found = read_customers(connection, numbers)
                yield from (found[n] for n in numbers if n in found and found[n].kept["shop_id"] == shop)
                return
            query = select(t).where(t.c.shop_id == shop).order_by(t.c.id)
            yield from run(connection, query.execution_options(yield_per=1000))

    def base(self, *, create: bool = False) -> str:
        """Return the mark of this shop's customers that exported rows carry; `create` gives the database its own."""
        with speaking_plainly(self.url):
            with self.engine.connect() as connection:
                known = identity(connection)
            if create and not known:
                with self.writer.begin() as connection:
                    known = give_identity(connection, uuid4().hex)
        return base_mark(known, self.shop) if known else ""

    def select(self, wanted: Group) -> list[int]:
        """Return the numbers of this shop's customers who meet criteria, in order."""
        shop = self.shop_id()
        with speaking_plainly(self.url), self.engine.connect() as connection:
            return sorted(select_numbers(connection, shop, wanted))

    def record_action(self, code: str, numbers: list[int], user: str) -> None:
        """Mark customers with a marketing action."""
        shop = self.shop_id(create=True)
        with speaking_plainly(self.url), self.writer.begin() as connection:
            record_action(connection, shop, code, set(numbers), (user, journal.utc()))

    def save_selection(self, name: str, content: dict[str, Any], user: str) -> None:
        """Keep a selection under a name."""
        shop = self.shop_id(create=True)
        with speaking_plainly(self.url), self.writer.begin() as connection:
            save_selection(connection, shop, name, content, (user, journal.utc()))

    def selections(self) -> dict[str, dict[str, Any]]:
        """Return this shop's saved selections by name."""
        shop = self.shop_id()
        with speaking_plainly(self.url), self.engine.connect() as connection:
            return read_selections(connection, shop)

    def find(self, said: str) -> list[int]:
        """Return the numbers of this shop's customers who have these words in their names, e-mail, card or phones."""
        shop = self.shop_id()
        with speaking_plainly(self.url), self.engine.connect() as connection:
            return find_numbers(connection, shop, said)

    def held(self, number: int) -> list[Fact]:
        """Return everything held about one customer. Raises DatabaseError when that is nothing."""
        shop = self.shop_id()
        with speaking_plainly(self.url), self.engine.connect() as connection:
            return held_facts(connection, shop, number)

    def anonymise(self, number: int, *, user: str, lang: str) -> int:
        """Anonymise one customer for good and return the job that says so. See `core.database.personal`."""
        with speaking_plainly(self.url):
            return again(lambda: anonymise(self, number, user=user, lang=lang))

    def dormant(self, since: date) -> list[Dormant]:
        """Return this shop's customers who gave no sign from that day on."""
        shop = self.shop_id()
        with speaking_plainly(self.url), self.engine.connect() as connection:
            return dormant_customers(connection, shop, since)

    def customer(self, number: int) -> Customer | None:
        """Return one customer of this shop, or None."""
        return next(self.customers([number]), None)

    def digest(self) -> dict[str, str]:
        """Return one hash per table: equal digests, equal contents."""
        with speaking_plainly(self.url), self.engine.connect() as connection:
            return digest_tables(connection)
