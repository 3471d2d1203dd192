"""Fetching gains: several cards at once, what is tried again, and what is said when FidelPass is not there."""

import itertools
import logging
import threading
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime

import pytest
import requests

from core.errors import CarnetError, SettingsError
from core.gains import Permissions, Proof
from core.loyalty import transport
from core.loyalty.client import FidelPassClient
from core.loyalty.failures import Refused, Unanswered, Unreached
from core.loyalty.faults import Fault
from core.loyalty.sandbox import CLIENT_ID, CLIENT_SECRET, Sandbox
from core.loyalty.transport import Access, retry_after
from tests.loyalty_parts import AMOUNT, EXPIRED, NONE, PERCENT, SEVERAL, TODAY, USED, client_of, gauged, wired_client

LOOKUP = "/v1/cards/lookup"


@pytest.fixture
def sandbox():
    with Sandbox(today=TODAY) as server:
        yield server


def test_each_card_answers_under_its_own_text(sandbox):
    found = client_of(sandbox).usable_gains(["433 701", "433701", "43370A", "433799"])
    assert list(found) == ["433 701", "433701", "43370A", "433799"]
    assert [(g.card, g.known, g.fault) for g in found.values()] == [
        ("433701", True, None),
        ("433701", True, None),
        ("43370A", False, "loyalty.card_digits"),
        ("433799", False, None),
    ]


@pytest.mark.parametrize(
    ("card", "usable"),
    [
        (PERCENT, ["P-433701"]),
        (AMOUNT, ["M-433702"]),
        (EXPIRED, []),
        (SEVERAL, ["B-433704", "P-433704", "M-433704"]),  # the soonest to expire first
        (NONE, []),
        (USED, []),
    ],
)
def test_the_usable_gains_of_a_card_are_told_from_the_others(sandbox, card, usable):
    assert [g.id for g in client_of(sandbox).card(card).usable(TODAY)] == usable


def test_a_gain_arrives_whole(sandbox):
    (gain,) = client_of(sandbox).card(AMOUNT).gains
    assert (gain.label, gain.kind, gain.value, gain.remaining) == (
        "Chèque fidélité",
        "amount",
        Decimal("20.00"),
        Decimal("12.50"),
    )
    assert (gain.partly_usable, gain.expiry, gain.state) == (True, TODAY + timedelta(days=180), "usable")


def test_a_holder_may_have_left_everything_empty(sandbox):
    found = client_of(sandbox).card("4970 1000 0000 0006")
    assert found.known
    assert {value for name, value in vars(found.holder).items() if name != "permissions"} == {None}


def test_the_answer_says_when_it_was_true(sandbox):
    before = datetime.now(UTC)
    as_of = client_of(sandbox).card(AMOUNT).as_of
    assert before <= as_of <= datetime.now(UTC)


@pytest.fixture
def gauge():
    with gauged(Sandbox(today=TODAY)) as counter:
        yield counter


def test_cards_are_asked_for_several_at_once_and_no_more(gauge):
    gauge.sandbox.app.add(Fault("slow", LOOKUP, times=0, seconds=0.05))
    told = []
    cards = [str(433701 + i) for i in range(36)]
    found = gauge.client().usable_gains(cards, at_once=4, progress=told.append)
    assert list(found) == cards
    assert told == list(range(1, 37))
    assert gauge.most == 4


def test_the_same_card_is_asked_for_once(gauge):
    gauge.client().usable_gains(["433701", "433 701", "433701"])
    assert [path for _, path in gauge.arrivals] == ["/v1/ping", "/v1/token", LOOKUP]


