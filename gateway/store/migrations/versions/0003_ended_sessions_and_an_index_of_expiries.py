"""Sessions that were ended, and an index of the entries that tell of what expired.

Whoever verifies one entry looks those up among all (R19.10).
"""

# ruff: noqa: INP001 - Alembic loads revisions by path

from alembic import op

from gateway.store.tables import METADATA

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create what is not there; PostgreSQL reads every month for the index, and takes no entry meanwhile."""
    METADATA.create_all(op.get_bind(), checkfirst=True)
    op.execute("CREATE INDEX IF NOT EXISTS audit_record_expiry ON audit_record (at) WHERE kind = 2")
