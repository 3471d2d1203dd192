"""Decisions: what Carnet proposes, what the Décision column means, and what each row then does."""

from datetime import date

import pytest

from core.checked import Duplicate, Likeness
from core.decisions import Action, Decision, decision_word, is_erase_mark, propose, read_decision, read_decisions
from core.exported import HEADERS, Stamp, marks_text, read_stamps, value_mark
from core.pushing.changes import FieldRules
from core.pushing.plans import Candidate, Row, Rules, is_risky, plan_row
from tests.customer_sheets import MATCH, sheet

ZOE = {"account_number": "C1", "last_name": "Lefèvre", "first_name": "Zoé", "email": "zoe@example.fr",
       "mobile": "+33612345678", "postcode": "01000", "city": "Bourg"}  # fmt: skip
STRANGER = {"account_number": "C1", "last_name": "Martin", "first_name": "Luc", "email": "luc@example.fr",
            "mobile": "+33699999999", "postcode": "59000"}  # fmt: skip
SAME, PROBABLE, FAMILY = Likeness.SAME, Likeness.PROBABLE, Likeness.FAMILY
DAY = date(2024, 5, 1)


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("Créer", Decision(Action.CREATE)),
        ("creer", Decision(Action.CREATE)),
        ("CREATE", Decision(Action.CREATE)),
        ("Mettre à jour", Decision(Action.UPDATE)),
        ("mettre a jour (1204)", Decision(Action.UPDATE, 1204)),
        ("Update 7", Decision(Action.UPDATE, 7)),
        ("Ignorer", Decision(Action.SKIP)),
        ("Mettre à jour quand même", Decision(Action.OVERWRITE)),
        ("Changer le numéro", Decision(Action.RENAME)),
        ("Keep the database", Decision(Action.KEEP)),
        ("peut-être", None),
        ("", None),
    ],
)
def test_the_decision_column_is_read_in_words(text, decision):
    assert read_decision(text) == decision


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_decision_reads_back(action, lang):
    for decision in (Decision(action), Decision(action, 12)):
        assert read_decision(decision_word(decision, lang)) == decision


def test_words_that_are_no_decision_are_handed_back():
    assert read_decisions([2, 3, 4], ["Créer", " bof ", None]) == ({2: Decision(Action.CREATE)}, {3: "bof"})


@pytest.mark.parametrize(
    ("found", "mode", "proposed"),
    [
        ([(SAME, 7)], "add", Decision(Action.SKIP, 7)),
        ([(SAME, 7)], "update", Decision(Action.UPDATE, 7)),
        ([(SAME, 7)], "upsert", Decision(Action.UPDATE, 7)),
        ([(SAME, 7), (FAMILY, 8)], "upsert", Decision(Action.UPDATE, 7)),
        ([(SAME, 7), (SAME, 8)], "upsert", None),
        ([(PROBABLE, 7)], "upsert", None),
        ([(FAMILY, 7)], "add", Decision(Action.CREATE)),
        ([(FAMILY, 7)], "upsert", Decision(Action.CREATE)),
        ([(FAMILY, 7)], "update", Decision(Action.SKIP)),
    ],
)
def test_a_decision_is_proposed_only_where_nothing_is_guessed(found, mode, proposed):
    """A family is never proposed as an update; anything less than sure is left to the user."""
    checked = sheet([ZOE])
    checked.duplicates = [Duplicate(2, likeness, (), customer=customer) for likeness, customer in found]
    assert propose(checked, mode).get(2) == proposed


def plan(row, *candidates, mode="upsert", decision=None, stamp=None, unique=(), **rules):
    said = Decision(*decision) if decision else None
    return plan_row(Row(2, row, said, stamp), candidates, Rules(mode, MATCH, unique, FieldRules(**rules)))


def known(values=ZOE, likeness=SAME, customer=7, **more):
    return Candidate(customer, values, likeness, **more)


