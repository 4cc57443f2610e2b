"""How a page goes to one of the house's own doors, in process, as who is logged in; never around it (Art. 19).

What the door refuses, and what it records, is what it would refuse and record of anybody.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from gateway.access.callers import Caller, Verifier
from gateway.access.signatures import IssuerKeys

__all__ = ["Acting", "Answered", "Asking", "ask_door"]

Door = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


class Acting(Verifier):
    """Takes everybody for one caller: whom the session has named already."""

    def __init__(self, caller: Caller) -> None:
        """Give *caller* whoever asks."""
        super().__init__(IssuerKeys.none(), "", "")
        self._caller = caller

    def caller_of(self, authorization_header: str | None, now: float) -> Caller:  # noqa: ARG002 (the door's own call)
        """Give the one."""
        return self._caller


@dataclass(frozen=True, slots=True)
class Asking:
    """What is brought to a door."""

    method: str
    path: str
    said: Mapping[str, str] = field(default_factory=dict)
    """The parameters of the address."""
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a door answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def ask_door(door: Door, asking: Asking) -> Answered:
    """Ask a door as a server would, by the website; it answers in Chinese unless another language is asked for."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": asking.content, "more_body": False}

    async def send(message: Any) -> None:  # noqa: ANN401 (a message of ASGI)
        sent.append(message)

    told = {"accept-language": "zh", "x-query-method": "WEBSITE", **asking.headers}
    scope = {
        "type": "http",
        "method": asking.method,
        "path": asking.path,
        "query_string": urlencode(asking.said).encode(),
        "headers": [(name.encode(), value.encode()) for name, value in told.items()],
    }
    await door(scope, receive, send)
    answered = {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"]}
    return Answered(sent[0]["status"], answered, sent[1]["body"])
