"""Exports: on every system and database nothing is written without an edit, whatever saved the file; and misuse."""

from __future__ import annotations

import csv
import json
from copy import deepcopy
from datetime import date

import keyring
import openpyxl
import pytest
from keyring.backends.null import Keyring

from core import actions
from core.actions.exports import chosen_fields
from core.errors import InputError, Stopped
from core.exported import HEADERS
from core.pushing.doubts import refuse_lost_columns
from core.tables import Result
from tests.customer_sheets import person, request, sheet
from tests.export_parts import SYSTEMS, context, fill_base, saved_by_libreoffice
from tests.parts import require


@pytest.fixture(autouse=True)
def no_keyring():
    """A keyring without passwords: the servers of the tests ask for none."""
    keyring.set_keyring(Keyring())


def push(path, where, **choices):
    return actions.push_file(path, where, actions.PushChoices(**{"backup": False, **choices})).report


def push_table(table, where, **choices):
    return actions.push_table(table, where, actions.PushChoices(**{"backup": False, **choices}), None)[1]


def said(report):
    """Return what became of every row: outcome, reason, changes."""
    return {
        o.row: (str(o.outcome), o.reason, {k: after for k, (_, after) in o.changes.items()}) for o in report.outcomes
    }


def test_without_an_edit_nothing_is_written_on_any_system_and_database(address, tmp_path):
    """Customers whose values a system cannot show (an unknown title, a date of 1899, 19 digits) are no exception."""
    fill_base(address)
    with actions.open_database(address) as database:
        before = dict(database.digest())
    for system in SYSTEMS:
        where = context(system, address)
        path = tmp_path / f"{system}.xlsx"
        count = len(actions.export_file(path, actions.Wanted(), where).numbers)
        report = push(path, where)
        assert report.counts() == {**dict.fromkeys(report.counts(), 0), "unchanged": count}
    with actions.open_database(address) as database:
        assert database.digest()["customers"] == before["customers"]


@pytest.mark.parametrize("system", SYSTEMS)
def test_without_an_edit_nothing_is_written_after_a_save_by_libreoffice(system, tmp_path):
    require("libreoffice")
    where = context(system, str(tmp_path / "c.db"))
    fill_base(where.db)
    actions.export_file(tmp_path / "e.xlsx", actions.Wanted(), where)
    report = push(saved_by_libreoffice(tmp_path / "e.xlsx"), where)
    assert report.unchanged == len(report.outcomes) > 40


@pytest.mark.parametrize("system", SYSTEMS)
def test_saved_as_csv_and_back_nothing_is_written(system, tmp_path):
    """The hidden columns are in the CSV too. Dates come back as texts: one that reads two ways is a question."""
    require("libreoffice")
    where = context(system, str(tmp_path / "c.db"))
    fill_base(where.db)
    actions.export_file(tmp_path / "e.xlsx", actions.Wanted(), where)
    flat = saved_by_libreoffice(tmp_path / "e.xlsx", "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false")
    report = push(flat, where)
    assert (report.created, report.updated) == (0, 0)
    assert {o.reason for o in report.outcomes if o.outcome != "unchanged"} <= {"issues.date_ambiguous"}
    assert report.unchanged > 40


@pytest.fixture
def small(tmp_path):
    """Five ordinary customers, exported for Lightspeed."""
    where = context("lightspeed", str(tmp_path / "c.db"))
    with actions.open_database(where.db, create=True) as database:
        people = [{k: v for k, v in person(n).items() if v is not None} for n in range(5)]
        database.push(sheet(people), request(backup=False))
    path = tmp_path / "e.xlsx"
    actions.export_file(path, actions.Wanted(), where)
    return where, path, actions.read_customers(path, where.profile)


def column(table, header):
    return table.columns[table.headers.index(header)]


def swap_visible(table, a, b):
    """Exchange two rows of all columns but the hidden ones, as a careless sort does."""
    for header, cells in zip(table.headers, table.columns, strict=True):
        if header not in HEADERS:
            cells[a], cells[b] = cells[b], cells[a]


def add_row(table, cells, row=None):
    """Insert a row of these cells by header."""
    for header, column in zip(table.headers, table.columns, strict=True):
        column.append(cells.get(header))
    table.rows.append(row or max(table.rows) + 1)


