"""Cards on both sides: attached, removed, in bulk, and customers made of their holders; a real server, a real base."""

from __future__ import annotations

import openpyxl
import pytest

from core.actions.card_files import Finding, cards_file
from core.actions.cards import Sides, attach_cards, remove_cards, show_card
from core.actions.new_customers import create_from_card
from core.database import open_database
from core.database.editing import Edit, edit_customers
from core.errors import InputError, LoyaltyError
from core.holders.attachments import Wanted
from core.jobs import JobKind, Outcome
from core.loyalty.faults import Fault
from core.loyalty.sandbox import Sandbox
from core.workbooks import read_table
from tests.customer_sheets import people, person, request, sheet
from tests.loyalty_parts import AMOUNT, NONE, PERCENT, SEVERAL, client_of

TAKEN, NAMELESS = "4970100000000014", "4970100000000006"


@pytest.fixture
def sandbox():
    with Sandbox() as running:
        yield running


@pytest.fixture
def sides(sandbox, tmp_path):
    """Open a base of three customers without a card, beside FidelPass."""
    with open_database(str(tmp_path / "caisse.db")) as database:
        database.push(sheet([{**p, "loyalty_card": None} for p in people(3)]), request(backup=False))
        yield Sides(client_of(sandbox), database)


def card_of(sides, customer):
    return sides.database.customer(customer).values.get("loyalty_card")


def one(cards):
    outcome = cards.report.outcomes[0]
    return outcome.outcome, outcome.reason


def test_a_card_is_attached_on_both_sides_as_a_job_that_can_be_undone(sides, sandbox):
    cards = attach_cards(sides, [Wanted(1, "433 701", 2)])
    assert one(cards) == (Outcome.UPDATED, "")
    assert (card_of(sides, 2), sandbox.ledger.cards[PERCENT].customer) == (PERCENT, "1-2")
    job = sides.database.job(cards.report.job)
    assert (job.kind, job.counts["updated"]) == (JobKind.EDIT, 1)
    assert show_card(sides, PERCENT).customers == [2]
    sides.database.undo(job.id, user="zoe")
    assert card_of(sides, 2) is None


def test_attaching_again_changes_nothing_and_records_no_job(sides):
    attach_cards(sides, [Wanted(1, PERCENT, 2)])
    again = attach_cards(sides, [Wanted(1, PERCENT, 2)])
    assert (one(again), again.report.job) == ((Outcome.UNCHANGED, ""), None)


@pytest.mark.parametrize(
    ("card", "customer", "reason"),
    [
        ("12", 1, "loyalty.card_length"),
        ("43370x", 1, "loyalty.card_digits"),
        ("4970100000000007", 1, "loyalty.card_check_digit"),
        ("4,97E+15", 1, "loyalty.card_rounded"),
        ("999999", 2, "cards.unknown"),
        (TAKEN, 2, "cards.taken"),
        (PERCENT, 99, "cards.customer_unknown"),
        (PERCENT, None, "cards.no_customer"),
        (AMOUNT, 2, "cards.on_other_customer"),
        (PERCENT, 1, "cards.has_other"),
    ],
)
def test_a_card_that_may_not_be_attached_says_why_and_changes_nothing(sides, sandbox, card, customer, reason):
    attach_cards(sides, [Wanted(1, AMOUNT, 1)])
    before = sides.database.digest()
    assert one(attach_cards(sides, [Wanted(1, card, customer)])) == (Outcome.REFUSED, reason)
    assert sides.database.digest() == before
    assert sandbox.ledger.cards[PERCENT].customer is None


def test_a_card_of_another_shop_of_the_base_is_not_free(sides, tmp_path):
    with open_database(str(tmp_path / "caisse.db"), shop="lyon") as lyon:
        lyon.push(sheet([{**person(9), "loyalty_card": PERCENT}]), request(backup=False))
    assert one(attach_cards(sides, [Wanted(1, PERCENT, 1)])) == (Outcome.REFUSED, "cards.on_other_customer")


def test_rows_that_exclude_each_other_are_all_refused(sides):
    wanted = [Wanted(2, PERCENT, 1), Wanted(3, "433-701", 2), Wanted(4, AMOUNT, 3), Wanted(5, SEVERAL, 3)]
    reasons = [o.reason for o in attach_cards(sides, wanted).report.outcomes]
    assert reasons == ["cards.twice", "cards.twice", "cards.customer_twice", "cards.customer_twice"]


