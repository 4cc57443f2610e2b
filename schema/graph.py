"""The whole graph: what may be asked, of whom, by which code (Art. 6, 7, 8, 15)."""

import functools
from typing import Any

import strawberry
from strawberry import UNSET
from strawberry.schema.config import StrawberryConfig

from schema.about import Catalogue, ConnectorStatus, Viewer
from schema.catalogue import RECORDS
from schema.catalogue_versions.desk import CatalogueMutation
from schema.catalogue_versions.shown import (
    CatalogueChange,
    CatalogueVersion,
    catalogue_changes,
    catalogue_versions,
)
from schema.connections import PageInfo
from schema.desk import Mutation as PaperMutation
from schema.desk import grants, paper, papers
from schema.errors import AnsweredByThePlan
from schema.inspection import QueryLogConnection, QueryLogEvidence, QueryLogSummary
from schema.obligation_desk import (
    ObligationMutation,
    obligation,
    obligations,
    reminder,
    reminders,
    report,
    reports,
)
from schema.obligations import (
    CriticismReport,
    CriticismReportConnection,
    Obligation,
    ObligationConnection,
    ReportingReminder,
    ReportingReminderConnection,
)
from schema.officers import AgencyOfficers, OfficerMutation, reporting_officers
from schema.papers import GrantConnection, Paper, PaperConnection
from schema.quality import ReportingQuality, reporting_quality
from schema.quarantine import QuarantineConnection, QuarantinedRow
from schema.quarantine_desk import QuarantineMutation, quarantine, quarantined
from schema.query_log_fields import evidence, query_log, summary
from schema.references import SubjectRef
from schema.scalars import SCALARS
from schema.subjects import Individual, LegalPerson, Subject
from schema.submission_desk import SubmissionMutation, submission, submissions
from schema.submissions import Submission, SubmissionConnection
from schema.terms import SubjectKind
from schema.violation_desk import ViolationMutation, violation, violations
from schema.violations import Violation, ViolationConnection

__all__ = ["Query", "SubjectConnection", "graph", "print_graph"]


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
    paper: Paper | None = strawberry.field(
        resolver=paper, description="One paper; null when there is none, or none that this caller may see (Art. 18)"
    )
    papers: PaperConnection | None = strawberry.field(
        resolver=papers, description="One's own papers and those about oneself, newest first; staff see all"
    )
    grants: GrantConnection | None = strawberry.field(
        resolver=grants, description="One's own organisation's grants, newest first; staff see all (Art. 15(3))"
    )
    query_log: QueryLogConnection | None = strawberry.field(
        resolver=query_log, description="查询记录 (Art. 19), newest first: for auditors, each reading itself an entry"
    )
    query_log_summary: QueryLogSummary | None = strawberry.field(
        resolver=summary, description="The query log of some days in numbers, and what is unusual in it: for auditors"
    )
    query_log_evidence: QueryLogEvidence | None = strawberry.field(
        resolver=evidence, description="Evidence of up to 100 entries, to be checked anywhere: for auditors (R19.12)"
    )
    catalogue_versions: list[CatalogueVersion] | None = strawberry.field(
        resolver=catalogue_versions,
        description="目录版本: versions of the catalogue, newest first; on their way for staff and agencies (Art. 26)",
    )
    catalogue_changes: list[CatalogueChange] | None = strawberry.field(
        resolver=catalogue_changes,
        description="What a version changes of another, breaking changes first; without numbers, from the one in force "
        "to what runs (Art. 26)",
    )
    quarantined: QuarantinedRow | None = strawberry.field(
        resolver=quarantined,
        description="One row held in quarantine; null where there is none that this caller may see (Art. 9)",
    )
    quarantine: QuarantineConnection | None = strawberry.field(
        resolver=quarantine,
        description="Rows held in quarantine, newest first: the centre's reviewers all, an agency its own (Art. 9)",
    )
    submission: Submission | None = strawberry.field(
        resolver=submission,
        description="One submission's receipt; null where there is none that this caller may see (Art. 11)",
    )
    submissions: SubmissionConnection | None = strawberry.field(
        resolver=submissions, description="Submissions, newest first: an agency its own, staff all (Art. 11, 12)"
    )
    violation: Violation | None = strawberry.field(
        resolver=violation,
        description="One violation case; null where there is none that this caller may see (Art. 25)",
    )
    violations: ViolationConnection | None = strawberry.field(
        resolver=violations,
        description="Violation cases, newest first: staff all, an agency those against it (Art. 25)",
    )
    reporting_quality: list[ReportingQuality] | None = strawberry.field(
        resolver=reporting_quality,
        description="How well agencies reported in a span of days: agencies their own, staff all (R4.3)",
    )
    reporting_officers: list[AgencyOfficers] | None = strawberry.field(
        resolver=reporting_officers,
        description="Whom each agency has named to report for it: agencies their own, staff all (Art. 10)",
    )
    obligation: Obligation | None = strawberry.field(
        resolver=obligation, description="One obligation; null where there is none that this caller may see (Art. 12)"
    )
    obligations: ObligationConnection | None = strawberry.field(
        resolver=obligations, description="What is to be reported by when, the first due first: agencies their own"
    )
    reporting_reminder: ReportingReminder | None = strawberry.field(
        resolver=reminder,
        description="One written reminder; null where there is none that this caller may see (Art. 13)",
    )
    reporting_reminders: ReportingReminderConnection | None = strawberry.field(
        resolver=reminders,
        description="Written reminders, newest first: staff all, an agency those sent to it (Art. 13)",
    )
    criticism_report: CriticismReport | None = strawberry.field(
        resolver=report, description="One report to the government; null where this caller may see none (Art. 13)"
    )
    criticism_reports: CriticismReportConnection | None = strawberry.field(
        resolver=reports, description="Reports for circulated criticism, newest first: staff (Art. 13)"
    )


@strawberry.type(description="What may be done")
class Mutation(
    PaperMutation,
    SubmissionMutation,
    ViolationMutation,
    QuarantineMutation,
    ObligationMutation,
    OfficerMutation,
    CatalogueMutation,
):
    """The steps of every desk."""


@functools.cache
def graph() -> strawberry.Schema:
    """Give the graph, built once (Art. 26)."""
    records = [definition.python_type for definition in RECORDS.values()]
    return strawberry.Schema(
        Query, Mutation, types=[LegalPerson, Individual, *records], config=StrawberryConfig(scalar_map=dict(SCALARS))
    )


def print_graph() -> str:
    """Give the graph as text: what ``xinyong schema print`` prints, and ``schema/subject.graphql`` holds."""
    return graph().as_str().rstrip() + "\n"
