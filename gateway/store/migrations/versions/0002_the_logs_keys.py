"""The keys of the log, which follow each other (R19.10)."""

# ruff: noqa: INP001 - Alembic loads revisions by path

from alembic import op

from gateway.store.tables import LOG_KEY

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table where the first revision, being younger, has not made it."""
    LOG_KEY.create(op.get_bind(), checkfirst=True)
