"""Asks the same of two worlds, and stops where they do not answer alike."""

import asyncio
import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock

import orjson
from graphql import DocumentNode, GraphQLError, GraphQLSchema

from gateway.federation import operations
from tests.agreement.oracle import SCHEMA
from tests.interference.asking import Asking, Request
from tests.interference.watched import Seen, Watched
from tests.shrinking import shrunk

__all__ = ["Difference", "Interference", "read_once"]

_BESIDE_EVERY = 20
_BESIDE = (
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

    def __init__(self, one: Watched, other: Watched, asking: Asking) -> None:
        """Ask both houses what *asking* makes."""
        self._one, self._other = one, other
        self._asking = asking
        self.asked = 0
        self.disclosed = 0
        """How many answers held a record or a subject."""

    async def of(self, count: int, *, walk: bool = True) -> Difference | None:
        """Give the first difference in *count* operations, those of the walk among them, or None."""
        walks = self._asking.walks() if walk else []
        for request, subject in walks:
            seen, found = await self._compare(request)
            if found:
                return await self._least(request, found)
            self._asking.remember(subject, orjson.loads(seen.body))
        alone = (count + self.asked) // 2
        while self.asked < count:
            if self.asked == alone and (counted := self._differently_counted()):
                return counted
            if self.asked >= alone and self.asked % _BESIDE_EVERY == 0:
                await self._ask_beside()
            request = self._asking.next()
            _, found = await self._compare(request)
            if found:
                return await self._least(request, found)
        return None

    def _differently_counted(self) -> Difference | None:
        """Compare what both houses count, before others ask who may see more."""
        one, other = self._one.counted(), self._other.counted()
        return None if one == other else Difference(self.asked, None, _lines(one, other))

    async def _compare(self, request: Request) -> tuple[Seen, list[str]]:
        self.asked += 1
        one, other = await self._both(self._asking.standing.persona, request)
        self.disclosed += b'"data":{' in one.body
        return one, [] if one == other else one.differences(other)

    async def _both(self, persona: str, request: Request) -> tuple[Seen, Seen]:
        one, other = await asyncio.gather(self._one.ask(persona, request), self._other.ask(persona, request))
        return one, other

    async def _ask_beside(self) -> None:
        persona, said = self._asking.chance.choice(_BESIDE)
        await self._both(persona, replace(self._asking.next(), extensions=said, headers=()))

    async def _least(self, request: Request, found: list[str]) -> Difference:
        number = self.asked

        async def differs(candidate: Request) -> bool:
            return bool((await self._compare(candidate))[1])

        if not await differs(request):
            return Difference(number, request, ["(the first time only)", *found])
        least = await shrunk(SCHEMA, request, differs)
        return Difference(number, least, (await self._compare(least))[1] or found)


def _lines(one: bytes, other: bytes) -> list[str]:
    mine, others = one.decode().splitlines(), other.decode().splitlines()
    return [f"- {each}" for each in mine if each not in others] + [f"+ {each}" for each in others if each not in mine]


@contextmanager
def read_once() -> Iterator[None]:
    """Let documents be parsed and validated once for all houses: nothing of a world is in either."""
    validated: dict[int, tuple[DocumentNode, list[GraphQLError]]] = {}
    validate = operations.validate

    def once(schema: GraphQLSchema, document: DocumentNode, **how: Any) -> list[GraphQLError]:  # noqa: ANN401 (as the library has it)
        if id(document) not in validated:
            validated[id(document)] = document, validate(schema, document, **how)
        return validated[id(document)][1]

    parse = functools.cache(operations.parse)
    with mock.patch.object(operations, "parse", parse), mock.patch.object(operations, "validate", once):
        yield
