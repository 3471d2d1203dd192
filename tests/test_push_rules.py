"""Rules that need the database and the push together: mass erasure, exported rows, families, run options."""

from datetime import date

import pytest

from core.checked import Likeness
from core.database import open_database
from core.database.keys import checked_keys, sought_keys
from core.errors import Stopped
from core.exported import HEADERS, marks_text, value_mark
from core.i18n import tr
from core.jobs import erased
from core.pushing.plans import Candidate, Row, Rules, plan_row
from tests.customer_sheets import MATCH, decide, people, person, request, sheet, system


@pytest.fixture
def local(tmp_path):
    with open_database(str(tmp_path / "a.db")) as database:
        yield database


def test_emptying_more_than_a_handful_stops_until_confirmed(local):
    """A system whose own rule is "empty erases" is a run option, and says first what it would empty."""
    local.push(sheet(people(10)), request())
    checked = sheet([{**p, "email": None} for p in people(10)])
    before = local.digest()
    with pytest.raises(Stopped) as stop:
        local.push(checked, request(erase_blank=True))
    assert (stop.value.key, stop.value.params["count"]) == ("push.mass_erasure", 10)
    assert stop.value.params["erasures"][0] == (2, "email", "client.0@example.fr")
    assert "10" in str(stop.value)
    with pytest.raises(Stopped):
        local.push(checked, request(erase_blank=True, confirmed_erasures=9))
    assert local.digest() == before
    rehearsed = local.push(checked, request(erase_blank=True, dry_run=True))
    assert (rehearsed.erasures, erased(rehearsed.outcomes[0])) == (10, ["email"])
    assert local.push(checked, request(erase_blank=True, confirmed_erasures=10)).updated == 10
    assert not any("email" in c.values for c in local.customers())


def test_what_a_mass_erasure_would_lose_is_written_as_the_reader_does(local):
    """A birth that would be lost is 24/03/1987 in French."""
    local.push(sheet([{**p, "birth_date": date(1987, 3, 24)} for p in people(6)]), request())
    checked = sheet([{**p, "birth_date": "#EFFACER"} for p in people(6)])
    with pytest.raises(Stopped) as stop:
        local.push(checked, request())
    said = tr(stop.value.key, "fr", **stop.value.params).replace("\u00a0", " ")
    assert "par exemple lignes 2 (birth_date : 24/03/1987), 3 (birth_date : 24/03/1987)" in said
    assert "rows 2 (birth_date: 1987-03-24)" in str(stop.value)


@pytest.mark.parametrize(("blanks", "stops"), [(5, False), (6, True)])
def test_a_handful_is_five(local, blanks, stops):
    local.push(sheet(people(10)), request())
    checked = sheet([{**p, "email": "#EFFACER" if n < blanks else p["email"]} for n, p in enumerate(people(10))])
    if stops:
        with pytest.raises(Stopped):
            local.push(checked, request())
    else:
        assert local.push(checked, request()).erasures == blanks


def exported(database, fields):
    """Return every customer as an export would write it, hidden columns included."""
    rows = []
    base = database.base(create=True)
    for customer in database.customers():
        marks = {f: value_mark(customer.values.get(f)) for f in fields}
        stamp = (str(customer.number), str(customer.version), marks_text(marks, base))
        rows.append({**{f: customer.values.get(f) for f in fields}, **dict(zip(HEADERS, stamp, strict=True))})
    return rows


def test_an_export_sent_back_without_an_edit_writes_nothing(local):
    local.push(sheet(people(20)), request())
    before = local.digest()["customers"]
    report = local.push(sheet(exported(local, list(person(0)))), request(erase_blank=True))
    assert (report.unchanged, local.digest()["customers"]) == (20, before)


def test_a_cell_emptied_in_an_export_is_said_to_keep_its_value(local):
    """The row is not changed; its message says which value stays and how to erase it. A cell never filled is not."""
    local.push(sheet(people(2)), request())
    rows = exported(local, ["account_number", "last_name", "email", "company", "address2"])
    rows[0]["email"], rows[0]["address2"] = None, None
    rows[1]["email"], rows[1]["company"] = None, "Atelier du Lac"
    said = local.push(sheet(rows), request()).outcomes
    assert [(o.outcome, o.reason, o.params) for o in said] == [
        ("unchanged", "push.blank_kept", {"fields": ["address2", "email"]}),
        ("updated", "push.blank_kept", {"fields": ["email"]}),
    ]
    assert said[1].message("fr") == (
        "Cellule vidée, mais la base garde sa valeur (e-mail). "
        "Pour l'effacer vraiment, écrivez #EFFACER dans la cellule."
    )


@pytest.mark.parametrize(
    ("mode", "taken_by", "reason"),
    [("upsert", None, "push.probable"), ("add", None, "push.probable_known"), ("add", 2, "push.probable_row"),
     ("upsert", 2, "push.probable_row"), ("add", 3, "push.probable_known")],
)  # fmt: skip
def test_a_probable_person_is_a_question_that_the_run_can_obey(mode, taken_by, reason):
    """A push that only creates proposes no update; another row of the sheet is named as a row."""
    other = Candidate(7, person(1), Likeness.PROBABLE, taken_by=taken_by)
    plan = plan_row(Row(3, {"last_name": "Lefèvre"}), [other], Rules(mode, MATCH))
    assert (plan.outcome, plan.reason) == ("refused", reason)


