"""The sandbox as people meet it: made-up cards, faults from outside, an address of this machine only."""

import json
import re
import socket
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
import requests

from core.cards import card_fault
from core.cli import main
from core.errors import SettingsError
from core.loyalty.faults import KINDS
from core.loyalty.sandbox import Sandbox, serve
from core.loyalty.seeds import TO_TRY, made_up_cards
from tests.loyalty_parts import AMOUNT, TODAY, client_of

DOCS = Path(__file__).parents[1] / "docs" / "fidelpass.md"


@pytest.fixture
def sandbox():
    with Sandbox(today=TODAY) as server:
        yield server


def test_the_made_up_cards_are_always_the_same():
    first, second = made_up_cards(TODAY), made_up_cards(TODAY)
    assert [vars(c.holder) for c in first.values()] == [vars(c.holder) for c in second.values()]
    assert [c.gains for c in first.values()] == [c.gains for c in second.values()]
    assert len(first) == 39


def test_every_made_up_card_is_a_card_and_every_gain_keeps_its_promise():
    for card in made_up_cards(TODAY).values():
        assert card_fault(card.number) is None
        for gain in card.gains.values():
            assert 0 <= gain.remaining <= gain.value
            assert gain.is_usable(TODAY) == (gain.state == "usable")


def test_expiry_dates_follow_the_day():
    later = TODAY + timedelta(days=400)
    states = {g.state for c in made_up_cards(later).values() for g in c.gains.values() if g.is_usable(later)}
    assert states == {"usable"}


def test_nobody_made_up_can_be_reached():
    for card in made_up_cards(date(2027, 1, 1)).values():
        assert card.holder.email is None or card.holder.email.endswith("@example.fr")
        assert card.holder.mobile is None or card.holder.mobile.startswith("+3363998")


def test_the_page_about_fidelpass_lists_every_card():
    """The table of docs/fidelpass.md and the seeds tell the same."""
    rows = re.findall(r"^\| (\d[\d, ]*) \|[^|]*\| ([^|]*) \|$", DOCS.read_text("utf-8"), re.MULTILINE)
    told = {number: letters.split() for numbers, letters in rows for number in numbers.split(", ")}
    real = {c.number: [g.split("-")[0] for g in c.gains] or ["–"] for c in made_up_cards(TODAY).values()}
    assert told == real


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_is_set_from_outside_and_taken_back(sandbox, kind):
    wanted = {"kind": kind, "path": "/v1/cards", "times": 0, "seconds": 0}
    controls = sandbox.url + "/sandbox/faults"
    assert requests.post(controls, json=wanted, timeout=5).json() == {"done": True}
    assert requests.delete(controls, timeout=5).json() == {"done": True}
    assert client_of(sandbox).card(AMOUNT).known


@pytest.mark.parametrize(
    "wanted", [{"kind": "flood"}, {}, [], {"kind": "slow", "seconds": "long"}, {"kind": "busy", "times": -1}]
)
def test_an_unknown_fault_is_refused(sandbox, wanted):
    answer = requests.post(sandbox.url + "/sandbox/faults", json=wanted, timeout=5)
    assert answer.status_code == 422


def test_the_books_can_be_read(sandbox):
    books = requests.get(sandbox.url + "/sandbox/ledger", timeout=5).json()
    assert books["sales"] == {}
    assert books["turnover"][AMOUNT] == "0.00"


def test_the_cards_to_try_show_what_is_said_of_them():
    cards = made_up_cards(TODAY)
    shown = {what: [g.split("-")[0] for g in cards[number].gains] for number, what in TO_TRY.items()}
    assert shown == {"percent": ["P"], "amount": ["M"], "several": ["P", "M", "B", "E"], "expired": ["E"], "none": [],
                     "used": ["U"], "attached": ["P", "M", "B", "E"]}  # fmt: skip
    assert [n for n in TO_TRY if cards[n].customer] == ["4970100000000014"]


def test_the_command_lists_the_cards_to_try_at_its_start(monkeypatch, capsys):
    monkeypatch.setattr("core.loyalty.sandbox.serve", lambda host, port, ready: ready(f"http://{host}:{port}"))
    with pytest.raises(SystemExit):
        main(["sandbox", "--lang", "fr"])
    said = capsys.readouterr().out.replace("\u00a0", " ")
    assert all(f"  {number} : " in said for number in TO_TRY)
    assert "  433701 : un gain de 10 %, encore valable 30 jours\n" in said


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.10", "example.com"])
def test_it_listens_on_this_machine_only(host):
    with pytest.raises(SettingsError) as refused:
        serve(host, 0, print)
    assert refused.value.key == "loyalty.sandbox_public"


def test_a_port_in_use_is_said_so():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SettingsError) as refused:
        serve("127.0.0.1", taken.getsockname()[1], print)
    assert refused.value.key == "loyalty.sandbox_port"


def test_served_alone_it_answers_and_writes_nothing_of_what_it_is_asked():
    code = "from core.loyalty.sandbox import serve; serve('127.0.0.1', 0, lambda url: print(url, flush=True))"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        url = process.stdout.readline().strip()
        answer = requests.get(url + "/v1/ping", timeout=5)
        assert json.loads(answer.text)["service"] == "FidelPass"
    finally:
        process.terminate()
    assert process.communicate(timeout=10) == ("", "")
