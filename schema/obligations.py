"""What agencies have to report by when, and what follows where they do not, as the graph shows it (Art. 12, 13)."""

import enum
from datetime import date, datetime

import strawberry
from strawberry import UNSET

from schema.connections import PageInfo
from schema.definition import Cycle
from schema.papers import LegalBasisEntry
from schema.terms import SubmissionMode, Term, terms

__all__ = [
    "CriticismReport",
    "CriticismReportConnection",
    "CriticismReportState",
    "Delivery",
    "DueDay",
    "DueDayKind",
    "DueStatus",
    "Letter",
    "LetterRow",
    "Obligation",
    "ObligationConnection",
    "ObligationFilter",
    "ObligationKind",
    "ObligationState",
    "ObligationStep",
    "ReminderState",
    "ReportingReminder",
    "ReportingReminderConnection",
]


@terms("报送义务状态 (Art. 12, 13)")
class ObligationState(Term):
    """Where an obligation is on its way; the first three are reckoned from the clock, the others were decided."""

    PLANNED = "PLANNED", "未到期"
    DUE = "DUE", "应报送"
    OVERDUE = "OVERDUE", "逾期"
    MET = "MET", "已报送"
    REMINDED = "REMINDED", "已催报"
    ESCALATED = "ESCALATED", "已报请通报"
    CRITICISED = "CRITICISED", "已通报批评"
    NOT_CRITICISED = "NOT_CRITICISED", "未予通报"
    MET_LATE = "MET_LATE", "迟报"
    WITHDRAWN = "WITHDRAWN", "不再适用"


@terms("报送义务种类 (Art. 12(2))")
class ObligationKind(Term):
    """By which sentence of Art. 12(2) something is due."""

    DAILY = "DAILY", "每日报送一次(系统对接)"
    PERIODIC = "PERIODIC", "周期结束之日起10个工作日内(非系统对接)"
    DECISION = "DECISION", "作出决定之日起7个工作日内(行政许可、行政处罚)"


@terms("期限状态")
class DueStatus(Term):
    """Whether every day of the count lies in a year that was announced; nobody is reminded of a PROVISIONAL one."""

    CONFIRMED = "CONFIRMED", "已确认"
    PROVISIONAL = "PROVISIONAL", "暂定(当年放假安排尚未公布)"


@terms("日历中的日")
class DueDayKind(Term):
    """Why a day is counted or not."""

    WORKING = "WORKING", "工作日"
    WEEKEND = "WEEKEND", "休息日"
    HOLIDAY = "HOLIDAY", "放假"
    MAKE_UP = "MAKE_UP", "调休上班"


@terms("书面催报状态 (Art. 13)")
class ReminderState(Term):
    """Where a reminder is on its way: the platform drafts, a person signs and sends."""

    DRAFT = "DRAFT", "草稿"
    SENT = "SENT", "已发出"
    WITHDRAWN = "WITHDRAWN", "已作废"


@terms("报请通报批评状态 (Art. 13)")
class CriticismReportState(Term):
    """Where a report to the government is on its way; whether it criticises, the government decides."""

    DRAFT = "DRAFT", "草稿"
    SUBMITTED = "SUBMITTED", "已报送"
    ISSUED = "ISSUED", "已通报批评"
    NOT_ISSUED = "NOT_ISSUED", "未予通报"
    WITHDRAWN = "WITHDRAWN", "已作废"


@strawberry.enum(description="送达方式")
class Delivery(enum.StrEnum):
    """How a reminder reached the agency."""

    PLATFORM = "PLATFORM"
    BY_HAND = "BY_HAND"
    POST = "POST"
    EXCHANGE = "EXCHANGE"


@strawberry.type(description="One day of a count, and why it is counted or not")
class DueDay:
    """``nth`` is its number where it counts; ``document`` is whose notice made it what it is."""

    day: date
    kind: DueDayKind
    reason: str
    reason_chinese: str
    nth: int | None = None
    document: str | None = None


@strawberry.type(description="One step of an obligation, a reminder or a report")
class ObligationStep:
    """What happened, by whom, when, why, on what article; ``from``/``to`` are states."""

    at: datetime
    actor: str
    to: str
    legal_basis: LegalBasisEntry
    organisation: str | None = None
    from_: str | None = strawberry.field(default=None, name="from")
    reason: str | None = None