def row_of(table, index):
    return {h: c[index] for h, c in zip(table.headers, table.columns, strict=True)}


def test_only_the_changed_cell_travels(small):
    """A colleague's change of another field of the same customer stays."""
    where, _, table = small
    with actions.open_database(where.db) as database:
        database.push(sheet([{"account_number": "C0000001", "address1": "1 rue Neuve"}]), request(backup=False))
    column(table, "postal_city")[1] = "Lyon"
    assert said(push_table(table, where))[3] == ("updated", "", {"city": "Lyon"})
    with actions.open_database(where.db) as database:
        values = database.customer(2).values
    assert (values["city"], values["address1"]) == ("Lyon", "1 rue Neuve")


def test_a_field_changed_on_both_sides_is_a_question(small):
    where, _, table = small
    with actions.open_database(where.db) as database:
        database.push(sheet([{"account_number": "C0000001", "city": "Dijon"}]), request(backup=False))
    column(table, "postal_city")[1] = "Lyon"
    assert said(push_table(table, where))[3] == ("refused", "push.conflict", {})


def test_a_cleared_cell_keeps_and_the_mark_erases(small):
    where, _, table = small
    column(table, "postal_city")[0] = None
    column(table, "postal_city")[1] = "#EFFACER"
    outcomes = said(push_table(table, where))
    assert (outcomes[2], outcomes[3]) == (("unchanged", "push.blank_kept", {}), ("updated", "", {"city": None}))


def test_le_new_black_may_erase_what_was_cleared_and_only_that(tmp_path):
    """The run option makes blanks erase; blanks that nobody made stay harmless, and a mass erasure stops."""
    where = context("le-new-black", str(tmp_path / "c.db"), blank_erases="yes")
    with actions.open_database(where.db, create=True) as database:
        retailers = [{"company": f"Maison {n}", "country": "FR", "city": "Lyon", "account_number": f"M{n}",
                      "mobile": f"+3363998010{n}"} for n in range(9)]  # fmt: skip
        database.push(sheet(retailers), request(backup=False))
    actions.export_file(tmp_path / "e.xlsx", actions.Wanted(), where)
    table = actions.read_customers(tmp_path / "e.xlsx", where.profile)
    column(table, "City")[:2] = [None, None]
    report = push_table(table, where)
    assert {row: s for row, s in said(report).items() if s[0] != "unchanged"} == {
        2: ("updated", "", {"city": None}),
        3: ("updated", "", {"city": None}),
    }
    column(table, "City")[2:9] = [None] * 7
    with pytest.raises(Stopped, match="7"):
        push_table(table, where)


def test_a_key_is_locked(small):
    where, _, table = small
    column(table, "customer_code")[0] = "AUTRE-1"
    assert said(push_table(table, where))[2] == ("refused", "push.key_changed", {})


def test_a_new_row_is_a_new_customer(small):
    where, _, table = small
    add_row(table, {"first_name": "Inès", "last_name": "Moreau", "email": "ines@example.fr"})
    report = push_table(table, where)
    assert (report.created, report.unchanged) == (1, 5)


def test_a_row_inserted_in_the_middle_moves_nobody(small):
    where, _, table = small
    for header, cells in zip(table.headers, table.columns, strict=True):
        cells.insert(2, {"last_name": "Moreau"}.get(header))
    table.rows.append(7)
    report = push_table(table, where)
    assert (report.created, report.unchanged) == (1, 5)


def test_visible_columns_sorted_without_the_hidden_ones_update_nobody(small):
    where, _, table = small
    swap_visible(table, 0, 3)
    outcomes = said(push_table(table, where))
    assert outcomes[2] == outcomes[5] == ("refused", "push.stamp_moved", {})
    assert [outcomes[row][0] for row in (3, 4, 6)] == ["unchanged"] * 3


def test_a_customer_pasted_over_another_updates_nobody(small):
    """Even with the other's key kept, and even when the pasted one is not in this sheet."""
    where, _, table = small
    for header, cell in {
        "first_name": "Jean",
        "last_name": "Bouvier",
        "email": "jb@example.fr",
        "mobile": None,
    }.items():
        column(table, header)[1] = cell
    assert said(push_table(table, where))[3] == ("refused", "push.risky", {})


