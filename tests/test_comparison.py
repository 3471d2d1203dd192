"""The POS against FidelPass: what differs, which side wins, and permissions that never widen without a proof."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, timedelta

import openpyxl
import pytest

from core.actions.cards import Sides
from core.actions.comparing import apply_comparison, compare_customers, compare_file, write_compared
from core.database import open_database
from core.errors import InputError, LoyaltyError
from core.gains import Permissions, Proof
from core.holders.comparison import Choice, Difference, Side, differences, settle_choices
from core.jobs import JobKind
from core.loyalty.faults import Fault
from core.loyalty.sandbox import Sandbox
from core.settings import Settings
from tests.customer_sheets import request, sheet
from tests.loyalty_parts import AMOUNT, PERCENT, client_of

ASKED = date(2026, 5, 2)
PROOF = Proof("bulletin papier", ASKED)
KEPT_PROOF = {"opt_in_date": ASKED, "opt_in_source": "site"}


@pytest.mark.parametrize(
    ("field", "pos", "fidelpass", "differs"),
    [
        ("last_name", "LEFEVRE", "Lefèvre", False),  # a till that writes capitals
        ("last_name", "Le Goff", "Le-Goff", False),
        ("last_name", "Petit", "Petitt", True),
        ("email", "Zoe@Example.fr", "zoe@example.fr", False),
        ("email", "zoe.a@example.fr", "zoea@example.fr", True),
        ("mobile", "+33639980001", "+33639980001", False),
        ("city", None, "Nice", True),
        ("city", "Nice", None, True),
        ("city", None, None, False),
        ("birth_date", date(1961, 2, 1), date(1961, 2, 1), False),
        ("email_opt_in", None, False, False),
        ("email_opt_in", None, True, True),
        ("notes", "à nous", None, False),
    ],
)
def test_what_is_a_difference(field, pos, fidelpass, differs):
    assert bool(differences(1, AMOUNT, {field: pos}, {field: fidelpass})) is differs


def settled(pairs, pos=None, held=None, proof=None):
    """Settle (field, POS, FidelPass, side) choices."""
    choices = [Choice(Difference(1, AMOUNT, field, a, b), side) for field, a, b, side in pairs]
    return settle_choices(choices, pos or {}, held or Permissions(), proof)


def test_the_pos_takes_what_fidelpass_has_and_never_a_blank():
    done = settled([("city", "Lyon", "Nice", Side.FIDELPASS), ("email", "a@example.fr", None, Side.FIDELPASS)])
    assert (done.changes, done.refused, done.permissions) == ({"city": "Nice"}, {"email": "compare.would_erase"}, None)


def test_the_pos_keeps_what_only_the_holder_can_change_at_fidelpass():
    assert settled([("city", "Lyon", "Nice", Side.POS)]).kept == ["city"]


@pytest.mark.parametrize(
    ("ours", "theirs", "side", "pos", "proof", "sent", "changes", "refused"),
    [
        # the POS's widens: the user's proof only
        (False, True, Side.FIDELPASS, {}, None, None, {}, True),
        (False, True, Side.FIDELPASS, KEPT_PROOF, None, None, {}, True),
        (False, True, Side.FIDELPASS, {}, PROOF, None,
         {"email_opt_in": True, "opt_in_date": ASKED, "opt_in_source": "bulletin papier"}, False),
        # the POS's narrows: always right
        (True, False, Side.FIDELPASS, {}, None, None, {"email_opt_in": False}, False),
        # FidelPass's widens: the POS's own proof, or the user's
        (True, False, Side.POS, {}, None, None, {}, True),
        (True, False, Side.POS, {"opt_in_date": ASKED}, None, None, {}, True),
        (True, False, Side.POS, KEPT_PROOF, None, (True, Proof("site", ASKED)), {}, False),
        (True, False, Side.POS, {}, PROOF, (True, PROOF), {}, False),
        # FidelPass's narrows
        (False, True, Side.POS, {}, None, (False, None), {}, False),
    ],
)  # fmt: skip
def test_permissions_never_widen_without_a_proof(ours, theirs, side, pos, proof, sent, changes, refused):
    done = settled([("email_opt_in", ours, theirs, side)], pos, Permissions(theirs, True), proof)
    expected = (Permissions(sent[0], True), sent[1]) if sent else (None, None)
    assert (done.permissions, done.proof) == expected
    assert (done.changes, bool(done.refused)) == (changes, refused)


@pytest.fixture
def sandbox():
    with Sandbox() as running:
        yield running


@pytest.fixture
def sides(sandbox, tmp_path):
    """Open a base with one customer whose record differs from what the holder of card 433702 entered, and another."""
    with open_database(str(tmp_path / "caisse.db")) as database:
        one = {"last_name": "O'BRIEN", "first_name": "Elodie", "city": "Lyon", "mobile": "+33639980001",
               "loyalty_card": AMOUNT, "address2": "=1+1"}  # fmt: skip
        two = {"last_name": "Sans", "first_name": "Carte", "city": "Lyon"}
        database.push(sheet([one, two]), request(backup=False))
        yield Sides(client_of(sandbox), database)


def choose(path, sheet_number=0, **by_field):
    """Write choices into a comparison workbook: by label of the field."""
    book = openpyxl.load_workbook(path)
    rows = book.worksheets[sheet_number]
    header = [c.value for c in rows[1]]
    for row in range(2, rows.max_row + 1):
        word = by_field.get(rows.cell(row, header.index("Champ") + 1).value.replace(" ", "_").replace("-", "_"))
        if word:
            rows.cell(row, header.index("Choix") + 1, word)
    book.save(path)


def outcomes(path):
    sheet = openpyxl.load_workbook(path).worksheets[0]
    header = [c.value for c in sheet[1]]
    places = [header.index(name) for name in ("Champ", "Résultat", "Détail")]
    return {row[places[0]]: (row[places[1]], row[places[2]]) for row in sheet.iter_rows(min_row=2, values_only=True)}


def test_a_comparison_lists_every_difference_and_who_could_not_be_compared(sides):
    compared = compare_customers(sides, [1, 2])
    assert [(d.customer, d.field, d.pos, d.fidelpass) for d in compared.found] == [
        (1, "email", None, "client1@example.fr"),
        (1, "address1", None, "2 rue des Lilas"),
        (1, "postcode", None, "06300"),
        (1, "city", "Lyon", "Nice"),
        (1, "country", None, "FR"),
        (1, "birth_date", None, date(1961, 2, 1)),
        (1, "email_opt_in", False, True),
        (1, "sms_opt_in", False, True),
    ]
    assert (compared.without_card, compared.unknown) == ([2], [])


def test_choices_are_carried_out_as_a_job_that_can_be_undone(sides, sandbox, tmp_path):
    path = write_compared(compare_customers(sides, [1]), tmp_path / "comparaison.xlsx", "fr")
    choose(path, 1, Ville="FidelPass", E_mail="fidelpass")  # for the whole field
    choose(path, 0, Ville="Caisse", Accord_e_mail="FidelPass", Accord_SMS="Caisse")  # a row's own choice wins
    applied = apply_comparison(path, sides, "fr")
    said = outcomes(path)
    assert {field: said[field][0] for field in ("E-mail", "Ville", "Accord e-mail", "Accord SMS", "Adresse")} == {
        "E-mail": "Fait", "Ville": "Inchangé", "Accord e-mail": "Refusé", "Accord SMS": "Fait", "Adresse": None,
    }  # fmt: skip
    assert "--proof-date" in said["Accord e-mail"][1]
    values = sides.database.customer(1).values
    assert (values["city"], values["email"], values["address2"]) == ("Lyon", "client1@example.fr", "=1+1")
    assert sandbox.ledger.cards[AMOUNT].holder.permissions == Permissions(email_opt_in=True, sms_opt_in=False)
    assert sides.database.job(applied.job).kind is JobKind.EDIT
    sides.database.undo(applied.job, user="zoe")
    assert "email" not in sides.database.customer(1).values


def test_with_a_proof_the_pos_takes_the_consent_and_keeps_its_proof(sides, tmp_path):
    path = write_compared(compare_customers(sides, [1]), tmp_path / "comparaison.xlsx", "fr")
    choose(path, Accord_e_mail="FidelPass")
    apply_comparison(path, sides, "fr", PROOF)
    values = sides.database.customer(1).values
    assert (values["email_opt_in"], values["opt_in_date"], values["opt_in_source"]) == (True, ASKED, "bulletin papier")


def test_a_proof_dated_after_today_widens_nothing(sides, sandbox, tmp_path):
    """Neither side has changed when the message comes."""
    path = write_compared(compare_customers(sides, [1]), tmp_path / "comparaison.xlsx", "fr")
    choose(path, Accord_e_mail="FidelPass", Ville="FidelPass")
    before = sides.database.customer(1)
    with pytest.raises(InputError) as caught:
        apply_comparison(path, sides, "fr", Proof("bulletin papier", date.today() + timedelta(days=1)))
    assert (caught.value.key, sides.database.customer(1)) == ("compare.proof_to_come", before)


def test_a_comparison_that_is_open_elsewhere_is_not_carried_out_in_silence(sides, tmp_path):
    """Its outcomes could not be written beside the choices."""
    path = write_compared(compare_customers(sides, [1]), tmp_path / "comparaison.xlsx", "fr")
    choose(path, Ville="FidelPass")
    before = sides.database.customer(1)
    (tmp_path / "~$comparaison.xlsx").write_bytes(b"")
    with pytest.raises(InputError) as caught:
        apply_comparison(path, sides, "fr")
    assert (caught.value.key, sides.database.customer(1)) == ("errors.file_locked", before)


def test_a_value_that_changed_since_it_was_shown_is_left_alone(sides, tmp_path):
    path = write_compared(compare_customers(sides, [1]), tmp_path / "comparaison.xlsx", "fr")
    choose(path, Ville="FidelPass")
    moved = {"last_name": "O'BRIEN", "first_name": "Elodie", "city": "Bron", "mobile": "+33639980001"}
    sides.database.push(sheet([moved]), request(backup=False))
    applied = apply_comparison(path, sides, "fr")
    assert (list(applied.rows.values()), applied.job) == ([("refused", "compare.changed_since")], None)
    assert sides.database.customer(1).values["city"] == "Bron"


def test_a_consent_that_does_not_get_through_is_said_and_nothing_else_is_lost(sides, sandbox, tmp_path):
    path = write_compared(compare_customers(sides, [1]), tmp_path / "comparaison.xlsx", "fr")
    choose(path, Accord_SMS="Caisse", Ville="FidelPass")
    sandbox.app.add(Fault("error", path="/v1/cards/permissions", times=0))
    applied = apply_comparison(path, sides, "fr")
    assert applied.problem.key == "loyalty.server_error"
    assert sorted(applied.rows.values()) == [("refused", "compare.not_sent"), ("updated", "compare.taken")]
    assert sides.database.customer(1).values["city"] == "Nice"


def test_the_customers_of_a_sheet_are_compared_by_their_cards(sides, tmp_path):
    path = tmp_path / "clients.csv"
    path.write_text(f"Nom;Carte\na;{AMOUNT}\nb;{PERCENT}\nc;x\n", encoding="utf-8")
    compared = compare_file(path, sides, "fr", tmp_path / "sortie.xlsx")
    assert list(compared.customers) == [1]
    assert openpyxl.load_workbook(tmp_path / "sortie.xlsx").worksheets[0].max_row == 9


def test_texts_stay_texts_in_the_workbook(sides, tmp_path):
    sides.database.push(sheet([{"last_name": "=1+1", "first_name": "Noémie", "loyalty_card": "433704"}]),
                        request(backup=False))  # fmt: skip
    path = write_compared(compare_customers(sides, [3]), tmp_path / "comparaison.xlsx", "fr")
    cell = next(c for row in openpyxl.load_workbook(path).worksheets[0].iter_rows() for c in row if c.value == "=1+1")
    assert cell.data_type == "s" or cell.quotePrefix


@pytest.mark.parametrize(("word", "key"), [("Oui", "compare.bad_side"), (None, "compare.nothing_chosen")])
def test_a_workbook_without_a_readable_choice_is_refused(sides, tmp_path, word, key):
    path = write_compared(compare_customers(sides, [1]), tmp_path / "comparaison.xlsx", "fr")
    choose(path, Ville=word)
    with pytest.raises(InputError) as caught:
        apply_comparison(path, sides, "fr")
    assert caught.value.key == key


def test_another_workbook_is_not_taken_for_a_comparison(sides, tmp_path):
    openpyxl.Workbook().save(tmp_path / "autre.xlsx")
    with pytest.raises(InputError) as caught:
        apply_comparison(tmp_path / "autre.xlsx", sides, "fr")
    assert caught.value.key == "compare.not_ours"


def test_a_dead_server_writes_no_comparison(sides, tmp_path):
    with Sandbox() as gone:
        dead = Sides(client_of(gone), sides.database)
    with pytest.raises(LoyaltyError):
        compare_customers(dead, [1])


@pytest.mark.parametrize(("count", "said"), [(20, False), (21, True)])
def test_the_terminal_says_that_it_shows_the_first_differences_alone(sides, capsys, count, said):
    from dataclasses import replace

    from core.cli.comparing import _say_compared

    compared = compare_customers(sides, [1])
    _say_compared(replace(compared, found=compared.found[:1] * count), "c.xlsx", Settings(), as_json=False)
    shown = f"(20 premières sur {count}, toutes dans le classeur)" in capsys.readouterr().out
    assert shown == said


def test_a_comparison_is_written_again_when_asked(sides, monkeypatch, tmp_path, capsys):
    """`compare -o F --replace` writes over an earlier comparison."""
    from core.cli import comparing

    out = tmp_path / "vue.xlsx"
    out.write_bytes(b"")
    monkeypatch.setattr(comparing, "open_sides", lambda settings: nullcontext(sides))
    comparing.compare(["--customer", "1", "-o", str(out), "--replace"], standalone_mode=False)
    assert f"{out}" in capsys.readouterr().out
    assert openpyxl.load_workbook(out).sheetnames
