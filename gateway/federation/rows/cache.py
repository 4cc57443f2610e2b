"""Rows kept between questions, by connector, record type and subject; never a decision, never a whole answer.

A cached row sits below the tier filter of its clearance: what another clearance may see is another selection.
A lost or wrong cache makes an answer slower, never wrong, and never an error (R19.9: a hit is recorded like any query).
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

import orjson
import redis.asyncio as redis
from cachetools import LRUCache
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from redis.exceptions import RedisError

from connectors.errors import SourceUnavailable
from gateway.federation.rows.batches import Batches, Lanes
from gateway.federation.rows.bell import Bell

__all__ = ["CacheNotDropped", "Kept", "Place", "ProcessCache", "RedisCache", "RowCache"]

Place = str
"""``agency:digest of the selection``: where a subject's rows of one type stand."""
Rows = list[list[Any]]
Kept = tuple[float, Rows]
"""When rows were asked for (seconds since 1970), and the rows."""
_NONCE = 12
_DROPPED = b"dropped"


class CacheNotDropped(Exception):
    """Rows of a subject could not be forgotten: whoever reports a change must say so."""


class RowCache(Protocol):
    """Where rows are kept between questions."""

    async def read(self, subject_ids: Sequence[str], places: Sequence[Place]) -> list[list[Kept | None]]:
        """Give for each subject and place the rows that are kept and still good, or None."""
        ...

    def keep(self, subject_id: str, place: Place, rows: Rows, asked_at: float, lifetime_s: float) -> None:
        """Keep rows that were asked for at *asked_at* (seconds since 1970)."""
        ...

    async def drop(self, *subject_ids: str) -> None:
        """Forget all of these subjects; what was asked before is not kept any more.

        Raises:
            CacheNotDropped: rows may be served until their lifetime ends.

        """
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...


class ProcessCache:
    """Rows in this process; others on the same machine are told by a bell, and forget all that they keep."""

    def __init__(self, subjects: int, bell: Bell | None = None) -> None:
        """Keep the rows of at most *subjects*."""
        self._kept: LRUCache[str, dict[Place, tuple[float, Kept]]] = LRUCache(subjects)
        self._dropped: LRUCache[str, float] = LRUCache(subjects)
        self._all_dropped = 0.0
        self._bell = bell

    async def read(self, subject_ids: Sequence[str], places: Sequence[Place]) -> list[list[Kept | None]]:
        """Give what is kept."""
        self._listen()
        now = time.time()
        found: list[list[Kept | None]] = []
        for subject_id in subject_ids:
            kept = self._kept.get(subject_id)
            if kept is None:
                found.append([None] * len(places))
                continue
            entries = [kept.get(place) for place in places]
            found.append([entry[1] if entry and entry[0] > now else None for entry in entries])
        return found

    def keep(self, subject_id: str, place: Place, rows: Rows, asked_at: float, lifetime_s: float) -> None:
        """Keep rows, unless the subject was dropped since they were asked for."""
        self._listen()
        if max(self._dropped.get(subject_id, 0.0), self._all_dropped) >= asked_at:
            return
        kept = self._kept.get(subject_id)
        if kept is None:
            kept = self._kept[subject_id] = {}
        kept[place] = (asked_at + lifetime_s, (asked_at, rows))

    async def drop(self, *subject_ids: str) -> None:
        """Forget subjects, and ring for the other processes.

        Raises:
            CacheNotDropped: they could not be told.

        """
        for subject_id in subject_ids:
            self._kept.pop(subject_id, None)
            self._dropped[subject_id] = time.time()
        if self._bell is not None and subject_ids:
            try:
                self._bell.ring()
            except OSError as error:
                raise CacheNotDropped(str(error)) from error

    def _listen(self) -> None:
        """Forget everything if it rang: nobody says about whom."""
        if self._bell is not None and self._bell.rang():
            self._kept.clear()
            self._all_dropped = time.time()

    async def close(self) -> None:
        """Forget everything."""
        self._kept.clear()


