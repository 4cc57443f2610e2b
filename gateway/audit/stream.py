"""What the writer asks of a database: streams, each in total order, each left at the first doubt."""

from collections.abc import Callable
from typing import Protocol

from gateway.audit.batch import Batch
from gateway.audit.entry import Receipt

__all__ = ["Stream", "Streams"]


class Stream(Protocol):
    """One held connection, and the entries written through it: 0, 1, 2, ... without a gap."""

    async def commit(self, batch: Batch, *, more: Callable[[], bool]) -> list[Receipt]:
        """Make *batch* durable; *more*, asked at the end, tells whether one of several entries follows at once.

        Raises:
            NotCommitted: where it certainly is not in the trail.
            CommitUnknown: where it may or may not be.

        """
        ...

    async def check(self) -> None:
        """Look whether the database keeps what it acknowledges still.

        Raises:
            NotCommitted: where it may not, or cannot be asked; the stream is to be left.

        """
        ...

    def abandon(self) -> None:
        """Leave the stream at once: nothing is ever written to it again."""
        ...

    async def close(self) -> None:
        """Leave the stream in good order."""
        ...


class Streams(Protocol):
    """Opens streams on one database."""

    async def open(self) -> Stream:
        """Open a new stream.

        Raises:
            NotCommitted: where the database cannot be reached, or would not make entries durable.

        """
        ...
