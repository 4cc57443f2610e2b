"""Asks the same of two worlds, and stops where they do not answer alike."""

import asyncio
import functools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock

import orjson
from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse, validate

from gateway.federation import operations
from tests.agreement.oracle import SCHEMA
from tests.interference.asking import Asking, Request, walk
from tests.interference.watched import Seen, Watched
from tests.journeys.opinion import found_too_high, identity_numbers
from tests.shrinking import shrunk

__all__ = ["Difference", "Interference", "read_once"]

_BEFORE_EVERY = 3
_BESIDE_EVERY = 20
_NAIVELY_EVERY = 4
"""How seldom the second opinion is asked: it reads each document anew."""
_BESIDE: Sequence[tuple[str, Mapping[str, Any]]] = (
    ("market-officer", {"purpose": {"code": "SUPERVISION", "text": "年度双随机抽查"}}),
    ("company", {}),
    ("individual", {}),
)
"""Others who ask in between, and see more: nothing of what they were told may be left for anybody."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What gives one world away, and in what the answers differ."""

    number: int
    request: Request | None
    found: Sequence[str]

    def __str__(self) -> str:
        """Write it, so that it can be asked again."""
        return "\n".join([f"operation {self.number}:", str(self.request), *(each[:2000] for each in self.found[:20])])


class Interference:
    """Looks for anything that tells two worlds apart."""

    def __init__(self, one: Watched, other: Watched, asking: Asking, *, shrinks: bool = True) -> None:
        """Ask both houses what *asking* makes; what tells them apart *shrinks* to the least operation that does."""
        self._one, self._other = one, other
        self._asking, self._shrinks = asking, shrinks
        self.asked = 0
        self.disclosed = 0
        """How many answers held a record or a subject."""

    async def of(self, count: int) -> Difference | None:
        """Give the first difference in *count* operations, or None; first every list is walked, for its cursors.

        Some subjects were asked for before by who may see more, and others are in between, later on.
        """
        for each in self._asking.subjects[::_BEFORE_EVERY]:
            await self._both(*_BESIDE[0], walk(each))
        before = self._counted()
        for request, subject in self._asking.walks():
            seen, found = await self._compare(request)
            if found:
                return await self._least(request, found)
            self._asking.remember(subject, orjson.loads(seen.body))
        alone = self.asked + (count - self.asked) * 3 // 4
        while self.asked < count:
            if self.asked == alone and (counted := self._differently_counted(before)):
                return counted
            if self.asked >= alone and self.asked % _BESIDE_EVERY == 0:
                await self._ask_beside()
            request = self._asking.next()
            _, found = await self._compare(request)
            if found:
                return await self._least(request, found)
        return None

    def _counted(self) -> tuple[Counter[str], Counter[str]]:
        return self._one.counted(), self._other.counted()

    def _differently_counted(self, before: tuple[Counter[str], Counter[str]]) -> Difference | None:
        """Compare what both houses have counted since *before*, while nobody asked who may see more."""
        one, other = (now - then for now, then in zip(self._counted(), before, strict=True))
        found = [f"- {each}" for each in sorted((one - other).items())]
        found += [f"+ {each}" for each in sorted((other - one).items())]
        return Difference(self.asked, None, found) if found else None

    async def _compare(self, request: Request) -> tuple[Seen, list[str]]:
        self.asked += 1
        one, other = await self._both(self._asking.standing.persona, request.extensions, request)
        self.disclosed += b'"data":{' in one.body
        if self._asking.standing.persona == "public":
            too_high = _too_high(request, one, naively=self.asked % _NAIVELY_EVERY == 0)
            if too_high:
                return one, too_high
        return one, [] if one == other else one.differences(other)

    async def _both(self, persona: str, said: Mapping[str, Any], request: Request) -> tuple[Seen, Seen]:
        request = replace(request, extensions=said)
        one, other = await asyncio.gather(self._one.ask(persona, request), self._other.ask(persona, request))
        return one, other

    async def _ask_beside(self) -> None:
        persona, said = self._asking.chance.choice(_BESIDE)
        await self._both(persona, said, replace(self._asking.next(), headers=()))

    async def _least(self, request: Request, found: list[str]) -> Difference:
        number = self.asked
        if not self._shrinks:
            return Difference(number, request, found)

        async def differs(candidate: Request) -> bool:
            return bool((await self._compare(candidate))[1])

        if not await differs(request):
            return Difference(number, request, ["(the first time only)", *found])
        least = await shrunk(SCHEMA, request, differs)
        return Difference(number, least, (await self._compare(least))[1] or found)


def _too_high(request: Request, seen: Seen, *, naively: bool) -> list[str]:
    """Say what the public was told that it may not be told: an identity number (R17.1), a value above its tier."""
    if naively:
        return found_too_high(request.said(), {}, orjson.loads(seen.body), {})
    return identity_numbers(seen.body.decode())


@contextmanager
def read_once() -> Iterator[None]:
    """Let documents be parsed and validated once for all houses: nothing of a world is in either."""
    validated: dict[int, tuple[DocumentNode, list[GraphQLError]]] = {}

    def once(schema: GraphQLSchema, document: DocumentNode, **how: Any) -> list[GraphQLError]:  # noqa: ANN401 (as the library has it)
        if id(document) not in validated:
            validated[id(document)] = document, validate(schema, document, **how)
        return validated[id(document)][1]

    parsed = functools.cache(parse)
    with mock.patch.object(operations, "parse", parsed), mock.patch.object(operations, "validate", once):
        yield
