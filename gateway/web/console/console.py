"""What the console needs of the house, and no more: the desk, the sessions, and how large a form may be."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from gateway.access.callers import Caller
from gateway.answer import Desk
from gateway.web.console.reporting import Reporting
from gateway.web.login import Login
from gateway.web.sessions import Sessions

__all__ = ["Console", "EvidenceRoom", "File"]


class File(NamedTuple):
    """A file that proves a paper."""

    content: bytes
    media_type: str
    name: str | None = None


class EvidenceRoom(Protocol):
    """Where the files that prove papers are kept, outside the graph; each step leaves its entry (Art. 19)."""

    async def take(self, caller: Caller, file: File) -> str:
        """Keep a file, and give its digest.

        Raises:
            Refused: it is too large, or no file of a kind that is kept.

        """
        ...

    async def give(self, caller: Caller, digest: str) -> File | None:
        """Give a file to who may see a paper that names it, else nothing.

        Raises:
            Refused: nobody could say whether they may.

        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Console:
    """An open house, as its pages see it."""

    desk: Desk
    sessions: Sessions
    login: Login
    evidence: EvidenceRoom
    body_bytes: int
    """How long a form may be, its files among it."""
    reporting: Reporting
    upload_bytes: int
    """How long a form may be by which somebody who may report sends a file."""
