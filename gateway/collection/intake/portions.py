"""Rows in portions, whether they come one after the other or are awaited: all at once, or so many (R12.6, R12.9)."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable

from gateway.collection.intake.submission import Given
from gateway.errors import Text, TooManyRows

__all__ = ["all_of", "chunks_of", "too_many"]


def too_many(most: int) -> TooManyRows:
    """Give the refusal of more rows than may come at once."""
    return TooManyRows(Text(f"at most {most} at once", f"一次最多 {most} 行"))


async def all_of(rows: Iterable[Given] | AsyncIterable[Given], most: int) -> list[Given]:
    """Give rows as a list.

    Raises:
        TooManyRows: there are more than *most*; the others are not read.

    """
    listed: list[Given] = []
    async for row in _each(rows):
        if len(listed) == most:
            raise too_many(most)
        listed.append(row)
    return listed


async def _each(rows: Iterable[Given] | AsyncIterable[Given]) -> AsyncIterator[Given]:
    if isinstance(rows, AsyncIterable):
        async for row in rows:
            yield row
    else:
        for row in rows:
            yield row


async def chunks_of(rows: Iterable[Given] | AsyncIterable[Given], size: int) -> AsyncIterator[list[Given]]:
    """Give rows in lists of *size*, the last one shorter."""
    chunk: list[Given] = []
    async for row in _each(rows):
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
