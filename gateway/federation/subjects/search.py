"""``searchSubjects``: legal persons by a part of their name; individuals are never searched for by name (R15.8)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from connectors.connector import RegisteredSubject
from connectors.errors import SourceError, SourceUnavailable
from connectors.register import Register
from gateway.errors import BadUserInput, Forbidden, GatewayError, Text
from gateway.federation.operations import SubjectField
from gateway.federation.subjects.arguments import read_after, read_first
from gateway.federation.subjects.cursors import Cursors
from gateway.federation.subjects.outcomes import Outcomes, lost
from gateway.federation.subjects.plan import Path
from gateway.federation.subjects.supergraph import CENTRE

__all__ = ["Search"]

SHORTEST_TEXT = 2
LONGEST_TEXT = 100

TellAll = Callable[[SubjectField, Mapping[int, RegisteredSubject], Outcomes, list[Path]], Awaitable[list[Any]]]
"""Tells found subjects, each at its path."""


class _Sought(NamedTuple):
    """A search as asked."""

    text: str
    first: int
    after: str


class _Found(NamedTuple):
    """A page of what was found."""

    subjects: list[RegisteredSubject]
    has_next: bool
    total: int | None


@dataclass(frozen=True, slots=True)
class Search:
    """Searches the register, and lets what it finds be told as any subject is."""

    register: Register
    cursors: Cursors
    deadline_s: float
    tell_all: TellAll

    async def answer(self, asked: SubjectField, outcomes: Outcomes) -> Mapping[str, Any] | None:
        """Give the value of the field; null has its error."""
        path: Path = (asked.key,)
        try:
            sought = self._sought(asked, outcomes.variables)
        except GatewayError as error:
            outcomes.errors.append((path, error))
            return None
        try:
            found = await self._find(asked, sought)
        except SourceError as failure:
            outcomes.saw(CENTRE, None)
            outcomes.errors.append((path, lost(CENTRE, failure)))
            return None
        outcomes.saw(CENTRE, outcomes.now)
        return await self._told(asked, sought, found, outcomes)

    def _sought(self, asked: SubjectField, variables: Mapping[str, Any]) -> _Sought:
        kind = asked.arguments["kind"](variables)
        if getattr(kind, "name", kind) == "INDIVIDUAL":
            raise Forbidden(Text("individuals are not searched for by name", "不得按姓名检索个人"))
        text = str(asked.arguments["text"](variables)).strip()
        if not SHORTEST_TEXT <= len(text) <= LONGEST_TEXT:
            limits = f"{SHORTEST_TEXT} to {LONGEST_TEXT} characters", f"{SHORTEST_TEXT} 至 {LONGEST_TEXT} 字"
            raise BadUserInput(Text(f"text: {limits[0]}", f"text：{limits[1]}"))
        if not text.isprintable():
            raise BadUserInput(Text("text has characters that cannot be seen", "text 含不可见字符"))
        after = read_after(self.cursors, _list_of(text), asked.arguments["after"](variables))
        return _Sought(text, read_first(asked.arguments["first"](variables)), after[1] if after else "")

    async def _find(self, asked: SubjectField, sought: _Sought) -> _Found:
        try:
            async with asyncio.timeout(self.deadline_s):
                subjects = await self.register.search(sought.text, sought.after, sought.first + 1)
                counted = any(nodes[0].name.value == "totalCount" for nodes in asked.connection.values())
                total = await self.register.count(sought.text) if counted else None
        except TimeoutError as error:
            message = f"no answer within {self.deadline_s} s"
            raise SourceUnavailable(message) from error
        return _Found(subjects[: sought.first], len(subjects) > sought.first, total)

    async def _told(self, asked: SubjectField, sought: _Sought, found: _Found, outcomes: Outcomes) -> Mapping[str, Any]:
        answer: dict[str, Any] = {}
        page_info = self._page_info(sought, found)
        for key, nodes in asked.connection.items():
            match nodes[0].name.value:
                case "__typename":
                    answer[key] = "SubjectConnection"
                case "totalCount":
                    answer[key] = found.total
                case "nodes":
                    paths: list[Path] = [(asked.key, key, n) for n in range(len(found.subjects))]
                    subjects = dict(enumerate(found.subjects))
                    answer[key] = await self.tell_all(asked.lists[key], subjects, outcomes, paths)
                case _:
                    below = asked.selector.under(nodes, ("PageInfo",))
                    answer[key] = {each: page_info[named[0].name.value] for each, named in below.items()}
        return answer

    def _page_info(self, sought: _Sought, found: _Found) -> Mapping[str, Any]:
        ends = (found.subjects[0], found.subjects[-1]) if found.subjects else ()
        cursors = [self.cursors.write(_list_of(sought.text), (None, each.identifier)) for each in ends]
        start, end = cursors or (None, None)
        return {
            "__typename": "PageInfo",
            "hasNextPage": found.has_next,
            "hasPreviousPage": bool(sought.after),
            "startCursor": start,
            "endCursor": end,
        }


def _list_of(text: str) -> str:
    return f"search\x1f{text}"