def test_two_people_edit_one_customer_and_both_edits_stay(local):
    """Changed on one side only: merged. Changed on both: a question, which the decision answers."""
    local.push(sheet(people(2)), request())
    rows = exported(local, ["account_number", "last_name", "first_name", "city", "phone"])
    local.push(sheet([{**person(0), "phone": "+33511111111"}, {**person(1), "city": "Dijon"}]), request())
    rows[0]["city"] = rows[1]["city"] = "Lyon"
    report = local.push(sheet(rows), request())
    assert [(o.outcome, o.reason) for o in report.outcomes] == [("updated", ""), ("refused", "push.conflict")]
    assert report.outcomes[1].params == {"fields": ["city"]}
    merged = local.customer(1).values
    assert (merged["city"], merged["phone"]) == ("Lyon", "+33511111111")
    assert local.push(sheet(rows), request(decisions=decide(r3="keep"))).unchanged == 2
    assert local.push(sheet(rows), request(decisions=decide(r3="overwrite"))).updated == 1
    assert local.customer(2).values["city"] == "Lyon"


def test_sorted_and_copied_rows_never_reach_the_wrong_customer(local):
    local.push(sheet(people(3)), request())
    rows = exported(local, list(person(0)))
    stamps = [{h: row[h] for h in HEADERS} for row in rows]
    for row, stamp in zip(rows, [*stamps[1:], stamps[0]], strict=True):
        row.update(stamp)
    before = local.digest()["customers"]
    report = local.push(sheet(rows), request())
    assert (report.refused, local.digest()["customers"]) == (3, before)
    copied = [exported(local, list(person(0)))[0], {**exported(local, list(person(0)))[0], "city": "Lyon"}]
    assert [o.reason for o in local.push(sheet(copied), request()).outcomes] == ["", "push.stamp_copied"]


def test_a_family_makes_two_customers(local):
    mother = {**person(1), "account_number": None, "loyalty_card": None}
    report = local.push(
        sheet([mother, {**mother, "first_name": "Bertrand", "birth_date": None, "title": "mr"}]), request()
    )
    assert report.created == 2


def test_twins_in_the_file_are_a_question_and_identical_rows_one_customer(local):
    other = {**person(1), "city": "Lyon"}
    report = local.push(sheet([person(1), person(1), other]), request())
    assert [(o.outcome, o.reason) for o in report.outcomes] == [
        ("created", ""), ("unchanged", ""), ("refused", "push.same_row"),
    ]  # fmt: skip
    assert report.outcomes[2].params == {"other": "2"}


def test_run_options_that_are_fields_go_on_every_row(local):
    odeis = system(modes=("add",), match=(("email",),), unique=(("loyalty_card",),))
    local.push(sheet(people(2), odeis), request(options={"free_code_2": "NOEL26", "kind": "prospect", "other": "x"}))
    assert [(c.values["free_code_2"], c.kept["kind"]) for c in local.customers()] == [("NOEL26", "prospect")] * 2


def test_le_new_black_matches_a_company_by_name_and_country(local):
    le_new_black = system(match=(("account_number",), ("company", "country")))
    row = {"company": "Atelier Zoé", "country": "FR", "city": "Lyon"}
    local.push(sheet([row], le_new_black), request())
    changed = sheet([{**row, "company": "ATELIER ZOE", "city": "Dijon"}, {**row, "country": "BE"}], le_new_black)
    assert [o.outcome for o in local.push(changed, request()).outcomes] == ["updated", "created"]


def test_only_a_row_that_names_nobody_is_looked_up_by_its_company(local):
    """A person's colleagues are not compared with each other; the company itself is, in one batch and in the next."""
    alone = {"company": "Atelier Zoé", "country": "FR", "city": "Lyon", "phone": "+33472000001"}
    staff = {**person(1), "company": "Atelier Zoé", "country": "FR"}
    first = sheet([alone, staff, {**alone, "city": "Bron"}])
    assert sought_keys(checked_keys(first), first.values, first.profile.match)["company_key"] == [
        "atelierzoe|FR", None, "atelierzoe|FR",
    ]  # fmt: skip
    local.push(sheet([alone, staff]), request())
    assert {d.customer for d in local.find_duplicates(sheet([{**alone, "city": "Bron"}]))} == {1}
    assert local.find_duplicates(sheet([{**person(2), "company": "Atelier Zoé", "country": "FR"}])) == []


def test_memory_does_not_hold_the_images_of_what_was_pushed(local):
    """A report holds one small outcome per row, and nothing of a new customer's values."""
    report = local.push(sheet(people(100)), request())
    assert all(not o.changes and not o.params for o in report.outcomes)
