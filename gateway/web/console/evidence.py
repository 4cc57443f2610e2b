"""Files that prove papers, as pages take and give them: by the house's own door, with its entries (Art. 18, 19)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

import orjson

from gateway.access.callers import Caller, Verifier
from gateway.access.signatures import IssuerKeys
from gateway.web.console.asking import refusal_of
from gateway.web.console.console import File
from gateway.web.evidence import PATH, EvidenceDoor
from gateway.web.refusal import Refused

__all__ = ["Acting", "EvidenceByDoor"]

_OK: Final = (200, 201)
_NOT_THERE: Final = 404


class Acting(Verifier):
    """Takes everybody for one caller: whom the session has named already."""

    def __init__(self, caller: Caller) -> None:
        """Give *caller* whoever asks."""
        super().__init__(IssuerKeys.none(), "", "")
        self._caller = caller

    def caller_of(self, authorization_header: str | None, now: float) -> Caller:  # noqa: ARG002 (the door's own call)
        """Give the one."""
        return self._caller


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
        status, _, body = await self._asked(caller, "POST", PATH, headers, file.content)
        told = orjson.loads(body)
        if status not in _OK:
            raise Refused(refusal_of(told["errors"][0]))
        return str(told["digest"])

    async def give(self, caller: Caller, digest: str) -> File | None:
        """Give a file to who may see it, else nothing.

        Raises:
            Refused: the door could not say, or not record it.

        """
        status, headers, body = await self._asked(caller, "GET", f"{PATH}/{digest}", {}, b"")
        if status == _NOT_THERE:
            return None
        if status not in _OK:
            raise Refused(refusal_of(orjson.loads(body)["errors"][0]))
        name = unquote(headers["content-disposition"].partition("''")[2])
        return File(body, headers["content-type"], name)

    async def _asked(
        self, caller: Caller, method: str, path: str, headers: Mapping[str, str], content: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Ask the door in process, as a server would."""
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Any) -> None:  # noqa: ANN401 (a message of ASGI)
            sent.append(message)

        told = {"accept-language": "zh", "x-query-method": "WEBSITE", **headers}
        raw = [(name.encode(), value.encode()) for name, value in told.items()]
        scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": raw}
        await self.door_for(Acting(caller))(scope, receive, send)
        answered = {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"]}
        return sent[0]["status"], answered, sent[1]["body"]
