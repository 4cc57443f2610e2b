"""Pages of a list: newest first, keyset cursors; what a connection's fields are made of (Relay's connection model)."""

from dataclasses import dataclass
from typing import Any

from gateway.federation.subjects.cursors import Cursors
from gateway.federation.subjects.records import Reading, Row

__all__ = ["Page", "cursor_of", "first_page", "list_of", "page_of"]


@dataclass(slots=True)
class Page:
    """One page of one subject's records of one type; ``total`` is None where a source was lost."""

    rows: list[Row]
    total: int | None
    has_next: bool
    has_previous: bool


def first_page(rows: list[Row], first: int) -> Page:
    """Give the first page of *first* rows."""
    total = len(rows)
    return Page(rows, total, False, False) if total <= first else Page(rows[:first], total, True, False)  # noqa: FBT003


def page_of(rows: list[Row], reading: Reading, first: int, after: tuple[str | None, str] | None) -> Page:
    """Give the page of *first* rows that follows the place *after*."""
    start = 0 if after is None else _following(rows, reading, after)
    end = start + first
    return Page(rows[start:end] if start or end < len(rows) else rows, len(rows), end < len(rows), start > 0)


def _following(rows: list[Row], reading: Reading, after: tuple[str | None, str]) -> int:
    """Find the first row past a place, which itself may be gone by now."""
    day, own_id = after
    at = day or ""
    for n, row in enumerate(rows):
        occurred = reading.occurred_on(row) or ""
        if occurred < at or (occurred == at and reading.own_id(row) > own_id):
            return n
    return len(rows)


def list_of(record: str, subject_id: str) -> str:
    """Name a list, so that its cursors are good for no other."""
    return f"{record}\x1f{subject_id}"


def cursor_of(cursors: Cursors, bound_to: str, reading: Reading, rows: list[Any], place: int) -> str | None:
    """Give the cursor of a page's first (0) or last (-1) row."""
    if not rows:
        return None
    row = rows[place]
    return cursors.write(bound_to, (reading.occurred_on(row), reading.own_id(row)))
