"""Where a log's hashes lie: in rows of 256, by level and number, as C2SP's tiles are (c2sp.org/tlog-tiles).

Tile *n* of level 0 holds the leaves 256n to 256n+255; a hash of a higher level is the root of one full tile below.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from gateway.audit.seal.suites import HASH_BYTES, Suite

__all__ = [
    "FULL",
    "HEIGHT",
    "WIDTH",
    "Place",
    "Tiles",
    "edges",
    "expected_width",
    "grown",
    "grown_places",
    "number_path",
]

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
FULL: Final = WIDTH * HASH_BYTES
"""Bytes of a full tile."""

_GROUP: Final = 1000


class Place(NamedTuple):
    """Which tile: its level and its number within the level."""

    level: int
    number: int


Tiles = Mapping[Place, bytes]


def grown(suite: Suite, held: Tiles, size: int, leaves: Sequence[bytes]) -> dict[Place, bytes]:
    """Give the tiles that change when *leaves* are put behind *size* others, whose last tiles are *held*.

    Raises:
        ValueError: the tiles held are not those of a log of that size.

    """
    touched: dict[Place, bytes] = {}
    level, first, fresh = 0, size, list(leaves)
    while fresh:
        number, width = divmod(first, WIDTH)
        row = held.get(Place(level, number), b"") if width else b""
        if len(row) != width * HASH_BYTES:
            message = f"tile {level}/{number} has {len(row)} bytes, and {size} leaves want {width * HASH_BYTES}"
            raise ValueError(message)
        row += b"".join(fresh)
        pieces = [row[at : at + FULL] for at in range(0, len(row), FULL)]
        touched |= {Place(level, number + at): piece for at, piece in enumerate(pieces)}
        level, first, fresh = level + 1, number, [suite.fold(piece) for piece in pieces if len(piece) == FULL]
    return touched


def edges(size: int) -> list[Place]:
    """Give the tiles that are not full in a log of *size*: with them it grows, and they give its root.

    >>> edges(70_000)
    [Place(level=0, number=273), Place(level=1, number=1), Place(level=2, number=0)]
    """
    found = []
    level, count = 0, size
    while count:
        number, width = divmod(count, WIDTH)
        if width:
            found.append(Place(level, number))
        level, count = level + 1, number
    return found


def expected_width(place: Place, size: int) -> int:
    """Give how many hashes a tile of a log of *size* has: 0 where there is no such tile.

    >>> expected_width(Place(1, 1), 70_000)
    17
    """
    return max(0, min(WIDTH, (size >> HEIGHT * place.level) - place.number * WIDTH))


def grown_places(before: int, size: int) -> Iterator[Place]:
    """Give every tile that is new or wider in a log of *size* than in the same log *before*."""
    level = 0
    while size >> HEIGHT * level:
        now, then = size >> HEIGHT * level, before >> HEIGHT * level
        if now > then:
            yield from (Place(level, number) for number in range(then // WIDTH, (now + WIDTH - 1) // WIDTH))
        level += 1


def number_path(number: int) -> str:
    """Write a number as C2SP's paths do.

    >>> number_path(1_234_067)
    'x001/x234/067'
    """
    written = f"{number % _GROUP:03d}"
    while number >= _GROUP:
        number //= _GROUP
        written = f"x{number % _GROUP:03d}/{written}"
    return written