class RedisCache:
    """Rows in Redis, for several processes: one hash a subject, each value sealed and bound to its place.

    Short deadlines, and a pause after a failure: a Redis that is down costs one deadline now and then.
    """

    DEADLINE_S = 0.1
    DROPPING_S = 2.0
    LONGEST_S = 86_400

    def __init__(self, url: str, key: bytes) -> None:
        """Keep rows at *url*, sealed under *key*."""
        self._redis = redis.Redis.from_url(
            url, socket_timeout=self.DEADLINE_S, socket_connect_timeout=self.DEADLINE_S, retry_on_timeout=False
        )
        # whoever reports a change waits until it is known, and has more patience than who asks
        self._dropping = redis.Redis.from_url(
            url, socket_timeout=self.DROPPING_S, socket_connect_timeout=self.DROPPING_S, retry_on_timeout=False
        )
        self._seal = AESGCM(key)
        self._lanes = Lanes(2, self.DEADLINE_S * 2)
        self._reads: Batches[tuple[str, tuple[Place, ...]], Any] | None = None
        self._writes: Batches[tuple[str, Place, bytes, float], Any] | None = None

    async def read(self, subject_ids: Sequence[str], places: Sequence[Place]) -> list[list[Kept | None]]:
        """Give what is kept: one pipeline for all that ask at the same time."""
        if self._reads is None:
            self._reads = Batches(self._lanes, self._read_all)
        asked = tuple(places)
        futures = [self._reads.load((subject_id, asked)) for subject_id in subject_ids]
        return [
            self._opened(subject_id, asked, answer) if isinstance(answer, list) else [None] * len(asked)
            for subject_id, answer in zip(subject_ids, [await asyncio.shield(each) for each in futures], strict=True)
        ]

    def keep(self, subject_id: str, place: Place, rows: Rows, asked_at: float, lifetime_s: float) -> None:
        """Keep rows, in the background: nobody waits for it."""
        if self._writes is None:
            self._writes = Batches(self._lanes, self._write_all)
        said = orjson.dumps([asked_at, asked_at + lifetime_s, rows])
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._seal.encrypt(nonce, said, _bound(subject_id, place))
        self._writes.load((subject_id, place, sealed, lifetime_s))

    async def drop(self, *subject_ids: str) -> None:
        """Forget subjects, and what is still on its way here.

        Raises:
            CacheNotDropped: Redis could not be told; rows may be served until their lifetime ends.

        """
        try:
            async with self._dropping.pipeline(transaction=True) as pipe:
                for name in map(_name, subject_ids):
                    pipe.delete(name)
                    pipe.hset(name, _DROPPED, repr(time.time()))
                    pipe.expire(name, self.LONGEST_S)
                await pipe.execute()
        except (RedisError, OSError, TimeoutError) as error:
            raise CacheNotDropped(str(error)) from error

    async def close(self) -> None:
        """Give back connections."""
        await self._redis.aclose()
        await self._dropping.aclose()

    async def _read_all(self, asked: list[tuple[str, tuple[Place, ...]]]) -> Sequence[Any]:
        async with _failing_as_source(), self._redis.pipeline(transaction=False) as pipe:
            for subject_id, places in asked:
                pipe.hmget(_name(subject_id), [_DROPPED, *places])
            return list(await pipe.execute())

    async def _write_all(self, kept: list[tuple[str, Place, bytes, float]]) -> Sequence[Any]:
        async with _failing_as_source(), self._redis.pipeline(transaction=False) as pipe:
            for subject_id, place, sealed, lifetime_s in kept:
                pipe.hset(_name(subject_id), place, sealed)
                # never sooner than before: a shorter lifetime must not make "dropped" forgotten
                pipe.expire(_name(subject_id), max(1, int(lifetime_s) + 1), nx=True)
                pipe.expire(_name(subject_id), max(1, int(lifetime_s) + 1), gt=True)
            await pipe.execute()
        return [True] * len(kept)

    def _opened(self, subject_id: str, places: Sequence[Place], answer: Sequence[bytes | None]) -> list[Kept | None]:
        dropped_at, *sealed = answer
        try:
            since = float(dropped_at) if dropped_at else 0.0
        except ValueError:
            return [None] * len(places)
        return [
            None if each is None else self._open(_bound(subject_id, place), each, since)
            for place, each in zip(places, sealed, strict=True)
        ]

    def _open(self, bound: bytes, sealed: bytes, since: float) -> Kept | None:
        try:
            said = orjson.loads(self._seal.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound))
            asked_at, good_until, rows = said
        except (InvalidTag, ValueError, TypeError):
            return None
        return (asked_at, rows) if asked_at > since and good_until > time.time() else None


def _name(subject_id: str) -> str:
    return f"xinyong:rows:{subject_id}"


def _bound(subject_id: str, place: Place) -> bytes:
    return f"{subject_id}\x1f{place}".encode()


@asynccontextmanager
async def _failing_as_source() -> AsyncIterator[None]:
    """Let Redis fail as any source does, so that the breaker gives it a pause."""
    try:
        yield
    except (RedisError, OSError, ValueError) as error:
        raise SourceUnavailable(str(error)) from error
