"""The FidelPass commands as their user meets them: a real process, a real server, a real base."""

from __future__ import annotations

import json

import openpyxl
import pytest

from core.database import open_database
from core.gains.basket_sheet import gain_column
from core.loyalty.sandbox import Sandbox
from tests.customer_sheets import people, request, sheet
from tests.loyalty_parts import AMOUNT, PERCENT, SEVERAL
from tests.test_cli import carnet


@pytest.fixture
def run(tmp_path):
    """Return a function that runs a command against a sandbox and a base of three customers."""
    with open_database(str(tmp_path / "caisse.db")) as database:
        database.push(sheet([{**p, "loyalty_card": None} for p in people(3)]), request(backup=False))
    with Sandbox() as sandbox:

        def command(*arguments):
            return carnet(*arguments, cwd=tmp_path, CARNET_DB=str(tmp_path / "caisse.db"),
                          CARNET_FIDELPASS_URL=sandbox.url)  # fmt: skip

        command.sandbox = sandbox
        yield command


def lines(done):
    return [line.replace("\u00a0", " ") for line in done.stdout.splitlines()]


def test_a_card_is_shown_attached_and_removed(run):
    shown = run("card", "show", AMOUNT)
    assert shown.returncode == 0
    assert lines(shown)[1].startswith("Dans la base, aucun client n'a cette carte.")
    assert lines(shown)[-1].startswith("  Chèque fidélité – 12,50 €, utilisable en partie, jusqu'au ")
    attached = run("card", "attach", AMOUNT, "--customer", "2")
    assert (attached.returncode, lines(attached)) == (
        0, ["Rattachée", "Lot 2 (pour annuler dans la base : carnet undo 2)."],
    )  # fmt: skip
    refused = run("card", "attach", AMOUNT, "--customer", "3")
    assert (refused.returncode, lines(refused)) == (1, ["Refusée : Cette carte est déjà celle du client n° 2."])
    assert json.loads(run("card", "show", AMOUNT, "--json").stdout)["customers"] == [2]
    assert lines(run("card", "remove", AMOUNT))[0] == "Retirée"


def test_the_command_that_takes_a_job_back_names_the_database_where_another_one_is_meant(run, tmp_path):
    with open_database(str(tmp_path / "autre.db")) as database:
        database.push(sheet([{**p, "loyalty_card": None} for p in people(1)]), request(backup=False))
    undo = 'carnet undo {} --db "autre.db"'
    attached = run("card", "attach", AMOUNT, "--customer", "1", "--db", "autre.db")
    assert lines(attached)[1] == f"Lot 2 (pour annuler dans la base : {undo.format(2)})."
    made = run("card", "create", PERCENT, "--db", "autre.db")
    assert lines(made)[0].endswith(f"(lot 3 ; pour annuler : {undo.format(3)}).")
    assert run("job", "3", "--db", "autre.db", "--receipt", "r.html").returncode == 0
    anywhere = f'carnet undo 3 --db "{tmp_path / "autre.db"}"'  # a page is filed away from the folder it was made in
    assert anywhere.replace('"', "&quot;") in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_a_command_to_come_names_the_database_where_another_one_is_meant(run, tmp_path):
    with open_database(str(tmp_path / "autre.db")) as database:
        database.push(sheet([{**p, "loyalty_card": None} for p in people(1)]), request(backup=False))
    create = f'carnet card create {AMOUNT} --db "autre.db".'
    assert lines(run("card", "show", AMOUNT, "--db", "autre.db"))[1].endswith(create)
    made = lines(run("sale", "un panier.xlsx", "--card", AMOUNT, "--db", "autre.db"))
    assert made[0].endswith('carnet sale "un panier.xlsx" --db "autre.db"')
    assert made[2].endswith(create)
    assert lines(run("card", "show", AMOUNT))[1].endswith(f"carnet card create {AMOUNT}.")


