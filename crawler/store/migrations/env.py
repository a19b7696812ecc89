"""Runs migrations on the connection that `crawler.store.migrate` hands over; locking and commit are its business."""

from alembic import context

from crawler.store.migrate import VERSION_TABLE
from crawler.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    # SQLite can take DDL back too, if one lets it: a migration that is killed must leave nothing half-done.
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
