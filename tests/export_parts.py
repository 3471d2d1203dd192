"""Customers for the export tests: ordinary ones, and ones whose values no system's sheet shows as they are."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

from core import actions
from core.database import open_database
from tests.customer_sheets import people, request, sheet

SYSTEMS = ("odeis", "cloud-pos", "le-new-black", "lightspeed")

# ruff: noqa: E501 - one line a customer, however long
NASTY = [
    {"last_name": "Docteur", "first_name": "Ève", "title": "dr", "sex": "non_binary", "postcode": "01000", "city": "Bourg"},
    {"last_name": "=1+1", "first_name": "@SUM(A1)", "company": "+33", "notes": "-2", "address1": "#REF!", "city": "NA"},
    {"last_name": "Long" * 30, "first_name": "x" * 80, "company": "Société " * 20, "city": "Saint-" * 12, "country": "FR"},
    {"last_name": "Müller", "first_name": "Jürg", "country": "CH", "mobile": "+41791234567", "phone": "+33639980102",
     "postcode": "1201", "city": "Genève"},
    {"last_name": "Janssens", "first_name": "An", "country": "BE", "mobile": "+33612345678", "phone": "+3225551234",
     "postcode": "1000", "city": "Bruxelles"},
    {"last_name": "Vieux", "first_name": "Hector", "birth_date": date(1899, 12, 31), "city": "Metz"},
    {"last_name": "Riche", "credit_limit": Decimal("12345678901234.123456"), "discount": Decimal("0.1"), "balance": Decimal(-3)},
    {"company": "Ets. Vide", "country": "XK", "price_list": "Tarif pro", "contact_type": "prospect",
     "access_status": "blocked", "x_store_email": "boutique@example.fr", "account_type": "Pro"},
    {"last_name": "Lignes", "first_name": "Zoé", "notes": "une\r\ndeux\rtrois\nquatre\t.", "address1": " deux  espaces "},
    {"last_name": "Lignes", "first_name": "Zoé 😀", "notes": "_x0041_ & <b> \"q\" ' ]]>", "city": "Aix\u00a0en\u202fProvence"},
    {"last_name": "Sans", "email": "pas une adresse", "mobile": "12", "postcode": "ABC", "birth_date": date(2031, 1, 1)},
    {"last_name": "Doublon", "email": "meme@example.fr", "mobile": "+33612121212"},
    {"last_name": "Doublon", "first_name": "Autre", "email": "meme@example.fr", "mobile": "+33612121212"},
    {"last_name": "Carte", "loyalty_card": "0001234567890123456", "account_number": "007", "free_code_1": "0", "custom_1": "1e5"},
    {"last_name": "Accord", "email_opt_in": True, "sms_opt_in": False, "opt_in_date": date(2024, 2, 29), "tax_exempt": True},
    {"notes": "personne"},
    {"last_name": "VRAI", "first_name": "Nul", "city": "null", "state": "None", "suburb": "n/a", "country": "FR"},
    {"last_name": "Date", "first_name": "03/04/1987", "birth_date": date(1987, 4, 3), "address1": "12/03/2020"},
]  # fmt: skip


def fill_base(address: str, count: int = 30) -> None:
    """Fill a new base with ordinary and nasty customers."""
    with open_database(address) as database:
        decisions = {}
        rows = [{k: v for k, v in row.items() if v is not None} for row in people(count)]
        report = database.push(sheet(rows + NASTY), request(consent_proof=(date(2024, 2, 29), "boutique"),
                                                             decisions=decisions))  # fmt: skip
        assert report.refused <= 1, [o for o in report.outcomes if o.outcome == "refused"]


def context(system: str, address: str, **options: str) -> actions.Context:
    """Return a context, every optional column on."""
    profile = actions.system(system)
    flags = {
        o.key: "yes" for o in profile.options if o.type == "flag" and o.key in ("recent_columns", "loyalty_balance")
    }
    return actions.Context(profile, "fr", actions.run_options(profile, flags | options), address)


def saved_by_libreoffice(path: Path, kind: str = "xlsx") -> Path:
    """Return a copy of a workbook as LibreOffice saves it."""
    folder = path.parent / "office"
    home = path.parent / "profile"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{home}", "--headless", "--convert-to", kind, "--outdir", folder, path],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    shutil.rmtree(home, ignore_errors=True)
    return folder / f"{path.stem}.{kind.partition(':')[0]}"
