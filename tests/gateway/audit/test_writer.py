"""How entries are grouped, and what becomes of a group that fails."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable

import pytest

from gateway.audit import AuditUnavailable, Entry, Receipt, SubjectLine
from gateway.audit.batch import Batch
from gateway.audit.errors import CommitUnknown, NotCommitted
from gateway.audit.pseudonyms import Pseudonyms
from gateway.audit.writer import Limits, Writer
from gateway.store import create_engine

MakeLine = Callable[..., SubjectLine]
MakeEntry = Callable[..., Entry]


class Script:
    """Streams that do what they are told: None commits, an exception is raised."""

    def __init__(self) -> None:
        self.outcomes: list[Exception | None] = []
        self.refusals: list[NotCommitted] = []
        self.sizes: list[int] = []
        self.opened = self.abandoned = self.closed = self.begun = 0
        self.checks: asyncio.Queue[int] = asyncio.Queue()
        self.left = asyncio.Event()
        self.unsafe: list[NotCommitted] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def open(self) -> "Script":
        """Open a stream, unless told to refuse."""
        if self.refusals:
            raise self.refusals.pop(0)
        self.opened += 1
        return self

    async def commit(self, batch: Batch, *, more: Callable[[], bool]) -> list[Receipt]:
        """Do what comes next in the script."""
        self.begun += 1
        await self.gate.wait()
        self.sizes.append(len(batch.entries))
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome is not None:
            raise outcome
        assert isinstance(more(), bool)
        return [Receipt(self.opened, number, b"") for number, _ in enumerate(batch.entries)]

    async def check(self) -> None:
        """Be safe, unless told not to be."""
        self.checks.put_nowait(1)
        if self.unsafe:
            raise self.unsafe.pop(0)

    def abandon(self) -> None:
        """Count."""
        self.abandoned += 1
        self.left.set()

    async def close(self) -> None:
        """Count."""
        self.closed += 1


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
async def writer(script: Script, tmp_path: object) -> AsyncIterator[Writer]:
    engine = create_engine(f"sqlite:///{tmp_path}/unused.sqlite")
    limits = Limits(deadline_s=0.4, entries=10, lines=20, first_pause_s=0.001, longest_pause_s=0.002)
    opened = Writer(script, Pseudonyms(b"p" * 32), engine, limits)
    yield opened
    await opened.close()
    await engine.dispose()


async def test_entries_that_come_during_a_commit_share_the_next_one(
    writer: Writer, script: Script, entry: MakeEntry
) -> None:
    script.gate.clear()
    first = asyncio.ensure_future(writer.append(entry()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    others = [asyncio.ensure_future(writer.append(entry())) for _ in range(15)]
    await asyncio.sleep(0)
    script.gate.set()
    await asyncio.gather(first, *others)
    assert script.sizes == [1, 10, 5]


async def test_a_group_is_bounded_by_its_lines_too(
    writer: Writer, script: Script, entry: MakeEntry, line: MakeLine
) -> None:
    seven = entry(*(line(f"uscc:{number}") for number in range(7)))
    await asyncio.gather(*(writer.append(seven) for _ in range(5)))
    assert script.sizes == [3, 2]


async def test_a_large_group_is_let_go_in_parts_while_the_next_one_is_written(
    script: Script, tmp_path: object, entry: MakeEntry
) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/unused.sqlite")
    writer = Writer(script, Pseudonyms(b"p" * 32), engine, Limits(entries=30, told=10))
    asked = [asyncio.ensure_future(writer.append(entry())) for _ in range(60)]
    seen: list[tuple[int, int]] = []
    while not all(each.done() for each in asked):
        await asyncio.sleep(0)
        seen.append((sum(each.done() for each in asked), script.begun))
    told = sorted({done for done, _ in seen})
    assert all(later - sooner <= 10 for sooner, later in itertools.pairwise(told)), told
    assert any(begun == 2 and 0 < done < 30 for done, begun in seen), "the next group waits for nobody's answer"
    assert [each.result().seq for each in asked] == [*range(30), *range(30)], "in the order in which they came"
    await writer.close()
    await engine.dispose()


async def test_closing_tells_all_of_a_group_that_is_durable(script: Script, tmp_path: object, entry: MakeEntry) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/unused.sqlite")
    writer = Writer(script, Pseudonyms(b"p" * 32), engine, Limits(entries=100, told=1))
    asked = [asyncio.ensure_future(writer.append(entry())) for _ in range(100)]
    await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
    await writer.close()
    assert [each.seq for each in await asyncio.gather(*asked)] == [*range(100)]
    await engine.dispose()


async def test_what_certainly_was_not_committed_is_tried_again_on_a_new_stream(
    writer: Writer, script: Script, entry: MakeEntry
) -> None:
    script.outcomes = [NotCommitted("lost"), NotCommitted("lost again")]
    receipt = await writer.append(entry())
    assert receipt.stream == script.opened == 3
    assert script.abandoned == 2


async def test_what_is_in_doubt_is_refused_and_never_tried_again(
    writer: Writer, script: Script, entry: MakeEntry
) -> None:
    script.outcomes = [CommitUnknown("no word after COMMIT")]
    with pytest.raises(AuditUnavailable, match="no word after COMMIT"):
        await writer.append(entry())
    assert script.sizes == [1]
    assert (await writer.append(entry())).stream == 2


async def test_a_group_that_the_database_refuses_is_tried_one_by_one(
    writer: Writer, script: Script, entry: MakeEntry
) -> None:
    script.outcomes = [NotCommitted("bad", refused=True), None, NotCommitted("bad", refused=True), None]
    results = await asyncio.gather(*(writer.append(entry()) for _ in range(4)), return_exceptions=True)
    assert [isinstance(each, AuditUnavailable) for each in results] == [False, True, False, False]
    assert script.sizes == [4, 1, 1, 1, 1]


async def test_a_database_that_comes_late_is_waited_for_until_the_deadline(
    writer: Writer, script: Script, entry: MakeEntry
) -> None:
    script.refusals = [NotCommitted("not there")] * 5
    assert (await writer.append(entry())).stream == 1
    script.outcomes = [NotCommitted("gone")]
    script.refusals = [NotCommitted("not there")] * 100_000
    with pytest.raises(AuditUnavailable, match="not durable within the deadline"):
        await writer.append(entry())
    script.refusals = []
    assert (await writer.append(entry())).stream == 2


async def test_a_stream_ends_after_its_time(script: Script, tmp_path: object, entry: MakeEntry) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/unused.sqlite")
    writer = Writer(script, Pseudonyms(b"p" * 32), engine, Limits(stream_s=0.0))
    receipts = [await writer.append(entry()) for _ in range(3)]
    streams = [receipt.stream for receipt in receipts]
    assert streams == sorted(set(streams))
    assert script.closed >= 2
    await writer.close()
    await engine.dispose()


async def test_closing_while_the_database_is_silent_ends_and_refuses_what_waits(
    writer: Writer, script: Script, entry: MakeEntry
) -> None:
    script.gate.clear()
    waiting = asyncio.ensure_future(writer.append(entry()))
    await asyncio.sleep(0)
    await writer.close()
    with pytest.raises(AuditUnavailable):
        await waiting


async def test_a_stream_is_checked_again_and_again_also_while_nobody_asks(script: Script, tmp_path: object) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/unused.sqlite")
    writer = Writer(script, Pseudonyms(b"p" * 32), engine, Limits(heartbeat_s=0.01))
    async with asyncio.timeout(5):
        for _ in range(3):
            await script.checks.get()
    await writer.close()
    await engine.dispose()
    assert script.opened == 1


async def test_what_is_found_unsafe_refuses_answers_until_it_is_mended(
    script: Script, tmp_path: object, entry: MakeEntry
) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/unused.sqlite")
    limits = Limits(deadline_s=0.2, heartbeat_s=0.05, first_pause_s=0.001, longest_pause_s=0.002)
    writer = Writer(script, Pseudonyms(b"p" * 32), engine, limits)
    assert (await writer.append(entry())).stream == 1
    script.unsafe = [NotCommitted("fsync is off")]
    script.refusals = [NotCommitted("fsync is off")] * 100_000
    async with asyncio.timeout(5):
        await script.left.wait()
    with pytest.raises(AuditUnavailable):
        await writer.append(entry())
    assert script.sizes == [1]
    script.refusals = []
    assert (await writer.append(entry())).stream == 2
    await writer.close()
    await engine.dispose()


@pytest.fixture
async def two_lanes(script: Script, tmp_path: object) -> AsyncIterator[Writer]:
    engine = create_engine(f"sqlite:///{tmp_path}/unused.sqlite")
    limits = Limits(deadline_s=2, lanes=2, crowd=6, first_pause_s=0.001, longest_pause_s=0.002)
    opened = Writer(script, Pseudonyms(b"p" * 32), engine, limits)
    yield opened
    await opened.close()
    await engine.dispose()


async def test_a_crowd_is_shared_by_two_streams_subject_by_subject(
    two_lanes: Writer, script: Script, entry: MakeEntry, line: MakeLine
) -> None:
    script.gate.clear()
    names = Pseudonyms(b"p" * 32)
    subjects = [f"uscc:{number}" for number in range(40)]
    parts = [[each for each in subjects if names.subject(each)[-1] % 2 == part] for part in (0, 1)]
    asked = [each for pair in zip(*parts, strict=False) for each in pair][:12]
    crowd = [asyncio.ensure_future(two_lanes.append(entry(line(each)))) for each in asked]
    for _ in range(10):
        await asyncio.sleep(0)
    assert (script.begun, script.opened) == (2, 2)
    script.gate.set()
    await asyncio.gather(*crowd)
    assert script.sizes == [6, 6]


async def test_what_comes_while_a_group_is_written_is_written_beside_it_only_in_a_crowd(
    two_lanes: Writer, script: Script, entry: MakeEntry
) -> None:
    await two_lanes.append(entry())
    script.gate.clear()
    first = asyncio.ensure_future(two_lanes.append(entry()))
    for _ in range(10):
        await asyncio.sleep(0)
    few = [asyncio.ensure_future(two_lanes.append(entry())) for _ in range(5)]
    for _ in range(10):
        await asyncio.sleep(0)
    assert (script.begun, script.opened) == (2, 1)
    crowd = [asyncio.ensure_future(two_lanes.append(entry())) for _ in range(7)]
    for _ in range(10):
        await asyncio.sleep(0)
    assert (script.begun, script.opened) == (3, 2)
    script.gate.set()
    await asyncio.gather(first, *few, *crowd)
    assert sum(script.sizes) == 14


async def test_a_crowd_about_one_subject_waits_for_nobody_else(
    two_lanes: Writer, script: Script, entry: MakeEntry, line: MakeLine
) -> None:
    for subject in ("uscc:1", "uscc:2", "uscc:3", "uscc:4"):  # of either part
        await asyncio.gather(*(two_lanes.append(entry(line(subject))) for _ in range(20)))
    assert sum(script.sizes) == 80


async def test_a_crowd_before_a_database_that_fails_is_answered_all_the_same(
    two_lanes: Writer, script: Script, entry: MakeEntry
) -> None:
    script.outcomes = [NotCommitted("lost")] * 3
    receipts = await asyncio.gather(*(two_lanes.append(entry()) for _ in range(30)))
    assert len(receipts) == 30
    assert script.abandoned == 3
