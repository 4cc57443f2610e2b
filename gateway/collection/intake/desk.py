"""The desk at which one caller reports single records and reads receipts: `SubmissionDesk` (Art. 11, 12).

Each record is a submission of its own, in the mode MANUAL: it comes in as all others do.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from gateway.access.callers import Caller
from gateway.access.papers.archive import Place
from gateway.access.papers.pages import page_info, read_cursor, read_first
from gateway.access.papers.problems import Problem, unusable, user_error
from gateway.access.papers.rows import Seals
from gateway.collection.intake.intake import Intake
from gateway.collection.intake.receipts import Wanted
from gateway.collection.intake.rights import may_see, reporter
from gateway.collection.intake.submission import COUNTED, Receipt
from gateway.collection.intake.submission import Submission as Sent
from gateway.errors import BadUserInput, Text
from schema.catalogue import RecordType
from schema.disclosure import LegalBasis
from schema.reporting import Action, Row, RowOutcome, RowProblem
from schema.submission_desk import RecordPayload, WantedSubmissions
from schema.submissions import (
    RecordInput,
    RevocationInput,
    Submission,
    SubmissionConnection,
    SubmissionCounts,
    SubmissionProblem,
    SubmissionState,
    SubmittedSubjectInput,
)
from schema.terms import SubmissionMode

__all__ = ["CallersReports"]

_SHOWN: Final = 100
_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII)
_BAD: Final = (RowOutcome.REFUSED, RowOutcome.QUARANTINED)
_COLUMNS: Final[Mapping[str, str]] = {
    "kind": "subjectKind",
    "name": "subjectName",
    "unified_social_credit_code": "subjectUnifiedSocialCreditCode",
    "organization_code": "subjectOrganizationCode",
    "registration_number": "subjectRegistrationNumber",
    "taxpayer_number": "subjectTaxpayerNumber",
    "id_type": "subjectIdType",
    "id_number": "subjectIdNumber",
}
"""What names a subject, and the column of a row in which it stands."""
_OF_THE_SUBJECT: Final = {column: f"{column[7].lower()}{column[8:]}" for column in _COLUMNS.values()}


@dataclass(frozen=True, slots=True)
class CallersReports:
    """The desk as one caller finds it at one moment."""

    intake: Intake
    keys: Seals
    caller: Caller
    now: float

    async def submit(self, given: RecordInput) -> RecordPayload:
        """Report one record, new or corrected.

        Raises:
            Forbidden: this caller does not report.
            ProviderUnknown, NotCompetent, ReadLive: this agency does not report it here.
            CollectionUnavailable: it was not taken in.

        """
        provider = reporter(self.caller)
        said = {
            **_object(given.values, "values"),
            **_subject(given.subject),
            "sourceUpdatedAt": given.source_updated_at,
            "correctionReason": given.correction_reason,
        }
        return await self._take(provider, given.record_type, said, given.request_id, "values")

    async def revoke(self, given: RevocationInput) -> RecordPayload:
        """Take one record back.

        Raises:
            Forbidden, ProviderUnknown, NotCompetent, ReadLive, CollectionUnavailable: as above.

        """
        provider = reporter(self.caller)
        said = {
            **_object(given.key, "key"),
            **_subject(given.subject),
            "action": Action.REVOKE.name,
            "sourceUpdatedAt": given.source_updated_at,
            "correctionReason": given.reason,
        }
        return await self._take(provider, given.record_type, said, given.request_id, "key")

    async def submission(self, submission_id: str) -> Submission | None:
        """Give a receipt, None where there is none that the caller may see."""
        receipt = None if self.caller.is_public else await self.intake.receipt(submission_id)
        if receipt is None or not may_see(self.caller, receipt.provider):
            return None
        return shown(receipt, self.intake.now())

    async def problems(self, shown: Submission) -> list[SubmissionProblem]:
        """Give the first problems of a receipt that this desk gave.

        Raises:
            CollectionUnavailable: they cannot be read.

        """
        found = await self.intake.problems(shown.id, _SHOWN, 0) if shown.problem_count else []
        return [_problem(each) for each in found]

    async def submissions(self, wanted: WantedSubmissions, page: tuple[int, str | None]) -> SubmissionConnection:
        """Give a page of receipts: an agency's people its own, staff all.

        Raises:
            BadUserInput: the page cannot be read.

        """
        first, after = read_first(page[0]), read_cursor(page[1], self.caller.person, self.keys)
        provider = wanted.agency if may_see(self.caller, None) else self.caller.organisation
        found: list[Receipt] = []
        at = self.intake.now()
        if not self.caller.is_public and may_see(self.caller, provider):
            place = None if after is None else (after.at, after.id)
            kept = Wanted(provider, wanted.record_type, wanted.mode, at if wanted.unfinished else None)
            found = await self.intake.receipts(kept, first + 1, place)
        places = [Place(each.begun_at, each.id) for each in found[:first]]
        return SubmissionConnection(
            nodes=[shown(each, at) for each in found[:first]],
            page_info=page_info(
                places, self.caller.person, self.keys, after=after is not None, more=len(found) > first
            ),
        )

    async def _take(
        self,
        provider: str,
        record_type: object,
        said: Mapping[str, object],
        request_id: str | None,
        part: str,
    ) -> RecordPayload:
        row = {name: value for name, value in said.items() if value is not None}
        if request_id is not None and _ID.fullmatch(request_id) is None:
            text = Text("up to 64 letters, digits and . _ : -", "最多 64 个字母、数字及 . _ : -")
            wrong = user_error(unusable(("input", "requestId"), text))
            return RecordPayload(outcome=None, submission=None, errors=[wrong])
        sent = Sent(
            provider=provider,
            officer=self.caller.person,
            record_type=str(record_type),
            mode=SubmissionMode.MANUAL,
            digest=hashlib.sha256(json.dumps(row, sort_keys=True, default=str).encode()).hexdigest(),
            # without an id of its own each sending is another: an earlier state may be entered anew
            number=request_id or secrets.token_hex(8),
        )
        receipt = await self.intake.submit(sent, [Row(1, row)], kind=self.caller.organisation_kind)
        problems = await self.intake.problems(receipt.id, _SHOWN, 0) if receipt.problems else []
        outcome = next((each for each in COUNTED if receipt.counts[each]), None)
        errors = [_error(each, part) for each in problems if not each.warning] if outcome in _BAD else []
        return RecordPayload(outcome=outcome, submission=shown(receipt, self.intake.now()), errors=errors)


def _object(value: object, name: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise BadUserInput(Text(f"input.{name}: an object is needed", f"input.{name}：须为对象"))
    return value


def _subject(given: SubmittedSubjectInput) -> dict[str, object]:
    said = {column: getattr(given, name) for name, column in _COLUMNS.items()}
    return {column: getattr(value, "name", value) for column, value in said.items() if value is not None}


def _error(problem: RowProblem, part: str) -> Any:  # noqa: ANN401 (the graph's own type)
    column = problem.column
    within = (
        ("subject", _OF_THE_SUBJECT[column]) if column in _OF_THE_SUBJECT else (part, *([column] if column else []))
    )
    basis = None if problem.article is None else LegalBasis(problem.article)
    return user_error(Problem(str(problem.code), ("input", *within), problem.message, basis))


def _problem(found: RowProblem) -> SubmissionProblem:
    return SubmissionProblem(
        row=found.row,
        column=found.column,
        code=str(found.code),
        message=found.message.english,
        message_chinese=found.message.chinese,
        article=found.article,
        warning=found.warning,
    )


def shown(receipt: Receipt, now: datetime) -> Submission:
    """Give a receipt as the graph has it, as it stands at an instant."""
    received = receipt.received_at
    return Submission(
        id=receipt.id,  # type: ignore[arg-type]  # an ID is a text
        state=SubmissionState(receipt.state),
        unfinished=receipt.is_unfinished(now),
        provider=receipt.provider,
        record_type=RecordType[receipt.record_type],
        mode=receipt.mode,
        period=receipt.period,
        all_or_nothing=receipt.all_or_nothing,
        digest=receipt.digest,
        rows=receipt.rows,
        counts=SubmissionCounts(**{each.value.lower(): receipt.counts[each] for each in COUNTED}),
        problem_count=receipt.problems,
        officer=receipt.officer,
        catalogue_version=receipt.catalogue_version,
        begun_at=receipt.begun_at.astimezone(UTC),
        received_at=None if received is None else received.astimezone(UTC),
    )
