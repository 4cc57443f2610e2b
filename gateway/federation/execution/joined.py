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
        marks = [mark for each in taken for mark in each.part.marks]
        representations = [sent for each in taken for sent in each.part.representations]
        self._places: list[list[int]] | None = None
        """For each of the requests, where its representations stand in the joined one; None where all are apart."""
        if len(set(marks)) < len(marks):
            place_of: dict[Any, int] = {}
            self._places = [[place_of.setdefault(mark, len(place_of)) for mark in each.part.marks] for each in taken]
            sent_by = dict(zip(reversed(marks), reversed(representations), strict=True))
            representations = [sent_by[mark] for mark in place_of]
        self.count = len(representations)
        first = taken[0]
        variables = {**first.request.variables, first.part.variable: representations}
        self.request = GraphqlRequest(first.request.document, variables, None, first.request.headers)

    def told(
        self, taken: Sequence[_Asking], entities: Sequence[Any], errors: Sequence[Mapping[str, Any]]
    ) -> list[GraphqlResponse | Exception]:
        """Give the answer to each of the requests; what one of them will write to is its own."""
        answers: list[GraphqlResponse | Exception] = []
        if self._places is None:
            end = 0
            for each in taken:
                start, end = end, end + len(each.part.representations)
                concerning = _concerning(errors, range(start, end), self.count) if errors else ()
                answers.append(GraphqlResponse({ENTITIES: entities[start:end]}, concerning))
            return answers
        times = Counter(at for mine in self._places for at in mine)
        for each, mine in zip(taken, self._places, strict=True):
            part = [entities[at] if times[at] == 1 else copied(entities[at], each.spine) for at in mine]
            answers.append(GraphqlResponse({ENTITIES: part}, _concerning(errors, mine, self.count) if errors else ()))
        return answers


def _concerning(errors: Sequence[Mapping[str, Any]], mine: Sequence[int], count: int) -> list[Mapping[str, Any]]:
    """Give the errors of one of the requests, with its own places; what points at none of *count* is everybody's."""
    found: list[Mapping[str, Any]] = []
    for error in errors:
        place = _place(error, count)
        if place is None:
            found.append(error)
        else:
            rest = error["path"][2:]
            found += [{**error, "path": [ENTITIES, own, *rest]} for own, at in enumerate(mine) if at == place]
    return found


def _place(error: Mapping[str, Any], count: int) -> int | None:
    """Give at which of *count* entities an error points."""
    match error.get("path"):
        case [field, int(at), *_] if field == ENTITIES and 0 <= at < count:
            return at
    return None
