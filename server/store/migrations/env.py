"""Run by Alembic: takes the steps on the connection, in the transaction, that it is given."""

from alembic import context

from server.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite alters tables by copying them
)
context.run_migrations()
