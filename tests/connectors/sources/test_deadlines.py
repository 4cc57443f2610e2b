"""Deadlines with one timer end what is late, each at its own time, and nothing else."""

import asyncio
from collections.abc import Callable
from contextvars import Context
from typing import Any

import pytest

from connectors.sources.deadlines import Deadlines

LENGTH_S = 0.03
PATIENCE_S = 10.0
"""After which a test says that something hangs."""


def running() -> "asyncio.Task[Any]":
    task = asyncio.current_task()
    assert task is not None
    return task


async def kept(deadlines: Deadlines) -> None:
    """Do something that never ends."""
    with deadlines.one():
        await asyncio.Event().wait()


async def let_for(deadlines: Deadlines) -> float:
    """Give how long something that never ends was let."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    with pytest.raises(TimeoutError):
        await kept(deadlines)
    assert not running().cancelling(), "whoever was late may go on"
    return loop.time() - begun


async def test_what_takes_too_long_ends_with_a_timeout() -> None:
    async with asyncio.timeout(PATIENCE_S):
        assert await let_for(Deadlines(LENGTH_S)) >= LENGTH_S


async def test_each_has_its_own_time_by_one_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    deadlines, loop, looks = Deadlines(LENGTH_S), asyncio.get_running_loop(), 0
    call_at = loop.call_at

    def counted(
        when: float, callback: Callable[..., object], *rest: object, context: Context | None = None
    ) -> asyncio.TimerHandle:
        nonlocal looks
        looks += getattr(callback, "__self__", None) is deadlines
        return call_at(when, callback, *rest, context=context)

    monkeypatch.setattr(loop, "call_at", counted)
    async with asyncio.timeout(PATIENCE_S):
        first = [asyncio.ensure_future(let_for(deadlines)) for _ in range(50)]
        await asyncio.sleep(LENGTH_S / 2)
        last = await let_for(deadlines)
        assert min(last, *await asyncio.gather(*first)) >= LENGTH_S
    assert 2 <= looks < len(first)


async def test_what_ended_in_time_is_left_alone() -> None:
    deadlines = Deadlines(LENGTH_S)
    with deadlines.one():
        pass
    async with asyncio.timeout(PATIENCE_S):
        await let_for(deadlines)
        assert await asyncio.gather(*(let_for(deadlines) for _ in range(2)))


async def test_whoever_is_cancelled_is_not_late() -> None:
    asked = asyncio.ensure_future(kept(Deadlines(PATIENCE_S)))
    await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked


async def test_whoever_is_cancelled_while_being_late_is_cancelled() -> None:
    deadlines = Deadlines(LENGTH_S)

    async def cleaning_up() -> None:
        with deadlines.one():
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                running().cancel()
                raise

    with pytest.raises(asyncio.CancelledError):
        await asyncio.ensure_future(cleaning_up())


async def test_an_error_that_came_in_time_is_not_hidden() -> None:
    with pytest.raises(LookupError), Deadlines(PATIENCE_S).one():
        raise LookupError
