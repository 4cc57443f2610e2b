"""The desk at which workbooks are opened, a few at a time, and marked to go back (Art. 12(1); R11.1).

A large workbook takes processor time and memory while it is read: it is read in a thread, and others wait for theirs.
"""

import asyncio
from collections.abc import AsyncIterable, Sequence
from contextlib import ExitStack
from typing import Final

from gateway.collection.workbooks.archive import Bounds
from gateway.collection.workbooks.marking import marked
from gateway.collection.workbooks.reading import OpenedWorkbook, open_workbook
from gateway.settings import Workbooks
from schema.reporting import RowProblem

__all__ = ["WorkbookDesk", "bounds_of"]

_AT_ONCE: Final = 2
_MOST_PROBLEMS: Final = 200_000
"""Problems that a marked workbook tells; the receipt has them all."""


def bounds_of(settings: Workbooks) -> Bounds:
    """Give how much of a workbook is read, as the settings say."""
    return Bounds(settings.rows, settings.file_bytes, settings.unpacked_bytes)


class WorkbookDesk:
    """Opens workbooks within bounds."""

    def __init__(self, bounds: Bounds) -> None:
        """Open no larger ones than *bounds* say."""
        self.bounds = bounds
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def open(self, content: bytes, held: ExitStack) -> OpenedWorkbook:
        """Open a workbook; its place at the desk is free again when *held* ends.

        Raises:
            WorkbookRefused: saying why; nothing of it is kept.

        """
        await self._places.acquire()
        held.callback(self._places.release)
        return await asyncio.to_thread(open_workbook, content, self.bounds)

    async def mark(self, opened: OpenedWorkbook, problems: AsyncIterable[Sequence[RowProblem]]) -> bytes:
        """Give a workbook back with its problems marked, which come in pages."""
        told: dict[int, list[RowProblem]] = {}
        count = 0
        async for page in problems:
            for each in page:
                told.setdefault(each.row, []).append(each)
            count += len(page)
            if count >= _MOST_PROBLEMS:
                break
        return await asyncio.to_thread(marked, opened, told)
