"""Rows kept between questions: good for their lifetime, gone once dropped, and never another's."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from gateway.federation.rows.bell import Bell
from gateway.federation.rows.cache import CacheNotDropped, Kept, ProcessCache, RedisCache, RowCache

KEY = b"k" * 32
NOWHERE = "redis://127.0.0.1:1/0"
PLACE = "TAX:digest"
ROWS = [["A", 2024, None, ["x"], True]]
LIFETIME_S = 3_600.0


@pytest.fixture(params=["process", "redis"])
async def cache(request: pytest.FixtureRequest) -> AsyncIterator[RowCache]:
    """Give an empty cache of each kind."""
    given: RowCache = (
        ProcessCache(100) if request.param == "process" else RedisCache(request.getfixturevalue("clean_redis_url"), KEY)
    )
    yield given
    await given.close()


@pytest.fixture
async def in_redis(clean_redis_url: str) -> AsyncIterator[RedisCache]:
    """Give an empty cache in Redis."""
    given = RedisCache(clean_redis_url, KEY)
    yield given
    await given.close()


@pytest.fixture
async def nowhere() -> AsyncIterator[RedisCache]:
    """Give a cache in a Redis that is down."""
    given = RedisCache(NOWHERE, KEY)
    yield given
    await given.close()


@pytest.fixture
def client(clean_redis_url: str) -> Iterator["redis.Redis"]:
    """Give somebody else's way into the same Redis."""
    given = redis.Redis.from_url(clean_redis_url)
    yield given
    given.close()


async def written(cache: RowCache) -> None:
    """Wait until all that was to be kept is."""
    if isinstance(cache, RedisCache):
        while cache._lanes._running or cache._lanes._waiting:  # noqa: SLF001, ASYNC110 (nobody is told of it)
            await asyncio.sleep(0)


async def keep(cache: RowCache, subject: str = "LP", place: str = PLACE, *, asked_at: float, **how: Any) -> None:  # noqa: ANN401 (rows, lifetime)
    cache.keep(subject, place, how.get("rows", ROWS), asked_at, how.get("lifetime_s", LIFETIME_S))
    await written(cache)


async def kept(cache: RowCache, subject: str = "LP", place: str = PLACE) -> Kept | None:
    return (await cache.read([subject], [place]))[0][0]


async def test_what_is_kept_is_found_with_when_it_was_asked(cache: RowCache) -> None:
    asked_at = time.time()
    await keep(cache, asked_at=asked_at)
    assert await kept(cache) == (asked_at, ROWS)


async def test_that_there_is_nothing_is_kept_too(cache: RowCache) -> None:
    await keep(cache, asked_at=time.time(), rows=[])
    found = await kept(cache)
    assert found is not None
    assert found[1] == []


async def test_each_subject_and_place_has_its_own_rows(cache: RowCache) -> None:
    now = time.time()
    await keep(cache, "LP-1", "a", asked_at=now, rows=[["1a"]])
    await keep(cache, "LP-2", "b", asked_at=now, rows=[["2b"]])
    found = await cache.read(["LP-1", "LP-2", "LP-3"], ["a", "b"])
    assert [[entry and entry[1] for entry in each] for each in found] == [
        [[["1a"]], None],
        [None, [["2b"]]],
        [None, None],
    ]


async def test_what_is_past_its_lifetime_is_not_found(cache: RowCache) -> None:
    await keep(cache, asked_at=time.time() - LIFETIME_S - 1)
    assert await kept(cache) is None


