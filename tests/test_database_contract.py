"""One contract, held on SQLite, PostgreSQL and MariaDB: what is pushed comes back, each row in one outcome."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core.checked import Duplicate, Likeness
from core.database import open_database
from core.database.operations import StoredOperations
from core.errors import DatabaseError, SettingsError
from core.issues import Code, Issue, Severity
from core.jobs import JobKind, JobState, Outcome
from tests.customer_sheets import decide, people, person, request, sheet, system

ODD_TEXTS = (
    "+33 6 12 34 56 78", "=1+1", "'=x", "01000", "NA", "  au milieu  d'un  texte", "été œuvre ß", "Ω≈ç√∫", "田中さん",
    "👩‍👩‍👧", "\u202e", "Robert'); DROP TABLE customers;--", "100%s %(x)s", "a\tb\nc\\d",
    '"', "\\", "\\N", "\x7f", "null",
    "1.0", " fin ",
    "é", "e\u0301", "A" * 5000,
)  # fmt: skip


def values(database, number):
    return database.customer(number).values


def test_what_is_pushed_reads_back_equal(db):
    """Every value of every type comes back as it went in."""
    report = db.push(sheet(people(60)), request())
    assert report.counts() == {
        "created": 60, "updated": 0, "unchanged": 0, "refused": 0, "not_reached": 0, "removed": 0,
    }  # fmt: skip
    assert [c.values for c in db.customers()] == [{k: v for k, v in p.items() if v is not None} for p in people(60)]
    assert [o.row for o in report.outcomes] == list(range(2, 62))


@pytest.mark.parametrize("key", ["notes", "last_name", "custom_1", "x_shoe_size"])
def test_odd_texts_read_back_equal(db, key):
    """Text is text: nothing is trimmed, parsed, escaped or cut."""
    rows = [{"account_number": str(n), key: text} for n, text in enumerate(ODD_TEXTS)]
    assert db.push(sheet(rows), request()).created == len(rows)
    assert [c.values[key] for c in db.customers()] == list(ODD_TEXTS)


def test_amounts_stay_exact(db):
    amounts = [Decimal(a) for a in ("0", "0.1", "-12.345678", "99999999999999.999999", "1E+2", "10.00")]
    rows = [{"account_number": str(n), "credit_limit": a} for n, a in enumerate(amounts)]
    db.push(sheet(rows), request())
    assert [str(c.values["credit_limit"]) for c in db.customers()] == [
        "0", "0.1", "-12.345678", "99999999999999.999999", "100", "10",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "bad",
    [{"notes": "a\0b"}, {"notes": "\ud800"}, {"credit_limit": Decimal("0.1234567")}, {"discount": Decimal(10**14)}],
)
def test_what_no_database_keeps_is_refused_not_altered(db, bad):
    report = db.push(sheet([{"account_number": "1", **bad}, {"account_number": "2"}]), request())
    assert [(o.outcome, o.reason) for o in report.outcomes] == [("refused", "push.unstorable"), ("created", "")]
    assert [c.values["account_number"] for c in db.customers()] == ["2"]


def test_the_same_push_twice_writes_nothing(db):
    checked = sheet([*people(30), {"last_name": "Sans", "first_name": "Clé"}])
    db.push(checked, request())
    before = db.digest()
    report = db.push(checked, request())
    assert report.counts()["unchanged"] == 31
    after = db.digest()
    assert {t for t in after if after[t] != before[t]} == {"jobs", "job_rows"}


def test_rows_in_error_are_refused_with_their_reason(db):
    checked = sheet(people(3))
    checked.issues.append(Issue(3, "E-mail", "email", Code.EMAIL_INVALID, Severity.ERROR, "x@"))
    checked.issues.append(Issue(4, "Ville", "city", Code.MOJIBAKE, Severity.WARNING, "Ã©"))
    report = db.push(checked, request())
    assert [o.outcome for o in report.outcomes] == ["created", "refused", "created"]
    assert (report.outcomes[1].reason, report.outcomes[1].params) == (
        "issues.email_invalid", {"column": "E-mail", "value": "x@"},
    )  # fmt: skip


def test_a_job_keeps_exactly_one_outcome_per_row(db):
    checked = sheet([person(1), person(2), {"last_name": "Sans", "first_name": "Clé"}])
    checked.issues.append(Issue(3, "E-mail", "email", Code.EMAIL_INVALID, Severity.ERROR, "x@"))
    report = db.push(checked, request(options={"kind": "prospect"}))
    job = db.job(report.job)
    assert (job.kind, job.state, job.user, job.shop, job.rows) == (JobKind.PUSH, JobState.DONE, "zoe", "1", 3)
    assert job.counts == {"created": 2, "updated": 0, "unchanged": 0, "refused": 1, "removed": 0, "not_reached": 0}
    assert job.options["options"] == {"kind": "prospect"}
    assert db.outcomes(report.job) == report.outcomes
    assert [j.id for j in db.jobs()] == [report.job]
    assert {c.kept["kind"] for c in db.customers()} == {"prospect"}


def test_an_update_keeps_what_is_blank_and_says_before_and_after(db):
    db.push(sheet([person(1)]), request())
    row = {**person(1), "city": "Lyon", "phone": None, "notes": "#EFFACER", "address2": "#erase"}
    db.push(sheet([{**person(1), "notes": "ancien"}]), request())
    report = db.push(sheet([row]), request())
    said = report.outcomes[0]
    assert (said.outcome, said.customer) == (Outcome.UPDATED, 1)
    assert said.changes == {"city": ("Bourg-en-Bresse", "Lyon"), "notes": ("ancien", None)}
    assert db.outcomes(report.job)[0].changes == said.changes
    assert values(db, 1) == {**{k: v for k, v in person(1).items() if v is not None}, "city": "Lyon"}
    assert db.customer(1).version == 3


def test_a_mode_that_the_system_lacks_is_refused(db):
    with pytest.raises(SettingsError, match="upsert"):
        db.push(sheet(people(1), system(modes=("add",))), request(mode="upsert"))


@pytest.mark.parametrize(
    ("mode", "outcomes", "reasons"),
    [
        ("add", ["refused", "unchanged", "created"], ["push.exists", "", ""]),
        ("update", ["updated", "unchanged", "refused"], ["", "", "push.not_found"]),
        ("upsert", ["updated", "unchanged", "created"], ["", "", ""]),
    ],
)
def test_the_mode_decides_between_creating_and_updating(db, mode, outcomes, reasons):
    db.push(sheet(people(2)), request())
    report = db.push(sheet([{**person(0), "city": "Lyon"}, person(1), person(2)]), request(mode=mode))
    assert [o.outcome for o in report.outcomes] == outcomes
    assert [o.reason for o in report.outcomes] == reasons


def test_duplicates_are_found_by_each_key_and_explained(db):
    db.push(sheet(people(4)), request())
    rows = [
        {"last_name": "Autre", "first_name": "Nom", "account_number": "c0000000"},
        {"last_name": person(1)["last_name"], "first_name": person(1)["first_name"], "email": "CLIENT.1@example.fr"},
        {"last_name": person(2)["last_name"], "first_name": "Bertrand", "mobile": person(2)["mobile"]},
        {k: person(3)[k] for k in ("last_name", "first_name", "postcode")},
        {"last_name": "Personne", "first_name": "Nouvelle", "email": None, "mobile": None},
    ]
    found = db.find_duplicates(sheet(rows))
    assert [(d.row, d.likeness, d.customer) for d in found] == [
        (2, Likeness.SAME, 1), (3, Likeness.SAME, 2), (4, Likeness.FAMILY, 3), (5, Likeness.SAME, 4),
    ]  # fmt: skip
    assert all(isinstance(d, Duplicate) and d.sentence("fr") for d in found)


def test_a_placeholder_is_nobodys_key(db):
    db.push(sheet([{**person(1), "loyalty_card": "aucun"}]), request())
    rows = [{"last_name": "Martin", "first_name": "Luc", "loyalty_card": "aucun", "email": None}]
    assert db.find_duplicates(sheet(rows)) == []


def test_a_decided_difference_is_remembered(db):
    db.push(sheet([person(1)]), request())
    twin = {k: person(1)[k] for k in ("last_name", "first_name", "postcode", "birth_date")}
    assert [d.customer for d in db.find_duplicates(sheet([twin]))] == [1]
    assert db.push(sheet([twin]), request(decisions=decide(r2="create"))).created == 1
    assert [d.customer for d in db.find_duplicates(sheet([twin]))] == [2]
    assert db.push(sheet([twin]), request(decisions=decide(r2="create"))).unchanged == 1


def test_shops_do_not_see_one_another(address):
    """A push belongs to one shop and never touches another's customers unless told."""
    with open_database(address, shop="lyon") as lyon:
        lyon.push(sheet([person(1)]), request())
    with open_database(address, shop="dijon") as dijon:
        changed = sheet([{**person(1), "city": "Dijon"}])
        assert dijon.find_duplicates(changed) == []
        assert dijon.push(changed, request()).created == 1
        assert dijon.push(sheet([{**person(1), "notes": "vu"}]), request()).outcomes[0].customer == 2
        both = dijon.push(sheet([{**person(1), "notes": "revu"}]), request(across_shops=True))
        assert both.outcomes[0].reason == "push.several"
    with open_database(address, shop="lyon") as lyon:
        assert [c.values.get("city") for c in lyon.customers()] == ["Bourg-en-Bresse"]


