"""Whom information is about: Subject, LegalPerson, Individual, with their records (Art. 2, 7, 8)."""

import re
from datetime import date, datetime
from typing import Any

import strawberry
from strawberry import UNSET

from schema.catalogue import RECORDS
from schema.connections import connection_field
from schema.definition import RecordDefinition
from schema.errors import AnsweredByThePlan
from schema.query_log import QueryLogLineConnection
from schema.records.enums import OrganizationType
from schema.scalars import OrganizationCode, RegionCode, RegistrationNumber, UnifiedSocialCreditCode
from schema.terms import SubjectKind
from schema.tiers import Tier, tier

__all__ = ["Individual", "LegalPerson", "SourceStatus", "Subject"]

_PUBLIC = [tier(Tier.PUBLIC)]


@strawberry.type(description="How complete an answer is: what one source said of one subject (Art. 4)")
class SourceStatus:
    """Whether a source was asked and reached, and how old its word is: absence is a statement only with this."""

    connector: str = strawberry.field(description="连接器: the connector's name")
    asked: bool = strawberry.field(description="Whether this answer needed it")
    reached: bool | None = strawberry.field(default=None, description="Whether it answered; null where not asked")
    as_of: datetime | None = strawberry.field(default=None, description="When its rows were read")
    stale: bool | None = strawberry.field(default=None, description="Whether they are older than the source allows")
    last_submission: datetime | None = strawberry.field(
        default=None, description="最近报送时间 (Art. 12); null where its agency never reported, or with an error"
    )
    overdue: bool | None = strawberry.field(
        default=None,
        description="Whether a report is overdue (Art. 12, 13); null where none was ever due, or with an error",
    )


def _query_log(first: int | None = 20, after: str | None = UNSET) -> None:
    message = f"{first} after {after or 'the start'}"
    raise AnsweredByThePlan(message)


class _Subject:
    """What every subject has."""

    id: strawberry.ID = strawberry.field(description="Opaque and stable; never an identity number", directives=_PUBLIC)
    kind: SubjectKind = strawberry.field(description="信用主体种类 (Art. 2; tier A)", directives=_PUBLIC)
    sources: list[SourceStatus] = strawberry.field(description="Which sources this answer rests on (Art. 4)")
    name: str | None = strawberry.field(
        default=None,
        description="名称或姓名 (tier A); of an individual it is masked where the caller has only tier A (Art. 17)",
        directives=_PUBLIC,
    )
    query_count: int | None = strawberry.field(
        default=None, description="累计查询次数 (Art. 19): for the subject itself and for auditors"
    )
    query_log: Any = strawberry.field(  # Any: the type is a value here
        resolver=_query_log,
        graphql_type=QueryLogLineConnection | None,
        description="Who looked at it, when, why, which fields (Art. 19): for the subject itself and for auditors",
    )


class _LegalPerson:
    """社会法人: every holder of a unified social credit code."""

    unified_social_credit_code: UnifiedSocialCreditCode | None = strawberry.field(
        default=None, description="统一社会信用代码 (Art. 7(1); tier A)", directives=_PUBLIC
    )
    organization_code: OrganizationCode | None = strawberry.field(
        default=None, description="组织机构代码 (Art. 7(1); tier A)", directives=_PUBLIC
    )
    registration_number: RegistrationNumber | None = strawberry.field(
        default=None, description="注册号 (Art. 7(1); tier A)", directives=_PUBLIC
    )
    taxpayer_number: str | None = strawberry.field(
        default=None, description="纳税人识别号 (Art. 7(1); tier A)", directives=_PUBLIC
    )
    organization_type: OrganizationType | None = strawberry.field(
        default=None, description="主体类型 (Art. 7(6); tier A)", directives=_PUBLIC
    )
    established_on: date | None = strawberry.field(
        default=None, description="成立日期 (Art. 7(6); tier A)", directives=_PUBLIC
    )
    region_code: RegionCode | None = strawberry.field(
        default=None, description="行政区划代码 (Art. 7(6); tier A)", directives=_PUBLIC
    )


class _Individual:
    """个人: found by identity number and name only, and by those who may."""


def _connections(kinds: set[SubjectKind]) -> dict[str, Any]:  # Any: Strawberry's fields have no public type
    """Give the connection fields of the record types that are of exactly these kinds, by attribute."""
    return {
        _attribute(definition): connection_field(definition)
        for definition in RECORDS.values()
        if set(definition.subject_kinds) == kinds
    }


def _attribute(definition: RecordDefinition) -> str:
    return re.sub(r"([A-Z])", r"_\1", definition.graph_field).lower()


def _with_records(declared: type, bases: tuple[type, ...], fields: dict[str, object]) -> type:
    """Build a type of the graph: what its class declares, then its records."""
    own = {name: value for name, value in vars(declared).items() if name not in {"__dict__", "__weakref__"}}
    return type(declared.__name__.lstrip("_"), bases, own | fields)


Subject: type = strawberry.interface(
    _with_records(_Subject, (), _connections({SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL})),
    description="信用主体: whom public credit information is about (Art. 2)",
)
"""What legal persons and individuals have in common, with the records that may be about either."""

LegalPerson: type = strawberry.type(
    _with_records(_LegalPerson, (Subject,), _connections({SubjectKind.LEGAL_PERSON})),
    description="社会法人 (Art. 7)",
)
"""A legal person, with the records that only legal persons have."""

Individual: type = strawberry.type(
    _with_records(_Individual, (Subject,), _connections({SubjectKind.INDIVIDUAL})),
    description="个人 (Art. 8)",
)
"""An individual, with the records that only individuals have."""
