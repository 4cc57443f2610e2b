"""How a version goes from state to state, and which one is in force on a day (Art. 26; R26.1). Pure."""

import enum
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from gateway.collection.catalogue.version import KeptVersion
from gateway.errors import StateConflict, Text
from schema.catalogue_versions.shown import CatalogueVersionState
from schema.disclosure import LegalBasis

__all__ = ["BASIS", "STEPS", "VersionStep", "in_force", "state_at", "version_step"]

State = CatalogueVersionState
BASIS: Final = LegalBasis("26")


class VersionStep(enum.StrEnum):
    """What somebody does to a version."""

    REVIEW = "REVIEW"
    REFUSE_REVIEW = "REFUSE_REVIEW"
    APPROVE = "APPROVE"
    REFUSE_APPROVAL = "REFUSE_APPROVAL"
    PUBLISH = "PUBLISH"


STEPS: Final[Mapping[tuple[State, VersionStep], State]] = MappingProxyType(
    {
        (State.PROPOSED, VersionStep.REVIEW): State.REVIEWED,
        (State.PROPOSED, VersionStep.REFUSE_REVIEW): State.REJECTED,
        (State.REVIEWED, VersionStep.APPROVE): State.APPROVED,
        (State.REVIEWED, VersionStep.REFUSE_APPROVAL): State.REJECTED,
        (State.APPROVED, VersionStep.PUBLISH): State.PUBLISHED,
    }
)
"""Every step of a version that there is; no step leads back."""


def version_step(state: State, step: VersionStep) -> State:
    """Give the state to which a step leads.

    Raises:
        StateConflict: there is no such step from the present state, which the error names.

    """
    to = STEPS.get((state, step))
    if to is None:
        said = Text(f"it is {state.value}", f"当前状态为 {state.value}")
        raise StateConflict(state.value, said, legal_basis=BASIS)
    return to


def in_force(versions: Iterable[KeptVersion], region: str, today: date) -> KeptVersion | None:
    """Give the version of a region that is in force on a day: the published one that began last."""
    begun = [
        each
        for each in versions
        if each.region == region and each.state is State.PUBLISHED and each.effective_from <= today
    ]
    return max(begun, key=lambda each: (each.effective_from, each.proposed_at), default=None)


def state_at(version: KeptVersion, versions: Iterable[KeptVersion], today: date) -> State:
    """Give a version's state on a day: a published one is superseded when a later one has come into force."""
    if version.state is not State.PUBLISHED or version.effective_from > today:
        return version.state
    now = in_force(versions, version.region, today)
    return State.PUBLISHED if now is None or now.version == version.version else State.SUPERSEDED
