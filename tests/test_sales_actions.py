"""A sale from the sheet to FidelPass and back: a real server, a real database, bad days included."""

from __future__ import annotations

from decimal import Decimal

import openpyxl
import pytest

from core.actions import sales
from core.actions.cards import Sides, attach_cards
from core.actions.sale_steps import Step, sale_step
from core.actions.sales import SaleState, find_buyer, left_of, open_till, refund_sale
from core.database import open_database
from core.errors import LoyaltyError
from core.gains.basket_file import BasketFile, read_grid, write_basket
from core.gains.basket_sheet import HOLDER, RECAP_ROW, gain_column, line_column, read_basket
from core.holders.attachments import Wanted
from core.loyalty.faults import Fault
from core.loyalty.sandbox import Sandbox
from core.settings import Settings
from tests.customer_sheets import people, request, sheet
from tests.loyalty_parts import AMOUNT, NONE, SEVERAL, client_of

SETTINGS = Settings()


@pytest.fixture
def sandbox():
    with Sandbox() as running:
        yield running


@pytest.fixture
def database(tmp_path):
    with open_database(str(tmp_path / "caisse.db")) as opened:
        rows = [*people(2), {"last_name": "Château", "first_name": "Noémie", "loyalty_card": SEVERAL},
                {"last_name": "Château", "first_name": "Luc"}]  # fmt: skip
        opened.push(sheet([{**r, "loyalty_card": r["loyalty_card"] if r.get("loyalty_card") == SEVERAL else None}
                           for r in rows]), request(backup=False))  # fmt: skip
        yield opened


@pytest.fixture
def till(sandbox, database):
    client = client_of(sandbox, read=0.5)
    return open_till(client, Sides(client, database))


@pytest.fixture
def book(tmp_path):
    return write_basket(tmp_path / "panier.xlsx", SEVERAL, "fr")


def type_in(path, lines=(), **picks):
    """Type lines, and "Oui" with a part beside the gains named by their letter (P, M, B)."""
    workbook = openpyxl.load_workbook(path)
    page = workbook.active
    for row, line in enumerate(lines, 9):
        for column, value in enumerate(line, 1):
            page.cell(row, column, value)
    for row in range(9, 19):
        letter = str(page.cell(row, gain_column("id")).value or "")[:1]
        if letter in picks:
            page.cell(row, gain_column("use"), "Oui")
            page.cell(row, gain_column("part"), picks[letter])
    workbook.save(path)


LINES = [["Robe", 1, 49.9, None, 20], ["Écharpe", 2, 12.5, 5, 20], ["Livre", 1, 10, None, 5.5]]


def step(path, till, what):
    return sale_step(BasketFile(path), till, SETTINGS, what)


def ready(book, till, **picks):
    """Look once, so that the gains are offered, then type the lines and pick."""
    step(book, till, Step.LOOK)
    type_in(book, LINES, **picks)


def remaining(sandbox, letter):
    return sandbox.ledger.cards[SEVERAL].gains[f"{letter}-{SEVERAL}"].remaining


def test_a_sale_goes_from_the_sheet_to_fidelpass(book, till, sandbox):
    """Gains are offered, picked, settled, held, spent; the sheet and FidelPass say the same to the cent."""
    ready(book, till, P=None, M=5)
    looked = step(book, till, Step.LOOK)
    assert (looked.state, looked.recap.due, looked.sale) == (SaleState.DRAFT, Decimal("68.91"), "")
    assert sandbox.ledger.sales == {}
    held = step(book, till, Step.HOLD)
    assert (held.state, remaining(sandbox, "M")) == (SaleState.HELD, Decimal("7.50"))
    paid = step(book, till, Step.PAY)
    assert (paid.state, sandbox.ledger.cards[SEVERAL].turnover) == (SaleState.PAID, Decimal("68.91"))
    page = openpyxl.load_workbook(book).active
    assert (page["B4"].value, page["B5"].value) == ("Noémie Château", paid.sale)
    assert page["B6"].value == "Payée et transmise à FidelPass"
    assert [page.cell(row, line_column("due")).value for row in (9, 10, 11)] == [41.87, 18.65, 8.39]
    assert page.cell(RECAP_ROW + 3, gain_column("value")).value == 68.91
    assert step(book, till, Step.LOOK).state is SaleState.PAID


