"""How fast a body must come: who sends a byte a minute holds a connection, and memory, for as long as they please.

A body has a deadline, and a pace that it keeps on the whole after its first seconds. Who is slower is told so, and the
connection ends with the answer. A body that is there at once is never held up.
"""

import asyncio
from collections.abc import MutableMapping
from typing import Any, Final, NamedTuple

from gateway.errors import BodyTooSlow, Text
from gateway.web.graphql import Receive, Send

__all__ = ["Pace", "Paced"]

_GRACE_S: Final = 10.0
"""Seconds before the pace counts: a connection has to warm up."""
_CLOSE: Final = (b"connection", b"close")


class Pace(NamedTuple):
    """How fast the bodies of one house must come."""

    deadline_s: float
    bytes_per_s: int
    grace_s: float = _GRACE_S


class Paced:
    """One request whose body is awaited no longer than its pace allows, and the way back of its answer."""

    __slots__ = ("_begun", "_left", "_pace", "_receive", "_send", "_size", "_slow")

    def __init__(self, receive: Receive, send: Send, pace: Pace) -> None:
        """Begin to count now."""
        self._receive = receive
        self._send = send
        self._pace = pace
        self._begun = asyncio.get_running_loop().time()
        self._size = 0
        self._left = True
        self._slow = False

    async def receive(self) -> MutableMapping[str, Any]:
        """Give the next part.

        Raises:
            BodyTooSlow: it was not there in time.

        """
        if not self._left:
            return await self._receive()
        deadline_s, pace, grace_s = self._pace
        until_s = min(deadline_s, grace_s + self._size / pace)
        try:
            async with asyncio.timeout_at(self._begun + until_s):
                message = await self._receive()
        except TimeoutError as late:
            self._slow = True
            raise BodyTooSlow(self._told(until_s)) from late
        self._size += len(message.get("body", b""))
        self._left = message.get("more_body", False)
        return message

    def _told(self, until_s: float) -> Text:
        deadline_s, pace, _ = self._pace
        return Text(
            f"{self._size} bytes came in {until_s:.0f} s: {pace} a second are needed, all within {deadline_s:.0f} s",
            f"{until_s:.0f} 秒内收到 {self._size} 字节：每秒不得少于 {pace} 字节，总计不得超过 {deadline_s:.0f} 秒",
        )

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """Pass the answer on; after a body that was too slow nothing more is read from its connection."""
        if self._slow and message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], _CLOSE]}
        await self._send(message)
