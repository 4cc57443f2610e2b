"""The first tables: the trail, and the records that agencies reported to the centre (Art. 7, 19).

Until the first release this revision is the tables as they are declared; from then on it is frozen.
"""

# ruff: noqa: INP001 - Alembic loads revisions by path

from alembic import op

from gateway.store.months import add_default_partitions
from gateway.store.tables import CENTRE, METADATA

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create all tables."""
    from connectors.credit_centre import METADATA as REPORTED  # noqa: PLC0415 - a connector is loaded when needed

    connection = op.get_bind()
    METADATA.create_all(connection, checkfirst=True)
    REPORTED.create_all(connection, checkfirst=True)
    CENTRE.create_all(connection, checkfirst=True)
    if connection.dialect.name == "postgresql":
        add_default_partitions(connection)
