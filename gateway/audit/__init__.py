"""What was asked, by whom, when, how and why: one durable entry before the answer leaves (Art. 19)."""

from gateway.audit.entry import Entry, Receipt, Span, SubjectLine
from gateway.audit.errors import AuditUnavailable, EntryNotKept
from gateway.audit.trail import Keys, Trail, open_trail

__all__ = [
    "AuditUnavailable",
    "Entry",
    "EntryNotKept",
    "Keys",
    "Receipt",
    "Span",
    "SubjectLine",
    "Trail",
    "open_trail",
]
