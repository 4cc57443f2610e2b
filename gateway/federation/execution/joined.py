"""Several requests by key as one, with equal representations sent once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from connectors.subgraph import GraphqlRequest, GraphqlResponse
from gateway.federation.execution.gathering import Part
from gateway.federation.execution.spines import Spine, copied

__all__ = ["ENTITIES", "Joined"]

ENTITIES = "_entities"


class _Asking(Protocol):
    """One of the requests: for the entities of a part, which it will write to along a spine."""

    request: GraphqlRequest
    part: Part
    spine: Spine


class Joined:
    """Several requests of one kind as one."""

    __slots__ = ("_places", "count", "request")

    def __init__(self, taken: Sequence[_Asking]) -> None:
        """Join *taken*."""
        representations: list[Any] = []
        index_of: dict[Any, int] = {}
        self._places: list[Sequence[int]] = []
        """For each of the requests, where its representations stand in the joined one."""
        for each in taken:
            count, marks = len(representations), each.part.marks
            if index_of.keys().isdisjoint(marks):
                places: Sequence[int] = range(count, count + len(marks))
                index_of.update(zip(marks, places, strict=True))
                representations += each.part.representations
            else:
                places = [index_of.setdefault(mark, len(index_of)) for mark in marks]
                known = zip(places, each.part.representations, strict=True)
                representations += [sent for place, sent in known if place >= count]
            self._places.append(places)
        self.count = len(representations)
        first = taken[0]
        variables = {**first.request.variables, first.part.variable: representations}
        self.request = GraphqlRequest(first.request.document, variables, None, first.request.headers)

    def told(
        self, taken: Sequence[_Asking], entities: Sequence[Any], errors: Sequence[Mapping[str, Any]]
    ) -> list[GraphqlResponse | Exception]:
        """Give the answer to each of the requests; what one of them will write to is its own."""
        are_apart = sum(map(len, self._places)) == self.count
        times = {} if are_apart else Counter(at for mine in self._places for at in mine)
        answers: list[GraphqlResponse | Exception] = []
        for each, mine in zip(taken, self._places, strict=True):
            if are_apart:
                part = list(entities[mine[0] : mine[-1] + 1])
            else:
                part = [entities[at] if times[at] == 1 else copied(entities[at], each.spine) for at in mine]
            answers.append(GraphqlResponse({ENTITIES: part}, _concerning(errors, mine) if errors else ()))
        return answers


def _concerning(errors: Sequence[Mapping[str, Any]], mine: Sequence[int]) -> list[Mapping[str, Any]]:
    """Give the errors of one of the requests, with its own places; those without a place are everybody's."""
    found: list[Mapping[str, Any]] = []
    for error in errors:
        path = error.get("path")
        if not isinstance(path, list | tuple) or len(path) < 2 or path[0] != ENTITIES:  # noqa: PLR2004 - field, index
            found.append(error)
        else:
            found += [{**error, "path": [ENTITIES, own, *path[2:]]} for own, at in enumerate(mine) if at == path[1]]
    return found
