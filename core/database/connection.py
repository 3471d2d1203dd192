"""Connections: from an address to an engine, and from a driver's error to one that a user can act on.

An address is `sqlite:///path`, a bare path, `postgresql://user@host/base` or `mariadb://user@host/base`. The drivers
are ours to choose: sqlite3, psycopg, PyMySQL. A server that is not this machine is spoken to over verified TLS, unless
the address itself says otherwise (`?sslmode=…`, libpq's word, or `?ssl=off` for MariaDB).
"""

from __future__ import annotations

import socket
import sqlite3
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import StaticPool

from core.database.failures import explain_failure, is_driver_error
from core.errors import DatabaseError

DRIVERS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
}
LOCAL = ("", "localhost", "127.0.0.1", "::1")
BUSY_SECONDS = 30
"""How long to wait for another program's lock before saying so."""

CONNECT_SECONDS = 10
CERTIFICATES = ("ssl_ca", "ssl_cert", "ssl_key")
"""What a MariaDB address may name: files of PEM."""

WATCH_SECONDS = 60
WATCHED = ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT")
"""When to ask a silent server for a sign of life, how long to wait for it, and how many times."""


def parse_address(address: str, password: str | None) -> URL:
    """Return the URL of an address, with our driver. Raises DatabaseError("database.bad_address")."""
    if "://" not in address:
        return URL.create("sqlite", database=str(Path(address).expanduser()))
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise DatabaseError("database.bad_address", kinds=sorted(DRIVERS)) from error
    kind = url.drivername.partition("+")[0]
    if kind not in DRIVERS or not url.database:
        raise DatabaseError("database.bad_address", kinds=sorted(DRIVERS))
    url = url.set(drivername=DRIVERS[kind])
    return url if password is None else url.set(password=password)


def place(url: URL) -> str:
    """Return an address as it may be shown: a file's path, or user, host and base, never a password."""
    if url.drivername == "sqlite":
        return str(url.database)
    return f"{url.host or url.query.get('unix_socket') or 'localhost'}/{url.database}"


def connect(url: URL, *, create: bool) -> Engine:
    """Return an engine; nothing has been asked of a server yet. Raises DatabaseError for a file that cannot be."""
    if url.drivername == "sqlite":
        return _connect_file(url, create=create)
    if url.drivername.startswith("postgresql"):
        engine = create_engine(url, connect_args=_postgresql_options(url), pool_size=2, hide_parameters=True)
        event.listen(engine, "connect", _set_postgresql_session)
        return engine
    query = {k: v for k, v in url.query.items() if k != "ssl" and k not in CERTIFICATES}
    engine = create_engine(
        url.set(query=query),
        connect_args=_mariadb_options(url),
        pool_size=2,
        isolation_level="READ COMMITTED",
        hide_parameters=True,
    )
    event.listen(engine, "connect", _set_mariadb_session)
    return engine


def _connect_file(url: URL, *, create: bool) -> Engine:
    path = Path(str(url.database))
    if path.is_dir():
        raise DatabaseError("database.not_a_database", path=str(path))
    if not path.exists():
        if not create:
            raise DatabaseError("database.missing", path=str(path))
        if not path.parent.is_dir():
            raise DatabaseError("database.folder_missing", path=str(path.parent))
    return _sqlite(create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True))


def connect_copy(source: Engine) -> Engine:
    """Return an engine on a copy of a file's database that nobody else sees.

    SQLite keeps it in memory and, past its cache, in a temporary file that is gone with the connection, whatever
    becomes of this program: a database without a name is just that.
    """
    raw = sqlite3.connect("")
    with closing(source.raw_connection()) as held:
        held.driver_connection.backup(raw)  # type: ignore[union-attr]
    return _sqlite(create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool, hide_parameters=True))


def _sqlite(engine: Engine) -> Engine:
    event.listen(engine, "connect", _set_sqlite_session)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_sqlite_session(raw: sqlite3.Connection, _record: object) -> None:
    raw.isolation_level = None  # the driver's own idea of when to begin is not ours
    raw.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Any) -> None:
    """Take the write lock at once when going to write: two writers then wait instead of failing half-way."""
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _set_postgresql_session(raw: Any, _record: object) -> None:
    with raw.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {int(BUSY_SECONDS * 1000)}")
    raw.commit()


def _set_mariadb_session(raw: Any, _record: object) -> None:
    raw._read_timeout = None  # the greeting has come: from now on a long statement may take its time
    _watch(raw._sock)
    with raw.cursor() as cursor:
        cursor.execute("SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'")
        cursor.execute(f"SET SESSION innodb_lock_wait_timeout = {BUSY_SECONDS}, lock_wait_timeout = {BUSY_SECONDS}")


def _watch(connection: socket.socket) -> None:
    """Have the system notice a server that is gone without a word, within WATCH_SECONDS instead of some hours."""
    if connection.family != getattr(socket, "AF_UNIX", None):
        for name, value in zip(WATCHED, (WATCH_SECONDS // 2, WATCH_SECONDS // 6, 3), strict=True):
            if hasattr(socket, name):  # each system has its own
                connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _is_local(url: URL) -> bool:
    host = url.host or ""
    return host in LOCAL or host.startswith(("127.", "/")) or "unix_socket" in url.query or "host" in url.query


def _postgresql_options(url: URL) -> dict[str, Any]:
    options: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "keepalives_idle": WATCH_SECONDS // 2,
        "keepalives_interval": WATCH_SECONDS // 6,
        "keepalives_count": 3,
        "client_encoding": "utf8",
        "prepare_threshold": None,  # a plan made for any array of keys is a walk through the table: 30 times slower
    }
    if not _is_local(url) and "sslmode" not in url.query:
        import certifi

        options["sslmode"] = "verify-full"
        if "sslrootcert" not in url.query:
            options["sslrootcert"] = certifi.where()
    return options


def _mariadb_options(url: URL) -> dict[str, Any]:
    from pymysql.constants import CLIENT

    options: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": CONNECT_SECONDS,  # for the greeting, which the driver would await for ever
        "charset": "utf8mb4",
        # SQLAlchemy's own flag, and ours: rows may be loaded (`core.database.mariadb`), while the driver reads no file
        "client_flag": CLIENT.FOUND_ROWS | CLIENT.LOCAL_FILES,
    }
    # beside our own words, because PyMySQL takes these or SQLAlchemy's reading of the address, never both
    named = {name: str(url.query[name]) for name in CERTIFICATES if name in url.query}
    _check_certificates(url, named)
    options |= named
    if not _is_local(url) and url.query.get("ssl") != "off":
        import certifi

        options.setdefault("ssl_ca", certifi.where())
        options["ssl_verify_cert"] = True
        options["ssl_verify_identity"] = True
    return options


def _check_certificates(url: URL, named: Mapping[str, str]) -> None:
    """Raise DatabaseError for a file that is no certificate: the driver would end with an error that is no driver's."""
    try:
        if "ssl_ca" in named:
            ssl.create_default_context(cafile=named["ssl_ca"])
        if "ssl_cert" in named:
            ssl.create_default_context().load_cert_chain(named["ssl_cert"], named.get("ssl_key"))
    except OSError as error:
        raise DatabaseError("database.no_certificate", place=place(url)) from error


@contextmanager
def speaking_plainly(url: URL) -> Iterator[None]:
    """Turn a driver's errors into DatabaseError; CarnetErrors and bugs pass as they are."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        raise explain_failure(getattr(error, "orig", None) or error, url, place(url)) from error
    except Exception as error:
        if not is_driver_error(error):
            raise
        raise explain_failure(error, url, place(url)) from error
