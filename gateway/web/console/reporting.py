"""What agencies report, as pages bring it and show it: by the house's own door, with its entries (Art. 11, 12)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

import orjson

from gateway.access.callers import Caller, Verifier
from gateway.collection.intake import Intake
from gateway.collection.intake.rights import reporter
from gateway.collection.workbooks import media_type as workbook_type
from gateway.errors import ClientError
from gateway.web.console.asking import refusal_of
from gateway.web.console.doors import Acting, Answered, Asking, ask_door
from gateway.web.refusal import Refused
from gateway.web.submissions import PATH, SubmissionsDoor
from schema.catalogue import RECORDS
from schema.days import day_of
from schema.definition import RecordDefinition
from schema.reporting import Reported as Read
from schema.reporting import Row, RowProblem, read_row

__all__ = ["Reported", "Reporting", "ReportingByDoor", "media_type_of"]

Receipt = dict[str, Any]
"""A receipt, as the door writes it."""

_NOT_THERE: Final = 404
_WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls", ".et", ".csv")
"""Files that a spreadsheet makes: which of them is a workbook, the door says, and what to do with the others."""


class Reported(NamedTuple):
    """What somebody reports at once: a file or one row, and what is said beside it."""

    content: bytes
    media_type: str
    said: Mapping[str, str]


class Reporting(Protocol):
    """The room in which submissions come in, as pages know it.

    Every method that asks the door raises `Refused` with what it said.
    """

    async def receipts(self, caller: Caller, said: Mapping[str, str]) -> dict[str, Any]:
        """Give a page of receipts, newest first: of the caller's agency, of all for staff."""
        ...

    async def receipt(self, caller: Caller, submission_id: str, problems: tuple[int, int]) -> Receipt | None:
        """Give a receipt with so many problems behind a place; None where there is none for this caller."""
        ...

    async def send(self, caller: Caller, reported: Reported, *, at_once: bool) -> Receipt:
        """Bring what is reported, and give the receipt as far as it is, or *at_once* when all of it is in."""
        ...

    async def marked(self, caller: Caller, submission_id: str, content: bytes) -> bytes:
        """Give the workbook of a receipt back, marked: it is brought again, since it was not kept (R11.1)."""
        ...

    def record_types(self, caller: Caller) -> tuple[RecordDefinition, ...]:
        """Give what the caller may send now (R2.2)."""
        ...

    def read(self, definition: RecordDefinition, values: Mapping[str, object]) -> Read | list[RowProblem]:
        """Read a row that a person typed: what it reports, or all that is wrong with it; nothing is sent by that."""
        ...

    def now(self) -> float:
        """Give the house's instant."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class ReportingByDoor:
    """Goes to the door of submissions as a session's caller; what may be sent, the ledger of *intake* says."""

    door_for: Callable[[Verifier], SubmissionsDoor]
    intake: Intake

    async def receipts(self, caller: Caller, said: Mapping[str, str]) -> dict[str, Any]:
        """Give a page of receipts."""
        return _told(await self._asked(caller, Asking("GET", PATH, said)))

    async def receipt(self, caller: Caller, submission_id: str, problems: tuple[int, int]) -> Receipt | None:
        """Give a receipt with some of its problems, which say what they say in both languages."""
        first, after = problems
        said = {"problemsFirst": str(first), "problemsAfter": str(after)}
        asking = Asking("GET", f"{PATH}/{submission_id}", said, {"accept-language": "en"})
        answer = await self._asked(caller, asking)
        return None if answer.status == _NOT_THERE else _told(answer)

    async def send(self, caller: Caller, reported: Reported, *, at_once: bool) -> Receipt:
        """Bring what is reported; all or nothing that came to nothing has a receipt too."""
        headers = {"content-type": reported.media_type}
        if not at_once:
            headers["prefer"] = "respond-async"
        answer = await self._asked(caller, Asking("POST", PATH, reported.said, headers, reported.content))
        return _told(answer)

    async def marked(self, caller: Caller, submission_id: str, content: bytes) -> bytes:
        """Give a workbook back with its bad cells marked."""
        headers = {"content-type": workbook_type}
        asking = Asking("POST", f"{PATH}/{submission_id}/workbook", headers=headers, content=content)
        answer = await self._asked(caller, asking)
        if answer.headers["content-type"] != workbook_type:
            _told(answer)
        return answer.body

    def record_types(self, caller: Caller) -> tuple[RecordDefinition, ...]:
        """Give what the ledger lets the caller's agency send; nothing to who is no reporting officer (R10.1)."""
        try:
            agency = reporter(caller)
        except ClientError:
            return ()
        return tuple(each for each in RECORDS.values() if self._lets(agency, each.name))

    def read(self, definition: RecordDefinition, values: Mapping[str, object]) -> Read | list[RowProblem]:
        """Read a row by the house's day and its reading of Art. 20; what is only odd in old data is wrong here."""
        today, anchor = day_of(self.now()), self.intake.anchor
        return read_row(definition, Row(1, values), today=today, strict=True, anchor=anchor)

    def now(self) -> float:
        """Give the instant by which what is sent is received."""
        return self.intake.clock()

    def _lets(self, agency: str, record_type: str) -> bool:
        try:
            self.intake.ledger.check(agency, record_type)
        except ClientError:
            return False
        return True

    async def _asked(self, caller: Caller, asking: Asking) -> Answered:
        return await ask_door(self.door_for(Acting(caller)), asking)


def _told(answer: Answered) -> dict[str, Any]:
    told: dict[str, Any] = orjson.loads(answer.body)
    if "errors" in told:
        raise Refused(refusal_of(told["errors"][0]))
    return told


def media_type_of(name: str, content: bytes) -> str:
    """Say in which form a file is, by its name and its first bytes.

    >>> media_type_of("欠税.xlsx", b"PK"), media_type_of("rows.json", b"{"), media_type_of("rows.jsonl", b"{")[-8:]
    ('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/json', 'x-ndjson')
    """
    written = name.lower()
    if written.endswith(_WORKBOOKS) or content.startswith(b"PK"):
        return workbook_type
    return "application/json" if written.endswith(".json") else "application/x-ndjson"
