"""A FidelPass that is not FidelPass: a real HTTP server with made-up cards, for the demo, practice and tests.

It keeps the contract of openapi.yaml and its books in memory. `Sandbox` runs one in a thread; `serve` runs
one until it is stopped. Its identifiers are public on purpose: it knows nobody.
"""

from __future__ import annotations

import hmac
import secrets
import socket
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from types import TracebackType
from typing import Self

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server, select_address_family
from werkzeug.wrappers import Response

from core.errors import SettingsError
from core.loyalty import sandbox_wire, wire
from core.loyalty.faults import KINDS, Fault, FaultyApp, error_response, read_fault
from core.loyalty.ledger import Ledger, Refusal
from core.loyalty.transport import is_loopback
from core.loyalty.values import SumsDiffer, WireError, moment_text

CLIENT_ID = "carnet-sandbox"
CLIENT_SECRET = "made-up"  # noqa: S105 it opens nothing but this sandbox
TOKEN_SECONDS = 3600
LARGEST_REQUEST = 1_000_000  # bytes


class Sandbox:
    """A sandbox server; as a context manager it listens on `url` in a thread of its own.

    `today` places the expiry dates of the made-up cards; `version` is what it says it speaks.
    """

    def __init__(
        self, *, today: date | None = None, version: str = "1.0", faults: Iterable[Fault] = (), port: int = 0
    ) -> None:
        self.ledger = Ledger(today or date.today())
        self.version = version
        self.tokens: dict[str, datetime] = {}
        self.app = FaultyApp(_build_app(self), faults)
        self._port = port
        self._server: BaseWSGIServer | None = None

    @property
    def url(self) -> str:
        """The address clients are given, once it listens."""
        if self._server is None:
            raise RuntimeError("the sandbox does not listen yet")
        return f"http://127.0.0.1:{self._server.port}"

    def __enter__(self) -> Self:
        self._server = _listen("127.0.0.1", self._port, self.app)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


class _QuietHandler(WSGIRequestHandler):
    """Serve without a line on the screen for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def serve(host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until interrupted; `ready` is told the address. Raises SettingsError for a public address."""
    if not is_loopback(host):
        raise SettingsError("loyalty.sandbox_public", host=host)
    server = _listen(host, port, Sandbox().app)
    ready(f"http://{f'[{host}]' if ':' in host else host}:{server.port}")
    with server:
        server.serve_forever()


def _listen(host: str, port: int, app: FaultyApp) -> BaseWSGIServer:
    """Return a server that listens; raises SettingsError if the port is taken."""
    try:  # werkzeug would end the process
        socket.create_server((host, port), family=select_address_family(host, port)).close()
    except OSError as error:
        raise SettingsError("loyalty.sandbox_port", port=str(port)) from error
    return make_server(host, port, app, threaded=True, request_handler=_QuietHandler)


def _build_app(sandbox: Sandbox) -> Flask:
    app = Flask("fidelpass-sandbox", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.before_request(lambda: _check_token(sandbox))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(SumsDiffer, lambda error: error_response("sums_differ", 409))
    app.register_error_handler(WireError, lambda error: error_response("body", 422))
    app.register_error_handler(Refusal, lambda refusal: error_response(refusal.code, refusal.status))
    _add_door(app, sandbox)
    _add_cards(app, sandbox)
    _add_sales(app, sandbox)
    _add_controls(app, sandbox)
    return app


def _now() -> datetime:
    """Return the server's time, which a fault may have set wrong."""
    return datetime.now(UTC) + timedelta(seconds=request.environ.get("carnet.skew", 0.0))


def _http_error(error: HTTPException) -> Response:
    code = (error.name or "error").lower().replace(" ", "_").replace("-", "_")
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "WWW-Authenticate")}
    return error_response(code, error.code or 500, headers)


def _check_token(sandbox: Sandbox) -> Response | None:
    """Refuse a request of the API without a living token."""
    if request.url_rule is None or not request.path.startswith("/v1/"):
        return None
    if request.path in (wire.PING, wire.TOKEN):
        return None
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    until = sandbox.tokens.get(token)
    if scheme.lower() != "bearer" or until is None or until < _now():
        return error_response("token", 401, {"WWW-Authenticate": "Bearer"})
    return None


