"""Opening a database: made, brought forward from an older schema with data in it, or refused in plain words."""

import re
import sqlite3
from contextlib import contextmanager
from datetime import date, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, event, text

from core.database import migrating, open_database
from core.database.backends import backend_of
from core.database.connection import _mariadb_options, _postgresql_options, connect, parse_address, place
from core.database.schema import metadata
from core.errors import DatabaseError
from core.i18n import tr
from tests.customer_sheets import people, request, sheet
from tests.database_fixtures import KINDS

OLD = [
    {"id": 3, "account_number": "A-1", "last_name": "Lefèvre", "first_name": "Zoé", "postcode": "01000",
     "email": "Zoe@Example.fr", "birth_date": date(1980, 1, 2), "email_opt_in": True},
    {"id": 8, "account_number": "a1", "last_name": "Martin", "first_name": "Luc", "postcode": "59000", "email": None,
     "birth_date": None, "email_opt_in": None},
]  # fmt: skip


def older_base(address):
    """Make a database of the first schema, with a shop, two customers and a job."""
    url = parse_address(address, None)
    engine = connect(url, create=True)
    migrating.migrate(engine, backend_of(engine.dialect.name), place(url), to="0001")
    now = "2024-01-01 10:00:00"
    with engine.execution_options(write=True).begin() as connection:
        connection.execute(text("INSERT INTO shops (code, name) VALUES ('1', 'Bourg')"))
        for row in OLD:
            row = {"shop_id": 1, "created_at": now, "modified_at": now, **row}
            connection.execute(text(_insert(row)), row)
        jobs = f"INSERT INTO jobs ({{}}, started_at, file_hash) VALUES ('luc', '{now}', 'abc')"
        quote = engine.dialect.identifier_preparer.quote
        connection.execute(text(jobs.format(quote("user"))))
    engine.dispose()


def _insert(row):
    return f"INSERT INTO customers ({', '.join(row)}) VALUES ({', '.join(':' + n for n in row)})"


def test_an_older_schema_comes_forward_with_its_data(address):
    older_base(address)
    with open_database(address) as db:
        found = {c.number: c.values for c in db.customers()}
        assert found == {row["id"]: {k: v for k, v in row.items() if k != "id" and v is not None} for row in OLD}
        assert [(j.user, j.kind, j.state, j.rows) for j in db.jobs()] == [("luc", "push", "done", 0)]
        duplicates = db.find_duplicates(sheet([{"email": "zoe@example.fr", "last_name": "Lefèvre"}]))
        assert [d.customer for d in duplicates] == [3]
        assert db.push(sheet(people(1)), request()).outcomes[0].customer == 9


def unlike_the_program(db):
    """Return what differs between a base's schema and the program's."""
    with db.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    return [d for d in differences if d[0] not in ("modify_comment",)]


def test_the_migrations_lead_to_the_schema_that_the_program_uses(address):
    with open_database(address) as db:
        assert unlike_the_program(db) == []


@contextmanager
def power_cut_after(statements):
    """Cut the power at the next statement after so many. Raises ConnectionError there."""
    done = 0

    def count(*_):
        nonlocal done
        done += 1
        if done > statements:
            raise ConnectionError

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", count)


@pytest.mark.parametrize("statements", [8, 40, 75, 95, 105])
def test_an_upgrade_that_was_cut_off_goes_on_at_the_next_opening(new_address, statements):
    """MariaDB keeps every CREATE and ALTER at once, so that half of a migration may be there already."""
    address = new_address("mariadb")
    older_base(address)
    with pytest.raises(ConnectionError), power_cut_after(statements):
        open_database(address)
    with open_database(address) as db:
        assert unlike_the_program(db) == []
        assert {c.number for c in db.customers()} == {row["id"] for row in OLD}
        assert db.push(sheet(people(1)), request(backup=False)).outcomes[0].customer == 9


@pytest.mark.parametrize("statements", [6, 12])
def test_a_first_opening_that_was_cut_off_goes_on_at_the_next(new_address, statements):
    address = new_address("mariadb")
    with pytest.raises(ConnectionError), power_cut_after(statements):
        open_database(address)
    with open_database(address) as db:
        assert db.push(sheet(people(1)), request()).outcomes[0].customer == 1


def test_the_last_migration_is_the_one_the_program_expects():
    files = sorted(p.stem[:4] for p in (migrating.FOLDER / "versions").glob("0*.py"))
    assert tuple(files) == migrating.KNOWN
    assert files[-1] == migrating.LATEST


def test_opening_twice_changes_nothing(address):
    with open_database(address) as db:
        before = db.digest()
    with open_database(address) as db:
        assert db.digest() == before


def test_a_newer_schema_is_refused_and_left_alone(address):
    with open_database(address) as db, db.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError) as error:
        open_database(address)
    assert error.value.key == "database.newer"
    assert "9999" in str(error.value)


@pytest.mark.parametrize("kind", KINDS)
def test_another_programs_base_is_refused(new_address, kind):
    address = new_address(kind)
    engine = connect(parse_address(address, None), create=True)
    with engine.execution_options(write=True).begin() as connection:
        connection.execute(text("CREATE TABLE articles (id INTEGER)"))
    engine.dispose()
    with pytest.raises(DatabaseError) as error:
        open_database(address)
    assert (error.value.key, error.value.params["tables"]) == ("database.foreign", ["articles"])


def key_of(address, **options):
    with pytest.raises(DatabaseError) as error:
        open_database(address, **options)
    for lang in ("fr", "en"):
        assert tr(error.value.key, lang, **error.value.params)
    return error.value.key


