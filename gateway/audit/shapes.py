"""Which shapes of lines a stream has written already: each is written once, before the first line that names it."""

from collections.abc import Mapping
from typing import Final

from schema.line_shapes import LineShape

__all__ = ["KnownShapes"]

_REMEMBERED: Final = 16_384

ShapeRow = tuple[bytes, int, str, str, str, str, str]
"""Digest, position, then a ruling as it stands in the table."""


class KnownShapes:
    """The shapes of one stream; a stream that failed is left with all that it knew."""

    def __init__(self) -> None:
        """Know none."""
        self._known: set[bytes] = set()

    def __contains__(self, digest: bytes) -> bool:
        """Say whether a shape was written here."""
        return digest in self._known

    def new_among(self, shapes: Mapping[bytes, LineShape]) -> list[ShapeRow]:
        """Give the rows of those that were never written here, and know them from now on."""
        new = [digest for digest in shapes if digest not in self._known]
        if not new:
            return []
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known.update(new)
        return [
            (digest, n, row.coordinate, row.tier, row.decision, row.missing_paper, row.article)
            for digest in new
            for n, row in enumerate(shapes[digest].rows)
        ]