def test_a_brother_typed_over_a_copied_row_is_a_question_and_can_be_created(small):
    where, _, table = small
    add_row(table, {**row_of(table, 0), "first_name": "Armand", "customer_code": None, "email": "armand@example.fr",
                    "mobile": "06 39 98 77 66"})  # fmt: skip
    assert said(push_table(table, where))[7] == ("refused", "push.stamp_copied", {})
    table.results[Result.DECISION] = [None] * 5 + ["Créer"]
    report = push_table(table, where)
    assert said(report)[7][0] == "created"
    assert report.unchanged == 5


def test_two_numbers_exchanged_are_refused_with_the_way_to_do_it_in_two_pushes(small):
    where, _, table = small
    codes = column(table, "customer_code")
    one, two = codes[:2]
    codes[:2] = two, one
    table.results[Result.DECISION] = ["Changer le numéro"] * 2 + [None] * 3
    report = push_table(table, where)
    assert [said(report)[row][1] for row in (2, 3)] == ["push.number_in_use"] * 2
    message = report.outcomes[0].message("fr").replace("\u00a0", " ")
    assert message.startswith(f"Le numéro de compte {two} est déjà celui du client n° 2. Si ces deux clients échangent")
    assert f"un numéro provisoire (par exemple {two}-X) et envoyez ; puis donnez à chacun" in message
    codes[0] = f"{two}-X"
    assert push_table(table, where).updated == 2
    codes[0] = two
    assert push_table(table, where).updated == 1
    with actions.open_database(where.db) as database:
        assert [c.values["account_number"] for c in database.customers([1, 2])] == [two, one]


def test_a_row_copied_and_left_alone_is_unchanged(small):
    where, _, table = small
    add_row(table, row_of(table, 0))
    assert push_table(table, where).unchanged == 6


@pytest.mark.parametrize("lost", [HEADERS, HEADERS[:1], HEADERS[2:]])
def test_deleted_hidden_columns_stop_the_push_in_plain_words(small, lost):
    where, path, _ = small
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    for n in range(page.max_column, 0, -1):
        if page.cell(1, n).value in lost:
            page.delete_cols(n)
    book.save(path)
    with pytest.raises(InputError) as stopped:
        push(path, where)
    assert stopped.value.key == "push.stamp_columns_lost"
    assert stopped.value.params["missing"] == list(lost)


def test_a_renamed_sheet_is_found(small):
    where, path, _ = small
    book = openpyxl.load_workbook(path)
    book.worksheets[0].title = "Relances de mai"
    book.save(path)
    assert push(path, where).unchanged == 5


def test_emptied_hidden_cells_are_a_question(small):
    where, _, table = small
    column(table, "_version")[0] = None
    assert said(push_table(table, where))[2] == ("refused", "push.stamp_broken", {})


def test_rows_of_another_base_update_nobody(small, tmp_path):
    """Two exports pasted together: the numbers of one base are strangers' in another."""
    where, _, table = small
    other = context("lightspeed", str(tmp_path / "autre.db"))
    with actions.open_database(other.db, create=True) as database:
        people = [{k: v for k, v in person(n).items() if v is not None} for n in range(50, 55)]
        database.push(sheet(people), request(backup=False))
    actions.export_file(tmp_path / "autre.xlsx", actions.Wanted(), other)
    strange = actions.read_customers(tmp_path / "autre.xlsx", other.profile)
    for index in range(2):
        add_row(table, row_of(strange, index) | {"postal_city": "Lyon"})
    outcomes = said(push_table(table, where))
    assert outcomes[7] == outcomes[8] == ("refused", "push.stamp_other_base", {})
    assert [outcomes[row][0] for row in range(2, 7)] == ["unchanged"] * 5


def test_the_same_sheet_is_edited_and_sent_for_days(small):
    """After a push the hidden cells are fresh: one's own earlier edit is no conflict, a created row is known."""
    where, path, _ = small
    for city in ("Lyon", "Metz", "Lyon"):
        book = openpyxl.load_workbook(path)
        page = book.worksheets[0]
        headers = [c.value for c in page[1]]
        page.cell(3, headers.index("postal_city") + 1).value = city
        if page.max_row < 8:
            page.cell(8, headers.index("last_name") + 1).value = "Nouveau"
        book.save(path)
        report = push(path, where)
        assert said(report)[3] == ("updated", "", {"city": city})
    assert (report.unchanged, report.created) == (5, 0)


