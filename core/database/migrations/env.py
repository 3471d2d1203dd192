"""Alembic's entry: runs the migrations in the transaction that `core.database.migrating` gives."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=False)
context.run_migrations()
