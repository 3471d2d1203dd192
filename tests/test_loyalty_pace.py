"""FidelPass is not asked more often than agreed, whatever the number of cards and threads."""

from __future__ import annotations

import pytest

from core.loyalty import pace
from core.loyalty.pace import Pace
from core.loyalty.sandbox import Sandbox
from tests.loyalty_parts import gauged


@pytest.fixture
def clock(monkeypatch):
    """Let time stand still until a test moves it."""
    now = [100.0]
    monkeypatch.setattr(pace.time, "monotonic", lambda: now[0])
    return now


def test_the_first_ones_go_at_once_and_the_others_wait_their_turn(clock):
    limit = Pace(per_second=10, burst=3)
    assert [round(limit.wait(), 3) for _ in range(6)] == [0, 0, 0, 0.1, 0.2, 0.3]
    clock[0] += 0.3
    assert round(limit.wait(), 3) == 0.1


def test_the_bucket_is_never_fuller_than_its_burst(clock):
    limit = Pace(per_second=10, burst=2)
    clock[0] += 1000
    assert [round(limit.wait(), 3) for _ in range(3)] == [0, 0, 0.1]


def test_no_limit_never_waits(clock):
    limit = Pace(per_second=0, burst=0)
    assert [limit.wait() for _ in range(3)] == [0, 0, 0]


def test_many_cards_are_asked_for_at_the_agreed_pace():
    """36 cards, 10 at once and then 40 a second: the last one leaves after more than half a second."""
    with gauged(Sandbox()) as gauge:
        client = gauge.client(per_second=40, burst=10)
        found = client.usable_gains([str(433701 + n) for n in range(36)])
    assert len(found) == 36
    times = [moment for moment, _ in gauge.arrivals]
    assert times[-1] - times[0] > 0.6
    assert gauge.most <= 8
