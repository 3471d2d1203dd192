"""Receipts: one page per job, in French and English, that says everything and runs nothing."""

import re
import time
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core.database import open_database
from core.i18n import show_moment, show_zone
from core.issues import Code, Issue, Severity
from core.profiles import load_system
from core.pushing.receipts import LISTED, Told, receipt
from tests.customer_sheets import people, request, sheet

TOLD = Told("carnet undo 1", shops=True)


@pytest.fixture(autouse=True)
def paris(monkeypatch):
    """The clock of these tests is that of Paris."""
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


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
        ("fr", ["Reçu d&#x27;envoi — lot n° 1", "01/05/2026 11:30 (UTC+2)", "Par zoe", "Magasin lyon", "clients.xlsx",
                "f" * 64, "ajouter et modifier", "kind = client, les cases vides effacent", "Lignes lues : 27",
                "2 clients créés", "25 refusées",
                "Ligne 4 &lt;b&gt;E-mail&lt;/b&gt; : « &lt;script&gt; » n", "Et 5 autres", "carnet undo 1"]),
        ("en", ["Push receipt — job no. 1", "2026-05-01 11:30 (UTC+2)", "By zoe", "Rows read: 27",
                "2 customers created", "25 refused", "blank cells erase", "carnet undo 1"]),
    ],
)  # fmt: skip
def test_a_receipt_says_who_when_what_and_how_to_undo(pushed, lang, said):
    page = receipt(pushed.job(1), pushed.outcomes(1), lang, TOLD)
    for text in said:
        assert text in words(page)
    assert page.count("<th>" + ("Ligne" if lang == "fr" else "Row")) == LISTED


def test_a_refusal_that_is_read_again_writes_its_dates_and_amounts_in_the_readers_language(tmp_path):
    """Days later, in the list of jobs and on the receipt, a date is 25/03/2008 in French, never 2008-03-25."""
    either = {"first": date(2008, 3, 25), "second": date(1908, 3, 25), "reason": "date_century"}
    with open_database(str(tmp_path / "a.db")) as db:
        checked = sheet(people(2))
        checked.issues += [
            Issue(2, "Né le", "birth_date", Code.DATE_AMBIGUOUS, Severity.ERROR, "25/03/08", either),
            Issue(3, "Plafond", "credit_limit", Code.AMOUNT_OUT_OF_RANGE, Severity.ERROR, "2000",
                  {"reason": "amount_great", "limit": Decimal("1000.5")}),
        ]  # fmt: skip
        proof = (date(2026, 5, 2), "bulletin papier")
        now = [o.message("fr") for o in db.push(checked, request(consent_proof=proof)).outcomes]
        assert [o.message("fr") for o in db.outcomes(1)] == now
        assert "« 25/03/08 » peut être le 25/03/2008 ou le 25/03/1908" in now[0].replace("\u00a0", " ")
        assert "1\u202f000,5" in now[1]
        assert "may be 2008-03-25 or 1908-03-25" in db.outcomes(1)[0].message("en")
        page = words(receipt(db.job(1), db.outcomes(1), "fr", TOLD))
    assert "25/03/2008" in page
    assert "preuve des accords : 02/05/2026, bulletin papier" in page


def test_a_receipt_gives_the_whole_command_and_says_when_it_is_practice(pushed):
    page = words(receipt(pushed.job(1), [], "fr", Told('carnet undo 1 --db "b.db"', practice=True)))
    assert "bouton « Lots et annulation… », lot n° 1." in page
    assert "carnet undo 1 --db &quot;b.db&quot;." in page
    assert "ENTRAÎNEMENT : rien de ceci n&#x27;est réel" in page
    assert "ENTRAÎNEMENT" not in receipt(pushed.job(1), [], "fr", TOLD)


def test_a_receipt_names_the_system_and_its_options_as_the_user_knows_them(pushed):
    """The only shop of a database, which nobody named, is not named."""
    odeis = load_system("odeis")
    page = words(receipt(pushed.job(1), [], "fr", Told("carnet undo 1", profile=odeis)))
    assert "Système Odeis (fichier routage)" in page
    assert "Options Prospect ou client : Client, les cases vides effacent" in page
    assert "Magasin" not in page


@pytest.mark.parametrize(("moment", "zone", "said"), [
    (datetime(2026, 1, 5, 23, 30), "Europe/Paris", "06/01/2026 00:30 UTC+1"),
    (datetime(2026, 7, 5, 12, tzinfo=UTC), "America/St_Johns", "05/07/2026 09:30 UTC-2:30"),
    (datetime(2026, 7, 5, 12), "UTC", "05/07/2026 12:00 UTC"),
])  # fmt: skip
def test_moments_are_said_by_the_clock_of_this_computer(monkeypatch, moment, zone, said):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    assert f"{show_moment(moment, 'fr')} {show_zone(moment)}" == said


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
