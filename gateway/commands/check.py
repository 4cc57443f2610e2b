"""Every problem that would stop the gateway or make it untrue, found at once: what ``xinyong check`` says."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from connectors.registry import ConnectorsRefused, discover
from connectors.wall import Standing, Wall
from gateway.access.log_key import LogKeyFiles
from gateway.access.papers.evidence import folder_problem
from gateway.collection.catalogue import CatalogueRegister, counties_in_force, difference
from gateway.collection.catalogue.errors import CatalogueUnavailable
from gateway.collection.rulebook import missing, read_rules
from gateway.errors import GatewayError, SettingsError
from gateway.settings import Settings
from gateway.store import NotMigrated, Store, missing_in_centre, open_store, require_migrated, standing
from gateway.store.durability import ASKED, unsafe
from schema.days import day_of
from schema.errors import DefinitionError

__all__ = ["UNREACHABLE", "Problem", "first_line", "notes", "problems"]

_CENTRE = "CREDIT_CENTRE"
"""Whose records are in the gateway's own database where the settings name no other."""
_OF_A_COUNTY = "the overlay of {} is in force, and this house serves the city: no tier is raised by it (Art. 26)"
UNREACHABLE = (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What a database raises that is not there, or does not let us in."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend, and the room it belongs to."""

    room: str
    text: str


async def problems(read: Callable[[], Settings]) -> list[Problem]:
    """Give every problem of the settings that *read* gives, of catalogue, connectors, graph and database."""
    found = _of_catalogue()
    try:
        settings = read()
    except SettingsError as error:
        return [*(Problem("settings", each) for each in error.problems), *found, *_of_connectors(())]
    found += [
        *_of_connectors(settings.connectors),
        *_of_graph(settings),
        *_of_login(settings),
        *_of_evidence(settings),
        *_of_rules(settings),
        *[each for each, breaking in await _of_published(settings) if breaking],
        *await _of_database(settings),
        *await _of_centre(settings),
    ]
    return [*found, *(problem for wall, problem in await _of_walls(settings) if wall.up)]


async def notes(read: Callable[[], Settings]) -> list[Problem]:
    """Give what could be better and stops nothing: a wall that is down, a year without notice, a key half replaced."""
    try:
        settings = read()
    except SettingsError:
        return []
    walls = [note for wall, note in await _of_walls(settings) if not wall.up]
    published = [each for each, breaking in await _of_published(settings) if not breaking]
    return [*walls, *published, *await _of_calendar(settings), *_of_log_key(settings)]


def first_line(error: Exception) -> str:
    """Give what an error says first, or its name."""
    return next(iter(str(error).splitlines()), type(error).__name__)


def _of_catalogue() -> list[Problem]:
    try:
        from gateway.commands.graph import differences
    except DefinitionError as error:
        return [Problem("catalogue", str(error))]
    if differences(None):
        return [Problem("catalogue", "schema/subject.graphql is not what is declared: see `xinyong schema check`")]
    return []


def _of_connectors(addressed: Iterable[str]) -> list[Problem]:
    try:
        installed = discover()
    except ConnectorsRefused as refused:
        return [Problem("connectors", each) for each in refused.problems]
    return [
        Problem("connectors", f"connectors.{agency}: no such connector is installed, only {', '.join(installed)}")
        for agency in addressed
        if agency not in installed
    ]


def _of_graph(settings: Settings) -> list[Problem]:
    """Give what is wrong with the graph that a city brought along, if there is one."""
    if not settings.foreign.is_served:
        return []
    from gateway.answer.foreign import read_graph

    try:
        read_graph(settings.foreign)
    except GatewayError as error:
        return [Problem("graph", error.detail.english)]
    return []


def _of_evidence(settings: Settings) -> list[Problem]:
    """Say whether files that prove papers can be kept (Art. 18)."""
    problem = folder_problem(settings.evidence_folder)
    return [] if problem is None else [Problem("evidence", problem)]


def _of_rules(settings: Settings) -> list[Problem]:
    """Name the matters of Art. 14 for which no rule is in force (R14.1)."""
    try:
        lacking = missing(read_rules(settings.rules.file), day_of(time.time()))
    except GatewayError as error:
        return [Problem("rules", line) for line in error.detail.english.splitlines()]
    return [Problem("rules", f"no rule on {each.value} ({each.chinese}) is in force (Art. 14)") for each in lacking]


async def _of_published(settings: Settings) -> list[tuple[Problem, bool]]:
    """Say where what runs is not the catalogue that was published, and whether that breaks something (Art. 26)."""
    try:
        store = open_store(settings.database.url)
    except GatewayError:
        return []  # what is wrong with the address is told elsewhere
    try:
        if store.address.path is not None and not store.address.path.is_file():
            return []
        register, today = CatalogueRegister(store.engine), day_of(time.time())
        found, counties = await difference(register, today), await counties_in_force(register, today)
    except CatalogueUnavailable:
        return []
    finally:
        await store.close()
    told = [(Problem("catalogue", _OF_A_COUNTY.format(region)), False) for region in counties]
    if found is None:
        return told
    first, others = found.changes[0], len(found.changes) - 1
    what = f"what runs is not version {found.version}, which was published: {first.coordinate}: {first.said.english}"
    more = f", and {others} more" if others else ""
    return [*told, (Problem("catalogue", f"{what}{more}: see `xinyong catalogue diff`"), bool(found.breaking))]


def _of_login(settings: Settings) -> list[Problem]:
    """Give what keeps people from logging in with a browser."""
    from gateway.web.console import client_of

    try:
        client_of(settings)
    except GatewayError as error:
        return [Problem("login", error.detail.english)]
    return []


async def _of_calendar(settings: Settings) -> list[Problem]:
    """Say which year nobody announced, though it ought to be by now (AMB-14); without tables nothing is said."""
    from gateway.commands.calendar import notes_of
    from gateway.workdays import Calendars

    try:
        store = open_store(settings.database.url)
    except GatewayError:
        return []
    try:
        return [Problem("calendar", each) for each in notes_of(await Calendars(store.engine).current(), time.time())]
    except UNREACHABLE:
        return []
    finally:
        await store.close()


def _of_log_key(settings: Settings) -> list[Problem]:
    """Say that the log's key was not replaced to the end (R19.10)."""
    try:
        waiting = LogKeyFiles(settings.keys.folder).next()
    except GatewayError as error:
        return [Problem("keys", error.detail.english)]
    if waiting is None:
        return []
    return [Problem("keys", "log-next.key is there: the former key is not gone; run `xinyong keys rotate-log` again")]


async def _of_database(settings: Settings) -> list[Problem]:
    try:
        store = open_store(settings.database.url)
    except GatewayError as error:
        return [Problem("database", str(error.detail.english))]
    try:
        if not store.address.is_postgresql:
            return []
        return await _of_postgresql(store, require_standby=settings.audit.require_standby)
    except UNREACHABLE as error:
        return [Problem("database", f"cannot be used at database.url: {first_line(error)}")]
    finally:
        await store.close()


async def _of_centre(settings: Settings) -> list[Problem]:
    """Say whether what agencies report can be taken in, where the centre's records are in a database of their own."""
    if settings.centre.url == settings.database.url:
        return []
    try:
        store = open_store(settings.centre.url)
    except GatewayError as error:
        return [Problem("database", f"CREDIT_CENTRE: {error.detail.english}")]
    try:
        missing = await missing_in_centre(store) if store.address.is_postgresql else []
    except UNREACHABLE:
        return []  # an agency that is away stops nothing
    finally:
        await store.close()
    if not missing:
        return []
    return [Problem("database", f"CREDIT_CENTRE: it has no {', '.join(missing)}: run `xinyong migrate`")]


async def _of_postgresql(store: Store, *, require_standby: bool) -> list[Problem]:
    """Ask what the server promises: an entry that is not on its disk is no entry (Art. 19)."""
    async with store.engine.connect() as connection:
        promised = (await connection.execute(text(ASKED))).mappings().one()
    found = [Problem("database", each) for each in unsafe(dict(promised), require_standby=require_standby)]
    try:
        await require_migrated(store.engine)
    except NotMigrated as error:
        found.append(Problem("database", str(error.detail.english)))
    return found


async def _of_walls(settings: Settings) -> list[tuple[Standing, Problem]]:
    """Give what is to be said of each wall: how it stands, and what to do; nothing of one that stands as it should."""
    try:
        installed = discover()
    except ConnectorsRefused:
        return []
    found = []
    for agency, connector in installed.items():
        source = settings.connectors.get(agency)
        url = source.url if source else settings.database.url if agency == _CENTRE else None
        stands = await _standing(url, connector.wall) if connector.wall and url else None
        if stands is not None and connector.wall is not None:
            said = _said(stands, connector.wall)
            found += [(stands, Problem("database", f"{agency}: {said}"))] if said else []
    return found


def _said(stands: Standing, wall: Wall) -> str | None:
    if not stands.up:
        return "the second wall is not up: run deploy/postgres/roles.sql, then `xinyong migrate`"
    if not stands.member:
        return "the second wall's roles are not ours to take, so nothing can be read: run deploy/postgres/roles.sql"
    if stands.digest != wall.digest():
        return "the second wall is of another version: run `xinyong migrate`"
    return None


async def _standing(url: str, wall: Wall) -> Standing | None:
    """Say how a wall stands; None where no PostgreSQL has its table: what is wrong then is said elsewhere."""
    try:
        store = open_store(url)
    except GatewayError:
        return None
    try:
        if not store.address.is_postgresql:
            return None
        async with store.engine.connect() as connection:
            stands = await connection.run_sync(lambda sync: standing(sync, wall))
    except UNREACHABLE:
        return None
    finally:
        await store.close()
    return stands if stands.there else None
