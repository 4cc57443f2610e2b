"""Quarantine as the graph shows it: rows that a person must look at before they are taken in (Art. 9; R7.3, R9.4)."""

import enum
from datetime import datetime

import strawberry

from schema.connections import PageInfo

__all__ = [
    "QuarantineConnection",
    "QuarantineDecision",
    "QuarantineReason",
    "QuarantineState",
    "QuarantinedRow",
    "QuarantinedValue",
]


@strawberry.enum(description="隔离行状态")
class QuarantineState(enum.StrEnum):
    """Where a held row is."""

    WAITING = "WAITING"
    PROPOSED = "PROPOSED"
    RELEASED = "RELEASED"
    REFUSED = "REFUSED"


@strawberry.enum(description="隔离行处理意见: 放行或拒收")
class QuarantineDecision(enum.StrEnum):
    """What is to become of a held row."""

    RELEASE = "RELEASE"
    REFUSE = "REFUSE"


@strawberry.type(description="隔离原因: which rule stopped a row, at which column; never a value")
class QuarantineReason:
    """One reason."""

    code: str
    said: str
    said_chinese: str
    column: str | None = None
    article: str | None = None


@strawberry.type(description="What a held row says in one column: for reviewers, while it is held")
class QuarantinedValue:
    """One value; numbers of identity documents are masked."""

    column: str
    chinese: str | None
    text: str


@strawberry.type(description="隔离行: one row that is or was held, and what people decided (Art. 9)")
class QuarantinedRow:
    """``values`` is empty for whoever is no reviewer, and for everybody once the row is decided: it is deleted then."""

    id: strawberry.ID
    state: QuarantineState
    provider: str
    record_type: str
    submission_id: str
    row: int
    held_at: datetime
    reasons: list[QuarantineReason]
    values: list[QuarantinedValue]
    proposal: QuarantineDecision | None = None
    proposed_by: str | None = None
    proposed_at: datetime | None = None
    proposed_for: str | None = strawberry.field(default=None, description="The reason of the proposal")
    decided_by: str | None = None
    decided_at: datetime | None = None
    decided_for: str | None = strawberry.field(default=None, description="The reason of the decision")
    outcome: str | None = strawberry.field(default=None, description="What became of the row after its release")


@strawberry.type(description="A page of held rows, newest first")
class QuarantineConnection:
    """Reviewers see all, an agency its own; neither sees what rows say in a page."""

    nodes: list[QuarantinedRow]
    page_info: PageInfo
    total_count: int
