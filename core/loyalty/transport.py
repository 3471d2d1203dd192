"""HTTP to FidelPass: the one place that builds requests, reads answers, and decides what is tried again.

What is tried again: a question (it changes nothing) after a time-out, a lost connection or a 5xx; anything
at all after a 429 or a 401, which say that nothing was done. A change whose outcome is unknown is never
repeated here: `core.loyalty.sales` asks first.
"""

from __future__ import annotations

import ipaddress
import itertools
import json
import logging
import math
import re
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth

from core.errors import SettingsError
from core.loyalty import wire
from core.loyalty.failures import Refused, Unanswered, Unreached, explain
from core.loyalty.pace import Pace
from core.loyalty.values import WireError

T = TypeVar("T")
LARGEST_ANSWER = 2_000_000  # bytes
FIRST_PAUSE = 0.2  # seconds, doubled at each try, at random between 0 and that
CLOCK_TOLERANCE = 300.0  # seconds
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Access:
    """Where FidelPass is and who asks; all durations in seconds, `budget` for one whole action.

    `per_second` requests are sent at most, after the first `burst`: proposed, no limit of FidelPass's is public.
    Raises SettingsError for an address that is not https (http is for this very machine only).
    """

    url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    connect: float = 3.0
    read: float = 10.0
    budget: float = 120.0
    tries: int = 3
    per_second: float = 40.0
    burst: int = 100

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.query:
            raise SettingsError("loyalty.address")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise SettingsError("loyalty.address_not_https", host=parts.hostname)

    @property
    def host(self) -> str:
        """The name people know the server by."""
        return urlsplit(self.url).hostname or ""


def is_loopback(host: str) -> bool:
    """Say whether a host is this very machine, by its usual name or by its number."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass
class Patience:
    """How long one action may still take; `stop` ends every pause of it at once."""

    deadline: float
    stop: threading.Event = field(default_factory=threading.Event)

    def pause(self, seconds: float) -> bool:
        """Wait, unless that would pass the deadline or the action is stopped; say whether to go on."""
        if time.monotonic() + seconds >= self.deadline:
            return False
        return not self.stop.wait(seconds)


@dataclass(frozen=True)
class Call:
    """One request: a `repeatable` one is a question, anything else changes something under its `key`."""

    method: str
    path: str
    body: str | None = field(default=None, repr=False)
    key: str | None = None
    repeatable: bool = True


@dataclass(frozen=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    def json(self) -> object:
        """Return the JSON it carries; raises Unanswered for anything else."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            raise Unanswered("loyalty.nonsense", place="JSON") from None


