"""A made-up ledger, receipts as they are told, and a room of obligations over a migrated database of each engine."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from gateway.access.callers import Caller
from gateway.access.keys import Keys
from gateway.collection.obligations import ObligationsRoom, Rules
from gateway.collection.obligations.desk import CallersObligations
from gateway.collection.obligations.obligation import Decided, Received
from gateway.collection.obligations.reading import Correspondence
from gateway.collection.obligations.upkeep import Upkeep
from gateway.store import Store, migrate, open_store
from gateway.workdays import Calendars
from schema.days import ZONE
from schema.disclosure import OrganizationKind, Role
from schema.terms import SubmissionMode

Modes = Mapping[str, Mapping[str, SubmissionMode]]
MODES: Modes = MappingProxyType(
    {
        "TAX": {"TaxArrears": SubmissionMode.BATCH, "AbnormalTaxpayer": SubmissionMode.MANUAL},
        "COURT": {"EnforcementCase": SubmissionMode.BATCH},
        "MARKET_REGULATION": {"Branch": SubmissionMode.SYSTEM},
    }
)
NAMES = {"TAX": "税务机关", "COURT": "人民法院", "MARKET_REGULATION": "市场监督管理部门"}


@dataclass
class Ledger:
    """Agencies as a test says."""

    modes: dict[str, dict[str, SubmissionMode]] = field(default_factory=lambda: {k: dict(v) for k, v in MODES.items()})

    @property
    def agencies(self) -> Mapping[str, Any]:
        return self.modes

    def name_of(self, agency: str) -> str:
        return NAMES[agency]

    def obliged(self, agency: str) -> tuple[str, ...]:
        return tuple(self.modes[agency])

    def mode_of(self, agency: str, record_type: str) -> SubmissionMode:
        return self.modes[agency][record_type]


@dataclass
class Told:
    """Receipts as a test tells them."""

    all: list[Received] = field(default_factory=list)
    decisions: list[Decided] = field(default_factory=list)

    async def received(
        self, agency: str, record_type: str, since: datetime, until: datetime, periods: Sequence[str] = ()
    ) -> list[Received]:
        return [
            each
            for each in self.all
            if (each.agency, each.record_type) == (agency, record_type)
            and since <= each.received_at < until
            and (each.period is None or each.period in periods)
        ]

    async def lately(self, since: datetime, until: datetime) -> set[tuple[str, str]]:
        return {(each.agency, each.record_type) for each in self.all if since <= each.received_at < until}

    async def decided(self, since: datetime, until: datetime) -> list[Decided]:
        return [each for each in self.decisions if since <= each.received_at < until]

    def tell(self, agency: str, record_type: str, at: datetime, period: str | None = None) -> None:
        self.all.append(Received(f"S-{len(self.all) + 1}", agency, record_type, at, period))


def at(day: str, hour: int = 9) -> datetime:
    """Give an instant of a day in the city."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), ZONE) + timedelta(hours=hour)


def caller(organisation: str, kind: OrganizationKind, role: Role, person: str = "") -> Caller:
    """Give a person of an organisation."""
    name = person or f"{organisation.lower()}-{role.value.lower()}"
    return Caller(name, "某人", organisation, kind, frozenset({role}), None, "t")


CENTRE = OrganizationKind.CREDIT_CENTRE
OPERATOR = caller("CREDIT_CENTRE", CENTRE, Role.OPERATOR)
APPROVER = caller("CREDIT_CENTRE", CENTRE, Role.APPROVER)
SUPERVISOR = caller("DEVELOPMENT_REFORM", OrganizationKind.SUPERVISOR, Role.SUPERVISOR)
TAX = caller("TAX", OrganizationKind.ADMINISTRATIVE, Role.REPORTER)
COURT = caller("COURT", OrganizationKind.JUDICIAL, Role.OFFICER)


@dataclass
class House:
    """A room of obligations, what it looks at, and a clock that the test turns."""

    store: Store
    room: ObligationsRoom
    ledger: Ledger
    receipts: Told
    now: datetime

    @property
    def calendars(self) -> Calendars:
        return self.room.upkeep.calendars

    async def go_to(self, instant: datetime) -> None:
        """Turn the clock, and bring everything up to date."""
        self.now = instant
        await self.room.bring_up(instant.timestamp(), forced=True)

    def desk(self, who: Caller) -> CallersObligations:
        return self.room.desk(who, self.now.timestamp())


@asynccontextmanager
async def opened(url: str, folder: Path) -> AsyncIterator[House]:
    """Open a house on New Year's Day 2026, in which nothing is written down yet."""
    store = open_store(url)
    ledger, receipts = Ledger(), Told()
    upkeep = Upkeep(store.engine, Calendars(store.engine), receipts, lambda: ledger, Rules())
    room = ObligationsRoom(upkeep, Keys(folder / "keys"), Correspondence())
    try:
        yield House(store, room, ledger, receipts, datetime(2026, 1, 1, tzinfo=UTC))
    finally:
        await store.close()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a migrated SQLite file, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "gateway.sqlite"
    asyncio.run(migrate(f"sqlite:///{file}"))
    return file


def copied(file: Path, folder: Path) -> str:
    """Give the address of a copy."""
    shutil.copy(file, folder / "gateway.sqlite")
    return f"sqlite:///{folder}/gateway.sqlite"


@pytest.fixture
async def house(empty_file: Path, tmp_path: Path) -> AsyncIterator[House]:
    """Give a house over SQLite."""
    async with opened(copied(empty_file, tmp_path), tmp_path) as one:
        yield one


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give a database's address, of each engine in turn."""
    if request.param == "sqlite":
        return copied(request.getfixturevalue("empty_file"), tmp_path)
    return str(request.getfixturevalue("postgres_schema"))


@pytest.fixture
async def every_house(url: str, tmp_path: Path) -> AsyncIterator[House]:
    """Give a house over each engine in turn."""
    await migrate(url)
    async with opened(url, tmp_path) as one:
        yield one
