"""Two engines must agree: the compiled one, and graphql-core with the plainest resolvers, on random operations.

Each standing asks XINYONG_TEST_OPERATIONS operations (150 without it), half of them with the cache on. The long run:

    XINYONG_TEST_OPERATIONS=2000 make test ARGS="tests/agreement"

A disagreement prints the seed and the least operation that shows it.
"""

import os
import random
import time
from collections.abc import AsyncIterator, Mapping, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest

from connectors.connector import Batch, Rows
from connectors.errors import SourceError, SourceMisbehaved, SourceUnavailable
from gateway.access import tokens
from gateway.answer import CreditGraph
from gateway.answer.itself import AboutItself
from gateway.app import House, open_house
from schema.catalogue import RECORDS
from schema.days import day_of
from schema.definition import RecordDefinition
from schema.tiers import Tier
from tests.agreement.city import AGENCIES, AS_OF, copied, settings_of
from tests.agreement.comparing import differences
from tests.agreement.operations import Question, Questions
from tests.agreement.oracle import SCHEMA, Asker, Oracle, Told
from tests.agreement.records import Knowledge, floor_of
from tests.shrinking import shrunk

OPERATIONS = int(os.environ.get("XINYONG_TEST_OPERATIONS", "150"))
SEED = int(os.environ.get("XINYONG_TEST_SEED", "1"))
_COMPANY, _PERSON = "91410199DEM001076Q", "410199200104231074"
_SUPERVISION = ("SUPERVISION", "年度双随机抽查")


def _viewer(
    person: str | None, organisation: str | None, kind: str | None, *roles: str, standing: str = ""
) -> dict[str, Any]:
    return {
        "person": person,
        "organisation": organisation,
        "organisationKind": kind,
        "roles": list(roles),
        "standings": ["PUBLIC", *([standing] if standing else [])],
    }


_MARKET = _viewer("demo:market-officer", "MARKET_REGULATION", "ADMINISTRATIVE", "OFFICER", standing="DUTY")
_COURT = _viewer("demo:court-officer", "COURT", "JUDICIAL", "OFFICER", standing="DUTY")
_SERVICE = _viewer("demo:credit-service", "91410199DEM0013591", "CREDIT_SERVICE", "OFFICER", standing="DUTY")
ASKERS = {
    "the-public": Asker("public", viewer=_viewer(None, None, None)),
    "a-company-itself": Asker(
        "company",
        itself=_COMPANY,
        viewer=_viewer("demo:company", _COMPANY, "ENTERPRISE", standing="SELF"),
    ),
    "an-individual-itself": Asker(
        "individual", itself=_PERSON, viewer=_viewer("demo:individual", None, None, standing="SELF")
    ),
    "an-officer-with-a-purpose": Asker(
        "market-officer", _SUPERVISION, others=Tier.SHARED, finds_individuals=True, viewer=_MARKET
    ),
    "an-officer-without-a-purpose": Asker("market-officer", purpose_would_open=True, viewer=_MARKET),
    "a-court-officer": Asker("court-officer", ("ADJUDICATION", "审理合同纠纷案件"), viewer=_COURT),
    "a-credit-service": Asker(
        "credit-service", ("CREDIT_SERVICE", "出具信用报告使用"), others=Tier.SHARED, viewer=_SERVICE
    ),
    "an-auditor": Asker(
        "auditor",
        counts=True,
        viewer=_viewer("demo:auditor", "CREDIT_CENTRE", "CREDIT_CENTRE", "AUDITOR", standing="STAFF"),
    ),
}


