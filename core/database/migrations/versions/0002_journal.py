"""The journal of every row, search keys, all the fields, and what selections, mappings and loyalty need."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0002"
down_revision = "0001"

MARIADB: dict[str, Any] = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_nopad_bin",
    "mysql_row_format": "DYNAMIC",
}
LONG = sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")
AMOUNT: sa.types.TypeEngine[Any] = sa.Numeric(20, 6).with_variant(sa.String(22), "sqlite")
KEYS = ("account_key", "card_key", "email_key", "mobile_key", "name_key", "company_key")
TEXTS = [
    "title",
    "legal_name",
    "phone2",
    "fax",
    "website",
    "twitter",
    "suburb",
    "state",
    "delivery_company",
    "delivery_contact",
    "delivery_email",
    "delivery_phone",
    "delivery_address1",
    "delivery_address2",
    "delivery_suburb",
    "delivery_postcode",
    "delivery_city",
    "delivery_state",
    "delivery_country",
    "sex",
    "opt_in_source",
    "contact_preference",
    "group",
    "contact_type",
    "access_status",
    "price_list",
    "account_type",
    "tax_number",
    "sales_admin_email",
    "sales_rep_email",
    "free_code_1",
    "free_code_2",
    "custom_1",
    "custom_2",
    "custom_3",
    "custom_4",
]
FLAGS = ("work_address", "undeliverable", "tax_exempt", "employee", "loyalty_enabled")
AMOUNTS = ("credit_limit", "discount", "loyalty_balance", "balance", "store_credit", "year_to_date")
PART = 5000


def upgrade() -> None:
    """Complete the first tables, create the others, and give the customers that are there their search keys."""
    _complete_customers()
    _complete_jobs()
    _create_journal()
    _create_saved_things()
    _create_loyalty()
    _fill_keys(op.get_bind())
    for key in ("account_key", "identity"):
        op.create_index(f"customers_{key}", "customers", ["shop_id", key], unique=True)
    for key in KEYS[1:]:
        op.create_index(f"customers_{key}", "customers", [key])


def _complete_customers() -> None:
    columns: list[sa.Column[Any]] = [
        sa.Column("source_system", sa.String(60)),
        sa.Column("source_reference", sa.Text),
        sa.Column("identity", sa.String(32)),
        *(sa.Column(key, sa.String(255)) for key in KEYS),
        sa.Column("extra", LONG),
        *(sa.Column(name, sa.Text) for name in TEXTS),
        sa.Column("opt_in_date", sa.Date),
        *(sa.Column(name, sa.Boolean) for name in FLAGS),
        *(sa.Column(name, AMOUNT) for name in AMOUNTS),
    ]
    for column in columns:
        op.add_column("customers", column)


def _complete_jobs() -> None:
    columns: list[sa.Column[Any]] = [
        sa.Column("kind", sa.String(10), nullable=False, server_default="push"),
        sa.Column("state", sa.String(10), nullable=False, server_default="done"),
        sa.Column("shop_id", sa.Integer),
        sa.Column("system", sa.String(60), nullable=False, server_default=""),
        sa.Column("mode", sa.String(10), nullable=False, server_default=""),
        sa.Column("options", LONG),
        sa.Column("finished_at", sa.DateTime),
        sa.Column("row_ranges", LONG),
        sa.Column("removed", sa.Integer, nullable=False, server_default="0"),
        sa.Column("undoes", sa.Integer),
    ]
    for column in columns:
        op.add_column("jobs", column)
    op.create_index("jobs_file_hash", "jobs", ["file_hash"])
    op.create_index("jobs_undoes", "jobs", ["undoes"])


def _create_journal() -> None:
    op.create_table(
        "job_rows",
        sa.Column("job_id", sa.Integer, sa.ForeignKey("jobs.id"), primary_key=True, autoincrement=False),
        sa.Column("row", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("customer_id", sa.Integer),
        sa.Column("reason", sa.String(60)),
        sa.Column("params", LONG),
        sa.Column("before", LONG),
        sa.Column("after", LONG),
        **MARIADB,
    )
    op.create_index("job_rows_customer", "job_rows", ["customer_id"])
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("shop_id", sa.Integer, sa.ForeignKey("shops.id"), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("customer_id", sa.Integer, nullable=False),
        sa.Column("user", sa.String(200), nullable=False),
        sa.Column("decided_at", sa.DateTime, nullable=False),
        sqlite_autoincrement=True,
        **MARIADB,
    )
    op.create_index("decisions_pair", "decisions", ["shop_id", "person", "customer_id"], unique=True)
    counters = op.create_table(
        "counters",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.Integer, nullable=False),
        **MARIADB,
    )
    op.bulk_insert(counters, [{"name": "customers", "value": 0}])
    op.create_table(
        "settings",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("value", LONG),
        **MARIADB,
    )


def _create_saved_things() -> None:
    op.create_table(
        "mappings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("system", sa.String(60), nullable=False),
        sa.Column("content", LONG, nullable=False),
        sa.Column("user", sa.String(200), nullable=False),
        sa.Column("saved_at", sa.DateTime, nullable=False),
        sqlite_autoincrement=True,
        **MARIADB,
    )
    op.create_index("mappings_name", "mappings", ["name", "system"], unique=True)
    op.create_table(
        "marketing_actions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("shop_id", sa.Integer, sa.ForeignKey("shops.id"), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("label", sa.Text),
        sa.Column("user", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sqlite_autoincrement=True,
        **MARIADB,
    )
    op.create_index("marketing_actions_code", "marketing_actions", ["shop_id", "code"], unique=True)
    action = sa.ForeignKey("marketing_actions.id")
    op.create_table(
        "marketing_action_customers",
        sa.Column("action_id", sa.Integer, action, primary_key=True, autoincrement=False),
        sa.Column("customer_id", sa.Integer, primary_key=True, autoincrement=False),
        **MARIADB,
    )
    op.create_index("marketing_action_customers_customer", "marketing_action_customers", ["customer_id"])
    op.create_table(
        "selections",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("shop_id", sa.Integer, sa.ForeignKey("shops.id"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("content", LONG, nullable=False),
        sa.Column("user", sa.String(200), nullable=False),
        sa.Column("saved_at", sa.DateTime, nullable=False),
        sqlite_autoincrement=True,
        **MARIADB,
    )
    op.create_index("selections_name", "selections", ["shop_id", "name"], unique=True)


def _create_loyalty() -> None:
    op.create_table(
        "loyalty_operations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("shop_id", sa.Integer, sa.ForeignKey("shops.id"), nullable=False),
        sa.Column("idempotency_key", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("card", sa.String(40)),
        sa.Column("customer_id", sa.Integer),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("loyalty_operations.id")),
        sa.Column("amount", AMOUNT),
        sa.Column("request", LONG),
        sa.Column("answer", LONG),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("user", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("modified_at", sa.DateTime, nullable=False),
        sqlite_autoincrement=True,
        **MARIADB,
    )
    op.create_index("loyalty_operations_key", "loyalty_operations", ["idempotency_key"], unique=True)
    op.create_index("loyalty_operations_state", "loyalty_operations", ["state"])
    op.create_index("loyalty_operations_customer", "loyalty_operations", ["customer_id"])


def _fill_keys(connection: sa.Connection) -> None:
    """Give the customers of the older schema their search keys; of two with one account number the first keeps it."""
    from core.database.keys import customer_keys

    names = ("account_number", "loyalty_card", "email", "mobile", "last_name", "first_name", "postcode", "company",
             "country")  # fmt: skip
    customers = sa.table("customers", *(sa.column(n) for n in ("id", "shop_id", *names, *KEYS)))
    update = customers.update().where(customers.c.id == sa.bindparam("number"))
    seen: set[tuple[int, str]] = set()
    last = -1
    while True:
        page = sa.select(customers).where(customers.c.id > last).order_by(customers.c.id).limit(PART)
        rows = connection.execute(page).mappings().all()
        if not rows:
            break
        changes = []
        for row in rows:
            found = customer_keys({n: row[n] for n in names})
            account = (row["shop_id"], found.get("account_key") or "")
            if account in seen:
                found.pop("account_key")
            elif account[1]:
                seen.add(account)
            changes.append({"number": row["id"], **{k: found.get(k) for k in KEYS}})
        connection.execute(update.values({k: sa.bindparam(k) for k in KEYS}), changes)
        last = rows[-1]["id"]
    connection.execute(sa.text("UPDATE counters SET value = :n WHERE name = 'customers'"), {"n": max(last, 0)})
