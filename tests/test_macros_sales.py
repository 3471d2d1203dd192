"""The buttons of a sale on real workbooks in LibreOffice, against a real sandbox: basket, return, queue, practice."""

from datetime import date

import pytest

from addin.blocks import rectangles
from core.actions.practice import stop_practice
from core.database import open_database
from core.gains.basket_sheet import HOLDER, NAME, SALE, STATE, gain_column, line_column
from core.loyalty.faults import Fault
from core.loyalty.sandbox import Sandbox
from core.settings import load_settings, save_settings
from tests.customer_sheets import request
from tests.customer_sheets import sheet as checked_sheet
from tests.loyalty_parts import AMOUNT, SEVERAL
from tests.macro_parts import click, fill, person, template

BANNER = "▒▒ ENTRAÎNEMENT ▒▒"
LINES = [["Robe", 1, 49.9, None, 20], ["Écharpe", 2, 12.5, 5, 20], ["Livre", 1, 10, None, 5.5]]
NAMED = {"last_name": "Château", "first_name": "Noémie", "loyalty_card": SEVERAL}


@pytest.fixture(autouse=True)
def documents(tmp_path, monkeypatch):
    """The user's documents, for the workbooks that the ribbon makes."""
    folder = tmp_path / "Mes documents"
    monkeypatch.setattr("platformdirs.user_documents_path", lambda: folder)
    return folder


@pytest.fixture
def sandbox():
    with Sandbox() as running:
        yield running


@pytest.fixture
def database(tmp_path, sandbox):
    """A database with one customer who has a card, and a FidelPass: the settings name both."""
    path = str(tmp_path / "clients.db")
    with open_database(path) as opened:
        opened.push(checked_sheet([NAMED]), request(backup=False))
    save_settings({"db": path, "fidelpass_url": sandbox.url, "service_percent": "REM10"})
    return path


def said(recorder):
    return [alert.prompt for alert in recorder.alerts]


def in_front(excel):
    """Return the sheet that the user sees: the next click is its own."""
    book = excel.books.active
    book.set_mock_caller()
    return book.sheets.active


def answering(recorder, name, *answers):
    recorder.answers.extend(answers)
    click(name)
    return said(recorder)[-1]


@pytest.fixture
def basket(book, excel, recorder, database):
    """A basket for the customer with several gains, the articles typed and two gains picked."""
    click("sale")
    sheet = in_front(excel)
    sheet.range(HOLDER).value = "noemie chateau"
    click("sale")
    sheet.range("A9").value = LINES
    pick(sheet, "P", None)
    pick(sheet, "M", 5)
    return sheet


def pick(sheet, letter, part):
    """Put "Oui" and a part beside the gain that begins with a letter."""
    ids = sheet.range((9, gain_column("id")), (18, gain_column("id"))).value
    row = 9 + next(n for n, text in enumerate(ids) if str(text).startswith(letter))
    sheet.range((row, gain_column("use"))).value = "Oui"
    sheet.range((row, gain_column("part"))).value = part


def remaining(sandbox, letter):
    return str(sandbox.ledger.cards[SEVERAL].gains[f"{letter}-{SEVERAL}"].remaining)


def test_a_sale_is_offered_held_and_paid_a_click_each(basket, recorder, sandbox, excel, documents):
    assert said(recorder)[0].startswith("Panier\u00a0: ")
    offered = said(recorder)[1]
    assert offered.startswith(f"Carte {SEVERAL} (Noémie Château) – gains disponibles\u00a0:\n– ")
    assert offered.count("\n– ") == 3
    assert basket.range(NAME).value == "Noémie Château"
    last = answering(recorder, "sale", "no")
    assert "Total du panier\u00a0: 79,90 €" in last
    assert "À payer\u00a0: 68,91 €" in last
    assert "(service rapide REM10)" in last
    assert last.endswith("vous pouvez encore modifier le panier.")
    assert sandbox.ledger.sales == {}, "nothing is sent without a yes"
    held = answering(recorder, "sale", "yes")
    assert held.startswith("Gains retenus par FidelPass\u00a0: vous pouvez encaisser\n\nEncaissez 68,91 €")
    assert remaining(sandbox, "M") == "7.50"
    answering(recorder, "sale", "no")
    assert [str(s.state) for s in sandbox.ledger.sales.values()] == ["reserved"]
    assert answering(recorder, "sale", "yes") == "Payée et transmise à FidelPass"
    assert str(sandbox.ledger.cards[SEVERAL].turnover) == "68.91"
    dues = basket.range((9, line_column("due")), (11, line_column("due"))).value
    assert dues == [41.87, 18.65, 8.39]
    assert basket.range(STATE).value == "Payée et transmise à FidelPass"
    (saved,) = documents.glob("[!.]*")
    assert saved.name == f"Vente FidelPass du {date.today().isoformat()}.xlsx"
    answering(recorder, "sale", "no")
    assert len(excel.books) == 2
    answering(recorder, "sale", "yes")
    assert len(excel.books) == 3, "a new basket"


