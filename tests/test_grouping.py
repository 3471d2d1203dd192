"""Rows that share a key, and attributes as codes: a large sheet by arrays, a small one by lists, with one result."""

from __future__ import annotations

import random

import pytest

from core import grouping, joining
from core.grouping import groups
from core.joining import both_numbered, joined, numbered, paired, small


@pytest.fixture(params=["lists", "arrays"])
def way(request, monkeypatch):
    """Say from how many rows arrays are used."""
    many = 10**9 if request.param == "lists" else 0
    monkeypatch.setattr(grouping, "MANY", many)
    monkeypatch.setattr(joining, "MANY", many)


def plain(numbers):
    return [int(number) for number in numbers]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ([], []),
        (["a"], []),
        (["a", "b"], []),
        (["a", None, "", "b", "a", None, "", "a"], [[0, 4, 7]]),
        (["b", "a", "a", "b"], [[0, 3], [1, 2]]),
        ([None, None, "", ""], []),
        ([0, 5, 0, 5, 7], [[1, 3]]),
        ([("x", 1), ("x", 2), ("x", 1)], [[0, 2]]),
        ([-1, -2, -1, -2], [[0, 2], [1, 3]]),  # -1 and -2 have one hash
        ([2**61 - 1 + 5, 5], []),  # so have these, and are two keys
    ],
)
def test_rows_of_one_key(way, keys, expected):
    assert list(groups(keys)) == expected


def test_what_is_no_key(way):
    assert list(groups(["aucun", "a", "aucun", "a"], lambda key: key == "aucun")) == [[1, 3]]


def test_both_ways_find_the_same(monkeypatch):
    chance = random.Random(7)
    keys = [chance.choice([None, "", *map(str, range(400))]) for _ in range(1_000)]
    by_lists = list(groups(keys))
    monkeypatch.setattr(grouping, "MANY", 0)
    assert list(groups(keys)) == by_lists
    assert len(by_lists) > 100


def test_codes_are_equal_for_equal_values(way):
    found = plain(numbered(["Lyon", "", "LYON", "Paris", "Lyon"], str.casefold))
    assert found[1] == 0
    assert found[0] == found[2] == found[4] != found[3]
    assert 0 not in (found[0], found[3])


def test_codes_of_two_columns_agree(way):
    some, others = both_numbered(["Martin", "Paul", ""], ["Paul", "Martin", "Zoé"])
    assert plain(some)[:2] == plain(others)[1::-1]
    assert plain(some)[2] == 0


def test_joined_codes_need_both(way):
    some, others = numbered(["a", "a", "", "b"]), numbered(["x", "", "x", "x"])
    first, *blank, last = plain(joined(some, others))
    assert blank == [0, 0]
    assert first != last


def test_paired_codes_have_no_order(way):
    found = plain(paired(*both_numbered(["Martin", "Paul", "Paul"], ["Paul", "Martin", ""])))
    assert found[0] == found[1] != 0
    assert found[2] == 0


def test_small_codes_can_be_joined_again(way):
    some, others, last = numbered(["a", "a", "b", ""]), numbered(["x"] * 4), numbered(["p", "q", "p", "p"])
    both = small(joined(some, others))
    assert max(plain(both)) < 10
    *whole, blank = plain(joined(both, last))
    assert len(set(whole)) == 3
    assert blank == 0 not in whole
