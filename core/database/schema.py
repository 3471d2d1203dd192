"""The schema of the POS database, as it is now; `migrations/` holds how it came to be.

Texts compare byte for byte on every database (MariaDB's usual collations ignore case and trailing spaces). Moments
are UTC without a zone. JSON is kept as text, so that the same bytes come back everywhere.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.types import TypeEngine

from core.fields import FIELDS, FieldType

MARIADB: dict[str, Any] = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_nopad_bin",
    "mysql_row_format": "DYNAMIC",
}
KEY_LENGTH = 255
DIGITS, DECIMALS = 20, 6
"""An amount has at most 14 digits before the point and 6 after it; a push refuses what does not fit."""

LONG_TEXT = Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")


class Amount(TypeDecorator[Decimal]):
    """An exact decimal: the database's own, or text on SQLite, which has none. Comes back without trailing zeros."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type."""
        return dialect.type_descriptor(String(DIGITS + 2) if dialect.name == "sqlite" else Numeric(DIGITS, DECIMALS))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Write."""
        return format(value, "f") if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Read."""
        return None if value is None else plain_decimal(Decimal(value))


def plain_decimal(value: Decimal) -> Decimal:
    """Return a decimal without trailing zeros or powers of ten: 10.50 → 10.5, 1E+2 → 100."""
    return Decimal(format(value.normalize(), "f"))


def column_type(kind: FieldType) -> TypeEngine[Any]:
    """Return the column type of a field's canonical values."""
    types: dict[FieldType, TypeEngine[Any]] = {
        FieldType.DATE: Date(),
        FieldType.FLAG: Boolean(),
        FieldType.AMOUNT: Amount(),
    }
    return types.get(kind, Text())


metadata = MetaData()

shops = Table(
    "shops",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(40), nullable=False),
    Column("name", String(200), nullable=False, server_default=""),
    Index("shops_code", "code", unique=True),
    sqlite_autoincrement=True,
    **MARIADB,
)

customers = Table(
    "customers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("shop_id", Integer, ForeignKey("shops.id"), nullable=False),
    Column("kind", String(10), nullable=False, server_default="client"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", DateTime, nullable=False),
    Column("modified_at", DateTime, nullable=False),
    Column("source_system", String(60)),
    Column("source_reference", Text),
    Column("identity", String(32)),
    Column("account_key", String(KEY_LENGTH)),
    Column("card_key", String(KEY_LENGTH)),
    Column("email_key", String(KEY_LENGTH)),
    Column("mobile_key", String(KEY_LENGTH)),
    Column("name_key", String(KEY_LENGTH)),
    Column("company_key", String(KEY_LENGTH)),
    Column("extra", LONG_TEXT),
    *(Column(key, column_type(kind)) for key, kind in FIELDS.items()),
    # what makes each customer once, whoever pushes: one account number, and one customer per pushed row
    Index("customers_account_key", "shop_id", "account_key", unique=True),
    Index("customers_identity", "shop_id", "identity", unique=True),
    Index("customers_card_key", "card_key"),
    Index("customers_email_key", "email_key"),
    Index("customers_mobile_key", "mobile_key"),
    Index("customers_name_key", "name_key"),
    Index("customers_company_key", "company_key"),
    **MARIADB,
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(10), nullable=False, server_default="push"),
    Column("state", String(10), nullable=False, server_default="done"),
    Column("shop_id", Integer),  # null in jobs older than shops
    Column("user", String(200), nullable=False),
    Column("system", String(60), nullable=False, server_default=""),
    Column("mode", String(10), nullable=False, server_default=""),
    Column("file_name", Text),
    Column("file_hash", String(64), nullable=False, server_default=""),
    Column("options", LONG_TEXT),
    Column("started_at", DateTime, nullable=False),
    Column("finished_at", DateTime),
    Column("row_ranges", LONG_TEXT),  # the sheet rows read, "2-5001,5003": the ones without an outcome were not reached
    Column("rows_read", Integer, nullable=False, server_default="0"),
    Column("created", Integer, nullable=False, server_default="0"),
    Column("updated", Integer, nullable=False, server_default="0"),
    Column("unchanged", Integer, nullable=False, server_default="0"),
    Column("refused", Integer, nullable=False, server_default="0"),
    Column("removed", Integer, nullable=False, server_default="0"),
    Column("undoes", Integer),
    Index("jobs_file_hash", "file_hash"),
    Index("jobs_undoes", "undoes"),
    sqlite_autoincrement=True,
    **MARIADB,
)

