"""A real server restarts in the middle of `carnet push`: a clear message, and the same command goes on."""

import os
import subprocess
import sys
import time

import pytest

from core.database import open_database
from core.database.connection import parse_address, place
from core.jobs import JobState
from tests.parts import require
from tests.servers import running

ROWS = 40_000
RUN = "from core.cli import main; main()"


def carnet(folder, *words):
    """Begin the command in a process of its own."""
    command = [sys.executable, "-c", RUN, *map(str, words)]
    environment = {**os.environ, "CARNET_HOME": str(folder), "CARNET_SETTINGS": str(folder / "settings.toml")}
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def said_by(process, seconds=240):
    """Wait for its end; return its code and what it said, with plain spaces."""
    out, err = process.communicate(timeout=seconds)
    return process.returncode, (out + err).decode().replace("\u00a0", " ")


def wait_for_the_middle(address):
    """Wait until some batches are in, and others are not."""
    end = time.monotonic() + 60
    with open_database(address) as db:
        while not (jobs := db.jobs()) or jobs[0].counts["created"] < 10_000:
            assert time.monotonic() < end, "the push did not begin"
            time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["halt", "kill"])
@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_server_that_restarts_in_the_middle_is_said_and_the_push_taken_up(kind, how, tmp_path):
    """Whether it is stopped as its service does or the power goes: no row is lost, none is there twice."""
    require(kind)
    lines = [f"C{n};Lefèvre{n};Zoé;client.{n}@example.fr" for n in range(ROWS)]
    content = "\n".join(["customer_code;last_name;first_name;email", *lines])
    (tmp_path / "clients.csv").write_text(content, encoding="utf-8")
    with running(kind, tmp_path / kind) as server:
        address = server.new_base()
        where = place(parse_address(address, None))
        push = ("push", "clients.csv", "--system", "lightspeed", "--db", address)
        first = carnet(tmp_path, *push)
        wait_for_the_middle(address)
        getattr(server, how)()
        code, said = said_by(first)
        assert code == 2
        assert f"La liaison avec la base « {where} » a été perdue. Recommencez : un envoi commencé reprend" in said
        code, said = said_by(carnet(tmp_path, *push))
        assert (code, f"La base « {where} » ne répond pas." in said) == (2, True)
        server.start_again()
        with open_database(address) as db:
            (job,) = db.jobs()
            created = job.counts["created"]
            assert (job.state, job.counts["not_reached"]) == (JobState.RUNNING, ROWS - created)
            assert 10_000 <= created == len(list(db.customers())) < ROWS
        code, said = said_by(carnet(tmp_path, *push))
        assert (code, "Lot n° 1 : 40 000 créés" in said.replace("\u202f", " ")) == (0, True)
        with open_database(address) as db:
            (job,) = db.jobs()
            assert (job.state, job.counts["created"]) == (JobState.DONE, ROWS)
            assert len({c.values["account_number"] for c in db.customers()}) == ROWS
