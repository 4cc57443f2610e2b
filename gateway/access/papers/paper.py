"""What a paper says and what became of it, as the register's own values (Art. 18)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from schema.disclosure import PurposeCode, Scope
from schema.papers import GrantState, PaperKind, PaperState, SignatureKind, VerificationMethod
from schema.steps import Step
from schema.terms import SubjectKind

__all__ = ["FOR_ONESELF", "File", "KeptGrant", "KeptPaper", "Named", "Written", "WrittenGrant"]

FOR_ONESELF: Final = frozenset({PaperKind.IDENTITY_DOCUMENT, PaperKind.ENTITY_CERTIFICATE})
"""The papers by which one asks about oneself (R18.1, R18.2)."""


@dataclass(frozen=True, slots=True)
class Named:
    """A subject as a paper names it; ``code`` is a legal person's credit code, and never an identity number."""

    id: str
    kind: SubjectKind
    name: str = field(repr=False)
    code: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What a paper says, as it was taken down when it was presented.

    ``particulars`` is what only a reviewer needs; an identity number is in it masked or as a keyed digest.
    """

    kind: PaperKind
    subjects: tuple[Named, ...]
    evidence: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    persons: tuple[str, ...] = ()
    organisation: str | None = None
    number: str | None = None
    purposes: frozenset[PurposeCode] = frozenset()
    scope: Scope | None = None
    max_uses: int | None = None
    issued_on: date | None = None
    signed_on: date | None = None
    signatory: str | None = field(default=None, repr=False)
    signature: SignatureKind | None = None
    verification: VerificationMethod | None = None
    particulars: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)


@dataclass(frozen=True, slots=True)
class File:
    """A file of evidence by its digest."""

    digest: str
    media_type: str
    size: int
    name: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """A paper in the register; ``decided`` is its state before clock and uses are looked at."""

    id: str
    written: Written
    decided: PaperState
    presented_by: str
    presented_at: datetime
    uses: int = 0
    used_at: datetime | None = None
    reviewed_by: str | None = None
    files: tuple[File, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def used_up(self) -> bool:
        """Whether every use for every subject was made."""
        most = self.written.max_uses
        return most is not None and self.uses >= most * len(self.written.subjects)


@dataclass(frozen=True, slots=True)
class WrittenGrant:
    """What of tier C an agency asks to be allowed to ask for (R15.5)."""

    agency: str
    scope: Scope
    purposes: frozenset[PurposeCode]
    valid_from: date
    valid_to: date
    approval_document: str


@dataclass(frozen=True, slots=True)
class KeptGrant:
    """A grant in the register; ``decided`` is its state before the clock is looked at."""

    id: str
    written: WrittenGrant
    decided: GrantState
    proposed_by: str
    proposed_at: datetime
    reviewed_by: str | None = None
    steps: tuple[Step, ...] = ()
