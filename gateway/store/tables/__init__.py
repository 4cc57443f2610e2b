"""The gateway's own tables, a file for each room that owns some."""

from gateway.store.tables.catalogue import CATALOGUE_STEP, CATALOGUE_VERSION
from gateway.store.tables.collection import (
    RECORD_HEAD,
    RECORD_VERSION,
    SUBMISSION,
    SUBMISSION_CHUNK,
    SUBMISSION_PROBLEM,
    SYNCED,
)
from gateway.store.tables.columns import CENTRE, METADATA, Instant, microseconds
from gateway.store.tables.obligations import (
    OBLIGATION,
    OBLIGATION_MARK,
    OBLIGATION_REMINDER,
    OBLIGATION_REPORT,
    OBLIGATION_STEP,
)
from gateway.store.tables.officers import REPORTING_OFFICER
from gateway.store.tables.papers import (
    EVIDENCE,
    GRANT,
    PAPER,
    PAPER_EVIDENCE,
    PAPER_PERSON,
    PAPER_STEP,
    PAPER_SUBJECT,
)
from gateway.store.tables.quarantine import QUARANTINE_REASON, QUARANTINED
from gateway.store.tables.retention import TOMBSTONE
from gateway.store.tables.sessions import SESSION_ENDED
from gateway.store.tables.trail import (
    CHECKPOINT,
    HIDING,
    HOLD,
    KEY,
    LEASE,
    LOG,
    LOG_KEY,
    PAPER_LINE,
    PARTITIONED,
    RECORD,
    RUN,
    SHAPE,
    STREAM,
    SUBJECT,
    TALLY,
    TILE,
)
from gateway.store.tables.violations import VIOLATION, VIOLATION_EVIDENCE, VIOLATION_STEP
from gateway.store.tables.workdays import CALENDAR_DAY, CALENDAR_NOTICE

__all__ = [
    "CALENDAR_DAY",
    "CALENDAR_NOTICE",
    "CATALOGUE_STEP",
    "CATALOGUE_VERSION",
    "CENTRE",
    "CHECKPOINT",
    "EVIDENCE",
    "GRANT",
    "HIDING",
    "HOLD",
    "KEY",
    "LEASE",
    "LOG",
    "LOG_KEY",
    "METADATA",
    "OBLIGATION",
    "OBLIGATION_MARK",
    "OBLIGATION_REMINDER",
    "OBLIGATION_REPORT",
    "OBLIGATION_STEP",
    "PAPER",
    "PAPER_EVIDENCE",
    "PAPER_LINE",
    "PAPER_PERSON",
    "PAPER_STEP",
    "PAPER_SUBJECT",
    "PARTITIONED",
    "QUARANTINED",
    "QUARANTINE_REASON",
    "RECORD",
    "RECORD_HEAD",
    "RECORD_VERSION",
    "REPORTING_OFFICER",
    "RUN",
    "SESSION_ENDED",
    "SHAPE",
    "STREAM",
    "SUBJECT",
    "SUBMISSION",
    "SUBMISSION_CHUNK",
    "SUBMISSION_PROBLEM",
    "SYNCED",
    "TALLY",
    "TILE",
    "TOMBSTONE",
    "VIOLATION",
    "VIOLATION_EVIDENCE",
    "VIOLATION_STEP",
    "Instant",
    "microseconds",
]
