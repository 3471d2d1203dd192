"""Fixtures that several test files share: a fresh POS database on each of the three kinds."""

from contextlib import ExitStack

import pytest

from core.database import open_database
from tests.parts import require
from tests.servers import running

KINDS = ("sqlite", "postgresql", "mariadb")


@pytest.fixture(scope="session")
def servers(tmp_path_factory):
    """Return a function kind → running server; each is started when first asked for, and stopped at the end."""
    started = {}
    with ExitStack() as stack:

        def server(kind):
            require(kind)
            if kind not in started:
                started[kind] = stack.enter_context(running(kind, tmp_path_factory.mktemp(kind)))
            return started[kind]

        yield server


@pytest.fixture
def new_address(servers, tmp_path):
    """Return a function kind → the address of an empty base."""
    return lambda kind: str(tmp_path / "clients.db") if kind == "sqlite" else servers(kind).new_base()


@pytest.fixture(params=KINDS)
def address(request, new_address):
    """Return the address of an empty base, of each kind in turn."""
    return new_address(request.param)


@pytest.fixture
def db(address):
    """Return an open, empty POS database, of each kind in turn."""
    with open_database(address) as database:
        yield database
