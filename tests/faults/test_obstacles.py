"""A lock, a full disk: a clear message and a job that can be taken up, on each database, with the real obstacle.

A lost connection is in `test_crowd`, a server that restarts in `test_restart`, a killed push in `test_kill`.
"""

import os
import subprocess
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from core.database import open_database
from core.errors import DatabaseError
from core.jobs import JobState
from tests.customer_sheets import people, request, sheet
from tests.parts import require
from tests.servers import MariaDBServer, running

ROWS = 12_000


def push_against(address, obstacle=None):
    """Push some batches; `obstacle` is called after the first. Return the key of what the user is told."""

    def progress(done, total):
        if done == 5_000 and obstacle:
            obstacle()

    with open_database(address) as db, pytest.raises(DatabaseError) as error:
        db.push(sheet(people(ROWS)), request(backup=False, progress=progress))
    return error.value.key


def take_up(address):
    """Push the same again once the obstacle is gone: the same job goes on where it stopped, nobody twice."""
    with open_database(address) as db:
        (job,) = db.jobs()
        created = job.counts["created"]
        assert (job.state, job.counts["not_reached"]) == (JobState.RUNNING, ROWS - created)
        assert 0 < created == len(list(db.customers())) < ROWS
        report = db.push(sheet(people(ROWS)), request(backup=False))
        assert (report.job, report.created, len(list(db.customers()))) == (job.id, ROWS, ROWS)
        assert db.undo(job.id, user="luc").removed == ROWS
        assert not list(db.customers())


def test_a_lock_that_does_not_open_is_said_and_the_push_taken_up(address, monkeypatch):
    """A colleague's program holds on to what every batch needs: no push waits for it for ever."""
    monkeypatch.setattr("core.database.connection.BUSY_SECONDS", 1)
    with open_database(address) as other, other.writer.connect() as connection:

        def hold():
            connection.begin()
            connection.execute(text("UPDATE counters SET value = value"))

        assert push_against(address, hold) == "database.locked"
        connection.rollback()
    take_up(address)


def test_a_mariadb_table_locked_by_a_backup_is_said_and_the_push_taken_up(new_address, monkeypatch):
    monkeypatch.setattr("core.database.connection.BUSY_SECONDS", 1)
    address = new_address("mariadb")
    with open_database(address) as other, other.engine.connect() as connection:
        lock = text("LOCK TABLES customers READ, jobs READ, job_rows READ, counters READ, shops READ")
        assert push_against(address, lambda: connection.execute(lock)) == "database.locked"
        connection.execute(text("UNLOCK TABLES"))
    take_up(address)


@contextmanager
def small_disk(folder, size):
    """Give a file system of so many megabytes at a folder, with a function that makes it larger. Root's alone."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}M,mode=777", "carnet", str(folder)]
    if os.name == "nt" or os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be made here")
    try:
        yield lambda more: subprocess.run(["mount", "-o", f"remount,size={more}M", str(folder)], check=True)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_under_a_file_is_said_and_the_push_taken_up(tmp_path):
    with small_disk(tmp_path / "disk", 8) as enlarge:
        address = str(tmp_path / "disk" / "clients.db")
        assert push_against(address) == "database.full"
        enlarge(200)
        take_up(address)


def test_a_full_disk_under_a_postgresql_is_said_and_the_push_taken_up(tmp_path_factory):
    """The customers' tablespace is on the small disk, the server's own files are not."""
    require("postgresql")
    folder = tmp_path_factory.mktemp("pg")
    with running("postgresql", folder / "server") as server, small_disk(server.folder / "disk", 16) as enlarge:
        address = server.new_base()
        space = server.folder / "disk" / "space"
        space.mkdir()
        space.chmod(0o777)
        subprocess.run(["chown", "--reference", str(server.folder / "data"), str(space)], check=True)
        server.run(f"CREATE TABLESPACE small LOCATION '{space}'")
        server.run(f"ALTER DATABASE {make_url(address).database} SET TABLESPACE small")
        assert push_against(address) == "database.full"
        enlarge(300)
        take_up(address)


def test_a_full_mariadb_is_said_and_the_push_taken_up(tmp_path):
    """Its own limit stands for the disk's: it says the same, and needs no disk."""
    require("mariadb")
    limited = ("--innodb-file-per-table=OFF", "--innodb-data-file-path=ibdata1:12M:autoextend:max:{}M")
    server = MariaDBServer(tmp_path, limited[0]).start(limited[1].format(28))
    try:
        address = server.new_base()
        assert push_against(address) == "database.full"
        server.start_again(limited[1].format(300))
        take_up(address)
    finally:
        server.stop()
