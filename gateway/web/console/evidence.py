"""Files that prove papers, as pages take and give them: by the house's own door, with its entries (Art. 18, 19)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

import orjson

from gateway.access.callers import Caller, Verifier
from gateway.web.console.asking import refusal_of
from gateway.web.console.console import File
from gateway.web.console.doors import Acting, Asking, ask_door
from gateway.web.evidence import PATH, EvidenceDoor
from gateway.web.refusal import Refused

__all__ = ["EvidenceByDoor"]

_OK: Final = (200, 201)
_NOT_THERE: Final = 404


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceByDoor:
    """Brings files to the door of evidence, and fetches them there, as a session's caller."""

    door_for: Callable[[Verifier], EvidenceDoor]

    async def take(self, caller: Caller, file: File) -> str:
        """Keep a file, and give its digest.

        Raises:
            Refused: the door did not take it.

        """
        name = "".join(each for each in file.name or "" if each.isprintable() and each not in '"\\')
        headers = {"content-type": file.media_type, "content-disposition": f'attachment; filename="{name}"'}
        door = self.door_for(Acting(caller))
        answer = await ask_door(door, Asking("POST", PATH, headers=headers, content=file.content))
        told = orjson.loads(answer.body)
        if answer.status not in _OK:
            raise Refused(refusal_of(told["errors"][0]))
        return str(told["digest"])

    async def give(self, caller: Caller, digest: str) -> File | None:
        """Give a file to who may see it, else nothing.

        Raises:
            Refused: the door could not say, or not record it.

        """
        answer = await ask_door(self.door_for(Acting(caller)), Asking("GET", f"{PATH}/{digest}"))
        if answer.status == _NOT_THERE:
            return None
        if answer.status not in _OK:
            raise Refused(refusal_of(orjson.loads(answer.body)["errors"][0]))
        name = unquote(answer.headers["content-disposition"].partition("''")[2])
        return File(answer.body, answer.headers["content-type"], name)
