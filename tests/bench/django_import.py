"""django-import-export, as its documentation uses it: one model, one resource, a dry run, then the import."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import tablib


def import_with_django(rows: Sequence[Mapping[str, Any]], database: Path) -> float:
    """Import rows into SQLite, dry run and real, and return the seconds; the dataset is read beforehand."""
    import django
    from django.conf import settings

    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(database)}},
        INSTALLED_APPS=["import_export", "tests.bench"],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )
    django.setup()
    from django.db import connection, models
    from import_export import resources  # only importable once django is set up

    fields: dict[str, Any] = {}
    for name in rows[0]:
        sample = next((row[name] for row in rows if row[name] is not None), "")
        fields[name] = _field(models, name, sample)
    meta = type("Meta", (), {"app_label": "bench"})
    customer = type("Customer", (models.Model,), {"__module__": __name__, "Meta": meta, **fields})
    with connection.schema_editor() as editor:
        editor.create_model(customer)
    options = {"model": customer, "import_id_fields": ["account_number"], "skip_unchanged": True}
    resource = type("R", (resources.ModelResource,), {"Meta": type("Meta", (), options)})()
    dataset = tablib.Dataset(*([_text(v) for v in row.values()] for row in rows), headers=list(rows[0]))
    begun = time.perf_counter()
    for dry_run in (True, False):
        result = resource.import_data(dataset, dry_run=dry_run, raise_errors=True)
        assert result.totals["new"] == len(rows), result.totals
    return time.perf_counter() - begun


def _field(models: Any, name: str, sample: Any) -> Any:
    if isinstance(sample, bool):
        return models.BooleanField(null=True)
    if isinstance(sample, Decimal):
        return models.DecimalField(max_digits=20, decimal_places=6, null=True)
    if hasattr(sample, "year"):
        return models.DateField(null=True)
    keys = ("account_number", "email", "mobile", "loyalty_card")
    return models.CharField(max_length=255, null=True, db_index=name in keys)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return "" if value is None else str(value)
