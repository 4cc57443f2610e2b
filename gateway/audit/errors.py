"""What the trail raises: one refusal for those outside, two doubts for the writer inside."""

from typing import ClassVar

from gateway.errors import AuditUnavailable

__all__ = ["AuditUnavailable", "CommitUnknown", "EntryNotKept", "NotCommitted", "TrailUnread"]


class EntryNotKept(AuditUnavailable):
    """The entry was not known to be durable within the deadline: answer 503, and nothing of the data (Art. 19)."""

    retry_after: ClassVar[int] = 1
    """Seconds for the header Retry-After."""


class TrailUnread(AuditUnavailable):
    """The trail could not be read just now, or a rule about it not be written."""


class NotCommitted(Exception):
    """A batch that certainly is not in the trail; it may be tried again on another stream."""

    def __init__(self, detail: str, *, refused: bool = False) -> None:
        """Keep the reason; *refused* where the database read the batch and would not have it."""
        super().__init__(detail)
        self.refused = refused


class CommitUnknown(Exception):
    """A batch that may or may not be in the trail: it is not answered, and never tried again."""