def test_a_card_attached_by_mistake_is_removed_on_both_sides(sides, sandbox):
    attach_cards(sides, [Wanted(1, PERCENT, 2)])
    assert one(remove_cards(sides, [Wanted(1, PERCENT, None)])) == (Outcome.UPDATED, "")
    assert (card_of(sides, 2), sandbox.ledger.cards[PERCENT].customer) == (None, None)
    assert one(remove_cards(sides, [Wanted(1, PERCENT, None)])) == (Outcome.REFUSED, "cards.nobody_has")


def test_a_card_that_is_somebody_elses_at_fidelpass_is_still_taken_off_our_customer(sides, sandbox):
    edit_customers(sides.database, [Edit(1, 1, {"loyalty_card": TAKEN})], user="zoe")
    assert one(remove_cards(sides, [Wanted(1, TAKEN, 1)])) == (Outcome.UPDATED, "")
    assert (card_of(sides, 1), sandbox.ledger.cards[TAKEN].customer) == (None, "C-0042")


def test_when_fidelpass_stops_answering_what_was_accepted_is_kept_and_the_rest_said(sides, sandbox):
    sandbox.app.add(Fault("error", path="/v1/cards/attach", times=0))
    cards = attach_cards(sides, [Wanted(2, PERCENT, 1), Wanted(3, AMOUNT, 2)])
    assert [o.outcome for o in cards.report.outcomes] == [Outcome.NOT_REACHED] * 2
    assert (cards.problem.key, card_of(sides, 1)) == ("loyalty.server_error", None)
    sandbox.app.clear()
    again = attach_cards(sides, [Wanted(2, PERCENT, 1), Wanted(3, AMOUNT, 2)])
    assert [o.outcome for o in again.report.outcomes] == [Outcome.UPDATED] * 2


def test_a_dead_server_changes_nothing(sides):
    before = sides.database.digest()
    with Sandbox() as gone:
        dead = Sides(client_of(gone), sides.database)
    with pytest.raises(LoyaltyError):
        attach_cards(dead, [Wanted(1, PERCENT, 1)])
    assert sides.database.digest() == before


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "cartes.xlsx"
    workbook = openpyxl.Workbook()
    rows = (
        ["N°", "Nom", "Carte"],
        [1, "a", PERCENT],
        [2, "b", "999999"],
        [3, "c", None],
        [77, "d", AMOUNT],
        [None, "e", NONE],
    )
    for row in rows:
        workbook.active.append(row)
    workbook.save(path)
    return path


def test_a_column_of_cards_is_attached_each_outcome_beside_its_row(sides, book):
    done = cards_file(book, sides, "attach", "fr", how=Finding(customer="n°"))
    table = read_table(done.written)
    assert table.added["cards"]["outcome"] == ["Rattachée", "Refusée", None, "Refusée", "Refusée"]
    assert table.added["cards"]["reason"][1:4:2] == [
        "FidelPass ne connaît pas cette carte. Relisez le numéro.",
        "Le client n°\u00a077 n'existe pas dans ce magasin.".replace("\u00a0", " "),
    ]
    assert table.headers == ["N°", "Nom", "Carte"]
    assert card_of(sides, 1) == PERCENT
    cards_file(book, sides, "remove", "fr", how=Finding(customer="n°"))
    assert read_table(book).added["cards"]["outcome"][0] == "Retirée"
    assert card_of(sides, 1) is None


def test_a_sheet_that_is_open_elsewhere_attaches_nothing(sides, book):
    """The outcomes could not be written beside the rows, and nobody would know them."""
    (book.parent / f"~${book.name}").write_bytes(b"")
    with pytest.raises(InputError) as caught:
        cards_file(book, sides, "attach", "fr", how=Finding(customer="n°"))
    assert (caught.value.key, sides.fidelpass.card(PERCENT).customer) == ("errors.file_locked", None)


