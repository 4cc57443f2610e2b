"""The leaves of the log, as its lowest tiles have them; read ahead, since mostly they are asked for in their order."""

from typing import Final

from gateway.audit.seal.suites import HASH_BYTES
from gateway.audit.seal.tiles import WIDTH
from gateway.audit.verification.snapshot import Snapshot

__all__ = ["LogLeaves"]

_AHEAD: Final = 64
"""Tiles that are read at once: half a megabyte."""
_TILES: Final = "SELECT n, hashes FROM audit_tile WHERE level = 0 AND n >= $1 AND n < $2"


class LogLeaves:
    """Gives the log's leaves by their indexes."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Read nothing yet."""
        self._snapshot = snapshot
        self._tiles: dict[int, bytes] = {}
        self._held = range(0)

    async def are(self, first: int, leaves: bytes) -> bool:
        """Say whether these *leaves* stand one behind the other from an index on."""
        wanted = range(first // WIDTH, (first + len(leaves) // HASH_BYTES - 1) // WIDTH + 1)
        if wanted[0] not in self._held or wanted[-1] not in self._held:
            self._held = range(wanted.start, max(wanted.stop, wanted.start + _AHEAD))
            self._tiles = dict(map(tuple, await self._snapshot.rows(_TILES, self._held.start, self._held.stop)))
        at = first % WIDTH * HASH_BYTES
        return b"".join([self._tiles.get(n, b"") for n in wanted])[at : at + len(leaves)] == leaves

    def at(self, index: int) -> bytes:
        """Give one of those that were asked for last; empty where its tile is not there, or is too short."""
        at = index % WIDTH * HASH_BYTES
        return self._tiles.get(index // WIDTH, b"")[at : at + HASH_BYTES]
