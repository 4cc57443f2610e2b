"""Before anything is measured: all implementations give the same values, or the bench ends."""

import json
from collections.abc import Sequence
from typing import Any

from tests.bench.implementations import Implementation
from tests.bench.load import ask_once
from tests.bench.workloads import Workload

__all__ = ["Disagreement", "agree"]


class Disagreement(Exception):
    """Two implementations gave different values to the same question."""


def agree(implementations: Sequence[Implementation], workload: Workload) -> tuple[Any, int]:
    """Give the answer of the first to the first request of a workload, and how many bytes it is on the whole.

    As many requests as the workload says are sent to all. Records of one day have no order that all could know:
    within a list they are compared as a set.

    Raises:
        Disagreement: with both answers' first difference.
        WrongAnswer: an answer is none.

    """
    first, *others = (each for each in implementations if each.answers(workload))
    requests = {each.name: each.requests(workload)[: workload.compared] for each in (first, *others)}
    bodies = [ask_once(first.server_of(workload).port, request) for request in requests[first.name]]
    for n, body in enumerate(bodies):
        expected = _data(body)
        for other in others:
            given = _data(ask_once(other.server_of(workload).port, requests[other.name][n]))
            if workload.name != "W4" and given != expected:
                message = (
                    f"{workload.name}: {first.name} and {other.name} differ: {_difference(expected, given, 'data')}"
                )
                raise Disagreement(message)
    return json.loads(bodies[0])["data"], round(sum(map(len, bodies)) / len(bodies))


def _data(body: bytes) -> Any:  # noqa: ANN401 (any JSON)
    answer = json.loads(body)
    if not answer.get("data"):
        message = f"an answer without data: {body[:500]!r}"
        raise Disagreement(message)
    return _ordered(answer["data"])


def _ordered(value: Any) -> Any:  # noqa: ANN401 (any JSON)
    if isinstance(value, dict):
        ordered = {name: _ordered(each) for name, each in value.items()}
        if isinstance(ordered.get("nodes"), list):
            ordered["nodes"].sort(key=lambda node: json.dumps(node, sort_keys=True))
        return ordered
    return [_ordered(each) for each in value] if isinstance(value, list) else value


def _difference(one: Any, other: Any, path: str) -> str:  # noqa: ANN401 (any JSON)
    """Find where two values first differ."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return next(_difference(one[name], other[name], f"{path}.{name}") for name in one if one[name] != other[name])
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        place = next(n for n in range(len(one)) if one[n] != other[n])
        return _difference(one[place], other[place], f"{path}[{place}]")
    return f"{path}: {one!r} and {other!r}"
