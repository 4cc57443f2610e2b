"""The office of one caller: proposes, reviews, approves, publishes and reads versions of the catalogue (Art. 26).

Who may is asked first, then what is wrong is told all at once; a step is an entry of the trail before it is written.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from gateway.access.callers import Caller
from gateway.access.papers.desk import folded, reasoned
from gateway.audit.codes import CATALOGUE
from gateway.audit.entry import Entry, Receipt
from gateway.audit.retention.acts import entry_of_act
from gateway.collection.catalogue import rights
from gateway.collection.catalogue.declared import declared
from gateway.collection.catalogue.errors import BreakingChanges, CatalogueRefused, NoSuchVersion
from gateway.collection.catalogue.procedure import VersionStep, in_force, state_at, version_step
from gateway.collection.catalogue.register import CatalogueRegister
from gateway.collection.catalogue.version import KeptStep, KeptVersion
from gateway.errors import BadUserInput, Text
from schema.catalogue_versions import (
    Change,
    applied,
    changes,
    digest_of,
    document_problems,
    is_overlay,
    overlay_problems,
)
from schema.catalogue_versions.overlay import MUNICIPAL
from schema.catalogue_versions.shown import (
    CatalogueChange,
    CatalogueVersion,
    CatalogueVersionState,
    CatalogueVersionStep,
    change_shown,
)
from schema.days import day_of

__all__ = ["CallersCatalogues", "CatalogueOffice", "Proposed"]

DECLARED: Final = "declared"
"""The name of what runs, where a version is asked for."""


class Proposed(NamedTuple):
    """A version that was taken in, and what it would change."""

    version: KeptVersion
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class CallersCatalogues:
    """What one caller may read of versions: `schema.catalogue_versions.shown.CatalogueDesk`."""

    register: CatalogueRegister
    caller: Caller
    now: float

    @property
    def today(self) -> date:
        """The day in Zhengzhou."""
        return day_of(self.now)

    async def versions(self, region: str | None) -> list[CatalogueVersion]:
        """Give the versions that the caller may see, the newest first."""
        kept = await self.register.versions(region)
        return [self._shown(each, kept) for each in kept if self._sees(each)]

    async def changes(self, region: str, before: str | None, after: str | None) -> list[CatalogueChange]:
        """Give what one version changes of another."""
        return [change_shown(each) for each in await self.compared(region, before, after)]

    async def compared(self, region: str, before: str | None, after: str | None) -> list[Change]:
        """Give what *after* changes of *before*: by number, else what is declared, and what is in force.

        Raises:
            NoSuchVersion: there is none of that number for this caller.

        """
        return changes(await self.whole(region, before), await self.whole(region, after or DECLARED))

    async def whole(self, region: str, number: str | None) -> Mapping[str, Any]:
        """Give a region's whole catalogue of a version; of the one in force where no number is given.

        Raises:
            NoSuchVersion: there is none of that number for this caller.

        """
        if number == DECLARED:
            return declared()
        kept = await self.register.versions(region)
        if number is None:
            found = in_force(kept, region, self.today)
            if found is None:
                return await self._municipal()
        else:
            found = next((each for each in kept if each.version == number and self._sees(each)), None)
        if found is None:
            raise NoSuchVersion(Text(f"{region} has no version {number}", f"{region} 没有版本 {number}"))
        document = await self.register.document(found)
        return document if found.is_municipal else applied(document, await self._municipal())

    async def _municipal(self) -> Mapping[str, Any]:
        """Give the municipal catalogue in force; where none was published, what is declared."""
        found = in_force(await self.register.versions(MUNICIPAL), MUNICIPAL, self.today)
        return declared() if found is None else await self.register.document(found)

    def _sees(self, version: KeptVersion) -> bool:
        return version.state is CatalogueVersionState.PUBLISHED or rights.reads_all(self.caller)

    def _shown(self, version: KeptVersion, versions: Sequence[KeptVersion]) -> CatalogueVersion:
        now = in_force(versions, version.region, self.today)
        steps = version.steps if rights.reads_all(self.caller) else ()
        return CatalogueVersion(
            region=version.region,
            version=version.version,
            state=state_at(version, versions, self.today),
            effective_from=version.effective_from,
            digest=version.digest,
            breaking=version.breaking,
            in_force=now is not None and now.version == version.version,
            history=[
                CatalogueVersionStep(
                    at=each.at,
                    actor=each.actor,
                    to=each.to_state,
                    reason=each.reason,
                    organisation=each.organisation,
                    from_=each.from_state,
                )
                for each in steps
            ],
        )


@dataclass(frozen=True, slots=True)
class CatalogueOffice(CallersCatalogues):
    """All that one caller may do with versions."""

    append: Callable[[Entry], Awaitable[Receipt]]

    async def propose(self, document: object, effective_from: date, reason: str) -> Proposed:
        """Take a version in: the city's whole catalogue, or a county's overlay; and say what it would change.

        Raises:
            Forbidden: this caller proposes none.
            CatalogueRefused: it is none, with every problem.
            BadUserInput: its day has passed, it gives no reason, or its number was used.

        """
        rights.propose(self.caller)
        self._reasoned(reason)
        if effective_from < self.today:
            raise BadUserInput(Text("effective-from: that day has passed", "effective-from：该日期已过"))
        region, found = await self._compared_with_force(document)
        assert isinstance(document, Mapping)  # noqa: S101 (what was compared is one)
        version = KeptVersion(
            region=region,
            version=str(document["version"]),
            state=CatalogueVersionState.PROPOSED,
            effective_from=effective_from,
            digest=digest_of(document),
            breaking=sum(each.breaking for each in found),
            proposed_by=self.caller.person,
            proposed_at=self._at,
            document=document,
        )
        step = self._step(None, CatalogueVersionState.PROPOSED, reason)
        known = {each.version for each in await self.register.versions(region)}
        if version.version in known:
            said = Text(f"there is a version {version.version} already", f"版本 {version.version} 已存在")
            raise BadUserInput(said)
        await self._record(version, "propose", reason)
        await self.register.keep(replace(version, steps=(step,)))
        return Proposed(version, found)

    async def review(self, region: str, number: str, *, accepts: bool, reason: str) -> KeptVersion:
        """Review a version for the centre."""
        version = await self._version(region, number)
        rights.review(self.caller, version)
        step = VersionStep.REVIEW if accepts else VersionStep.REFUSE_REVIEW
        return await self._move(version, step, reason, reviewed_by=self.caller.person)

    async def approve(self, region: str, number: str, *, accepts: bool, reason: str) -> KeptVersion:
        """Approve what the centre has reviewed, for the supervisor."""
        version = await self._version(region, number)
        rights.approve(self.caller, version)
        return await self._move(version, VersionStep.APPROVE if accepts else VersionStep.REFUSE_APPROVAL, reason)

    async def publish(self, region: str, number: str, *, knows_breaking: bool, reason: str) -> KeptVersion:
        """Publish what was approved; whatever it breaks is named first.

        Raises:
            BreakingChanges: it breaks something, and nobody said that they know.
            CatalogueRefused: what it rests on has changed since it was proposed.
            BadUserInput: its day has passed.

        """
        version = await self._version(region, number)
        rights.publish(self.caller)
        version_step(version.state, VersionStep.PUBLISH)
        if version.effective_from < self.today:
            said = "its day has passed since it was proposed: propose it anew", "生效日期已过，请重新提出"
            raise BadUserInput(Text(*said))
        _, found = await self._compared_with_force(await self.register.document(version))
        breaking = [each for each in found if each.breaking]
        if breaking and not knows_breaking:
            raise BreakingChanges(breaking)
        return await self._move(version, VersionStep.PUBLISH, reason)

    async def _compared_with_force(self, document: object) -> tuple[str, list[Change]]:
        """Check a document against what is in force, and say of which region it is and what it would change."""
        municipal = await self._municipal()
        if not is_overlay(document):
            problems = document_problems(document)
            if problems:
                raise CatalogueRefused(problems)
            assert isinstance(document, Mapping)  # noqa: S101 (as was checked)
            return MUNICIPAL, changes(municipal, document)
        assert isinstance(document, Mapping)  # noqa: S101 (it names a region)
        problems = overlay_problems(document, municipal)
        if problems:
            raise CatalogueRefused(problems)
        region = str(document["region"])
        return region, changes(await self.whole(region, None), applied(document, municipal))

    async def _version(self, region: str, number: str) -> KeptVersion:
        kept = await self.register.versions(region)
        found = next((each for each in kept if each.version == number and self._sees(each)), None)
        if found is None:
            raise NoSuchVersion(Text(f"{region} has no version {number}", f"{region} 没有版本 {number}"))
        return found

    async def _move(
        self, version: KeptVersion, step: VersionStep, reason: str, *, reviewed_by: str | None = None
    ) -> KeptVersion:
        to = version_step(version.state, step)
        self._reasoned(reason)
        await self._record(version, step.value.lower().replace("_", " "), reason)
        await self.register.move(version, self._step(version.state, to, reason), reviewed_by=reviewed_by)
        return await self._version(version.region, version.version)

    async def _record(self, version: KeptVersion, act: str, reason: str) -> None:
        about = {"region": version.region, "version": version.version, "digest": version.digest}
        entry = entry_of_act(CATALOGUE, f"{act} catalogue", about, person=self.caller.person, reason=folded(reason))
        kind = self.caller.organisation_kind
        await self.append(entry._replace(organisation=self.caller.organisation or "", organisation_kind=kind))

    def _step(self, came_from: CatalogueVersionState | None, to: CatalogueVersionState, reason: str) -> KeptStep:
        return KeptStep(self._at, self.caller.person, self.caller.organisation, came_from, to, folded(reason))

    def _reasoned(self, reason: str) -> None:
        problems = reasoned(reason)
        if problems:
            said = problems[0].said
            raise BadUserInput(Text(f"reason: {said.english}", f"reason：{said.chinese}"))

    @property
    def _at(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)
