"""Random federations against the monolith, a bounded number. The long run is a command.

python -m tests.federation.fuzz --graphs 200 --operations 100 --seed 1 [--faults]
"""

from dataclasses import dataclass
from typing import Any

import pytest

from gateway.federation.execution import FederatedAnswer
from tests.federation.fuzz.comparing import needless, unexcused
from tests.federation.fuzz.fuzzing import Fuzz
from tests.federation.fuzz.made import make
from tests.federation.fuzz.operations import Operation
from tests.federation.fuzz.trying import Trial, Verdict

GRAPHS, OPERATIONS = 12, 12


@pytest.mark.parametrize("faults", [False, True], ids=["well", "with faults"])
async def test_a_federation_answers_as_the_monolith_does_or_says_what_it_lost(faults: bool) -> None:  # noqa: FBT001
    fuzz = Fuzz(2026, OPERATIONS, faults=faults, most=1)
    for number in range(GRAPHS):
        failing = await fuzz.of(number)
        assert not failing, str(failing[0])
    assert fuzz.tried >= GRAPHS * OPERATIONS
    assert bool(fuzz.faulted) == faults


@dataclass(frozen=True, slots=True)
class Garbling:
    """Answers the same data whatever is asked."""

    data: dict[str, Any]

    async def answer(self, *_: object, **__: object) -> FederatedAnswer:
        """Give the data, and no error."""
        return FederatedAnswer(self.data, [], [])


async def whole_answer(trial: Trial) -> Verdict:
    """Give the verdict on the first root field that has a value."""
    for each in trial.made.world.plain.types["Query"].fields.values():
        if not each.args:
            selected = " { __typename }" if each.runtime else ""
            verdict = await trial.of(Operation(f"{{ it: {each.name}{selected} }}"), "one")
            if verdict.expected and verdict.expected["it"]:
                return verdict
    pytest.fail("no root field has a value")


@pytest.mark.parametrize("data", [{"it": "something else"}, {"it": None}, {}, {"it": None, "more": 1}])
async def test_a_garbled_answer_is_objected_to(data: dict[str, Any]) -> None:
    trial = Trial(make("2026/0"))
    well = await whole_answer(trial)
    assert not well.wrong
    trial.federation = Garbling(data)
    assert (await trial.of(well.operation, "one")).wrong


def test_an_error_without_a_reason_is_seen() -> None:
    assert needless({"a": 1}, {"a": 1}, [("a",)], []) == [("a",)]
    assert not needless({"a": 1}, {"a": None}, [("a",)], [])
    assert not needless({"a": None}, {"a": None}, [("a", "b")], [("a", "c")])


def test_a_loss_is_excused_by_an_error_on_its_path_and_by_no_other() -> None:
    expected, given = {"a": {"b": 1}, "c": 2}, {"a": {"b": None}, "c": 2}
    assert not unexcused(expected, given, [("a",)], [])
    assert not unexcused(expected, given, [("a", "b")], [])
    assert unexcused(expected, given, [("c",)], [])
    assert unexcused(expected, {"a": {"b": 2}, "c": 2}, [("a", "b")], [])


def test_a_failure_of_the_monolith_must_be_told() -> None:
    assert unexcused({"a": None}, {"a": None}, [], [("a", "b")])
    assert not unexcused({"a": None}, {"a": None}, [("a",)], [("a", "b")])


def test_the_same_seed_makes_the_same_federation() -> None:
    one, other = make("7/3"), make("7/3")
    assert [each.sdl for each in one.cut.published()] == [each.sdl for each in other.cut.published()]
    assert one.world.plain.sdl() == other.world.plain.sdl()
