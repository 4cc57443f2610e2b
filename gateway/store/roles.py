"""Who may do what with the trail on PostgreSQL: whoever keeps it adds to it, and nobody changes or deletes (R19.10).

``deploy/postgres/roles.sql`` makes the roles; what they may do is granted here, by the owner of the tables, when it
migrates. A gateway that owns its tables itself is bound by its code alone.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, text

from connectors.wall import KEEPER
from gateway.store.engine import READER_OF_THE_TRAIL
from gateway.store.tables import (
    CENTRE,
    CHECKPOINT,
    EVIDENCE,
    GRANT,
    HIDING,
    HOLD,
    KEY,
    LOG,
    LOG_KEY,
    METADATA,
    PAPER,
    PAPER_EVIDENCE,
    PAPER_LINE,
    PAPER_PERSON,
    PAPER_STEP,
    PAPER_SUBJECT,
    PARTITIONED,
    RECORD,
    RECORD_VERSION,
    RUN,
    SESSION_ENDED,
    SHAPE,
    STREAM,
    SUBJECT,
    TALLY,
    TILE,
    TOMBSTONE,
)

__all__ = ["KEEPER_OF_PAPERS", "KEEPER_OF_THE_TRAIL", "READER_OF_THE_TRAIL", "grant_to_keeper", "grant_to_roles"]

KEEPER_OF_THE_TRAIL: Final = "xinyong_keeps_trail"
KEEPER_OF_PAPERS: Final = "xinyong_keeps_papers"

_ADDED_TO: Final = (STREAM, RECORD, SUBJECT, PAPER_LINE, SHAPE, LOG, LOG_KEY, RUN, CHECKPOINT)
_CHANGED: Final[Mapping[str, str]] = {
    TALLY.name: "UPDATE",
    TILE.name: "UPDATE (hashes)",
    KEY.name: "UPDATE (destroyed_at)",
    HOLD.name: "UPDATE (released_by, released_at, released_for)",
    HIDING.name: "UPDATE (lifted_by, lifted_at)",
}
_CALLED: Final = (
    "audit_expire(bigint, integer, timestamptz)",
    "audit_prune_tiles(bigint)",
    "audit_drop_months()",
    "audit_add_months(integer)",
)
_NEVER_CHANGED: Final[Mapping[str, str]] = {
    RECORD_VERSION.name: "SELECT, INSERT, DELETE",
    TOMBSTONE.name: "SELECT, INSERT",
}
"""What of the centre's tables is written once: a version is deleted by law alone, a tombstone never."""
_OF_OTHERS: Final = ("audit_", "paper")
_PAPERS: Final = (PAPER, PAPER_SUBJECT, PAPER_PERSON, PAPER_EVIDENCE, PAPER_STEP, EVIDENCE, GRANT)


def grant_to_roles(connection: Connection) -> None:
    """Grant to the roles that are there what they are for."""
    schema = connection.execute(text("SELECT quote_ident(current_schema())")).scalar_one()
    for role, granted in (
        (KEEPER_OF_THE_TRAIL, _to_the_keeper_of_the_trail()),
        (KEEPER_OF_PAPERS, _to_the_keeper_of_papers()),
        (READER_OF_THE_TRAIL, _to_the_reader_of_the_trail()),
    ):
        _grant(connection, schema, role, granted)
    _grant(connection, schema, KEEPER, _beside_the_trail())
    grant_to_keeper(connection)


def grant_to_keeper(connection: Connection) -> None:
    """Grant to who keeps reported records what stands beside them; a version is added or deleted, never changed."""
    schema = connection.execute(text("SELECT quote_ident(current_schema())")).scalar_one()
    _grant(connection, schema, KEEPER, _to_the_keeper_of_records())


def _grant(connection: Connection, schema: str, role: str, granted: Iterator[str]) -> None:
    there = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).first()
    if there is None:
        return
    if schema != "public":  # of that we may not be the owner, and everybody is in it already
        connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
    for each in granted:
        connection.exec_driver_sql(f"GRANT {each} TO {role}")


def _to_the_keeper_of_the_trail() -> Iterator[str]:
    for table in _ADDED_TO:
        yield f"SELECT, INSERT ON {table.name}"
    for name, change in _CHANGED.items():
        yield f"SELECT, INSERT, {change} ON {name}"
    for table in PARTITIONED:
        yield f"SELECT ON {table.name}_rest"
    for name in _CALLED:
        yield f"EXECUTE ON FUNCTION {name}"
    yield "SELECT ON alembic_version"


def _to_the_keeper_of_papers() -> Iterator[str]:
    for table in _PAPERS:
        yield f"SELECT, INSERT, UPDATE, DELETE ON {table.name}"


def _to_the_keeper_of_records() -> Iterator[str]:
    for table in CENTRE.sorted_tables:
        granted = _NEVER_CHANGED.get(table.name, "SELECT, INSERT, DELETE, UPDATE")
        yield f"{granted} ON {table.name}"


def _beside_the_trail() -> Iterator[str]:
    """Name what else is in the gateway's own database; nothing is deleted but that a session was ended, at its term."""
    for name in METADATA.tables:
        if not name.startswith(_OF_OTHERS):
            yield f"SELECT, INSERT, UPDATE ON {name}"
    yield f"DELETE ON {SESSION_ENDED.name}"


def _to_the_reader_of_the_trail() -> Iterator[str]:
    for name in METADATA.tables:
        if name.startswith("audit_"):
            yield f"SELECT ON {name}"
