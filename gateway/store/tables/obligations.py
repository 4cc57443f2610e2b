"""What agencies have to report by when, and what follows where they do not (Art. 12, 13).

PLANNED, DUE and OVERDUE are not here: the clock says them. ``decided`` is what somebody decided, or a receipt did.
"""

from sqlalchemy import JSON, Column, Date, Index, Integer, Table, Text, UniqueConstraint

from gateway.store.tables.columns import METADATA, Instant, step_columns

OBLIGATION = Table(
    "obligation",
    METADATA,
    Column("id", Text, primary_key=True, comment="agency, record type and period"),
    Column("agency", Text, nullable=False),
    Column("record_type", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="DAILY, PERIODIC or DECISION"),
    Column("mode", Text, nullable=False),
    Column("cycle", Text, comment="null: no period of the catalogue"),
    Column("period", Text, nullable=False, comment="its name, 2026-11 or 2026-Q4"),
    Column("period_from", Date, nullable=False),
    Column("period_to", Date, nullable=False),
    Column("opens_at", Instant, nullable=False, comment="from when it is due"),
    Column("due_on", Date, nullable=False),
    Column("due_at", Instant, nullable=False, comment="24:00 of that day: then it is overdue"),
    Column("due_status", Text, nullable=False, comment="CONFIRMED, or PROVISIONAL: nobody is reminded"),
    Column("calendar_version", Integer, nullable=False, comment="by which the day was reckoned"),
    Column("decided", Text, nullable=False, comment="PLANNED until something was decided"),
    Column("met_at", Instant),
    Column("submission", Text, comment="the receipt by which it was met"),
    Column("records", Integer, comment="of a decision day: how many came late"),
    Column("override_basis", Text, comment="another law that sets the time limit"),
    Column("reminder", Text, index=True),
    Column("report", Text, index=True),
    Index("obligation_due", "due_at", "id"),
    Index("obligation_of_agency", "agency", "due_at", "id"),
    Index("obligation_open", "decided", "opens_at"),
    Index("obligation_duty", "agency", "record_type", "kind", "period_to"),
)

OBLIGATION_STEP = Table(
    "obligation_step",
    METADATA,
    *step_columns("an obligation's, a reminder's or a report's"),
)
"""Every transition, and every day that was reckoned anew: by whom, when, why, on what article."""

OBLIGATION_REMINDER = Table(
    "obligation_reminder",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("year", Integer, comment="of its number, which it gets when it is signed"),
    Column("seq", Integer, comment="the number within its year"),
    Column("number", Text),
    Column("agency", Text, nullable=False, index=True),
    Column("state", Text, nullable=False, index=True),
    Column("drafted_at", Instant, nullable=False, index=True),
    Column("letter", JSON, comment="as it was sent; null while it is a draft"),
    Column("grace_on", Date),
    Column("grace_at", Instant),
    Column("grace_status", Text),
    Column("calendar_version", Integer, comment="by which the grace was reckoned"),
    Column("signed_by", Text),
    Column("signatory", Text),
    Column("sent_at", Instant),
    Column("delivered_at", Instant),
    Column("delivery", Text),
    Column("delivery_reference", Text),
    Column("read_at", Instant),
    Column("read_by", Text),
    Column("report", Text),
    UniqueConstraint("year", "seq"),
)
"""Written reminders (书面催报); a number once given is never given again."""

OBLIGATION_REPORT = Table(
    "obligation_report",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("year", Integer),
    Column("seq", Integer),
    Column("number", Text),
    Column("agency", Text, nullable=False, index=True),
    Column("state", Text, nullable=False, index=True),
    Column("reminder", Text, nullable=False, unique=True),
    Column("drafted_at", Instant, nullable=False, index=True),
    Column("letter", JSON, comment="as it was submitted; null while it is a draft"),
    Column("submitted_by", Text),
    Column("submitted_at", Instant),
    Column("outcome_document", Text),
    Column("outcome_on", Date),
    Column("recorded_by", Text),
    UniqueConstraint("year", "seq"),
)
"""Reports to the government for circulated criticism (报请通报批评), and what came of them."""

OBLIGATION_MARK = Table(
    "obligation_mark",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("id", Text, nullable=False),
)
"""How far receipts were read for late decisions."""
