"""The executor, which knows no subgraph: in which order it asks, what it awaits, and when it waits no longer."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from gateway.federation.execution.running import Course, Run
from gateway.federation.execution.seam import Prepared, Work
from gateway.federation.planning import Plan
from gateway.federation.planning.plan import Batch
from tests.gateway.federation.supergraphs import composed, planned

GRAPH = composed(
    register='type Query { company(code: ID!): Company } type Company @key(fields: "code") { code: ID! }',
    tax='type Query { motto: String } type Company @key(fields: "code") { code: ID! owed: Int }',
    court='type Company @key(fields: "code") { code: ID! owed: Int @external cases: Int @requires(fields: "owed") }',
)
FLAT = planned(GRAPH, '{ motto company(code: "x") { code } }')
THREE = planned(GRAPH, '{ company(code: "x") { cases } }')


@dataclass
class Leg:
    """A leg that notes what it is asked; what it asks is awaited, or comes by itself."""

    asked: list[list[int]]
    awaited: bool = False
    fails_with: Exception | None = None
    idle: bool = False
    answers: list[Callable[[], None]] = field(default_factory=list)
    tasks: list[asyncio.Task[object] | None] = field(default_factory=list)
    left: int = 0

    def prepare(self, _: None, batch: Batch) -> int | None:
        """Have its number ready."""
        return None if self.idle else batch.number

    def begin(self, run: Run[None], prepared: Sequence[Prepared]) -> Sequence[Work]:
        """Ask all at once."""
        batches = [batch for batch, _ in prepared]
        self.asked.append([number for _, number in prepared])
        if self.awaited:
            return [(self._answer(), batches)]
        run.begun(self._leave)
        self.answers.append(lambda: run.end(batches))
        return ()

    async def _answer(self) -> None:
        self.tasks.append(asyncio.current_task())
        if self.fails_with is not None:
            raise self.fails_with

    def _leave(self) -> None:
        self.left += 1


def legs_of(plan: Plan, *, awaited: bool = False) -> dict[str, Leg]:
    asked: list[list[int]] = []
    return {each.subgraph: Leg(asked, awaited) for each in plan.batches}


async def turns() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_what_waits_for_nobody_is_asked_at_once_in_the_order_of_the_legs() -> None:
    legs = legs_of(FLAT)
    numbers = {each.subgraph: each.number for each in FLAT.batches}
    for order in (["tax", "register"], ["register", "tax"]):
        legs[order[0]].asked.clear()
        run = Run(Course(FLAT, {name: legs[name] for name in order}), None)
        done = asyncio.ensure_future(run.carry_out())
        await turns()
        assert legs[order[0]].asked == [[numbers[name]] for name in order]
        for each in legs.values():
            each.answers.pop()()
        await done


async def test_a_request_follows_once_those_that_it_waits_for_are_heard() -> None:
    legs = legs_of(THREE)
    done = asyncio.ensure_future(Run(Course(THREE, legs), None).carry_out())
    await turns()
    asked = legs["register"].asked
    for name in ("register", "tax"):
        before = len(asked)
        legs[name].answers.pop()()
        assert len(asked) == before + 1
        assert not done.done()
    legs["court"].answers.pop()()
    await done
    assert [each for (each,) in asked] == [batch.number for batch in sorted(THREE.batches, key=lambda each: each.stage)]


async def test_a_leg_with_nothing_to_ask_holds_nobody_up() -> None:
    legs = legs_of(THREE)
    legs["register"].idle = legs["tax"].idle = True
    done = asyncio.ensure_future(Run(Course(THREE, legs), None).carry_out())
    await turns()
    (court,) = (each.number for each in THREE.batches if each.subgraph == "court")
    assert legs["court"].asked == [[court]]
    legs["court"].answers.pop()()
    await done


async def test_one_that_is_awaited_alone_has_no_task_of_its_own() -> None:
    legs = legs_of(THREE, awaited=True)
    await Run(Course(THREE, legs), None).carry_out()
    assert {task for each in legs.values() for task in each.tasks} == {asyncio.current_task()}


async def test_those_that_are_awaited_together_have_tasks() -> None:
    legs = legs_of(FLAT, awaited=True)
    await Run(Course(FLAT, legs), None).carry_out()
    tasks = [task for each in legs.values() for task in each.tasks]
    assert len(set(tasks) | {asyncio.current_task()}) == 3


@pytest.mark.parametrize("plan", [FLAT, THREE], ids=["together", "alone"])
async def test_a_bug_in_a_leg_is_raised_where_the_run_is_waited_for(plan: Plan) -> None:
    legs = legs_of(plan, awaited=True)
    legs["register"].fails_with = ZeroDivisionError("a bug")
    with pytest.raises(ZeroDivisionError):
        await Run(Course(plan, legs), None).carry_out()


async def test_after_its_patience_a_run_waits_no_longer_and_what_comes_later_is_nobodys() -> None:
    legs = legs_of(FLAT)
    legs["tax"].awaited = True
    await Run(Course(FLAT, legs), None).carry_out(patience_s=0.001)
    assert legs["register"].left == 1
    legs["register"].answers.pop()()


async def test_who_leaves_lets_go_what_it_asked() -> None:
    legs = legs_of(FLAT)
    done = asyncio.ensure_future(Run(Course(FLAT, legs), None).carry_out())
    await turns()
    done.cancel()
    with pytest.raises(asyncio.CancelledError):
        await done
    assert [each.left for each in legs.values()] == [1, 1]
