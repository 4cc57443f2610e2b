"""Rounds of requests: what is asked at the same time is answered at the same time, so stages can be counted."""

import asyncio
from dataclasses import dataclass, field

from connectors.subgraph import GraphqlRequest

__all__ = ["Asked", "Rounds"]

_TURNS_OF_THE_LOOP = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that a subgraph got."""

    subgraph: str
    request: GraphqlRequest


@dataclass(slots=True)
class Rounds:
    """The requests of one operation, round by round. No request of a round is answered before all of them are made."""

    rounds: list[list[Asked]] = field(default_factory=list)
    _open: asyncio.Event | None = None

    @property
    def requests(self) -> list[Asked]:
        """Give every request."""
        return [each for one in self.rounds for each in one]

    def told(self) -> list[list[str]]:
        """Give the names of the subgraphs that were asked in each round, sorted."""
        return [sorted(each.subgraph for each in one) for one in self.rounds]

    def forget(self) -> None:
        """Begin anew."""
        self.rounds.clear()

    async def take(self, asked: Asked) -> None:
        """Note a request, and wait until its round is whole."""
        if self._open is None:
            self._open = asyncio.Event()
            self.rounds.append([])
            self._close_soon(asyncio.get_running_loop(), self._open, _TURNS_OF_THE_LOOP)
        self.rounds[-1].append(asked)
        await self._open.wait()

    def _close_soon(self, loop: asyncio.AbstractEventLoop, closing: asyncio.Event, turns: int) -> None:
        if turns:
            loop.call_soon(self._close_soon, loop, closing, turns - 1)
        else:
            self._open = None
            closing.set()
