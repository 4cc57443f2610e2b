"""What agencies report, made up: receipts in a list, and rows that wait for two persons."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import orjson
import strawberry

from gateway.access.callers import Caller
from gateway.collection.intake import Receipt
from gateway.collection.intake.shown import problem_tree, receipt_tree
from gateway.errors import CollectionUnavailable, GatewayError
from gateway.web.console import Reported
from gateway.web.refusal import Refusal, Refused
from schema.catalogue import RECORDS
from schema.connections import PageInfo
from schema.definition import RecordDefinition
from schema.disclosure import Role
from schema.quality import (
    LatenessBand,
    QualityReason,
    ReportingOfficer,
    ReportingQuality,
    SilentRecordType,
)
from schema.quarantine import (
    QuarantineConnection,
    QuarantineDecision,
    QuarantinedRow,
    QuarantinedValue,
    QuarantineReason,
    QuarantineState,
)
from schema.quarantine_desk import QuarantinePayload
from schema.reporting import Reported as Read
from schema.reporting import Row, RowOutcome, RowProblem, read_row
from schema.terms import SubmissionMode
from schema.text import Text

AT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
NOW = AT.timestamp() + 60.0


def a_receipt(name: str, **over: Any) -> Receipt:  # noqa: ANN401 (any field of a receipt)
    told: dict[str, Any] = {
        "id": name,
        "provider": "TAX",
        "record_type": "Honour",
        "mode": SubmissionMode.BATCH,
        "state": "DONE",
        "digest": "ab" * 32,
        "officer": "demo:tax-reporter",
        "catalogue_version": "0.2.0",
        "begun_at": AT,
        "received_at": AT,
        "rows": 3,
        "counts": Counter({RowOutcome.ACCEPTED: 3}),
    }
    return Receipt(**{**told, **over})


def a_problem(row: int = 1, **over: Any) -> RowProblem:  # noqa: ANN401 (any field of a problem)
    told: dict[str, Any] = {
        "row": row,
        "column": "awardedOn",
        "code": "DATE",
        "message": Text("no such day", "没有这一天"),
        "article": "11",
    }
    return RowProblem(**{**told, **over})


@dataclass
class MadeUpReporting:
    """The room of submissions, with what it holds and what was sent to it."""

    kept: list[Receipt] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    sent: list[tuple[Reported, bool]] = field(default_factory=list)
    answers: Receipt | None = None
    raises: GatewayError | None = None
    asked: list[Mapping[str, str]] = field(default_factory=list)

    async def receipts(self, caller: Caller, said: Mapping[str, str]) -> dict[str, Any]:  # noqa: ARG002 (the room's own)
        """Give two at once."""
        self.asked.append(said)
        kept = self.kept
        if "unfinished" in said:
            kept = [each for each in kept if each.is_unfinished(datetime.fromtimestamp(NOW, UTC))]
        start = int(said.get("after", "0"))
        nodes = kept[start : start + 2]
        after = str(start + 2) if len(kept) > start + 2 else None
        return {"submissions": [receipt_tree(each, datetime.fromtimestamp(NOW, UTC)) for each in nodes], "after": after}

    async def receipt(self, caller: Caller, submission_id: str, problems: tuple[int, int]) -> dict[str, Any] | None:  # noqa: ARG002 (as above)
        """Look one up."""
        found = next((each for each in self.kept if each.id == submission_id), None)
        return None if found is None else self._told(found, problems)

    async def send(self, caller: Caller, reported: Reported, *, at_once: bool) -> dict[str, Any]:  # noqa: ARG002 (as above)
        """Keep what was sent, and give the answer that was prepared."""
        self.sent.append((reported, at_once))
        if self.raises is not None:
            raise Refused(Refusal.of(self.raises))
        found = self.answers or a_receipt(f"S-{len(self.kept)}")
        self.kept.append(found)
        return self._told(found, (100, 0))

    async def marked(self, caller: Caller, submission_id: str, content: bytes) -> bytes:  # noqa: ARG002 (as above)
        """Mark it with its receipt's id."""
        if self.raises is not None:
            raise Refused(Refusal.of(self.raises))
        return content + submission_id.encode()

    def record_types(self, caller: Caller) -> tuple[RecordDefinition, ...]:
        """Give two to reporting officers."""
        return (RECORDS["Honour"], RECORDS["TaxArrears"]) if Role.REPORTER in caller.roles else ()

    def read(self, definition: RecordDefinition, values: Mapping[str, object]) -> Read | list[RowProblem]:
        """Read a row as the house does."""
        return read_row(definition, Row(1, values), today=AT.date(), strict=True)

    def now(self) -> float:
        """Give a minute after all that came."""
        return NOW

    def rows(self) -> list[dict[str, Any]]:
        """Give the rows that were sent as JSON last."""
        rows: list[dict[str, Any]] = orjson.loads(self.sent[-1][0].content)["rows"]
        return rows

    def _told(self, found: Receipt, problems: tuple[int, int]) -> dict[str, Any]:
        first, after = problems
        listed = self.problems[after : after + first]
        more = after + len(listed)
        shown = {"problems": problem_tree(listed, "en"), "problemsAfter": more if more < found.problems else None}
        return {**receipt_tree(found, datetime.fromtimestamp(NOW, UTC)), **shown}


