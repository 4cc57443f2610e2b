"""A held row as the room's own values (R7.3, R9.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from schema.quarantine import QuarantineDecision, QuarantineState
from schema.reporting import Row, RowProblem

__all__ = ["Held", "Released", "Said"]


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody proposed or decided: who, when, why."""

    decision: QuarantineDecision
    person: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Held:
    """A row that is or was held; ``values`` is None once it is decided."""

    id: str
    state: QuarantineState
    provider: str
    record_type: str
    mode: str
    submission_id: str
    row: int
    officer: str
    held_at: datetime
    reasons: Sequence[RowProblem]
    values: Mapping[str, object] | None = field(default=None, repr=False)
    proposal: Said | None = None
    decision: Said | None = None
    outcome: str | None = None
    releasing: bool = False
    """Whether its release has begun: it may be in the records already, and nothing else may be decided."""


@dataclass(frozen=True, slots=True)
class Released:
    """A row that reviewers let pass: to be taken in again, for the agency and officer that sent it.

    ``number`` tells its submission from every other, so that a release that broke off is done once.
    """

    provider: str
    record_type: str
    mode: str
    officer: str
    number: str
    row: Row
