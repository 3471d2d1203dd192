"""Export, edit, send back: what was sent equals what was edited, and nothing else."""

from __future__ import annotations

import random
from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest

from core import actions
from core.exported import HEADERS, kept_form
from core.fields import FieldType
from core.jobs import Outcome
from tests.export_parts import SYSTEMS, context, fill_base

LEFT_ALONE = ("account_number", "company", "last_name", "first_name")
"""Keys are locked, and a new name may be a question: both have tests of their own."""
SCRIPTS = 125  # for each of the four systems


@pytest.fixture(scope="module", params=SYSTEMS)
def exported(request, tmp_path_factory):
    """A base, and every customer of it in one sheet of a system."""
    folder = tmp_path_factory.mktemp(request.param)
    address = str(folder / "clients.db")
    fill_base(address)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARNET_HOME", str(folder))
        where = context(request.param, address)
        actions.export_file(folder / "e.xlsx", actions.Wanted(), where)
    return where, folder / "e.xlsx"


def pushed(table, where, **choices):
    return actions.push_table(table, where, actions.PushChoices(**{"backup": False, "dry_run": True, **choices}), None)[
        1
    ]


def new_cell(dice, field):
    """Return a cell to type and the canonical value that it means."""
    n = dice.randrange(10_000)
    choice = dice.choice(field.choices) if field.choices else None
    if field.type is FieldType.FLAG:
        return choice.value, (choice.code == "yes") is not field.inverse
    if choice:
        return (choice.label["fr"] if field.show_labels else choice.value), choice.code
    typed = {
        FieldType.EMAIL: (f"nouveau{n}@example.fr",) * 2,
        FieldType.PHONE: (f"+33 6 39 98 {n // 100:02} {n % 100:02}", f"+3363998{n:04}"),
        FieldType.POSTCODE: (f"69{n % 1000:03}",) * 2,
        FieldType.COUNTRY: ("FR", "FR"),
        FieldType.DATE: (date(1950 + n % 50, 7, 14 + n % 10),) * 2,
        FieldType.AMOUNT: (float(n % 100), Decimal(n % 100)),
        FieldType.CARD: (f"77{n:07}",) * 2,
        FieldType.NAME: (f"Zoé{n}",) * 2,
    }
    return typed.get(field.type, (f"Mot {n}"[: field.max_length or 99],) * 2)


def edit(dice, table, where):
    """Edit a sheet at random and return what must be sent: (customer, field) → new value."""
    columns = {field.header: field for field in where.profile.columns(where.options)}
    customers = table.columns[table.headers.index(HEADERS[0])]
    wanted = {}
    for _ in range(dice.randrange(1, 12)):
        place = dice.randrange(len(table.headers))
        field, row = columns.get(table.headers[place]), dice.randrange(len(table))
        if field is None or field.read_only or field.key in LEFT_ALONE:
            continue
        cell, value = dice.choice([new_cell(dice, field)] * 3 + [("#EFFACER", None), (None, "kept")])
        if cell is None and field.required:
            continue
        table.columns[place][row] = cell
        wanted[int(customers[row]), field.key] = value if value == "kept" else kept_form(field.key, value)
    return {place: value for place, value in wanted.items() if value != "kept"}


@pytest.mark.parametrize("seed", range(SCRIPTS))
def test_what_is_sent_is_what_was_edited(exported, tables, stored, seed):
    """The rows may have been sorted or filtered away too: each still finds its own customer."""
    dice = random.Random(seed)
    where, _ = exported
    table = deepcopy(tables)
    wanted = edit(dice, table, where)
    order = list(range(len(table)))
    dice.shuffle(order)
    gone = dice.randrange(3)
    table.columns = [[column[i] for i in order] for column in table.columns]
    hidden = {int(c) for c in table.columns[table.headers.index(HEADERS[0])][:gone]}
    table.columns = [column[gone:] for column in table.columns]
    table.rows = table.rows[gone:]
    report = pushed(table, where)
    sent = {(o.customer, key): after for o in report.outcomes for key, (_, after) in o.changes.items()}
    refused = {o.customer for o in report.outcomes if o.outcome is Outcome.REFUSED}
    consents = {("email_opt_in"), ("sms_opt_in")}
    expected = {
        (number, key): value
        for (number, key), value in wanted.items()
        if stored[number].get(key) != value and number not in hidden | refused
        and not (key in consents and value is True)  # a consent without its proof is not taken
    }  # fmt: skip
    assert {k: v for k, v in sent.items() if k[1] not in consents or v is not True} == expected
    assert {o.reason for o in report.outcomes if o.outcome is Outcome.REFUSED} <= {"push.key_in_use", "push.risky"}
    assert report.created == 0


@pytest.fixture(scope="module")
def tables(exported):
    where, path = exported
    return actions.read_customers(path, where.profile)


@pytest.fixture(scope="module")
def stored(exported):
    where, _ = exported
    with actions.open_database(where.db) as database:
        return {c.number: c.values for c in database.customers()}
