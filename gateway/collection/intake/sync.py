"""The daily run over connected systems: what is new, changed or gone there since the last one (Art. 12; R12.2).

Their records are read live, so nothing is taken over: a run keeps keyed digests alone, by which the next one sees what
changed. It lets caches forget the subjects concerned, and leaves a receipt in the mode SYSTEM for each record type, nil
ones too. A run that breaks off is taken up by the next, in the same receipts.
"""

import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.connector import Batch, Connector, Found, Selection, SubjectKey
from connectors.credit_centre import SUBJECT
from connectors.errors import SourceError
from gateway.collection.intake.entries import entry_of_receipt
from gateway.collection.intake.intake import Intake
from gateway.collection.intake.receipts import Receipts
from gateway.collection.intake.statements import replacing
from gateway.collection.intake.submission import Receipt, Submission
from gateway.store.tables import SUBMISSION, SYNCED
from schema.catalogue import RECORDS
from schema.days import ZONE
from schema.definition import RecordDefinition
from schema.disclosure import OrganizationKind
from schema.reporting import RowOutcome
from schema.terms import SubmissionMode
from schema.tiers import Tier

__all__ = ["SyncKeys", "Synchronisation"]

HOUSE: Final = "GATEWAY"
"""Who reports where no person does."""
_AT_ONCE: Final = 100
_DIGEST: Final = 8
_ENVELOPE: Final = ("version", "recordStatus", "terminatedOn", "publicityUntil", "recordTier")
_Digests = dict[str, str]
"""Of each natural key, the digest of what it says."""


