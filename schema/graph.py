"""The whole graph: what may be asked, of whom, by which code (Art. 6, 7, 8, 15)."""

import functools
from typing import Any

import strawberry
from strawberry import UNSET
from strawberry.schema.config import StrawberryConfig

from schema.about import Catalogue, ConnectorStatus, Viewer
from schema.catalogue import RECORDS
from schema.connections import PageInfo
from schema.errors import AnsweredByThePlan
from schema.records.enums import IdDocumentType
from schema.scalars import SCALARS
from schema.subjects import Individual, LegalPerson, Subject
from schema.terms import SubjectKind

__all__ = ["IndividualRef", "Query", "SubjectConnection", "SubjectRef", "graph", "print_graph"]


@strawberry.input(description="An individual, by identity document and name together: never by one alone (Art. 18)")
class IndividualRef:
    """Who an individual is, exactly."""

    id_type: IdDocumentType = strawberry.field(default=IdDocumentType.RESIDENT_ID, description="证件类型")
    id_number: str = strawberry.field(description="证件号码")
    name: str = strawberry.field(description="姓名")


@strawberry.input(one_of=True, description="A subject, by exactly one of its codes (Art. 7(1), 8(1))")
class SubjectRef:
    """One way to name a subject."""

    id: strawberry.ID | None = strawberry.field(default=UNSET, description="The graph's own id of it")
    unified_social_credit_code: str | None = strawberry.field(default=UNSET, description="统一社会信用代码")
    organization_code: str | None = strawberry.field(default=UNSET, description="组织机构代码")
    registration_number: str | None = strawberry.field(default=UNSET, description="注册号")
    taxpayer_number: str | None = strawberry.field(default=UNSET, description="纳税人识别号")
    individual: IndividualRef | None = strawberry.field(default=UNSET, description="个人")


@strawberry.type(description="A page of subjects that were found by name")
class SubjectConnection:
    """Subjects, in the order of the search."""

    nodes: list[Subject]  # type: ignore[valid-type]  # built from the catalogue
    page_info: PageInfo
    total_count: int | None = None


def _subject(by: SubjectRef) -> None:
    raise AnsweredByThePlan(str(by))


def _subjects(by: list[SubjectRef]) -> None:
    raise AnsweredByThePlan(str(by))


def _search(
    text: str, kind: SubjectKind | None = SubjectKind.LEGAL_PERSON, first: int | None = 20, after: str | None = UNSET
) -> None:
    message = f"{text} {kind} {first} {after}"
    raise AnsweredByThePlan(message)


@strawberry.type(description="What may be asked")
class Query:
    """The questions; those without arguments are attributes of the root value, the others are answered by the plan."""

    viewer: Viewer = strawberry.field(description="Who is asking, and what for")
    catalogue: Catalogue = strawberry.field(description="信用信息共享指标目录 (Art. 26)")
    connectors: list[ConnectorStatus] = strawberry.field(description="The agencies' connectors and how they are")
    subject: Any = strawberry.field(  # Any: its type is built from the catalogue
        resolver=_subject,
        graphql_type=Subject | None,
        description="One subject; null when there is none, or none that this caller may find (R15.8)",
    )
    subjects: Any = strawberry.field(
        resolver=_subjects,
        graphql_type=list[Subject | None],  # type: ignore[valid-type]  # the type is a value here
        description="Up to 100 subjects, in the order asked; null where subject would be",
    )
    search_subjects: Any = strawberry.field(
        resolver=_search,
        graphql_type=SubjectConnection | None,
        description="Subjects whose name contains a text; legal persons only, unless the caller may find individuals",
    )


@functools.cache
def graph() -> strawberry.Schema:
    """Give the graph, built once (Art. 26)."""
    records = [definition.python_type for definition in RECORDS.values()]
    return strawberry.Schema(
        Query, types=[LegalPerson, Individual, *records], config=StrawberryConfig(scalar_map=dict(SCALARS))
    )


def print_graph() -> str:
    """Give the graph as text: what ``xinyong schema print`` prints, and ``schema/subject.graphql`` holds."""
    return graph().as_str().rstrip() + "\n"
