"""The query log as the graph shows it: who asked, when, how, why, about whom, on what, which fields; never a value.

An entry is one operation and is for auditors; a line is what it did about one subject, and is for that subject too
(Art. 19; R19.2, AMB-29).
"""

import enum
from datetime import datetime

import strawberry
from strawberry.extensions import FieldExtension

from schema.connections import PageInfo
from schema.enumerations import OrganizationKind, Outcome, PurposeCode, QueryMethod, Standing
from schema.recorded import Recorded

__all__ = [
    "QueryLogField",
    "QueryLogKind",
    "QueryLogLine",
    "QueryLogLineConnection",
    "QueryLogRows",
    "QueryLogSource",
    "QueryLogSpan",
    "QueryLogSpanAttribute",
    "QueryLogSubject",
]


@strawberry.enum(description="记录种类: what an entry is about")
class QueryLogKind(enum.StrEnum):
    """What an entry is about."""

    QUERY = "QUERY"
    EXPIRY = "EXPIRY"
    HOLD = "HOLD"
    RELEASE = "RELEASE"
    AUDIT_READ = "AUDIT_READ"
    HIDING = "HIDING"
    COLLECTION = "COLLECTION"
    VIOLATION = "VIOLATION"
    DELETION = "DELETION"
    CATALOGUE = "CATALOGUE"
    CALENDAR = "CALENDAR"
    LOG_KEY = "LOG_KEY"


@strawberry.type(description="What was decided on one coordinate of the graph, and on what article")
class QueryLogField:
    """A coordinate such as ``TaxArrears.amount``, its tier, and the decision: ALLOWED, or an error's code."""

    coordinate: str
    tier: str
    decision: str
    missing_paper: str | None = None
    article: str | None = None


@strawberry.type(description="How many records one connection gave")
class QueryLogRows:
    """A connection's coordinate and a count."""

    coordinate: str
    records: int


_DECIDED: list[FieldExtension] = [
    Recorded(lambda subject: subject.fields is not None, "what was decided on a subject cannot be read")
]


@strawberry.type(description="What one operation did about one subject (R19.2)")
class QueryLogSubject:
    """A subject by the graph's own id; ``nth`` says that it was its n-th counted query, null where it did not count.

    ``fields``, ``withheld`` and ``rows`` are an error where what was decided is not there any more as it was written.
    """

    id: strawberry.ID
    standing: Standing
    outcome: Outcome
    tier: str
    counted: bool
    fields: list[QueryLogField] | None = strawberry.field(extensions=_DECIDED)
    withheld: list[QueryLogField] | None = strawberry.field(extensions=_DECIDED)
    rows: list[QueryLogRows] | None = strawberry.field(extensions=_DECIDED)
    basis: str | None = strawberry.field(default=None, description="The article on which it was looked at")
    paper: strawberry.ID | None = None
    nth: int | None = strawberry.field(default=None, description="累计查询次数 (R19.7)")
    nth_of_organisation: int | None = None


@strawberry.type(description="One agency that an operation needed")
class QueryLogSource:
    """Whether a connector was asked and reached."""

    connector: str
    asked: bool
    reached: bool


@strawberry.type(description="One thing that a span says")
class QueryLogSpanAttribute:
    """A name and a value, written out."""

    key: str
    value: str


@strawberry.type(description="One step of an operation: when it began after the operation did, and how long it took")
class QueryLogSpan:
    """A resolver or a fetch."""

    name: str
    offset_us: int
    duration_us: int
    attributes: list[QueryLogSpanAttribute]


@strawberry.type(description="Who looked at a subject, when, how, why, which fields, on which paper (Art. 19)")
class QueryLogLine:
    """What one operation did about one subject, and who asked.

    Of a view of what is public nobody is named: what somebody reads there is that person's own affair (AMB-29).
    ``fields``, ``withheld`` and ``rows`` are null, each with its error, where what was decided cannot be read any more.
    """

    receipt: str
    at: datetime
    method: QueryMethod
    standing: Standing
    outcome: Outcome
    tier: str
    fields: list[QueryLogField] | None
    withheld: list[QueryLogField] | None
    rows: list[QueryLogRows] | None
    requester: str | None = None
    organisation: str | None = None
    organisation_kind: OrganizationKind | None = None
    channel: str | None = None
    purpose: PurposeCode | None = None
    purpose_text: str | None = None
    basis: str | None = None
    paper: strawberry.ID | None = None
    nth: int | None = strawberry.field(default=None, description="累计查询次数: for auditors")


@strawberry.type(description="A page of who looked at a subject, newest first")
class QueryLogLineConnection:
    """Lines that may be shown to the reader."""

    nodes: list[QueryLogLine]
    page_info: PageInfo