job_rows = Table(
    "job_rows",
    metadata,
    Column("job_id", Integer, ForeignKey("jobs.id"), primary_key=True, autoincrement=False),
    Column("row", Integer, primary_key=True, autoincrement=False),
    Column("outcome", String(10), nullable=False),
    Column("customer_id", Integer),  # no foreign key: the record outlives the customer
    Column("reason", String(60)),
    Column("params", LONG_TEXT),
    Column("before", LONG_TEXT),
    Column("after", LONG_TEXT),
    Index("job_rows_customer", "customer_id"),
    **MARIADB,
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("shop_id", Integer, ForeignKey("shops.id"), nullable=False),
    Column("person", String(32), nullable=False),  # hash of a row's search keys
    Column("customer_id", Integer, nullable=False),  # ... who is not this customer
    Column("user", String(200), nullable=False),
    Column("decided_at", DateTime, nullable=False),
    Index("decisions_pair", "shop_id", "person", "customer_id", unique=True),
    sqlite_autoincrement=True,
    **MARIADB,
)

mappings = Table(
    "mappings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("system", String(60), nullable=False),
    Column("content", LONG_TEXT, nullable=False),
    Column("user", String(200), nullable=False),
    Column("saved_at", DateTime, nullable=False),
    Index("mappings_name", "name", "system", unique=True),
    sqlite_autoincrement=True,
    **MARIADB,
)

marketing_actions = Table(
    "marketing_actions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("shop_id", Integer, ForeignKey("shops.id"), nullable=False),
    Column("code", String(60), nullable=False),
    Column("label", Text),
    Column("user", String(200), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Index("marketing_actions_code", "shop_id", "code", unique=True),
    sqlite_autoincrement=True,
    **MARIADB,
)

marketing_action_customers = Table(
    "marketing_action_customers",
    metadata,
    Column("action_id", Integer, ForeignKey("marketing_actions.id"), primary_key=True, autoincrement=False),
    Column("customer_id", Integer, primary_key=True, autoincrement=False),
    Index("marketing_action_customers_customer", "customer_id"),
    **MARIADB,
)

selections = Table(
    "selections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("shop_id", Integer, ForeignKey("shops.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("content", LONG_TEXT, nullable=False),
    Column("user", String(200), nullable=False),
    Column("saved_at", DateTime, nullable=False),
    Index("selections_name", "shop_id", "name", unique=True),
    sqlite_autoincrement=True,
    **MARIADB,
)

loyalty_operations = Table(
    "loyalty_operations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("shop_id", Integer, ForeignKey("shops.id"), nullable=False),
    Column("idempotency_key", String(64), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("state", String(10), nullable=False),  # pending, sent, confirmed, unknown, failed, cancelled
    Column("card", String(40)),
    Column("customer_id", Integer),
    Column("parent_id", Integer, ForeignKey("loyalty_operations.id")),  # the sale that a refund reverses
    Column("amount", Amount()),
    Column("request", LONG_TEXT),
    Column("answer", LONG_TEXT),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("user", String(200), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("modified_at", DateTime, nullable=False),
    Index("loyalty_operations_key", "idempotency_key", unique=True),
    Index("loyalty_operations_state", "state"),
    Index("loyalty_operations_customer", "customer_id"),
    sqlite_autoincrement=True,
    **MARIADB,
)

settings = Table(
    "settings",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("value", LONG_TEXT),
    **MARIADB,
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Integer, nullable=False),
    **MARIADB,
)
