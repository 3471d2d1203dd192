"""Receipts: one page per job, in French and English, that says everything and runs nothing."""

import re
from datetime import datetime

import pytest

from core.database import open_database
from core.issues import Code, Issue, Severity
from core.pushing.receipts import LISTED, Told, receipt
from tests.customer_sheets import people, request, sheet

TOLD = Told("carnet undo 1")


@pytest.fixture
def pushed(tmp_path):
    """Return a database with one job: two customers, and more refused rows than a page lists."""
    with open_database(str(tmp_path / "a.db"), shop="lyon") as db:
        checked = sheet(people(27))
        for row in checked.table.rows[2:]:
            checked.issues.append(
                Issue(
                    row,
                    "<b>E-mail</b>",
                    "email",
                    Code.EMAIL_INVALID,
                    Severity.ERROR,
                    "<script>",
                    {"reason": "email_no_at"},
                )
            )
        db.push(checked, request(options={"kind": "client"}, erase_blank=True, now=datetime(2026, 5, 1, 9, 30)))
        yield db


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL)).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("fr", ["Reçu d&#x27;envoi — lot n° 1", "01/05/2026 09:30 UTC", "Par zoe", "Magasin lyon", "clients.xlsx",
                "f" * 64, "ajouter et modifier", "kind = client, les cases vides effacent", "Lignes lues : 27",
                "2 clients créés", "25 refusées", "Ligne 4", "Et 5 autres", "carnet undo 1"]),
        ("en", ["Push receipt — job no. 1", "2026-05-01 09:30 UTC", "By zoe", "Rows read: 27", "2 customers created",
                "25 refused", "blank cells erase", "carnet undo 1"]),
    ],
)  # fmt: skip
def test_a_receipt_says_who_when_what_and_how_to_undo(pushed, lang, said):
    page = receipt(pushed.job(1), pushed.outcomes(1), lang, TOLD)
    for text in said:
        assert text in words(page)
    assert page.count("<th>" + ("Ligne" if lang == "fr" else "Row")) == LISTED


def test_a_receipt_gives_the_whole_command_and_says_when_it_is_practice(pushed):
    page = words(receipt(pushed.job(1), [], "fr", Told('carnet undo 1 --db "b.db"', practice=True)))
    assert "bouton « Lots et annulation… », lot n° 1." in page
    assert "carnet undo 1 --db &quot;b.db&quot;." in page
    assert "ENTRAÎNEMENT : rien de ceci n&#x27;est réel" in page
    assert "ENTRAÎNEMENT" not in receipt(pushed.job(1), [], "fr", TOLD)


def test_nothing_in_a_receipt_runs(pushed):
    page = receipt(pushed.job(1), pushed.outcomes(1), "fr", TOLD)
    assert "<script" not in page
    assert "<b>" not in page
    assert "http" not in page


def test_an_undone_job_says_so(pushed):
    undo = pushed.undo(1, user="luc").job
    assert "annulé par le lot n° 2" in words(receipt(pushed.job(1), [], "fr", TOLD))
    page = words(receipt(pushed.job(undo), pushed.outcomes(undo), "fr", TOLD))
    assert "Reçu d&#x27;annulation — lot n° 2" in page
    assert "2 clients retirés" in page
