"""Where all that agencies report comes in, whichever of the three ways it took (Art. 11, 12).

Rows are read in chunks, each one transaction. What is in stays in: whoever sends the same again goes on behind it, and
in the end has the one receipt. Nobody gets a receipt before every cache has forgotten the subjects, and none leaves
before its entry is durable.
"""

import asyncio
import re
from collections.abc import AsyncIterable, Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.audit.entry import Entry
from gateway.audit.entry import Receipt as Place
from gateway.collection.centre import Busy, Centre
from gateway.collection.intake.adopting import adopt
from gateway.collection.intake.alleging import Alleging, NoAlleging, Prohibited, seen_in
from gateway.collection.intake.chunks import Done, Firewall, NoFirewall, Read, Strictness, Taking, read_chunk, take_in
from gateway.collection.intake.entries import (
    Sender,
    entry_of_beginning,
    entry_of_receipt,
    entry_of_refusal,
    entry_of_visit,
)
from gateway.collection.intake.identities import Identities
from gateway.collection.intake.ledger import Ledger
from gateway.collection.intake.officers import AnyOfficers, Officers
from gateway.collection.intake.portions import all_of, chunks_of, too_many
from gateway.collection.intake.receipts import Receipts, Wanted
from gateway.collection.intake.records import Coming
from gateway.collection.intake.submission import Given, Receipt, Submission
from gateway.collection.workbooks.errors import ProhibitedColumns
from gateway.errors import ClientError, NotCompetent
from schema.catalogue import VERSION
from schema.days import ZONE, day_of
from schema.definition import RecordDefinition
from schema.disclosure import OrganizationKind
from schema.reporting import RowCode, RowOutcome, RowProblem
from schema.retention import Anchor
from schema.terms import SubmissionMode

__all__ = ["CHUNK", "Bounds", "Intake"]

CHUNK: Final = 500
"""Rows of one transaction: as long as an entry of the trail may wait for the same database."""
_TRIES: Final = 5
_ID: Final = re.compile(r"S-[A-Z0-9_]{1,200}-\d{8}-[0-9a-f]{12}", re.ASCII)
_BAD: Final = (RowOutcome.REFUSED, RowOutcome.QUARANTINED)
_DROPPED: Final = 500
"""Subjects whose caches are dropped at once."""

Append = Callable[[Entry], Awaitable[Place]]
Dropping = Callable[[Collection[str]], Awaitable[None]]
"""Lets every cache of every process forget subjects; raises `CollectionUnavailable` where one could not be told."""
Progress = Callable[[int], None]
"""Hears how many rows are in."""


class Bounds(NamedTuple):
    """How large a submission may be."""

    rows: int = 200_000
    atomic_rows: int = 5_000


_BOUNDS: Final = Bounds()


class Way(NamedTuple):
    """How a submission comes in: for an organisation of which kind, who hears how far it is, what was begun before."""

    kind: OrganizationKind | None
    progress: Progress | None
    begun: Receipt | None


