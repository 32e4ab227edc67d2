"""Run by Alembic: migrates through the connection it is handed, inside that connection's transaction."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from archive.store.schema import metadata

connection = context.config.attributes["connection"]
assert isinstance(connection, Connection)
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
