"""The golden deliveries: what `carnet deliver` hands to each importer today, kept beside the tests.

`python -m tests.golden_deliveries` writes the missing ones and never overwrites: delete a golden file to renew it, and
look at it before committing it.
"""

from __future__ import annotations

import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

from core import actions
from core.pushing.filling import Target, fill
from core.template.workbook import plan_template, write_plan

FOLDER = Path(__file__).parent / "golden" / "deliveries"
GOLDEN = (
    ("odeis", "xlsx"),
    ("odeis", "xls"),
    ("cloud-pos", "xlsx"),
    ("le-new-black", "xlsx"),
    ("lightspeed", "csv"),
    ("lightspeed", "xlsx"),
)
# ruff: noqa: E501 - one customer after the other
PEOPLE = [
    {"account_number": "C-0001", "title": "mrs", "last_name": "LEFÈVRE", "first_name": "Chloé", "address1": "12 rue d'Ain",
     "postcode": "01000", "city": "Bourg-en-Bresse", "country": "FR", "mobile": "+33639980102", "phone": "+33465710102",
     "email": "chloe.lefevre@example.fr", "birth_date": date(1987, 3, 24), "loyalty_card": "0433724",
     "company": "Lefèvre Couture", "contact_type": "customer", "access_status": "connected", "undeliverable": False,
     "sex": "female", "loyalty_enabled": True, "credit_limit": Decimal("150.5"), "email_opt_in": False,
     "year_to_date": Decimal("99.9"), "balance": Decimal(3)},
    {"account_number": "007", "last_name": "=1+1", "first_name": "Zoé;", "city": "Genève", "postcode": "1201",
     "country": "CH", "mobile": "+41791234567", "company": "+33 \"Élan\"", "notes": "une\ndeux, trois",
     "contact_type": "prospect", "email": "zoe@example.com"},
    {"account_number": "007", "last_name": "Second", "first_name": "Acheteur", "country": "CH", "company": "+33 \"Élan\"",
     "email": "second@example.com"},
    {"account_number": "X" * 40, "last_name": "Long" * 20, "company": "Sans pays", "email": "pas-une-adresse"},
    {"account_number": "C-0005", "last_name": "Marin", "first_name": "Luc", "company": "Marin", "country": "FR",
     "city": "#EFFACER"},
]  # fmt: skip
OPTIONS = {"odeis": {"kind": "prospect", "free_code_2": "NOEL"}}


def context(system: str) -> actions.Context:
    """Return a system with its options."""
    profile = actions.system(system)
    return actions.Context(profile, "fr", actions.run_options(profile, OPTIONS.get(system, {})))


def write_sheet(path: Path, system: str, people: list[dict[str, object]] = PEOPLE) -> None:
    """Write the people in the user's own sheet of a system."""
    where = context(system)
    fields = where.profile.columns(where.options)
    filled = fill(people, Target(where.profile, fields, where.options, "fr"))  # type: ignore[arg-type]
    write_plan(plan_template(where.profile, "fr", where.options), path, filled.rows())


def deliver(system: str, kind: str, folder: Path) -> actions.Delivered:
    """Deliver the people."""
    write_sheet(folder / "clients.xlsx", system)
    return actions.deliver_file(folder / "clients.xlsx", folder / "out", context(system), actions.Packing(kind))


def golden_path(system: str, kind: str) -> Path:
    """Return where a golden delivery is kept."""
    return FOLDER / f"{system}.{kind}"


def main() -> None:
    """Write the golden files that are missing."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for system, kind in GOLDEN:
        path = golden_path(system, kind)
        if not path.exists():
            with tempfile.TemporaryDirectory() as folder:
                path.write_bytes(deliver(system, kind, Path(folder)).files[0].read_bytes())
            print(path)


if __name__ == "__main__":
    main()