def test_customers_are_found_by_everything_but_the_card(sides, tmp_path):
    """The row's own system says who it is; a card typed beside the wrong name attaches to nobody else."""
    from core import actions

    path = tmp_path / "clients.csv"
    first, second = person(0), person(1)
    path.write_text(
        "Nom;Prénom;E-mail;Carte\n"
        f"{first['last_name']};{first['first_name']};{first['email']};{PERCENT}\n"
        f"Inconnue;Aline;aline@example.fr;{AMOUNT}\n"
        f"{second['last_name']};{second['first_name']};{second['email']};{NONE}\n",
        encoding="utf-8",
    )
    done = cards_file(path, sides, "attach", "fr", how=Finding(profile=actions.system("odeis")))
    assert [(o.outcome, o.customer, o.reason) for o in done.cards.report.outcomes] == [
        (Outcome.UPDATED, 1, ""), (Outcome.REFUSED, None, "cards.no_customer"), (Outcome.UPDATED, 2, ""),
    ]  # fmt: skip


def test_an_unknown_column_of_customers_is_said(sides, book):
    with pytest.raises(InputError, match="no column “Client”"):
        cards_file(book, sides, "attach", "fr", how=Finding(customer="Client"))


def test_the_holder_of_a_free_card_becomes_a_customer(sides, sandbox):
    """Everything they entered is taken but the consents, which have no proof; the card is attached on both sides."""
    made = create_from_card(sides, AMOUNT, "fr")
    values = sides.database.customer(made.customer).values
    assert {k: str(v) for k, v in values.items()} == {
        "first_name": "Élodie", "last_name": "O'Brien", "email": "client1@example.fr", "mobile": "+33639980001",
        "address1": "2 rue des Lilas", "postcode": "06300", "city": "Nice", "country": "FR",
        "birth_date": "1961-02-01", "loyalty_card": AMOUNT,
    }  # fmt: skip
    assert made.said.reason == "push.consent_kept"
    assert sandbox.ledger.cards[AMOUNT].customer == f"1-{made.customer}"
    assert sides.database.undo(made.job, user="zoe").removed == 1


def test_a_holder_who_looks_like_a_customer_is_not_created_unless_told(sides):
    twin = {"last_name": "O'Brien", "first_name": "Élodie", "email": "client1@example.fr", "postcode": "06300"}
    sides.database.push(sheet([twin]), request(backup=False))
    made = create_from_card(sides, AMOUNT, "fr")
    assert (made.customer, made.said, [d.customer for d in made.alike]) == (None, None, [4])
    assert create_from_card(sides, AMOUNT, "fr", anyway=True).customer == 5


@pytest.mark.parametrize(
    ("card", "key"),
    [
        ("999999", "cards.unknown"),
        (TAKEN, "cards.taken"),
        (NAMELESS, "cards.holder_nameless"),
        ("1", "loyalty.card_length"),
    ],
)
def test_a_card_that_makes_no_customer_says_why(sides, card, key):
    before = sides.database.digest()
    with pytest.raises(LoyaltyError) as caught:
        create_from_card(sides, card, "fr")
    assert (caught.value.key, sides.database.digest()) == (key, before)


def test_an_edit_is_journalled_on_every_database(db):
    """One outcome each, refused with the reason where the customer changed, is gone, or the card is another's."""
    db.push(sheet(people(3)), request())
    edits = [
        Edit(2, 1, {"city": "Lyon", "notes": None}, version=1),
        Edit(3, 2, {"city": "Lyon"}, version=7),
        Edit(4, 99, {"city": "Lyon"}),
        Edit(5, 3, {"loyalty_card": person(0)["loyalty_card"]}),
    ]
    report = edit_customers(db, edits, user="zoe", source="comparaison.xlsx")
    assert [o.outcome for o in report.outcomes] == ["updated", "refused", "refused", "refused"]
    assert [o.reason for o in report.outcomes] == ["", "cards.changed_since", "push.gone", "cards.on_other_customer"]
    assert db.outcomes(report.job) == report.outcomes
    assert (db.customer(1).values["city"], db.customer(1).version, "notes" in db.customer(1).values) == (
        "Lyon",
        2,
        False,
    )
    assert db.job(report.job).file_name == "comparaison.xlsx"
    assert db.undo(report.job, user="zoe").updated == 1
    assert db.customer(1).values["city"] == "Bourg-en-Bresse"
    assert edit_customers(db, [Edit(2, 1, {"city": "Bourg-en-Bresse"})], user="zoe").job is None
