"""Streams on PostgreSQL: a batch is one transaction, the tallies first, then entries and lines (Art. 19).

An entry that waits by itself is one statement, and so one round trip. Where several more wait, ``COMMIT AND CHAIN``
opens the next transaction with the end of this one; should they not come, it is ended after a moment, since an open one
holds nothing but its place. A warning during COMMIT (a standby that was waited for in vain) counts as doubt, as does
every lost connection after COMMIT was sent; to send the one statement is to send its COMMIT.
"""

import asyncio
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, NamedTuple

import asyncpg

from gateway.audit.batch import Batch, Rows
from gateway.audit.body import MonthCipher, MonthCiphers, MonthKeys
from gateway.audit.entry import Receipt
from gateway.audit.errors import CommitUnknown, NotCommitted
from gateway.audit.pending import Place, TallyKey
from gateway.audit.shapes import KnownShapes
from gateway.audit.single import CITING, STATEMENT, Draft, in_month, is_single, shape_of
from gateway.store.durability import ASKED, SESSION, unsafe
from gateway.store.engine import Address, connect_postgresql
from gateway.store.tables import microseconds

__all__ = ["PostgresqlStream", "PostgresqlStreams"]

_SETTINGS = dict(SESSION)
_OPEN: Final = "INSERT INTO audit_stream (writer, pid, opened_at) VALUES ($1, $2, clock_timestamp()) RETURNING id"
_NOW: Final = "SELECT clock_timestamp()"
# Sorted by key: two writers that raise the same tallies wait for each other and never deadlock. A count that nobody
# raises is an empty array, which `unnest` fills up. All comes back in one row, and so is read at once.
_TALLY: Final = """
WITH raised AS (
  INSERT INTO audit_tally (subject_key, organisation, n, denied, viewed, own, last_at)
  SELECT subject_key, organisation, coalesce(n, 0), coalesce(denied, 0), coalesce(viewed, 0), coalesce(own, 0),
         clock_timestamp()
    FROM unnest($1::bytea[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
         AS added (subject_key, organisation, n, denied, viewed, own)
   ORDER BY 1, 2
  ON CONFLICT (subject_key, organisation) DO UPDATE
     SET n = audit_tally.n + excluded.n, denied = audit_tally.denied + excluded.denied,
         viewed = audit_tally.viewed + excluded.viewed, own = audit_tally.own + excluded.own,
         last_at = excluded.last_at
  RETURNING subject_key, organisation, n)
SELECT array_agg(subject_key), array_agg(organisation), array_agg(n), clock_timestamp() FROM raised"""
_KEY: Final = "INSERT INTO audit_key (key_id, month) VALUES ($1, $2) ON CONFLICT DO NOTHING"
_SHAPES: Final = """
INSERT INTO audit_shape (digest, position, coordinate, tier, decision, missing_paper, article)
SELECT * FROM unnest($1::bytea[], $2::smallint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) AS ruling
 ORDER BY 1, 2
ON CONFLICT DO NOTHING"""
_ROWS: Final = """
WITH records AS (
  INSERT INTO audit_record (stream, seq, at, kind, viewer_key, organisation, way, purpose, outcome, tier, key_id,
                            head, sealed, leaf)
  SELECT $1::int, seq, $2::timestamptz, kind, viewer_key, organisation, way, purpose, outcome, tier, $3::int,
         head, sealed, leaf
    FROM unnest($4::bigint[], $5::smallint[], $6::bytea[], $7::text[], $8::smallint[], $9::text[], $10::smallint[],
                $11::smallint[], $12::bytea[], $13::bytea[], $14::bytea[])
         AS record (seq, kind, viewer_key, organisation, way, purpose, outcome, tier, head, sealed, leaf)),
papers AS (
  INSERT INTO audit_paper (paper, at, stream, seq)
  SELECT paper, $2::timestamptz, $1::int, seq FROM unnest($15::bigint[], $16::text[]) AS cited (seq, paper))
INSERT INTO audit_subject (subject_key, at, stream, seq, nth, nth_of_organisation, outcome, tier, shape)
SELECT subject_key, $2::timestamptz, $1::int, seq, nth, nth_of_organisation, outcome, tier, shape
  FROM unnest($17::bytea[], $18::bigint[], $19::bigint[], $20::bigint[], $21::smallint[], $22::smallint[], $23::bytea[])
       AS line (subject_key, seq, nth, nth_of_organisation, outcome, tier, shape)"""
_IDLE_S: Final = 0.4
"""How long the next transaction is kept open for a batch to come; the server would end the session after 1 s."""
_NO_LINES: Final[tuple[tuple[()], ...]] = ((),) * 7
_NO_PAPERS: Final[tuple[tuple[()], ...]] = ((),) * 2
_ENTRIES_REFUSED: Final = ("22", "23", "54")
"""Classes of SQLSTATE that say that the values, not the circumstances, are to blame."""
_CHECK_VIOLATED: Final = "23514"
"""Of a constraint, which it names, or of the bounds of a partition, which have no name."""