def test_goods_come_back_in_a_form_that_says_the_amount_first(basket, excel, recorder, sandbox):
    for _ in range(2):
        answering(recorder, "sale", "yes")
    number = basket.range(SALE).value
    click("refund")
    form = in_front(excel)
    assert form["A1:D3"].value == [
        ["Ligne", "Article", "Reste à rendre au plus", "Rendu maintenant"], ["Vente n°", number, None, None],
        ["1", "Robe", "1", None],
    ]  # fmt: skip
    form["D4"].value = "deux"
    assert answering(recorder, "refund").startswith("Ligne 4, «\u00a0Rendu maintenant\u00a0»\u00a0: «\u00a0deux\u00a0»")
    form["D4"].value = "3"
    assert answering(recorder, "refund").startswith("On ne peut pas reprendre plus de «\u00a0Écharpe\u00a0»")
    form["D4"].value = 1
    asked = answering(recorder, "refund", "no")
    told = "À rembourser au client\u00a0: 9,33 €\ndont TVA à 20 % sur 9,33 €\u00a0: 1,56 €\nRendu au gain «\u00a0"
    assert asked.startswith(told)
    assert str(sandbox.ledger.cards[SEVERAL].turnover) == "68.91"
    answering(recorder, "refund", "yes")
    assert said(recorder)[-1].endswith("FidelPass a enregistré le retour.")
    assert form["A3:D5"].value == [["1", "Robe", "1", None], ["2", "Écharpe", "1", None], ["3", "Livre", "1", None]]
    answering(recorder, "refund", "yes", "yes")
    assert str(sandbox.ledger.cards[SEVERAL].turnover) == "0.00"
    assert (remaining(sandbox, "M"), remaining(sandbox, "P")) == ("12.50", "10.00")
    assert answering(recorder, "refund", "yes").startswith("Tout ce que cette vente comptait est déjà revenu")


def test_a_return_by_the_sales_number_alone(basket, book, excel, recorder):
    assert answering(recorder, "refund").startswith("Saisissez le numéro de la vente")
    form = in_front(excel)
    form["B2"].value = "pas une vente"
    assert answering(recorder, "refund").startswith("Cette vente n'est pas enregistrée.")
    basket.book.set_mock_caller()
    basket.book.activate()
    answering(recorder, "sale", "yes")
    number = basket.range(SALE).value
    assert answering(recorder, "refund").startswith("Cette vente n'est pas payée")
    answering(recorder, "sale", "yes")
    form.book.set_mock_caller()
    form.book.activate()
    form["B2"].value = number
    assert answering(recorder, "refund").startswith("Saisissez ce que le client rend")
    assert form["B3:B5"].value == ["Robe", "Écharpe", "Livre"]


def test_a_sale_is_cancelled_from_its_basket_alone(basket, book, recorder, sandbox):
    assert answering(recorder, "cancel_sale") == "Rien n'est enregistré pour ce panier\u00a0: il suffit de le fermer."
    answering(recorder, "sale", "yes")
    answering(recorder, "cancel_sale", "no")
    assert remaining(sandbox, "M") == "7.50"
    assert answering(recorder, "cancel_sale", "yes") == "Annulée"
    assert remaining(sandbox, "M") == "12.50"
    book.set_mock_caller()
    book.activate()
    assert answering(recorder, "cancel_sale").startswith("Cliquez d'abord dans le panier")


def test_a_basket_changed_after_it_was_held_is_not_paid(basket, recorder, sandbox):
    answering(recorder, "sale", "yes")
    basket["B9"].value = 3
    assert answering(recorder, "sale").startswith("Ce panier n'est plus celui qui est enregistré")
    basket["B9"].value = 1
    assert answering(recorder, "sale", "yes") == "Payée et transmise à FidelPass"


