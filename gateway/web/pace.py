"""How fast a body must come: who sends a byte a minute holds a connection, and memory, for as long as they please.

A body has a deadline, and a pace that it keeps on the whole after its first seconds. Who is slower is told so, and the
connection ends with the answer. A body that is there at once is never held up, nor is any clock set for it.
"""

import asyncio
import types
from collections.abc import Generator
from typing import Any, Final, NamedTuple

from gateway.errors import BodyTooSlow, Text
from gateway.web.requests import Message, Receive, Send

__all__ = ["CLOSE", "Pace", "Paced"]

_GRACE_S: Final = 10.0
"""Seconds before the pace counts: a connection has to warm up."""
CLOSE: Final = (b"connection", b"close")
"""The header of an answer after which nothing more is read from its connection."""


class Pace(NamedTuple):
    """How fast the bodies of one house must come."""

    deadline_s: float
    bytes_per_s: int
    grace_s: float = _GRACE_S


class Paced:
    """One request whose body is awaited no longer than its pace allows."""

    __slots__ = ("_begun", "_left", "_pace", "_receive", "_size", "_slow")

    def __init__(self, receive: Receive, pace: Pace) -> None:
        """Begin to count now."""
        self._receive = receive
        self._pace = pace
        self._begun = asyncio.get_running_loop().time()
        self._size = 0
        self._left = True
        self._slow = False

    async def receive(self) -> Message:
        """Give the next part.

        Raises:
            BodyTooSlow: it was not there in time.

        """
        if not self._left:
            return await self._receive()
        begun = self._receive().__await__()
        try:
            waits_for = next(begun)
        except StopIteration as there:  # a timer would cost more than all the rest
            message: Message = there.value
        else:
            message = await self._in_time(begun, waits_for)
        self._size += len(message.get("body", b""))
        self._left = message.get("more_body", False)
        return message

    async def _in_time(self, begun: Generator[Any, Any, Message], waits_for: object) -> Message:
        deadline_s, pace, grace_s = self._pace
        until_s = min(deadline_s, grace_s + self._size / pace)
        try:
            async with asyncio.timeout_at(self._begun + until_s):
                return await _resumed(begun, waits_for)
        except TimeoutError as late:
            self._slow = True
            raise BodyTooSlow(self._told(until_s)) from late

    def _told(self, until_s: float) -> Text:
        deadline_s, pace, _ = self._pace
        return Text(
            f"{self._size} bytes came in {until_s:.0f} s: {pace} a second are needed, all within {deadline_s:.0f} s",
            f"{until_s:.0f} 秒内收到 {self._size} 字节：每秒不得少于 {pace} 字节，总计不得超过 {deadline_s:.0f} 秒",
        )

    def closing(self, send: Send) -> Send:
        """Give the way back of the answer: after a body that was too slow it says that the connection ends."""

        async def passed_on(message: Message) -> None:
            if self._slow and message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], CLOSE]}
            await send(message)

        return passed_on


@types.coroutine
def _resumed(begun: Generator[Any, Any, Message], waits_for: object) -> Generator[Any, Any, Message]:
    """Go on with what was begun outside, and waits for something."""
    try:
        while True:
            try:
                told = yield waits_for
            except BaseException as raised:  # noqa: BLE001 (it is thrown into what waits, as if it stood here)
                waits_for = begun.throw(raised)
            else:
                waits_for = begun.send(told)
    except StopIteration as there:
        message: Message = there.value
        return message
