"""The steps of a version of the catalogue in the graph: proposed, reviewed, approved, published (Art. 5, 26; R26.1)."""

import enum
from collections.abc import Sequence
from datetime import date
from typing import Protocol

import strawberry
from strawberry.scalars import JSON

from schema.catalogue_versions.overlay import MUNICIPAL
from schema.catalogue_versions.shown import CatalogueChange, CatalogueDesk, CatalogueVersion
from schema.context import Context
from schema.desk import UserError

__all__ = ["CatalogueDecision", "CatalogueMutation", "CataloguePayload", "CatalogueStepInput", "CatalogueStepsDesk"]


@strawberry.enum(description="审核结论")
class CatalogueDecision(enum.StrEnum):
    """What is decided on a version."""

    ACCEPT = "ACCEPT"
    REJECT = "REJECT"


@strawberry.type(description="A version after what was done to it, or all that is wrong with it")
class CataloguePayload:
    """Where ``errors`` is not empty nothing was done; ``changes`` are those of a version that was proposed."""

    version: CatalogueVersion | None
    changes: list[CatalogueChange]
    errors: list[UserError]


@strawberry.input(description="A version on its way, and why it is moved")
class CatalogueStepInput:
    """``region`` is the city's, or a county's."""

    version: str
    reason: str
    region: str = MUNICIPAL


class CatalogueStepsDesk(CatalogueDesk, Protocol):
    """What one caller may do with versions, at one moment; what it cannot mend is raised.

    Forbidden, NoSuchVersion, StateConflict, CatalogueUnavailable, AuditUnavailable.
    """

    async def propose_version(self, document: object, effective_from: date, reason: str) -> CataloguePayload:
        """Propose the city's whole catalogue, or a county's overlay."""
        ...

    async def review_version(self, step: CatalogueStepInput, decision: CatalogueDecision) -> CataloguePayload:
        """Review for the centre."""
        ...

    async def approve_version(self, step: CatalogueStepInput, decision: CatalogueDecision) -> CataloguePayload:
        """Approve for the supervisor."""
        ...

    async def publish_version(self, step: CatalogueStepInput, *, knows_breaking: bool) -> CataloguePayload:
        """Publish what was approved."""
        ...


def payload(
    version: CatalogueVersion | None, changes: Sequence[CatalogueChange] = (), errors: Sequence[UserError] = ()
) -> CataloguePayload:
    """Give what became of a step."""
    return CataloguePayload(version=version, changes=list(changes), errors=list(errors))


def _desk(info: strawberry.Info) -> CatalogueStepsDesk:
    context: Context = info.context
    return context.catalogues


async def _propose(info: strawberry.Info, document: JSON, effective_from: date, reason: str) -> CataloguePayload:
    return await _desk(info).propose_version(document, effective_from, reason)


async def _review(info: strawberry.Info, step: CatalogueStepInput, decision: CatalogueDecision) -> CataloguePayload:
    return await _desk(info).review_version(step, decision)


async def _approve(info: strawberry.Info, step: CatalogueStepInput, decision: CatalogueDecision) -> CataloguePayload:
    return await _desk(info).approve_version(step, decision)


async def _publish(
    info: strawberry.Info,
    step: CatalogueStepInput,
    knows_breaking: bool | None = False,  # noqa: FBT001, FBT002 (the field's own argument)
) -> CataloguePayload:
    return await _desk(info).publish_version(step, knows_breaking=bool(knows_breaking))


@strawberry.type(description="The steps of versions of the catalogue")
class CatalogueMutation:
    """By three persons: the centre cannot approve its own change (Art. 5, 26)."""

    propose_catalogue_version: CataloguePayload | None = strawberry.field(
        resolver=_propose,
        description="Propose a version: an agency's officer or an operator of the centre; `document` is as "
        "`xinyong catalogue export --json` prints one, or a county's overlay (Art. 26)",
    )
    review_catalogue_version: CataloguePayload | None = strawberry.field(
        resolver=_review, description="Review a version: an approver of the centre who did not propose it"
    )
    approve_catalogue_version: CataloguePayload | None = strawberry.field(
        resolver=_approve, description="Approve what was reviewed: the supervisor, a third person"
    )
    publish_catalogue_version: CataloguePayload | None = strawberry.field(
        resolver=_publish, description="Publish what was approved: the centre; what it breaks is named first"
    )
