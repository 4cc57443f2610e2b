"""Versions of the catalogue as the graph shows them: where each is on its way, and what it changes (Art. 26)."""

import enum
from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

import strawberry
from strawberry import UNSET

from schema.catalogue_versions.changes import Change, ChangeKind
from schema.catalogue_versions.overlay import MUNICIPAL
from schema.context import Context

__all__ = [
    "CatalogueChange",
    "CatalogueDesk",
    "CatalogueVersion",
    "CatalogueVersionState",
    "CatalogueVersionStep",
    "catalogue_changes",
    "catalogue_versions",
    "change_shown",
]

strawberry.enum(ChangeKind, name="CatalogueChangeKind", description="目录变更种类 (R26.1)")


@strawberry.enum(description="目录版本状态 (R26.1): proposed, reviewed, approved, published by three persons")
class CatalogueVersionState(enum.StrEnum):
    """Where a version is; a published one is superseded when the next has come into force."""

    PROPOSED = "PROPOSED"
    REVIEWED = "REVIEWED"
    APPROVED = "APPROVED"
    PUBLISHED = "PUBLISHED"
    SUPERSEDED = "SUPERSEDED"
    REJECTED = "REJECTED"


@strawberry.type(description="One step of a version: by whom, when, why")
class CatalogueVersionStep:
    """A transition; the first comes from none."""

    at: datetime
    actor: str
    to: CatalogueVersionState
    reason: str
    organisation: str | None = None
    from_: CatalogueVersionState | None = strawberry.field(default=None, name="from")


@strawberry.type(description="目录版本: a version of the catalogue of the city, or of a county (Art. 26)")
class CatalogueVersion:
    """A version by region and number."""

    region: str = strawberry.field(description="410100 the city, else a county")
    version: str
    state: CatalogueVersionState
    effective_from: date
    digest: str = strawberry.field(description="SHA-256 of what it says")
    breaking: int = strawberry.field(description="Breaking changes against what was in force when it was proposed")
    in_force: bool = strawberry.field(description="Whether it is the one in force today")
    history: list[CatalogueVersionStep] = strawberry.field(description="For staff and agencies; empty for the public")


@strawberry.type(description="One change from a version to another")
class CatalogueChange:
    """What differs, where, and whether it breaks something for somebody."""

    kind: ChangeKind
    coordinate: str
    breaking: bool
    said: str
    said_chinese: str
    before: str
    after: str


class CatalogueDesk(Protocol):
    """What one caller may read of the versions, at one moment; raises CatalogueUnavailable, NoSuchVersion."""

    async def versions(self, region: str | None) -> Sequence[CatalogueVersion]:
        """Give the versions of a region, of all where none is named; the newest first."""
        ...

    async def changes(self, region: str, before: str | None, after: str | None) -> Sequence[CatalogueChange]:
        """Give what one version changes of another; without a number, of what is in force and what is declared."""
        ...


def _desk(info: strawberry.Info) -> CatalogueDesk:
    context: Context = info.context
    return context.catalogues


async def catalogue_versions(info: strawberry.Info, region: str | None = UNSET) -> list[CatalogueVersion]:
    """Give versions."""
    return list(await _desk(info).versions(region or None))


async def catalogue_changes(
    info: strawberry.Info,
    region: str | None = MUNICIPAL,
    before: str | None = UNSET,
    after: str | None = UNSET,
) -> list[CatalogueChange]:
    """Give changes."""
    return list(await _desk(info).changes(region or MUNICIPAL, before or None, after or None))


def change_shown(change: Change) -> CatalogueChange:
    """Write a change as the graph does."""
    return CatalogueChange(
        kind=change.kind,
        coordinate=change.coordinate,
        breaking=change.breaking,
        said=change.said.english,
        said_chinese=change.said.chinese,
        before=change.before,
        after=change.after,
    )
