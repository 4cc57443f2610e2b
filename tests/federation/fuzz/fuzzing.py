"""Runs the comparison over made-up supergraphs, and makes what fails small."""

import random
from collections import Counter
from dataclasses import dataclass

from gateway.federation.composition import CompositionRefused
from tests.federation.fuzz.made import Made, make
from tests.federation.fuzz.operations import Operation, Operations
from tests.federation.fuzz.shrinking import shrunk
from tests.federation.fuzz.trying import Trial, Verdict

__all__ = ["Failing", "Fuzz"]


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
        self.tried = self.graphs = self.requests = self.rounds = self.with_errors = self.faulted = 0

    def told(self) -> str:
        """Say what was done, in numbers."""
        tried = max(1, self.tried)
        return (
            f"{self.requests / tried:.2f} requests in {self.rounds / tried:.2f} rounds an operation, "
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
        operations = Operations(made.world, random.Random(made.seed))  # noqa: S311 (the same in every run)
        for n in range(self.operations):
            failed = await self._try(trial, operations.next(), f"{made.seed}/{n}")
            found += [failed] if failed else []
            if len(found) >= self.most:
                break
        return found

    async def _try(self, trial: Trial, operation: Operation, seed: str) -> Failing | None:
        verdict = await trial.of(operation, seed)
        self.tried += 1
        self.requests += sum(map(len, verdict.rounds))
        self.rounds += len(verdict.rounds)
        self.with_errors += bool(verdict.errors)
        self.faulted += bool(verdict.faults)
        if not verdict.wrong:
            return None

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
