"""A TCP wire between gateways and database that delays, loses, damages and cuts what it carries."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable, Iterator
from random import Random

__all__ = ["ANSWERED", "ASKED", "Wire"]

ASKED, ANSWERED = "asked", "answered"
_AT_ONCE = 1 << 16
_LINGER_NOT = struct.pack("ii", 1, 0)


class Wire:
    """Carries connections on a port of its own to another of the loopback."""

    def __init__(self, random: Random) -> None:
        """Draw what happens by chance from *random*."""
        self.port = 0
        self._target = 0
        self._random = random
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._flows = {ASKED: asyncio.Event(), ANSWERED: asyncio.Event()}
        self._delay_s: Callable[[], float] | None = None
        self._damaged = 0.0
        self._hurt: set[asyncio.StreamWriter] = set()
        self._budget: Callable[[], int] | None = None
        for flows in self._flows.values():
            flows.set()

    def lead_to(self, port: int) -> None:
        """Carry what comes to *port*."""
        self._target = port

    async def listen(self) -> None:
        """Take connections, at first on a free port, later on the same one."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port, reuse_address=True)
        self.port = self._server.sockets[0].getsockname()[1]

    def refuse(self) -> None:
        """Take no connection, and reset those that are there."""
        if self._server is not None:
            self._server.close()
        self.reset()

    async def close(self) -> None:
        """End everything."""
        self.refuse()
        for flows in self._flows.values():
            flows.set()
        await asyncio.sleep(0)

    def reset(self) -> None:
        """Reset every connection."""
        for end in list(self._ends):
            _reset(end)

    @contextlib.contextmanager
    def holding(self, *directions: str) -> Iterator[None]:
        """Carry nothing in these directions, in silence."""
        for each in directions:
            self._flows[each].clear()
        try:
            yield
        finally:
            for each in directions:
                self._flows[each].set()

    @contextlib.contextmanager
    def late(self, least_s: float, most_s: float) -> Iterator[None]:
        """Let everything take so much longer."""
        self._delay_s = lambda: self._random.uniform(least_s, most_s)
        try:
            yield
        finally:
            self._delay_s = None

    @contextlib.contextmanager
    def damaging(self, share: float) -> Iterator[None]:
        """Change a byte in that share of what is carried; at the end reset what was damaged and is there still.

        A changed length lets the other side wait for bytes that were never sent: there the fault would go on.
        """
        self._damaged = share
        try:
            yield
        finally:
            self._damaged = 0.0
            for end in self._hurt & self._ends:
                _reset(end)
            self._hurt.clear()

    @contextlib.contextmanager
    def cutting(self, least_bytes: int, most_bytes: int) -> Iterator[None]:
        """Cut each connection, those that are there too, after so many bytes of the database's replies."""
        self._budget = lambda: self._random.randint(least_bytes, most_bytes)
        try:
            yield
        finally:
            self._budget = None

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            _reset(writer)
            return
        ends = {writer, far_writer}
        self._ends |= ends
        try:
            await asyncio.gather(
                self._pump(reader, far_writer, ASKED, ends), self._pump(far_reader, writer, ANSWERED, ends)
            )
        finally:
            self._ends -= ends

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, direction: str, ends: set[asyncio.StreamWriter]
    ) -> None:
        left: int | None = None
        try:
            while chunk := await source.read(_AT_ONCE):
                await self._flows[direction].wait()
                if self._delay_s is not None:
                    await asyncio.sleep(self._delay_s())
                if self._random.random() < self._damaged:
                    chunk = self._damage(chunk)
                    self._hurt |= ends
                if direction == ANSWERED and self._budget is not None:
                    left = (self._budget() if left is None else left) - len(chunk)
                    if left < 0:
                        sink.write(chunk[:left])
                        break
                sink.write(chunk)
                await sink.drain()
        except OSError:
            pass  # the other side is gone: so is this one
        for end in ends:
            _reset(end)

    def _damage(self, chunk: bytes) -> bytes:
        damaged = bytearray(chunk)
        damaged[self._random.randrange(len(damaged))] ^= 1 << self._random.randrange(8)
        return bytes(damaged)


def _reset(end: asyncio.StreamWriter) -> None:
    """End a connection without a word more: the other side hears a reset."""
    opened: socket.socket | None = end.get_extra_info("socket")
    if opened is not None and not end.transport.is_closing():
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
    end.transport.abort()
