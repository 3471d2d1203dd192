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
    """Same outcomes, customers, reasons and changes, row by row; and exactly one outcome per row.

    Only a customer to be created has no number yet, wherever the rows speak of him.
    """
    with open_database(str(tmp_path / "a.db")) as db:
        for checked, asked, rehearsed in cases(db, seed):
            real = db.push(checked, asked)
            if real.cancelled:
                refused = [o for o in rehearsed.outcomes if o.outcome is Outcome.REFUSED]
                assert [o for o in real.outcomes if o.outcome is Outcome.REFUSED] == refused
            else:
                made = {o.customer for o in real.outcomes if o.outcome is Outcome.CREATED}
                told = [replace(o, customer=None) if o.customer in made else o for o in real.outcomes]
                assert told == rehearsed.outcomes
            assert [o.row for o in real.outcomes] == checked.table.rows
            assert sum(real.counts().values()) == len(checked.table)


@pytest.mark.parametrize("seed", range(-(-SHEETS // IN_ONE_BASE)))
def test_the_same_push_twice_writes_nothing(tmp_path, seed):
    """What was written is not written again, on any row.

    Only a row that had been refused may do something the second time: another row of the sheet answered its question.
    """
    with open_database(str(tmp_path / "a.db")) as db:
        for checked, asked, _ in cases(db, seed, QUIET):
            first = {o.row: o for o in db.push(checked, asked).outcomes}
            rehearsed = db.push(checked, replace(asked, dry_run=True))
            again = db.push(checked, replace(asked, confirmed_erasures=rehearsed.erasures))
            for said in again.outcomes:
                if said.outcome in (Outcome.CREATED, Outcome.UPDATED):
                    assert first[said.row].outcome in (Outcome.REFUSED, Outcome.NOT_REACHED)


@pytest.mark.parametrize("seed", range(-(-SHEETS // IN_ONE_BASE)))
def test_undoing_every_job_in_turn_gives_back_the_empty_base(tmp_path, seed):
    with open_database(str(tmp_path / "a.db")) as db:
        empty = db.digest()["customers"]
        for checked, asked, _ in cases(db, seed):
            db.push(checked, asked)
        for job in db.jobs():
            assert db.undo(job.id, user="luc").refused == 0
        assert db.digest()["customers"] == empty
