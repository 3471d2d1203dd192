"""Batches made ready ahead of their turn, and which row a customer belongs to."""

import threading

import pytest

from core.database import preparing
from core.database.preparing import Preparing, narrow, prepare, read_rows
from core.database.sheets import Sheet
from core.database.taken import Taken
from tests.customer_sheets import people, sheet


@pytest.mark.parametrize("apart", [True, False])
def test_every_part_comes_once_and_in_order(apart):
    """Whether or not, and however often, the next one is begun meanwhile."""
    ready = Sheet.of(sheet(people(10)), {})
    parts = [range(0, 4), range(4, 8), range(8, 10)]
    made = Preparing(ready, parts, apart=apart)
    seen = []
    for one in made:
        seen.append(one)
        if len(seen) < 3:
            made.begin_next()
        made.begin_next()
    assert seen == [prepare(ready, part) for part in parts]


def test_the_next_part_is_made_while_the_server_writes(monkeypatch):
    """In another thread, which has it ready when it is asked for; a fault of it comes out there."""
    here, seen = threading.get_ident(), []
    monkeypatch.setattr(
        preparing, "prepare", lambda _, part: seen.append((part, threading.get_ident() == here)) or part
    )
    made = Preparing(None, ["a", "b", "c"], apart=True)
    found = []
    for part in made:
        if part == "a":
            made.begin_next()
        found.append(part)
    assert (found, seen) == (["a", "b", "c"], [("a", True), ("b", False), ("c", True)])

    def fail(_, part):
        raise ValueError(part)

    monkeypatch.setattr(preparing, "prepare", fail)
    made = Preparing(None, ["a"], apart=True)
    made.begin_next()
    with pytest.raises(ValueError, match="a"):
        next(iter(made))


def test_some_of_the_rows_are_what_they_would_be_by_themselves():
    rows = people(12)
    rows[7]["email"] = rows[5]["email"]
    ready = Sheet.of(sheet(rows), {})
    places = [1, 5, 7, 11]
    own, cut = prepare(ready, places), narrow(read_rows(ready, range(12)), places)
    for name in ("indexes", "texts", "identities", "keys", "sought", "asked", "shared", "sharing"):
        assert getattr(own, name) == getattr(cut, name)
    assert cut.sharing == {1, 2}


def test_a_customer_belongs_to_the_first_row_that_has_him():
    taken = Taken()
    taken.add_new([10, 11, 12], [2, 3, 5])
    taken.add(4, 6)
    taken.add(4, 7)
    taken.add(11, 8)
    taken.add_new([9, 13], [9, 10])  # another process took up the same job and came first
    assert [taken.get(n) for n in (10, 11, 12, 4, 9, 13, 5)] == [2, 3, 5, 6, 9, 10, None]
