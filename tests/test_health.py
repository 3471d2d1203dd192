"""The set-up is tested for real, part by part, and what is wrong is said in a sentence that helps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.actions.health import examine
from core.database import open_database
from core.database.operations import StoredOperations
from core.loyalty.faults import Fault
from core.loyalty.operations import Operation
from core.loyalty.sandbox import Sandbox
from core.settings import Settings


def said(settings, part):
    return next((f.ok, f.message.replace("\u00a0", " ")) for f in examine(settings) if f.part == part)


def test_nothing_set_is_no_fault_and_not_ticked_either():
    """It is said how to set it up, in words that agree with the part."""
    found = {f.part: f for f in examine(Settings()) if f.part != "keyring"}
    assert {part: f.ok for part, f in found.items()} == dict.fromkeys(
        ("database", "fidelpass", "queue", "services"), True
    )
    assert {f.mark for f in found.values()} == {"–"}
    for part, words in {
        "database": ("pas encore réglée.", "carnet settings --db"),
        "fidelpass": ("pas encore réglé.", "carnet settings --fidelpass-url"),
        "services": ("pas encore réglés.", "carnet settings --service-percent"),
    }.items():
        assert all(word in found[part].message for word in words), found[part].message


def test_what_is_set_and_works_is_ticked(tmp_path):
    with open_database(str(tmp_path / "caisse.db")):
        pass
    settings = Settings(db=str(tmp_path / "caisse.db"), service_percent="FID10")
    marks = {f.part: f.mark for f in examine(settings)}
    assert [marks[part] for part in ("database", "queue", "services", "fidelpass")] == ["✓", "✓", "✓", "–"]


def test_a_sound_fidelpass_says_what_was_tested():
    with Sandbox() as sandbox:
        assert said(Settings(fidelpass_url=sandbox.url), "fidelpass") == (
            True,
            "il répond : version 1.0, sur cet ordinateur, sans certificat, horloge à 0 s près, identifiants acceptés.",
        )


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://nulle-part.invalid", "nulle-part.invalid"),
        ("http://fidelpass.example", "https"),
        ("fidelpass", "https://"),
        ("http://127.0.0.1:1", "connexion est refusée"),
    ],
)
def test_a_bad_address_is_said_before_anything_else(url, words):
    ok, message = said(Settings(fidelpass_url=url), "fidelpass")
    assert (ok, words in message) == (False, True)


@pytest.mark.parametrize(
    ("version", "faults", "words"),
    [
        ("2.0", (), "version"),
        ("1.0", (Fault("skew", path="/v1/ping", times=0, seconds=3600),), "60 min"),
        ("1.0", (Fault("error", times=0),), "500"),
    ],
)
def test_what_is_wrong_with_fidelpass_is_said(version, faults, words):
    with Sandbox(version=version, faults=faults) as sandbox:
        ok, message = said(Settings(fidelpass_url=sandbox.url), "fidelpass")
    assert (ok, words in message) == (False, True), message


def test_what_waits_is_said_with_its_age(tmp_path):
    path = str(tmp_path / "caisse.db")
    with open_database(path) as database:
        recorded = datetime.now(UTC) - timedelta(hours=30, minutes=5)
        StoredOperations(database, "zoe").add(Operation("sale-one", "sale-one", "reserve", "{}", recorded))
    ok, message = said(Settings(db=path), "queue")
    assert (ok, message.startswith("En attente de FidelPass : 1, depuis 30 h")) == (True, True)


def test_services_and_hours_are_said(tmp_path):
    settings = Settings(service_percent="FID10", service_amount="FIDEU", gains_hours="8")
    assert said(settings, "services") == (True, "FID10, FIDEU ; les gains d'une feuille sont redemandés après 8 h.")
    assert said(Settings(gains_hours="x"), "services")[0] is False