def _add_door(app: Flask, sandbox: Sandbox) -> None:
    """Version and time, and tokens."""

    @app.get(wire.PING)
    def ping() -> ResponseReturnValue:
        return {"service": "FidelPass", "version": sandbox.version, "time": moment_text(_now())}

    @app.post(wire.TOKEN)
    def token() -> ResponseReturnValue:
        given = request.authorization
        pair = f"{given.username}:{given.password}" if given and given.type == "basic" else ""
        if not hmac.compare_digest(pair.encode("utf-8", "replace"), f"{CLIENT_ID}:{CLIENT_SECRET}".encode()):
            return error_response("credentials", 401, {"WWW-Authenticate": "Basic"})
        fresh = secrets.token_urlsafe(24)
        sandbox.tokens[fresh] = _now() + timedelta(seconds=TOKEN_SECONDS)
        return {"access_token": fresh, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}


def _add_cards(app: Flask, sandbox: Sandbox) -> None:
    """What a shop asks and says about a card."""
    ledger = sandbox.ledger

    @app.post(wire.LOOKUP)
    def look_up() -> ResponseReturnValue:
        number = sandbox_wire.read_lookup(request.get_json())
        with ledger.lock:
            card = ledger.card(number)
            gains = list(card.gains.values())
            return sandbox_wire.card_answer(number, _now(), card.holder, gains, card.customer)

    @app.post(wire.ATTACH)
    def attach() -> ResponseReturnValue:
        with ledger.lock:
            ledger.attach(*sandbox_wire.read_attachment(request.get_json()))
        return {"done": True}

    @app.post(wire.DETACH)
    def detach() -> ResponseReturnValue:
        with ledger.lock:
            ledger.detach(*sandbox_wire.read_attachment(request.get_json()))
        return {"done": True}

    @app.post(wire.PERMISSIONS)
    def permit() -> ResponseReturnValue:
        with ledger.lock:
            ledger.permit(*sandbox_wire.read_permissions(request.get_json()))
        return {"done": True}


def _add_sales(app: Flask, sandbox: Sandbox) -> None:
    """Sales: each thing said about one may be said again, and counts once."""
    ledger = sandbox.ledger

    @app.post(wire.SALES)
    def reserve() -> ResponseReturnValue:
        sale = sandbox_wire.read_sale(request.get_json(), _key())
        with ledger.lock:
            return sandbox_wire.sale_answer(sale.key, ledger.reserve(sale)), 201

    @app.get(f"{wire.SALES}/<sale>")
    def status(sale: str) -> ResponseReturnValue:
        with ledger.lock:
            return sandbox_wire.sale_answer(sale, ledger.status(sale))

    @app.post(f"{wire.SALES}/<sale>/confirm")
    def confirm(sale: str) -> ResponseReturnValue:
        _key()
        with ledger.lock:
            return sandbox_wire.sale_answer(sale, ledger.confirm(sale))

    @app.post(f"{wire.SALES}/<sale>/cancel")
    def cancel(sale: str) -> ResponseReturnValue:
        _key()
        with ledger.lock:
            return sandbox_wire.sale_answer(sale, ledger.cancel(sandbox_wire.read_key(sale)))

    @app.post(f"{wire.SALES}/<sale>/refunds")
    def refund(sale: str) -> ResponseReturnValue:
        back = wire.read_refund(request.get_json())
        with ledger.lock:
            return sandbox_wire.sale_answer(sale, ledger.refund(sale, _key(), back)), 201


def _key() -> str:
    """Return the idempotency key of a change, which must have one."""
    return sandbox_wire.read_key(request.headers.get("Idempotency-Key"))


def _add_controls(app: Flask, sandbox: Sandbox) -> None:
    """What tests and trainers do to the sandbox itself; no part of the contract."""

    @app.post("/sandbox/faults")
    def add_fault() -> ResponseReturnValue:
        fault = read_fault(request.get_json())
        if fault is None:
            return jsonify({"kinds": KINDS}), 422
        sandbox.app.add(fault)
        return {"done": True}

    @app.delete("/sandbox/faults")
    def clear_faults() -> ResponseReturnValue:
        sandbox.app.clear()
        return {"done": True}

    @app.get("/sandbox/ledger")
    def books() -> ResponseReturnValue:
        with sandbox.ledger.lock:
            return {
                "sales": {key: record.state for key, record in sandbox.ledger.sales.items()},
                "turnover": {card.number: str(card.turnover) for card in sandbox.ledger.cards.values()},
            }
