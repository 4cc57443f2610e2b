"""An index of the entries that tell of what expired: whoever verifies one entry looks them up among all (R19.10)."""

# ruff: noqa: INP001 - Alembic loads revisions by path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index where it is not there; PostgreSQL reads every month for it, and takes no entry meanwhile."""
    op.execute("CREATE INDEX IF NOT EXISTS audit_record_expiry ON audit_record (at) WHERE kind = 2")
