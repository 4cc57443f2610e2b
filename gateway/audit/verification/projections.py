"""What the head of an entry says of the other columns, which are there to be searched (R19.12)."""

from operator import itemgetter
from typing import Any, Final

__all__ = ["LINE_COLUMNS", "PAPER_COLUMNS", "RECORD_COLUMNS", "lines_said", "record_said"]

RECORD_COLUMNS: Final = (
    "stream",
    "seq",
    "at",
    "kind",
    "organisation",
    "way",
    "purpose",
    "outcome",
    "tier",
    "key_id",
    "viewer_key",
)
"""Columns of `audit_record` that the head says too."""

LINE_COLUMNS: Final = (
    "stream",
    "seq",
    "subject_key",
    "at",
    "nth",
    "nth_of_organisation",
    "outcome",
    "tier",
    "shape",
)
"""Columns of `audit_subject` that the head of its entry says too."""

PAPER_COLUMNS: Final = ("stream", "seq", "paper", "at")
"""Columns of `audit_paper` that the head of its entry says too."""

_in_order = itemgetter("stream", "seq", "at", "kind", "organisation", "way", "purpose", "outcome", "tier", "key")


def record_said(said: dict[str, Any]) -> tuple[Any, ...]:
    """Give the values of `RECORD_COLUMNS`, and the hash of the sealed part."""
    fromhex = bytes.fromhex
    return (*_in_order(said), fromhex(said["viewer"]), fromhex(said["sealed"]))


def lines_said(said: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Give the values of `LINE_COLUMNS`, for each line of the entry."""
    stream, seq, at, shapes, fromhex = said["stream"], said["seq"], said["at"], said["shapes"], bytes.fromhex
    return [
        (stream, seq, fromhex(key), at, nth, nth_of_organisation, outcome, tier, fromhex(shapes[number]))
        for key, nth, nth_of_organisation, outcome, tier, number in said["subjects"]
    ]
