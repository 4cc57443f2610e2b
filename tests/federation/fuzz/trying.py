"""Tries operations on a federation and on the monolith, and says what is wrong with the federation's answer."""

# A value of an answer is of any type.
# ruff: noqa: ANN401

import asyncio
import json
import random
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from typing import Any, Protocol

from graphql import DocumentNode, GraphQLSchema, lexicographic_sort_schema, parse, print_schema

from gateway.federation.composition import compose
from gateway.federation.execution import FederatedAnswer, Federation
from gateway.federation.planning import read_supergraph
from tests.federation.fuzz.comparing import needless, unexcused
from tests.federation.fuzz.faults import Faulty
from tests.federation.fuzz.made import Made
from tests.federation.fuzz.monolith import Answer, Monolith
from tests.federation.fuzz.operations import Operation
from tests.federation.fuzz.plain import Kind
from tests.federation.fuzz.subgraphs import serve

__all__ = ["Trial", "Verdict"]

_CODED_BY_THE_SUBGRAPH = 0.35


@dataclass(slots=True)
class Verdict:
    """What came of one operation. ``wrong`` says what nothing excuses; empty is well."""

    operation: Operation
    wrong: list[str] = field(default_factory=list)
    expected: Any = None
    given: Any = None
    errors: list[Any] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    rounds: list[list[str]] = field(default_factory=list)

    def __str__(self) -> str:
        """Write all that is needed to see it again."""
        said = [f"{self.operation}", *(f"! {each}" for each in self.wrong[:12])]
        said += [f"fault: {each}" for each in self.faults]
        said += [f"expected: {_written(self.expected)}", f"given:    {_written(self.given)}"]
        said += [f"error:    {each}" for each in self.errors[:12]]
        return "\n".join([*said, f"rounds:   {self.rounds}"])


class Answering(Protocol):
    """What is tried: it answers operations."""

    async def answer(
        self,
        document: DocumentNode,
        operation_name: str | None,
        variables: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
    ) -> FederatedAnswer:
        """Give data and errors."""
        ...


class Trial:
    """One made-up supergraph, composed and served."""

    def __init__(self, made: Made, *, faults: bool = False) -> None:
        """Compose *made*.

        Raises:
            CompositionRefused: its subgraphs do not compose, which is wrong, since they are cut to.

        """
        self.made, self.faults = made, faults
        self.composed = compose(made.cut.published())
        self.graph = read_supergraph(self.composed.supergraph)
        self.monolith = Monolith(made.world)
        self.rounds, self.served = serve(made)
        self.sources = {name: Faulty(each, random.Random(0)) for name, each in self.served.items()}  # noqa: S311
        self.federation: Answering = Federation.over(self.graph, self.sources)

    @property
    def _has_nullable_key(self) -> bool:
        entities = self.made.world.plain.of(Kind.ENTITY)
        fields = [each.fields.get(key) for each in entities for key in each.keys]
        return any(each is not None and not each.type.endswith("!") for each in fields)

    def misread(self) -> str | None:
        """Say how the API schema differs from the plain one, None if it does not."""
        wanted, given = _printed(self.made.world.schema), _printed(self.graph.api)
        differing = unified_diff(wanted.splitlines(), given.splitlines(), "the plain schema", "the API schema", n=4)
        return "\n".join(differing) or None

    async def of(self, operation: Operation, seed: str) -> Verdict:
        """Try an operation; the seed decides which faults are made, if any."""
        calls = self.made.world.calls
        calls.clear()
        known = self.monolith.answer(operation)
        called = list(calls)
        calls.clear()
        self._begin(seed)
        verdict = self._judged(operation, known, await self._answered(operation))
        # Where the answer is void, nobody waits for the mutations that would have followed.
        wanted = called if verdict.given is not None else called[: len(calls)]
        if not verdict.faults and calls != wanted:
            verdict.wrong.append(f"called {calls}, expected {called}")
        verdict.wrong += [f"{each} asks a subgraph twice" for each in verdict.rounds if len(set(each)) < len(each)]
        return verdict

    async def together(self, operations: Sequence[Operation], seed: str) -> list[Verdict]:
        """Try several operations at the same time, of which each must be answered as if it were alone."""
        known = [self.monolith.answer(each) for each in operations]
        self._begin(seed)
        told = await asyncio.gather(*(self._answered(each) for each in operations))
        return [self._judged(*each) for each in zip(operations, known, told, strict=True)]

    async def _answered(self, operation: Operation) -> FederatedAnswer | str:
        """Give the answer, or what was raised."""
        document, variables = parse(operation.document), dict(operation.variables)
        try:
            return await self.federation.answer(document, operation.name, variables, headers={})
        except Exception:  # noqa: BLE001 (whatever it raises is what is wrong)
            return f"raised {traceback.format_exc(limit=-4)}"

    def _judged(self, operation: Operation, known: Answer, told: FederatedAnswer | str) -> Verdict:
        faults = [f"{name} {one}" for name, each in self.sources.items() for one in each.made]
        verdict = Verdict(operation, [], known.data, faults=faults, rounds=self.rounds.told())
        verdict.wrong += [f"{name}: {one}" for name, each in self.served.items() for one in each.violations]
        if isinstance(told, str):
            verdict.wrong.append(told)
            return verdict
        verdict.given, verdict.errors = told.data, list(told.errors)
        paths = [tuple(each.path) for each in told.errors if each.path is not None]
        failing = [path for path, _ in known.errors]
        verdict.wrong += unexcused(known.data, told.data, paths, failing)
        if not faults:
            found = needless(known.data, told.data, paths, failing, nulls=bool(failing) or self._has_nullable_key)
            verdict.wrong += [f"an error without a reason at {path}" for path in found]
        if told.data is not None and told.data != known.data:
            verdict.wrong += self.monolith.objections(operation, told.data)
        # The error of a subgraph that garbles its answers may point at no loss, and then has no place.
        garbling = {name for name, each in self.sources.items() if each.made}
        verdict.wrong += [
            f"an error without a code or a place: {each}"
            for each in told.errors
            if not _is_told(each, may_be_anywhere=each.subgraph in garbling)
        ]
        return verdict

    def _begin(self, seed: str) -> None:
        self.rounds.forget()
        chance = random.Random(seed)  # noqa: S311 (the same in every run)
        probability = chance.choice((0.1, 0.3, 1.0)) if self.faults else 0.0
        for name, each in self.sources.items():
            each.chance = random.Random(f"{seed}/{name}")  # noqa: S311
            each.probability = probability if chance.random() < 0.6 else 0.0
            each.made.clear()
            each.served.violations.clear()


def _is_told(error: Any, *, may_be_anywhere: bool) -> bool:
    return bool(error.code and error.message and error.subgraph and (error.path or may_be_anywhere))


def _printed(schema: GraphQLSchema) -> str:
    return print_schema(lexicographic_sort_schema(schema))


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
