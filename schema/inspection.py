"""What auditors ask of the query log: entries by their marks, how they are sealed, counts, anomalies (R19.12)."""

from datetime import datetime

import strawberry
from strawberry import UNSET
from strawberry.extensions import FieldExtension

from schema.connections import PageInfo
from schema.enumerations import OrganizationKind, Outcome, PurposeCode, QueryMethod
from schema.query_log import QueryLogKind, QueryLogSource, QueryLogSpan, QueryLogSubject
from schema.recorded import Recorded
from schema.references import SubjectRef
from schema.trail_desk import desk_of

__all__ = [
    "QueryLogAnomaly",
    "QueryLogConnection",
    "QueryLogCount",
    "QueryLogEntry",
    "QueryLogEvidence",
    "QueryLogFilter",
    "QueryLogFinding",
    "QueryLogSeal",
    "QueryLogSummary",
    "QueryLogThresholds",
    "QueryLogVerification",
]


@strawberry.input(description="Which entries: all that is said must hold (R19.12)")
class QueryLogFilter:
    """Each field narrows; none: every entry."""

    receipt: str | None = UNSET
    requester: str | None = strawberry.field(default=UNSET, description="The person or machine, as its token names it")
    organisation: str | None = UNSET
    subject: SubjectRef | None = UNSET
    from_: datetime | None = strawberry.field(name="from", default=UNSET, description="The first instant")
    to: datetime | None = strawberry.field(default=UNSET, description="The instant before which the last one lies")
    purpose: PurposeCode | None = UNSET
    paper: strawberry.ID | None = UNSET
    outcome: Outcome | None = UNSET
    coordinate: str | None = strawberry.field(default=UNSET, description="Such as TaxArrears.amount")


@strawberry.type(description="Where an entry stands in the signed log")
class QueryLogSeal:
    """The entry's index, and the first checkpoint that covers it."""

    index: int
    checkpoint: int
    sealed_at: datetime


@strawberry.type(description="One thing that is not as it was recorded")
class QueryLogFinding:
    """A kind, the row, and what is wrong with it."""

    kind: str
    row: str
    what: str


@strawberry.type(description="Whether an entry is as it was recorded (R19.10)")
class QueryLogVerification:
    """``verified`` where entry, lines, neighbours, log and checkpoint agree; else what does not."""

    verified: bool
    findings: list[QueryLogFinding]
    index: int | None = None
    checkpoint: int | None = None


async def _seal(root: strawberry.Parent["QueryLogEntry"], info: strawberry.Info) -> QueryLogSeal | None:
    return await desk_of(info).seal(root.receipt)


async def _verification(root: strawberry.Parent["QueryLogEntry"], info: strawberry.Info) -> QueryLogVerification:
    return await desk_of(info).verification(root.receipt)


_HEAD: list[FieldExtension] = [Recorded(lambda entry: entry.papers is not None, "the head of an entry cannot be read")]
_SEALED: list[FieldExtension] = [Recorded(lambda entry: entry.opened, "the sealed part of an entry cannot be opened")]


@strawberry.type(description="One operation, as the law wants it kept (Art. 19)")
class QueryLogEntry:
    """Who, when, how, why, about whom; ``opened`` is false where its sealed part cannot be read any more.

    Each field of that part is an error then; so are papers, digest and trace where the open part cannot be read.
    """

    receipt: str
    kind: QueryLogKind
    at: datetime
    organisation: str
    method: QueryMethod
    outcome: Outcome
    tier: str
    papers: list[strawberry.ID] | None = strawberry.field(extensions=_HEAD)
    subjects: list[QueryLogSubject] | None = strawberry.field(extensions=_SEALED)
    sources: list[QueryLogSource] | None = strawberry.field(extensions=_SEALED)
    spans: list[QueryLogSpan] | None = strawberry.field(extensions=_SEALED)
    errors: list[str] | None = strawberry.field(extensions=_SEALED)
    opened: bool
    response_digest: str | None = strawberry.field(description="A keyed hash of the answer's bytes", extensions=_HEAD)
    trace_id: str | None = strawberry.field(extensions=_HEAD)
    requester: str | None = strawberry.field(default=None, extensions=_SEALED)
    organisation_kind: OrganizationKind | None = strawberry.field(default=None, extensions=_SEALED)
    channel: str | None = strawberry.field(default=None, extensions=_SEALED)
    purpose: PurposeCode | None = None
    purpose_text: str | None = strawberry.field(default=None, extensions=_SEALED)
    operation_name: str | None = strawberry.field(default=None, extensions=_SEALED)
    document: str | None = strawberry.field(
        default=None, description="SHA-256 of the operation's text", extensions=_SEALED
    )
    request_id: str | None = strawberry.field(default=None, extensions=_SEALED)
    inspected: str | None = strawberry.field(
        default=None, description="Of an inspection: what was asked for, as JSON", extensions=_SEALED
    )

    seal: QueryLogSeal | None = strawberry.field(
        resolver=_seal, description="Where it stands in the log; null where it is not sealed yet"
    )
    verification: QueryLogVerification = strawberry.field(
        resolver=_verification, description="Whether it is as it was recorded, verified now"
    )


@strawberry.type(description="A page of entries, newest first")
class QueryLogConnection:
    """Entries of the trail."""

    nodes: list[QueryLogEntry]
    page_info: PageInfo


@strawberry.type(description="How many entries there are of one day or one organisation, and how many were denied")
class QueryLogCount:
    """A day (Asia/Shanghai) or an organisation, and counts."""

    of: str
    entries: int
    denied: int


@strawberry.input(description="From how many on something is unusual; 0: never")
class QueryLogThresholds:
    """The thresholds of the anomalies."""

    night_queries: int = strawberry.field(default=5, description="Queries of one person from 22:00 to 6:00")
    subjects: int = strawberry.field(default=50, description="Different subjects of one person")
    denials: int = strawberry.field(default=10, description="Denied operations of one person")
    same_purpose: int = strawberry.field(default=20, description="Operations of one person for one and the same text")


@strawberry.type(description="Something unusual, to be looked at by a person")
class QueryLogAnomaly:
    """A kind, whose it is, how often, and the newest entries of it."""

    kind: str = strawberry.field(description="NIGHT_QUERIES, MANY_SUBJECTS, MANY_DENIALS or SAME_PURPOSE")
    organisation: str
    count: int
    receipts: list[str]
    requester: str | None = strawberry.field(
        default=None,
        extensions=[Recorded(lambda anomaly: anomaly.requester is not None, "whose the entries are cannot be read")],
    )
    purpose_text: str | None = None


@strawberry.type(description="The trail of some days in numbers")
class QueryLogSummary:
    """Counts by day and by organisation, and what is unusual."""

    first: datetime
    end: datetime
    days: list[QueryLogCount]
    organisations: list[QueryLogCount]
    anomalies: list[QueryLogAnomaly]
    purposes_read: int = strawberry.field(description="So many of the newest entries' purposes were compared")
    purposes_unread: int = strawberry.field(description="So many of them could not be, since they cannot be opened")


@strawberry.type(description="Entries, proofs, the signed checkpoint, and a verifier that needs nothing of ours")
class QueryLogEvidence:
    """A zip, in base64."""

    entries: int
    name: str
    content: str
