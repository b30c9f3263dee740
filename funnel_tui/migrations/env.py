"""Runs the migrations on the connection and in the transaction that the caller opened."""

from alembic import context
from sqlmodel import SQLModel

from funnel_tui import models  # noqa: F401  (fills the metadata)

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
context.run_migrations()
