"""Bulk writing: what is loaded by column is what row by row would have written, and a taken key is never left out."""

import random
from datetime import date, datetime
from decimal import Decimal

import pytest

from core.database import open_database, pushing
from core.database.lines import write_lines
from core.database.mariadb import MariaDB
from core.jobs import Outcome
from tests.customer_sheets import people, person, random_rows, request, sheet
from tests.test_database_contract import ODD_TEXTS

ROUNDS = 30
NOW = datetime(2026, 5, 1, 9)


def test_rows_written_by_column_are_those_planned_one_by_one(tmp_path, monkeypatch):
    """The short way for plain new rows gives the same customers, journal and outcomes, consents and all."""
    dice = random.Random(7)
    sheets = []
    for _ in range(ROUNDS):
        rows = random_rows(dice, dice.randrange(1, 60), among=400)
        for row in rows:
            row |= {"email_opt_in": dice.choice([True, False, None]), "x_shoe_size": dice.choice(["42", None])}
            row |= {"opt_in_date": dice.choice([date(2026, 1, 2), None]), "opt_in_source": dice.choice(["salon", None])}
        sheets.append(sheet(rows))
    said = {}
    for way in ("by column", "one by one"):
        if way == "one by one":
            monkeypatch.setattr(pushing, "_considered", lambda run: range(len(run.sheet.rows)))
        with open_database(str(tmp_path / f"{way}.db")) as db:
            reports = [db.push(s, request(backup=False, now=NOW, file_hash="")) for s in sheets]
            said[way] = [r.outcomes for r in reports], db.digest()
            assert sum(r.created for r in reports) > ROUNDS
    assert said["by column"] == said["one by one"]


@pytest.mark.parametrize("loads", [True, False])
def test_mariadb_writes_the_same_with_and_without_load_data(new_address, loads):
    """A server that allows no LOAD DATA LOCAL gets statements, and holds the same."""
    rows = [{"account_number": str(n), "notes": text, "x_shoe_size": text} for n, text in enumerate(ODD_TEXTS)]
    rows += people(20)
    with open_database(new_address("mariadb")) as db:
        db.backend._loads = loads
        assert db.push(sheet(rows), request()).created == len(rows)
        assert [c.values for c in db.customers()] == [{k: v for k, v in r.items() if v is not None} for r in rows]


ODD_KEYS = ["it's", 'say "x"', "a\\b", "\\", "100 %", "%s", "line\nbreak", "tab\there", "\x01\x1e", "é ☎ 🙂", " ", "'",
            "x" * 255, "🙂" * 255, "{}", "null", "\u2028"]  # fmt: skip


@pytest.mark.parametrize("reads_lists", [True, False])
def test_mariadb_looks_keys_up_to_the_last_sign(new_address, reads_lists):
    """Whether the server reads JSON lists or is too old to: every key finds its customer and nobody else's."""
    with open_database(new_address("mariadb")) as db:
        db.shop_id(create=True)
        db.backend._reads_lists = reads_lists
        now = datetime(2026, 1, 2)
        count = len(ODD_KEYS)
        columns = {"id": list(range(1, count + 1)), "shop_id": [1] * count, "version": [1] * count,
                   "created_at": [now] * count, "modified_at": [now] * count, "card_key": ODD_KEYS}  # fmt: skip
        with db.writer.begin() as connection:
            db.backend.insert(connection, "customers", columns)
        with db.engine.connect() as connection:
            for scope in (1, None):
                found = db.backend.find(connection, "card_key", [*ODD_KEYS, "IT'S", "é ☎ 🙂 ", "NULL"], scope)
                assert sorted(found) == sorted(zip(ODD_KEYS, columns["id"], strict=True))
            assert sorted(db.backend.in_shop(connection, columns["id"], 1)) == columns["id"]
            assert db.backend.in_shop(connection, columns["id"], 2) == []


def test_a_key_that_another_takes_meanwhile_is_never_left_out(new_address, monkeypatch):
    """LOAD DATA LOCAL leaves out a row whose key is taken: the batch is begun again, and finds the customer."""
    address = new_address("mariadb")
    insert = MariaDB.insert
    rivals = [person(3)]

    def after_a_rival(self, connection, table, columns):
        if table == "customers" and rivals:
            rival = {name: column[3:4] for name, column in columns.items()}
            with db.writer.begin() as other:
                insert(self, other, table, {**rival, "id": [900]})
            rivals.clear()
        insert(self, connection, table, columns)

    with open_database(address) as db:
        db.shop_id(create=True)
        monkeypatch.setattr(MariaDB, "insert", after_a_rival)
        report = db.push(sheet(people(10)), request())
        assert [o.outcome for o in report.outcomes].count(Outcome.CREATED) == 9
        assert (report.outcomes[3].outcome, report.outcomes[3].customer) == (Outcome.UNCHANGED, 900)
        assert len(list(db.customers())) == 10


def test_the_driver_gives_no_server_a_file(new_address, tmp_path):
    """Rows are sent from memory alone: whoever asks for a file of this machine gets none."""
    secret = tmp_path / "secret"
    secret.write_text("1\tx\n")
    with open_database(new_address("mariadb")) as db, db.writer.connect() as connection:
        with pytest.raises(RuntimeError, match="local_infile option is false"):
            db.backend.run(connection, f"LOAD DATA LOCAL INFILE '{secret}' INTO TABLE settings")
        connection.invalidate()


@pytest.mark.parametrize(
    ("columns", "lines"),
    [
        ({"id": [1, 2], "a": ["x", "y"]}, b"1\tx\n2\ty\n"),
        ({"id": [1, 2], "a": ["same %", "same %"]}, b"1\tsame %\n2\tsame %\n"),
        ({"id": [1], "a": ["one"], "b": [None]}, b"1\tone\t\\N\n"),
        ({"id": [1, 2], "a": ["a\tb", "c\\d"]}, b"1\ta\\tb\n2\tc\\\\d\n"),
        ({"id": [1, 2], "a": ["a\nb", "c\rd"]}, b"1\ta\\nb\n2\tc\\rd\n"),
        ({"id": [1, 2], "a": [True, None]}, b"1\t1\n2\t\\N\n"),
        ({"id": [1, 2], "a": [Decimal("2.50"), date(2026, 1, 2)]}, b"1\t2.50\n2\t2026-01-02\n"),
        ({"id": [1, 2], "a": [date(2026, 1, 2), None]}, b"1\t2026-01-02\n2\t\\N\n"),
        (
            {"id": [1, 2], "a": [datetime(2026, 5, 1, 9), datetime(2026, 5, 2)]},
            b"1\t2026-05-01 09:00:00\n2\t2026-05-02 00:00:00\n",
        ),
        ({"id": [1, 2], "a": [Outcome.CREATED, "100 %"]}, b"1\tcreated\n2\t100 %\n"),
        ({"id": [1, 2], "a": ["", None]}, b"1\t\n2\t\\N\n"),
        ({"id": [7, 7], "a": [None, None]}, b"7\t\\N\n7\t\\N\n"),
        ({"id": [1, 2], "a": ["\\N", "é"]}, b"1\t\\\\N\n2\t\xc3\xa9\n"),
    ],
)
def test_lines_are_what_copy_and_load_data_read(columns, lines):
    assert b"".join(write_lines(columns)) == lines
