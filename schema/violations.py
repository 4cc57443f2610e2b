"""Violations of Art. 25 as the graph shows them: what is alleged, on what evidence, and what people decided (R25.1).

A case never decides itself: rooms and people bring evidence, an approver or the supervisor finds and decides.
"""

import enum
from datetime import datetime

import strawberry

from schema.connections import PageInfo
from schema.papers import LegalBasisEntry

__all__ = [
    "Violation",
    "ViolationConnection",
    "ViolationEvidence",
    "ViolationFinding",
    "ViolationInput",
    "ViolationKind",
    "ViolationMeasure",
    "ViolationState",
    "ViolationStep",
]


@strawberry.enum(description="违规情形: the eight items of Art. 25")
class ViolationKind(enum.Enum):
    """One of the eight, by its number in the article."""

    NOT_REPORTING = strawberry.enum_value(
        "V1", name="V1", description="经过催促和通报批评后，仍不能按规定及时报送公共信用信息的"
    )
    PROHIBITED = strawberry.enum_value("V2", name="V2", description="违反规定采集禁止征集公共信用信息的")
    IMPROPER_MEANS = strawberry.enum_value("V3", name="V3", description="以不正当手段采集公共信用信息的")
    MAJOR_MISTAKE = strawberry.enum_value(
        "V4", name="V4", description="在信息报送和管理中出现重大失误并造成社会法人和个人权益受到损害的"
    )
    FABRICATION = strawberry.enum_value("V5", name="V5", description="篡改、虚构公共信用信息的")
    UNLAWFUL_USE = strawberry.enum_value("V6", name="V6", description="违反规定泄露和使用公共信用信息的")
    DISPUTE_NOT_HANDLED = strawberry.enum_value("V7", name="V7", description="未按规定核查、处理异议信息的")
    OTHER = strawberry.enum_value("V8", name="V8", description="违反其他法律、法规规定情形的")

    @property
    def item(self) -> str:
        """The item of Art. 25, counted from 1.

        >>> ViolationKind.FABRICATION.item
        '5'
        """
        return str(self.value).removeprefix("V")


@strawberry.enum(description="违规案件状态 (R25.1)")
class ViolationState(enum.StrEnum):
    """Where a case is; a candidate is open until people have looked at it."""

    OPEN = "OPEN"
    SUBSTANTIATED = "SUBSTANTIATED"
    DISMISSED = "DISMISSED"
    CORRECTION_ORDERED = "CORRECTION_ORDERED"
    DISCIPLINE = "DISCIPLINE"
    CIVIL = "CIVIL"
    CRIMINAL = "CRIMINAL"
    CLOSED = "CLOSED"


@strawberry.enum(description="认定结论")
class ViolationFinding(enum.StrEnum):
    """What is found of an open case."""

    SUBSTANTIATE = "SUBSTANTIATE"
    DISMISS = "DISMISS"


@strawberry.enum(description="处理方式 (Art. 25): 责令改正, 行政处分, 民事责任, 移送追究刑事责任")
class ViolationMeasure(enum.StrEnum):
    """What follows from a violation that was found."""

    CORRECTION_ORDERED = "CORRECTION_ORDERED"
    DISCIPLINE = "DISCIPLINE"
    CIVIL = "CIVIL"
    CRIMINAL = "CRIMINAL"


@strawberry.type(description="证据: what was found, by whom, and where it lies; never a value of a record")
class ViolationEvidence:
    """One thing that speaks for a violation; ``reference`` is an id in the room that found it."""

    found_at: datetime
    source: str = strawberry.field(description="The room or the person that found it")
    reference: str
    said: str
    said_chinese: str
    rule: str | None = strawberry.field(
        default=None, description="发现规则: by which rule it was found; not told to the alleged agency (R25.2)"
    )


@strawberry.type(description="One step of a case: by whom, when, why, on what basis")
class ViolationStep:
    """A transition from one state to another; the first comes from none."""

    at: datetime
    actor: str
    to: ViolationState
    legal_basis: LegalBasisEntry
    organisation: str | None = None
    from_: ViolationState | None = strawberry.field(default=None, name="from")
    reason: str | None = None
    document: str | None = strawberry.field(default=None, description="处理文书文号")


@strawberry.type(description="违规案件: a candidate, and what became of it (Art. 25)")
class Violation:
    """One case against one agency."""

    id: strawberry.ID
    kind: ViolationKind
    agency: str
    state: ViolationState
    opened_at: datetime
    opened_by: str = strawberry.field(description="A room of the gateway, or a person")
    evidence: list[ViolationEvidence]
    history: list[ViolationStep]


@strawberry.type(description="A page of cases, newest first")
class ViolationConnection:
    """Staff see all, an agency those against itself."""

    nodes: list[Violation]
    page_info: PageInfo
    total_count: int


@strawberry.input(description="A case that a person opens")
class ViolationInput:
    """What somebody alleges of an agency."""

    kind: ViolationKind
    agency: str = strawberry.field(description="The agency's code in the catalogue")
    said: str = strawberry.field(description="事实: what was found")
    reference: str | None = strawberry.field(default=None, description="线索编号: an id or a document number")
    rule: str | None = strawberry.field(default=None, description="发现规则: not told to the alleged agency")
