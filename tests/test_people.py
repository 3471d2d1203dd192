"""One customer: added after the duplicate check has spoken, found by any part; and what is held about a person."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from sqlalchemy import text as sql

from core import actions
from core.database import open_database
from core.errors import DatabaseError, InputError, Stopped
from core.held import anonymous_values, years_before
from core.issues import Code, Issue, Severity
from core.jobs import Outcome
from tests.customer_sheets import request, sheet
from tests.export_parts import context

CHLOE = {"last_name": "Lefèvre", "first_name": "Chloé", "email": "Chloe.Lefevre@example.fr", "mobile": "+33639980102",
         "postcode": "69003", "city": "Lyon", "loyalty_card": "0433724", "account_number": "CL-77", "group": "VIP",
         "birth_date": date(1987, 3, 24), "country": "FR", "email_opt_in": False, "x_shoe_size": "38"}  # fmt: skip
SECRETS = ("Lefèvre", "Lefevre", "LEFÈVRE", "Chloé", "chloe", "639980102", "433724", "CL-77", "1987-03-24", "69003")


def add(where, *, sure=False, **said):
    return actions.add_customer(actions.customer_row(said, where.profile), where, sure=sure)


@pytest.fixture
def odeis(tmp_path):
    return context("odeis", str(tmp_path / "c.db"))


def test_a_customer_is_added_by_key_header_or_label(odeis):
    done = add(odeis, last_name="Lefèvre", Prénom="Chloé", **{"Téléphone 1": "0639980102", "code postal": "01000"})
    assert (done.report.created, done.like) == (1, False)
    with open_database(odeis.db) as database:
        values = database.customer(1).values
    assert values == {"last_name": "Lefèvre", "first_name": "Chloé", "mobile": "+33639980102", "postcode": "01000"}


def test_the_duplicate_check_speaks_before_anything_is_written(odeis):
    add(odeis, last_name="Lefèvre", first_name="Chloé", mobile="0639980102")
    done = add(odeis, last_name="LEFEVRE", first_name="Chloe", mobile="06 39 98 01 02")
    assert (done.report, done.like) == (None, True)
    assert [(d.customer, str(d.likeness)) for d in done.checked.duplicates] == [(1, "same")]
    with open_database(odeis.db) as database:
        assert len(list(database.customers())) == 1
    sure = add(odeis, sure=True, last_name="LEFEVRE", first_name="Chloe", mobile="06 39 98 01 02")
    assert sure.report.created == 1


def test_a_customer_added_again_existed_already(odeis):
    said = {"last_name": "Lefèvre", "first_name": "Chloé", "mobile": "0639980102"}
    add(odeis, **said)
    asked = add(odeis, **said)
    assert (asked.report, asked.like, asked.existing) == (None, True, [1])
    sure = add(odeis, sure=True, **said)
    assert (sure.report.created, sure.report.wrote, sure.existing) == (0, False, [1])


def test_a_homonym_is_asked_about_whatever_the_postcode(odeis):
    add(odeis, last_name="Lefèvre", first_name="Chloé", postcode="69003")
    done = add(odeis, last_name="LEFEVRE", first_name="chloe", postcode="01000")
    assert (done.report, done.like, [d.customer for d in done.checked.duplicates]) == (None, True, [1])


def test_a_brother_is_another_person(odeis):
    add(odeis, last_name="Lefèvre", first_name="Chloé", mobile="0639980102")
    done = add(odeis, last_name="Lefèvre", first_name="Marc", mobile="0639980102")
    assert (done.report.created, [str(d.likeness) for d in done.checked.duplicates]) == (1, ["family"])


def test_a_customer_with_an_error_is_not_added(odeis):
    done = add(odeis, first_name="Chloé", mobile="12", sure=True)
    assert done.report is None
    assert {str(i.code) for i in done.checked.issues if i.severity == "error"} == {"required", "phone_invalid"}


def test_an_unknown_field_is_said(odeis):
    with pytest.raises(InputError, match="couleur"):
        add(odeis, couleur="bleu")


def test_the_form_asks_the_names_first_and_has_limits_loyalty_and_tax():
    form = [f.key for f in actions.customer_form(actions.system("lightspeed"))]
    assert form[:7] == ["last_name", "first_name", "company", "email", "mobile", "phone", "group"]
    assert {"credit_limit", "loyalty_enabled", "x_tax_id"} <= set(form)
    assert "year_to_date" not in form


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("lefev", [1]),
        ("LEFÈVRE chl", [1]),
        ("chloé marc", []),
        ("e", [1, 2, 3]),
        ("06 39 98", [1, 2]),
        ("+33 6 39 98 01 02", [1]),
        ("0033639980103", [2]),
        ("98010", [1, 2]),
        ("43372", [1]),
        ("cl-77", [1]),
        ("lefevre@example", [1]),
        ("dupont fils", [3]),
        ("xyz", []),
        ("lefevbre", [1]),
        ("Choé Lefèvre", [1]),
        ("obrian", [2]),
        ("o'brein", [2]),
        ("lefevbre marc", []),
        ("lefevbre1", []),
        ("%", []),
    ],
)
def test_a_customer_is_found_by_any_part(tmp_path, said, found):
    with open_database(str(tmp_path / "c.db")) as database:
        people = [CHLOE, {"last_name": "O'Brien", "first_name": "Marc-Élie", "mobile": "+33639980103"},
                  {"company": "Dupont & Fils", "email": "contact@example.com"}]  # fmt: skip
        database.push(sheet(people), request())
    customers, count = actions.find_customers(said, str(tmp_path / "c.db"), "1")
    assert ([c.number for c in customers], count) == (found, len(found))


def add_operation(db, customer, card, now):
    """Record a confirmed sale of a customer."""
    from core.database import schema

    values = {"shop_id": 1, "idempotency_key": "k", "kind": "confirm", "state": "confirmed", "attempts": 1,
              "user": "zoe", "request": json.dumps({"card": card}), "created_at": now, "modified_at": now}  # fmt: skip
    with db.writer.begin() as connection:
        connection.execute(schema.loyalty_operations.insert().values(card=card, customer_id=customer, **values))


@pytest.fixture
def known(db):
    """Chloé: created, changed, refused once, in a marketing action, with a loyalty operation; and Marc."""
    db.push(sheet([CHLOE, {**CHLOE, "first_name": "Marc", "email": "marc@example.fr", "mobile": "+33639980103",
                           "account_number": "ML-1", "loyalty_card": "5", "birth_date": None}]), request())  # fmt: skip
    db.push(sheet([{"account_number": "CL-77", "city": "Lyon 3e"}]), request(file_hash="b" * 64))
    refused = sheet([{"last_name": "Lefèvre"}])
    refused.issues.append(Issue(2, "E-mail", "email", Code.EMAIL_INVALID, Severity.ERROR, f"{CHLOE['email']}."))
    db.push(refused, request(file_hash="c" * 64, file_name="refus.xlsx"))
    db.record_action("NOEL", [1, 2], "zoe")
    add_operation(db, 1, "0433724", datetime(2026, 1, 2))
    return db


def everything(database):
    """Return every cell of every table as one text, but for the other customers'."""
    from core.database import schema

    with database.engine.connect() as connection:
        rows = [
            str(tuple(row)) for table in schema.metadata.sorted_tables for row in connection.execute(table.select())
        ]
    return "\n".join(rows)


