"""The tree over a log's leaves: roots, and what proves that an entry, or an older log, is in it (RFC 6962, 2.1).

Pure: the tiles are handed over. What is missing among them is named, so that it can be fetched.
"""

from collections.abc import Sequence

from gateway.audit.seal.suites import HASH_BYTES, Suite
from gateway.audit.seal.tiles import HEIGHT, WIDTH, Place, Tiles

__all__ = ["TileMissing", "Tree", "consistent", "root_by_path"]


class TileMissing(LookupError):
    """A tile that a calculation needs and was not handed."""

    def __init__(self, place: Place) -> None:
        """Name the tile."""
        super().__init__(f"tile {place.level}/{place.number}")
        self.place = place


class Tree:
    """The tree of one log, read off its tiles."""

    def __init__(self, suite: Suite, tiles: Tiles) -> None:
        """Take the tiles; more may be put into the same mapping later."""
        self._suite = suite
        self._tiles = tiles
        self._nodes: dict[tuple[int, int], bytes] = {}

    def root(self, size: int) -> bytes:
        """Give the root over the first *size* leaves.

        Raises:
            TileMissing: naming the tile that it needs.

        """
        return self._subtree(0, size) if size else self._suite.empty

    def leaf(self, index: int) -> bytes:
        """Give one leaf."""
        return self._node(0, index)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Give the hashes that lead from leaf *index* to the root over *size* leaves, the leaf's neighbour first."""
        path: list[bytes] = []
        first, end = 0, size
        while end - first > 1:
            middle = first + _split(end - first)
            if index < middle:
                path.append(self._subtree(middle, end))
                end = middle
            else:
                path.append(self._subtree(first, middle))
                first = middle
        return path[::-1]

    def consistency(self, older: int, size: int) -> list[bytes]:
        """Give the hashes that show the log of *older* leaves to be the beginning of that of *size*."""
        path: list[bytes] = []
        first, end, whole = 0, size, True
        while older != end:
            middle = first + _split(end - first)
            if older <= middle:
                path.append(self._subtree(middle, end))
                end = middle
            else:
                path.append(self._subtree(first, middle))
                first, whole = middle, False
        return path[::-1] if whole else [self._subtree(first, end), *path[::-1]]

    def _subtree(self, first: int, end: int) -> bytes:
        size = end - first
        if size & (size - 1) == 0:
            height = size.bit_length() - 1
            return self._node(height, first >> height)
        middle = first + _split(size)
        return self._suite.node(self._subtree(first, middle), self._subtree(middle, end))

    def _node(self, height: int, index: int) -> bytes:
        known = self._nodes.get((height, index))
        if known is None:
            level, above = divmod(height, HEIGHT)
            number, offset = divmod(index << above, WIDTH)
            tile = self._tiles.get(Place(level, number), b"")
            row = tile[offset * HASH_BYTES : (offset + (1 << above)) * HASH_BYTES]
            if len(row) != HASH_BYTES << above:
                raise TileMissing(Place(level, number))
            known = self._nodes[height, index] = self._suite.fold(row)
        return known


def root_by_path(suite: Suite, leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Give the root that *path* leads to from *leaf*; None where a path of that length fits no such place."""
    if not 0 <= index < size:
        return None
    at, last, node = index, size - 1, leaf
    for each in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            node = suite.node(each, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = suite.node(node, each)
        at, last = at >> 1, last >> 1
    return node if last == 0 else None


def consistent(suite: Suite, older: tuple[int, bytes], newer: tuple[int, bytes], path: Sequence[bytes]) -> bool:
    """Say whether *path* shows the log with the *older* size and root to be the beginning of the *newer* (2.1.2)."""
    (old_size, old_root), (size, root) = older, newer
    if not 0 < old_size <= size:
        return False
    if old_size == size:
        return not path and old_root == root
    steps = list(path) if old_size & (old_size - 1) else [old_root, *path]
    if not steps:
        return False
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = steps[0]
    for each in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = suite.node(each, old), suite.node(each, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = suite.node(new, each)
        at, last = at >> 1, last >> 1
    return (old, new, last) == (old_root, root, 0)


def _split(size: int) -> int:
    """Give the largest power of two below *size*."""
    return 1 << (size - 1).bit_length() - 1
