"""Killed at any statement: no loss, no duplicate, each row in exactly one outcome, and the undo complete."""

import os
import random

import pytest

from core.database import pushing, undoing
from tests.database_fixtures import KINDS
from tests.faults.trial import BATCH, Figures, make_sheet, trial, uninterrupted

KILLS = int(os.environ.get("CARNET_KILLS", "30"))
"""Kills over the three databases; the figures of a release are of 200 and more."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_push_or_undo_loses_nothing(new_address, kind, capsys, monkeypatch):
    """The database, and the outcome of every row, are those of a run that nobody interrupted."""
    monkeypatch.setattr(pushing, "BATCH_SIZE", BATCH)
    monkeypatch.setattr(undoing, "BATCH_SIZE", BATCH)
    seed = random.randrange(10**6)
    dice = random.Random(seed)
    address = new_address(kind)
    checked = make_sheet(seed)
    truth = uninterrupted(address, checked)
    figures = Figures()
    while figures.kills < -(-KILLS // len(KINDS)):
        trial(address, checked, truth, dice, figures)
    partial = sum(0 < n < len(checked.table) for n in figures.resumed_rows)
    with capsys.disabled():
        print(
            f"\n{kind}: seed {seed}, {figures.kills} kills ({figures.too_late} came too late), "
            f"{partial} of them between two batches; no loss, no duplicate, each row once"
        )
