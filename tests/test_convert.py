"""Conversions: for each pair of systems, there and back changes no cell beyond the losses that were listed."""

from __future__ import annotations

from itertools import permutations

import pytest
from openpyxl import Workbook

from core import actions
from core.checking import check
from core.delivery.conversion import LossKind, convert
from core.pushing.filling import Target, fill
from tests.export_parts import SYSTEMS, context, fill_base

PAIRS = list(permutations(SYSTEMS, 2))


@pytest.fixture(scope="module")
def customers(tmp_path_factory):
    address = str(tmp_path_factory.mktemp("base") / "c.db")
    fill_base(address)
    with actions.open_database(address) as database:
        return [customer.values for customer in database.customers()]


def target(system):
    where = context(system, "")
    return Target(where.profile, where.profile.columns(where.options), where.options, "fr")


def there_and_back(customers, one, other):
    source = fill(customers, target(one)).checked
    there = convert(source, target(other))
    back = convert(there.filled.checked, target(one))
    return source, there, back


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_nothing_changes_beyond_the_listed_losses(customers, one, other):
    """48 customers, most of them as awkward as a system's own sheet can hold; the target's own check reads them."""
    source, there, back = there_and_back(customers, one, other)
    listed = there.lost_cells() | back.lost_cells()
    end = back.filled.checked
    changed = [
        (row, key)
        for key, column in source.values.items()
        for index, row in enumerate(source.table.rows)
        if column[index] != end.values[key][index] and (row, key) not in listed
    ]
    assert changed == []


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_target_refuses_only_the_customers_that_are_listed(customers, one, other):
    _, there, _ = there_and_back(customers, one, other)
    assert there.filled.checked.faulty_rows() == set(there.refused)


def test_every_kind_of_loss_is_said_with_its_rows(tmp_path):
    """A title without equivalent, a text that is cut, an identifier that is not, a field without a place."""
    people = [{"last_name": "Weil" * 15, "title": "dr", "company": "Weil SARL", "account_number": "W7", "email": "non"}]
    there = convert(fill(people, target("cloud-pos")).checked, target("odeis"))
    said = {(str(loss.kind), loss.key, loss.column): (loss.rows, loss.before, loss.after) for loss in there.losses}
    assert said == {
        ("unread", "email", "Email Address"): ([2], ["non"], [None]),
        ("cut", "last_name", "Last Name"): ([2], ["Weil" * 15], [("Weil" * 15)[:30]]),
        ("no_code", "title", "Title"): ([2], ["Dr"], [None]),
        ("no_place", "company", "Company"): ([2], ["Weil SARL"], [None]),
        ("no_place", "account_number", "Account Number"): ([2], ["W7"], [None]),
    }
    people = [{"last_name": "Weil" * 9, "account_number": "A" * 25, "custom_1": "x"}]
    there = convert(fill(people, target("lightspeed")).checked, target("odeis"))
    assert [(loss.kind, loss.key, loss.after) for loss in there.losses] == [
        (LossKind.NO_PLACE, "account_number", [None]),
        (LossKind.CUT, "last_name", [("Weil" * 9)[:30]]),
        (LossKind.NO_PLACE, "custom_1", [None]),
    ]
    there = convert(fill(people, target("lightspeed")).checked, target("cloud-pos"))
    assert (LossKind.TOO_LONG, "account_number", [None]) in [(x.kind, x.key, x.after) for x in there.losses]


def test_a_word_of_the_source_alone_never_goes_over_as_a_code():
    """Odeis' « Sté » is no title of Cloud POS, whose list is open: it is listed, not written as our own code."""
    source = fill(
        [{"last_name": "Atelier", "title": "company"}, {"last_name": "Roux", "title": "mrs"}], target("odeis")
    )
    done = convert(source.checked, target("cloud-pos"))
    assert [(loss.kind, loss.column, loss.before) for loss in done.losses] == [(LossKind.NO_CODE, "Genre", ["Sté"])]
    assert done.filled.checked.values["title"] == [None, "mrs"]


def test_a_file_is_converted_once_its_losses_are_known(tmp_path, capsys):
    from core.cli import main

    where = context("odeis", str(tmp_path / "c.db"))
    fill_base(where.db, 3)
    actions.export_file(tmp_path / "o.xlsx", actions.Wanted(), where)
    order = [
        "convert",
        str(tmp_path / "o.xlsx"),
        "--from",
        "odeis",
        "--to",
        "lightspeed",
        "-o",
        str(tmp_path / "l.xlsx"),
    ]
    with pytest.raises(SystemExit) as stopped:
        main(order)
    said = capsys.readouterr().out
    assert stopped.value.code == 1
    assert not (tmp_path / "l.xlsx").exists()
    assert "Lightspeed Retail X-Series n'a pas de colonne pour cette donnée" in said
    assert said.endswith("Rien n'a été écrit. Ajoutez --yes pour convertir malgré ces pertes.\n")
    with pytest.raises(SystemExit) as done:
        main([*order, "--yes"])
    assert done.value.code == 0
    lightspeed = actions.system("lightspeed")
    again = check(actions.read_customers(tmp_path / "l.xlsx", lightspeed), lightspeed)
    assert len(again.table) == 19  # of the twentieth, who has only notes, Odeis had nothing
    assert not again.faulty_rows()


def test_a_customer_that_the_target_refuses_has_its_column_named_once(tmp_path, capsys):
    from core.cli import main

    book = Workbook()
    book.active.append(["Nom", "Prénom", "Code postal", "Pays"])
    book.active.append(["Petit", "Luc", "69001", "F"])
    book.save(tmp_path / "o.xlsx")
    words = ("convert", "o.xlsx", "--from", "odeis", "--to", "le-new-black", "-o", "n.xlsx")
    with pytest.raises(SystemExit):
        main([str(tmp_path / word) if word.endswith(".xlsx") else word for word in words])
    said = capsys.readouterr().out.replace("\u00a0", " ").splitlines()
    needed = "« Name » est obligatoire et la cellule est vide. Remplissez-la."
    assert f"- Ligne 2, Le New Black (détaillants) refuserait ce client : {needed}" in said