@pytest.mark.parametrize(
    ("changes", "decision", "candidates", "outcome", "reason"),
    [
        ({}, None, [], "created", ""),
        ({}, None, [known()], "unchanged", ""),
        ({"city": "Lyon"}, None, [known()], "updated", ""),
        ({"city": "Lyon"}, (Action.SKIP,), [known()], "refused", "push.skipped"),
        ({"city": "Lyon"}, (Action.SKIP, 7, True), [known()], "refused", "push.skipped_proposed"),
        ({"city": "Lyon"}, (Action.CREATE,), [known({**ZOE, "account_number": None})], "created", ""),
        ({"city": "Lyon"}, (Action.CREATE,), [known()], "refused", "push.key_in_use"),
        ({"city": "Lyon"}, (Action.UPDATE, 7), [known(), known(customer=8)], "updated", ""),
        ({"city": "Lyon"}, (Action.UPDATE, 9), [known()], "refused", "push.customer_gone"),
        ({"city": "Lyon"}, None, [known(taken_by=5)], "refused", "push.same_row"),
        ({}, None, [known(taken_by=5)], "unchanged", ""),
        ({"account_number": None}, None, [known(), known(customer=8)], "refused", "push.several"),
        ({"account_number": None}, None, [known(likeness=PROBABLE)], "refused", "push.probable"),
        ({"account_number": None, "city": "Lyon"}, (Action.UPDATE,), [known(likeness=PROBABLE)], "updated", ""),
        ({"account_number": None}, (Action.CREATE,), [known(likeness=PROBABLE)], "created", ""),
        ({"account_number": None, "first_name": "Léa"}, None, [known(likeness=FAMILY)], "created", ""),
        ({"account_number": None}, None, [known(likeness=None)], "created", ""),
        ({"account_number": "C2"}, None, [known()], "refused", "push.key_changed"),
        ({"account_number": "C2"}, (Action.RENAME,), [known()], "updated", ""),
        ({"account_number": "#EFFACER"}, None, [known(likeness=SAME)], "refused", "push.key_erased"),
        ({"account_number": "#ERASE"}, (Action.RENAME,), [known(likeness=SAME)], "refused", "push.key_erased"),
        ({"account_number": "C2"}, (Action.CREATE,), [known()], "created", ""),
        ({"account_number": "C2"}, None, [known({**ZOE, "account_number": None})], "updated", ""),
    ],
)
def test_what_a_row_does(changes, decision, candidates, outcome, reason):
    made = plan({**ZOE, **changes}, *candidates, decision=decision)
    assert (made.outcome, made.reason) == (outcome, reason)


@pytest.mark.parametrize("action", [Action.UPDATE, Action.OVERWRITE, Action.RENAME, Action.KEEP])
@pytest.mark.parametrize(
    ("mode", "reason"), [("add", "push.add_only"), ("upsert", "push.no_target"), ("update", "push.no_target")]
)
def test_an_update_never_creates(action, mode, reason):
    """A family is nobody to update; what only creates updates nobody at all."""
    row = {**ZOE, "account_number": None, "first_name": "Léa"}
    made = plan(row, known(likeness=FAMILY), mode=mode, decision=(action,))
    assert (made.outcome, made.reason) == ("refused", reason)


def test_a_blank_number_is_never_erased():
    made = plan({**ZOE, "account_number": None, "city": None}, known(), erase_blank=True)
    assert (made.outcome, made.changes) == ("updated", {"city": None})


def test_a_stranger_under_the_same_number_is_a_question():
    """The match and the row disagree on name, e-mail, mobile and postcode together."""
    assert plan(STRANGER, known()).reason == "push.risky"
    assert plan(STRANGER, known(), decision=(Action.UPDATE,)).reason == "push.risky"
    assert plan(STRANGER, known(), decision=(Action.OVERWRITE,)).outcome == "updated"


@pytest.mark.parametrize(
    ("row", "risky"),
    [
        (STRANGER, True),
        ({**STRANGER, "mobile": ZOE["mobile"]}, False),
        ({**STRANGER, "postcode": ZOE["postcode"]}, False),
        ({**STRANGER, "first_name": "Zoé"}, False),
        ({"last_name": "Martin", "first_name": "Luc"}, True),
        ({"email": "new@example.fr"}, False),
        ({"email": "new@example.fr", "mobile": "+33700000000"}, True),
        ({"city": "Lyon"}, False),
        ({}, False),
    ],
)
def test_what_is_risky(row, risky):
    """A married name, a move, or a new e-mail is everyday life; everything at once is another person."""
    assert is_risky(row, ZOE) is risky


def test_a_unique_key_of_the_system_is_not_taken_twice():
    made = plan({**ZOE, "account_number": None, "first_name": "Léa"}, known(likeness=FAMILY), unique=(("email",),))
    assert (made.reason, made.customer, made.params) == (
        "push.key_in_use", 7, {"fields": ["email"], "customer": "7"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "row", "after", "remark"),
    [
        (None, {}, None, ""),
        (None, {"email_opt_in": True}, None, "push.consent_kept"),
        (None, {"email_opt_in": False}, False, ""),
        (None, {"email_opt_in": True, "opt_in_date": DAY}, None, "push.consent_kept"),
        (None, {"email_opt_in": True, "opt_in_source": "salon"}, None, "push.consent_kept"),
        (None, {"email_opt_in": True, "opt_in_date": DAY, "opt_in_source": "salon"}, True, ""),
        (False, {"email_opt_in": True}, False, "push.consent_kept"),
        (False, {"email_opt_in": True, "opt_in_date": DAY, "opt_in_source": "salon"}, True, ""),
        (False, {}, False, ""),
        (True, {"email_opt_in": True}, True, ""),
        (True, {"email_opt_in": False}, False, ""),
        (True, {}, True, ""),
        (True, {"email_opt_in": "#EFFACER"}, None, ""),
    ],
)
@pytest.mark.parametrize("consent", ["email_opt_in", "sms_opt_in"])
def test_consents_never_widen_without_their_proof(consent, before, row, after, remark):
    row = {(consent if k == "email_opt_in" else k): v for k, v in row.items()}
    stored = {**ZOE, **({} if before is None else {consent: before})}
    made = plan({**ZOE, "city": "Lyon", **row}, known(stored))
    assert ({**stored, **made.changes}.get(consent), made.reason) == (after, remark)
    assert made.outcome == "updated"


