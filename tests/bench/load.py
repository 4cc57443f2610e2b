"""The one who asks: a small HTTP/1.1 client over raw keep-alive sockets, in a process of its own.

It looks at the status, at the length and for ``"errors"``, and at nothing else, so that it is not what is measured.
"""

import gc
import itertools
import re
import selectors
import socket
import time
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Job", "Load", "WrongAnswer", "ask_once", "run"]

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_STATUS = b"HTTP/1.1 200 "
_AT_ONCE = 1 << 18
_PATIENCE_S = 10.0


class WrongAnswer(Exception):
    """An answer that is none: another status than 200, an error in it, or no length; it ends the bench."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to ask of whom, over how many connections, for how long."""

    port: int
    requests: tuple[bytes, ...]
    connections: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a job."""

    answers: int
    seconds: float
    p50_us: float
    p99_us: float
    client_cpu_s: float

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return self.answers / self.seconds

    @property
    def client_share(self) -> float:
        """How much of its own core the client used; near 1 it was the client that was measured."""
        return self.client_cpu_s / self.seconds


def run(job: Job) -> Load:
    """Ask as fast as answers come, each connection one question at a time, and wait for the last answer.

    Raises:
        WrongAnswer: the first answer that is not right.

    """
    gc.disable()
    took = array("d")
    requests = itertools.cycle(job.requests)
    with selectors.DefaultSelector() as selector:
        lines = [_Line(job.port, requests, took) for _ in range(job.connections)]
        for line in lines:
            selector.register(line.socket, selectors.EVENT_READ, line)
        cpu, start = time.process_time(), time.perf_counter()
        for line in lines:
            line.ask()
        _until(start + job.seconds, selector, len(lines))
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        for line in lines:
            line.socket.close()
    gc.enable()
    ordered = sorted(took)
    return Load(len(took), seconds, _at(ordered, 0.5), _at(ordered, 0.99), cpu)


def ask_once(port: int, request: bytes) -> bytes:
    """Give the body of one answer.

    Raises:
        WrongAnswer: it is not right.

    """
    line = _Line(port, itertools.repeat(request), array("d"))
    line.socket.settimeout(_PATIENCE_S)
    line.ask()
    while (body := line.read()) is None:
        pass
    line.socket.close()
    return body


def _until(end: float, selector: selectors.BaseSelector, waiting: int) -> None:
    """Ask until *end*, then wait for what was asked: no begun work is left out, so that the slow are not wronged."""
    while waiting:
        events = selector.select(_PATIENCE_S)
        if not events:
            message = f"no answer for {_PATIENCE_S:.0f} s"
            raise WrongAnswer(message)
        for key, _ in events:
            line: _Line = key.data
            if line.read() is None:
                continue
            if time.perf_counter() < end:
                line.ask()
            else:
                waiting -= 1


class _Line:
    """One connection, and what has come of the present answer."""

    def __init__(self, port: int, requests: Iterator[bytes], took: "array[float]") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), _PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(0)
        self._requests = requests
        self._took = took
        self._come = b""
        self._end = 0
        self._body = 0
        self._asked = 0.0

    def ask(self) -> None:
        """Send the next request; it is smaller than the socket's buffer."""
        request = next(self._requests)
        self._come, self._end = b"", 0
        self._asked = time.perf_counter()
        if self.socket.send(request) != len(request):
            message = f"a request of {len(request)} bytes does not fit the socket's buffer"
            raise WrongAnswer(message)

    def read(self) -> bytes | None:
        """Take what has come; give the body once the whole answer is there."""
        come = self.socket.recv(_AT_ONCE)
        if not come:
            message = "the server closed the connection"
            raise WrongAnswer(message)
        self._come = come = self._come + come if self._come else come
        if not self._end:
            self._body = come.find(b"\r\n\r\n") + 4
            if self._body < len(b"\r\n\r\n"):
                return None
            length = _LENGTH.search(come, 0, self._body)
            if length is None or not come.startswith(_STATUS):
                raise WrongAnswer(come[:1000].decode(errors="replace"))
            self._end = self._body + int(length[1])
        if len(come) < self._end:
            return None
        self._took.append((time.perf_counter() - self._asked) * 1e6)
        body = come[self._body :]
        if b'"errors"' in body:
            raise WrongAnswer(body[:1000].decode(errors="replace"))
        return body


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