def a_row(name: str, **over: Any) -> QuarantinedRow:  # noqa: ANN401 (any field of a held row)
    reason = QuarantineReason(
        code="SUSPECTED_PROHIBITED", said="seems to tell", said_chinese="疑含疾病信息", column="content", article="9(2)"
    )
    told: dict[str, Any] = {
        "id": strawberry.ID(name),
        "state": QuarantineState.WAITING,
        "provider": "TAX",
        "record_type": "OtherRecord",
        "submission_id": "S-1",
        "row": 7,
        "held_at": AT,
        "reasons": [reason],
        "values": [QuarantinedValue(column="content", chinese="事项内容", text="当事人患病")],
    }
    return QuarantinedRow(**{**told, **over})


@dataclass
class MadeUpQuarantine:
    """A desk of held rows as the graph wants it."""

    rows: list[QuarantinedRow]
    shelf: Any
    caller: Caller

    async def propose(self, row_id: str, decision: QuarantineDecision, reason: str) -> QuarantinePayload:
        """Propose."""
        return self._moved(row_id, QuarantineState.PROPOSED, decision, reason)

    async def decide(self, row_id: str, decision: QuarantineDecision, reason: str) -> QuarantinePayload:
        """Decide."""
        released = decision is QuarantineDecision.RELEASE
        return self._moved(row_id, QuarantineState.RELEASED if released else QuarantineState.REFUSED, decision, reason)

    def _moved(
        self, row_id: str, state: QuarantineState, decision: QuarantineDecision, reason: str
    ) -> QuarantinePayload:
        self.shelf.step()
        self.shelf.given.append((decision, reason))
        if self.shelf.errors:
            return QuarantinePayload(quarantined=None, errors=self.shelf.errors)
        (found,) = (each for each in self.rows if each.id == row_id)
        found.state = state
        who = self.caller.person
        if state is QuarantineState.PROPOSED:
            found.proposal, found.proposed_by, found.proposed_at, found.proposed_for = decision, who, AT, reason
        else:
            found.values = []
            found.decided_by, found.decided_at, found.decided_for = who, AT, reason
        return QuarantinePayload(quarantined=found, errors=[])

    async def quarantined(self, row_id: str) -> QuarantinedRow | None:
        """Give one."""
        return next((each for each in self.rows if each.id == row_id), None)

    async def quarantine(self, state: Any, provider: Any, page: tuple[int, str | None]) -> QuarantineConnection:  # noqa: ANN401 (as the graph has them)
        """Give those of a state and an agency."""
        if self.shelf.centre_is_down:
            message = "down"
            raise CollectionUnavailable(message)
        fit = [each for each in self.rows if state in (None, each.state) and provider in (None, each.provider)]
        start = int(page[1] or 0)
        end = start + page[0]
        info = PageInfo(has_next_page=end < len(fit), has_previous_page=False, end_cursor=str(end))
        return QuarantineConnection(nodes=fit[start:end], page_info=info, total_count=len(fit))


def a_measure(agency: str, **over: Any) -> ReportingQuality:  # noqa: ANN401 (any number)
    told: dict[str, Any] = {
        "agency": agency,
        "agency_name": f"单位{agency}",
        "from_": date(2026, 11, 1),
        "to": date(2026, 11, 23),
        "submissions": 4,
        "nil_submissions": 1,
        "refused_submissions": 0,
        "rows": 200,
        "taken": 150,
        "refused": 49,
        "quarantined": 1,
        "acceptance": 0.75,
        "reasons": [QualityReason(code="DATE", chinese="日期无效", count=49)],
        "due": 9,
        "met": 6,
        "met_late": 2,
        "unmet": 1,
        "late_records": 3,
        "late_by": [LatenessBand(up_to_days=1, count=2), LatenessBand(up_to_days=None, count=0)],
        "silent": [
            SilentRecordType(record_type="TaxArrears", record_type_name="欠税信息", last_received_at=AT),
            SilentRecordType(record_type="AbnormalTaxpayer", record_type_name="非正常户", last_received_at=None),
        ],
        "officers": [ReportingOfficer(person="demo:tax-reporter", submissions=4, rows=200, refused=49)],
    }
    return ReportingQuality(**{**told, **over})


@dataclass
class MadeUpQuality:
    """A desk of measures as the graph wants it."""

    measures: list[ReportingQuality]

    async def quality(self, first: date, last: date, agency: str | None) -> list[ReportingQuality]:
        """Give those of an agency, each with the span that was asked for."""
        fit = [each for each in self.measures if agency in (None, each.agency)]
        return [replace(each, from_=first, to=last) for each in fit]