class _Demands(NamedTuple):
    """What a stream asks of its server: to answer in time, and perhaps to have a standby."""

    limit_s: float
    require_standby: bool


class PostgresqlStreams:
    """Opens streams on one PostgreSQL database, each with a connection of its own."""

    def __init__(self, address: Address, keys: MonthKeys, deadline_s: float, *, require_standby: bool = False) -> None:
        """Take what every stream needs; *deadline_s* bounds a connection's start and each batch."""
        self._address = address
        self._ciphers = MonthCiphers(keys)
        self._demands = _Demands(deadline_s, require_standby)

    async def open(self) -> "PostgresqlStream":
        """Open a stream on a server that keeps what it acknowledges."""
        with _nothing_committed():
            connection = await connect_postgresql(self._address, _SETTINGS, self._demands.limit_s)
            try:
                return await self._begin(connection)
            except BaseException:
                connection.terminate()
                raise

    async def _begin(self, connection: Any) -> "PostgresqlStream":  # noqa: ANN401 - asyncpg has no types
        limit = self._demands.limit_s
        await _require_durable(connection, self._demands)
        number = await connection.fetchval(_OPEN, socket.gethostname(), os.getpid(), timeout=limit)
        texts = _NOW, _TALLY, _ROWS, STATEMENT, CITING
        statements = [await connection.prepare(text, timeout=limit) for text in texts]
        return PostgresqlStream(connection, number, statements, self._ciphers, self._demands)


