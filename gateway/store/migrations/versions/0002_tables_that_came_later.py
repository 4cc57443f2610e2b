"""The keys of the log, reporting officers: what a database of an older first revision has not (R10.1, R19.10)."""

# ruff: noqa: INP001 - Alembic loads revisions by path

from alembic import op

from gateway.store.tables import CENTRE, METADATA

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables that are not there."""
    connection = op.get_bind()
    METADATA.create_all(connection, checkfirst=True)
    CENTRE.create_all(connection, checkfirst=True)
