"""A submission and its receipt: who sent what in which way, and what became of each row (Art. 11, 12; R11.2)."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from schema.days import ZONE
from schema.reporting import Row, RowOutcome, RowProblem
from schema.terms import SubmissionMode

__all__ = ["BROKEN_OFF", "COUNTED", "Given", "Receipt", "State", "Submission"]

State = Literal["RUNNING", "DONE", "REFUSED"]
"""``RUNNING``: not all of it is in yet; ``REFUSED``: all or nothing was asked for, and nothing was taken."""

Given = Row | Sequence[RowProblem]
"""A row as it came, or, of one that cannot even be read, its problems."""

COUNTED: Final = tuple(RowOutcome)
"""What a receipt counts, in this order."""

BROKEN_OFF: Final = timedelta(minutes=10)
"""What is not all in after so long is told of as unfinished: the largest one takes less."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What is sent at once: rows of one record type, by one officer for one agency.

    ``digest`` is the SHA-256 of the file as it came. The same content for the same period is the same submission,
    unless a ``number`` tells it from the first: without one, an earlier state can not be reported anew.
    """

    provider: str
    officer: str
    record_type: str
    mode: SubmissionMode
    digest: str
    period: str | None = None
    all_or_nothing: bool = False
    number: str | None = None

    @property
    def identity(self) -> str:
        """The digest by which the same submission is known again (R12.6)."""
        parts = (
            self.provider,
            self.record_type,
            self.mode.value,
            self.period or "",
            str(self.all_or_nothing),
            self.number or "",
            self.digest,
        )
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    def id_on(self, day: str) -> str:
        """Give the id it gets when it first comes on *day* (YYYYMMDD)."""
        return f"S-{self.provider}-{day}-{self.identity[:12]}"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an agency holds in its hand, for five years (R11.2); ``counts`` has every `RowOutcome`.

    ``again`` says that all of it had come before, and nothing was changed.
    """

    id: str
    provider: str
    record_type: str
    mode: SubmissionMode
    state: State
    digest: str
    officer: str
    catalogue_version: str
    begun_at: datetime
    received_at: datetime | None
    rows: int
    counts: "Counter[RowOutcome]" = field(hash=False)
    problems: int = 0
    period: str | None = None
    all_or_nothing: bool = False
    again: bool = False
    recorded: str = ""
    """Where its entry stands in the trail."""

    behind: int = 0
    """How many rows were in before they were sent this time; not 0 where it goes on behind what broke off."""

    def is_unfinished(self, now: datetime) -> bool:
        """Whether it was begun long ago and is not all in: whoever sends the same again goes on behind it.

        A run over a connected system is taken up by the next one.
        """
        waits = self.state == "RUNNING" and self.mode is not SubmissionMode.SYSTEM
        return waits and self.begun_at + BROKEN_OFF <= now

    def is_of_another_day(self, now: datetime) -> bool:
        """Whether it said on a day before that there was nothing to report: to say so again is to say it anew (R12.2).

        One of a period is of that period, whenever it is sent again.
        """
        nil = self.state == "DONE" and self.is_nil and self.problems == 0 and self.period is None
        return nil and self.begun_at.astimezone(ZONE).date() < now.astimezone(ZONE).date()

    @property
    def is_nil(self) -> bool:
        """Whether it says that there was nothing to report (R12.2)."""
        return self.rows == 0


def counted(outcomes: Iterable[RowOutcome]) -> "Counter[RowOutcome]":
    """Count outcomes."""
    return Counter(outcomes)