def test_everything_held_about_a_person_is_found(known):
    facts = known.held(1)
    held = {(f.place, f.name): f.value for f in facts}
    assert held["customer", "email"] == "Chloe.Lefevre@example.fr"
    assert held["before", "city"] == "Lyon"
    assert held["after", "city"] == "Lyon 3e"
    assert held["action", "code"] == "NOEL"
    assert held["loyalty", "card"] == "0433724"
    assert held["refusal", "value"] == "Chloe.Lefevre@example.fr."
    assert {f.place for f in facts} == {"customer", "job", "before", "after", "refusal", "action", "loyalty"}
    assert not any("marc@example.fr" in f.value for f in facts)


def test_nothing_held_about_nobody(known):
    with pytest.raises(DatabaseError) as raised:
        known.held(99)
    assert raised.value.key == "people.nobody"


def test_an_anonymised_person_is_nowhere_any_more(known):
    """Neither in the record, its keys, the journal's images and refusals, nor FidelPass' operations; others stay."""
    others = known.customer(2)
    before = [f for f in known.held(1) if f.place != "job"]
    assert any(secret in f.value for f in before for secret in SECRETS)
    job = known.anonymise(1, user="zoe", lang="fr")
    left = "\n".join(line for line in everything(known).splitlines() if "Marc" not in line and "ML-1" not in line)
    assert [secret for secret in SECRETS if secret in left] == []
    assert known.customer(2) == others
    assert known.customer(1).values == {
        "last_name": "Client anonymisé 1", "country": "FR", "group": "VIP", "email_opt_in": False, "sms_opt_in": False,
    }  # fmt: skip
    trace = known.job(job)
    assert (trace.kind, trace.user, trace.counts["updated"]) == ("anonymise", "zoe", 1)
    assert known.outcomes(job)[0].message("en") == "Customer no. 1 was anonymised, in the record and in the history."


