"""The people of the demonstration before the register of versions, and catalogues ready to be proposed."""

import copy
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from gateway.access.callers import PUBLIC_CALLER, Caller
from gateway.access.personas import PERSONAS
from gateway.audit.entry import Entry, Receipt
from gateway.collection.catalogue import CatalogueOffice, CatalogueRegister, KeptVersion
from gateway.errors import AuditUnavailable
from schema.catalogue import export
from schema.days import day_of

NOW: Final = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TODAY: Final = date(2026, 11, 23)
CITY: Final = "410100"
DECLARED: Final[dict[str, Any]] = json.loads(json.dumps(export()))


def caller(persona: str) -> Caller:
    """Give a persona as a caller."""
    who = PERSONAS[persona]
    if who.is_public:
        return PUBLIC_CALLER
    roles = frozenset() if who.role is None else frozenset({who.role})
    return Caller(f"demo:{persona}", who.person, who.organisation, who.kind, roles, None, "jti")


def catalogue(version: str, *, tier: str | None = None) -> dict[str, Any]:
    """Give what is declared under another number, with another tier of a rating's grade."""
    document = copy.deepcopy(DECLARED)
    document["version"] = version
    grade = document["recordTypes"][1]["fields"][2]
    grade["tier"] = tier or grade["tier"]
    return document


def overlay(version: str = "1", base: str | None = None, **over: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
    """Give a county's overlay that raises one tier."""
    told = {"version": version, "region": "410181", "base": base or DECLARED["version"], "tiers": {"Honour": "B"}}
    return {**told, **over}


@dataclass
class Offices:
    """The offices, and what they wrote into the trail."""

    register: CatalogueRegister
    entries: list[Entry] = field(default_factory=list)
    trail_is_down: bool = False
    now: datetime = NOW

    async def append(self, entry: Entry) -> Receipt:
        """Keep an entry, or refuse."""
        if self.trail_is_down:
            raise AuditUnavailable
        self.entries.append(entry)
        return Receipt(1, len(self.entries), b"")

    def of(self, persona: str, *, days: int = 0) -> CatalogueOffice:
        """Give the office as a persona finds it, some days from today."""
        return CatalogueOffice(self.register, caller(persona), self.now.timestamp() + 86_400 * days, self.append)

    async def approved(self, document: dict[str, Any], days: int = 7) -> KeptVersion:
        """Bring a version as far as its approval."""
        proposed = await self.of("tax-officer").propose(
            document, day_of(self.now.timestamp()) + timedelta(days), "业务调整"
        )
        region, number = proposed.version.region, proposed.version.version
        await self.of("centre-approver").review(region, number, accepts=True, reason="材料齐全")
        return await self.of("supervisor").approve(region, number, accepts=True, reason="同意变更")

    async def published(self, document: dict[str, Any], days: int = 7) -> KeptVersion:
        """Bring a version into force, some days from today."""
        version = await self.approved(document, days)
        office = self.of("centre-operator")
        return await office.publish(version.region, version.version, knows_breaking=True, reason="依法发布")
