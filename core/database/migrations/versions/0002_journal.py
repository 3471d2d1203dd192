"""The journal of every row, search keys, all the fields, and what selections, mappings and loyalty need."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from core.database.migrations.steps import Steps

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
    steps = Steps()
    _complete_customers(steps)
    _complete_jobs(steps)
    _create_journal(steps)
    _create_saved_things(steps)
    _create_loyalty(steps)
    _fill_keys(op.get_bind())
    for key in ("account_key", "identity"):
        steps.create_index(f"customers_{key}", "customers", ["shop_id", key], unique=True)
    for key in KEYS[1:]:
        steps.create_index(f"customers_{key}", "customers", [key])


def _complete_customers(steps: Steps) -> None:
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
    steps.add_columns("customers", columns)


def _complete_jobs(steps: Steps) -> None:
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
    steps.add_columns("jobs", columns)
    steps.create_index("jobs_file_hash", "jobs", ["file_hash"])
    steps.create_index("jobs_undoes", "jobs", ["undoes"])


def _create_journal(steps: Steps) -> None:
    steps.create_table(
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
    steps.create_index("job_rows_customer", "job_rows", ["customer_id"])
    steps.create_table(
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
    steps.create_index("decisions_pair", "decisions", ["shop_id", "person", "customer_id"], unique=True)
    steps.create_table(
        "counters",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.Integer, nullable=False),
        **MARIADB,
    )
    steps.create_table(
        "settings",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("value", LONG),
        **MARIADB,
    )


def _create_saved_things(steps: Steps) -> None:
    steps.create_table(
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
    steps.create_index("mappings_name", "mappings", ["name", "system"], unique=True)
    steps.create_table(
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
    steps.create_index("marketing_actions_code", "marketing_actions", ["shop_id", "code"], unique=True)
    action = sa.ForeignKey("marketing_actions.id")
    steps.create_table(
        "marketing_action_customers",
        sa.Column("action_id", sa.Integer, action, primary_key=True, autoincrement=False),
        sa.Column("customer_id", sa.Integer, primary_key=True, autoincrement=False),
        **MARIADB,
    )
    steps.create_index("marketing_action_customers_customer", "marketing_action_customers", ["customer_id"])
    steps.create_table(
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
    steps.create_index("selections_name", "selections", ["shop_id", "name"], unique=True)


def _create_loyalty(steps: Steps) -> None:
    steps.create_table(
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
    steps.create_index("loyalty_operations_key", "loyalty_operations", ["idempotency_key"], unique=True)
    steps.create_index("loyalty_operations_state", "loyalty_operations", ["state"])
    steps.create_index("loyalty_operations_customer", "loyalty_operations", ["customer_id"])


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
    counters = sa.table("counters", sa.column("name"), sa.column("value"))
    connection.execute(counters.delete())
    connection.execute(counters.insert(), {"name": "customers", "value": max(last, 0)})
