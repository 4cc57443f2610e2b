"""The register of papers (Art. 9, 18): each with its subjects, persons, evidence and steps; and the grants."""

from sqlalchemy import (
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from gateway.store.tables.columns import METADATA, Instant, step_columns

PAPER = Table(
    "paper",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False, comment="as it was last decided; expiry and exhaustion are reckoned"),
    Column("organisation", Text, comment="whom it serves, where that is an organisation"),
    Column("number", Text, comment="the number of a letter or of a recognition"),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, comment="its last day; null: long-term"),
    Column("purposes", Text, nullable=False, comment="codes with blanks between"),
    Column("scope", Text, comment="JSON: allShared, shared, restricted; null: as far as the law goes"),
    Column("max_uses", Integer, comment="for each subject"),
    Column("capacity", Integer, comment="uses in all: for each subject, times the subjects"),
    Column("uses", Integer, nullable=False),
    Column("used_at", Instant, comment="when it was last used"),
    Column("presented_by", Text, nullable=False, index=True),
    Column("presented_at", Instant, nullable=False, index=True),
    Column("reviewed_by", Text),
    Column("sealed", LargeBinary, nullable=False, comment="what names persons, under AES-GCM"),
    # A letter's number is unique for each organ (R18.4); one that was rejected may be presented anew.
    Index(
        "paper_letter_number",
        "organisation",
        "number",
        unique=True,
        sqlite_where=text("kind = 'OFFICIAL_LETTER' AND state <> 'REJECTED'"),
        postgresql_where=text("kind = 'OFFICIAL_LETTER' AND state <> 'REJECTED'"),
    ),
    Index("paper_organisation", "organisation", "kind"),
)
"""The register of papers on which queries and collections rest (Art. 9, 15, 18)."""

PAPER_SUBJECT = Table(
    "paper_subject",
    METADATA,
    Column("paper_id", Text, primary_key=True),
    Column("subject_id", Text, primary_key=True, index=True),
    Column("position", Integer, nullable=False),
    Column("uses", Integer, nullable=False),
)
"""Whom a paper is about, one by one, with the uses for each (R18.4)."""

PAPER_PERSON = Table(
    "paper_person",
    METADATA,
    Column("paper_id", Text, primary_key=True),
    Column("person", Text, primary_key=True, index=True),
)
"""Who may use a paper: its holder, or its handlers."""

PAPER_EVIDENCE = Table(
    "paper_evidence",
    METADATA,
    Column("paper_id", Text, primary_key=True),
    Column("digest", Text, primary_key=True, index=True),
    Column("sent_by", Text, nullable=False),
    Column("position", Integer, nullable=False),
)

EVIDENCE = Table(
    "paper_file",
    METADATA,
    Column("digest", Text, primary_key=True, comment="SHA-256 of the file"),
    Column("sent_by", Text, primary_key=True, index=True),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sealed_name", LargeBinary),
    Column("sent_at", Instant, nullable=False),
)
"""Files that prove papers; their content is kept outside the database."""

GRANT = Table(
    "paper_grant",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("agency", Text, nullable=False, index=True),
    Column("state", Text, nullable=False, comment="as it was last decided; activity and expiry are reckoned"),
    Column("scope", Text, nullable=False),
    Column("purposes", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("approval_document", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("reviewed_by", Text),
)
"""What of tier C an organisation may ask for at all (Art. 15(3))."""

PAPER_STEP = Table(
    "paper_step",
    METADATA,
    *step_columns("a paper's or a grant's"),
)
"""Every transition of every paper and grant: by whom, when, why, on what article."""