@dataclass
class Gateway:
    """A house, and the way to its door."""

    house: House[CreditGraph]
    folder: Path

    async def ask(self, asker: Asker, question: Question) -> dict[str, Any]:
        """Bring a question to the door, as a server would."""
        said: dict[str, Any] = {"query": question.document, "variables": question.variables}
        if question.operation_name:
            said["operationName"] = question.operation_name
        if asker.purpose:
            said["extensions"] = {"purpose": {"code": asker.purpose[0], "text": asker.purpose[1]}}
        headers = [(b"content-type", b"application/json"), (b"accept", b"application/json")]
        token = self._token(asker.persona)
        if token:
            headers.append((b"authorization", f"Bearer {token}".encode()))
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": orjson.dumps(said), "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(dict(message))

        scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}
        await self.house.door(scope, receive, send)
        answer: dict[str, Any] = orjson.loads(sent[1]["body"])
        return answer

    def _token(self, persona: str) -> str:
        known = _TOKENS.get((self.folder, persona))
        if known is None:
            known = tokens.issue(persona, self.house.settings.keys.folder, time.time(), timedelta(days=1))
            _TOKENS[self.folder, persona] = known
        return known


_TOKENS: dict[tuple[Path, str], str] = {}


@asynccontextmanager
async def opened(
    city: Path, folder: Path, *, cache: bool, failing: Mapping[str, SourceError]
) -> AsyncIterator[Gateway]:
    """Open a gateway over a copy of the city, in which some connectors fail."""
    house = await open_house(settings_of(copied(city, folder), cache=cache))
    try:
        for agency, error in failing.items():
            _break(house, agency, error)
        yield Gateway(house, folder)
    finally:
        await house.close()


def _break(house: House[CreditGraph], agency: str, error: SourceError) -> None:
    async def fail(batch: Batch) -> Rows:
        assert batch.keys
        raise error

    house.graph.connectors[agency].gather = fail  # type: ignore[method-assign]  # to break it is the test


class Comparison:
    """Asks both engines, and stops at the first disagreement."""

    def __init__(self, gateways: list[Gateway], oracle: Oracle, asker: Asker) -> None:
        """Compare *gateways*, one after the other, with *oracle*."""
        self.gateways, self.oracle, self.asker = gateways, oracle, asker

    async def run(self, seed: str, count: int, of_itself: int = 1) -> None:
        """Compare *count* random operations."""
        questions = Questions(
            random.Random(seed),  # noqa: S311 (the same in every run)
            self.oracle.knowledge.subjects,
            self.asker.itself,
            of_itself=of_itself,
        )
        for n in range(count):
            question = questions.next()
            gateway = self.gateways[n % len(self.gateways)]
            told, found = await self._compare(gateway, question)
            if found:
                least = await shrunk(SCHEMA, question, partial(self._differs, gateway))
                _, of_least = await self._compare(gateway, least)
                told_of = "\n".join(of_least[:20] or ["(only once:)", *found[:20]])
                pytest.fail(f"seed {seed!r}, operation {n}:\n{least}\n{told_of}")
            questions.remember(told.cursors)

    async def _compare(self, gateway: Gateway, question: Question) -> tuple[Told, list[str]]:
        ids = [each.id for each in self.oracle.knowledge.subjects]
        counts = await gateway.house.trail.query_count(ids) if "queryCount" in question.document else {}
        today = day_of(time.time() + gateway.house.graph.today_offset_s)  # midnight may come while the test runs
        oracle = replace(self.oracle, today=today)
        told = oracle.answer(self.asker, question.document, question.variables, question.operation_name, counts)
        return told, differences(told, await gateway.ask(self.asker, question))

    async def _differs(self, gateway: Gateway, question: Question) -> bool:
        return bool((await self._compare(gateway, question))[1])


@pytest.mark.parametrize("standing", ASKERS)
async def test_the_engines_agree_on_random_operations(
    city: Path, knowledge: Knowledge, tmp_path: Path, standing: str
) -> None:
    async with (
        opened(city, tmp_path / "plain", cache=False, failing={}) as plain,
        opened(city, tmp_path / "cached", cache=True, failing={}) as cached,
    ):
        comparison = Comparison([plain, cached], Oracle(knowledge, AS_OF), ASKERS[standing])
        await comparison.run(f"{SEED}/{standing}", OPERATIONS)


