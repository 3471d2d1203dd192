"""What a check with the database calls ready, a push writes: the rows that it would refuse are all to review."""

import os
import random
from datetime import date, timedelta

import pytest

from core.database import open_database
from core.decisions import Action, propose
from core.duplicates import find_in_file
from core.jobs import Outcome
from core.profiles import load_system
from core.pushing.doubts import without_themselves
from core.pushing.recognising import settle
from core.results import result_columns
from core.tables import Result
from tests.customer_sheets import random_rows, request, sheet

SYSTEMS = ("odeis", "cloud-pos", "le-new-black", "lightspeed")
SHEETS = int(os.environ.get("CARNET_RANDOM_SHEETS", "40")) // 8


def check(checked, db):
    """Check against the database as `core.actions.check_table` does, and return the rows called ready."""
    checked.duplicates = find_in_file(checked)
    found, own = db.recognise(checked)
    assert found == db.find_duplicates(checked)
    checked.duplicates += without_themselves(found, checked.table)
    settle(checked, own)
    statuses = result_columns(checked, "en")[Result.STATUS]
    return {row for row, said in zip(checked.table.rows, statuses, strict=True) if said == "Ready"}


def refused(report):
    return {o.row for o in report.outcomes if o.outcome is Outcome.REFUSED}


def known(rows, profile):
    """Keep the fields that the system writes."""
    keys = {f.key for f in profile.fields if not f.read_only}
    return [{key: value for key, value in row.items() if key in keys} for row in rows]


def alike(count):
    """Return rows of one company at one address, the people behind them told apart by their births alone."""
    same = {"company": "Atelier Brun", "address1": "4 rue du Puits", "postcode": "69003", "city": "Lyon"}
    return [{**same, "birth_date": date(1980, 1, 1) + timedelta(days=37 * n)} for n in range(count)]


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("count", [3, 40])
def test_rows_that_are_nearly_the_same_are_to_review_before_the_push_asks(tmp_path, name, count):
    """However many rows share a company, a place or a key, the check looks as far as the push will."""
    profile = load_system(name)
    with open_database(str(tmp_path / "a.db")) as db:
        checked = sheet(known(alike(count), profile), profile)
        ready = check(checked, db)
        assert ready & refused(db.push(checked, request(backup=False))) == set()
        assert 2 in ready


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("seed", range(SHEETS))
def test_what_a_check_calls_ready_is_written(tmp_path, name, seed):
    dice, profile = random.Random(seed), load_system(name)
    with open_database(str(tmp_path / "a.db")) as db:
        for number in range(6):
            rows = random_rows(dice, dice.randrange(1, 40))
            if dice.random() < 0.5:
                rows += dice.sample(alike(60), dice.randrange(2, 40))
            checked = sheet(known(rows, profile), profile)
            ready = check(checked, db)
            report = db.push(checked, request(backup=False, file_hash=f"{seed}-{number}"))
            told = [(o.row, o.reason) for o in report.outcomes if o.row in ready & refused(report)]
            assert told == []


@pytest.mark.parametrize("name", ["le-new-black", "lightspeed"])
@pytest.mark.parametrize("seed", range(SHEETS))
def test_an_update_that_a_check_proposes_is_one_that_a_push_makes(tmp_path, name, seed):
    dice, profile = random.Random(seed), load_system(name)
    proposed = 0
    with open_database(str(tmp_path / "a.db")) as db:
        for number in range(6):
            rows = random_rows(dice, dice.randrange(1, 40))
            checked = sheet(known(rows, profile), profile)
            check(checked, db)
            said = {row: one for row, one in propose(checked, "upsert").items() if one.action is Action.UPDATE}
            report = db.push(checked, request(backup=False, file_hash=f"{seed}-{number}", decisions=said))
            told = [(o.row, o.reason) for o in report.outcomes if o.row in said.keys() & refused(report)]
            assert [one for one in told if one[0] not in checked.faulty_rows()] == []
            proposed += len(said)
    assert proposed


ZOE = {"account_number": "C1", "last_name": "Roux", "first_name": "Ana", "email": "ana@example.fr",
       "mobile": "+33611223344", "postcode": "69001"}  # fmt: skip
TOM = {"last_name": "Petit", "first_name": "Tom", "email": "tom@example.fr", "mobile": "+33655667788",
       "postcode": "33000"}  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "asked"),
    [
        ([{**ZOE, **TOM}], "Nom, e-mail, mobile et code postal diffèrent tous du client n° 1."),
        ([{**ZOE, "account_number": "C9"}], "Le numéro de compte passerait de C1 à C9. Écrivez « Changer le numéro »"),
        ([ZOE, {**ZOE, "postcode": "69002"}], "Le même client est déjà à la ligne 2. Réunissez les deux lignes"),
    ],
)
def test_an_update_that_the_push_would_ask_about_is_asked_about_by_the_check(tmp_path, rows, asked):
    """The word "Update" alone answers none of these: it is not proposed."""
    profile = load_system("lightspeed")
    with open_database(str(tmp_path / "a.db")) as db:
        db.push(sheet([ZOE], profile), request(backup=False))
        checked = sheet(rows, profile)
        check(checked, db)
        row = len(rows) + 1
        assert row not in propose(checked, "upsert")
        assert asked in result_columns(checked, "fr")[Result.MESSAGE][-1].replace("\u00a0", " ")
        report = db.push(checked, request(backup=False))
        assert report.outcomes[-1].message("fr") in result_columns(checked, "fr")[Result.MESSAGE][-1]
