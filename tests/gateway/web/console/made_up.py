"""A made-up house for pages: the real graph's shape, before a desk of papers that lives in a list."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx2
import orjson
import strawberry
from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gateway.access import tokens
from gateway.access.callers import Caller, Verifier
from gateway.answer import Answer, Desk, Question
from gateway.errors import BadUserInput, GatewayError, Text, to_graphql
from gateway.settings import Settings
from gateway.web.console import File, Rooms, pages
from gateway.web.login.errors import SessionsUnavailable
from gateway.web.refusal import Refusal, Refused
from gateway.web.sessions import Session
from schema.about import Viewer
from schema.catalogue_versions.shown import CatalogueVersion
from schema.connections import PageInfo
from schema.desk import GrantPayload, PaperPayload, UserError
from schema.disclosure import PurposeCode, Standing
from schema.graph import graph
from schema.inspection import QueryLogConnection
from schema.obligations import CriticismReportConnection, ObligationConnection, ReportingReminderConnection
from schema.officers import AgencyOfficers
from schema.papers import (
    Evidence,
    Grant,
    GrantConnection,
    GrantState,
    GrantStep,
    LegalBasisEntry,
    Paper,
    PaperConnection,
    PaperKind,
    PaperScope,
    PaperState,
    PaperStep,
    PaperSubject,
)
from schema.quality import ReportingQuality
from schema.quarantine import QuarantinedRow
from schema.terms import SubjectKind
from schema.violation_desk import ViolationPayload
from schema.violations import (
    Violation,
    ViolationConnection,
    ViolationEvidence,
    ViolationFinding,
    ViolationKind,
    ViolationMeasure,
    ViolationState,
    ViolationStep,
)
from tests.gateway.web.console.made_up_collection import MadeUpQuality, MadeUpQuarantine, MadeUpReporting
from tests.gateway.web.console.made_up_officers import MadeUpOfficers

LAW = LegalBasisEntry(instrument="郑政办〔2017〕80号", article="18")
PDF = b"%PDF-1.7 an authorisation"


def a_paper(name: str, **over: Any) -> Paper:  # noqa: ANN401 (any field of a paper)
    told: dict[str, Any] = {
        "id": name,
        "kind": PaperKind.AUTHORISATION,
        "state": PaperState.SUBMITTED,
        "subjects": [
            PaperSubject(id=strawberry.ID("s1"), kind=SubjectKind.LEGAL_PERSON, name="河南星野软件股份有限公司")
        ],
        "holders": ["demo:third-party"],
        "purposes": [PurposeCode.TRANSACTION],
        "presented_by": "demo:centre-operator",
        "evidence": [Evidence(digest="ab" * 32, media_type="application/pdf", size=2_048, name="授权书.pdf")],
        "use_count": 0,
        "history": [
            PaperStep(
                at=datetime(2026, 11, 23, 1, 30, tzinfo=UTC),
                actor="demo:centre-operator",
                to=PaperState.SUBMITTED,
                legal_basis=LAW,
            )
        ],
        "scope": PaperScope(all_shared=True, shared=[], restricted=["SocialInsurancePayment.paidAmount"]),
        "valid_to": date(2026, 12, 31),
    }
    return Paper(**{**told, **over})


def a_grant(name: str, **over: Any) -> Grant:  # noqa: ANN401 (any field of a grant)
    told: dict[str, Any] = {
        "id": name,
        "agency": "TAX",
        "state": GrantState.PROPOSED,
        "scope": PaperScope(all_shared=False, shared=[], restricted=["PersonIdentity"]),
        "purposes": [PurposeCode.SUPERVISION],
        "valid_from": date(2026, 11, 1),
        "valid_to": date(2027, 10, 31),
        "approval_document": "郑发改〔2026〕9号",
        "history": [
            GrantStep(
                at=datetime(2026, 11, 23, 1, 30, tzinfo=UTC),
                actor="demo:tax-officer",
                to=GrantState.PROPOSED,
                legal_basis=LAW,
            )
        ],
    }
    return Grant(**{**told, **over})


def a_case(name: str, **over: Any) -> Violation:  # noqa: ANN401 (any field of a case)
    at = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    told: dict[str, Any] = {
        "id": name,
        "kind": ViolationKind.IMPROPER_MEANS,
        "agency": "TAX",
        "state": ViolationState.OPEN,
        "opened_at": at,
        "opened_by": "INTAKE",
        "evidence": [
            ViolationEvidence(
                found_at=at,
                source="INTAKE",
                reference="S-1",
                said="not competent",
                said_chinese="无报送权限",
                rule="R2.2",
            )
        ],
        "history": [ViolationStep(at=at, actor="INTAKE", to=ViolationState.OPEN, legal_basis=LAW)],
    }
    return Violation(**{**told, **over})


@dataclass
class MadeUpEnded:
    """Which sessions were ended; it may not answer."""

    ids: set[str] = field(default_factory=set)
    is_down: bool = False

    async def has(self, session: Session) -> bool:
        """Look it up."""
        self._answer()
        return session.id in self.ids

    async def end(self, session: Session, now: float) -> None:
        """End it."""
        assert now < session.expires_at
        self._answer()
        self.ids.add(session.id)

    def _answer(self) -> None:
        if self.is_down:
            message = "down"
            raise SessionsUnavailable(message)


@dataclass
class Shelf:
    """What the made-up house holds, and what it was asked."""

    papers: list[Paper] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    cases: list[Violation] = field(default_factory=list)
    agencies: list[AgencyOfficers] = field(default_factory=list)
    rows: list[QuarantinedRow] = field(default_factory=list)
    """Those that wait for a person."""
    centre_is_down: bool = False
    measures: list[ReportingQuality] = field(default_factory=list)
    reporting: MadeUpReporting = field(default_factory=MadeUpReporting)
    ended: MadeUpEnded = field(default_factory=MadeUpEnded)
    files: dict[str, File] = field(default_factory=dict)
    given: list[Any] = field(default_factory=list)
    """The arguments of mutations."""
    errors: list[UserError] = field(default_factory=list)
    """What every mutation finds wrong."""
    raises: GatewayError | None = None
    """With what every mutation ends."""
    asked: list[Question] = field(default_factory=list)

    def step(self) -> None:
        """End here, where it is to end."""
        if self.raises is not None:
            raise self.raises


@dataclass
class MadeUpPapers:
    """A desk of papers as the graph wants it."""

    shelf: Shelf
    caller: Caller

    async def present(self, given: Any, *, draft: bool) -> PaperPayload:  # noqa: ANN401 (an input of the graph)
        """Keep a paper."""
        self.shelf.step()
        self.shelf.given.append(given)
        if self.shelf.errors:
            return PaperPayload(paper=None, errors=self.shelf.errors)
        state = PaperState.DRAFT if draft else PaperState.SUBMITTED
        made = a_paper(f"P{len(self.shelf.papers)}", state=state, presented_by=self.caller.person)
        self.shelf.papers.append(made)
        return PaperPayload(paper=made, errors=[])

    async def submit(self, paper_id: str) -> PaperPayload:
        """Hand a draft in."""
        return self._moved(paper_id, PaperState.SUBMITTED)

    async def review(self, paper_id: str, decision: Any, reason: str) -> PaperPayload:  # noqa: ANN401 (an enum)
        """Decide."""
        self.shelf.given.append((decision, reason))
        return self._moved(paper_id, PaperState.ACCEPTED if decision == "ACCEPT" else PaperState.REJECTED)

    async def revoke(self, paper_id: str, reason: str) -> PaperPayload:
        """End it."""
        self.shelf.given.append(reason)
        return self._moved(paper_id, PaperState.REVOKED)

    def _moved(self, paper_id: str, state: PaperState) -> PaperPayload:
        self.shelf.step()
        if self.shelf.errors:
            return PaperPayload(paper=None, errors=self.shelf.errors)
        (found,) = (each for each in self.shelf.papers if each.id == paper_id)
        found.state = state
        return PaperPayload(paper=found, errors=[])

    async def propose_grant(self, given: Any) -> GrantPayload:  # noqa: ANN401 (an input of the graph)
        """Keep a grant."""
        self.shelf.given.append(given)
        if self.shelf.errors:
            return GrantPayload(grant=None, errors=self.shelf.errors)
        made = a_grant(f"G{len(self.shelf.grants)}")
        self.shelf.grants.append(made)
        return GrantPayload(grant=made, errors=[])

    async def review_grant(self, grant_id: str, decision: Any, reason: str) -> GrantPayload:  # noqa: ANN401 (an enum)
        """Review."""
        return self._granted(grant_id, (decision, reason), GrantState.REVIEWED)

    async def approve_grant(self, grant_id: str, decision: Any, reason: str) -> GrantPayload:  # noqa: ANN401 (an enum)
        """Approve."""
        return self._granted(grant_id, (decision, reason), GrantState.ACTIVE)

    async def withdraw_grant(self, grant_id: str, reason: str) -> GrantPayload:
        """End it."""
        return self._granted(grant_id, reason, GrantState.WITHDRAWN)

    def _granted(self, grant_id: str, given: object, state: GrantState) -> GrantPayload:
        self.shelf.step()
        self.shelf.given.append(given)
        if self.shelf.errors:
            return GrantPayload(grant=None, errors=self.shelf.errors)
        (found,) = (each for each in self.shelf.grants if each.id == grant_id)
        found.state = state
        return GrantPayload(grant=found, errors=[])

    async def paper(self, paper_id: str) -> Paper | None:
        """Look one up."""
        return next((each for each in self.shelf.papers if each.id == paper_id), None)

    async def papers(self, kind: Any, state: Any, subject: Any, page: tuple[int, str | None]) -> PaperConnection:  # noqa: ANN401, ARG002 (enums)
        """Give those of a kind and state."""
        fit = [each for each in self.shelf.papers if kind in (None, each.kind) and state in (None, each.state)]
        start = int(page[1] or 0)
        nodes = fit[start : start + page[0]]
        return PaperConnection(nodes=nodes, page_info=_info(start + page[0], len(fit)), total_count=len(fit))

    async def grants(self, state: Any, agency: Any, page: tuple[int, str | None]) -> GrantConnection:  # noqa: ANN401, ARG002 (an enum)
        """Give those of a state."""
        fit = [each for each in self.shelf.grants if state in (None, each.state)]
        start = int(page[1] or 0)
        nodes = fit[start : start + page[0]]
        return GrantConnection(nodes=nodes, page_info=_info(start + page[0], len(fit)), total_count=len(fit))


def _info(end: int, total: int) -> PageInfo:
    return PageInfo(has_next_page=end < total, has_previous_page=False, end_cursor=str(end))


@dataclass
class MadeUpDesk:
    """Answers as the house's desk does, from the made-up shelf."""

    shelf: Shelf
    fails: Exception | None = None

    async def answer(self, question: Question) -> Answer:
        """Answer one question."""
        if self.fails is not None:
            raise self.fails
        self.shelf.asked.append(question)
        caller = question.caller
        viewer = Viewer(
            roles=sorted(caller.roles),
            standings=[Standing.PUBLIC],
            organisation=caller.organisation,
            organisation_kind=caller.organisation_kind,
        )
        result = await graph().execute(
            question.document,
            variable_values=dict(question.variables),
            root_value=SimpleNamespace(viewer=viewer),
            context_value=SimpleNamespace(
                papers=MadeUpPapers(self.shelf, caller),
                trail=MadeUpTrail(),
                violations=MadeUpCases(self.shelf),
                catalogues=MadeUpCatalogues(),
                quarantine=MadeUpQuarantine(self.shelf.rows, self.shelf, caller),
                quality=MadeUpQuality(self.shelf.measures),
                obligations=MadeUpObligations(),
                officers=MadeUpOfficers(self.shelf, self.shelf.agencies),
            ),
        )
        told: dict[str, Any] = {"data": result.data}
        if result.errors:
            told["errors"] = [_written(each) for each in result.errors]
        return Answer(200, orjson.dumps(told), "1.1.ab")