def test_each_step_again_changes_nothing(book, till, sandbox):
    ready(book, till, M=5)
    first = step(book, till, Step.HOLD)
    assert step(book, till, Step.HOLD).sale == first.sale
    step(book, till, Step.PAY)
    step(book, till, Step.PAY)
    assert len(sandbox.ledger.sales) == 1
    assert remaining(sandbox, "M") == Decimal("7.50")
    with pytest.raises(LoyaltyError):
        step(book, till, Step.CANCEL)


def test_a_basket_changed_after_it_was_held_is_not_paid_for_another(book, till):
    ready(book, till, M=5)
    step(book, till, Step.HOLD)
    type_in(book, [["Robe", 3, 49.9, None, 20]])
    for asked in (Step.HOLD, Step.PAY):
        with pytest.raises(LoyaltyError) as caught:
            step(book, till, asked)
        assert caught.value.key == "loyalty.sale_key_reused"
    type_in(book, LINES)
    assert step(book, till, Step.PAY).state is SaleState.PAID


@pytest.mark.parametrize("other", ["Luc Château", AMOUNT, "1"])
def test_a_basket_held_for_one_customer_is_not_paid_by_another(book, till, database, other):
    """Luc has a card of his own: whoever the basket names must be the holder of the gains."""
    attach_cards(till.sides, [Wanted(1, NONE, 4)])
    ready(book, till, M=5)
    step(book, till, Step.HOLD)
    BasketFile(book).fill({HOLDER: other})
    with pytest.raises(LoyaltyError):
        step(book, till, Step.PAY)
    BasketFile(book).fill({HOLDER: "Noémie Château"})
    assert step(book, till, Step.PAY).state is SaleState.PAID


def test_a_cancelled_sale_frees_its_gains_and_the_basket_can_be_sold_anew(book, till, sandbox):
    ready(book, till, M=None)
    first = step(book, till, Step.HOLD).sale
    assert step(book, till, Step.CANCEL).state is SaleState.CANCELLED
    assert remaining(sandbox, "M") == Decimal("12.50")
    again = step(book, till, Step.HOLD)
    assert (again.state, again.sale == first) == (SaleState.HELD, False)


def test_no_gain_is_handed_over_before_fidelpass_holds_it(book, till, sandbox):
    """The answer is lost: the sale waits, may not be paid, and goes on where it was when FidelPass is back."""
    ready(book, till, M=5)
    sandbox.app.add(Fault("drop", path="/v1/sales"))
    sandbox.app.add(Fault("error", path="/v1/sales", times=0))
    waiting = step(book, till, Step.HOLD)
    assert waiting.state is SaleState.WAITING
    with pytest.raises(LoyaltyError) as caught:
        step(book, till, Step.PAY)
    assert caught.value.key == "sales.not_held"
    sandbox.app.clear()
    assert step(book, till, Step.HOLD).state is SaleState.HELD
    assert step(book, till, Step.PAY).state is SaleState.PAID
    assert remaining(sandbox, "M") == Decimal("7.50")


def test_a_sale_without_gains_is_paid_offline_and_sent_later(book, till, sandbox):
    ready(book, till)
    sandbox.app.add(Fault("error", path="/v1/sales", times=0))
    assert step(book, till, Step.HOLD).state is SaleState.WAITING
    assert step(book, till, Step.PAY).state is SaleState.PAYING
    assert till.outbox.queue().count == 2
    sandbox.app.clear()
    assert (till.outbox.send().count, step(book, till, Step.LOOK).state) == (0, SaleState.PAID)
    assert sandbox.ledger.cards[SEVERAL].turnover == Decimal("79.90")


def test_a_gain_used_meanwhile_elsewhere_is_refused_before_payment(book, till, sandbox, tmp_path):
    ready(book, till, B=None)
    other = write_basket(tmp_path / "autre.xlsx", SEVERAL, "fr")
    ready(other, till, B=None)
    step(other, till, Step.HOLD)
    with pytest.raises(LoyaltyError) as caught:
        step(book, till, Step.HOLD)
    assert caught.value.key in ("loyalty.gain_reserved", "loyalty.gain_used")
    assert len(sandbox.ledger.sales) == 1