def test_a_group_may_update_across_its_shops_when_told(address):
    with open_database(address, shop="lyon") as lyon:
        lyon.push(sheet([person(1)]), request())
    with open_database(address, shop="dijon") as dijon:
        report = dijon.push(sheet([{**person(1), "city": "Dijon"}]), request(across_shops=True))
        assert (report.updated, list(dijon.customers())) == (1, [])


def test_all_or_nothing_writes_nothing_when_one_row_is_refused(db):
    checked = sheet(people(3))
    checked.issues.append(Issue(3, "E-mail", "email", Code.EMAIL_INVALID, Severity.ERROR, "x@"))
    report = db.push(checked, request(all_or_nothing=True))
    assert [o.outcome for o in report.outcomes] == ["not_reached", "refused", "not_reached"]
    assert (list(db.customers()), db.job(report.job).state) == ([], JobState.CANCELLED)
    assert db.outcomes(report.job) == report.outcomes
    assert db.push(sheet(people(3)), request(all_or_nothing=True)).created == 3


def test_a_dry_run_is_the_real_run_rolled_back(db):
    db.push(sheet(people(2)), request())
    before = db.digest()
    checked = sheet([{**person(0), "city": "Lyon"}, person(1), person(2), person(2)])
    rehearsed = db.push(checked, request(dry_run=True))
    assert (rehearsed.job, db.digest()) == (None, before)
    real = db.push(checked, request())
    created = [o for o in real.outcomes if o.outcome == "created"]
    assert [o.row for o in created] == [4]
    made = created[0].customer  # a number that nobody has before the push
    assert rehearsed.outcomes == [replace(o, customer=None) if o.customer == made else o for o in real.outcomes]


