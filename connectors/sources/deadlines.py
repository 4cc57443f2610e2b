"""Deadlines of what may all take equally long, with one timer: one for each costs a fifth of a request's time."""

import asyncio
from types import TracebackType

__all__ = ["Deadline", "Deadlines"]


class Deadlines:
    """The deadlines of all that is under way. Whoever begins first is late first, so only the first is waited for."""

    __slots__ = ("_timer", "_under_way", "length_s")

    def __init__(self, length_s: float) -> None:
        """Allow *length_s* for each; all are of one event loop."""
        self.length_s = length_s
        self._under_way: dict[Deadline, None] = {}
        self._timer: asyncio.TimerHandle | None = None

    def one(self) -> "Deadline":
        """Give a deadline for what the running task does within ``with``."""
        return Deadline(self)

    def begin(self, deadline: "Deadline", loop: asyncio.AbstractEventLoop) -> None:
        """Watch a deadline."""
        self._under_way[deadline] = None
        if self._timer is None:
            self._timer = loop.call_at(deadline.ends_at, self._look)

    def end(self, deadline: "Deadline") -> None:
        """Watch it no more."""
        self._under_way.pop(deadline, None)

    def _look(self) -> None:
        """End what is late, and come again when the next will be."""
        loop = asyncio.get_running_loop()
        self._timer = None
        while self._under_way:
            first = next(iter(self._under_way))
            if first.ends_at > loop.time():
                self._timer = loop.call_at(first.ends_at, self._look)
                return
            self.end(first)
            first.pass_by()


class Deadline:
    """The deadline of one task, as `asyncio.timeout` has it: what is late is cancelled, and told by TimeoutError."""

    __slots__ = ("_cancelling", "_deadlines", "_has_passed", "_task", "ends_at")

    _task: "asyncio.Task[object]"

    def __init__(self, deadlines: Deadlines) -> None:
        """Be one of *deadlines*."""
        self._deadlines = deadlines
        self._has_passed = False
        self._cancelling = 0
        self.ends_at = 0.0
        """By the clock of the event loop."""

    def __enter__(self) -> None:
        """Begin."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        assert task is not None  # noqa: S101 - what is awaited is awaited in a task
        self._task = task
        self._cancelling = task.cancelling()
        self.ends_at = loop.time() + self._deadlines.length_s
        self._deadlines.begin(self, loop)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """End.

        Raises:
            TimeoutError: it was late.

        """
        self._deadlines.end(self)
        if self._has_passed and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def pass_by(self) -> None:
        """Cancel the task: it is late."""
        self._has_passed = True
        self._task.cancel()