def test_a_gain_that_shrank_since_it_was_shown_stops_before_anything_is_held(book, till, sandbox, tmp_path):
    """The customer was told a price: another one is said first, and held only when asked again."""
    ready(book, till, M=None)
    assert step(book, till, Step.LOOK).recap.due == Decimal("67.40")
    other = write_basket(tmp_path / "autre.xlsx", SEVERAL, "fr")
    ready(other, till, M=5)
    step(other, till, Step.HOLD)
    with pytest.raises(LoyaltyError) as caught:
        step(book, till, Step.HOLD)
    assert (caught.value.key, caught.value.params) == (
        "sales.price_changed", {"before": Decimal("67.40"), "now": Decimal("72.40")},
    )  # fmt: skip
    assert len(sandbox.ledger.sales) == 1
    assert step(book, till, Step.HOLD).recap.due == Decimal("72.40")


def test_a_refused_pick_still_shows_what_is_offered(book, till):
    """A gain from 50 € on, in a basket of 10 €."""
    step(book, till, Step.LOOK)
    type_in(book, [["Livre", 1, 10, None, 5.5]], B=None)
    with pytest.raises(LoyaltyError) as caught:
        step(book, till, Step.LOOK)
    assert caught.value.key == "loyalty.gain_minimum"
    assert len([r for r in range(9, 19) if openpyxl.load_workbook(book).active.cell(r, 10).value]) == 3


def test_refunds_give_back_in_proportion_and_no_more_than_was_sold(book, till, sandbox):
    ready(book, till, P=None, M=5)
    step(book, till, Step.HOLD)
    sale = step(book, till, Step.PAY).sale
    first, _ = refund_sale(till, sale, [Decimal(0), Decimal(1), Decimal(0)])
    assert left_of(till, sale) == [Decimal(1), Decimal(1), Decimal(1)]
    rest, _ = refund_sale(till, sale, left_of(till, sale))
    assert first.amount + rest.amount == Decimal("68.91")
    assert (remaining(sandbox, "M"), remaining(sandbox, "P")) == (Decimal("12.50"), Decimal("10.00"))
    assert sandbox.ledger.cards[SEVERAL].turnover == 0
    with pytest.raises(LoyaltyError):
        refund_sale(till, sale, [Decimal(1), Decimal(0), Decimal(0)])
    with pytest.raises(LoyaltyError) as caught:
        refund_sale(till, sale, left_of(till, sale))
    assert caught.value.key == "loyalty.refund_all_back"


def test_an_unpaid_sale_has_nothing_to_refund(book, till):
    ready(book, till)
    sale = step(book, till, Step.HOLD).sale
    with pytest.raises(LoyaltyError) as caught:
        refund_sale(till, sale, [Decimal(1)] * 3)
    assert caught.value.key == "loyalty.sale_not_confirmed"


@pytest.mark.parametrize(
    ("said", "card", "customer"),
    [("433 704", SEVERAL, 3), ("3", SEVERAL, 3), ("noemie chateau", SEVERAL, 3), (AMOUNT, AMOUNT, None)],
)
def test_a_buyer_is_named_by_card_number_or_name(till, said, card, customer):
    buyer = find_buyer(till.sides, said)
    assert (buyer.card.card, buyer.customer) == (card, customer)


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("", "sales.nobody"),
        ("999999", "sales.card_unknown"),
        ("1", "sales.no_card"),
        ("77", "sales.nobody_of_that_name"),
        ("Personne", "sales.nobody_of_that_name"),
        ("Château", "sales.several_of_that_name"),
        ("Luc Château", "sales.no_card"),
    ],
)
def test_a_buyer_who_cannot_be_told_is_asked_about(till, said, key):
    with pytest.raises(LoyaltyError) as caught:
        find_buyer(till.sides, said)
    assert caught.value.key == key


def test_the_number_is_in_the_sheet_before_anything_is_sent(book, till, monkeypatch):
    """A crash in the middle of holding leaves the number there: the next try is the same sale."""
    ready(book, till, M=5)

    class Crash(BaseException):
        pass

    def crash(*_):
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(sales.Outbox, "reserve", crash)
        with pytest.raises(Crash):
            step(book, till, Step.HOLD)
    number = read_basket(read_grid(book)).sale
    assert number
    assert step(book, till, Step.HOLD).sale == number


def test_a_card_without_gains_sells_too(till, tmp_path):
    path = write_basket(tmp_path / "panier.xlsx", NONE, "fr")
    type_in(path, LINES)
    step(path, till, Step.HOLD)
    assert step(path, till, Step.PAY).recap.due == Decimal("79.90")
