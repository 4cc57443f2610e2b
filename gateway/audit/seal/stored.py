"""The log as it stands in the gateway's database, for those who compare it with what stands elsewhere."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.audit.seal.errors import LogRefused
from gateway.audit.seal.rows import connected, log_keys, newest_checkpoint, tiles_at, with_tiles
from gateway.audit.seal.succession import LogKeys
from gateway.audit.seal.suites import Suite
from gateway.audit.seal.tiles import Place
from gateway.audit.seal.tree import TileMissing

__all__ = ["StoredLog"]


class StoredLog:
    """Reads the log, each time anew.

    Each method raises:
        SealingFailed: the database cannot be read.

    """

    def __init__(self, engine: AsyncEngine, suite: Suite) -> None:
        """Take the database and how the log hashes."""
        self._engine = engine
        self._suite = suite

    async def size(self) -> int:
        """Give how many entries are sealed."""
        async with connected(self._engine) as connection:
            newest = await newest_checkpoint(connection)
        return newest.size if newest else 0

    async def keys(self) -> LogKeys | None:
        """Give the log's keys; None before anything was sealed."""
        async with connected(self._engine) as connection:
            return await log_keys(connection)

    async def tiles(self, places: Iterable[Place]) -> dict[Place, bytes]:
        """Give those of these tiles that are there."""
        async with connected(self._engine) as connection:
            return await tiles_at(connection, places)

    async def root(self, size: int) -> bytes:
        """Give the root over the first *size* entries.

        Raises:
            LogRefused: a tile that it needs is not there.

        """
        async with connected(self._engine) as connection:
            try:
                return await with_tiles(connection, self._suite, lambda tree: tree.root(size))
            except TileMissing as missing:
                message = f"the log has no root for {size} entries: {missing} is not in the database"
                raise LogRefused(message) from missing
