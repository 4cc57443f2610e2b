"""Submissions as the graph shows them, and one record as it is entered (Art. 11, 12)."""

import enum
from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from schema.catalogue import RecordType
from schema.connections import PageInfo
from schema.context import Context
from schema.records.enums import IdDocumentType
from schema.terms import SubjectKind, SubmissionMode

__all__ = [
    "RecordInput",
    "RevocationInput",
    "Submission",
    "SubmissionConnection",
    "SubmissionCounts",
    "SubmissionProblem",
    "SubmissionState",
    "SubmittedSubjectInput",
]


@strawberry.enum(description="报送状态")
class SubmissionState(enum.StrEnum):
    """Whether all of a submission is in."""

    RUNNING = "RUNNING"
    DONE = "DONE"
    REFUSED = "REFUSED"


@strawberry.type(description="报送行问题: what is wrong with a row, and where; never a value")
class SubmissionProblem:
    """One problem; of a ``warning`` the row is taken all the same."""

    row: int
    column: str | None
    code: str
    message: str
    message_chinese: str
    article: str | None
    warning: bool


@strawberry.type(description="报送结果计数: what became of the rows")
class SubmissionCounts:
    """How many rows had which outcome."""

    accepted: int
    updated: int
    unchanged: int
    revoked: int
    stale: int
    refused: int
    quarantined: int


async def _problems(root: strawberry.Parent["Submission"], info: strawberry.Info) -> list[SubmissionProblem]:
    context: Context = info.context
    return await context.submissions.problems(root)


@strawberry.type(description="报送回执: what an agency has sent, and what came of it (Art. 11; kept for five years)")
class Submission:
    """A receipt; while it is RUNNING ``rows`` says how many are in, and it has no ``receivedAt`` yet."""

    id: strawberry.ID
    state: SubmissionState
    unfinished: bool = strawberry.field(
        description="未完成: begun a while ago and not all in; send the same again, and it goes on behind what is"
    )
    provider: str
    record_type: RecordType  # type: ignore[valid-type]  # built from the catalogue
    mode: SubmissionMode
    period: str | None
    all_or_nothing: bool
    digest: str
    rows: int
    counts: SubmissionCounts
    problem_count: int
    problems: list[SubmissionProblem] = strawberry.field(
        resolver=_problems, description="The first hundred; /submissions/{id} has all"
    )
    officer: str
    catalogue_version: str
    begun_at: datetime
    received_at: datetime | None


@strawberry.type(description="A page of submissions, newest first")
class SubmissionConnection:
    """Receipts."""

    nodes: list[Submission]
    page_info: PageInfo


@strawberry.input(description="Whom a record is about: any of a legal person's codes, or an individual's document")
class SubmittedSubjectInput:
    """A subject by what the agency knows of it; several codes must be of one subject."""

    kind: SubjectKind | None = None
    name: str | None = None
    unified_social_credit_code: str | None = None
    organization_code: str | None = None
    registration_number: str | None = None
    taxpayer_number: str | None = None
    id_type: IdDocumentType | None = None
    id_number: str | None = None


@strawberry.input(description="One record, entered by hand (Art. 12(1): 逐条录入)")
class RecordInput:
    """``values`` go by the catalogue's names; ``requestId`` makes a second sending of the same the same."""

    record_type: RecordType  # type: ignore[valid-type]  # built from the catalogue
    subject: SubmittedSubjectInput
    values: JSON
    source_updated_at: datetime | None = None
    correction_reason: str | None = None
    request_id: str | None = None


@strawberry.input(description="A record that is taken back (Art. 11)")
class RevocationInput:
    """``key`` has the natural key by the catalogue's names."""

    record_type: RecordType  # type: ignore[valid-type]  # built from the catalogue
    subject: SubmittedSubjectInput
    key: JSON
    reason: str
    source_updated_at: datetime | None = None
    request_id: str | None = None
