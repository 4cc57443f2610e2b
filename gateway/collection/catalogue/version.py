"""A version of the catalogue as the register keeps it, without its document where nobody needs that (Art. 26)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from schema.catalogue_versions.overlay import MUNICIPAL
from schema.catalogue_versions.shown import CatalogueVersionState

__all__ = ["KeptStep", "KeptVersion"]


@dataclass(frozen=True, slots=True)
class KeptStep:
    """One transition: by whom, when, why; ``from_state`` None for the first."""

    at: datetime
    actor: str
    organisation: str | None
    from_state: CatalogueVersionState | None
    to_state: CatalogueVersionState
    reason: str


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """One version; ``document`` is the catalogue, or a county's overlay, None where it was not asked for."""

    region: str
    version: str
    state: CatalogueVersionState
    effective_from: date
    digest: str
    breaking: int
    proposed_by: str
    proposed_at: datetime
    reviewed_by: str | None = None
    steps: Sequence[KeptStep] = ()
    document: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def is_municipal(self) -> bool:
        """Whether it is the city's own."""
        return self.region == MUNICIPAL