def test_past_jobs_can_still_be_read_and_undone_for_the_others(known):
    known.anonymise(1, user="zoe", lang="fr")
    for job in known.jobs():
        assert all(o.message("fr") is not None for o in known.outcomes(job.id))
    report = known.undo(1, user="zoe")
    assert [(o.outcome, o.reason) for o in sorted(report.outcomes, key=lambda o: o.row)] == [
        (Outcome.REFUSED, "people.erased"),
        (Outcome.REMOVED, "push.actions_left"),
    ]
    assert known.customer(1).values["last_name"] == "Client anonymisé 1"


def test_an_anonymisation_cannot_be_undone(known):
    job = known.anonymise(1, user="zoe", lang="fr")
    assert [o.reason for o in known.undo(job, user="zoe").outcomes] == ["people.erased"]


def test_nobody_is_anonymised_while_fidelpass_has_not_answered(known):
    with known.writer.begin() as connection:
        connection.execute(sql("UPDATE loyalty_operations SET state = 'unknown'"))
    digest = known.digest()
    with pytest.raises(Stopped, match="1"):
        known.anonymise(1, user="zoe", lang="fr")
    assert known.digest() == digest


def test_a_person_removed_by_an_undo_is_still_found_in_the_journal(db):
    db.push(sheet([CHLOE]), request())
    db.undo(1, user="zoe")
    assert {f.place for f in db.held(1)} == {"job", "before", "after"}


def test_what_is_held_goes_into_a_workbook(tmp_path):
    path = str(tmp_path / "c.db")
    with open_database(path) as database:
        database.push(sheet([CHLOE]), request())
    facts = actions.held_data(1, path, "1")
    page = openpyxl.load_workbook(actions.write_held(tmp_path / "p.xlsx", facts, "fr")).worksheets[0]
    rows = [[c.value for c in row] for row in page.iter_rows()]
    assert rows[0] == ["Où", "Quand (UTC)", "Donnée", "Valeur"]
    assert len(rows) == len(facts) + 1
    held = [[r[0], *r[2:]] for r in rows]
    assert ["Fiche", "email", "Chloe.Lefevre@example.fr"] in held
    assert ["Fiche", "birth_date", "24/03/1987"] in held
    assert ["Fiche", "email_opt_in", "non"] in held


def test_what_stays_says_nothing_of_who_it_was():
    values = {**CHLOE, "discount": Decimal(5), "notes": "Chloé préfère le soir", "legal_name": "Chloé Lefèvre SARL"}
    left = json.dumps({k: str(v) for k, v in anonymous_values(7, values, "en").items()}, ensure_ascii=False)
    assert not any(secret in left for secret in SECRETS)
    assert "Anonymised customer 7" in left


def test_customers_without_contact_for_three_years_are_listed(db):
    """Creation, a change, a consent and a loyalty operation each are a contact; an anonymised customer is no longer."""
    old, new = datetime(2020, 1, 1), datetime(2026, 1, 1)
    people = [{"last_name": name, "account_number": name} for name in ("Ancien", "Change", "Accord", "Gain", "Parti")]
    people[2] |= {"email_opt_in": True, "opt_in_date": date(2025, 5, 5), "opt_in_source": "boutique"}
    db.push(sheet(people), request(now=old))
    db.push(sheet([{"account_number": "Change", "city": "Lyon"}]), request(now=new, file_hash="b" * 64))
    add_operation(db, 4, "12", new)
    db.anonymise(5, user="zoe", lang="fr")
    with db.writer.begin() as connection:
        connection.execute(sql("UPDATE customers SET modified_at = created_at WHERE id = 5"))
    assert [(d.number, d.name, d.last) for d in db.dormant(date(2023, 11, 21))] == [(1, "Ancien", date(2020, 1, 1))]
    assert db.dormant(date(2019, 1, 1)) == []


def test_years_before_a_leap_day():
    assert years_before(date(2024, 2, 29), 3) == date(2021, 2, 28)
    assert years_before(date(2026, 11, 21), 3) == date(2023, 11, 21)
