"""Shares equal queries from a root, which several operations ask at the same time.

The first is asked at once; those that come while it is under way share what is asked after all of them have come.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, NamedTuple

from connectors.errors import SourceUnavailable
from connectors.subgraph import GraphqlRequest, GraphqlResponse, GraphqlSource
from gateway.federation.execution.gathering import Plain
from gateway.federation.execution.spines import Spine, copied

__all__ = ["BROKEN", "Kind", "Sharing"]

BROKEN = SourceUnavailable("the request was broken off")

Kind = tuple[str, bytes, frozenset[tuple[str, str]], Plain | None]
"""A document, its variables, its headers, and what is sent by key: what is equal may be asked together."""


class _Waiting(NamedTuple):
    """A query that waits, what will be written to in its response, and who waits for it."""

    query: GraphqlRequest
    spine: Spine
    future: "asyncio.Future[GraphqlResponse]"


class Sharing:
    """The equal queries of one subgraph."""

    def __init__(self, source: GraphqlSource) -> None:
        """Ask *source*."""
        self._source = source
        self._waiting: dict[Kind, list[_Waiting]] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def ask(self, query: GraphqlRequest, kind: Kind, along: Spine) -> GraphqlResponse:
        """Ask an equal query of several operations once, as long as it was not sent before it was asked for.

        Raises:
            SourceError: as the source.

        """
        waiting = self._waiting.get(kind)
        if waiting is not None:
            mine = _Waiting(query, along, asyncio.get_running_loop().create_future())
            waiting.append(mine)
            return await mine.future
        self._waiting[kind] = []
        try:
            return await self._source.ask(query)
        finally:
            self._ask_next(kind)

    def _ask_next(self, kind: Kind) -> None:
        found = self._waiting.pop(kind)
        if not found:
            return
        waiting = [each for each in found if not each.future.done()]
        if waiting:
            self._waiting[kind] = []
            self._start(self._ask_for(waiting, kind))

    async def _ask_for(self, waiting: Sequence[_Waiting], kind: Kind) -> None:
        try:
            response = await self._source.ask(waiting[0].query)
        except Exception as error:  # noqa: BLE001 - whoever waits hears of it, whatever it is
            _tell(waiting, [error] * len(waiting))
        else:
            alone = len(waiting) == 1
            copies = (response if alone else _own(response, each.spine) for each in waiting)
            _tell(waiting, list(copies))
        finally:
            _tell(waiting, [BROKEN] * len(waiting))
            self._ask_next(kind)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)


def _tell(waiting: Sequence[_Waiting], answers: "Sequence[GraphqlResponse | Exception]") -> None:
    for each, answer in zip(waiting, answers, strict=True):
        if not each.future.done():
            if isinstance(answer, Exception):
                each.future.set_exception(answer)
            else:
                each.future.set_result(answer)


def _own(response: GraphqlResponse, along: Spine) -> GraphqlResponse:
    return response._replace(data=copied(response.data, along))
