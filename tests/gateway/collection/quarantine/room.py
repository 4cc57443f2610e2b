"""The people of the demonstration before the rows in quarantine, with a stand-in for intake."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.access.callers import PUBLIC_CALLER, Caller
from gateway.access.keys import Keys
from gateway.access.personas import PERSONAS
from gateway.collection.quarantine import CallersQuarantine, Consents, Firewall, Held, QuarantineRegister, Released
from gateway.errors import GatewayError
from gateway.store import Store
from schema.disclosure import Role
from schema.reporting import Row, RowProblem

NOW: Final = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def caller(persona: str) -> Caller:
    """Give a persona as a caller; the security administrator is the approver's colleague."""
    if persona == "centre-security":
        return replace(caller("centre-approver"), person="demo:centre-security", roles=frozenset({Role.SECURITY}))
    who = PERSONAS[persona]
    if who.is_public:
        return PUBLIC_CALLER
    roles = frozenset() if who.role is None else frozenset({who.role})
    return Caller(f"demo:{persona}", who.person, who.organisation, who.kind, roles, None, "jti")


@dataclass(frozen=True)
class Coming:
    """A submission, as intake says it."""

    submission_id: str = "S-TAX-20261123-0123456789ab"
    provider: str = "TAX"
    record_type: str = "TaxArrears"
    mode: str = "BATCH"
    officer: str = "demo:tax-reporter"
    at: datetime = NOW


@dataclass(frozen=True)
class Waiting:
    """A row that a person is to look at."""

    row: Row
    reasons: tuple[RowProblem, ...]


class Centre:
    """The centre's database, as intake reaches it."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection to read by."""
        async with self.store.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Give a transaction."""
        async with self.store.engine.begin() as connection:
            yield connection


@dataclass
class Room:
    """The room, what was taken in again, and what was confirmed as a violation."""

    store: Store
    keys: Keys
    taken_in: list[Released] = field(default_factory=list)
    confirmed: list[Held] = field(default_factory=list)
    intake_is_down: bool = False
    meanwhile: Callable[[], Awaitable[object]] | None = None
    """What somebody does while intake takes a row in."""
    refusal: GatewayError | None = None

    @property
    def register(self) -> QuarantineRegister:
        """The register of held rows."""
        return QuarantineRegister(Centre(self.store), self.keys)

    @property
    def firewall(self) -> Firewall:
        """What intake asks."""
        return Firewall(Consents(self.store.engine, 10.0), self.register)

    async def hold(self, *rows: Waiting, coming: Coming | None = None) -> list[str]:
        """Hold rows as intake does, and give the ids of all that are held, newest first."""
        async with self.store.engine.begin() as connection:
            await self.firewall.hold(connection, coming or Coming(), rows)
        found, _, _ = await self.register.page([], 100, None)
        return [each.id for each in found]

    def desk(self, persona: str) -> CallersQuarantine:
        """Give the desk as a persona finds it."""
        return CallersQuarantine(
            self.register, self.keys, self._release, self._confirm, caller(persona), NOW.timestamp()
        )

    async def _release(self, released: Released) -> str:
        if self.intake_is_down:
            raise ConnectionError
        if self.refusal is not None:
            raise self.refusal
        if self.meanwhile is not None:
            await self.meanwhile()
        self.taken_in.append(released)
        return "ACCEPTED"

    async def _confirm(self, held: Held) -> None:
        self.confirmed.append(held)
