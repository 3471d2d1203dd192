"""Properties of a push, on random sheets whose rows often meet one another and the customers already there."""

import os
import random
from dataclasses import replace

import pytest

from core.database import open_database
from core.decisions import Action, Decision
from core.jobs import Outcome
from core.profiles import Profile
from tests.customer_sheets import random_rows, request, sheet, system

SHEETS = int(os.environ.get("CARNET_RANDOM_SHEETS", "40"))
"""Random sheets per property; a release is tried on 500."""

IN_ONE_BASE = 20
UNIQUE: Profile = system(unique=(("email",), ("loyalty_card",)))


QUIET = (Action.CREATE, Action.UPDATE, Action.SKIP, Action.KEEP)
"""The decisions that leave a customer who it is."""


def cases(database, seed, actions=tuple(Action)):
    """Yield random sheets and requests; the customers that they meet grow as the pushes go on."""
    dice = random.Random(seed)
    database.push(sheet(random_rows(dice, 25)), request(backup=False))
    for number in range(IN_ONE_BASE):
        checked = sheet(random_rows(dice, dice.randrange(1, 40)), dice.choice([UNIQUE, system()]))
        for column in checked.values.values():
            if dice.random() < 0.1:
                column[dice.randrange(len(column))] = "#EFFACER"
        known = [c.number for c in database.customers()]
        decisions = {
            row: Decision(dice.choice(actions), dice.choice([None, *known]))
            for row in checked.table.rows
            if dice.random() < 0.15
        }
        asked = request(
            mode=dice.choice(["add", "update", "upsert"]), decisions=decisions, erase_blank=dice.random() < 0.2,
            all_or_nothing=dice.random() < 0.1, backup=False, file_hash=f"{seed}-{number}",
        )  # fmt: skip
        rehearsed = database.push(checked, replace(asked, dry_run=True))
        yield checked, replace(asked, confirmed_erasures=rehearsed.erasures), rehearsed


@pytest.mark.parametrize("seed", range(-(-SHEETS // IN_ONE_BASE)))
def test_a_dry_run_says_what_the_push_does(tmp_path, seed):
    """Same outcomes, customers, reasons and changes, row by row; and exactly one outcome per row."""
    with open_database(str(tmp_path / "a.db")) as db:
        for checked, asked, rehearsed in cases(db, seed):
            real = db.push(checked, asked)
            if real.cancelled:
                refused = [o for o in rehearsed.outcomes if o.outcome is Outcome.REFUSED]
                assert [o for o in real.outcomes if o.outcome is Outcome.REFUSED] == refused
            else:
                assert real.outcomes == rehearsed.outcomes
            assert [o.row for o in real.outcomes] == checked.table.rows
            assert sum(real.counts().values()) == len(checked.table)


@pytest.mark.parametrize("seed", range(-(-SHEETS // IN_ONE_BASE)))
def test_the_same_push_twice_writes_nothing(tmp_path, seed):
    """The second push finds nothing left to do.

    Unless the user had one row make another person of a customer: then a second row that had looked like him is new.
    """
    with open_database(str(tmp_path / "a.db")) as db:
        for checked, asked, _ in cases(db, seed, QUIET):
            db.push(checked, asked)
            before = db.digest()["customers"]
            again = db.push(checked, replace(asked, confirmed_erasures=None))
            assert (again.created, again.updated, db.digest()["customers"]) == (0, 0, before)


@pytest.mark.parametrize("seed", range(-(-SHEETS // IN_ONE_BASE)))
def test_undoing_every_job_in_turn_gives_back_the_empty_base(tmp_path, seed):
    with open_database(str(tmp_path / "a.db")) as db:
        empty = db.digest()["customers"]
        for checked, asked, _ in cases(db, seed):
            db.push(checked, asked)
        for job in db.jobs():
            assert db.undo(job.id, user="luc").refused == 0
        assert db.digest()["customers"] == empty
