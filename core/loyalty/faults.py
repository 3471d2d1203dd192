"""Faults on demand, between the network and the sandbox: what a bad day does to a shop."""

from __future__ import annotations

import io
import json
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Literal, get_args

from werkzeug.wrappers import Response

FaultKind = Literal[
    "slow",  # answers after `seconds`
    "lost",  # the connection closes and nothing was done
    "drop",  # everything is done, then the connection closes without an answer
    "error",  # 500, nothing done
    "error_after",  # 500, everything done
    "busy",  # 429 with Retry-After in seconds, nothing done
    "busy_until",  # 429 with Retry-After as a date
    "malformed",  # done, and half of the answer
    "duplicate",  # delivered twice; the second answer is the one that arrives
    "skew",  # the server's clock is ahead by `seconds`
    "expired_token",  # the token has just died
]
KINDS: tuple[str, ...] = get_args(FaultKind)
Environ = dict[str, Any]
WsgiApp = Callable[[Environ, Any], Iterable[bytes]]


@dataclass
class Fault:
    """One fault, for the next `times` requests whose path starts with `path` (0 times: for ever)."""

    kind: FaultKind
    path: str = "/v1/"
    times: int = 1
    seconds: float = 1.0


def read_fault(wanted: object) -> Fault | None:
    """Read a fault asked for from outside, or None if it makes no sense."""
    if not isinstance(wanted, dict) or wanted.get("kind") not in KINDS:
        return None
    fault = Fault(**{name: value for name, value in wanted.items() if name in Fault.__dataclass_fields__})
    numbers = isinstance(fault.times, int) and isinstance(fault.seconds, int | float)
    return fault if numbers and fault.times >= 0 and isinstance(fault.path, str) else None


class FaultyApp:
    """A WSGI application behind a list of faults; the first that fits a request is the one it meets."""

    def __init__(self, app: WsgiApp, faults: Iterable[Fault] = ()) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._faults = list(faults)

    def add(self, fault: Fault) -> None:
        """Make a fault happen from now on."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Be a good server again."""
        with self._lock:
            self._faults.clear()

    def _take(self, path: str) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if path.startswith(fault.path) and path.startswith("/v1/"):
                    if fault.times == 1:
                        self._faults.remove(fault)
                    fault.times = max(0, fault.times - 1)
                    return fault
        return None

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer one request, through the first fault that fits it."""
        fault = self._take(environ.get("PATH_INFO", ""))
        answer = self._app if fault is None else self._meet(fault, environ)
        return answer(environ, start_response)

    def _meet(self, fault: Fault, environ: Environ) -> WsgiApp:
        """Return what answers instead of the application."""
        kind = fault.kind
        if kind == "slow":
            time.sleep(fault.seconds)
        elif kind == "skew":
            environ["carnet.skew"] = fault.seconds
        elif kind == "expired_token":
            environ["HTTP_AUTHORIZATION"] = "Bearer expired"
        elif kind in ("busy", "busy_until"):
            return _busy(fault)
        elif kind == "error":
            return _failure()
        elif kind == "lost":
            return _hang_up
        else:
            return self._meet_after(fault, environ)
        return self._app

    def _meet_after(self, fault: Fault, environ: Environ) -> WsgiApp:
        """Let the application do its work, then spoil the answer."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = io.BytesIO(body)
        done = Response.from_app(self._app, environ, buffered=True)
        environ["wsgi.input"] = io.BytesIO(body)
        if fault.kind == "duplicate":
            return self._app
        if fault.kind == "malformed":
            return Response(done.data[: len(done.data) // 2], done.status, mimetype="application/json")
        return _failure() if fault.kind == "error_after" else _hang_up


def _busy(fault: Fault) -> Response:
    wait = str(int(fault.seconds))
    if fault.kind == "busy_until":
        wait = format_datetime(datetime.now(UTC) + timedelta(seconds=fault.seconds), usegmt=True)
    return error_response("too_many_requests", 429, {"Retry-After": wait})


def _failure() -> Response:
    return error_response("internal_error", 500)


def error_response(code: str, status: int, headers: dict[str, str] | None = None) -> Response:
    """Return a refusal as the contract writes it."""
    body = json.dumps({"error": {"code": code}})
    return Response(body, status, headers, mimetype="application/json")


def _hang_up(environ: Environ, start_response: Any) -> Iterable[bytes]:
    """Close the connection under the answer."""
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    start_response("200 OK", [("Content-Length", "0")])
    return []
