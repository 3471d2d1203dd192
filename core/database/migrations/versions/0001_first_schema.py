"""Shops, customers, and a bare list of jobs."""

from typing import Any

import sqlalchemy as sa

from core.database.migrations.steps import Steps

revision = "0001"
down_revision = None

MARIADB: dict[str, Any] = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_nopad_bin",
    "mysql_row_format": "DYNAMIC",
}
TEXTS = [
    "account_number",
    "first_name",
    "last_name",
    "company",
    "email",
    "mobile",
    "phone",
    "address1",
    "address2",
    "postcode",
    "city",
    "country",
    "loyalty_card",
    "notes",
]
FLAGS = ("email_opt_in", "sms_opt_in")


def upgrade() -> None:
    """Create the first tables."""
    steps = Steps()
    steps.create_table(
        "shops",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False, server_default=""),
        sqlite_autoincrement=True,
        **MARIADB,
    )
    steps.create_index("shops_code", "shops", ["code"], unique=True)
    steps.create_table(
        "customers",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("shop_id", sa.Integer, sa.ForeignKey("shops.id"), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False, server_default="client"),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("modified_at", sa.DateTime, nullable=False),
        *(sa.Column(name, sa.Text) for name in TEXTS),
        sa.Column("birth_date", sa.Date),
        *(sa.Column(name, sa.Boolean) for name in FLAGS),
        **MARIADB,
    )
    steps.create_table(
        "jobs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user", sa.String(200), nullable=False),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("file_name", sa.Text),
        sa.Column("file_hash", sa.String(64), nullable=False, server_default=""),
        sa.Column("rows_read", sa.Integer, nullable=False, server_default="0"),
        sa.Column("created", sa.Integer, nullable=False, server_default="0"),
        sa.Column("updated", sa.Integer, nullable=False, server_default="0"),
        sa.Column("unchanged", sa.Integer, nullable=False, server_default="0"),
        sa.Column("refused", sa.Integer, nullable=False, server_default="0"),
        sqlite_autoincrement=True,
        **MARIADB,
    )
