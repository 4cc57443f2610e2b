"""Which of the console's sessions were ended before their term."""

from sqlalchemy import Column, Table, Text

from gateway.store.tables.columns import METADATA, Instant

__all__ = ["SESSION_ENDED"]

SESSION_ENDED = Table(
    "session_ended",
    METADATA,
    Column("mark", Text, primary_key=True, comment="of the session's id; only the house can make it"),
    Column("expires_at", Instant, nullable=False, index=True, comment="then its cookie is worth nothing anyway"),
)
"""A row each, until its term."""
