"""What the head of an entry says of the other columns, which are there to be searched (R19.12)."""

from typing import Any, Final

__all__ = ["LINE_COLUMNS", "RECORD_COLUMNS", "lines_said", "record_said"]

RECORD_COLUMNS: Final = (
    "stream",
    "seq",
    "at",
    "kind",
    "viewer_key",
    "organisation",
    "way",
    "purpose",
    "outcome",
    "tier",
    "key_id",
)
"""Columns of `audit_record` that the head says too."""

LINE_COLUMNS: Final = ("stream", "seq", "subject_key", "at", "nth")
"""Columns of `audit_subject` that the head of its entry says too."""


def record_said(said: dict[str, Any]) -> tuple[Any, ...]:
    """Give the values of `RECORD_COLUMNS`."""
    return (
        said["stream"],
        said["seq"],
        said["at"],
        said["kind"],
        bytes.fromhex(said["viewer"]),
        said["organisation"],
        said["way"],
        said["purpose"],
        said["outcome"],
        said["tier"],
        said["key"],
    )


def lines_said(said: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Give the values of `LINE_COLUMNS`, for each line of the entry."""
    stream, seq, at = said["stream"], said["seq"], said["at"]
    return [(stream, seq, bytes.fromhex(key), at, nth) for key, nth in said["subjects"]]