def test_bad_files_are_refused_in_plain_words(tmp_path):
    (tmp_path / "notes.db").write_text("Ceci n'est pas une base." * 200)
    (tmp_path / "folder.db").mkdir()
    assert key_of(str(tmp_path / "notes.db")) == "database.not_a_database"
    assert key_of(str(tmp_path / "folder.db")) == "database.not_a_database"
    assert key_of(str(tmp_path / "absent.db"), create=False) == "database.missing"
    assert key_of(str(tmp_path / "no" / "folder.db")) == "database.folder_missing"
    assert not (tmp_path / "absent.db").exists()


@pytest.mark.parametrize("address", ["oracle://host/base", "postgresql://host", "http://[", "sqlite://"])
def test_an_address_that_is_none_is_said(address):
    assert key_of(address) == "database.bad_address"


@pytest.mark.parametrize(
    "address", ["postgresql://luc@127.0.0.1:1/base", "mariadb://luc@127.0.0.1:1/base", "mysql://luc@127.0.0.1:1/base"]
)
def test_a_server_that_does_not_answer_is_said(address):
    assert key_of(address) == "database.unreachable"


def test_a_password_never_shows(servers):
    server = servers("mariadb")
    server.run("CREATE USER IF NOT EXISTS 'luc'@'%' IDENTIFIED BY 'right'")
    address = server.address("mysql").replace("root@", "luc@")
    with pytest.raises(DatabaseError) as error:
        open_database(address, password="s3cret-word")
    assert error.value.key == "database.wrong_password"
    assert "s3cret-word" not in str(error.value) + repr(error.value.params)


def test_a_base_that_the_server_lacks_is_said(servers):
    assert key_of(servers("mariadb").address("absente")) == "database.no_such_base"
    uri = re.sub(r"/t\w+\?", "/absente?", servers("postgresql").new_base())
    assert key_of(uri) == "database.no_such_base"


def test_a_file_locked_by_another_program_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("core.database.connection.BUSY_SECONDS", 0.2)
    path = str(tmp_path / "a.db")
    with open_database(path) as db:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseError) as error:
            db.push(sheet(people(1)), request(backup=False))
        assert error.value.key == "database.locked"
        other.execute("ROLLBACK")
        assert db.push(sheet(people(1)), request()).created == 1


def test_a_full_disk_is_said_and_leaves_a_job_to_take_up(tmp_path):
    path = str(tmp_path / "a.db")
    rows = people(12_000)
    with open_database(path) as db:
        db.shop_id(create=True)
        with db.engine.connect() as connection:
            pages = connection.execute(text("PRAGMA page_count")).scalar()
            connection.execute(text(f"PRAGMA max_page_count = {pages + 2000}"))
        with pytest.raises(DatabaseError) as error:
            db.push(sheet(rows), request(backup=False))
        assert error.value.key == "database.full"
        done = db.jobs()[0]
        created = done.counts["created"]
        assert (done.state, done.counts["not_reached"]) == ("running", 12_000 - created)
        assert 0 < created == len(list(db.customers())) < 12_000
    with open_database(path) as db:
        report = db.push(sheet(rows), request(backup=False))
        assert (report.job, report.created, len(list(db.customers()))) == (done.id, 12_000, 12_000)


def test_a_read_only_file_can_be_looked_up_and_not_pushed_to(tmp_path):
    path = tmp_path / "a.db"
    with open_database(str(path)) as db:
        db.push(sheet(people(1)), request(backup=False))
    with open_database(str(path)) as db:
        with db.engine.connect() as connection:
            connection.execute(text("PRAGMA query_only = ON"))
        assert len(db.find_duplicates(sheet(people(1)))) == 1
        with pytest.raises(DatabaseError) as error:
            db.push(sheet(people(2)), request(backup=False))
        assert error.value.key == "database.read_only"


@pytest.mark.parametrize(
    ("address", "secure"),
    [
        ("postgresql://luc@db.example.fr/base", True),
        ("postgresql://luc@localhost/base", False),
        ("postgresql://luc@127.0.0.1:5433/base", False),
        ("postgresql:///base?host=/run/postgresql", False),
        ("mariadb://luc@db.example.fr/base", True),
        ("mariadb://luc@localhost/base", False),
        ("mariadb://luc@localhost/base?unix_socket=/run/s", False),
        ("mariadb://luc@db.example.fr/base?ssl=off", False),
    ],
)
def test_a_server_elsewhere_is_spoken_to_over_verified_tls(address, secure):
    url = parse_address(address, None)
    if url.drivername.startswith("postgresql"):
        assert (_postgresql_options(url).get("sslmode") == "verify-full") is secure
    else:
        assert bool(_mariadb_options(url).get("ssl_verify_identity")) is secure


def test_a_copy_is_made_before_a_push_and_the_last_five_are_kept(tmp_path):
    path = tmp_path / "clients.db"
    with open_database(str(path)) as db:
        for day in range(1, 8):
            db.push(sheet(people(day)), request(now=datetime(2026, 5, day, 9)))
        db.push(sheet(people(8)), request(dry_run=True))
    copies = sorted((tmp_path / "clients-copies").iterdir())
    assert [p.name for p in copies] == [f"clients-202605{day:02}-090000.db" for day in range(3, 8)]
    with open_database(str(copies[-1])) as db:
        assert len(list(db.customers())) == 6


def test_the_lock_of_a_migration_ends_with_it(servers, new_address):
    """On MariaDB it is the session's, which the add-in keeps open for hours: no colleague may have to wait for it."""
    with open_database(new_address("mariadb")):
        assert servers("mariadb").run("SELECT IS_FREE_LOCK('carnet')")[0][0] == 1
