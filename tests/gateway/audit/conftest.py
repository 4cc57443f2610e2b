"""Trails on both engines, entries to put into them, and a wire that can be stalled or cut."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from sqlalchemy import Table, select

from gateway.audit import Entry, SubjectLine, Trail, open_trail
from gateway.store import Store, migrate, open_store
from schema.disclosure import OrganizationKind, Outcome, PurposeCode, QueryMethod, Standing
from schema.line_shapes import LineShape, Ruling

MONTH_KEY = b"m" * 32
ANSWER = b'{"data":{"subject":null}'
SHAPE = LineShape(
    [
        Ruling("AdministrativePenalty.decisionNumber", "A", "ALLOWED", article="15(1)"),
        Ruling("TaxCreditRating.grade", "B", "ALLOWED", article="15(2)"),
        Ruling("SocialInsurancePayment.amountDue", "C", "TIER_FORBIDDEN", "OFFICIAL_LETTER", "15(3)"),
    ],
    ["LegalPerson.administrativePenalties", "LegalPerson.taxCreditRatings"],
)

OpenTrail = Callable[..., Awaitable[Trail]]
MakeEntry = Callable[..., Entry]
MakeLine = Callable[..., SubjectLine]
ReadTable = Callable[[Table], Awaitable[Sequence[Any]]]


class FixedKeys:
    """Keys that tests know."""

    pseudonym = b"p" * 32

    def __init__(self) -> None:
        """Have destroyed none."""
        self.destroyed: list[int] = []

    def month_key(self, month: date) -> tuple[int, bytes]:
        """Give the one key under the month's number."""
        return month.year * 12 + month.month, MONTH_KEY

    def destroy_month(self, number: int) -> None:
        """Keep in mind which month's key would be gone."""
        self.destroyed.append(number)


class Wire:
    """A TCP wire to a server that can hold everything back, or break after so many bytes."""

    def __init__(self, host: str, port: int) -> None:
        """Lead to *host* and *port*."""
        self._target = (host, port)
        self._flows = asyncio.Event()
        self._flows.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.budgets: dict[str, list[int]] = {"asked": [], "answered": []}
        """By direction, after how many bytes each further connection breaks."""
        self.breaks = 0
        self.port = 0

    async def listen(self) -> asyncio.Server:
        """Take connections on a free port."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def stall(self) -> None:
        """Let nothing more through, in silence."""
        self._flows.clear()

    def flow(self) -> None:
        """Let everything through again."""
        self._flows.set()

    async def close(self) -> None:
        """End all connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(*self._target)
        ends = (writer, far_writer)
        for direction, source, sink in (("asked", reader, far_writer), ("answered", far_reader, writer)):
            budgets = self.budgets[direction]
            budget = budgets.pop(0) if budgets else None
            task = asyncio.create_task(self._carry(source, sink, budget, ends))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(
        self,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        budget: int | None,
        ends: tuple[asyncio.StreamWriter, ...],
    ) -> None:
        try:
            while data := await source.read(65536):
                await self._flows.wait()
                if budget is not None:
                    data, budget = data[:budget], budget - len(data)
                sink.write(data)
                await sink.drain()
                if budget is not None and budget <= 0:
                    self.breaks += 1
                    break
        except ConnectionError:
            pass
        finally:
            for end in ends:
                end.close()


@pytest.fixture
def keys() -> FixedKeys:
    """Give the keys of all trails of the tests."""
    return FixedKeys()


@pytest.fixture
def line() -> MakeLine:
    """Make a line about one subject, of an officer on duty unless said otherwise."""

    def make(subject_id: str, **changes: Any) -> SubjectLine:  # noqa: ANN401 - any field
        values: dict[str, Any] = {
            "standing": Standing.DUTY,
            "outcome": Outcome.DISCLOSED,
            "tier": "B",
            "counted": True,
            "shape": SHAPE,
            "paper": "DEMO-LETTER-TAX",
            "counts": (4, 3),
        }
        return SubjectLine(subject_id, **{**values, **changes})

    return make


