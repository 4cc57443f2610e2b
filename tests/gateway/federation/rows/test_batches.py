"""Questions to one source: what is joined, what is shared, and what becomes of those who wait."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from connectors.errors import SourceMisbehaved, SourceUnavailable
from gateway.federation.rows.batches import MOST_KEYS, Batches, Breaker, Lanes


@dataclass
class Agency:
    """Answers a key with itself in capitals, once its gate is open; remembers every statement."""

    statements: list[list[str]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    fails_with: Exception | None = None

    async def ask(self, keys: list[str]) -> Sequence[object]:
        """Answer a batch."""
        self.statements.append(keys)
        await self.gate.wait()
        if self.fails_with is not None:
            raise self.fails_with
        return [key.upper() for key in keys]


@pytest.fixture
async def agency() -> Agency:
    return Agency()


async def settle() -> None:
    """Let everything go on that can without an answer."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_one_question_alone_is_asked_at_once(agency: Agency) -> None:
    asked = Batches(Lanes(1, 60), agency.ask).load("a")
    await settle()
    assert agency.statements == [["a"]]
    agency.gate.set()
    assert await asked == "A"


async def test_keys_that_come_while_the_lanes_are_busy_share_one_statement(agency: Agency) -> None:
    batches = Batches(Lanes(1, 60), agency.ask)
    first = batches.load("a")
    await settle()
    others = []
    for key in "bcd":
        others.append(batches.load(key))
        await settle()
    assert agency.statements == [["a"]]
    agency.gate.set()
    assert await asyncio.gather(first, *others) == ["A", "B", "C", "D"]
    assert agency.statements == [["a"], ["b", "c", "d"]]


async def test_as_many_statements_run_at_once_as_there_are_lanes(agency: Agency) -> None:
    lanes = Lanes(2, 60)
    asked = [Batches(lanes, agency.ask).load(key) for key in "abc"]
    await settle()
    assert agency.statements == [["a"], ["b"]]
    agency.gate.set()
    assert await asyncio.gather(*asked) == ["A", "B", "C"]


async def test_equal_keys_share_one_answer_while_they_wait(agency: Agency) -> None:
    batches = Batches(Lanes(1, 60), agency.ask)
    assert batches.load("a") is batches.load("a")
    await settle()
    assert agency.statements == [["a"]]


async def test_a_key_once_sent_is_asked_again(agency: Agency) -> None:
    batches = Batches(Lanes(1, 60), agency.ask)
    sent = batches.load("a")
    await settle()
    later = batches.load("a")
    assert later is not sent
    agency.gate.set()
    assert [await sent, await later] == ["A", "A"]
    assert agency.statements == [["a"], ["a"]]


async def test_a_statement_holds_only_so_many_keys(agency: Agency) -> None:
    agency.gate.set()
    batches = Batches(Lanes(1, 60), agency.ask)
    asked = [batches.load(f"k{n}") for n in range(MOST_KEYS * 2 + 1)]
    assert await asyncio.gather(*asked) == [f"K{n}" for n in range(MOST_KEYS * 2 + 1)]
    assert [len(keys) for keys in agency.statements] == [MOST_KEYS, MOST_KEYS, 1]


async def test_a_key_that_stands_for_many_fills_a_statement_and_is_never_split(agency: Agency) -> None:
    agency.gate.set()
    batches = Batches(Lanes(1, 60), agency.ask, weigh={"few": 1, "most": MOST_KEYS, "all": MOST_KEYS * 3}.__getitem__)
    await asyncio.gather(*map(batches.load, ["few", "most", "all"]))
    assert agency.statements == [["few"], ["most"], ["all"]]


async def test_a_queue_that_is_left_over_waits_behind_the_others(agency: Agency) -> None:
    agency.gate.set()
    lanes = Lanes(1, 60)
    many, one = Batches(lanes, agency.ask), Batches(lanes, agency.ask)
    await asyncio.gather(*(many.load(f"k{n}") for n in range(MOST_KEYS + 1)), one.load("other"))
    assert [keys[0] for keys in agency.statements] == ["k0", "other", f"k{MOST_KEYS}"]


