"""The trail as those read it who may: entries by their marks, a subject's lines, numbers, proofs (Art. 19, R19.12).

Who may is decided above; here nothing can be written. Each reading is an entry too, which whoever asks here leaves.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any, Final, NamedTuple, Protocol

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.audit.errors import TrailUnread
from gateway.audit.inspection.anomalies import anomalies_in, reused_purposes
from gateway.audit.inspection.askers import viewer_keys
from gateway.audit.inspection.cursors import read_cursor, write_cursor
from gateway.audit.inspection.evidence import evidence_of
from gateway.audit.inspection.hiding import is_any_hidden, is_hidden
from gateway.audit.inspection.numbers import by_day, by_organisation, queries_between
from gateway.audit.inspection.opening import MonthsKeys, Opener
from gateway.audit.inspection.search import Row, find, lines_of
from gateway.audit.inspection.shown import entry_shown, line_shown
from gateway.audit.inspection.verifying import Verifying, seal_of
from gateway.audit.inspection.wanted import At, Wanted
from gateway.audit.pseudonyms import Pseudonyms
from gateway.audit.seal.proofs import NotProved, Place, read_receipt
from gateway.errors import BadUserInput, Text
from gateway.store import Store
from gateway.store.engine import open_reader
from gateway.store.tables import RECORD, SUBJECT
from schema.connections import PageInfo
from schema.inspection import (
    QueryLogConnection,
    QueryLogEvidence,
    QueryLogSeal,
    QueryLogSummary,
    QueryLogThresholds,
    QueryLogVerification,
)
from schema.query_log import QueryLogLine

__all__ = ["InspectionKeys", "SubjectLines", "Trail", "open_inspection"]

_LIMIT_S: Final = 10.0
_CANCELLED: Final = "57014"
_ENTRIES: Final = "entries"


class SubjectLines(NamedTuple):
    """A page of who looked at a subject."""

    nodes: list[QueryLogLine]
    page_info: PageInfo
    unread: int
    """How many lines belong there that cannot be opened any more."""


class InspectionKeys(MonthsKeys, Protocol):
    """The secrets that reading the trail needs."""

    @property
    def pseudonym(self) -> bytes:
        """The key under which subjects and askers are named."""
        ...

    @property
    def receipt(self) -> bytes:
        """The key of opaque receipts."""
        ...

    @property
    def cursor(self) -> bytes:
        """The key of cursors."""
        ...


class Trail:
    """Reads one trail; its sessions cannot write.

    Each method raises:
        AuditUnavailable: the trail cannot be read.
        BadUserInput: a cursor or receipt is none, or the search takes too long as it is.

    """

    def __init__(self, store: Store, keys: InspectionKeys, vkey: str | None) -> None:
        """Read the trail of *store*, whose log is of the public key *vkey*."""
        self._keys = keys
        self._names = Pseudonyms(keys.pseudonym)
        self._reader = open_reader(store.address, _LIMIT_S)
        # A page is one statement and needs no transaction around it, which would be two round trips more.
        alone: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"} if store.address.is_postgresql else {}
        self._pages = self._reader.execution_options(**alone)
        # What a subject or a paper leads to is found by its index, whoever it is.
        self._led = open_reader(store.address, _LIMIT_S, plans_once=True)
        self._led_pages = self._led.execution_options(**alone)
        self._opener = Opener(keys)
        self._verifying = Verifying(store.address, self._reader, vkey)

    async def close(self) -> None:
        """Give the connections back."""
        await self._reader.dispose()
        await self._led.dispose()

    def place_of(self, receipt: str) -> Place:
        """Read a receipt, open or opaque."""
        try:
            return read_receipt(receipt, self._keys.receipt)
        except NotProved as refused:
            said = "receipt: it is none of this house", "receipt：不是本系统的回执"
            raise BadUserInput(Text(*said)) from refused

    async def search(self, wanted: Wanted, first: int, after: str | None) -> QueryLogConnection:
        """Give a page of the entries that are wanted, newest first; no bodies but the page's are opened."""
        place = read_cursor(after, _ENTRIES, self._keys.cursor)
        subject = None if wanted.subject_id is None else self._names.subject(wanted.subject_id)
        pages = self._pages if wanted.subject_id is None and wanted.paper is None else self._led_pages
        async with self._reading(pages) as connection:
            viewers = None
            if wanted.requester is not None:
                viewers = await viewer_keys(connection, self._names, wanted.requester, wanted.organisation)
            rows = await find(connection, wanted, (subject, viewers), (place, first + 1))
            opened = await self._opener.open(connection, rows[:first])
        page = self._page(rows, first, _ENTRIES, after=after)
        return QueryLogConnection(nodes=[entry_shown(each) for each in opened], page_info=page)

    async def lines(self, subject_id: str, first: int, after: str | None, hidden_on: date | None) -> SubjectLines:
        """Give a page of who looked at a subject; *hidden_on* is the day for the subject itself, None for auditors."""
        bound_to = f"lines {subject_id} {'own' if hidden_on else 'all'}"
        place = read_cursor(after, bound_to, self._keys.cursor)
        async with self._reading(self._led_pages) as connection:
            of = self._names.subject(subject_id)
            rows = await lines_of(connection, of, (place, first + 1), hidden_on=hidden_on)
            opened = await self._opener.open(connection, rows[:first])
        key = None if hidden_on is None else self._keys.receipt
        shown = [line_shown(each, subject_id, key) for each in opened]
        page = self._page(rows, first, bound_to, after=after)
        return SubjectLines([each for each in shown if each is not None], page, shown.count(None))

    async def hidden_counts(self, subject_ids: Sequence[str], day: date) -> Mapping[str, int]:
        """Give of subjects how many of their counted queries are hidden from them on a day, of those that have any."""
        keys = {self._names.subject(each): each for each in subject_ids}
        same = (SUBJECT.c.stream == RECORD.c.stream, SUBJECT.c.seq == RECORD.c.seq, SUBJECT.c.at == RECORD.c.at)
        counted = select(SUBJECT.c.subject_key, func.count()).where(SUBJECT.c.subject_key.in_(list(keys)), *same)
        counted = counted.where(SUBJECT.c.nth > 0, is_hidden(day, RECORD.c)).group_by(SUBJECT.c.subject_key)
        async with self._reading(self._reader) as connection:
            if not (await connection.execute(select(is_any_hidden(day)))).scalar_one():
                return {}
            return {keys[bytes(key)]: n for key, n in await connection.execute(counted)}

    async def summary(self, first: datetime, end: datetime, thresholds: QueryLogThresholds) -> QueryLogSummary:
        """Give the queries between two instants in numbers."""
        where = queries_between(first, end)
        async with self._reading(self._reader) as connection:
            days, organisations = await by_day(connection, where), await by_organisation(connection, where)
            unusual = await anomalies_in(connection, self._opener, where, thresholds)
            (read, unread), reused = await reused_purposes(connection, self._opener, where, thresholds.same_purpose)
        return QueryLogSummary(
            first=first,
            end=end,
            days=days,
            organisations=organisations,
            anomalies=[*unusual, *reused],
            purposes_read=read,
            purposes_unread=unread,
        )

    async def seal(self, place: Place) -> QueryLogSeal | None:
        """Give where an entry stands in the log; None where it is not sealed yet."""
        async with self._reading(self._reader) as connection:
            return await seal_of(connection, place.stream, place.seq)

    async def verification(self, place: Place) -> QueryLogVerification:
        """Verify an entry now."""
        return await self._verifying.verify(place)

    async def evidence(self, receipts: Sequence[str]) -> QueryLogEvidence:
        """Give evidence of entries."""
        return await evidence_of(self._reader, receipts, self._keys.receipt)

    def _page(self, rows: Sequence[Row], first: int, bound_to: str, *, after: str | None) -> PageInfo:
        ends = [At(row.at, row.stream, row.seq) for row in (rows[:1], rows[:first][-1:]) for row in row]
        cursors = [write_cursor(each, bound_to, self._keys.cursor) for each in ends]
        return PageInfo(
            has_next_page=len(rows) > first,
            has_previous_page=after is not None,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        )

    @asynccontextmanager
    async def _reading(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        try:
            async with engine.connect() as connection:
                yield connection
        except (SQLAlchemyError, OSError) as failure:
            if getattr(getattr(failure, "orig", None), "sqlstate", None) == _CANCELLED:
                said = (
                    "filter: it takes too long; narrow it by from and to",
                    "filter：检索耗时过长，请用 from、to 缩小范围",
                )
                raise BadUserInput(Text(*said)) from failure
            message = f"the trail cannot be read: {failure}"
            raise TrailUnread(message) from failure


def open_inspection(store: Store, keys: InspectionKeys, vkey: str | None) -> Trail:
    """Give the trail of *store* for reading; nothing is connected yet."""
    return Trail(store, keys, vkey)