def test_a_customer_is_created_from_a_card_once(run):
    made = run("card", "create", AMOUNT)
    assert lines(made)[0] == f"Client n° 4 créé avec la carte {AMOUNT} (lot 2 ; pour annuler : carnet undo 2)."
    again = run("card", "create", AMOUNT)
    assert (again.returncode, again.stderr.strip()) == (2, "Cette carte est déjà celle du client n° 4.")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("card", "attach", AMOUNT), "Dites à quel client rattacher la carte"),
        (("card", "show", "12"), "Un numéro de carte compte de 6 à 19 chiffres."),
        (("compare",), "Dites quoi comparer"),
        (("compare", "x.xlsx", "--proof-source", "site"), "Une preuve, c'est une date et une origine"),
        (("refund", "no-such-sale", "--all"), "Cette vente n'est pas enregistrée."),
        (("sale", "autre.xlsx"), "Cette feuille n'est pas un panier."),
        (("cards", "absent.xlsx"), "absent.xlsx"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(run, tmp_path, arguments, said):
    openpyxl.Workbook().save(tmp_path / "autre.xlsx")
    done = run(*arguments)
    assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (2, True, False), done.stderr


def test_a_column_of_cards_ends_with_1_when_a_row_is_refused(run, tmp_path):
    (tmp_path / "cartes.csv").write_text(f"N°;Carte\n1;{PERCENT}\n2;999999\n", encoding="utf-8")
    done = run("cards", "cartes.csv", "--customers", "N°")
    assert (done.returncode, lines(done)[:2]) == (1, ["Rattachée : 1", "Refusée : 1"])
    assert (tmp_path / "cartes.carnet.xlsx").exists()


def test_a_comparison_is_chosen_in_and_applied(run, tmp_path):
    run("card", "create", AMOUNT)
    done = run("compare", "--customer", "4", "-o", "c.xlsx")
    assert lines(done)[:2] == [
        "  client 4, Accord e-mail : non (caisse), oui (FidelPass)",
        "  client 4, Accord SMS : non (caisse), oui (FidelPass)",
    ]
    book = openpyxl.load_workbook(tmp_path / "c.xlsx")
    book.worksheets[0]["G2"] = book.worksheets[0]["G3"] = "FidelPass"
    book.save(tmp_path / "c.xlsx")
    refused = run("compare", "c.xlsx", "--apply")
    assert (refused.returncode, lines(refused)[0].startswith("  ligne 2 : Refusé.")) == (1, True)
    proof = ("--proof-date", "02/05/2026", "--proof-source", "bulletin")
    applied = run("compare", "c.xlsx", "--apply", *proof)
    assert (applied.returncode, lines(applied)[0]) == (
        0,
        "  ligne 2 : Fait. La caisse a repris la valeur de FidelPass.",
    )


def basket(run, tmp_path, **part):
    """Make a basket of a 100 € article, and pick 5 € of the cheque."""
    run("sale", "panier.xlsx", "--card", SEVERAL)
    book = openpyxl.load_workbook(tmp_path / "panier.xlsx")
    page = book.active
    for column, value in enumerate(["Manteau", 2, 50, None, 20], 1):
        page.cell(9, column, value)
    row = next(r for r in range(9, 19) if str(page.cell(r, gain_column("id")).value).startswith("M-"))
    page.cell(row, gain_column("use"), "Oui")
    page.cell(row, gain_column("part"), 5)
    book.save(tmp_path / "panier.xlsx")


def test_a_sale_is_shown_held_paid_and_refunded(run, tmp_path):
    basket(run, tmp_path)
    shown = lines(run("sale", "panier.xlsx"))
    assert "À payer                                                  95,00" in shown
    assert shown[-1] == "Brouillon : rien n'est envoyé"
    assert lines(run("sale", "panier.xlsx", "--hold"))[-1] == "Gains retenus par FidelPass : vous pouvez encaisser"
    paid = json.loads(run("sale", "panier.xlsx", "--paid", "--json").stdout)
    assert (paid["state"], paid["due"]) == ("paid", "95.00")
    assert lines(run("refund", "panier.xlsx")) == ["  1. Manteau : 2 à rendre au plus (--line 1=…)"]
    assert lines(run("refund", paid["sale"], "--line", "1=1")) == [
        "À rembourser au client : 47,50 €",
        "dont TVA à 20 % sur 47,50 € : 7,92 €",
        "Rendu au gain « Chèque fidélité » : 2,50 €",
        "FidelPass a enregistré le retour.",
    ]
    assert run("refund", "panier.xlsx", "--line", "2=1").returncode == 2


def test_a_basket_of_another_customer_is_not_taken_for_a_new_one(run, tmp_path):
    """`--card` on a basket that is there names its holder again, or is refused."""
    run("sale", "panier.xlsx", "--card", AMOUNT)
    assert run("sale", "panier.xlsx", "--card", f"{AMOUNT[:3]} {AMOUNT[3:]}").returncode == 0
    other = run("sale", "panier.xlsx", "--card", PERCENT)
    assert (other.returncode, f"existe déjà, pour «\u00a0{AMOUNT}\u00a0»" in other.stderr) == (2, True)
    made = json.loads(run("sale", "autre.xlsx", "--json").stdout)
    assert made == {"sale": "", "state": "draft", "due": None, "recap": None}
    assert lines(run("sale", "autre.xlsx", "--card", PERCENT))[0].startswith(f"Carte {PERCENT} ")


def test_the_queue_says_what_waits_and_sends_it(run, tmp_path):
    """FidelPass is cut off in the middle: the sale waits through a restart, and gets through once."""
    from core.loyalty.faults import Fault

    basket(run, tmp_path)
    run.sandbox.app.add(Fault("drop", path="/v1/sales", times=0))
    held = run("sale", "panier.xlsx", "--hold")
    assert lines(held)[-1] == "En attente de FidelPass : ne remettez pas encore les gains"
    assert run("sale", "panier.xlsx", "--paid").returncode == 2
    waiting = run("queue", "--look")
    assert (waiting.returncode, lines(waiting)[0].startswith("En attente de FidelPass : 1, depuis 0 min")) == (1, True)
    run.sandbox.app.clear()
    sent = run("queue")
    assert (sent.returncode, lines(sent)[0]) == (0, "Rien n'attend : FidelPass a tout reçu.")
    assert len(run.sandbox.ledger.sales) == 1


def paid_while_cut_off(run, tmp_path):
    """Hold, lose FidelPass, take the payment; FidelPass comes back and has forgotten the hold."""
    from core.loyalty.faults import Fault

    basket(run, tmp_path)
    sale = json.loads(run("sale", "panier.xlsx", "--hold", "--json").stdout)["sale"]
    run.sandbox.app.add(Fault("error", path="/v1/sales", times=0))
    assert json.loads(run("sale", "panier.xlsx", "--paid", "--json").stdout)["state"] == "paying"
    run.sandbox.app.clear()
    run.sandbox.ledger.cancel(sale)
    del run.sandbox.ledger.sales[sale]
    return sale


def test_a_paid_sale_whose_hold_fidelpass_forgot_is_held_again_and_paid(run, tmp_path):
    sale = paid_while_cut_off(run, tmp_path)
    assert run("queue").returncode == 0
    assert {key: record.state for key, record in run.sandbox.ledger.sales.items()} == {sale: "confirmed"}
    assert lines(run("sale", "panier.xlsx"))[-1] == "Payée et transmise à FidelPass"


def test_a_held_sale_is_listed_until_it_is_paid_or_cancelled(run, tmp_path):
    basket(run, tmp_path)
    run("sale", "panier.xlsx", "--hold")
    looked = run("queue", "--look")
    assert (looked.returncode, lines(looked)[:2]) == (0, [
        "Rien n'attend : FidelPass a tout reçu.",
        "Ventes retenues, ni payées ni annulées : 1. Pour en annuler une : bouton « File d'attente », ou "
        "carnet queue --cancel VENTE",
    ])  # fmt: skip
    assert "gains retenus, ni payée ni annulée, personne d'autre ne peut les utiliser, depuis" in lines(looked)[2]
    assert len(json.loads(run("queue", "--look", "--json").stdout)["held"]) == 1
    assert lines(run("queue", "--cancel", "panier.xlsx")) == ["Rien n'attend : FidelPass a tout reçu."]
    assert [str(s.state) for s in run.sandbox.ledger.sales.values()] == ["cancelled"]


def test_a_paid_sale_that_fidelpass_refuses_stays_paid_and_listed_until_it_is_settled(run, tmp_path):
    """Never a draft again, never held under a new number, never given back through FidelPass."""
    sale = paid_while_cut_off(run, tmp_path)
    del run.sandbox.ledger.cards[SEVERAL]
    reason = "FidelPass ne connaît pas cette carte. Relisez le numéro sur la carte."
    listed = [
        "Payées ou rendues au magasin, mais refusées par FidelPass : 1. Voyez avec FidelPass, puis notez-le : "
        "bouton « File d'attente », ou carnet queue --settle VENTE",
        f"  Vente n° {sale}, depuis 0 min : {reason}",
    ]
    done = run("queue")
    assert (done.returncode, lines(done)) == (1, listed)
    for step in ((), ("--hold",), ("--paid",)):
        done = run("sale", "panier.xlsx", *step)
        assert (done.returncode, lines(done)[-2:]) == (
            1, [f"Vente n° {sale}", f"Payée, refusée par FidelPass : {reason}"],
        )  # fmt: skip
    assert run.sandbox.ledger.sales == {}
    refund = run("refund", "panier.xlsx", "--all")
    assert (refund.returncode, "payée, mais FidelPass l'a refusée" in refund.stderr) == (2, True)
    looked = json.loads(run("queue", "--look", "--json").stdout)
    assert [(s["sale"], s["reason"]) for s in looked["refused"]] == [(sale, "card_unknown")]
    settled = run("queue", "--settle", "panier.xlsx")
    assert (settled.returncode, lines(settled)) == (0, ["Rien n'attend : FidelPass a tout reçu."])
    assert run("queue").returncode == 0
    assert run("queue", "--settle", sale).returncode == 2


def test_practice_is_marked_on_every_command_and_never_in_what_a_script_reads(run, tmp_path):
    assert run("practice", "on").returncode == 0
    try:
        done = run("jobs", "--json")
        assert "ENTRAÎNEMENT" in done.stderr
        assert [job["file_name"] for job in json.loads(done.stdout)] == ["practice", "practice"]
        assert json.loads(run("practice", "status", "--json").stdout)["practice"] is True
    finally:
        assert run("practice", "off").returncode == 0
    assert "ENTRAÎNEMENT" not in run("jobs", "--json").stderr