class SyncKeys(Protocol):
    """What digests are keyed by, and what opens identity numbers."""

    pseudonym: bytes

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """Decrypt what was sealed for a place."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Synchronisation:
    """Runs over connected systems."""

    intake: Intake
    connectors: Mapping[str, Connector]
    keys: SyncKeys

    def systems(self) -> list[str]:
        """Give the agencies whose systems are read live."""
        ledger = self.intake.ledger
        return [
            agency
            for agency, connector in self.connectors.items()
            if agency in ledger.live
            and any(ledger.mode_of(agency, name) is SubmissionMode.SYSTEM for name in connector.records)
        ]

    async def run(self, agency: str) -> list[Receipt]:
        """Ask one agency's system for everything, and give a receipt for each record type that it serves.

        Raises:
            SourceUnavailable, SourceMisbehaved: its system did not answer; the next run goes on.
            CollectionUnavailable: the database or a cache failed, likewise.
            AuditUnavailable: the entry could not be kept, likewise.
            OfficerRequired: the agency has named nobody who answers for the connection (R10.1).

        """
        await self.intake.officers.check(agency)
        connector = self.connectors[agency]
        definitions = [
            RECORDS[name]
            for name in connector.records
            if self.intake.ledger.mode_of(agency, name) is SubmissionMode.SYSTEM
        ]
        begun = {each.name: await self._begun(agency, each) for each in definitions}
        for kind in ("LEGAL_PERSON", "INDIVIDUAL"):
            served = [each for each in definitions if connector.serves_kind(each.name, kind)]
            async for keys in self._subjects(kind) if served else _nobody():
                await self._compare(connector, kind, keys, served, begun)
        return [await self._finished(receipt) for receipt in begun.values()]

    async def _begun(self, agency: str, definition: RecordDefinition) -> Receipt:
        """Give the receipt of a run that broke off, or begin one."""
        columns = SUBMISSION.c
        broken = select(columns.id).where(
            columns.provider == agency,
            columns.record_type == definition.name,
            columns.mode == SubmissionMode.SYSTEM.value,
            columns.officer == HOUSE,
            columns.state == "RUNNING",
        )
        now = self.intake.now()
        async with self.intake.centre.writing() as connection:
            found = (await connection.execute(broken.limit(1))).scalar()
            if found is not None:
                receipt = await Receipts.one(connection, found)
                assert receipt is not None  # noqa: S101 (it was found just now)
                return receipt
            run = secrets.token_hex(16)
            digest = hashlib.sha256(run.encode()).hexdigest()
            sent = Submission(
                provider=agency,
                officer=HOUSE,
                record_type=definition.name,
                mode=SubmissionMode.SYSTEM,
                digest=digest,
                period=f"{now.astimezone(ZONE):%Y-%m-%d}",
                number=run,
            )
            begun, _ = await Receipts.begin(connection, sent, f"{now.astimezone(ZONE):%Y%m%d}", now)
            return begun

    async def _finished(self, receipt: Receipt) -> Receipt:
        async with self.intake.centre.writing() as connection:
            done = await Receipts.finish(connection, receipt.id, self.intake.now())
        await self.intake.append(entry_of_receipt(done, HOUSE, OrganizationKind.CREDIT_CENTRE))
        return done

    async def _subjects(self, kind: str) -> AsyncIterator[list[SubjectKey]]:
        """Give all registered subjects of a kind, some at once."""
        columns = SUBJECT.c
        after = ""
        while True:
            asked = (
                select(columns.id, columns.identifier, columns.sealed_identifier)
                .where(columns.kind == kind, columns.id > after)
                .order_by(columns.id)
                .limit(_AT_ONCE)
            )
            async with self.intake.centre.reading() as connection:
                rows = (await connection.execute(asked)).all()
            if rows:
                yield [SubjectKey(row.id, self._identifier(row)) for row in rows]
                after = rows[-1].id
            if len(rows) < _AT_ONCE:
                return

    def _identifier(self, row: Any) -> str:  # noqa: ANN401 (a row of a statement)
        if row.identifier is None and row.sealed_identifier:
            return self.keys.open(row.sealed_identifier, row.id.encode()).decode()
        return row.identifier or ""

    async def _compare(
        self,
        connector: Connector,
        kind: str,
        keys: Sequence[SubjectKey],
        served: Sequence[RecordDefinition],
        begun: Mapping[str, Receipt],
    ) -> None:
        """Ask for all records of some subjects, and count what is other than at the last run."""
        selections = tuple(Selection(each, _columns(each)) for each in served)
        answers = await connector.gather(Batch(kind, keys, selections, Tier.RESTRICTED))
        failed = next((each for each in answers if isinstance(each, SourceError)), None)
        if failed is not None:
            raise failed
        found = [each for each in answers if isinstance(each, Found)]
        ids = [key.id for key in keys]
        for n, definition in enumerate(served):
            now = [self._digests(definition, each.rows[n]) for each in found]
            await self._count(connector.agency, begun[definition.name], ids, now)

    async def _count(self, agency: str, receipt: Receipt, ids: Sequence[str], now: Sequence[_Digests]) -> None:
        async with self.intake.centre.reading() as connection:
            before = await _known(connection, agency, receipt.record_type, ids)
        changed = {own: said for own, said in zip(ids, now, strict=True) if said != before.get(own, {})}
        outcomes = [
            outcome for own, said in zip(ids, now, strict=True) for outcome in _outcomes(before.get(own, {}), said)
        ]
        if not outcomes:
            return
        if changed:
            # first the caches: whoever asks from here on is told what the system says now
            await self.intake.dropping(sorted(changed))
        async with self.intake.centre.writing() as connection:
            rows = [
                {
                    "connector": agency,
                    "record_type": receipt.record_type,
                    "subject_id": own,
                    "digests": orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode(),
                }
                for own, said in changed.items()
            ]
            if rows:
                await connection.execute(replacing(connection, SYNCED), rows)
            await Receipts.add(connection, receipt.id, outcomes, [], told=True)

    def _digests(self, definition: RecordDefinition, rows: Iterable[Sequence[Any]]) -> _Digests:
        width = len(definition.key) + 1
        return {self._digest(row[:width]): self._digest(row[width:]) for row in rows}

    def _digest(self, said: Sequence[Any]) -> str:
        written = orjson.dumps(list(said), default=str)
        return hmac.digest(self.keys.pseudonym, b"sync\x00" + written, "sha256")[:_DIGEST].hex()


def _columns(definition: RecordDefinition) -> tuple[str, ...]:
    key = ("provider", *definition.key)
    rest = (each for each in (*_ENVELOPE, *definition.fields) if each not in key)
    return (*key, *dict.fromkeys(rest))


def _outcomes(before: _Digests, now: _Digests) -> Iterator[RowOutcome]:
    for key, said in now.items():
        if key not in before:
            yield RowOutcome.ACCEPTED
        else:
            yield RowOutcome.UNCHANGED if before[key] == said else RowOutcome.UPDATED
    for key in before:
        if key not in now:
            yield RowOutcome.REVOKED


async def _known(connection: AsyncConnection, agency: str, record_type: str, ids: Sequence[str]) -> dict[str, _Digests]:
    columns = SYNCED.c
    asked = select(columns.subject_id, columns.digests).where(
        columns.connector == agency, columns.record_type == record_type, columns.subject_id.in_(ids)
    )
    return {row.subject_id: orjson.loads(row.digests) for row in (await connection.execute(asked)).all()}


async def _nobody() -> AsyncIterator[list[SubjectKey]]:
    return
    yield