def test_a_colleagues_change_stays_a_conflict_after_a_push_of_another_field(small):
    where, _, table = small
    with actions.open_database(where.db) as database:
        database.push(sheet([{"account_number": "C0000001", "city": "Dijon"}]), request(backup=False))
    column(table, "note")[1] = "rappeler"
    assert said(push_table(table, where))[3] == ("updated", "", {"notes": "rappeler"})
    column(table, "postal_city")[1] = "Lyon"
    assert said(push_table(table, where))[3] == ("refused", "push.conflict", {})


def test_a_faulty_cell_that_nobody_touched_does_not_hold_its_row_back(tmp_path):
    """Odeis knows no title "dr": the rest of the row can be edited all the same; a new fault is still refused."""
    where = context("odeis", str(tmp_path / "c.db"))
    with actions.open_database(where.db, create=True) as database:
        database.push(sheet([{"last_name": "Weil", "title": "dr", "postcode": "69003", "city": "Lyon"}]),
                      request(backup=False))  # fmt: skip
    actions.export_file(tmp_path / "e.xlsx", actions.Wanted(), where)
    table = actions.read_customers(tmp_path / "e.xlsx", where.profile)
    column(table, "Ville")[0] = "Bron"
    assert said(push_table(deepcopy(table), where))[2] == ("updated", "", {"city": "Bron"})
    column(table, "Genre")[0] = "Docteure"
    assert said(push_table(table, where))[2] == ("refused", "issues.not_in_list", {})


def test_a_check_does_not_find_a_customer_like_itself(small):
    where, _, table = small
    assert actions.check_table(table, where).duplicates == []


def test_the_workbook_hides_its_three_columns_and_filters_them_too(small):
    """An export sorted with its own filter arrows keeps each stamp beside its row."""
    page = openpyxl.load_workbook(small[1]).worksheets[0]
    headers = [c.value for c in page[1]]
    assert headers[-3:] == list(HEADERS)
    letters = [page.cell(1, n + 1).column_letter for n, h in enumerate(headers) if h in HEADERS]
    assert [page.column_dimensions[x].hidden for x in letters] == [True] * 3
    assert page.auto_filter.ref.startswith(f"A1:{letters[-1]}")


def test_chosen_columns_and_those_that_must_stay():
    profile = actions.system("le-new-black")
    fields, added = chosen_fields(profile, ("Ville", "phone"), {})
    assert [f.key for f in fields] == ["company", "city", "country", "phone"]
    assert added == ("Name", "Country")
    with pytest.raises(InputError, match="couleur"):
        chosen_fields(profile, ("couleur",), {})


def test_a_csv_is_as_the_system_reads_it(small, tmp_path):
    where, _, _ = small
    actions.export_file(tmp_path / "e.csv", actions.Wanted(), where)
    raw = (tmp_path / "e.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfcustomer_code,first_name")
    first = next(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert first["date_of_birth"] == date(1940, 1, 1).strftime("%d/%m/%Y")
    assert first["postal_postcode"] == "01000"
    assert set(HEADERS).isdisjoint(first)


def test_a_plain_template_has_no_hidden_columns_to_lose(small, tmp_path):
    where, _, _ = small
    actions.make_template(tmp_path / "m.xlsx", where, with_customers=True)
    refuse_lost_columns(actions.read_customers(tmp_path / "m.xlsx", where.profile))


def test_an_export_is_recorded_with_its_marketing_action(small):
    where, path, _ = small
    actions.export_file(path, actions.Wanted(("city = bourg en bresse",)), where, "NOEL")
    count = actions.count_selected(actions.Wanted(("action = noel",)), where)
    assert (count, actions.count_selected(actions.Wanted(("action != noel",)), where)) == (5, 0)


def test_a_saved_selection_is_used_again(small):
    where, path, _ = small
    wanted = actions.Wanted(
        ("account_number = C0000001", "account_number = C0000002"), any=True, columns=("last_name",)
    )
    actions.save_selection("Deux", wanted, where)
    done = actions.export_file(path, actions.Wanted(name="Deux"), where)
    assert done.numbers == [2, 3]
    with pytest.raises(InputError, match=r"Trois.*Deux"):
        actions.count_selected(actions.Wanted(name="Trois"), where)
    assert json.loads(json.dumps(actions.saved_selections(where.db, "1")))["Deux"]["any"] is True
