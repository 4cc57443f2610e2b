"""One question's entry and answer: a line a subject, counted only when disclosed, nothing told that is not recorded."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import pytest

from connectors.connector import Batch, Connector, Found, Loss, RegisteredSubject, Rows, Table
from connectors.errors import SourceError, SourceUnavailable
from connectors.market_regulation import MarketRegulation
from connectors.register import Register
from connectors.social_insurance import SocialInsurance
from connectors.tax import Tax
from gateway.access.callers import PUBLIC_CALLER, Caller
from gateway.access.held import NOTHING_HELD, Authorisation, Grant, Held, Letter
from gateway.answer import Answer, CreditGraph, CreditInquiry, Desk, Question
from gateway.audit.entry import Entry, Receipt
from gateway.commands.explain import plan_lines
from gateway.errors import AuditUnavailable, GatewayError, ObligationsUnavailable, PaperInvalid, Text
from gateway.federation.cost import Bounds, Guard
from gateway.federation.operations import Operations
from gateway.federation.rows.line import Line
from gateway.federation.subjects.cursors import Cursors
from gateway.federation.subjects.deciding import SubjectPlanner
from gateway.federation.subjects.gathering import Gathering
from gateway.federation.subjects.logs import SubjectLogs
from gateway.federation.subjects.outcomes import Timeliness
from gateway.federation.subjects.references import References
from gateway.federation.subjects.resolve import Resolver
from gateway.federation.subjects.supergraph import Supergraph
from schema.connections import PageInfo
from schema.disclosure import OrganizationKind, Outcome, Purpose, PurposeCode, QueryMethod, Role, Scope, Standing
from schema.graph import graph
from schema.line_shapes import Ruling
from schema.query_log import QueryLogLine

CODE, OTHER, UNKNOWN = "91410199DEM001076Q", "91410199DEM0013591", "91410100MA0000015B"
SUBJECTS = {
    f"id-{code}": RegisteredSubject(f"id-{code}", "LEGAL_PERSON", code, "某公司", code, *[None] * 6)
    for code in (CODE, OTHER)
}
OFFICER = Caller(
    "an officer", "", "TAX", OrganizationKind.ADMINISTRATIVE, frozenset({Role.OFFICER}), None, token_id="t"
)
STAFF = Caller(
    "an operator", "", "CREDIT_CENTRE", OrganizationKind.CREDIT_CENTRE, frozenset({Role.OPERATOR}), None, token_id="t"
)
ITSELF = Caller("a handler", "", CODE, OrganizationKind.ENTERPRISE, frozenset(), ("uscc", CODE), token_id="t")
SUPERVISION = Purpose(PurposeCode.SUPERVISION, "年度双随机抽查")


def asks(code: str, fields: str, key: str = "subject") -> str:
    return f'{key}: subject(by: {{unifiedSocialCreditCode: "{code}"}}) {{ ... on LegalPerson {{ {fields} }} }}'


ARREARS = "taxArrears { nodes { taxType } }"
PAYMENTS = "socialInsurancePayments { nodes { period paidAmount } }"


def own_id(kind_prefix: str, canonical: str) -> str:
    assert kind_prefix == "uscc"
    return f"id-{canonical}"


@dataclass
class Drawer:
    """A register of papers with what each caller holds in it."""

    held_by: dict[Caller, Held] = field(default_factory=dict)
    refused: GatewayError | None = None
    exhausted: GatewayError | None = None
    used: list[tuple[str, list[str]]] = field(default_factory=list)

    async def held(self, caller: Caller, cited: Sequence[str], now: float) -> Held:
        """Give what lies in the drawer."""
        assert now > 0
        if cited and self.refused is not None:
            raise self.refused
        return self.held_by.get(caller, NOTHING_HELD)

    async def use(self, paper_id: str, subject_ids: Sequence[str], now: float) -> None:
        """Note the use."""
        assert now > 0
        if self.exhausted is not None:
            raise self.exhausted
        self.used.append((paper_id, list(subject_ids)))


class OneTable(Register):
    """A register of two companies."""

    @property
    def lanes(self) -> int:
        """Run two batches at once."""
        return 2

    def __init__(self) -> None:
        """Hold them in memory; it may be down, or slow."""
        self.fails_with: SourceError | None = None
        self.gate: asyncio.Event | None = None
        self.asked: list[Sequence[str]] = []

    async def find(self, by: str, values: Sequence[str]) -> list[RegisteredSubject | None]:
        """Find them by their ids."""
        assert by in ("id", "organization_code")
        self.asked.append(values)
        if self.gate is not None:
            await self.gate.wait()
        if self.fails_with is not None:
            raise self.fails_with
        return [SUBJECTS.get(value) for value in values]


@dataclass
class Remembers:
    """A source of one row a subject, which remembers what it was asked."""

    asked: list[Batch] = field(default_factory=list)
    fails_with: SourceError | None = None
    loses: str | None = None

    async def gather(self, tables: Mapping[str, Table], batch: Batch) -> Rows:
        """Give a row for each selection."""
        assert tables
        self.asked.append(batch)
        if self.fails_with is not None:
            raise self.fails_with
        row: dict[str, Any] = {"provider": "TAX", "recordStatus": "ACTIVE", "version": 1}
        if self.loses is not None:
            row[self.loses] = None
        found = [
            tuple([[row.get(name, "x") for name in each.columns]] for each in batch.selections) for _ in batch.keys
        ]
        return [
            Found(each, tuple(Loss(rows[0], self.loses) for rows in each if self.loses is not None)) for each in found
        ]

    async def close(self) -> None:
        """Have nothing to give back."""


@dataclass
class Kept:
    """A trail in memory; it may be full."""

    entries: list[Entry] = field(default_factory=list)
    full: bool = False

    async def append(self, entry: Entry) -> Receipt:
        """Keep an entry."""
        if self.full:
            raise AuditUnavailable
        self.entries.append(entry)
        return Receipt(1, len(self.entries), b"leaf" * 8)


@dataclass
class Ledger:
    """What is known of how agencies report; it may not answer."""

    told: Timeliness = field(default_factory=lambda: {"TAX": (datetime(2026, 11, 20, 9, tzinfo=UTC), True)})
    fails_with: GatewayError | None = None
    asked: int = 0

    async def __call__(self) -> Timeliness:
        """Say how agencies report."""
        self.asked += 1
        if self.fails_with is not None:
            raise self.fails_with
        return self.told


class Page(NamedTuple):
    """A page of who looked at a subject."""

    nodes: list[QueryLogLine]
    page_info: PageInfo
    unread: int


@dataclass
class Log:
    """A log of one subject, some of whose lines cannot be opened."""

    unread: int
    nodes: list[QueryLogLine] = field(default_factory=list)

    async def lines(self, subject_id: str, first: int, after: str | None, hidden_on: date | None) -> Page:
        """Give what can be opened."""
        assert (subject_id, first, after) == (f"id-{CODE}", 2, None)
        assert hidden_on is not None
        return Page(self.nodes, PageInfo(has_next_page=False, has_previous_page=False), self.unread)

    async def hidden_counts(self, subject_ids: Sequence[str], day: date) -> Mapping[str, int]:
        """Hide nothing."""
        assert (list(subject_ids), isinstance(day, date)) == ([f"id-{CODE}"], True)
        return {}


class Office:
    """A desk with its rooms, and nothing outside of this process."""

    def __init__(self, logs: SubjectLogs | None = None) -> None:
        self.source, self.trail, self.register, self.ledger = Remembers(), Kept(), OneTable(), Ledger()
        self.drawer = Drawer({ITSELF: Held(own=frozenset({f"id-{CODE}"}))})
        served: tuple[type[Connector], ...] = (Tax, SocialInsurance, MarketRegulation)
        agencies = [each(self.source, lambda number: number) for each in served]
        lines = {each.agency: Line(each, 1, 60, 60) for each in agencies}
        schema = graph()._schema  # noqa: SLF001 (Strawberry has no public way to its graphql-core schema)

        async def no_counts(ids: Sequence[str]) -> Mapping[str, int]:
            return dict.fromkeys(ids, 0)

        credit = CreditGraph(
            operations=Operations(schema, 10_000, Guard(Bounds(*[10_000] * 6), {}).check),
            resolver=Resolver(
                SubjectPlanner(Supergraph.of(agencies, {}), Cursors(b"c"), b"i", whole_records=False),
                Gathering(lines, None),
                self.register,
                References(own_id, allow_synthetic_region=True),
                no_counts,
                register_deadline_s=60,
                logs=logs,
                timeliness=self.ledger,
            ),
            register=self.register,
            schema=schema,
            papers=self.drawer,
            subject_id=own_id,
            root_value=lambda _, __: None,
        )
        self.desk = Desk(credit, self.trail, b"receipt key")

    async def ask(self, document: str, caller: Caller = OFFICER, **how: Any) -> Answer:  # noqa: ANN401 (parts of a question)
        """Ask the desk one question."""
        return await self.desk.answer(self.question(document, caller, **how))

    @staticmethod
    def question(document: str, caller: Caller = OFFICER, **how: Any) -> Question:  # noqa: ANN401 (parts of a question)
        """Write one question."""
        said: dict[str, Any] = {
            "operation_name": None,
            "variables": {},
            "purpose": SUPERVISION if caller is OFFICER else None,
            "purpose_problem": None,
            "papers": (),
            "dry_run": False,
            "fail_on_denied": False,
            "method": QueryMethod.API,
            "channel": "QUERY",
            "request_id": "r",
            "language": "en",
            "trace_id": "",
            "started_ns": 0,
            **how,
        }
        return Question(caller=caller, document=f"{{ {document} }}", **said)

    @property
    def entry(self) -> Entry:
        """The only entry."""
        (entry,) = self.trail.entries
        return entry


@pytest.fixture
async def office() -> Office:
    return Office()


def told(answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.body)
    return found


async def test_a_subject_asked_for_twice_is_one_line_with_all_that_was_told(office: Office) -> None:
    await office.ask(f"{asks(CODE, ARREARS, 'a')} {asks(CODE, PAYMENTS, 'b')}")
    (line,) = office.entry.subjects
    assert (line.subject_id, line.outcome, line.standing, line.counted) == (
        f"id-{CODE}",
        Outcome.DISCLOSED,
        Standing.DUTY,
        True,
    )
    assert line.rows == 2
    assert {"TaxArrears.taxType", "SocialInsurancePayment.period"} <= set(line.fields)
    assert line.withheld == ("SocialInsurancePayment.paidAmount",)
    assert len(line.fields) == len(set(line.fields))


async def test_errors_stand_in_the_order_of_their_fields_whatever_was_answered_first(office: Office) -> None:
    at_once = 'b: subject(by: {unifiedSocialCreditCode: "x"}) { id }'
    told = await office.ask(f"{asks(CODE, PAYMENTS, 'a')} {at_once}")
    assert [each["path"][0] for each in json.loads(told.body)["errors"]] == ["a", "b"]


async def test_two_subjects_are_two_lines(office: Office) -> None:
    await office.ask(f"{asks(CODE, ARREARS, 'a')} {asks(OTHER, 'name', 'b')}")
    assert sorted(each.subject_id for each in office.entry.subjects) == sorted([f"id-{CODE}", f"id-{OTHER}"])


@pytest.mark.parametrize(
    ("caller", "counted"), [(OFFICER, True), (PUBLIC_CALLER, False), (ITSELF, False)], ids=["duty", "public", "self"]
)
async def test_a_disclosure_counts_under_a_standing_that_counts_alone(
    office: Office, caller: Caller, *, counted: bool
) -> None:
    await office.ask(asks(CODE, "name"), caller)
    (line,) = office.entry.subjects
    assert (line.outcome, line.counted) == (Outcome.DISCLOSED, counted)


async def test_nobody_found_is_recorded_and_not_counted(office: Office) -> None:
    assert told(await office.ask(asks(UNKNOWN, "name")))["data"] == {"subject": None}
    (line,) = office.entry.subjects
    assert (line.outcome, line.counted, line.fields) == (Outcome.NOT_FOUND, False, ())


async def test_where_all_is_withheld_the_subject_was_not_disclosed(office: Office) -> None:
    answer = told(await office.ask(asks(CODE, "queryCount"), PUBLIC_CALLER))
    assert answer["data"] == {"subject": {"queryCount": None}}
    (line,) = office.entry.subjects
    assert (line.outcome, line.counted, line.tier) == (Outcome.DENIED, False, "")
    assert line.withheld == ("LegalPerson.queryCount",)
    assert office.entry.outcome is Outcome.DENIED


LOG = "queryLog(first: 2) { nodes { at requester fields { coordinate } } pageInfo { hasNextPage } }"


async def test_where_there_is_no_trail_to_read_the_log_alone_is_lost(office: Office) -> None:
    answer = told(await office.ask(asks(CODE, f"name {LOG}"), ITSELF))
    assert answer["data"]["subject"]["queryLog"] is None
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["subject", "queryLog"], "INTERNAL_SERVER_ERROR")


async def test_lines_of_the_log_that_cannot_be_opened_are_an_error_where_lines_are_asked_for() -> None:
    ask = "mine: queryLog(first: 2) { all: nodes { at } pageInfo { hasNextPage } }"
    answer = told(await Office(Log(unread=3)).ask(asks(CODE, ask), ITSELF))
    assert answer["data"]["subject"]["mine"] == {"all": [], "pageInfo": {"hasNextPage": False}}
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["subject", "mine", "all"], "INTERNAL_SERVER_ERROR")
    assert "errors" not in told(await Office(Log(unread=0)).ask(asks(CODE, ask), ITSELF))
    of_pages = "queryLog(first: 2) { pageInfo { hasNextPage } }"
    assert "errors" not in told(await Office(Log(unread=3)).ask(asks(CODE, of_pages), ITSELF))


async def test_what_was_decided_and_is_lost_is_an_error_of_its_line_where_it_is_asked_for() -> None:
    known = QueryLogLine(
        receipt="r",
        at=datetime(2026, 11, 20, 9, tzinfo=UTC),
        method=QueryMethod.API,
        standing=Standing.DUTY,
        outcome=Outcome.DISCLOSED,
        tier="B",
        fields=[],
        withheld=[],
        rows=[],
    )
    lost = replace(known, fields=None, withheld=None, rows=None)
    office = Office(Log(0, [known, lost]))
    lines = "all: nodes { tier told: fields { coordinate } rows { records } }"
    ask = f"mine: queryLog(first: 2) {{ {lines} pageInfo {{ hasNextPage }} }}"
    answer = told(await office.ask(asks(CODE, ask), ITSELF))
    whole = {"tier": "B", "told": [], "rows": []}
    assert answer["data"]["subject"]["mine"]["all"] == [whole, {"tier": "B", "told": None, "rows": None}]
    assert [(each["path"][2:], each["extensions"]["code"]) for each in answer["errors"]] == [
        (["all", 1, "told"], "INTERNAL_SERVER_ERROR"),
        (["all", 1, "rows"], "INTERNAL_SERVER_ERROR"),
    ]
    not_asked = "queryLog(first: 2) { nodes { tier } }"
    assert "errors" not in told(await office.ask(asks(CODE, not_asked), ITSELF))


SOURCES = "sources { connector last: lastSubmission overdue }"


async def test_of_a_source_it_is_told_how_its_agency_reports(office: Office) -> None:
    answer = told(await office.ask(asks(CODE, SOURCES)))
    assert "errors" not in answer
    by_name = {each.pop("connector"): each for each in answer["data"]["subject"]["sources"]}
    assert by_name["TAX"] == {"last": "2026-11-20T09:00:00+00:00", "overdue": True}
    assert by_name["SOCIAL_INSURANCE"] == {"last": None, "overdue": None}, "nothing was ever due of it"


async def test_where_nobody_knows_how_agencies_report_each_null_has_its_error(office: Office) -> None:
    office.ledger.fails_with = ObligationsUnavailable("silent")
    answer = told(await office.ask(asks(CODE, f"name {SOURCES} again: sources {{ overdue asked }}", "it")))
    names = [each["connector"] for each in answer["data"]["it"]["sources"]]
    assert all(each["last"] is each["overdue"] is None for each in answer["data"]["it"]["sources"])
    assert [each["path"] for each in answer["errors"]] == [
        *(["it", "sources", n, key] for n in range(len(names)) for key in ("last", "overdue")),
        *(["it", "again", n, "overdue"] for n in range(len(names))),
    ]
    assert {each["extensions"]["code"] for each in answer["errors"]} == {"SOURCE_UNAVAILABLE"}
    assert office.entry.errors == ("SOURCE_UNAVAILABLE",)
    assert answer["data"]["it"]["name"] == "某公司"


async def test_by_the_way_back_it_has_an_error_only_where_there_is_a_record(office: Office) -> None:
    office.ledger.fails_with = ObligationsUnavailable("silent")
    back = "taxArrears { nodes { subject { sources { overdue } } } }"
    answer = told(await office.ask(asks(CODE, back)))
    paths = [each["path"] for each in answer["errors"]]
    assert paths[0] == ["subject", "taxArrears", "nodes", 0, "subject", "sources", 0, "overdue"]
    assert len(paths) == len(answer["data"]["subject"]["taxArrears"]["nodes"][0]["subject"]["sources"])
    office.source.fails_with = SourceUnavailable("gone")
    answer = told(await office.ask(asks(CODE, back)))
    assert [each["path"] for each in answer["errors"]] == [["subject", "taxArrears"]]


async def test_nobody_is_asked_how_agencies_report_where_nobody_wants_to_know(office: Office) -> None:
    office.ledger.fails_with = ObligationsUnavailable("silent")
    answer = told(await office.ask(asks(CODE, f"sources {{ connector asked reached asOf stale }} {ARREARS}")))
    assert "errors" not in answer
    assert office.ledger.asked == 0


async def test_the_log_of_others_is_withheld_before_anybody_is_asked(office: Office) -> None:
    for caller in (PUBLIC_CALLER, OFFICER):
        answer = told(await office.ask(asks(CODE, LOG), caller))
        assert answer["data"] == {"subject": {"queryLog": None}}
        assert [each["extensions"]["code"] for each in answer["errors"]] == ["FORBIDDEN"]
        assert office.trail.entries[-1].subjects[0].withheld == ("LegalPerson.queryLog",)


async def test_the_line_says_the_highest_tier_that_was_told(office: Office) -> None:
    for caller, tier in ((PUBLIC_CALLER, "A"), (OFFICER, "B"), (ITSELF, "C")):
        await office.ask(asks(CODE, f"name {PAYMENTS}"), caller)
        assert office.trail.entries[-1].subjects[0].tier == tier


async def test_a_dry_run_discloses_nothing_asks_nobody_and_is_recorded(office: Office) -> None:
    answer = told(await office.ask(asks(CODE, PAYMENTS), dry_run=True))
    assert answer["data"] is None
    access = {each["coordinate"]: each["allowed"] for each in answer["extensions"]["xinyong"]["access"]}
    assert access["SocialInsurancePayment.period"] is True
    assert access["SocialInsurancePayment.paidAmount"] is False
    assert office.source.asked == []
    assert not any(each.counted or each.fields for each in office.entry.subjects)


async def test_who_wants_all_or_nothing_is_told_all_denials_and_no_data(office: Office) -> None:
    both = asks(CODE, f"queryCount {ARREARS} socialInsurancePayments {{ nodes {{ payableAmount paidAmount }} }}")
    answer = told(await office.ask(both, fail_on_denied=True))
    assert answer["data"] is None
    assert {each["extensions"].get("coordinate") for each in answer["errors"]} == {
        "SocialInsurancePayment.payableAmount",
        "SocialInsurancePayment.paidAmount",
        None,
    }
    assert ["subject", "queryCount"] in [each["path"] for each in answer["errors"]]
    assert office.source.asked == []
    assert not any(each.counted or each.fields for each in office.entry.subjects)


async def test_who_wants_all_or_nothing_has_all_where_nothing_is_withheld(office: Office) -> None:
    answer = told(await office.ask(asks(CODE, ARREARS), fail_on_denied=True))
    assert answer["data"]["subject"]["taxArrears"]["nodes"] == [{"taxType": "x"}]
    assert "errors" not in answer


async def test_a_refused_question_is_an_entry_of_its_own(office: Office) -> None:
    answer = await office.ask("nothing")
    assert answer.status == 400
    assert (office.entry.outcome, office.entry.errors) == (Outcome.FAILED, ("GRAPHQL_VALIDATION_FAILED",))
    assert "data" not in told(answer)


async def test_what_cannot_be_recorded_leaves_the_desk_for_nobody(office: Office) -> None:
    office.trail.full = True
    with pytest.raises(AuditUnavailable):
        await office.ask(asks(CODE, "name"))


async def test_the_entry_holds_no_value(office: Office) -> None:
    await office.ask(asks(CODE, f"name {ARREARS}"))
    written = repr(office.entry)
    assert "某公司" not in written
    assert CODE not in written.replace(f"id-{CODE}", "")


async def test_of_an_identity_number_in_what_was_said_the_entry_keeps_the_mask(office: Office) -> None:
    number, mask = "410199199001010015", "4101************15"
    said = Purpose(PurposeCode.SUPERVISION, f"核查{number}的举报")
    await office.ask(asks(CODE, "name"), purpose=said, papers=(number,))
    assert (office.entry.purpose_text, office.entry.papers) == (f"核查{mask}的举报", (mask,))
    assert number not in repr(office.entry)


# How the whole ended


BOTH = f'subjects(by: [{{unifiedSocialCreditCode: "{CODE}"}}, {{unifiedSocialCreditCode: "{OTHER}"}}])'


async def test_who_wants_all_or_nothing_and_is_denied_is_a_line_a_subject(office: Office) -> None:
    await office.ask(f"{BOTH} {{ ... on LegalPerson {{ {PAYMENTS} }} }}", fail_on_denied=True)
    assert office.entry.outcome is Outcome.DENIED
    assert sorted((each.subject_id, each.outcome, each.standing) for each in office.entry.subjects) == sorted(
        (f"id-{code}", Outcome.DENIED, Standing.DUTY) for code in (CODE, OTHER)
    )
    assert not any(each.counted or each.fields for each in office.entry.subjects)


async def test_the_plans_of_a_question_are_told_and_nobody_is_asked(office: Office) -> None:
    inquiry = office.desk.graph.take_up(
        office.question(f"viewer {{ person }} {asks(CODE, f'name {ARREARS} {PAYMENTS}')}")
    )
    assert isinstance(inquiry, CreditInquiry)
    await inquiry.decide()
    tree = json.loads(json.dumps(inquiry.planned()))
    roots, subject = tree["plans"]
    assert sorted(each["subgraph"] for each in roots["requests"]) == ["OFFICE", "REGISTER"]
    assert (subject["path"], subject["type"], subject["stages"]) == (["subject"], "LegalPerson", 1)
    assert [each["subgraph"] for each in subject["requests"]] == ["TAX", "SOCIAL_INSURANCE"]
    assert [each["coordinate"] for each in tree["withheld"]] == ["SocialInsurancePayment.paidAmount"]
    assert tree["cost"]["fields"] > 0
    assert (office.source.asked, office.register.asked) == ([], [])


async def test_a_dry_run_tells_its_plans_to_staff_alone(office: Office) -> None:
    ask = asks(CODE, f"name {ARREARS}")
    plan = told(await office.ask(ask, caller=STAFF, dry_run=True))["extensions"]["xinyong"]["plan"]
    assert [each["type"] for each in plan["plans"]] == ["Query", "LegalPerson"]
    assert {each["connector"] for each in plan["fetches"]} == {"TAX"}
    assert "plan" not in told(await office.ask(ask, dry_run=True))["extensions"]["xinyong"]
    assert (office.source.asked, office.register.asked) == ([], [])


async def test_plans_are_told_as_lines_with_what_is_withheld_and_what_it_amounts_to(office: Office) -> None:
    inquiry = office.desk.graph.take_up(office.question(asks(CODE, f"name {PAYMENTS}")))
    assert isinstance(inquiry, CreditInquiry)
    await inquiry.decide()
    lines = list(plan_lines(inquiry.planned()))
    assert lines[0] == "Query"
    assert "subject (LegalPerson)" in lines
    assert any("socialInsurancePayments(upTo: B)" in each and "paidAmount" not in each for each in lines)
    assert (
        lines[-2]
        == "withhold SocialInsurancePayment.paidAmount (TIER_FORBIDDEN): tier C, Art. 18, missing OFFICIAL_LETTER"
    )
    assert lines[-1].startswith("cost: ")


async def test_a_dry_run_ends_as_denied(office: Office) -> None:
    await office.ask(asks(CODE, "name"), dry_run=True)
    assert office.entry.outcome is Outcome.DENIED


async def test_where_the_register_is_down_the_subject_asked_by_its_code_is_a_failed_line(office: Office) -> None:
    office.register.fails_with = SourceUnavailable("down")
    answer = told(await office.ask(asks(CODE, f"name {ARREARS}")))
    assert answer["data"] == {"subject": None}
    assert [(each["path"], each["extensions"]["code"]) for each in answer["errors"]] == [
        (["subject"], "SOURCE_UNAVAILABLE")
    ]
    (line,) = office.entry.subjects
    assert (line.subject_id, line.outcome, line.counted, line.fields) == (f"id-{CODE}", Outcome.FAILED, False, ())
    assert office.entry.outcome is Outcome.FAILED


async def test_where_all_sources_failed_nothing_was_disclosed(office: Office) -> None:
    office.source.fails_with = SourceUnavailable("down")
    answer = told(await office.ask(asks(CODE, ARREARS)))
    assert answer["data"] == {"subject": {"taxArrears": None}}
    (line,) = office.entry.subjects
    assert (line.outcome, line.counted, line.fields) == (Outcome.FAILED, False, ())
    assert office.entry.outcome is Outcome.FAILED


async def test_what_is_told_though_a_source_failed_is_recorded_and_nothing_else(office: Office) -> None:
    office.source.fails_with = SourceUnavailable("down")
    await office.ask(asks(CODE, f"name {ARREARS}"))
    (line,) = office.entry.subjects
    assert (line.outcome, line.counted, line.fields) == (Outcome.DISCLOSED, True, ("LegalPerson.name",))


async def test_nobody_found_by_an_organisation_code_is_not_found(office: Office) -> None:
    answer = told(await office.ask('subject(by: {organizationCode: "DEM001076"}) { name }'))
    assert answer["data"] == {"subject": None}
    assert office.register.asked == [["DEM001076"]]
    assert (office.entry.outcome, office.entry.subjects) == (Outcome.NOT_FOUND, ())


async def test_an_operation_name_that_the_document_does_not_hold_is_not_kept(office: Office) -> None:
    await office.ask(asks(CODE, "name"), operation_name="张三410199199001010015")
    assert office.entry.operation_name is None
    assert office.entry.outcome is Outcome.FAILED
    assert "张三" not in repr(office.entry)


@pytest.mark.parametrize(
    ("caller", "purpose"),
    [(ITSELF, PurposeCode.SELF), (OFFICER, PurposeCode.SUPERVISION), (PUBLIC_CALLER, None)],
    ids=["self", "duty", "public"],
)
async def test_who_asks_about_itself_has_that_for_its_purpose(
    office: Office, caller: Caller, purpose: PurposeCode | None
) -> None:
    await office.ask(asks(CODE, "name"), caller)
    assert office.entry.purpose_code is purpose


async def test_who_asks_about_itself_and_another_has_not_said_its_purpose(office: Office) -> None:
    await office.ask(f"{BOTH} {{ name }}", ITSELF)
    assert office.entry.purpose_code is None


# What is not there


async def test_records_that_nobody_serves_are_null_with_an_error_and_never_a_count_of_none(office: Office) -> None:
    judgments = "effectiveJudgments { totalCount nodes { caseNumber } }"
    answer = told(await office.ask(asks(CODE, f"{judgments} {ARREARS}")))
    assert answer["data"]["subject"] == {"effectiveJudgments": None, "taxArrears": {"nodes": [{"taxType": "x"}]}}
    assert [(each["path"], each["extensions"]["code"]) for each in answer["errors"]] == [
        (["subject", "effectiveJudgments"], "SOURCE_UNAVAILABLE")
    ]
    assert not any("Judgment" in each for each in office.entry.subjects[0].fields)


async def test_a_status_that_was_lost_leaves_no_count(office: Office) -> None:
    office.source.loses = "recordStatus"
    answer = told(await office.ask(asks(CODE, "taxArrears { several: totalCount nodes { taxType } }")))
    assert answer["data"]["subject"]["taxArrears"]["several"] is None
    assert [(each["path"], each["extensions"]["code"]) for each in answer["errors"]] == [
        (["subject", "taxArrears", "several"], "SOURCE_MISBEHAVED")
    ]


async def test_who_leaves_takes_nobody_elses_answer_away(office: Office) -> None:
    """Two who ask the register for the same subject share its answer; one of them goes away."""
    office.register.gate = asyncio.Event()
    leaves, stays = (asyncio.ensure_future(office.ask(asks(CODE, "name"))) for _ in range(2))
    for _ in range(5):
        await asyncio.sleep(0)
    assert office.register.asked == [[f"id-{CODE}"]]
    leaves.cancel()
    await asyncio.sleep(0)
    office.register.gate.set()
    assert told(await stays)["data"] == {"subject": {"name": "某公司"}}
    assert leaves.cancelled()


# Papers

NAMED = Scope(restricted=frozenset({"SocialInsurancePayment"}))
FOR_SUPERVISION = frozenset({PurposeCode.SUPERVISION})
WITH_LETTER = Held(
    letters=(Letter("OL-1", frozenset({f"id-{CODE}"}), None, FOR_SUPERVISION),),
    grants=(Grant("RG-1", NAMED, FOR_SUPERVISION),),
)


async def test_a_letter_with_its_grant_opens_tier_c_and_is_used_once_for_the_subject(office: Office) -> None:
    office.drawer.held_by[OFFICER] = WITH_LETTER
    answer = told(await office.ask(f"{asks(CODE, PAYMENTS, 'a')} {asks(CODE, ARREARS, 'b')}", papers=("OL-1",)))
    assert "errors" not in answer
    assert office.drawer.used == [("OL-1", [f"id-{CODE}"])]
    (line,) = office.entry.subjects
    assert (line.standing, line.outcome, line.tier) == (Standing.OFFICIAL_LETTER, Outcome.DISCLOSED, "C")
    assert "SocialInsurancePayment.paidAmount" in line.fields
    assert office.entry.papers == ("OL-1",)


async def test_a_subject_that_no_cited_paper_lists_is_refused_and_nobody_is_asked_about_it(office: Office) -> None:
    office.drawer.held_by[OFFICER] = WITH_LETTER
    answer = told(await office.ask(asks(OTHER, ARREARS), papers=("OL-1",)))
    assert answer["data"] == {"subject": None}
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["subject"], "PAPER_SCOPE")
    assert office.source.asked == []
    (line,) = office.entry.subjects
    assert (line.subject_id, line.outcome, line.counted) == (f"id-{OTHER}", Outcome.DENIED, False)
    assert office.drawer.used == []
    assert office.entry.outcome is Outcome.DENIED


async def test_a_paper_that_cannot_be_cited_denies_every_subject_that_was_asked_about(office: Office) -> None:
    office.drawer.refused = PaperInvalid(Text("no such paper", "没有该材料"))
    answer = told(await office.ask(f"{asks(CODE, ARREARS, 'a')} {asks(OTHER, 'name', 'b')}", papers=("OL-9",)))
    assert "data" not in answer
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["PAPER_INVALID"]
    assert [(each.subject_id, each.outcome) for each in office.entry.subjects] == [
        (f"id-{CODE}", Outcome.DENIED),
        (f"id-{OTHER}", Outcome.DENIED),
    ]
    assert office.entry.outcome is Outcome.DENIED
    assert office.source.asked == []


async def test_a_paper_whose_uses_ran_out_meanwhile_discloses_nothing(office: Office) -> None:
    office.drawer.held_by[OFFICER] = WITH_LETTER
    office.drawer.exhausted = PaperInvalid(Text("its uses are exhausted", "使用次数已用尽"))
    answer = told(await office.ask(asks(CODE, PAYMENTS), papers=("OL-1",)))
    assert "data" not in answer
    (line,) = office.entry.subjects
    assert (line.outcome, line.counted, line.fields) == (Outcome.DENIED, False, ())


async def test_a_paper_is_not_used_up_where_the_purpose_was_forgotten(office: Office) -> None:
    office.drawer.held_by[OFFICER] = WITH_LETTER
    await office.ask(asks(CODE, PAYMENTS), papers=("OL-1",), purpose=None)
    assert office.drawer.used == []
    await office.ask(asks(CODE, PAYMENTS), papers=("OL-1",))
    assert [paper for paper, _ in office.drawer.used] == ["OL-1"]


async def test_a_dry_run_uses_no_paper_and_says_what_is_open_on_it(office: Office) -> None:
    office.drawer.held_by[OFFICER] = WITH_LETTER
    answer = told(await office.ask(asks(CODE, PAYMENTS), papers=("OL-1",), dry_run=True))
    told_of = {each["coordinate"]: each for each in answer["extensions"]["xinyong"]["access"]}
    assert told_of["SocialInsurancePayment.paidAmount"]["allowed"]
    assert office.drawer.used == []


async def test_a_dry_run_says_of_whom_the_papers_do_not_reach_that_nothing_is_open(office: Office) -> None:
    office.drawer.held_by[OFFICER] = WITH_LETTER
    answer = told(await office.ask(asks(OTHER, f"name {PAYMENTS}"), papers=("OL-1",), dry_run=True))
    access = answer["extensions"]["xinyong"]["access"]
    assert {each["coordinate"] for each in access} >= {"LegalPerson.name", "SocialInsurancePayment.paidAmount"}
    assert {(each["allowed"], each["missingPaper"]) for each in access} == {(False, "OFFICIAL_LETTER")}
    assert {each["legalBasis"]["article"] for each in access} == {"18"}
    assert office.source.asked == []


async def test_a_purpose_that_is_none_of_ones_duties_is_told_with_those_that_are(office: Office) -> None:
    adjudication = Purpose(PurposeCode.ADJUDICATION, "（2026）豫01民初7号案件审理")
    answer = told(await office.ask(asks(CODE, PAYMENTS), purpose=adjudication))
    (error,) = [each for each in answer["errors"] if each["extensions"]["code"] == "PURPOSE_REQUIRED"][:1]
    assert "ADJUDICATION is not among yours: ENFORCEMENT" in error["message"]


async def test_of_an_authorisation_a_credit_service_is_told_only_the_purposes_that_are_its_duties(
    office: Office,
) -> None:
    service = replace(OFFICER, organisation_kind=OrganizationKind.CREDIT_SERVICE)
    purposes = frozenset({PurposeCode.TRANSACTION, PurposeCode.CREDIT_SERVICE})
    authorised = Authorisation("AU-7", f"id-{CODE}", Scope(all_shared=True), purposes)
    office.drawer.held_by[service] = Held(recognised=True, authorisations=(authorised,))
    transaction = Purpose(PurposeCode.TRANSACTION, "设备采购合同签订前的信用核查")
    answer = told(await office.ask(asks(CODE, PAYMENTS), service, papers=("AU-7",), purpose=transaction))
    messages = [each["message"] for each in answer["errors"] if each["extensions"]["code"] == "PURPOSE_REQUIRED"]
    assert messages
    assert all(each.endswith("TRANSACTION is not among yours: CREDIT_SERVICE") for each in messages)


async def test_the_papers_by_which_one_is_the_subject_stand_in_the_entry(office: Office) -> None:
    office.drawer.held_by[ITSELF] = Held(own=frozenset({f"id-{CODE}"}), own_papers=((f"id-{CODE}", "EC-1"),))
    await office.ask(asks(CODE, PAYMENTS), ITSELF)
    assert office.entry.papers == ("EC-1",)


async def test_a_line_says_on_which_paper_and_which_article_it_rests(office: Office) -> None:
    office.drawer.held_by[OFFICER] = WITH_LETTER
    await office.ask(asks(CODE, PAYMENTS), papers=("OL-1",))
    office.drawer.held_by.clear()
    await office.ask(asks(CODE, f"name {PAYMENTS}"))
    on_letter, on_duty = (each.subjects[0] for each in office.trail.entries)
    assert (on_letter.paper, on_letter.standing, on_letter.shape.basis) == ("OL-1", Standing.OFFICIAL_LETTER, "18")
    assert (on_duty.paper, on_duty.standing, on_duty.shape.basis) == ("", Standing.DUTY, "15.1(2)")
    rulings = {each.coordinate: each for each in on_duty.shape.rulings}
    assert rulings["LegalPerson.name"] == Ruling("LegalPerson.name", "A", "ALLOWED", "", "15.1(1)")
    denied = rulings["SocialInsurancePayment.paidAmount"]
    assert (denied.tier, denied.decision, denied.missing_paper) == ("C", "TIER_FORBIDDEN", "OFFICIAL_LETTER")
    assert on_duty.shape.connections == ("LegalPerson.socialInsurancePayments",)
    assert on_duty.counts == (1,)


async def test_all_subjects_of_a_plan_share_its_shape(office: Office) -> None:
    await office.ask(f"{BOTH} {{ ... on LegalPerson {{ {ARREARS} }} }}")
    one, other = office.entry.subjects
    assert one.shape is other.shape


async def test_an_identity_number_that_the_asker_wrote_is_masked_before_it_is_kept(office: Office) -> None:
    number = "410199199003070018"
    purpose = Purpose(PurposeCode.SUPERVISION, f"核查{number}的申请")
    how: dict[str, Any] = {"purpose": purpose, "papers": (number, "OL-1\x00"), "request_id": number}
    office.drawer.refused = PaperInvalid(Text("no", "否"))
    await office.ask(asks(CODE, "name"), **how)
    entry = office.entry
    assert number not in repr(entry)
    assert entry.purpose_text == "核查4101************18的申请"
    assert entry.papers == ("4101************18", "OL-1�")
