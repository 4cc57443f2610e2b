"""Verifies the log itself: runs without a gap, tiles reckoned anew, every checkpoint signed and true to the tiles."""

from collections.abc import Callable
from typing import Any, Final

from gateway.audit.seal.notes import NoteRefused
from gateway.audit.seal.succession import LogKeys
from gateway.audit.seal.suites import HASH_BYTES, Suite
from gateway.audit.seal.tiles import FULL, HEIGHT, WIDTH, Place, expected_width
from gateway.audit.seal.tree import TileMissing, Tree
from gateway.audit.verification.findings import Findings
from gateway.audit.verification.snapshot import Page, Snapshot
from gateway.store.tables import microseconds

__all__ = ["Log"]

_FORGET: Final = 64
"""After so many tiles the nodes that were reckoned for checkpoints are forgotten."""


class Log:
    """Verifies one log of a known size."""

    def __init__(self, snapshot: Snapshot, suite: Suite, keys: LogKeys, found: Findings) -> None:
        """Take the public keys that are trusted."""
        self._snapshot = snapshot
        self._suite = suite
        self._keys = keys
        self._found = found
        self._held: dict[Place, bytes] = {}
        self._tree = Tree(suite, self._held)
        self.checkpoints = 0

    async def verify(
        self, size: int, floor: int, tiles: tuple[int, int] | None, progress: Callable[[int], None]
    ) -> None:
        """Verify runs, tiles and checkpoints; *tiles* are the first and last of level 0 that matter, else all do."""
        await self._runs(size)
        first, last = tiles or (0, size // WIDTH)
        await self._upper_levels(size)
        checkpoints = _Checkpoints(self._snapshot, first * WIDTH, None if tiles is None else (last + 1) * WIDTH)
        wanted = max(first, floor // WIDTH)
        asked = "SELECT n, hashes FROM audit_tile WHERE level = 0 AND n BETWEEN $1 AND $2 ORDER BY n"
        async for page in self._snapshot.pages(asked, first, last):
            for n, hashes in page:
                self._missing(0, wanted, n)
                wanted = max(wanted, n + 1)
                self._tile(Place(0, n), hashes, size)
                self._held[Place(0, n)] = hashes
                for row in await checkpoints.below((n + 1) * WIDTH):
                    self._checkpoint(row, floor)
                del self._held[Place(0, n)]
                if n % _FORGET == 0:
                    self._tree = Tree(self._suite, self._held)
            progress(len(page))
        self._missing(0, wanted, min(last + 1, (size + WIDTH - 1) // WIDTH))
        for row in await checkpoints.below(None):
            self._checkpoint(row, floor)

    async def _runs(self, size: int) -> None:
        expected = 0
        async for page in self._snapshot.pages("SELECT first_index, n, stream FROM audit_run ORDER BY first_index"):
            for first, n, stream in page:
                if first != expected:
                    what = f"stream {stream} begins there, and the run before ends at {expected}"
                    self._found.add("run", f"audit_run first_index {first}", what)
                expected = first + n
        if expected != size:
            what = f"the runs end at {expected}, and the newest checkpoint says {size}"
            self._found.add("run", f"audit_run first_index {min(expected, size)}", what)

    async def _upper_levels(self, size: int) -> None:
        """Read all tiles above level 0, the root's first, since each says what those below it must come to."""
        asked = "SELECT level, n, hashes FROM audit_tile WHERE level > 0 ORDER BY level DESC, n"
        wanted = {
            Place(level, n)
            for level in range(1, (size.bit_length() + HEIGHT - 1) // HEIGHT + 1)
            for n in range(((size >> HEIGHT * level) + WIDTH - 1) // WIDTH)
        }
        async for page in self._snapshot.pages(asked):
            for level, n, hashes in page:
                place = Place(level, n)
                wanted.discard(place)
                self._held[place] = hashes
                self._tile(place, hashes, size)
        for place in sorted(wanted):
            self._missing(place.level, place.number, place.number + 1)

    def _tile(self, place: Place, hashes: bytes, size: int) -> None:
        width = expected_width(place, size)
        if len(hashes) != width * HASH_BYTES:
            what = f"it has {len(hashes) / HASH_BYTES:g} hashes, and a log of {size} wants {width}"
            self._found.add("tile", _named(place), what)
        elif len(hashes) == FULL:
            above = self._held.get(Place(place.level + 1, place.number // WIDTH), b"")
            at = place.number % WIDTH * HASH_BYTES
            if self._suite.fold(hashes) != above[at : at + HASH_BYTES]:
                what = f"it does not come to what {_named(Place(place.level + 1, place.number // WIDTH))} says of it"
                self._found.add("tile", _named(place), what)

    def _missing(self, level: int, first: int, end: int) -> None:
        for n in range(first, end):
            self._found.add("tile", _named(Place(level, n)), "it is not there")

    def _checkpoint(self, row: tuple[Any, ...], floor: int) -> None:
        size, prev_size, root, note, at, before = row
        name = f"audit_checkpoint size {size}"
        self.checkpoints += 1
        if before is not None and prev_size != before:
            self._found.add("checkpoint", name, f"it follows on {prev_size}, and the one before it is of {before}")
        try:
            checkpoint = self._keys.open(note)
        except NoteRefused as refused:
            self._not_of_its_key(name, note, refused)
            return
        told = (checkpoint.size, checkpoint.root, microseconds(checkpoint.sealed_at))
        if told != (size, bytes(root), at):
            self._found.add("checkpoint", name, "its columns are not what its signed note says")
        try:
            if self._tree.root(checkpoint.size) != checkpoint.root:
                self._found.add("checkpoint", name, "its root is not that of the log's tiles")
        except TileMissing as missing:
            if checkpoint.size >= floor:
                self._found.add("checkpoint", name, f"its root cannot be reckoned without {missing}")

    def _not_of_its_key(self, name: str, note: str, refused: NoteRefused) -> None:
        former = self._keys.former_of(note)
        if former is None:
            self._found.add("checkpoint", name, str(refused))
        else:
            self._found.add("key", name, f"it is signed with {former}, which does not sign a log of this size")


class _Checkpoints:
    """The checkpoints by their size, each with the size of the one before it."""

    def __init__(self, snapshot: Snapshot, first: int, end: int | None) -> None:
        """Begin to read."""
        where = "size >= $1" if end is None else "size >= $1 AND size < $2"
        asked = f"SELECT size, prev_size, root, note, at FROM audit_checkpoint WHERE {where} ORDER BY size"  # noqa: S608 - ours
        self._pages = snapshot.pages(asked, *((first,) if end is None else (first, end)))
        self._held: list[tuple[Any, ...]] = []
        self._before: int | None = 0 if first == 0 else None

    async def below(self, end: int | None) -> list[tuple[Any, ...]]:
        """Give those that were not given yet, below a size."""
        while not self._held or end is None or self._held[-1][0] < end:
            page: Page | None = await anext(self._pages, None)
            if page is None:
                break
            for row in page:
                self._held.append((*row, self._before))
                self._before = row[0]
        cut = next((at for at, row in enumerate(self._held) if end is not None and row[0] >= end), len(self._held))
        given, self._held = self._held[:cut], self._held[cut:]
        return given


def _named(place: Place) -> str:
    return f"audit_tile level {place.level} n {place.number}"