class MadeUpCatalogues:
    """A desk of versions of the catalogue at which nothing was proposed yet."""

    async def versions(self, region: str | None) -> list[CatalogueVersion]:  # noqa: ARG002 (the desk's own)
        """Give none."""
        return []


@dataclass
class MadeUpCases:
    """A desk of violation cases that lives in the shelf."""

    shelf: Shelf

    async def open(self, given: Any) -> ViolationPayload:  # noqa: ANN401 (an input of the graph)
        """Keep a case."""
        self.shelf.given.append(given)
        if self.shelf.errors:
            return ViolationPayload(violation=None, errors=self.shelf.errors)
        made = a_case(f"V{len(self.shelf.cases)}")
        self.shelf.cases.append(made)
        return ViolationPayload(violation=made, errors=[])

    async def find(self, case_id: str, finding: ViolationFinding, reason: str) -> ViolationPayload:
        """Find."""
        found = finding is ViolationFinding.SUBSTANTIATE
        state = ViolationState.SUBSTANTIATED if found else ViolationState.DISMISSED
        return self._moved(case_id, (finding, reason), state)

    async def decide(self, case_id: str, measure: ViolationMeasure, document: str, reason: str) -> ViolationPayload:
        """Decide."""
        return self._moved(case_id, (measure, document, reason), ViolationState[measure.name])

    async def close(self, case_id: str, reason: str) -> ViolationPayload:
        """Close."""
        return self._moved(case_id, reason, ViolationState.CLOSED)

    def _moved(self, case_id: str, given: object, state: ViolationState) -> ViolationPayload:
        self.shelf.step()
        self.shelf.given.append(given)
        if self.shelf.errors:
            return ViolationPayload(violation=None, errors=self.shelf.errors)
        (found,) = (each for each in self.shelf.cases if each.id == case_id)
        found.state = state
        return ViolationPayload(violation=found, errors=[])

    async def violation(self, case_id: str) -> Violation | None:
        """Give one."""
        return next((each for each in self.shelf.cases if each.id == case_id), None)

    async def violations(self, state: Any, kind: Any, agency: Any, page: tuple[int, str | None]) -> ViolationConnection:  # noqa: ANN401, ARG002 (enums)
        """Give those of a state and a kind."""
        fit = [each for each in self.shelf.cases if state in (None, each.state) and kind in (None, each.kind)]
        start = int(page[1] or 0)
        nodes = fit[start : start + page[0]]
        return ViolationConnection(nodes=nodes, page_info=_info(start + page[0], len(fit)), total_count=len(fit))