@pytest.mark.parametrize("kind", ["busy", "busy_until"])
def test_after_a_429_nobody_asks_before_the_time_is_up(gauge, kind):
    gauge.sandbox.app.add(Fault(kind, LOOKUP, seconds=2))
    found = gauge.client().usable_gains([str(433701 + i) for i in range(20)], at_once=2)
    assert all(g.known for g in found.values())
    times = [t for t, path in gauge.arrivals if path == LOOKUP]
    pause = max(b - a for a, b in itertools.pairwise(times))
    assert pause > 0.9  # as a date, 2 s are between 1 and 2


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "0"}, 0.0),
        ({}, 1.0),
        ({"Retry-After": "soon"}, 1.0),
        ({"Retry-After": "-5"}, 1.0),
        # by the server's own clock, whatever ours says
        ({"Retry-After": "Wed, 31 Mar 2027 10:00:30 GMT", "Date": "Wed, 31 Mar 2027 10:00:00 GMT"}, 30.0),
        ({"Retry-After": "Wed, 31 Mar 2027 09:00:00 GMT", "Date": "Wed, 31 Mar 2027 10:00:00 GMT"}, 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(headers, seconds):
    assert retry_after(headers) == seconds


def test_a_wait_longer_than_the_budget_is_said_at_once(sandbox):
    sandbox.app.add(Fault("busy", LOOKUP, seconds=3600))
    start = time.monotonic()
    with pytest.raises(Unreached) as failure:
        client_of(sandbox).card(AMOUNT)
    assert failure.value.key == "loyalty.busy"
    assert 3599 <= failure.value.params["seconds"] <= 3601
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("kind", ["lost", "drop", "error", "error_after", "malformed", "duplicate", "expired_token"])
def test_a_question_that_failed_once_is_asked_again(sandbox, kind):
    sandbox.app.add(Fault(kind, LOOKUP))
    assert client_of(sandbox).card(AMOUNT).known


def test_wrong_identifiers_are_said_so(sandbox):
    for pair in (("someone", CLIENT_SECRET), (CLIENT_ID, "clé fausse")):
        with pytest.raises(Unreached) as failure:
            FidelPassClient(Access(sandbox.url, *pair)).check()
        assert failure.value.key == "loyalty.credentials"


def test_the_check_returns_who_answered(sandbox):
    assert client_of(sandbox).check().version == "1.0"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://fidelpass.example.com", "loyalty.address_not_https"),
        ("http://192.168.1.10:8765", "loyalty.address_not_https"),
        ("http://localhost.example.com", "loyalty.address_not_https"),
        ("ftp://fidelpass.example.com", "loyalty.address"),
        ("fidelpass.example.com", "loyalty.address"),
        ("https://name:secret@fidelpass.example.com", "loyalty.address"),
        ("", "loyalty.address"),
    ],
)
def test_an_address_that_is_not_safe_is_refused(url, key):
    with pytest.raises(SettingsError) as refused:
        Access(url, "x", "y")
    assert refused.value.key == key


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "https://a.example.com"])
def test_a_safe_address_is_taken(url):
    assert Access(url, "x", "y").url == url


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (lambda card: card.update(card="433799"), "card"),  # another card than asked for
        (lambda card: card["gains"][0].update(remaining=12.5), "gains[0].remaining"),  # a float
        (lambda card: card["gains"][0].update(remaining="12.5"), "gains[0].remaining"),
        (lambda card: card["gains"][0].update(remaining="-1.00"), "gains[0].remaining"),
        (lambda card: card["gains"][0].update(remaining="99.00"), "gains[0].value"),  # more than was given
        (lambda card: card["gains"][0].update(kind="points"), "gains[0].kind"),
        (lambda card: card["gains"][0].update(expiry="2027-02-30"), "gains[0].expiry"),
        (lambda card: card["gains"][0].update(partly_usable="yes"), "gains[0].partly_usable"),
        (lambda card: card.pop("as_of"), "as_of"),
        (lambda card: card.update(holder=None), "holder"),
    ],
)
def test_a_card_that_breaks_the_contract_is_refused_with_its_place(sandbox, spoil, place, monkeypatch):
    from core.loyalty import sandbox_wire

    honest = sandbox_wire.card_answer

    def spoilt(*given):
        answer = honest(*given)
        spoil(answer)
        return answer

    monkeypatch.setattr(sandbox_wire, "card_answer", spoilt)
    with pytest.raises(Unanswered) as failure:
        client_of(sandbox).card(AMOUNT)
    assert (failure.value.key, failure.value.params) == ("loyalty.nonsense", {"place": place})


def test_a_card_is_attached_and_detached_once(sandbox):
    client = client_of(sandbox)
    client.attach(AMOUNT, "C-1")
    client.attach(AMOUNT, "C-1")
    assert client.card(AMOUNT).customer == "C-1"
    for act in (client.attach, client.detach):
        with pytest.raises(Refused) as refusal:
            act(AMOUNT, "C-2")
        assert refusal.value.key == "loyalty.refused_card_taken"
    client.detach(AMOUNT, "C-1")
    assert client.card(AMOUNT).customer is None


def test_permissions_widen_only_with_a_proof(sandbox):
    client = client_of(sandbox)
    client.update_permissions(PERCENT, Permissions())
    with pytest.raises(Refused) as refusal:
        client.update_permissions(PERCENT, Permissions(email_opt_in=True))
    assert refusal.value.key == "loyalty.refused_proof_missing"
    client.update_permissions(PERCENT, Permissions(email_opt_in=True), Proof("bulletin", TODAY))
    assert client.card(PERCENT).holder.permissions == Permissions(email_opt_in=True)
    client.update_permissions(PERCENT, Permissions())
    assert client.card(PERCENT).holder.permissions == Permissions()


def test_a_netrc_file_does_not_replace_the_token(sandbox, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert client_of(sandbox).card(AMOUNT).known


def test_nothing_personal_and_no_secret_reaches_a_log_a_message_or_a_printed_object(sandbox, caplog):
    """Canaries: the holder, the card, the identifiers and the token, through good days and bad ones."""
    caplog.set_level(logging.DEBUG)
    client = client_of(sandbox)
    found = client.card("433708")
    printed = [repr(found), repr(found.holder), repr(client), repr(Access(sandbox.url, CLIENT_ID, CLIENT_SECRET))]
    for kind in ("error", "drop", "malformed", "expired_token", "busy"):
        sandbox.app.add(Fault(kind, LOOKUP, seconds=0))
        try:
            client.card("433708")
        except CarnetError as failure:
            printed += [str(failure), repr(failure), repr(failure.__cause__)]
        sandbox.app.clear()
    heard = "\n".join([*printed, caplog.text])
    assert LOOKUP in heard  # the logs are there
    holder = found.holder
    secrets = [CLIENT_ID, CLIENT_SECRET, *sandbox.tokens, "433708", holder.last_name, holder.email, holder.mobile]
    assert [s for s in secrets if s in heard] == []


def test_a_client_is_used_from_many_threads_with_one_token(gauge):
    client = gauge.client()
    threads = [threading.Thread(target=client.card, args=(AMOUNT,)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [p for _, p in gauge.arrivals].count("/v1/token") == 1


def test_a_token_is_renewed_before_it_dies(monkeypatch):
    sandbox = Sandbox(today=TODAY)
    client = wired_client(sandbox)
    client.card(AMOUNT)
    real = time.monotonic
    monkeypatch.setattr(transport.time, "monotonic", lambda: real() + 3300)
    client.card(AMOUNT)
    assert len(sandbox.tokens) == 2


def test_a_date_far_away_is_a_long_wait():
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    assert 3590 < retry_after({"Retry-After": later}) <= 3600


def test_the_session_of_a_client_verifies_certificates():
    session = transport._new_session()
    assert isinstance(session, requests.Session)
    assert session.verify is True
