"""How alembic runs here: on the connection that storage.schema hands over, on SQLite and PostgreSQL alike."""

from alembic import context

from storage.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
