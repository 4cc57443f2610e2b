"""No answer without its entry; a kept row makes an answer faster, never another, and is recorded like any (Art. 19)."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import redis

from connectors.tax import RATING
from gateway.settings import Settings
from tests.journeys.questions import EVERYTHING_OF_A_LEGAL_PERSON
from tests.journeys.visitor import CODES, SUPERVISION, Place, Visitor, visiting

LP_07 = {"code": CODES["LP-07"]}
RATINGS = """query Ratings($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) {
  ... on LegalPerson { taxCreditRatings { totalCount nodes { ratingYear grade } } } } }"""
Json = dict[str, Any]
NOWHERE = "redis://127.0.0.1:1/0"


@contextmanager
def locked(trail: str) -> Iterator[None]:
    """Let nobody else write to a file."""
    with closing(sqlite3.connect(trail.removeprefix("sqlite:///"), isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        yield
        database.execute("ROLLBACK")


async def test_what_cannot_be_recorded_is_not_answered(files: Place) -> None:
    async with visiting(files.settings(audit={"deadline_s": 0.2})) as visitor:
        before = await visitor.ask(RATINGS, LP_07, persona="company")
        assert before.data["subject"]["taxCreditRatings"]["nodes"]
        with locked(files.trail):
            told = await visitor.ask(RATINGS, LP_07, persona="company")
        after = await visitor.ask(RATINGS, LP_07, persona="company")
    assert told.status == 503
    assert told.codes == ["AUDIT_UNAVAILABLE"]
    assert int(told.headers["retry-after"]) >= 1
    assert "audit-record" not in told.headers
    assert set(told.json) == {"errors"}
    assert "grade" not in told.body.decode()
    assert after.data == before.data


@pytest.mark.parametrize("asked", ["{", "{ __typename }", "{ viewer { nothing } }"])
async def test_not_even_a_refusal_is_given_unrecorded(files: Place, asked: str) -> None:
    async with visiting(files.settings(audit={"deadline_s": 0.2})) as visitor:
        with locked(files.trail):
            told = await visitor.ask(asked)
    assert (told.status, told.codes) == (503, ["AUDIT_UNAVAILABLE"])


async def test_a_kept_row_is_recorded_like_any_other(city: Place) -> None:
    query = "query Count($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) { queryCount } }"
    async with visiting(city.settings()) as visitor:
        code = {"code": CODES["LP-07"]}
        counted = (await visitor.ask(query, code, persona="company")).data["subject"]["queryCount"]
        async with visitor.leaving(entries=2):
            told = [await visitor.ask(RATINGS, code, persona="tax-officer", purpose=SUPERVISION) for _ in range(2)]
        assert told[0].data == told[1].data
        assert (await visitor.ask(query, code, persona="company")).data["subject"]["queryCount"] == counted + 2
        assert b'xinyong_cache_hits_total{connector="TAX"} 1.0' in visitor.house.metrics.written()


async def ratings(visitor: Visitor) -> int:
    told = await visitor.ask(RATINGS, LP_07, persona="company")
    count: int = told.data["subject"]["taxCreditRatings"]["totalCount"]
    return count


async def drops(settings: Settings, tax: Path) -> list[int]:
    """Give the number of ratings before an agency forgets them, after it, and after the subject was dropped."""
    async with visiting(settings) as visitor:
        counts = [await ratings(visitor)]
        with closing(sqlite3.connect(tax)) as database, database:
            assert database.execute(f"DELETE FROM {RATING.name}").rowcount > 0  # noqa: S608 (a table of ours)
        counts.append(await ratings(visitor))
        assert visitor.house.graph.cache is not None
        await visitor.house.graph.cache.drop(visitor.house.keys.subject_id("uscc", LP_07["code"]))
        return [*counts, await ratings(visitor)]


@pytest.fixture
def tax(files: Place, tmp_path: Path) -> Path:
    """Give a file of the tax authority's own, which may be changed."""
    copied = tmp_path / "copied.sqlite"
    shutil.copyfile(files.urls["TAX"].removeprefix("sqlite:///"), copied)
    return copied


async def test_dropping_a_subject_shows_what_the_agency_says_now(files: Place, tax: Path) -> None:
    place = replace(files, urls={**files.urls, "TAX": f"sqlite:///{tax}"})
    assert await drops(place.settings(), tax) == [2, 2, 0]


async def test_dropping_a_subject_from_redis_shows_it_too(files: Place, tax: Path, clean_redis_url: str) -> None:
    place = replace(files, urls={**files.urls, "TAX": f"sqlite:///{tax}"})
    assert await drops(place.settings(redis={"url": clean_redis_url}), tax) == [2, 2, 0]


@pytest.fixture
async def whole(files: Place) -> Json:
    """Give the answer without any cache."""
    async with visiting(files.settings(cache={"enabled": False})) as visitor:
        data: Json = (await visitor.ask(EVERYTHING_OF_A_LEGAL_PERSON, LP_07, persona="company")).data
        return data


async def answers(settings: Settings) -> list[Json]:
    """Give the answers to one question asked twice."""
    async with visiting(settings) as visitor:
        told = [await visitor.ask(EVERYTHING_OF_A_LEGAL_PERSON, LP_07, persona="company") for _ in range(2)]
        for each in told:
            assert each.errors == []
        return [_without_instants(each.data) for each in told]


def _without_instants(data: Json) -> Json:
    for each in data["subject"]["sources"]:
        each["asOf"] = None
    data["subject"]["queryCount"] = None
    return data


async def test_rows_kept_in_process_give_the_same_answer(files: Place, whole: Json) -> None:
    assert await answers(files.settings()) == [_without_instants(whole)] * 2


async def test_without_redis_the_answer_is_the_same(files: Place, whole: Json) -> None:
    assert await answers(files.settings(redis={"url": NOWHERE})) == [_without_instants(whole)] * 2


async def test_with_redis_the_answer_is_the_same(files: Place, whole: Json, clean_redis_url: str) -> None:
    assert await answers(files.settings(redis={"url": clean_redis_url})) == [_without_instants(whole)] * 2


@pytest.mark.parametrize("poison", [b"", b"x", b"\x00" * 64])
async def test_what_others_wrote_into_redis_is_never_answered(
    files: Place, whole: Json, clean_redis_url: str, poison: bytes
) -> None:
    settings = files.settings(redis={"url": clean_redis_url})
    await answers(settings)
    client = redis.Redis.from_url(clean_redis_url)
    try:
        names = list(client.scan_iter())
        assert names
        for name in names:
            for place in client.hkeys(name):
                client.hset(name, place, poison)
    finally:
        client.close()
    assert await answers(settings) == [_without_instants(whole)] * 2
