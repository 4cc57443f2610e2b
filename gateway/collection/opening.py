"""Opens the rooms of collection over the house's databases, trail, caches and day (Art. 7 to 14, 20, 25, 26)."""

import functools
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from connectors.connector import Connector
from gateway.access.callers import Caller
from gateway.access.keys import Keys
from gateway.collection.catalogue import (
    CatalogueCounter,
    CatalogueOffice,
    CatalogueRegister,
    counties_in_force,
    difference,
)
from gateway.collection.catalogue.errors import CatalogueUnavailable
from gateway.collection.centre import Centre
from gateway.collection.intake import Bounds, CallersReports, Identities, Intake, Ledger
from gateway.collection.intake.intake import Append, Dropping
from gateway.collection.intake.sync import Synchronisation
from gateway.collection.intake.syncing import Syncing
from gateway.collection.obligations import (
    Correspondence,
    ObligationKeeping,
    ObligationsRoom,
    Override,
    Rules,
    open_room,
)
from gateway.collection.officers import CallersOfficers, OfficerRegister
from gateway.collection.officers.demonstration import demonstration_officers
from gateway.collection.officers.errors import OfficersUnavailable
from gateway.collection.quality import QualityRoom
from gateway.collection.quarantine import (
    Aftermath,
    CallersQuarantine,
    Consents,
    Firewall,
    QuarantineRegister,
    Withdrawal,
)
from gateway.collection.retention import DailyDeletion, Deletion, Kept, WaitingRows
from gateway.collection.violations import CallersCases, CaseRegister, Cases
from gateway.collection.violations.allegations import Allegations
from gateway.collection.violations.watching import Watching
from gateway.errors import StartRefused
from gateway.settings import Settings
from gateway.store import Store
from schema.days import day_of

__all__ = [
    "Ground",
    "OpenCollection",
    "Working",
    "obligations_of",
    "offset_s",
    "open_collection",
]

