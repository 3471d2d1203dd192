"""Le New Black: a retailer takes one row for each buyer, and Carnet keeps each buyer as a customer of its own."""

import pytest

from core import actions
from core.duplicates.buyers import is_other_buyer, is_unnamed_buyer
from core.results import result_columns
from core.tables import Result
from tests.export_parts import context
from tests.tables import check_customers, make_customers, said

MATCH = (("account_number",), ("company", "country"))
SHOP = {"account_number": "PERRAULT-13", "company": "Maison Perrault", "country": "FR", "city": "Marseille"}
INES = {**SHOP, "last_name": "Perrault", "first_name": "Inès", "email": "ines@perrault.example"}
PAUL = {**SHOP, "last_name": "Perrault", "first_name": "Paul", "email": "paul@perrault.example"}
ZOE = {**SHOP, "last_name": "Roy", "first_name": "Zoé", "email": None}
ELSEWHERE = {"account_number": "ROY-69", "company": "Chez Roy"}


@pytest.mark.parametrize(
    ("row", "other", "further", "unnamed"),
    [
        (PAUL, INES, True, False),
        (INES, INES, False, False),
        ({**INES, "email": "INES@perrault.example"}, INES, False, False),
        ({**INES, "email": "i.perrault@perrault.example"}, INES, False, False),  # her e-mail has changed
        ({**PAUL, "last_name": None, "first_name": None}, INES, True, False),
        (PAUL, {**INES, **ELSEWHERE}, False, False),
        (PAUL, {**INES, "account_number": None}, True, False),  # found by name and country
        (PAUL, SHOP, False, False),  # a retailer that has no buyer yet takes this one
        (PAUL, ZOE, True, False),
        (ZOE, INES, False, True),
        ({**ZOE, "email": "aucun@aucun.fr"}, INES, False, True),
        ({**INES, "email": None}, INES, False, False),
        (SHOP, INES, False, False),
    ],
)
def test_who_is_another_buyer(row, other, further, unnamed):
    assert is_other_buyer(row, other, MATCH) is further
    assert is_unnamed_buyer(row, other, MATCH) is unnamed


def test_a_check_says_further_buyers_and_those_without_an_e_mail():
    checked = check_customers("le-new-black", INES, PAUL, ZOE, {**INES, **ELSEWHERE})
    assert said(checked) == [(3, "last_name", "other_buyer", "info"), (4, "last_name", "buyer_unnamed", "warning")]
    assert checked.issues[0].message("fr").replace("\u00a0", " ") == (
        "Autre acheteur du détaillant de la ligne 2 : il aura sa propre fiche."
    )


def push(where, *rows, **choices):
    table, _ = make_customers("le-new-black", *rows)
    return actions.push_table(table, where, actions.PushChoices(backup=False, **choices), None)[1]


def reasons(report):
    return [(str(o.outcome), o.customer, o.reason) for o in report.outcomes]


def test_a_check_and_a_push_agree_about_every_buyer(tmp_path):
    """What the check calls good is pushed, a customer for each buyer; what it doubts is refused with what to do."""
    where = context("le-new-black", str(tmp_path / "c.db"))
    table, _ = make_customers("le-new-black", INES, PAUL, ZOE)
    checked = actions.check_table(table, context("le-new-black", ""))
    assert result_columns(checked, "fr")[Result.STATUS] == ["Bon", "Bon", "À vérifier"]
    dry = push(where, INES, PAUL, ZOE, dry_run=True)
    first = push(where, INES, PAUL, ZOE)
    assert [o.outcome for o in dry.outcomes] == [o.outcome for o in first.outcomes]
    refused = ("refused", 1, "push.buyer_unnamed")
    assert reasons(first) == [("created", 1, ""), ("created", 2, "push.other_buyer"), refused]
    assert reasons(push(where, INES, PAUL, ZOE)) == [("unchanged", 1, ""), ("unchanged", 2, ""), refused]
    moved = push(where, {**INES, "city": "Aix"}, {**PAUL, "city": "Aix"})
    assert reasons(moved) == [("updated", 1, ""), ("updated", 2, "")]
    again = actions.check_table(make_customers("le-new-black", {**PAUL, "city": "Nice"}, ZOE)[0], where)
    assert actions.proposals(again, where) == {2: "Mettre à jour (2)"}, "nobody is proposed to become somebody else"