def test_what_is_not_done_in_a_new_shop_leaves_no_trace(address):
    """After a dry run, and a look at what waits for FidelPass, not even the shop is there."""
    with open_database(address) as db:
        db.push(sheet(people(2)), request())
        before = db.digest()
    with open_database(address, shop="LYON") as db:
        rows = [{**person(n), "notes": "#EFFACER"} for n in range(4)]
        rehearsed = db.push(sheet(rows), request(dry_run=True))
        assert (rehearsed.created, db.shop_id(), db.digest()) == (4, 0, before)
        assert StoredOperations(db, "zoe").open() == []
        assert db.digest() == before
        assert db.push(sheet(rows), request()).created == 4
        assert {c.kept["shop_id"] for c in db.customers()} == {db.shop_id()}


def test_numbers_are_never_given_twice(db):
    db.push(sheet([person(1)]), request())
    db.undo(1, user="zoe")
    assert db.push(sheet([person(2)]), request()).outcomes[0].customer == 2


def test_an_unknown_job_is_said(db):
    with pytest.raises(DatabaseError, match=r"no job no\. 99"):
        db.job(99)


def test_dates_and_flags_keep_their_types(db):
    db.push(
        sheet([{"account_number": "1", "birth_date": date(1900, 1, 1), "employee": True, "tax_exempt": False}]),
        request(),
    )
    assert values(db, 1) == {
        "account_number": "1", "birth_date": date(1900, 1, 1), "employee": True, "tax_exempt": False,
    }  # fmt: skip


def test_numbers_given_up_in_a_sheet_can_be_taken_in_it(db):
    """Two customers exchange their account numbers, and a new one takes the number that a third gives up."""
    db.push(sheet(people(3)), request())
    numbers = [person(n)["account_number"] for n in range(3)]
    rows = [
        {**person(0), "account_number": "NEUF"},
        {**person(1), "account_number": numbers[0]},
        {"account_number": numbers[1], "last_name": "Nouveau", "first_name": "Luc"},
    ]
    report = db.push(sheet(rows), request(decisions=decide(r2="rename", r3="rename")))
    assert [o.outcome for o in report.outcomes] == ["updated", "updated", "created"]
    assert [c.values["account_number"] for c in db.customers()] == ["NEUF", numbers[0], numbers[2], numbers[1]]
    assert db.undo(report.job, user="luc").counts()["refused"] == 0
    assert [c.values["account_number"] for c in db.customers()] == numbers


def test_a_rehearsal_leaves_no_gap_in_the_numbers_of_the_jobs(db):
    """Staff read the list of jobs as a register: a number that is missing looks like a job that somebody hid."""
    checked = sheet(people(3))
    db.push(checked, request(dry_run=True))
    assert db.push(checked, request()).job == 1
    db.undo(1, user="zoe", dry_run=True)
    twins = sheet([{**person(9), "account_number": "C0000001"}, person(8)])
    cancelled = db.push(twins, request(all_or_nothing=True, mode="add"))
    assert (cancelled.job, cancelled.cancelled) == (2, True)
    assert db.job(2).state == "cancelled"
    assert [str(o.outcome) for o in db.outcomes(2)] == ["refused", "not_reached"]
    assert db.undo(1, user="zoe").job == 3


def test_a_row_refused_by_a_cancelled_push_names_no_customer_who_was_taken_back(db):
    rows = [person(1), {**person(1), "city": "Lyon"}]
    report = db.push(sheet(rows), request(all_or_nothing=True))
    assert [(str(o.outcome), o.customer, o.reason) for o in report.outcomes] == [
        ("not_reached", None, ""), ("refused", None, "push.same_row"),
    ]  # fmt: skip
    assert db.outcomes(report.job)[1].customer is None