def test_a_sheet_of_the_users_own_is_no_basket_whatever_its_name(book, excel, recorder, database):
    book.sheets[0].name = "Panier"
    click("sale")
    assert said(recorder)[-1].startswith("Panier\u00a0: ")
    assert len(excel.books) == 2
    assert book.sheets[0].used_range.value is None


def test_the_card_of_the_row_in_front_opens_its_basket_with_its_gains(open_book, tmp_path, excel, recorder, database):
    sheet = fill(open_book(template(tmp_path / "clients.xlsx")).sheets[0], [person(Carte=SEVERAL)])
    sheet.range("B2").select()
    click("sale")
    assert said(recorder)[-1].startswith(f"Carte {SEVERAL} (Noémie Château) – gains disponibles")
    assert in_front(excel).range(HOLDER).value == SEVERAL


def test_the_holder_of_an_unknown_card_becomes_a_customer_on_the_spot(book, excel, recorder, database):
    click("sale")
    sheet = in_front(excel)
    sheet.range(HOLDER).value = AMOUNT
    recorder.answers.append("yes")
    click("sale")
    asked, created, offered = said(recorder)[-3:]
    assert f"La carte {AMOUNT} est à " in asked
    assert created.startswith(f"Client n° 2 créé avec la carte {AMOUNT} (lot n° 2")
    assert offered.startswith(f"Carte {AMOUNT} (")
    click("sale")
    assert said(recorder)[-1].startswith(f"Carte {AMOUNT} ("), "asked once"
    with open_database(database) as opened:
        assert opened.customer(2).values["loyalty_card"] == AMOUNT


@pytest.mark.parametrize(
    ("answers", "cards", "last"),
    [
        (("yes", "yes"), [SEVERAL, AMOUNT], "La carte est attachée au client n° 2."),
        (("yes", "no", "no"), [SEVERAL, None], "Créer quand même un nouveau client"),
        (("yes", "no", "yes"), [SEVERAL, None, AMOUNT], "Client n° 3 créé"),
        (("no",), [SEVERAL, None], "La carte"),
    ],
)
def test_a_holder_who_looks_like_a_customer_is_asked_about(
    book, excel, recorder, database, sandbox, answers, cards, last
):
    holder = sandbox.ledger.cards[AMOUNT].holder
    with open_database(database) as opened:
        known = {"last_name": holder.last_name, "first_name": holder.first_name, "email": holder.email}
        opened.push(checked_sheet([known]), request(backup=False))
    click("sale")
    in_front(excel).range(HOLDER).value = AMOUNT
    recorder.answers.extend(answers)
    click("sale")
    assert last in said(recorder)[-2]
    with open_database(database) as opened:
        assert [customer.values.get("loyalty_card") for customer in opened.customers()] == cards


def test_an_answer_that_is_lost_waits_in_the_queue_which_asks_before_it_sends(basket, book, excel, recorder, sandbox):
    sandbox.app.add(Fault("drop", path="/v1/sales", times=0))
    sandbox.app.add(Fault("error", path="/v1/sales", times=0))
    waiting = answering(recorder, "sale", "yes")
    assert waiting.startswith("En attente de FidelPass\u00a0: ne remettez pas encore les gains")
    assert "En attente de FidelPass\u00a0: 1, depuis 0 min" in waiting
    assert answering(recorder, "sale").startswith("FidelPass n'a pas encore confirmé les gains de cette vente")
    number = basket.range(SALE).value
    assert answering(recorder, "queue").startswith("En attente de FidelPass\u00a0: 1, depuis 0 min")
    listed = in_front(excel)
    assert listed.name == "File d'attente FidelPass"
    assert listed["A2:F2"].value == [
        number, SEVERAL, "68,91", "gains à retenir",
        "réponse inconnue\u00a0: FidelPass sera interrogé d'abord", "0 min",
    ]  # fmt: skip
    click("queue")
    assert recorder.alerts[-1].mode == "critical"
    sandbox.app.clear()
    assert answering(recorder, "queue").startswith("Rien n'attend\u00a0: FidelPass a tout reçu.")
    assert listed["D2"].value == "gains retenus"
    assert len(sandbox.ledger.sales) == 1, "held once, whatever was lost"
    basket.book.set_mock_caller()
    basket.book.activate()
    assert answering(recorder, "sale", "yes") == "Payée et transmise à FidelPass"
    assert answering(recorder, "queue") == "Rien n'attend\u00a0: FidelPass a tout reçu."
    assert len(excel.books) == 3, "no list of nothing"