@pytest.mark.parametrize("order", [(INES, PAUL), (PAUL, INES)])
def test_buyers_come_one_by_one_on_every_database_and_go_again(db, order):
    """A later push adds a buyer; its undo takes away that one; the same reference finds the first all along."""
    from core.checking import check
    from core.profiles import load_system
    from tests.customer_sheets import request

    def sheet(*rows):
        return check(make_customers("le-new-black", *rows)[0], load_system("le-new-black"))

    db.push(sheet(order[0]), request(file_hash="a" * 64))
    before = db.digest()["customers"]
    report = db.push(sheet(order[1]), request(file_hash="b" * 64))
    assert reasons(report) == [("created", 2, "push.other_buyer")]
    assert [c.values["account_number"] for c in db.customers()] == ["PERRAULT-13"] * 2
    changed = {**order[1], "email": "nouveau@perrault.example"}
    assert reasons(db.push(sheet(changed), request(file_hash="c" * 64))) == [("updated", 2, "")]
    third = {**order[1], "first_name": "Luc"}  # takes over the e-mail that the second has given up
    assert reasons(db.push(sheet(third), request(file_hash="d" * 64))) == [("created", 3, "push.other_buyer")]
    for job in (4, 3, 2):
        db.undo(job, user="zoe")
    assert db.digest()["customers"] == before


def test_a_customer_who_turns_out_to_be_a_retailers_further_buyer_becomes_one_on_every_database(db):
    """The reference that a row gives a known customer is another buyer's: both keep it, and an undo takes it back."""
    from core.checking import check
    from core.profiles import load_system
    from tests.customer_sheets import request

    def sheet(*rows):
        return check(make_customers("le-new-black", *rows)[0], load_system("le-new-black"))

    alone = {"last_name": "Roy", "first_name": "Zoé", "email": "zoe@roy.example", "country": "FR"}
    shop = {**SHOP, "company": "Chez Roy", **alone}
    db.push(sheet(INES, {**alone, "company": "Chez Roy"}), request(file_hash="a" * 64))
    before = db.digest()["customers"]
    assert reasons(db.push(sheet(shop), request(file_hash="b" * 64, dry_run=True))) == [
        ("updated", 2, "push.other_buyer")
    ]
    report = db.push(sheet(shop), request(file_hash="b" * 64))
    assert reasons(report) == [("updated", 2, "push.other_buyer")]
    assert report.outcomes[0].params == {"customers": [1]}
    assert report.outcomes[0].changes == {"account_number": (None, "PERRAULT-13"), "city": (None, "Marseille")}
    assert db.outcomes(2)[0].changes == report.outcomes[0].changes
    assert reasons(db.push(sheet(INES, shop), request(file_hash="c" * 64))) == [
        ("unchanged", 1, ""),
        ("unchanged", 2, ""),
    ]
    db.undo(2, user="zoe")
    assert db.digest()["customers"] == before


def test_an_e_mail_that_another_buyer_had_when_it_came_is_taken_again_on_every_database(db):
    """A buyer's mark is its own number: no later buyer can have it, whatever their e-mails were."""
    from core.checking import check
    from core.profiles import load_system
    from tests.customer_sheets import request

    number, mails = {"account_number": "PERRAULT-13"}, iter("abcdef")

    def push(*rows):
        checked = check(make_customers("le-new-black", *rows)[0], load_system("le-new-black"))
        return reasons(db.push(checked, request(file_hash=next(mails) * 64)))

    ines, paul = ({**row, "company": "Maison Perrault"} for row in (INES, PAUL))
    push(ines, paul)
    assert push({**paul, "email": "p@perrault.example"}) == [("updated", 2, "")]
    assert push({**paul, **number, "first_name": "Luc", "company": "Perrault SA"}) == [
        ("created", 3, "push.other_buyer")
    ]


def test_buyers_exported_and_sent_back_stay_themselves(tmp_path):
    where = context("le-new-black", str(tmp_path / "c.db"))
    push(where, INES, PAUL)
    path = tmp_path / "e.xlsx"
    actions.export_file(path, actions.Wanted(), where)
    pushed = actions.push_file(path, where, actions.PushChoices(backup=False))
    assert reasons(pushed.report) == [("unchanged", 1, ""), ("unchanged", 2, "")]
    done = actions.deliver_file(path, tmp_path / "out", context("le-new-black", ""), actions.Packing())
    assert (done.delivery.count, done.delivery.left_out) == (2, [])
