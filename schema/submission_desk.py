"""The desk at which one record is reported, and receipts are read: the graph's side of collection (Art. 11, 12)."""

from dataclasses import dataclass
from typing import Annotated, Protocol

import strawberry
from strawberry import UNSET

from schema.catalogue import RecordType
from schema.context import Context
from schema.desk import UserError
from schema.reporting import RowOutcome
from schema.submissions import (
    RecordInput,
    RevocationInput,
    Submission,
    SubmissionConnection,
    SubmissionProblem,
)
from schema.terms import SubmissionMode

__all__ = ["RecordPayload", "SubmissionDesk", "SubmissionMutation", "WantedSubmissions", "submission", "submissions"]

_Id = Annotated[strawberry.ID, strawberry.argument(name="id")]
_Page = tuple[int, str | None]
_FIRST = 20


@strawberry.type(description="What became of one record that was reported, or all that is wrong with it")
class RecordPayload:
    """Where ``errors`` is not empty the record was not taken in; what is held for a person to look at is none."""

    outcome: RowOutcome | None
    submission: Submission | None
    errors: list[UserError]


@dataclass(frozen=True, slots=True)
class WantedSubmissions:
    """Which receipts are asked for; None: whichever."""

    agency: str | None = None
    record_type: str | None = None
    mode: SubmissionMode | None = None
    unfinished: bool = False


class SubmissionDesk(Protocol):
    """What one caller may report and read, at one moment.

    What the caller can mend stands in the payload's ``errors``; every method raises what it cannot: Forbidden,
    ProviderUnknown, NotCompetent, ReadLive, CollectionUnavailable.
    """

    async def submit(self, given: RecordInput) -> RecordPayload:
        """Report one record."""
        ...

    async def revoke(self, given: RevocationInput) -> RecordPayload:
        """Take one record back."""
        ...

    async def submission(self, submission_id: str) -> Submission | None:
        """Give a receipt, None where there is none that the caller may see."""
        ...

    async def submissions(self, wanted: WantedSubmissions, page: _Page) -> SubmissionConnection:
        """Give a page (how many, after which cursor) of the receipts that the caller may see, newest first."""
        ...

    async def problems(self, shown: Submission) -> list[SubmissionProblem]:
        """Give the first problems of a receipt that the desk gave."""
        ...


def _desk(info: strawberry.Info) -> SubmissionDesk:
    context: Context = info.context
    return context.submissions


async def submission(info: strawberry.Info, submission_id: _Id) -> Submission | None:
    """Give one receipt."""
    return await _desk(info).submission(submission_id)


async def submissions(  # noqa: PLR0913, PLR0917 (the field's arguments)
    info: strawberry.Info,
    agency: str | None = UNSET,
    record_type: RecordType | None = UNSET,  # type: ignore[valid-type]  # built from the catalogue
    mode: SubmissionMode | None = UNSET,
    unfinished: bool | None = UNSET,  # noqa: FBT001 (the field's own argument)
    first: int | None = _FIRST,
    after: str | None = UNSET,
) -> SubmissionConnection:
    """Give a page of receipts."""
    named = str(record_type) if record_type else None
    wanted = WantedSubmissions(agency or None, named, mode or None, unfinished=bool(unfinished))
    page = (_FIRST if first is None else first, after or None)
    return await _desk(info).submissions(wanted, page)


async def _submit(info: strawberry.Info, input: RecordInput) -> RecordPayload:  # noqa: A002 (the argument's own name)
    return await _desk(info).submit(input)


async def _revoke(info: strawberry.Info, input: RevocationInput) -> RecordPayload:  # noqa: A002 (as above)
    return await _desk(info).revoke(input)


@strawberry.type(description="What reporting officers may do with one record")
class SubmissionMutation:
    """Single entry: the third way in (Art. 12(1))."""

    submit_record: RecordPayload | None = strawberry.field(
        resolver=_submit, description="Report one record, new or corrected: it is in the next answer (Art. 11, 12)"
    )
    revoke_record: RecordPayload | None = strawberry.field(
        resolver=_revoke, description="Take one record back, at once and everywhere (Art. 11)"
    )
