"""A step of any of the law's procedures, as it is kept for good: by whom, when, why, on what article (Art. 14)."""

from dataclasses import dataclass
from datetime import datetime

from schema.disclosure import LegalBasis

__all__ = ["Step"]


@dataclass(frozen=True, slots=True)
class Step:
    """One transition: by whom, when, why, on what article; ``from_state`` None for the first."""

    at: datetime
    actor: str
    organisation: str | None
    from_state: str | None
    to_state: str
    reason: str | None
    legal_basis: LegalBasis
