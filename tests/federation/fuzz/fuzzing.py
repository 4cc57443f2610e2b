"""Runs the comparison over made-up supergraphs, and makes what fails small."""

import random
from collections import Counter
from dataclasses import dataclass

from gateway.federation.composition import CompositionRefused
from tests.federation.fuzz.made import Made, make
from tests.federation.fuzz.operations import Operation, Operations
from tests.federation.fuzz.trying import Trial, Verdict
from tests.shrinking import shrunk

__all__ = ["Failing", "Fuzz"]

_CROWDS = (1, 1, 1, 1, 1, 1, 2, 4)
"""How many operations are asked at the same time."""


@dataclass(frozen=True, slots=True)
class Failing:
    """A supergraph, and what went wrong with it."""

    where: str
    what: str
    kind: str
    subgraphs: str

    def __str__(self) -> str:
        """Write all that is needed to see it again."""
        return "\n".join([f"seed {self.where}", self.subgraphs, self.what])


class Fuzz:
    """Compares operations, one supergraph after the other; counts what it did."""

    def __init__(self, seed: int, operations: int, *, faults: bool, most: int = 10, brief: bool = False) -> None:
        """Begin with a seed; stop a supergraph after *most* failures."""
        self.seed, self.operations, self.faults, self.most, self.brief = seed, operations, faults, most, brief
        self.tried = self.graphs = self.crowds = self.alone = self.requests = self.rounds = self.with_errors = (
            self.faulted
        ) = 0

    def told(self) -> str:
        """Say what was done, in numbers."""
        alone = max(1, self.alone)
        return (
            f"{self.crowds} crowds; alone: {self.requests / alone:.2f} requests in {self.rounds / alone:.2f} rounds, "
            f"{self.with_errors} answers with errors, {self.faulted} operations with faults"
        )

    async def of(self, number: int) -> list[Failing]:
        """Try one supergraph."""
        made = make(f"{self.seed}/{number}")
        self.graphs += 1
        try:
            trial = Trial(made, faults=self.faults)
        except CompositionRefused as refused:
            return [self._failing(made, "", f"refused: {refused}", "composition refused")]
        misread = trial.misread()
        found = [self._failing(made, "", misread, "API schema")] if misread else []
        chance = random.Random(made.seed)  # noqa: S311 (the same in every run)
        operations = Operations(made.world, chance)
        asked = 0
        while asked < self.operations and len(found) < self.most:
            crowd = [operations.next() for _ in range(chance.choice(_CROWDS))]
            seed = f"{made.seed}/{asked}"
            asked += len(crowd)
            failed = await (self._try(trial, crowd[0], seed) if len(crowd) == 1 else self._crowd(trial, crowd, seed))
            found += [failed] if failed else []
        return found

    async def _crowd(self, trial: Trial, crowd: list[Operation], seed: str) -> Failing | None:
        """Try several operations at once, each of them twice."""
        crowd = [*crowd, *crowd]
        verdicts = await trial.together(crowd, seed)
        self.tried += len(verdicts) // 2
        self.crowds += 1
        wrong = [each for each in verdicts if each.wrong]
        if not wrong:
            return None
        for operation in crowd[: len(crowd) // 2]:
            failed = await self._alone(trial, operation, seed)
            if failed:
                return failed
        told = "\n\n".join(["At the same time:", *map(str, crowd), "of which one answer:", str(wrong[0])])
        return self._failing(trial.made, seed, told, f"{_kind(wrong[0])}, in a crowd")

    async def _alone(self, trial: Trial, operation: Operation, seed: str) -> Failing | None:
        verdict = await trial.of(operation, seed)
        return await self._least(trial, operation, seed) if verdict.wrong else None

    async def _try(self, trial: Trial, operation: Operation, seed: str) -> Failing | None:
        verdict = await trial.of(operation, seed)
        self.tried += 1
        self.alone += 1
        self.requests += sum(map(len, verdict.rounds))
        self.rounds += len(verdict.rounds)
        self.with_errors += bool(verdict.errors)
        self.faulted += bool(verdict.faults)
        return await self._least(trial, operation, seed) if verdict.wrong else None

    async def _least(self, trial: Trial, operation: Operation, seed: str) -> Failing:
        """Make an operation that fails small."""

        async def fails(candidate: Operation) -> bool:
            return bool((await trial.of(candidate, seed)).wrong)

        least = await shrunk(trial.made.world.schema, operation, fails)
        small = await trial.of(least, seed)
        return self._failing(trial.made, seed, str(small), _kind(small))

    def _failing(self, made: Made, where: str, what: str, kind: str) -> Failing:
        subgraphs = "\n\n".join(f"# {each.name}\n{each.sdl}" for each in made.cut.published())
        return Failing(where or made.seed, what, kind, "" if self.brief else subgraphs)


def _kind(verdict: Verdict) -> str:
    words = Counter(next((word for word in _KINDS if word in each), "wrong value") for each in verdict.wrong)
    return ", ".join(sorted(words))


_KINDS = (
    "raised",
    "lost without an error",
    "without an error here",
    "without a reason",
    "without a code",
    "asks a subgraph twice",
    "is not served",
    "does not fit",
    "asked for without",
    "no whole key",
    "called",
    "keys [",
    "items",
)