def test_a_paid_sale_that_fidelpass_refuses_is_listed_until_it_is_settled(basket, excel, recorder, sandbox):
    answering(recorder, "sale", "yes")
    number = basket.range(SALE).value
    sandbox.ledger.sales[number].state = "cancelled"  # as after a hold that FidelPass let go
    refused = answering(recorder, "sale", "yes")
    assert refused.startswith("Payée, refusée par FidelPass\u00a0: ")
    assert recorder.alerts[-1].mode == "critical"
    assert "mais refusées par FidelPass\u00a0: 1" in answering(recorder, "queue")
    listed = in_front(excel)
    assert listed["A2:D2"].value == [number, SEVERAL, "68,91", "refusée par FidelPass"]
    assert listed["G2"].data_validation.type == "list"
    listed["G2"].value = "peut-être"
    assert answering(recorder, "queue").startswith("Ligne 2, «\u00a0À faire\u00a0»\u00a0: «\u00a0peut-être\u00a0»")
    listed["G2"].value = "Réglée avec FidelPass"
    settled = answering(recorder, "queue")
    assert settled.startswith(f"Vente n° {number}\u00a0: «\u00a0Réglée avec FidelPass\u00a0», c'est fait.")
    assert settled.endswith("Rien n'attend\u00a0: FidelPass a tout reçu.")
    assert listed["A2"].value is None


@pytest.mark.parametrize(("word", "state", "left"), [("Annuler", "cancelled", "12.50"), ("payée", "confirmed", "7.50")])
def test_a_held_sale_whose_basket_is_lost_is_cancelled_or_paid_from_the_queue(
    basket, book, excel, recorder, sandbox, word, state, left
):
    """Its gains are nobody's to use until then."""
    answering(recorder, "sale", "yes")
    number = basket.range(SALE).value
    basket.book.close()
    book.set_mock_caller()
    assert "Ventes retenues, ni payées ni annulées\u00a0: 1." in answering(recorder, "queue")
    listed = in_front(excel)
    assert listed["A2:D2"].value == [number, SEVERAL, "68,91", "gains retenus"]
    listed["G2"].value = word
    assert answering(recorder, "queue").endswith("Rien n'attend\u00a0: FidelPass a tout reçu.")
    assert (str(sandbox.ledger.sales[number].state), remaining(sandbox, "M")) == (state, left)
    assert listed["A2"].value is None


def test_a_sale_without_gains_is_paid_while_fidelpass_is_away(book, excel, recorder, sandbox, database):
    click("sale")
    sheet = in_front(excel)
    sheet.range(HOLDER).value = SEVERAL
    sheet.range("A9").value = [["Robe", 1, 49.9, None, 20]]
    sandbox.app.add(Fault("error", path="/v1/sales", times=0))
    held = answering(recorder, "sale", "yes")
    assert "Enregistrer cette vente, sans gain" in said(recorder)[-2]
    assert "Encaissez 49,90 €" in held
    assert answering(recorder, "sale", "yes").startswith("Payée, pas encore transmise à FidelPass")
    sandbox.app.clear()
    assert answering(recorder, "sale") == "Payée et transmise à FidelPass"


@pytest.mark.parametrize(
    ("place", "typed", "message"),
    [
        (HOLDER, "999999", "FidelPass ne connaît pas la carte 999999."),
        (HOLDER, "Personne", "Aucun client de la base ne répond à «\u00a0Personne\u00a0»."),
        (HOLDER, None, "Dites à qui est ce panier"),
        ((9, 2), "deux", "Panier, ligne 9, colonne «\u00a0Quantité\u00a0»\u00a0: «\u00a0deux\u00a0» n'est pas"),
        ((9, 5), 0.2, "Panier, ligne 9\u00a0: le taux de TVA 0,2 n'existe pas."),
    ],
)
def test_what_is_wrong_in_a_basket_is_said_with_its_place(basket, recorder, sandbox, place, typed, message):
    basket.range(place).value = typed
    assert answering(recorder, "sale").startswith(message)
    assert sandbox.ledger.sales == {}


