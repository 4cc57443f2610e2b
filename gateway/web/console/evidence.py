"""The files that prove papers, as pages take and give them: through the room of papers, by its rules (Art. 18)."""

import time
from dataclasses import dataclass

from gateway.access.callers import Caller
from gateway.access.papers import PapersRoom
from gateway.errors import PaperInvalid
from gateway.web.console.console import File

__all__ = ["KeptEvidence"]


@dataclass(frozen=True, slots=True, eq=False)
class KeptEvidence:
    """The evidence of one open house."""

    room: PapersRoom

    async def take(self, caller: Caller, file: File) -> str:
        """Keep a file, and give its digest.

        Raises:
            ClientError: it is too large, or no file of a kind that is kept.
            PapersUnavailable: it could not be kept.

        """
        kept = await self.room.take_file(caller, file.content, (file.media_type, file.name), time.time())
        return kept.digest

    async def give(self, caller: Caller, digest: str) -> File | None:
        """Give a file to who may see it, else nothing.

        Raises:
            PapersUnavailable: nobody knows whether they may.

        """
        try:
            known, content, _ = await self.room.give_file(caller, digest, time.time())
        except PaperInvalid:
            return None
        return File(content, known.media_type, known.name)