class MadeUpObligations:
    """Nothing is due."""

    async def obligations(self, _by: object, _page: object) -> ObligationConnection:
        """Find nothing."""
        return ObligationConnection(nodes=[], page_info=_info(0, 0), total_count=0)

    async def reminders(self, _state: object, _agency: object, _page: object) -> ReportingReminderConnection:
        """Find nothing."""
        return ReportingReminderConnection(nodes=[], page_info=_info(0, 0), total_count=0)

    async def reports(self, _state: object, _agency: object, _page: object) -> CriticismReportConnection:
        """Find nothing."""
        return CriticismReportConnection(nodes=[], page_info=_info(0, 0), total_count=0)


class MadeUpTrail:
    """A trail with nothing in it."""

    async def search(self, _by: object, _page: object) -> QueryLogConnection:
        """Find nothing."""
        page = PageInfo(has_next_page=False, has_previous_page=False)
        return QueryLogConnection(nodes=[], page_info=page)


def _written(error: GraphQLError) -> dict[str, object]:
    original = error.original_error
    known = original if isinstance(original, GatewayError) else BadUserInput(error.message)
    return to_graphql(known, error.path, "zh", "r")


@dataclass
class MadeUpEvidence:
    """Keeps files in the shelf."""

    shelf: Shelf

    async def take(self, caller: Caller, file: File) -> str:  # noqa: ARG002 (the room's own call)
        """Keep PDFs alone."""
        if not file.content.startswith(b"%PDF"):
            raise Refused(Refusal.of(BadUserInput(Text("no PDF, PNG or JPEG", "不是 PDF、PNG 或 JPEG"))))
        digest = f"{len(self.shelf.files):064x}"
        self.shelf.files[digest] = file
        return digest

    async def give(self, caller: Caller, digest: str) -> File | None:  # noqa: ARG002 (the room's own call)
        """Give what was kept."""
        return self.shelf.files.get(digest)