def test_a_basket_is_read_and_filled_in_a_fixed_number_of_calls(basket, recorder, calls):
    with calls.counting() as few:
        answering(recorder, "sale", "no")
    basket.range("A12").value = [["Article", 1, 1, None, 20]] * 40
    with calls.counting() as many:
        answering(recorder, "sale", "no")
    assert len(many) == len(few)


def test_cells_are_written_as_rectangles():
    cells = {(r, c): r * 10 + c for r in (1, 2, 3) for c in (1, 2)} | {(2, 4): 24, (5, 1): 51, (1, 7): None}
    found = [(5, 1, [[51]]), (1, 1, [[11, 12], [21, 22], [31, 32]]), (2, 4, [[24]]), (1, 7, [[None]])]
    assert rectangles(cells) == found


# ---------------------------------------------------------------- Entraînement
@pytest.fixture
def practising(book, recorder, database):
    """Begin practice mode with its button; leave it at the end."""
    answering(recorder, "practice", "yes")
    yield
    if load_settings({}).practice:
        stop_practice()


def test_practice_begins_and_ends_with_its_button_and_is_marked_everywhere(practising, excel, recorder, documents):
    assert said(recorder)[-1].startswith(f"{BANNER} Clients inventés")
    assert "20 clients inventés" in said(recorder)[-1]
    assert recorder.status[-1] == "ENTRAÎNEMENT\u00a0: rien de ceci n'est réel"
    click("sale")
    sheet = in_front(excel)
    assert sheet["A1"].value == "ENTRAÎNEMENT – Vente FidelPass\u00a0: rien de ceci n'est réel"
    assert sheet.book.name.startswith("ENTRAÎNEMENT - Vente FidelPass du ")
    click("jobs")
    assert in_front(excel)["K1"].value == "ENTRAÎNEMENT\u00a0: rien de ceci n'est réel"
    assert all(text.startswith(BANNER) for text in said(recorder)[1:])
    assert answering(recorder, "practice", "yes").startswith("L'entraînement est fini\u00a0: ")
    assert recorder.status[-1] is False


def test_a_sale_can_be_practised_and_the_shop_never_hears_of_it(practising, excel, recorder, sandbox, database):
    click("sale")
    sheet = in_front(excel)
    sheet.range(HOLDER).value = SEVERAL
    sheet.range("A9").value = LINES
    for _ in range(2):
        answering(recorder, "sale", "yes")
    assert sheet.range(STATE).value == "Payée et transmise à FidelPass"
    assert sandbox.ledger.sales == {}
    answering(recorder, "practice", "yes")
    assert answering(recorder, "sale").startswith("Ce panier est d'entraînement.")
    assert answering(recorder, "refund").startswith("Ce panier est d'entraînement.")
    assert answering(recorder, "cancel_sale").startswith("Ce panier est d'entraînement.")


def test_practice_leaves_a_real_basket_alone(basket, recorder, sandbox, database):
    answering(recorder, "sale", "yes")
    before = basket.used_range.value
    answering(recorder, "practice", "yes")
    try:
        for button in ("sale", "refund", "cancel_sale"):
            assert "Ce panier est un vrai" in answering(recorder, button)
    finally:
        stop_practice()
    assert basket.used_range.value == before


@pytest.mark.parametrize("button", ["jobs", "settings", "add_customer", "find_customer", "select"])
def test_a_form_made_in_practice_acts_on_nothing_real(practising, excel, recorder, button):
    """A job's number in a list of practice is another job of the shop."""
    click(button)
    in_front(excel)
    stop_practice()
    assert "n'a pas été faite dans ce mode" in answering(recorder, button)


def test_in_practice_cards_and_gains_in_a_shops_sheet_say_so(practising, open_book, tmp_path, recorder):
    sheet = fill(open_book(template(tmp_path / "clients.xlsx")).sheets[0], [person(Carte="433713")])
    sheet.range("B2").select()
    answering(recorder, "attach_card", "yes")
    click("gains")
    texts = [str(cell) for cell in sheet.used_range.rows[1].value if str(cell).startswith("Entraînement\u00a0: ")]
    assert len(texts) == 3