class PostgresqlStream:
    """One held connection and the place that its entries have reached."""

    def __init__(
        self,
        connection: Any,  # noqa: ANN401 - asyncpg has no types
        number: int,
        statements: list[Any],
        ciphers: MonthCiphers,
        demands: _Demands,
    ) -> None:
        """Start at the stream's first place."""
        self._connection = connection
        self._demands = demands
        self._now, self._tally, self._rows, self._single, self._citing = statements
        self._ciphers = ciphers
        self._limit_s = demands.limit_s
        self._place = Place(number, 0)
        self._known_keys: set[int] = set()
        self._known_shapes = KnownShapes()
        self._seen: tuple[int, float] | None = None
        """The server's clock in microseconds when it was last looked at, and ours of the loop."""
        self._in_transaction = False
        self._idle: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None
        self._warnings: list[str] = []
        self._loop = asyncio.get_running_loop()
        connection.add_log_listener(self._heard)

    async def commit(self, batch: Batch, *, more: Callable[[], bool]) -> list[Receipt]:
        """Make *batch* durable in one transaction."""
        timer = self._loop.call_later(self._limit_s, self._connection.terminate)
        try:
            await self._take_up()
            draft = self._draft(batch)
            if draft is not None:
                return [await self._commit_single(draft)]
            with _nothing_committed():
                rows = await self._insert(batch)
            await self._end(chained=more())
        finally:
            timer.cancel()
        self._place = rows.end
        self._seen = microseconds(rows.at), self._loop.time()
        return rows.receipts

    async def check(self) -> None:
        """Ask whether the server keeps what it acknowledges still; an operator may have set it otherwise."""
        with _nothing_committed():
            await self._take_up()
            await _require_durable(self._connection, self._demands)
        if self._in_transaction:
            self._idle = self._loop.call_later(_IDLE_S, self._let_go)

    def abandon(self) -> None:
        """Cut the connection: the server rolls back what was not committed."""
        if self._idle is not None:
            self._idle.cancel()
        self._connection.terminate()

    async def close(self) -> None:
        """Take leave of the server."""
        await self._take_up()
        try:
            await self._connection.close(timeout=self._limit_s)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            self._connection.terminate()

    async def _take_up(self) -> None:
        """Come back from idleness: the open transaction is there still, or is just being ended."""
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if self._ending is not None:
            await self._ending
            self._ending = None

    def _let_go(self) -> None:
        """End the open transaction, in which nothing was done, before the server does it for us."""
        self._idle = None
        self._ending = self._loop.create_task(self._roll_back())

    async def _roll_back(self) -> None:
        try:
            await self._connection.execute("ROLLBACK", timeout=self._limit_s)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError):
            self._connection.terminate()  # the next batch finds it gone, and goes to another stream
        self._in_transaction = False

    def _draft(self, batch: Batch) -> Draft | None:
        """Give the draft of an entry that one statement takes; None where anything else must be written before."""
        if self._in_transaction or self._seen is None or not is_single(batch):
            return None
        (pending,) = batch.entries
        seen_us, then_s = self._seen
        now_us = seen_us + int((self._loop.time() - then_s) * 1e6)
        cipher = self._ciphers.at(now_us)
        shape = shape_of(pending)
        is_prepared = cipher.key_id in self._known_keys and (shape is None or shape.digest in self._known_shapes)
        return Draft(pending, self._place, cipher) if is_prepared and in_month(now_us, cipher) else None

    async def _commit_single(self, draft: Draft) -> Receipt:
        """Make an entry durable by one statement, which is a transaction of its own."""
        self._warnings.clear()
        with _nothing_committed():
            if self._connection.is_closed():
                message = "the connection is lost"
                raise NotCommitted(message)
            try:
                (kept,) = await (self._citing if draft.cites else self._single).fetch(*draft.arguments)
            except asyncpg.DataError:
                raise
            except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as failure:
                # An error takes the transaction with it; of what ends the session, nobody knows when it came.
                if self._warnings or getattr(failure, "severity_en", None) != "ERROR":
                    message = f"the entry was sent and not acknowledged: {failure}"
                    raise CommitUnknown(message) from failure
                raise
        if self._warnings:
            message = f"COMMIT came with a warning: {'; '.join(self._warnings)}"
            raise CommitUnknown(message)
        receipt = draft.receipt(*kept)
        self._place = Place(receipt.stream, receipt.seq + 1, receipt.leaf)
        self._seen = kept[1], self._loop.time()
        return receipt

    async def _insert(self, batch: Batch) -> Rows:
        if not self._in_transaction:
            await self._connection.execute("BEGIN")
            self._in_transaction = True
        totals: dict[TallyKey, int] = {}
        at: datetime
        if batch.added:
            counts = [each if any(each) else () for each in zip(*batch.added.values(), strict=True)]
            ((keys, organisations, ns, at),) = await self._tally.fetch(*zip(*batch.added, strict=True), *counts)
            totals = dict(zip(zip(keys, organisations, strict=True), ns, strict=True))
        else:
            at = await self._now.fetchval()
        cipher = self._ciphers.at(microseconds(at))
        if cipher.key_id not in self._known_keys:
            await self._remember_key(cipher)
        rows = batch.rows(self._place, at, totals, cipher)
        new = self._known_shapes.new_among(rows.shapes)
        if new:
            await self._connection.execute(_SHAPES, *zip(*new, strict=True))
        lines = zip(*rows.lines, strict=True) if rows.lines else _NO_LINES
        papers = zip(*rows.papers, strict=True) if rows.papers else _NO_PAPERS
        await self._rows.fetch(rows.stream, at, rows.key_id, *zip(*rows.records, strict=True), *papers, *lines)
        return rows

    async def _remember_key(self, cipher: MonthCipher) -> None:
        await self._connection.execute(_KEY, cipher.key_id, cipher.month)
        self._known_keys.add(cipher.key_id)

    async def _end(self, *, chained: bool) -> None:
        self._warnings.clear()
        try:
            status = await self._connection.execute("COMMIT AND CHAIN" if chained else "COMMIT")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as lost:
            message = f"COMMIT was sent and not acknowledged: {lost}"
            raise CommitUnknown(message) from lost
        if self._warnings:
            message = f"COMMIT came with a warning: {'; '.join(self._warnings)}"
            raise CommitUnknown(message)
        if status != "COMMIT":
            message = f"COMMIT was answered by {status}"
            raise NotCommitted(message)
        self._in_transaction = chained
        if chained:
            self._idle = self._loop.call_later(_IDLE_S, self._let_go)

    def _heard(self, _: object, message: Any) -> None:  # noqa: ANN401 - asyncpg has no types
        self._warnings.append(str(message))


async def _require_durable(connection: Any, demands: _Demands) -> None:  # noqa: ANN401 - asyncpg has no types
    """Refuse to write to a server that may lose what it acknowledged."""
    found = await connection.fetchrow(ASKED, timeout=demands.limit_s)
    said = unsafe(found, require_standby=demands.require_standby)
    if said:
        raise NotCommitted("; ".join(said))


def _is_refusal(failure: asyncpg.PostgresError) -> bool:
    """Say whether the values are to blame; not where a month was made just now, and its rows have another place."""
    state: str = getattr(failure, "sqlstate", None) or ""
    of_a_partition = state == _CHECK_VIOLATED and getattr(failure, "constraint_name", None) is None
    return state.startswith(_ENTRIES_REFUSED) and not of_a_partition


@contextmanager
def _nothing_committed() -> Iterator[None]:
    """Turn every failure before COMMIT into the certainty that nothing is in the trail."""
    try:
        yield
    except asyncpg.DataError as failure:
        raise NotCommitted(str(failure), refused=True) from failure
    except asyncpg.PostgresError as failure:
        raise NotCommitted(str(failure), refused=_is_refusal(failure)) from failure
    except (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError) as failure:
        message = f"{type(failure).__name__}: {failure}"
        raise NotCommitted(message) from failure