class Transport:
    """A connection to FidelPass, safe to share between threads."""

    def __init__(self, access: Access, session: requests.Session | None = None) -> None:
        self._access = access
        self._session = session or _new_session()
        self._token_lock = threading.Lock()
        self._hold_lock = threading.Lock()
        self._token: str | None = None
        self._token_until = 0.0
        self._pace = Pace(access.per_second, access.burst)
        self._not_before = 0.0  # a 429 answered to one thread holds them all

    def patience(self) -> Patience:
        """Return the time budget of one action, starting now."""
        return Patience(time.monotonic() + self._access.budget)

    def ping(self, patience: Patience) -> wire.Ping:
        """Ask for version and time; raises LoyaltyError when they do not fit ours."""
        answer = self._perform(Call("GET", wire.PING), patience, _anonymous)
        ping = read(wire.read_ping, answer)
        if ping.version.split(".")[0] != wire.VERSION:
            raise Unreached("loyalty.version", theirs=ping.version, ours=wire.VERSION)
        skew = abs((ping.time - datetime.now(UTC)).total_seconds())
        if skew > CLOCK_TOLERANCE:
            raise Unreached("loyalty.clock", minutes=round(skew / 60))
        return ping

    def open(self, patience: Patience) -> None:
        """Make sure of a valid token; before the first one, of the server's version and clock."""
        with self._token_lock:
            if self._token is None:
                self.ping(patience)
            if self._token is None or time.monotonic() >= self._token_until:
                self._renew(patience)

    def send(self, call: Call, patience: Patience) -> object:
        """Send a request and return the JSON of its answer; raises LoyaltyError, see `failures`."""
        for last_try in (False, True):
            self.open(patience)
            token = self._token
            try:
                return self._perform(call, patience, _Bearer(token or ""))
            except _Unauthorised:
                if last_try:
                    break
                with self._token_lock:
                    if self._token == token:  # else another thread has renewed it already
                        self._token_until = 0.0
        raise Unreached("loyalty.credentials", host=self._access.host)

    def _renew(self, patience: Patience) -> None:
        """Buy a new token with the identifiers."""
        pair = (self._access.client_id.encode(), self._access.client_secret.encode())
        try:
            answer = self._perform(Call("POST", wire.TOKEN), patience, HTTPBasicAuth(*pair))
        except _Unauthorised:
            raise Unreached("loyalty.credentials", host=self._access.host) from None
        self._token, lifetime = read(wire.read_token, answer)
        self._token_until = time.monotonic() + lifetime * 0.9  # renewed before it dies on the way

    def _perform(self, call: Call, patience: Patience, auth: _Auth) -> object:
        """Send until there is an answer, as often as is safe and as long as patience lasts."""
        for attempt in itertools.count(1):
            self._wait_turn(patience)
            try:
                answer = self._exchange(call, patience, auth)
                if answer.status != 429:
                    return self._judge(answer)
                self._hold(answer)
            except Unanswered as failure:
                tries = 2 if failure.key == "loyalty.slow" else self._access.tries
                if not call.repeatable or attempt >= tries or not patience.pause(_jitter(attempt)):
                    raise
        raise AssertionError("unreachable")

    def _wait_turn(self, patience: Patience) -> None:
        """Wait until the server wants to hear from us again; raises Unreached when that is too long."""
        seconds = max(0.0, self._not_before - time.monotonic())
        if not patience.pause(seconds):
            key = "loyalty.busy" if seconds else "loyalty.budget"
            raise Unreached(key, host=self._access.host, seconds=math.ceil(seconds))
        if not patience.pause(self._pace.wait()):
            raise Unreached("loyalty.budget", host=self._access.host, seconds=0)

    def _hold(self, answer: Answer) -> None:
        """Keep every thread quiet for as long as a 429 asks, and a little at random."""
        seconds = retry_after(answer.headers)
        log.info("FidelPass asks to wait %.1f s", seconds)
        with self._hold_lock:
            self._not_before = max(self._not_before, time.monotonic() + seconds + _jitter(1))

    def _exchange(self, call: Call, patience: Patience, auth: _Auth) -> Answer:
        """Send once and read the whole answer."""
        headers = {"Accept": "application/json", "User-Agent": "Carnet"}
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        if call.key is not None:
            headers["Idempotency-Key"] = call.key
        try:
            with self._session.request(
                call.method,
                self._access.url.rstrip("/") + call.path,
                data=call.body.encode() if call.body is not None else None,
                headers=headers,
                auth=auth,
                timeout=(self._access.connect, self._access.read),
                allow_redirects=False,  # a token goes nowhere else
                stream=True,
            ) as response:
                return Answer(response.status_code, response.headers, self._content(response, patience))
        except requests.RequestException as error:
            failure = explain(error, self._access.host)
            log.info("FidelPass: %s %s: %s", call.method, call.path, failure.key)
            raise failure from None

    def _content(self, response: requests.Response, patience: Patience) -> bytes:
        """Read a body that is neither endless nor endlessly slow."""
        content = b""
        for chunk in response.iter_content(65536):
            content += chunk
            if len(content) > LARGEST_ANSWER:
                raise Unanswered("loyalty.nonsense", place="size")
            if time.monotonic() > patience.deadline:
                raise Unanswered("loyalty.slow", host=self._access.host)
        return content

    def _judge(self, answer: Answer) -> object:
        """Return the JSON of a success, or raise what the status means."""
        status, host = answer.status, self._access.host
        if status in (200, 201):
            return answer.json()
        log.info("FidelPass: status %d", status)
        if status == 401:
            raise _Unauthorised("loyalty.credentials", host=host)
        if status == 403:
            raise Unreached("loyalty.forbidden", host=host)
        if status >= 500:
            raise Unanswered("loyalty.server_error", host=host, status=str(status))
        code = _refusal_code(answer)
        if code is None:
            raise Unanswered("loyalty.not_fidelpass", host=host, status=str(status))
        raise Refused(code)


class _Unauthorised(Unreached):
    """The token or the identifiers were refused; never leaves this module."""


class _Bearer(requests.auth.AuthBase):
    """Put the token in the header, and keep requests from reading ~/.netrc."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _anonymous(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


_Auth = Callable[[requests.PreparedRequest], requests.PreparedRequest]


def _new_session() -> requests.Session:
    session = requests.Session()
    session.mount("https://", HTTPAdapter(pool_maxsize=32))
    session.mount("http://", HTTPAdapter(pool_maxsize=32))
    return session


def read(reader: Callable[[object], T], answer: object) -> T:
    """Read an answer by the contract; raises Unanswered, with the place, when it does not keep it."""
    try:
        return reader(answer)
    except WireError as error:
        raise Unanswered("loyalty.nonsense", place=str(error)) from None


def _refusal_code(answer: Answer) -> str | None:
    try:
        return wire.read_error_code(answer.json())
    except Unanswered:
        return None


def _jitter(attempt: int) -> float:
    """Return a random pause, longer at each try, so that many tills do not come back together."""
    return secrets.SystemRandom().uniform(0, FIRST_PAUSE * 2 ** (attempt - 1))


def retry_after(headers: Mapping[str, str]) -> float:
    """Return the seconds a server asks to wait: given as such, or as a date by its own clock; 1 by default."""
    text = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,6}", text, re.ASCII):
        return float(text)
    try:
        until = parsedate_to_datetime(text)
        now = parsedate_to_datetime(headers["Date"]) if "Date" in headers else datetime.now(UTC)
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError):
        return 1.0
