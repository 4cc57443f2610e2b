"""The papers that a caller holds at one moment, as far as the rules look at them (Art. 18; R18.5).

What is here was accepted and is in force now; who reviewed it and what lies in the evidence is the register's.
Subjects go by the gateway's own opaque ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from gateway.access.callers import Caller
from schema.disclosure import PurposeCode, Scope

__all__ = ["NOTHING_HELD", "Authorisation", "Grant", "Held", "Letter", "Papers"]


@dataclass(frozen=True, slots=True)
class Authorisation:
    """A subject's written authorisation, cited by the one whom it names (R18.3)."""

    id: str
    subject_id: str
    scope: Scope
    purposes: frozenset[PurposeCode]


@dataclass(frozen=True, slots=True)
class Letter:
    """An organ's official letter, cited by one of its handlers; ``scope`` None: as far as the grant (R18.4)."""

    id: str
    subject_ids: frozenset[str]
    scope: Scope | None
    purposes: frozenset[PurposeCode]


@dataclass(frozen=True, slots=True)
class Grant:
    """What of tier C the supervisor has approved for the caller's organisation (R15.5)."""

    id: str
    scope: Scope
    purposes: frozenset[PurposeCode]


@dataclass(frozen=True, slots=True)
class Held:
    """All that a caller holds for one operation."""

    own: frozenset[str] = frozenset()
    """The subjects that the caller is, or whose handler: by identity document or entity certificate (R18.1, R18.2)."""
    claimed: str = ""
    """The subject that the caller's token names, which without a paper in force is a claim and opens nothing."""
    own_papers: tuple[tuple[str, str], ...] = ()
    """Of each of them a paper that says so, by its id, for the entry."""
    recognised: bool = False
    """Whether the organisation is a credit service whose recognition is in force (R15.4)."""
    authorisations: tuple[Authorisation, ...] = ()
    letters: tuple[Letter, ...] = ()
    grants: tuple[Grant, ...] = field(default=())

    @property
    def cited(self) -> bool:
        """Whether the operation rests on a paper that was cited."""
        return bool(self.authorisations or self.letters)


NOTHING_HELD: Final = Held()


class Papers(Protocol):
    """Where papers are looked up when an operation is carried out, never at login (R18.5)."""

    async def held(self, caller: Caller, cited: Sequence[str], now: float) -> Held:
        """Give what *caller* holds at the instant *now* (seconds since 1970), the *cited* papers among it.

        Nobody's papers are looked up for the public, nor for officers who cite none.

        Raises:
            PaperInvalid: a cited paper is unknown, not accepted, not in force, or not this caller's to cite.
            ServiceError: the register of papers could not be asked; nothing may be answered.

        """
        ...

    async def use(self, paper_id: str, subject_ids: Sequence[str], now: float) -> None:
        """Count one use of a cited paper for each of *subject_ids*, before anything is disclosed on it (R18.4).

        Raises:
            PaperInvalid: its uses are exhausted, or it was revoked meanwhile.
            ServiceError: as `held`.

        """
        ...
