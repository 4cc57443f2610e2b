"""Whether two answers agree."""

# A value of the graph is of any type.
# ruff: noqa: ANN401

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.agreement.oracle import SOME_INSTANT, Problem, Told

__all__ = ["differences"]


def differences(expected: Told, answer: dict[str, Any]) -> list[str]:
    """Say in which places an answer is not the expected one; the order of keys counts, that of errors does not."""
    found = list(_different(expected.data, answer.get("data"), "data"))
    given = Counter(_problem(error) for error in answer.get("errors", ()))
    found += [f"missing error {each}" for each in (expected.errors - given).elements()]
    found += [f"unexpected error {each}" for each in (given - expected.errors).elements()]
    return found


def _problem(error: dict[str, Any]) -> Problem:
    path, extensions = error.get("path"), error["extensions"]
    return (None if path is None else tuple(path), extensions["code"], extensions.get("coordinate"))


def _different(expected: Any, given: Any, where: str) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(given, dict):
        if list(expected) != list(given):
            yield f"{where}: keys {list(expected)}, given {list(given)}"
        for key in expected.keys() & given.keys():
            yield from _different(expected[key], given[key], f"{where}.{key}")
    elif isinstance(expected, list) and isinstance(given, list):
        if len(expected) != len(given):
            yield f"{where}: {len(expected)} elements, given {len(given)}"
        for n, (one, other) in enumerate(zip(expected, given, strict=False)):
            yield from _different(one, other, f"{where}[{n}]")
    elif expected == SOME_INSTANT and isinstance(given, str):
        datetime.fromisoformat(given)
    elif expected != given or type(expected) is not type(given):
        yield f"{where}: {expected!r}, given {given!r}"