async def test_a_lifetime_counts_from_when_it_was_asked(cache: RowCache, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    await keep(cache, asked_at=now, lifetime_s=60.0)
    monkeypatch.setattr(time, "time", lambda: now + 59.9)
    assert await kept(cache) is not None
    monkeypatch.setattr(time, "time", lambda: now + 60.1)
    assert await kept(cache) is None


async def test_a_dropped_subject_is_gone_and_another_is_not(cache: RowCache) -> None:
    now = time.time()
    await keep(cache, "LP-1", asked_at=now)
    await keep(cache, "LP-2", asked_at=now)
    await cache.drop("LP-1")
    assert await kept(cache, "LP-1") is None
    assert await kept(cache, "LP-2") is not None


async def test_rows_asked_for_before_a_drop_never_come_back(cache: RowCache) -> None:
    asked_at = time.time()
    await cache.drop("LP")
    await keep(cache, asked_at=asked_at)
    assert await kept(cache) is None


async def test_rows_asked_for_after_a_drop_are_kept(cache: RowCache) -> None:
    await cache.drop("LP")
    await keep(cache, asked_at=time.time() + 0.001)
    assert await kept(cache) is not None


async def test_short_lived_rows_do_not_make_redis_forget_that_a_subject_was_dropped(
    in_redis: RedisCache, client: "redis.Redis"
) -> None:
    await in_redis.drop("LP")
    await keep(in_redis, asked_at=time.time() + 0.001, lifetime_s=1)
    (name,) = client.scan_iter()
    assert client.ttl(name) > LIFETIME_S


async def test_nothing_stays_in_redis_for_ever(in_redis: RedisCache, client: "redis.Redis") -> None:
    await keep(in_redis, "LP-1", asked_at=time.time(), lifetime_s=60)
    await in_redis.drop("LP-2")
    assert [client.ttl(name) > 0 for name in client.scan_iter()] == [True, True]


def test_the_process_keeps_no_more_subjects_than_it_was_told() -> None:
    cache = ProcessCache(2)
    now = time.time()
    for subject in ("LP-1", "LP-2", "LP-3"):
        cache.keep(subject, PLACE, ROWS, now, LIFETIME_S)
    found = asyncio.run(cache.read(["LP-1", "LP-2", "LP-3"], [PLACE]))
    assert [each[0] is not None for each in found] == [False, True, True]


# What others do to Redis


def as_bytes(value: object) -> bytes:
    assert isinstance(value, bytes)
    return value


async def two_values(cache: RedisCache, client: "redis.Redis") -> tuple[bytes, bytes]:
    """Keep two subjects' rows, and give their names in Redis."""
    for subject in ("LP-1", "LP-2"):
        await keep(cache, subject, "a", asked_at=time.time(), rows=[[subject, "a"]])
        await keep(cache, subject, "b", asked_at=time.time(), rows=[[subject, "b"]])
    first, second = sorted(client.scan_iter())
    return first, second


async def test_a_value_moved_to_another_subject_or_place_is_ignored(
    in_redis: RedisCache, client: "redis.Redis"
) -> None:
    first, second = await two_values(in_redis, client)
    client.hset(second, "a", client.hget(first, "a") or b"")
    client.hset(first, "b", client.hget(first, "a") or b"")
    assert await kept(in_redis, "LP-2", "a") is None
    assert await kept(in_redis, "LP-1", "b") is None
    assert await kept(in_redis, "LP-1", "a") is not None
    assert await kept(in_redis, "LP-2", "b") is not None


@pytest.mark.parametrize("at", [0, 12, -1])
async def test_an_altered_value_is_ignored(in_redis: RedisCache, client: "redis.Redis", at: int) -> None:
    first, _ = await two_values(in_redis, client)
    sealed = bytearray(as_bytes(client.hget(first, "a")))
    sealed[at] ^= 1
    client.hset(first, "a", bytes(sealed))
    assert await kept(in_redis, "LP-1", "a") is None
    assert await kept(in_redis, "LP-1", "b") is not None


async def test_a_garbled_mark_of_dropping_makes_all_of_the_subject_ignored(
    in_redis: RedisCache, client: "redis.Redis"
) -> None:
    first, _ = await two_values(in_redis, client)
    client.hset(first, "dropped", b"not a time")
    assert await kept(in_redis, "LP-1", "a") is None


async def test_another_gateways_key_opens_nothing(in_redis: RedisCache, clean_redis_url: str) -> None:
    await keep(in_redis, asked_at=time.time())
    stranger = RedisCache(clean_redis_url, b"s" * 32)
    assert await kept(stranger) is None
    await stranger.close()


async def test_no_value_of_a_row_can_be_read_in_redis(in_redis: RedisCache, client: "redis.Redis") -> None:
    await keep(in_redis, asked_at=time.time(), rows=[["410199199001010015"]])
    (name,) = client.scan_iter()
    assert b"410199" not in b"".join(map(as_bytes, client.hvals(name)))


async def test_a_name_of_another_type_in_redis_is_a_miss(in_redis: RedisCache, client: "redis.Redis") -> None:
    await keep(in_redis, asked_at=time.time())
    (name,) = client.scan_iter()
    client.delete(name)
    client.set(name, b"no hash")
    assert await kept(in_redis) is None


# Redis that is down


async def test_with_redis_down_nothing_is_found_and_nothing_fails(nowhere: RedisCache) -> None:
    await keep(nowhere, asked_at=time.time())
    assert await nowhere.read(["LP-1", "LP-2"], ["a", "b"]) == [[None, None], [None, None]]


async def test_with_redis_down_whoever_drops_is_told(nowhere: RedisCache) -> None:
    with pytest.raises(CacheNotDropped):
        await nowhere.drop("LP")


async def test_several_subjects_are_dropped_at_once(cache: RowCache) -> None:
    now = time.time()
    for subject in ("LP-1", "LP-2", "LP-3"):
        await keep(cache, subject, asked_at=now)
    await cache.drop("LP-1", "LP-2")
    assert [await kept(cache, subject) is None for subject in ("LP-1", "LP-2", "LP-3")] == [True, True, False]


async def test_a_bell_lets_another_process_forget_what_it_keeps_and_what_is_on_its_way(tmp_path: Path) -> None:
    one, other = (ProcessCache(100, Bell(tmp_path / "bell")) for _ in range(2))
    asked_at = time.time()
    await keep(other, asked_at=asked_at)
    assert await kept(other) is not None
    await one.drop("LP")
    assert await kept(other) is None
    await keep(other, asked_at=asked_at)
    assert await kept(other) is None
    await keep(other, asked_at=time.time() + 0.001)
    assert await kept(other) is not None


async def test_a_bell_that_cannot_be_rung_is_told(tmp_path: Path) -> None:
    cache = ProcessCache(100, Bell(tmp_path / "nowhere" / "bell"))
    with pytest.raises(CacheNotDropped):
        await cache.drop("LP")
