"""The desk at which one caller reads versions and moves them: `schema.catalogue_versions.desk` (Art. 26; R26.1).

Each step goes through the office, and so is an entry of its own before it is written.
"""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import date

from gateway.access.papers.problems import Problem, unusable, user_error
from gateway.collection.catalogue.errors import BreakingChanges, CatalogueRefused
from gateway.collection.catalogue.office import CatalogueOffice
from gateway.collection.catalogue.procedure import BASIS
from gateway.collection.catalogue.version import KeptVersion
from gateway.errors import BadUserInput
from schema.catalogue_versions.desk import CatalogueDecision, CataloguePayload, CatalogueStepInput, payload
from schema.catalogue_versions.shown import CatalogueChange, CatalogueVersion, change_shown
from schema.desk import UserError

__all__ = ["CatalogueCounter"]

_ACCEPT = CatalogueDecision.ACCEPT


@dataclass(frozen=True, slots=True)
class CatalogueCounter:
    """An office, as the graph comes to it: what the caller can mend stands in the payload."""

    office: CatalogueOffice

    async def versions(self, region: str | None) -> Sequence[CatalogueVersion]:
        """Give the versions that the caller may see."""
        return await self.office.versions(region)

    async def changes(self, region: str, before: str | None, after: str | None) -> Sequence[CatalogueChange]:
        """Give what one version changes of another."""
        return await self.office.changes(region, before, after)

    async def propose_version(self, document: object, effective_from: date, reason: str) -> CataloguePayload:
        """Propose a version, and say what it would change; or all that is wrong with it."""
        try:
            done = await self.office.propose(document, effective_from, reason)
        except (CatalogueRefused, BadUserInput) as refused:
            return payload(None, errors=_problems(refused))
        shown = [change_shown(each) for each in done.changes]
        return payload(await self._shown(done.version), shown)

    async def review_version(self, step: CatalogueStepInput, decision: CatalogueDecision) -> CataloguePayload:
        """Review a version for the centre."""
        accepts = decision is _ACCEPT
        return await self._moved(self.office.review(step.region, step.version, accepts=accepts, reason=step.reason))

    async def approve_version(self, step: CatalogueStepInput, decision: CatalogueDecision) -> CataloguePayload:
        """Approve a version for the supervisor."""
        accepts = decision is _ACCEPT
        return await self._moved(self.office.approve(step.region, step.version, accepts=accepts, reason=step.reason))

    async def publish_version(self, step: CatalogueStepInput, *, knows_breaking: bool) -> CataloguePayload:
        """Publish a version that was approved."""
        publishing = self.office.publish(step.region, step.version, knows_breaking=knows_breaking, reason=step.reason)
        return await self._moved(publishing)

    async def _moved(self, moving: Awaitable[KeptVersion]) -> CataloguePayload:
        try:
            version = await moving
        except (CatalogueRefused, BreakingChanges, BadUserInput) as refused:
            return payload(None, errors=_problems(refused))
        return payload(await self._shown(version))

    async def _shown(self, version: KeptVersion) -> CatalogueVersion:
        listed = await self.office.versions(version.region)
        return next(each for each in listed if each.version == version.version)


def _problems(refused: CatalogueRefused | BreakingChanges | BadUserInput) -> list[UserError]:
    if isinstance(refused, CatalogueRefused):
        told = [Problem(each.code, ("document", each.place or ""), each.said, BASIS) for each in refused.problems]
    elif isinstance(refused, BreakingChanges):
        told = [Problem(refused.code, ("version", each.coordinate), each.said, BASIS) for each in refused.changes]
    else:
        told = [unusable(("input",), refused.detail)]
    return [user_error(each) for each in told]
