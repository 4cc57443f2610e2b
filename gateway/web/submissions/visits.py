"""A visit to the door of submissions, and the reply to it."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from gateway.errors import GatewayError, ServiceError
from gateway.web.replies import Header, refusal_headers, send_reply
from gateway.web.requests import Scope, Send
from gateway.web.submissions.parameters import parameters_of
from gateway.web.visit import Visit

__all__ = ["PATH", "Reply", "Submitting", "answer", "refusal"]

PATH: Final = "/submissions"


class Submitting(Visit):
    """One request on its way through the door."""

    __slots__ = ("digest", "recorded", "said")

    def __init__(self, scope: Scope) -> None:
        """Begin with nothing read."""
        super().__init__(scope)
        self.said: dict[str, str] = {}
        """The parameters of the address."""
        self.digest: str | None = None
        """The digest of what was sent, when all of it was read."""
        self.recorded = False
        """Whether the room has made the entry of it."""

    def read(self, known: AbstractSet[str]) -> None:
        """Read what the address says, of what it may say.

        Raises:
            BadUserInput: it cannot be read, or says something else.

        """
        self.said = parameters_of(self.scope["query_string"], known)


class Reply(NamedTuple):
    """What is answered."""

    status: int
    body: bytes
    headers: Sequence[Header] = ()
    recorded: str = ""
    """The place of the entry, where one was made."""
    media_type: str = "application/json; charset=utf-8"


def refusal(error: GatewayError, visit: Submitting) -> Reply:
    """Refuse, in the form of any other answer's error."""
    allow = b"GET, POST" if visit.scope["path"].rstrip("/") == PATH else b"GET"
    return Reply(error.status, visit.refusal_of(error), refusal_headers(error, allow, passing=ServiceError))


async def answer(visit: Submitting, reply: Reply, send: Send) -> None:
    """Send the reply to a visit."""
    headers = [
        (b"content-type", reply.media_type.encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-request-id", visit.request_id.encode()),
        *reply.headers,
    ]
    if reply.recorded:
        headers.append((b"audit-record", reply.recorded.encode()))
    await send_reply(send, reply.status, reply.body, headers)
