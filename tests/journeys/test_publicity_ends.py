"""A penalty whose last day of publicity is over: gone for the public, there for who has a purpose (R17.3)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any

import pytest

from gateway.settings import Settings
from tests.journeys.visitor import AS_OF, CODES, SUPERVISION, Place, Visitor, visiting

CODE = {"code": CODES["LP-04"]}
PENALTIES = """query ($code: String!, $after: String) { subject(by: {unifiedSocialCreditCode: $code}) {
  administrativePenalties(first: 1, after: $after) {
    totalCount nodes { id publicityUntil } pageInfo { hasNextPage endCursor } } } }"""
Connection = dict[str, Any]


@asynccontextmanager
async def on(city: Place, day: date, *, cache: bool) -> AsyncIterator[Visitor]:
    settings: Settings = city.settings(as_of=day, cache={"enabled": cache})
    async with visiting(settings) as visitor:
        yield visitor


async def penalties(visitor: Visitor, persona: str = "public", after: str | None = None) -> Connection:
    purpose = SUPERVISION if persona == "market-officer" else None
    told = await visitor.ask(PENALTIES, {**CODE, "after": after}, persona=persona, purpose=purpose)
    assert not told.codes
    found: Connection = told.data["subject"]["administrativePenalties"]
    return found


async def last_day(city: Place) -> date:
    """Give the last day on which the first of the company's public penalties is published."""
    async with on(city, AS_OF, cache=False) as visitor:
        first = (await penalties(visitor))["nodes"][0]
    return date.fromisoformat(first["publicityUntil"])


@pytest.mark.parametrize("cache", [False, True])
async def test_it_is_public_on_its_last_day_and_the_next_day_the_public_has_one_less(
    city: Place, *, cache: bool
) -> None:
    day = await last_day(city)
    async with on(city, day, cache=cache) as visitor:
        before = await penalties(visitor)
    async with on(city, day + timedelta(1), cache=cache) as visitor:
        after = await penalties(visitor)
        again = await penalties(visitor)
        page = await penalties(visitor, after=before["pageInfo"]["endCursor"])
        officers = await penalties(visitor, "market-officer")
        unfounded = await penalties(visitor, "auditor")
    assert before["totalCount"] == 1
    assert before["nodes"] == officers["nodes"]
    nothing = {"totalCount": 0, "nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}
    assert [after, again, page, unfounded] == [nothing] * 4
