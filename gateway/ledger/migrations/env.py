"""Run by Alembic inside `upgrade`, on the connection that it was handed."""

from alembic import context

from gateway.ledger.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
