"""A gateway in one world, and all that anybody outside of it can see of an operation."""

import asyncio
import contextvars
import logging
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, MutableMapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import orjson

from connectors.sources.sql import SqlSource
from gateway.access import tokens
from gateway.answer import CreditGraph
from gateway.app import House, open_house
from gateway.settings import Settings
from tests.agreement.city import AS_OF, CENTRE
from tests.interference.asking import Request
from tests.interference.trail import Remembered
from tests.interference.worlds import Worlds

__all__ = ["HEARD", "Seen", "Watched", "watching"]

_RECEIPT = re.compile(rb'("receipt":)"[^"]*"')
_INSTANT = re.compile(rb'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|\+00:00))"')
_COUNTED = ("xinyong_requests_total", "xinyong_errors_total")
_DURATION = re.compile(rb";dur=[0-9.]+")
_OF_THE_ENTRY = {b"audit-record", b"content-length"}
"""A receipt is another in every answer, and so is its length."""
HEARD: contextvars.ContextVar["list[str] | None"] = contextvars.ContextVar("heard", default=None)


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer as the outside sees it, what its moment made taken out; and what it made the gateway do."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    calls: frozenset[tuple[str, str]]
    """Every statement that reached a source, with each of its keys: which went together, the moment decides."""
    told: tuple[str, ...]
    """What was written into the log, in any order."""

    def differences(self, other: "Seen") -> list[str]:
        """Say in what two answers differ."""
        mine, others = (
            [
                f"status {each.status}",
                *map(repr, each.headers),
                *_values(orjson.loads(each.body), ""),
                *each.calls,
                *each.told,
            ]
            for each in (self, other)
        )
        found = [f"- {each}" for each in mine if each not in others] + [
            f"+ {each}" for each in others if each not in mine
        ]
        return found or ([] if self == other else ["the same values in another order"])


class Watched:
    """A house and what stands around it."""

    def __init__(self, house: House[CreditGraph]) -> None:
        """Stand between the house and its sources."""
        self.house = house
        self._calls: set[tuple[str, str]] = set()
        self._running = 0
        self._begun_s = time.time() + min(0.0, house.graph.today_offset_s) - 1
        self._tokens: dict[str, str] = {}
        for each in house.graph.connectors.values():
            assert isinstance(each.source, SqlSource)
            self._stand_before(each.source)

    def _stand_before(self, source: SqlSource) -> None:
        fetch = source.fetch

        async def watched(sql: str, parameters: Sequence[Any]) -> Sequence[Any]:
            self._calls.update((sql, key) for key in _keys_in(parameters))
            self._running += 1
            try:
                return await fetch(sql, parameters)
            finally:
                self._running -= 1

        source.fetch = watched  # type: ignore[method-assign]  # to stand before it is the test

    async def ask(self, persona: str, request: Request) -> Seen:
        """Bring a request to the door, as a server would."""
        self._calls.clear()
        heard: list[str] = []
        HEARD.set(heard)
        sent: list[MutableMapping[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": orjson.dumps(request.said()), "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        await self.house.door(self._scope(persona, request), receive, send)
        await self._settle()
        headers = tuple(
            (name, _DURATION.sub(b"", value)) for name, value in sent[0]["headers"] if name not in _OF_THE_ENTRY
        )
        body = _INSTANT.sub(self._timeless, _RECEIPT.sub(rb'\1"(taken out)"', sent[1]["body"]))
        return Seen(sent[0]["status"], headers, body, frozenset(self._calls), tuple(sorted(heard)))

    def _timeless(self, instant: "re.Match[bytes]") -> bytes:
        """Take out an instant of this run: when a source was asked."""
        return b'"(now)"' if datetime.fromisoformat(instant[1].decode()).timestamp() >= self._begun_s else instant[0]

    def _scope(self, persona: str, request: Request) -> dict[str, Any]:
        headers = {"content-type": "application/json", "x-request-id": "same", **dict(request.headers)}
        token = self._token(persona)
        if token:
            headers["authorization"] = f"Bearer {token}"
        return {
            "type": "http",
            "method": "GET" if request.by_get else "POST",
            "path": "/graphql",
            "query_string": request.query_string().encode() if request.by_get else b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }

    def _token(self, persona: str) -> str:
        if persona not in self._tokens:
            folder = self.house.settings.keys.folder
            self._tokens[persona] = tokens.issue(persona, folder, time.time(), timedelta(days=1))
        return self._tokens[persona]

    async def _settle(self) -> None:
        """Let end what nobody waits for any more."""
        turns = 0
        while self._running or turns < 3:
            turns += 1
            await asyncio.sleep(0)

    def counted(self) -> Counter[str]:
        """Give how many answers and errors ``/metrics`` tells of; how many fetches it took, the moment decides."""
        lines = [line.rpartition(" ") for line in self.house.metrics.written().decode().splitlines()]
        return Counter({name: int(float(count)) for name, _, count in lines if name.startswith(_COUNTED)})


def _values(told: Any, place: str) -> Iterator[str]:  # noqa: ANN401 (JSON)
    """Give every value of an answer with its place."""
    if isinstance(told, dict):
        for name, value in told.items():
            yield from _values(value, f"{place}.{name}")
    elif isinstance(told, list):
        yield f"{place}: {len(told)} elements"
        for n, value in enumerate(told):
            yield from _values(value, f"{place}[{n}]")
    else:
        yield f"{place} = {told!r}"


def _keys_in(parameters: Sequence[Any]) -> list[str]:
    """Give the keys of a batch one by one; whatever else a statement is given is one."""
    if len(parameters) == 1 and str(parameters[0]).startswith("["):
        return [repr(key) for key in orjson.loads(parameters[0])]
    return [repr(parameters)]


class _Ear(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        heard = HEARD.get()
        if heard is not None:
            heard.append(f"{record.levelname} {record.getMessage()} {record.exc_text or record.exc_info or ''}")


@asynccontextmanager
async def watching(worlds: Worlds) -> AsyncIterator[tuple[Watched, Watched]]:
    """Open a house in each of the worlds."""
    ear = _Ear()
    logging.getLogger().addHandler(ear)
    with (
        mock.patch("gateway.app.connectors.discover", return_value=dict(worlds.connectors)),
        mock.patch("gateway.app.trail.open_trail", _remembering),
    ):
        one, other = await _quiet(worlds, worlds.one), await _quiet(worlds, worlds.other)
    try:
        yield Watched(one), Watched(other)
    finally:
        await one.close()
        await other.close()
        logging.getLogger().removeHandler(ear)


async def _quiet(worlds: Worlds, folder: Path) -> House[CreditGraph]:
    """Open a house that does nothing on its own: what both do each day, each would do at its own moment."""
    house = await open_house(_settings(worlds, folder))
    assert house.working is not None
    await house.working.close()
    return house


async def _remembering(*_: object, **__: object) -> Remembered:
    return Remembered()


def _settings(worlds: Worlds, folder: Path) -> Settings:
    connectors = {
        agency: {"url": f"sqlite:///{folder / f'{agency.lower()}.sqlite'}", "deadline_s": 20, "lifetime_s": 86_400}
        for agency in worlds.connectors
    }
    return Settings.model_validate(
        {
            "demo": True,
            "allow_synthetic_region": True,
            "as_of": AS_OF,
            "database": {"url": connectors[CENTRE]["url"]},
            "audit": {"deadline_s": 20},
            "connectors": connectors,
            "keys": {"folder": folder / "keys"},
        }
    )