@pytest.mark.parametrize("standing", ["the-public", "a-company-itself", "an-officer-with-a-purpose"])
@pytest.mark.parametrize("agencies", [("MARKET_REGULATION",), ("CREDIT_CENTRE",), ("COURT", "TAX"), AGENCIES])
async def test_the_engines_agree_when_sources_fail(
    city: Path, knowledge: Knowledge, tmp_path: Path, standing: str, agencies: tuple[str, ...]
) -> None:
    failing: dict[str, SourceError] = {
        agency: SourceMisbehaved("a test") if n % 2 else SourceUnavailable("a test")
        for n, agency in enumerate(agencies)
    }
    codes = {agency: error.code for agency, error in failing.items()}
    async with opened(city, tmp_path / "city", cache=bool(len(agencies) % 2), failing=failing) as gateway:
        comparison = Comparison([gateway], Oracle(knowledge, AS_OF, codes), ASKERS[standing])
        await comparison.run(f"{SEED}/{standing}/{'+'.join(agencies)}", max(15, OPERATIONS // 10))


@pytest.mark.parametrize("roots", [("viewer",), ("catalogue",), ("connectors",), ("viewer", "connectors")])
async def test_the_engines_agree_when_what_the_gateway_says_of_itself_fails(
    city: Path,
    knowledge: Knowledge,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    roots: tuple[str, ...],
) -> None:
    standing = "an-officer-with-a-purpose"
    say = AboutItself.__call__
    monkeypatch.setattr(AboutItself, "__call__", lambda *given: _Losing(say(*given), roots))
    oracle = Oracle(knowledge, AS_OF, lost_roots=frozenset(roots))
    async with opened(city, tmp_path / "city", cache=False, failing={}) as gateway:
        comparison = Comparison([gateway], oracle, ASKERS[standing])
        await comparison.run(f"{SEED}/{standing}/{'+'.join(roots)}", max(60, OPERATIONS // 3), of_itself=20)


class _Losing:
    """A root value of which some fields fail."""

    def __init__(self, whole: object, lost: tuple[str, ...]) -> None:
        self._whole, self._lost = whole, lost

    def __getattr__(self, name: str) -> object:
        if name in self._lost:
            raise LookupError(name)
        return getattr(self._whole, name)


async def test_the_pages_of_a_list_are_the_whole_list_in_its_order(
    city: Path, knowledge: Knowledge, tmp_path: Path
) -> None:
    """Walk every list that an officer sees, two records at a time, by the cursors that are given."""
    asker = ASKERS["an-officer-with-a-purpose"]
    async with opened(city, tmp_path / "city", cache=True, failing={}) as gateway:
        for subject in knowledge.subjects:
            for record in RECORDS.values():
                whole = knowledge.visible(subject, record.name, asker.others, AS_OF, itself=False, failing=())
                if len(whole) > 1 and floor_of(record, subject.kind) <= asker.others:
                    walked = await _walked(gateway, asker, subject.id, record, len(whole))
                    assert walked == [each.id for each in whole], f"{record.graph_field} of {subject.identifier}"


async def _walked(gateway: Gateway, asker: Asker, subject_id: str, record: RecordDefinition, count: int) -> list[str]:
    """Give the ids on all pages of one list."""
    document = (
        "query Walk($id: ID!, $after: String) { subject(by: {id: $id}) { ... on %s { "
        "list: %s(first: 2, after: $after) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } } } }"
    )
    kinds = {"LEGAL_PERSON": "LegalPerson", "INDIVIDUAL": "Individual"}
    types = [kinds[kind] for kind in record.subject_kinds]
    on = "Subject" if len(types) > 1 else types[0]
    ids: list[str] = []
    after: str | None = None
    while True:
        question = Question(document % (on, record.graph_field), {"id": subject_id, "after": after}, None)
        page = (await gateway.ask(asker, question))["data"]["subject"]["list"]
        assert page["totalCount"] in (count, None)  # null where a date was lost
        ids += [node["id"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"] or len(ids) > count:
            return ids
        after = page["pageInfo"]["endCursor"]
