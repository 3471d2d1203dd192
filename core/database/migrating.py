"""Migrations: bring a database's schema up to this program's, on opening. Alembic is loaded only when there is work."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from core.database.backends import Backend
from core.errors import DatabaseError

FOLDER = Path(__file__).parent / "migrations"
LATEST = "0002"
KNOWN = ("0001", LATEST)


def migrate(engine: Engine, backend: Backend, where: str, to: str = LATEST) -> None:
    """Create or complete the schema. `engine` opens transactions that write.

    Raises DatabaseError for a base that a newer program has changed, or that belongs to another one.
    """
    with engine.connect() as connection:
        if needs_nothing(schema_version(connection, where), to):
            return
    with engine.execution_options(write=True).connect() as connection:
        with connection.begin():
            backend.lock_migration(connection)
            if not needs_nothing(schema_version(connection, where), to):
                _upgrade(connection, to)
        backend.unlock_migration(connection)  # not before the commit: the next would not see the new version


def needs_nothing(version: str | None, to: str) -> bool:
    """Say whether a schema is already there."""
    return version is not None and version >= to


def schema_version(connection: Connection, where: str) -> str | None:
    """Return the schema's version, None for an empty database. Raises DatabaseError."""
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        if tables:
            raise DatabaseError("database.foreign", place=where, tables=sorted(tables)[:5])
        return None
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if version is None:
        return None
    if "customers" not in tables or "shops" not in tables:
        raise DatabaseError("database.foreign", place=where, tables=sorted(tables)[:5])
    if version not in KNOWN:
        raise DatabaseError("database.newer", place=where, found=str(version), known=LATEST)
    return str(version)


def _upgrade(connection: Connection, to: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
