"""What the loyalty tests share: a store in memory, and a client that reaches a sandbox without a socket."""

import io
import threading
import time
from collections.abc import Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from decimal import Decimal

import requests
from requests.structures import CaseInsensitiveDict
from werkzeug.serving import make_server
from werkzeug.test import EnvironBuilder, run_wsgi_app

from core.gains.baskets import Line, Recap, Sale
from core.loyalty.client import FidelPassClient
from core.loyalty.operations import Operation
from core.loyalty.sandbox import CLIENT_ID, CLIENT_SECRET, Sandbox
from core.loyalty.transport import Access

TODAY = date(2027, 3, 31)
NOW = datetime(2027, 3, 31, 10, 0, tzinfo=UTC)
PERCENT, AMOUNT, EXPIRED, SEVERAL, NONE, USED = (str(433701 + i) for i in range(6))


def euros(text: str) -> Decimal:
    return Decimal(text)


def line(price: str, quantity: str = "1", discount: str = "0.00", vat: str = "20.00", article: str = "A") -> Line:
    return Line(article, Decimal(quantity), Decimal(price), Decimal(vat), Decimal(discount))


def sale_of(recap: Recap, key: str, card: str) -> Sale:
    return Sale(key, card, NOW, recap)


class MemoryStore:
    """Operations in a dict: what a database keeps, as fast as a thousand runs need."""

    def __init__(self) -> None:
        self.operations: dict[str, Operation] = {}

    def add(self, operation: Operation) -> None:
        assert operation.key not in self.operations
        self.operations[operation.key] = operation

    def save(self, operation: Operation) -> None:
        assert operation.key in self.operations
        self.operations[operation.key] = operation

    def of_sale(self, sale: str) -> Sequence[Operation]:
        return [o for o in self.operations.values() if o.sale == sale]

    def open(self) -> Sequence[Operation]:
        return [o for o in self.operations.values() if o.is_open]

    def held(self) -> Sequence[Operation]:
        went_on = {o.sale for o in self.operations.values() if o.kind in ("confirm", "cancel")}
        reserved = (o for o in self.operations.values() if o.kind == "reserve" and o.state == "confirmed")
        return [o for o in reserved if o.sale not in went_on]

    def refused(self) -> Sequence[Operation]:
        added = list(self.operations.values())
        return [
            o
            for place, o in enumerate(added)
            if o.kind in ("confirm", "refund")
            and o.state == "failed"
            and not any(s.kind == "settle" and s.sale == o.sale for s in added[place:])
        ]


class _Cable:
    """Stands where the server's socket is: the sandbox hangs up on it."""

    cut = False

    def shutdown(self, how: int) -> None:
        self.cut = True


class AppAdapter(requests.adapters.BaseAdapter):
    """Carry requests straight into a WSGI application; a connection hung up is lost as a real one is."""

    def __init__(self, app) -> None:
        super().__init__()
        self.app = app
        self.delayed = []
        self.delay = lambda request: False

    def deliver_late(self):
        """Let what was held on its way arrive; nobody hears the answers any more."""
        late, self.delayed = self.delayed, []
        self.delay, delay = lambda request: False, self.delay
        for request in late:
            with suppress(requests.ConnectionError):
                self.send(request)
        self.delay = delay

    def send(self, request, **_):
        if self.delay(request):
            self.delayed.append(request)
            raise requests.ReadTimeout("still on its way")
        cable = _Cable()
        builder = EnvironBuilder(
            request.path_url, method=request.method, headers=dict(request.headers), data=request.body or b""
        )
        environ = builder.get_environ()
        environ["werkzeug.socket"] = cable
        content, status, headers = run_wsgi_app(self.app, environ, buffered=True)
        if cable.cut:
            raise requests.ConnectionError("hung up")
        response = requests.Response()
        response.status_code = int(status.split()[0])
        response.headers = CaseInsensitiveDict(headers)
        response.raw = io.BytesIO(b"".join(content))
        response.request, response.url = request, request.url
        return response

    def close(self) -> None:
        pass


def wired_client(sandbox: Sandbox, adapter: AppAdapter | None = None, **settings) -> FidelPassClient:
    """Return a client whose requests go straight into a sandbox that does not listen."""
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", adapter or AppAdapter(sandbox.app))
    return FidelPassClient(Access("http://127.0.0.1", CLIENT_ID, CLIENT_SECRET, **settings), session)


def client_of(sandbox: Sandbox, *, session: requests.Session | None = None, **settings) -> FidelPassClient:
    """Return a client of a sandbox that listens."""
    return FidelPassClient(Access(sandbox.url, CLIENT_ID, CLIENT_SECRET, **settings), session)


class Gauge:
    """Counts how many requests are under way, and when each arrived."""

    def __init__(self, app):
        self.app, self.lock = app, threading.Lock()
        self.now = self.most = 0
        self.arrivals = []

    def __call__(self, environ, start_response):
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
            self.arrivals.append((time.monotonic(), environ["PATH_INFO"]))
        try:
            return self.app(environ, start_response)
        finally:
            with self.lock:
                self.now -= 1


@contextmanager
def gauged(sandbox: Sandbox):
    """Serve a sandbox that counts; its client is at `gauge.client(...)`."""
    counter = Gauge(sandbox.app)
    counter.sandbox = sandbox
    server = make_server("127.0.0.1", 0, counter, threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    url = f"http://127.0.0.1:{server.port}"
    counter.client = lambda **more: FidelPassClient(Access(url, CLIENT_ID, CLIENT_SECRET, **more))
    yield counter
    server.shutdown()
    server.server_close()
