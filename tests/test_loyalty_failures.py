"""FidelPass is not there, or is something else: one message that says what is wrong, and soon."""

import socket
import threading
import time

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from core.errors import CarnetError
from core.i18n import tr
from core.loyalty.client import FidelPassClient
from core.loyalty.failures import Unanswered, Unreached
from core.loyalty.faults import Fault
from core.loyalty.sandbox import CLIENT_ID, CLIENT_SECRET, Sandbox
from core.loyalty.transport import Access
from tests.loyalty_parts import TODAY, gauged

LOOKUP = "/v1/cards/lookup"


@pytest.fixture
def sandbox():
    with Sandbox(today=TODAY) as server:
        yield server


@pytest.fixture
def gauge():
    with gauged(Sandbox(today=TODAY)) as counter:
        yield counter


FAULTS = [
    (Fault("error", times=0), "loyalty.server_error", Unanswered),
    (Fault("lost", times=0), "loyalty.dropped", Unanswered),
    (Fault("slow", times=0, seconds=0.5), "loyalty.slow", Unanswered),
    (Fault("malformed", times=0), "loyalty.nonsense", Unanswered),
    (Fault("expired_token", LOOKUP, times=0), "loyalty.credentials", Unreached),
    (Fault("skew", "/v1/ping", times=0, seconds=900), "loyalty.clock", Unreached),
    (Fault("skew", "/v1/ping", times=0, seconds=-900), "loyalty.clock", Unreached),
]


@pytest.mark.parametrize(("fault", "key", "kind"), FAULTS, ids=[f"{f.kind}{f.seconds:+}" for f, _, _ in FAULTS])
def test_a_server_that_stays_broken_costs_one_message(gauge, fault, key, kind):
    """Sixty cards, one error, few requests: what is wrong, and what to do."""
    gauge.sandbox.app.add(Fault(fault.kind, fault.path, fault.times, fault.seconds))
    start = time.monotonic()
    with pytest.raises(kind) as failure:
        gauge.client(read=0.2).usable_gains([str(433600 + i) for i in range(60)])
    assert failure.value.key == key
    assert len(gauge.arrivals) <= 30
    assert time.monotonic() - start < 3
    for lang in ("fr", "en"):
        assert tr(failure.value.key, lang, **failure.value.params)


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def failure_at(url, **more):
    with pytest.raises(CarnetError) as failure:
        FidelPassClient(Access(url, CLIENT_ID, CLIENT_SECRET, connect=0.5, read=0.5, **more)).usable_gains(
            [str(433600 + i) for i in range(60)]
        )
    return failure.value.key


def test_a_server_that_is_not_there_is_noticed_at_once():
    start = time.monotonic()
    assert failure_at(f"http://127.0.0.1:{closed_port()}") == "loyalty.connection"
    assert time.monotonic() - start < 1


def test_a_name_that_does_not_exist_is_said_so():
    assert failure_at("https://fidelpass.invalid") == "loyalty.name"


def test_a_server_that_never_answers_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        assert failure_at(f"http://127.0.0.1:{mute.getsockname()[1]}") == "loyalty.slow"


def test_https_to_a_server_without_tls_is_said_so(sandbox):
    assert failure_at(sandbox.url.replace("http:", "https:")) == "loyalty.tls"


@pytest.fixture
def stranger(tmp_path):
    """Yield a function that serves an application in the place of FidelPass; tls shows a home-made certificate."""
    servers = []

    def serve(app, ssl_context=None):
        server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=ssl_context)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return f"{'https' if ssl_context else 'http'}://localhost:{server.port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_certificate_nobody_vouches_for_is_refused_before_anything_is_sent(stranger):
    heard = []
    url = stranger(lambda environ, start: heard.append(environ) or Response()(environ, start), "adhoc")
    assert failure_at(url) == "loyalty.certificate"
    assert heard == []


@pytest.mark.parametrize(
    ("response", "key"),
    [
        (Response("<h1>Bienvenue</h1>", mimetype="text/html"), "loyalty.nonsense"),
        (Response("<h1>?</h1>", 404, mimetype="text/html"), "loyalty.not_fidelpass"),
        (Response("", 302, {"Location": "https://elsewhere.example.com/"}), "loyalty.not_fidelpass"),
        (Response("{}", 403), "loyalty.forbidden"),
        (Response("[]"), "loyalty.nonsense"),
        (Response("[" * 100_000), "loyalty.nonsense"),
        (Response("x" * 3_000_000), "loyalty.nonsense"),
        (Response('{"version": 1.0, "time": "2027-03-31T10:00:00Z"}'), "loyalty.nonsense"),
        (Response('{"version": "1.0", "time": "31/03/2027"}'), "loyalty.nonsense"),
        (Response('{"version": "1.0", "time": "2027-99-31T10:00:00Z"}'), "loyalty.nonsense"),
        (Response('{"version": "2.0", "time": "2027-03-31T10:00:00Z"}'), "loyalty.version"),
        (Response('{"version": "1.0", "time": "1999-12-31T23:59:59Z"}'), "loyalty.clock"),
    ],
)
def test_an_answer_of_something_else_is_no_answer(stranger, response, key):
    assert failure_at(stranger(response)) == key