@pytest.fixture
def entry() -> MakeEntry:
    """Make an entry with the lines given."""

    def make(*lines: SubjectLine, **changes: Any) -> Entry:  # noqa: ANN401 - any field
        values: dict[str, Any] = {
            "request_id": "request-1",
            "person": "officer Zhang",
            "organisation": "TAX",
            "organisation_kind": OrganizationKind.ADMINISTRATIVE,
            "method": QueryMethod.API,
            "channel": "SHARING",
            "purpose_code": PurposeCode.LICENSING,
            "purpose_text": "食品经营许可审查",
            "papers": ("DEMO-LETTER-TAX",),
            "operation_name": "Subject",
            "document_digest": "ab" * 32,
            "outcome": Outcome.DISCLOSED,
            "errors": (),
            "subjects": lines,
            "sources": (("TAX", True, True), ("COURT", True, False)),
            "trace_id": "0af7651916cd43dd8448eb211c80319c",
            "spans": (("fetch TAX", 1_000, 250, (("rows", 7),)),),
            "response_digest": hashlib.sha256(ANSWER).digest(),
            "started_at_ns": 1_700_000_000_000_000_000,
        }
        return Entry(**{**values, **changes})

    return make


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Give the address of a file that is not there yet."""
    return f"sqlite:///{tmp_path}/trail.sqlite"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """Give an empty database's address, of each engine in turn."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_schema"
    return str(request.getfixturevalue(name))


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """Give a store with its tables."""
    await migrate(url)
    opened = open_store(url)
    yield opened
    await opened.close()


@pytest.fixture
async def trail(store: Store, keys: FixedKeys) -> AsyncIterator[Trail]:
    """Give the trail of the store."""
    opened = await open_trail(store, keys)
    yield opened
    await opened.close()


@pytest.fixture
async def other_trail(store: Store, keys: FixedKeys) -> AsyncIterator[Trail]:
    """Give a second trail of the same store."""
    opened = await open_trail(store, keys)
    yield opened
    await opened.close()


@pytest.fixture
def read(store: Store) -> ReadTable:
    """Read all rows of a table."""

    async def rows(table: Table) -> Sequence[Any]:
        async with store.engine.connect() as connection:
            return (await connection.execute(select(table))).all()

    return rows


@pytest.fixture
async def wire(request: pytest.FixtureRequest, postgres_url: str) -> AsyncIterator[Wire]:
    """Give a wire to PostgreSQL; a parameter says by direction after how many bytes connections break."""
    parts = urlsplit(postgres_url)
    wire = Wire(parts.hostname or "127.0.0.1", parts.port or 5432)
    wire.budgets.update(getattr(request, "param", {}))
    async with await wire.listen():
        yield wire
        await wire.close()


@pytest.fixture
async def wired_trail(wire: Wire, postgres_schema: str, keys: FixedKeys) -> AsyncIterator[OpenTrail]:
    """Open trails whose connections go through the wire; the store beside them goes straight."""
    async with AsyncExitStack() as stack:

        async def open_wired(deadline_s: float) -> Trail:
            await migrate(postgres_schema)
            parts = urlsplit(postgres_schema)
            user = f"{parts.username}@" if parts.username else ""
            through = open_store(urlunsplit(parts._replace(netloc=f"{user}127.0.0.1:{wire.port}")))
            trail = await open_trail(through, keys, deadline_s=deadline_s)
            stack.push_async_callback(through.close)
            stack.push_async_callback(trail.close)
            return trail

        yield open_wired


@pytest.fixture
async def straight(postgres_schema: str) -> AsyncIterator[ReadTable]:
    """Read all rows of a table of the schema, not through the wire."""
    direct = open_store(postgres_schema)

    async def rows(table: Table) -> Sequence[Any]:
        async with direct.engine.connect() as connection:
            return (await connection.execute(select(table))).all()

    yield rows
    await direct.close()
