"""Where rows are kept between questions, and how every process forgets those of a subject (Art. 11)."""

from collections.abc import Awaitable, Callable, Collection

from gateway.access.keys import Keys
from gateway.errors import CollectionUnavailable
from gateway.federation.rows.bell import Bell
from gateway.federation.rows.cache import CacheNotDropped, ProcessCache, RedisCache, RowCache
from gateway.settings import Settings

__all__ = ["cache_of", "dropping_from"]


def cache_of(settings: Settings, keys: Keys) -> RowCache | None:
    """Give where rows are kept between questions, None where nowhere."""
    if not settings.cache.enabled:
        return None
    if settings.redis.url is not None:
        return RedisCache(settings.redis.url, keys.cache)
    return ProcessCache(settings.cache.entries, Bell(settings.keys.folder / "caches.bell"))


def dropping_from(cache: RowCache | None) -> Callable[[Collection[str]], Awaitable[None]]:
    """Give how every process's cache is made to forget subjects (R11.3)."""

    async def dropping(subject_ids: Collection[str]) -> None:
        try:
            if cache is not None:
                await cache.drop(*subject_ids)
        except CacheNotDropped as failure:
            message = f"rows that were kept could not be dropped: {failure}"
            raise CollectionUnavailable(message) from failure

    return dropping
