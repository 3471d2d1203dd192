"""The practice sandbox: a process of its own that serves for as long as its lease, a file, says so."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from core.errors import SettingsError

START_SECONDS = 15.0
WATCH_SECONDS = 0.5
_PROGRAM = "import sys; from core.loyalty.practising import serve_while; serve_while(sys.argv[1], sys.argv[2])"


def serve_while(lease: str, url: str) -> None:
    """Serve at an address of this computer until the lease is gone or names another one."""
    from core.loyalty.sandbox import Sandbox

    path = Path(lease)
    with Sandbox(port=urlsplit(url).port or 0):
        while path.is_file() and path.read_text(encoding="utf-8") == url:
            time.sleep(WATCH_SECONDS)


def start_practice_server(lease: Path, url: str = "") -> str:
    """Start the sandbox, at `url` or at a free port, and return its address once it answers.

    Raises SettingsError when it does not come up.
    """
    address = url or f"http://127.0.0.1:{_free_port()}"
    lease.parent.mkdir(parents=True, exist_ok=True)
    lease.write_text(address, encoding="utf-8")
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))}
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    subprocess.Popen(  # noqa: S603 - our own program, our own arguments
        [sys.executable, "-c", _PROGRAM, str(lease), address],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        creationflags=flags,
        start_new_session=True,
    )
    until = time.monotonic() + START_SECONDS
    while not answers(address):
        if time.monotonic() > until:
            lease.unlink(missing_ok=True)
            raise SettingsError("practice.no_server")
        time.sleep(0.1)
    return address


def stop_practice_server(lease: Path, url: str) -> None:
    """Take the lease back, and wait until the sandbox has stopped."""
    lease.unlink(missing_ok=True)
    until = time.monotonic() + START_SECONDS
    while answers(url) and time.monotonic() < until:
        time.sleep(0.1)


def answers(url: str) -> bool:
    """Say whether somebody listens at an address of this computer."""
    try:
        socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), timeout=1).close()
    except OSError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