@strawberry.type(description="报送义务: what one agency has to report by when (Art. 12)")
class Obligation:
    """One agency, one record type, one period; or the late records of one decision day in one submission."""

    id: strawberry.ID
    agency: str
    agency_name: str
    record_type: str
    record_type_name: str
    kind: ObligationKind
    mode: SubmissionMode
    period: str = strawberry.field(description="2026-11-26, 2026-11, 2026-Q4, 2026-H2 or 2026; of a decision its day")
    period_from: date
    period_to: date
    due_on: date
    due_at: datetime = strawberry.field(description="The instant at which it is overdue: 24:00 of the day")
    due_status: DueStatus
    state: ObligationState
    legal_basis: LegalBasisEntry
    days: list[DueDay] = strawberry.field(description="How the day was counted, day by day")
    history: list[ObligationStep]
    cycle: Cycle | None = None
    met_at: datetime | None = None
    submission: str | None = strawberry.field(default=None, description="The receipt by which it was met")
    records: int | None = strawberry.field(default=None, description="Of a decision day: how many records came late")
    override_basis: str | None = strawberry.field(
        default=None, description="The law by which another time limit holds (R12.5)"
    )
    reminder: strawberry.ID | None = None
    report: strawberry.ID | None = None


@strawberry.type(description="A page of obligations, the first due first")
class ObligationConnection:
    """Agencies see their own, staff all."""

    nodes: list[Obligation]
    page_info: PageInfo
    total_count: int


@strawberry.input(description="Which obligations: all that is said must hold")
class ObligationFilter:
    """Each field narrows; none: every obligation that the caller may see."""

    agency: str | None = UNSET
    state: ObligationState | None = UNSET
    record_type: str | None = UNSET
    due_before: date | None = strawberry.field(default=UNSET, description="Due before this day")
    due_from: date | None = strawberry.field(default=UNSET, description="Due on this day or later")
    reminder: strawberry.ID | None = UNSET


@strawberry.type(description="One line of a letter's table")
class LetterRow:
    """What was not reported: type, period, and by when it was due, with how that was counted."""

    record_type: str
    period: str
    due_on: str
    explained: str


@strawberry.type(description="公文: what a reminder or a report says; as it was sent, it stays")
class Letter:
    """The parts of a document in their order; ``digest`` is the SHA-256 of its text."""

    title: str
    number: str
    addressee: str
    opening: list[str]
    rows: list[LetterRow]
    closing: list[str]
    sender: str
    dated: str
    digest: str


@strawberry.type(description="书面催报: a written reminder to one agency (Art. 13)")
class ReportingReminder:
    """Drafted by the platform, signed and sent by an operator of the centre; its delivery and reading are kept."""

    id: strawberry.ID
    agency: str
    agency_name: str
    state: ReminderState
    drafted_at: datetime
    letter: Letter
    obligations: list[Obligation]
    history: list[ObligationStep]
    number: str | None = strawberry.field(default=None, description="文号: given when it is signed")
    grace_on: date | None = strawberry.field(default=None, description="Until when it may be mended without a report")
    grace_status: DueStatus | None = None
    signed_by: str | None = None
    signatory: str | None = None
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    delivery: Delivery | None = None
    delivery_reference: str | None = None
    read_at: datetime | None = None
    read_by: str | None = None
    report: strawberry.ID | None = None


@strawberry.type(description="A page of reminders, newest first")
class ReportingReminderConnection:
    """Agencies see those that were sent to them, staff all."""

    nodes: list[ReportingReminder]
    page_info: PageInfo
    total_count: int


@strawberry.type(description="报请通报批评的报告: a report to the municipal government (Art. 13)")
class CriticismReport:
    """Drafted after a sent reminder and its grace; people submit it and record what came of it."""

    id: strawberry.ID
    agency: str
    agency_name: str
    state: CriticismReportState
    reminder: strawberry.ID
    drafted_at: datetime
    letter: Letter
    obligations: list[Obligation]
    history: list[ObligationStep]
    number: str | None = strawberry.field(default=None, description="文号: given when it is signed")
    submitted_by: str | None = None
    submitted_at: datetime | None = None
    outcome_document: str | None = None
    outcome_on: date | None = None
    recorded_by: str | None = None


@strawberry.type(description="A page of reports, newest first")
class CriticismReportConnection:
    """For staff; an agency sees those about itself that were submitted."""

    nodes: list[CriticismReport]
    page_info: PageInfo
    total_count: int
