"""One run: a city, its own database, two gateways, askers, fault after fault; then everything is reckoned up."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from gateway.access import tokens
from tests.chaos import city, shim
from tests.chaos.asking import Askers, Heard, Kind
from tests.chaos.database import Database
from tests.chaos.faults import FAULTS, Fault, Stage
from tests.chaos.offices import Office, migrate
from tests.chaos.reckoning import Reckoning, reckon
from tests.chaos.wire import Wire

__all__ = ["Outcome", "Plan", "Window", "run"]

_SEED = 2017
_PERSONA = "market-officer"
_HEALING_S = 15.0
_LOOK_AGAIN_S = 0.01
_SEALED_S = 30.0
_SEAL_AGAIN_S = 0.2
_UNSEALED = """
SELECT (SELECT count(*) FROM xinyong.audit_record) <> coalesce((SELECT max(size) FROM xinyong.audit_checkpoint), 0)"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done: which faults, how often, until how many answers."""

    faults: Sequence[str]
    answers: int
    per_second: float = 300.0
    askers: int = 12
    """For each gateway."""
    calm_s: float = 1.0
    """From the end of one fault to the next."""
    grace_s: float = 0.5
    """How long past its deadline an answer may come."""


@dataclass(frozen=True, slots=True)
class Window:
    """One fault, and what was heard from its beginning to the next one's."""

    fault: str
    answered: int
    refused: int
    lost: int
    slowest_s: float
    healed_s: float | None
    """From its end to the first answer of each gateway, the later of the two; None where there was none."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run showed."""

    windows: Sequence[Window]
    heard: Sequence[Heard]
    late: Sequence[Heard]
    """Past the deadline and its grace, what the asker itself and a stopped gateway account for taken off."""
    skipped: Sequence[str]
    reckoning: Reckoning
    seconds: float


async def run(plan: Plan, folder: Path, programs: Path, told: Callable[[str], None]) -> Outcome:
    """Do it all in *folder*, which lies where others may enter.

    Raises:
        NotStarted: database or gateway did not come up.

    """
    begun = time.monotonic()
    library = shim.built(folder)
    faults = [FAULTS[name] for name in plan.faults if library or not FAULTS[name].needs_shim]
    skipped = [name for name in plan.faults if not library and FAULTS[name].needs_shim]
    told("a city is written")
    place = await asyncio.to_thread(city.write, folder / "city")
    async with _stage(place, folder, programs, library) as stage:
        token = tokens.issue(_PERSONA, place.keys_folder, time.time())
        askers = Askers(stage.offices, token, plan.askers, plan.per_second)
        askers.start()
        windows = await _strike(plan, faults, stage, askers, told)
        await askers.stop()
        told("the log is sealed")
        await _sealed(stage.database)
        await asyncio.gather(*(asyncio.to_thread(office.stop) for office in stage.offices))
        told("entries are compared with what was received")
        reckoning = await reckon(askers.heard, place, stage.database)
    late = [each for each in askers.heard if _is_late(each, askers, city.DEADLINE_S + plan.grace_s)]
    return Outcome(windows, askers.heard, late, skipped, reckoning, time.monotonic() - begun)


@contextlib.asynccontextmanager
async def _stage(place: city.City, folder: Path, programs: Path, library: Path | None) -> AsyncIterator[Stage]:
    disk = shim.Shim(library, folder / "disk") if library else None
    database = Database(folder / "postgresql", programs, disk.environment if disk else {})
    wire = Wire(Random(_SEED))  # noqa: S311 (what happens by chance happens again)
    offices: list[Office] = []
    try:
        await database.start()
        wire.lead_to(database.port)
        await wire.listen()
        for name in ("east", "west"):
            clock = shim.Shim(library, folder / f"clock-{name}") if library else None
            offices.append(Office(name, place.configured(name, wire.port), clock))
        await asyncio.to_thread(migrate, offices[0].config)
        await asyncio.gather(*(office.start() for office in offices))
        yield Stage(database, wire, offices, disk)
    finally:
        await asyncio.gather(*(asyncio.to_thread(office.stop) for office in offices))
        await wire.close()
        await asyncio.to_thread(database.stop)


async def _strike(
    plan: Plan, faults: Sequence[Fault], stage: Stage, askers: Askers, told: Callable[[str], None]
) -> list[Window]:
    """Let fault follow fault, from the first again, until there are answers enough; each has its turn once."""
    windows: list[Window] = []
    await _answered_by_all(stage, askers)
    while len(windows) < len(faults) or askers.answered < plan.answers:
        fault = faults[len(windows) % len(faults)]
        told(f"{askers.answered} answers; {fault.name}: {fault.says}")
        before = len(askers.heard)
        async with fault.strikes(stage):
            await asyncio.sleep(fault.seconds)
        healed_s = await _answered_by_all(stage, askers)
        await asyncio.sleep(plan.calm_s)
        windows.append(_window(fault.name, askers.heard[before:], healed_s))
    return windows


async def _answered_by_all(stage: Stage, askers: Askers) -> float | None:
    """Wait for an answer of each gateway, and give how long the last one let wait."""
    loop = asyncio.get_running_loop()
    since, seen = loop.time(), len(askers.heard)
    first: dict[Office, float] = {}
    while loop.time() < since + _HEALING_S:
        for heard in askers.heard[seen:]:
            if heard.kind == Kind.ANSWERED:
                first.setdefault(heard.office, heard.ended - since)
        seen = len(askers.heard)
        if len(first) == len(stage.offices):
            return max(first.values())
        await asyncio.sleep(_LOOK_AGAIN_S)
    return None


def _window(fault: str, heard: Sequence[Heard], healed_s: float | None) -> Window:
    kinds = [each.kind for each in heard]
    answered, refused, lost = (kinds.count(kind) for kind in (Kind.ANSWERED, Kind.REFUSED, Kind.LOST))
    return Window(fault, answered, refused, lost, max((each.took for each in heard), default=0.0), healed_s)


def _is_late(heard: Heard, askers: Askers, allowed: float) -> bool:
    if heard.took <= allowed:
        return False
    stood = sum(max(0.0, min(until, heard.ended) - max(since, heard.begun)) for since, until in heard.office.held_up)
    return heard.took > allowed + stood + askers.own_delay(heard)


async def _sealed(database: Database) -> None:
    """Wait until every entry is in the log."""
    loop = asyncio.get_running_loop()
    until = loop.time() + _SEALED_S
    while (await database.ask(_UNSEALED))[0][0] and loop.time() < until:  # noqa: ASYNC110 (of another process)
        await asyncio.sleep(_SEAL_AGAIN_S)