@dataclass
class Browser:
    """A browser without scripts: follows nothing by itself, and sends the forms that it was given."""

    client: TestClient
    shelf: Shelf
    desk: MadeUpDesk

    def open(self, path: str, **options: Any) -> httpx2.Response:  # noqa: ANN401 (the client's own)
        """Open a page."""
        return self.client.get(path, follow_redirects=False, **options)

    def token(self, page: str = "/console") -> str:
        """Give the token of the forms of a page."""
        return token_in(self.open(page).text)

    def send(self, path: str, told: Any, token: str | None = None, **options: Any) -> httpx2.Response:  # noqa: ANN401 (as above)
        """Send a form of this session."""
        data = {"token": self.token() if token is None else token, **told}
        return self.client.post(path, data=data, follow_redirects=False, **options)

    def log_in(self, persona: str, leads_to: str = "/console") -> httpx2.Response:
        """Log in as one of the demonstration's people."""
        page = self.open(f"/login?next={leads_to}").text
        sent = {"token": token_in(page), "persona": persona, "next": leads_to}
        return self.client.post("/login", data=sent, follow_redirects=False)


def token_in(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


@contextmanager
def made_up_house(
    folder: Path, settings: Settings | None = None, verifier: Verifier | None = None, base: str = "http://house.test"
) -> Iterator[Browser]:
    """Give a browser before a made-up house."""
    shelf = Shelf()
    desk = MadeUpDesk(shelf)
    chosen = settings or Settings.model_validate({"demo": True, "keys": {"folder": folder}})
    checks = verifier or Verifier(tokens.issuer_keys(folder), tokens.ISSUER, tokens.AUDIENCE)
    rooms = Rooms(cast("Desk", desk), MadeUpEvidence(shelf), checks, b"k" * 32, shelf.ended, shelf.reporting)
    with TestClient(Starlette(routes=pages(chosen, rooms)), base_url=base) as client:
        yield Browser(client, shelf, desk)