@dataclass(frozen=True, slots=True, eq=False)
class Intake:
    """The room behind all doors."""

    centre: Centre
    ledger: Ledger
    identities: Identities
    append: Append
    dropping: Dropping
    clock: Callable[[], float]
    bounds: Bounds = _BOUNDS
    firewall: Firewall = field(default_factory=NoFirewall)
    anchor: Anchor = Anchor.END
    alleging: Alleging = field(default_factory=NoAlleging)
    """Hears of what may be a violation (Art. 25)."""
    officers: Officers = field(default_factory=AnyOfficers)
    """Knows which agencies have named who reports for them (R10.1)."""
    _adopted: list[bool] = field(default_factory=list)

    async def submit(
        self,
        submission: Submission,
        rows: Iterable[Given] | AsyncIterable[Given],
        *,
        kind: OrganizationKind | None = None,
        progress: Progress | None = None,
        begun: Receipt | None = None,
    ) -> Receipt:
        """Take in what an agency sends, and give the receipt; of what came before, the same one again.

        *kind* is that of the officer's organisation, as its token says; *begun* is what `begin` gave.

        Raises:
            ProviderUnknown, NotCompetent, OfficerRequired, ReadLive: nothing of it was read.
            TooManyRows: it is longer than it may be.
            OfficersUnavailable: nobody knows who reports for the agency.
            CollectionUnavailable: the database or a cache failed; whoever sends the same again loses nothing.
            AuditUnavailable: the entry could not be kept; the same again gives the receipt.

        """
        definition = await self._competent(submission, kind)
        try:
            receipt = await self._taken(submission, definition, rows, Way(kind, progress, begun))
        except ClientError as refused:
            refused.recorded = str(await self.append(entry_of_refusal(submission, refused.code, kind)))
            raise
        await self._allege(receipt)
        if receipt.recorded:
            return receipt
        place = await self.append(entry_of_receipt(receipt, submission.officer, kind))
        return replace(receipt, recorded=str(place))

    async def turn_away(self, sender: Sender, refused: ClientError, digest: str | None, request_id: str) -> Place:
        """Keep the entry of what could not be read as a submission; what Art. 9 forbids is told of (Art. 25(2)).

        Raises:
            AuditUnavailable: the entry could not be kept.

        """
        place = await self.append(entry_of_visit(sender, refused.code, digest, request_id))
        if isinstance(refused, ProhibitedColumns) and digest is not None:
            columns = seen_in(each for each in refused.problems if each.code == RowCode.PROHIBITED_FIELD)
            told = Prohibited(sender.provider, sender.officer, refused.record_type, digest, columns, whole=True)
            await self.alleging.prohibited(told)
        return place

    async def _allege(self, receipt: Receipt) -> None:
        """Tell of rows that were refused because Art. 9 forbids to collect what they say (R9.3)."""
        if not receipt.problems:
            return
        async with self.centre.reading() as connection:
            found = await Receipts.prohibited(connection, receipt.id)
        if found:
            sent = receipt.provider, receipt.officer, receipt.record_type, receipt.id
            await self.alleging.prohibited(Prohibited(*sent, seen_in(found), whole=False))

    async def begin(self, submission: Submission, *, kind: OrganizationKind | None = None) -> Receipt:
        """Give the receipt as far as it is, so that its id is known before all rows are in.

        Raises:
            ProviderUnknown, NotCompetent, OfficerRequired, ReadLive: it would not be taken.
            CollectionUnavailable: the database did not answer.
            AuditUnavailable: the entry could not be kept; no row is in.

        """
        await self._competent(submission, kind)
        return await self._begun(submission, kind)

    async def _begun(self, submission: Submission, kind: OrganizationKind | None) -> Receipt:
        """Begin, or take up what broke off: no row comes in before the trail says by whom (Art. 10, 19)."""
        await self._adopt()
        now = self.now()
        day = f"{now.astimezone(ZONE):%Y%m%d}"
        async with self.centre.writing() as connection:
            receipt, anew = await Receipts.begin(connection, submission, day, now)
            if submission.number is None and receipt.is_of_another_day(now):
                receipt, anew = await Receipts.begin(connection, replace(submission, number=day), day, now)
        if receipt.state == "RUNNING":
            await self.append(entry_of_beginning(receipt, submission.officer, kind, anew=anew))
        return replace(receipt, behind=receipt.rows)

    async def receipt(self, submission_id: str) -> Receipt | None:
        """Give a receipt, as far as it is; None where there is none."""
        if _ID.fullmatch(submission_id) is None:
            return None
        async with self.centre.reading() as connection:
            return await Receipts.one(connection, submission_id)

    async def receipts(self, wanted: Wanted, first: int, after: tuple[datetime, str] | None) -> list[Receipt]:
        """Give *first* receipts, newest first, behind a place."""
        if wanted.provider is not None and not wanted.provider.isprintable():
            return []
        async with self.centre.reading() as connection:
            return await Receipts.page(connection, wanted, first, after)

    async def problems(self, submission_id: str, first: int, after: int) -> list[RowProblem]:
        """Give *first* problems of a submission behind the *after*-th, in the order found."""
        async with self.centre.reading() as connection:
            return await Receipts.problems(connection, submission_id, first, after)

    async def received(self, provider: str, record_type: str, since: datetime, until: datetime) -> list[Receipt]:
        """Give an agency's receipts for a record type between two instants, nil ones too (R12.2, R13.1)."""
        async with self.centre.reading() as connection:
            return await Receipts.received(connection, provider, record_type, since, until)

    async def close(self) -> None:
        """Give the connections back."""
        await self.centre.close()

    # The way of a submission

    async def _competent(self, submission: Submission, kind: OrganizationKind | None) -> RecordDefinition:
        """Give what is reported; who may not report it has an entry, and is alleged if it is not competent (R2.2)."""
        try:
            definition = self.ledger.check(submission.provider, submission.record_type)
            await self.officers.check(submission.provider)
        except ClientError as refused:
            refused.recorded = str(await self.append(entry_of_refusal(submission, refused.code, kind)))
            if isinstance(refused, NotCompetent):
                await self.alleging.not_competent(submission)
            raise
        return definition

    async def _taken(
        self,
        submission: Submission,
        definition: RecordDefinition,
        rows: Iterable[Given] | AsyncIterable[Given],
        way: Way,
    ) -> Receipt:
        whole: list[Given] = []
        if submission.all_or_nothing:
            whole = await all_of(rows, self.bounds.atomic_rows)
        receipt = way.begun or await self._begun(submission, way.kind)
        if receipt.state != "RUNNING":
            return replace(receipt, again=True)
        coming = Coming(
            receipt.id,
            receipt.provider,
            receipt.record_type,
            receipt.mode,
            submission.officer,
            self.now().astimezone(ZONE),
            VERSION,
        )
        if submission.all_or_nothing:
            done = await self._all_or_nothing(coming, definition, whole, way.kind)
            return replace(done, behind=receipt.behind)
        offset = 0
        async for chunk in chunks_of(rows, CHUNK):
            if offset + len(chunk) > self.bounds.rows:
                raise too_many(self.bounds.rows)
            await self._chunk(coming, definition, chunk, offset)
            offset += len(chunk)
            if way.progress is not None:
                way.progress(offset)
        return replace(await self._finished(coming, way.kind), behind=receipt.behind)

    async def _chunk(self, coming: Coming, definition: RecordDefinition, chunk: Sequence[Given], offset: int) -> None:
        """Take in one chunk, unless all of it is in; a database that is busy is asked again."""
        read = await asyncio.to_thread(read_chunk, definition, chunk, self._how(coming))
        for left in reversed(range(_TRIES)):
            try:
                async with self.centre.writing() as connection:
                    there = await Receipts.hold(connection, coming.submission_id)
                    skipped = min(max(0, there - offset), len(chunk))
                    done = await self._decided(connection, coming, chunk[skipped:], read[skipped:])
            except Busy:
                if not left:
                    raise
            else:
                await self._drop(done.subject_ids)
                return

    def _how(self, coming: Coming) -> Strictness:
        """Say how rows are read: what somebody types one by one is read more strictly than what comes in a file."""
        return Strictness(day_of(self.clock()), coming.mode is SubmissionMode.MANUAL, self.anchor)

    async def _decided(
        self,
        connection: AsyncConnection,
        coming: Coming,
        chunk: Sequence[Given],
        read: Sequence[Read],
        *,
        all_of_it: bool = False,
    ) -> Done:
        """Decide on rows and write what was decided; of *all_of_it*, only if every row can be taken."""
        if not chunk:
            return Done()
        await self.centre.alone(connection, f"{coming.provider}/{coming.record_type}")
        done, written = await take_in(connection, Taking(self.identities, self.firewall), coming, chunk, read)
        if all_of_it and any(each in _BAD for each in done.outcomes):
            raise _Bad(done)
        await written.write(connection)
        await Receipts.add(connection, coming.submission_id, done.outcomes, done.problems, told=not done.subject_ids)
        return done

    async def _all_or_nothing(
        self, coming: Coming, definition: RecordDefinition, rows: Sequence[Given], kind: OrganizationKind | None
    ) -> Receipt:
        """Take in all rows, or none where one of them cannot be (R12.9)."""
        read = await asyncio.to_thread(read_chunk, definition, rows, self._how(coming))
        try:
            async with self.centre.writing() as connection:
                there = await Receipts.hold(connection, coming.submission_id)
                await self._decided(connection, coming, rows[there:], read[there:], all_of_it=True)
        except _Bad as bad:
            async with self.centre.writing() as connection:
                done = bad.done
                return await Receipts.refuse(connection, coming.submission_id, done.outcomes, done.problems, self.now())
        return await self._finished(coming, kind)

    async def _finished(self, coming: Coming, kind: OrganizationKind | None) -> Receipt:
        """Let no cache keep what was, keep the entry, then give the receipt: none is done without its entry (R19.8)."""
        async with self.centre.reading() as connection:
            untold = await Receipts.untold(connection, coming.submission_id)
        await self._drop(untold)
        async with self.centre.reading() as connection:
            so_far = await Receipts.one(connection, coming.submission_id)
        assert so_far is not None  # noqa: S101 (it was begun, and none is ever deleted)
        place = await self.append(entry_of_receipt(so_far, coming.officer, kind))
        async with self.centre.writing() as connection:
            await Receipts.tell(connection, coming.submission_id)
            done = await Receipts.finish(connection, coming.submission_id, self.now())
        return replace(done, recorded=str(place))

    async def _adopt(self) -> None:
        """See once that records which were here before have a version."""
        if not self._adopted:
            await adopt(self.centre)
            self._adopted.append(True)

    async def _drop(self, subject_ids: Collection[str]) -> None:
        ordered = sorted(subject_ids)
        for start in range(0, len(ordered), _DROPPED):
            await self.dropping(ordered[start : start + _DROPPED])

    def now(self) -> datetime:
        """Give the instant, as the house counts its days."""
        return datetime.fromtimestamp(self.clock(), UTC)


class _Bad(Exception):
    """A row that cannot be taken, where all or nothing is to be; the transaction ends with it."""

    def __init__(self, done: Done) -> None:
        self.done = done
        super().__init__()
