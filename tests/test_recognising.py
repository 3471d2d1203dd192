"""Rows whose own customer is in the database: a check after a push asks nothing, and a delivery obeys nobody else."""

import pytest

from core import actions
from core.issues import Code
from core.results import PROPOSED, result_columns
from core.tables import Result
from tests.export_parts import context

ZOE = {"last_name": "Lefèvre", "first_name": "Zoé", "mobile": "0639980102", "city": "Bourg"}


def table_of(where, **said):
    if where.profile.id == "lightspeed":
        said = {"account_number": "C003", **said}
    return actions.customer_row({**ZOE, **said}, where.profile)


def checked_columns(where, table):
    checked = actions.check_table(table, where)
    return result_columns(checked, "fr", actions.proposals(checked, where))


@pytest.mark.parametrize("system", ["odeis", "lightspeed"])
def test_a_row_pushed_is_no_doubt_at_the_next_check(tmp_path, system):
    where = context(system, str(tmp_path / "c.db"))
    before = checked_columns(context(system, ""), table_of(where))
    assert actions.push_table(table_of(where), where, actions.PushChoices(), None)[1].created == 1
    after = checked_columns(where, table_of(where))
    assert after[Result.CUSTOMER] == ["1"]
    assert after[Result.STATUS] == before[Result.STATUS]
    assert (after[Result.MESSAGE], after[Result.DECISION]) == (before[Result.MESSAGE], [""])


@pytest.mark.parametrize(("system", "decision"), [("odeis", "Ignorer (1)"), ("lightspeed", "Mettre à jour (1)")])
def test_a_row_changed_is_an_update_where_the_system_has_a_key(tmp_path, system, decision):
    where = context(system, str(tmp_path / "c.db"))
    actions.push_table(table_of(where), where, actions.PushChoices(), None)
    columns = checked_columns(where, table_of(where, city="Lyon"))
    assert (columns[Result.DECISION], columns[Result.CUSTOMER]) == ([decision], ["1"])
    assert ("Doublon" in columns[Result.MESSAGE][0]) is (system == "odeis")


@pytest.mark.parametrize(("mark", "count"), [("", 0), (PROPOSED + "Ignorer (1)", 1)])
def test_a_delivery_obeys_the_user_and_not_carnet(tmp_path, mark, count):
    where = context("odeis", "")
    table = table_of(where)
    table.results = {Result.DECISION: ["Ignorer (1)"], Result.FIELDS: [mark]}
    done = actions.deliver_table(table, tmp_path, where, actions.Packing(), tmp_path / "c.xlsx")
    assert done.delivery.count == count


def test_a_key_of_another_customer_is_an_error_before_the_push_refuses_it(tmp_path):
    """Cloud POS takes an e-mail once: the check says whose it is, and nothing once the row is to be skipped."""
    where = context("cloud-pos", str(tmp_path / "c.db"))
    first = actions.customer_row({**ZOE, "email": "zoe@example.com"}, where.profile)
    actions.push_table(first, where, actions.PushChoices(), None)
    other = {"last_name": "Morvan", "first_name": "Yann", "email": "ZOE@example.com"}
    checked = actions.check_table(actions.customer_row(other, where.profile), where)
    (issue,) = [i for i in checked.issues if i.code is Code.KEY_IN_USE]
    assert (issue.row, issue.field, issue.severity, issue.value) == (2, "email", "error", "ZOE@example.com")
    assert issue.message("fr") == (
        "Le client n° 1 a déjà cette valeur (Email Address) dans la base. "
        "Corrigez la cellule, ou mettez ce client à jour."
    )
    skipped = actions.customer_row(other, where.profile)
    skipped.results = {Result.DECISION: ["Ignorer"]}
    assert not actions.check_table(skipped, where).faulty_rows()
    (outcome,) = actions.push_table(actions.customer_row(other, where.profile), where, actions.PushChoices(), None)[
        1
    ].outcomes
    assert outcome.reason == "push.key_in_use"
