"""The lines about subjects, and the papers, read in the order of the entries that they belong to."""

from bisect import bisect_left
from collections.abc import AsyncIterator, Sequence
from typing import Any, cast

from gateway.audit.verification.projections import LINE_COLUMNS
from gateway.audit.verification.snapshot import Page, Snapshot

__all__ = ["Line", "Lines"]

Line = tuple[Any, ...]
"""A row; asyncpg's are no tuples, and behave and compare as those of their values."""


class Lines:
    """Gives the lines of one entry after the other; what belongs to no entry comes out with them."""

    def __init__(
        self,
        snapshot: Snapshot,
        where: str,
        values: tuple[int, ...],
        columns: Sequence[str] = LINE_COLUMNS,
        table: str = "audit_subject",
    ) -> None:
        """Begin to read; the first two *columns* are stream and seq."""
        statement = f"SELECT {', '.join(columns)} FROM {table} {where} ORDER BY stream, seq"  # noqa: S608 - names of ours
        self._pages: AsyncIterator[Page] = snapshot.pages(statement, *values)
        self._held: list[Line] = []
        self._ended = False

    async def up_to(self, stream: int, seq: int) -> list[Line]:
        """Give all lines not given yet of entries up to this one, as the columns have them."""
        while not self._ended and (not self._held or self._held[-1][:2] <= (stream, seq)):
            page = await anext(self._pages, None)
            if page is None:
                self._ended = True
            else:
                self._held += cast("Sequence[Line]", page)
        end = bisect_left(self._held, (stream, seq + 1))
        given, self._held = self._held[:end], self._held[end:]
        return given

    async def rest(self) -> list[Line]:
        """Give the lines that are left, when no entry is."""
        given = self._held
        async for page in self._pages:
            given += cast("Sequence[Line]", page)
        self._held = []
        return given
