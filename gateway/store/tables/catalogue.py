"""Versions of the indicator catalogue, municipal and of counties, with their steps (Art. 26)."""

from sqlalchemy import Column, Date, Index, Integer, Table, Text

from gateway.store.tables.columns import METADATA, Instant

__all__ = ["CATALOGUE_STEP", "CATALOGUE_VERSION"]

CATALOGUE_VERSION = Table(
    "catalogue_version",
    METADATA,
    Column("region", Text, primary_key=True, comment="410100 the city, else a county"),
    Column("version", Text, primary_key=True),
    Column("state", Text, nullable=False, comment="as it was last decided; superseded is reckoned"),
    Column("effective_from", Date, nullable=False),
    Column("document", Text, nullable=False, comment="JSON: the catalogue, or a county's overlay"),
    Column("digest", Text, nullable=False, comment="SHA-256 of what it says"),
    Column("breaking", Integer, nullable=False, comment="breaking changes against what was in force when proposed"),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("reviewed_by", Text),
    Index("catalogue_version_effective", "region", "state", "effective_from"),
)

CATALOGUE_STEP = Table(
    "catalogue_step",
    METADATA,
    Column("region", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("organisation", Text),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
"""Every transition of every version: by whom, when, why."""