_LOG: Final = logging.getLogger("xinyong")


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What these rooms stand on: both databases, who reports, and what makes entries durable and caches forget."""

    store: Store
    centre: Centre
    ledger: Ledger
    keys: Keys
    append: Append
    dropping: Dropping


@dataclass(frozen=True, slots=True, eq=False)
class OpenCollection:
    """The rooms, open, and how each caller finds the desks in them."""

    store: Store
    keys: Keys
    intake: Intake
    held: QuarantineRegister
    decided: Aftermath
    withdrawal: Withdrawal
    cases: CaseRegister
    allegations: Allegations
    obligations: ObligationsRoom
    quality: QualityRoom
    named: OfficerRegister
    officers: Callable[..., CallersOfficers]
    catalogues: Callable[[Caller, float], CatalogueCounter]
    violations: Callable[..., CallersCases]
    submissions: Callable[..., CallersReports]
    quarantine: Callable[..., CallersQuarantine]

    async def settle(self, settings: Settings) -> None:
        """Let the demonstration's agencies have named their officers, and say what runs.

        Raises:
            StartRefused: the database is of an earlier version.

        """
        await say_what_runs(self.store)
        if not settings.demo:
            return
        try:
            await self.named.name_first(demonstration_officers(self.intake.ledger.agencies))
        except OfficersUnavailable as failure:
            message = "the database has no register of officers, perhaps of an earlier version: run `make demo-reset`"
            raise StartRefused(message) from failure

    def work(self, settings: Settings, connectors: Mapping[str, Connector]) -> "Working":
        """Begin what these rooms do by themselves, in the running event loop."""
        clock, every_s, keys = self.intake.clock, settings.collection.sync_s, self.keys
        connected = Synchronisation(self.intake, connectors, keys)
        return Working(
            Syncing(connected, every_s) if every_s else None,
            ObligationKeeping(self.obligations, clock, settings.obligations.every_s),
            self._deleting(settings) if settings.retention.daily else None,
            Watching(self.allegations, clock),
        )

    def _deleting(self, settings: Settings) -> DailyDeletion:
        """Begin to delete once a day what has expired; else `xinyong expire` alone does it (Art. 20)."""
        intake, anchor = self.intake, settings.retention.anchor
        deletion = Deletion(
            intake.centre,
            self.keys,
            intake.append,
            intake.dropping,
            anchor,
            WaitingRows(intake.centre, self.held, anchor),
        )
        return DailyDeletion(deletion, lambda: day_of(intake.clock()))


@dataclass(frozen=True, slots=True, eq=False)
class Working:
    """What works in the background: each from its making to `close`; None is not to be done here."""

    syncing: Syncing | None
    """The daily run over connected systems (Art. 12)."""
    minding: ObligationKeeping
    """What brings obligations up to date (Art. 12, 13)."""
    deleting: DailyDeletion | None
    """What deletes once a day what has expired (Art. 20)."""
    watching: Watching
    """What looks once a day for evidence of violations (Art. 25)."""

    def figures(self) -> Iterable[tuple[str, str, float]]:
        """Give what is counted: name, meaning, value."""
        if self.deleting is not None:
            yield from self.deleting.figures()
        yield from self.watching.figures()

    async def close(self) -> None:
        """Stop; what broke off is taken up again where it was left."""
        for each in (self.watching, self.deleting, self.minding, self.syncing):
            if each is not None:
                await each.close()


def open_collection(settings: Settings, ground: Ground) -> OpenCollection:
    """Open the rooms as the settings have them."""
    store, keys, deadline_s = ground.store, ground.keys, settings.audit.deadline_s
    held = QuarantineRegister(ground.centre, keys)
    consents = Consents(store.engine, deadline_s)
    cases = CaseRegister(store.engine, deadline_s)
    opening = Cases(cases, ground.append)
    allegations = Allegations(store.engine, ground.centre, opening)
    named = OfficerRegister(store.engine, deadline_s)
    intake = _intake(settings, ground, Kept(keys, Firewall(consents, held)), allegations, named)
    decided = Aftermath(intake, opening)
    obligations = obligations_of(settings, store, ground.centre, ground.ledger, keys)
    return OpenCollection(
        store,
        keys,
        intake,
        held,
        decided,
        Withdrawal(ground.centre, consents, ground.dropping, ground.append),
        cases,
        allegations,
        obligations,
        QualityRoom(store.engine, ground.centre, ground.ledger, obligations.bring_up),
        named,
        functools.partial(CallersOfficers, named, ground.ledger),
        functools.partial(_counter, CatalogueRegister(store.engine, deadline_s), ground.append),
        functools.partial(CallersCases, cases, keys),
        functools.partial(CallersReports, intake, keys),
        functools.partial(CallersQuarantine, held, keys, decided.release, decided.confirm),
    )


def _counter(register: CatalogueRegister, append: Append, caller: Caller, now: float) -> CatalogueCounter:
    return CatalogueCounter(CatalogueOffice(register, caller, now, append))


def _intake(
    settings: Settings, ground: Ground, firewall: Kept, allegations: Allegations, named: OfficerRegister
) -> Intake:
    """Give the room in which agencies' submissions come in, over the centre's own database."""
    ahead_s, bounds = offset_s(settings), settings.collection
    return Intake(
        ground.centre,
        ground.ledger,
        Identities(ground.keys, allow_synthetic_region=settings.allow_synthetic_region),
        ground.append,
        ground.dropping,
        lambda: time.time() + ahead_s,
        Bounds(bounds.rows, bounds.atomic_rows),
        firewall,
        settings.retention.anchor,
        allegations,
        named,
    )


def obligations_of(settings: Settings, store: Store, centre: Centre, ledger: Ledger, keys: Keys) -> ObligationsRoom:
    """Give the room of obligations as the settings have it (Art. 12, 13)."""
    said = settings.obligations
    overrides = {name: Override(each.days, each.unit, each.legal_basis) for name, each in said.overrides.items()}
    return open_room(
        store.engine,
        centre,
        ledger,
        keys,
        rules=Rules(grace=said.grace_working_days, overrides=overrides),
        since=said.since,
        correspondence=Correspondence(said.sender, said.government, said.reminder_prefix, said.report_prefix),
    )


def offset_s(settings: Settings) -> float:
    """Give how far the demonstration's day lies from today, in seconds."""
    if settings.as_of is None:
        return 0.0
    return (settings.as_of - day_of(time.time())).days * 86_400.0


async def say_what_runs(store: Store) -> None:
    """Say in the log where what runs is not the catalogue that was published (Art. 26)."""
    try:
        register, today = CatalogueRegister(store.engine), day_of(time.time())
        found, counties = await difference(register, today), await counties_in_force(register, today)
    except CatalogueUnavailable as failure:
        _LOG.warning("nobody knows whether what runs is the published catalogue: %s", failure)
        return
    for region in counties:
        _LOG.warning("the overlay of %s is in force, and this house serves the city: no tier is raised by it", region)
    if found is not None:
        count, breaking = len(found.changes), len(found.breaking)
        _LOG.warning("what runs is not version %s: %d changes, %d breaking", found.version, count, breaking)