async def test_a_late_source_is_unavailable_and_its_lane_is_free_again(agency: Agency) -> None:
    batches = Batches(Lanes(1, 0.01), agency.ask)
    assert isinstance(await batches.load("a"), SourceUnavailable)
    agency.gate.set()
    assert await batches.load("b") == "B"


@pytest.mark.parametrize("error", [SourceUnavailable("down"), SourceMisbehaved("a table is missing")])
async def test_an_error_of_the_source_is_everyones_answer(agency: Agency, error: Exception) -> None:
    agency.gate.set()
    agency.fails_with = error
    batches = Batches(Lanes(1, 60), agency.ask)
    assert [*await asyncio.gather(batches.load("a"), batches.load("b"))] == [error, error]


async def test_a_connector_that_breaks_off_leaves_nobody_waiting(agency: Agency) -> None:
    asyncio.get_running_loop().set_exception_handler(lambda _, __: None)
    agency.gate.set()
    agency.fails_with = KeyError("a bug in a connector")
    batches = Batches(Lanes(1, 60), agency.ask)
    answers = await asyncio.gather(batches.load("a"), batches.load("b"))
    assert all(isinstance(each, SourceMisbehaved) for each in answers)
    agency.fails_with = None
    assert await batches.load("c") == "C"


async def test_too_few_answers_leave_nobody_waiting() -> None:
    asyncio.get_running_loop().set_exception_handler(lambda _, __: None)

    async def ask(keys: list[str]) -> list[str]:
        return keys[:1]

    batches = Batches(Lanes(1, 60), ask)
    _, second = await asyncio.gather(batches.load("a"), batches.load("b"))
    assert isinstance(second, SourceMisbehaved)


class Clock:
    """A clock that goes on only when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000.0
        monkeypatch.setattr(time, "monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def failed(times: int) -> Breaker:
    breaker = Breaker()
    for _ in range(times):
        breaker.note(failed=True)
    return breaker


def test_the_breaker_opens_after_five_failures_running(clock: Clock) -> None:
    assert clock.now
    assert failed(4).passes()
    assert not failed(5).passes()


def test_a_success_closes_the_breaker(clock: Clock) -> None:
    breaker = failed(4)
    breaker.note(failed=False)
    breaker.note(failed=True)
    assert breaker.passes()
    breaker = failed(5)
    clock.now += Breaker.PAUSE_S
    breaker.note(failed=False)
    assert [breaker.passes() for _ in range(3)] == [True] * 3


def test_after_its_pause_the_breaker_lets_a_single_question_through(clock: Clock) -> None:
    breaker = failed(5)
    clock.now += Breaker.PAUSE_S - 0.001
    assert not breaker.passes()
    clock.now += 0.001
    assert [breaker.passes() for _ in range(3)] == [True, False, False]


def test_the_single_question_that_fails_begins_a_new_pause(clock: Clock) -> None:
    breaker = failed(5)
    clock.now += Breaker.PAUSE_S
    assert breaker.passes()
    clock.now += 1
    breaker.note(failed=True)
    clock.now += Breaker.PAUSE_S - 0.001
    assert not breaker.passes()
    clock.now += 0.001
    assert breaker.passes()


async def test_a_source_that_failed_five_times_is_not_asked_a_sixth(agency: Agency) -> None:
    agency.gate.set()
    agency.fails_with = SourceUnavailable("down")
    batches = Batches(Lanes(1, 60), agency.ask)
    for key in "abcdef":
        assert isinstance(await batches.load(key), SourceUnavailable)
    assert agency.statements == [["a"], ["b"], ["c"], ["d"], ["e"]]


async def test_a_source_that_answers_nonsense_is_asked_again(agency: Agency) -> None:
    agency.gate.set()
    agency.fails_with = SourceMisbehaved("nonsense")
    batches = Batches(Lanes(1, 60), agency.ask)
    for key in "abcdef":
        assert isinstance(await batches.load(key), SourceMisbehaved)
    assert len(agency.statements) == 6