def test_a_new_customer_has_no_consent_without_its_proof():
    made = plan({**ZOE, "email_opt_in": True, "sms_opt_in": True})
    assert (made.outcome, made.reason, made.changes) == ("created", "push.consent_kept", ZOE)


def test_an_old_proof_proves_nothing_new():
    old = {**ZOE, "email_opt_in": False, "opt_in_date": DAY, "opt_in_source": "salon"}
    assert plan({**old, "email_opt_in": True}, known(old)).reason == "push.consent_kept"


def test_the_whole_file_may_have_one_proof():
    made = plan({**ZOE, "email_opt_in": True}, known(), consent_proof=(DAY, "ancienne caisse"))
    assert made.changes == {"email_opt_in": True, "opt_in_date": DAY, "opt_in_source": "ancienne caisse"}


@pytest.mark.parametrize(
    ("cell", "erase_blank", "changes"),
    [
        (None, False, {}),
        (None, True, {"city": None}),
        ("#EFFACER", False, {"city": None}),
        ("#erase", False, {"city": None}),
        ("Lyon", True, {"city": "Lyon"}),
    ],
)
def test_blank_keeps_and_the_erase_mark_empties(cell, erase_blank, changes):
    assert plan({**ZOE, "city": cell}, known(), erase_blank=erase_blank).changes == changes


@pytest.mark.parametrize(
    ("cell", "mark"), [("#EFFACER", True), ("#Erase", True), ("#1", False), (None, False), (1, False)]
)
def test_erase_marks(cell, mark):
    assert is_erase_mark(cell) is mark


STAMP = Stamp(7, 3, {k: value_mark(v) for k, v in {**ZOE, "notes": None}.items()})


@pytest.mark.parametrize(
    ("here", "there", "decision", "outcome", "changes"),
    [
        ({}, {}, None, "unchanged", {}),
        ({"city": "Lyon"}, {}, None, "updated", {"city": "Lyon"}),
        ({}, {"city": "Dijon"}, None, "unchanged", {}),
        ({"city": "Lyon"}, {"postcode": "01001"}, None, "updated", {"city": "Lyon"}),
        ({"city": "Lyon"}, {"city": "Lyon"}, None, "unchanged", {}),
        ({"city": "Lyon"}, {"city": "Dijon"}, None, "refused", {}),
        ({"city": "Lyon"}, {"city": "Dijon"}, (Action.OVERWRITE,), "updated", {"city": "Lyon"}),
        ({"city": "Lyon", "notes": "x"}, {"city": "Dijon"}, (Action.KEEP,), "updated", {"notes": "x"}),
        ({"notes": "x"}, {}, None, "updated", {"notes": "x"}),
        ({"city": None}, {}, None, "unchanged", {}),
        ({"city": "#EFFACER"}, {}, None, "updated", {"city": None}),
        ({"city": "#EFFACER"}, {"city": "Dijon"}, None, "refused", {}),
        ({"free_code_1": "A"}, {}, None, "updated", {"free_code_1": "A"}),
    ],
)
def test_edits_on_both_sides_are_merged_by_field(here, there, decision, outcome, changes):
    """Changed on one side only: merged. Changed on both: a question, unless the decision says which side wins."""
    made = plan({**ZOE, **here}, known({**ZOE, **there}), decision=decision, stamp=STAMP)
    assert (made.outcome, made.changes) == (outcome, changes)
    said = {"refused": "push.conflict", "unchanged": "push.blank_kept" if here == {"city": None} else ""}
    assert made.reason == said.get(outcome, "")


def test_an_exported_row_updates_its_customer_even_where_the_system_only_adds():
    assert plan({**ZOE, "city": "Lyon"}, known(), mode="add", stamp=STAMP).outcome == "updated"
    assert plan({**ZOE, "city": "Lyon"}, known(), mode="add").reason == "push.exists"


def test_a_stamp_moved_to_another_row_is_a_question():
    """Sorting some columns and not the hidden ones gives a row a stranger's stamp."""
    assert plan({**STRANGER, "account_number": "C1"}, known(), stamp=STAMP).reason == "push.risky"


def test_stamps_are_read_from_the_hidden_columns():
    marks = marks_text({key: value_mark(ZOE[key]) for key in ("city", "email")}, "base")
    table = sheet([{"email": "a@example.fr", **dict(zip(HEADERS, ("7", "3", marks), strict=True))}]).table
    stamp = read_stamps(table)[2]
    assert (stamp.customer, stamp.version) == (7, 3)
    assert not stamp.edited("city", "Bourg")
    assert stamp.edited("city", "Lyon")
    assert stamp.edited("notes", "x")
    assert not stamp.changed_since("notes", "x")


@pytest.mark.parametrize(
    "cells",
    [(None, "3", "@:b e:x"), ("7", None, "@:b e:x"), ("7", "3", None), ("sept", "3", "@:b e:x"), ("7", "3", "e:x")],
)
def test_a_broken_stamp_is_none(cells):
    assert read_stamps(sheet([dict(zip(HEADERS, cells, strict=True))]).table) == {}
