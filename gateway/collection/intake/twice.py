"""Names that stand twice in one JSON object: a reader keeps the last value of such a name and says nothing (R11.1).

Which of the two is meant nobody but the agency can say, so neither is taken.
"""

import json
from collections.abc import Iterable
from typing import Any

__all__ = ["Twice", "holds_twice", "read_again"]


class Twice(dict[str, Any]):
    """An object of which a name stood twice."""


def read_again(text: bytes, read: object) -> object:
    """Give what was read, in which an object with a name twice is a `Twice`; a text has as many colons as members.

    Only where there are more colons than members is it read again: some stand in texts, or a name stands twice.

    >>> type(read_again(b'{"a": 1, "a": 2}', {"a": 2})).__name__
    'Twice'
    """
    if text.count(b":") == _members(read):
        return read
    try:
        return json.loads(text, object_pairs_hook=_object_of)
    except RecursionError:  # far deeper than anything that is reported, and refused for that by its row
        return read


def holds_twice(read: object) -> bool:
    """Say whether any object in what was read again has a name twice."""
    return any(isinstance(each, Twice) for each in _parts(read))


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Twice(found)


def _members(read: object) -> int:
    return sum(len(each) for each in _parts(read) if isinstance(each, dict))


def _parts(read: object) -> Iterable[object]:
    """Give a value and all that stands in it."""
    waiting = [read]
    while waiting:
        each = waiting.pop()
        yield each
        if isinstance(each, dict):
            waiting.extend(value for value in each.values() if isinstance(value, dict | list))
        elif isinstance(each, list):
            waiting.extend(value for value in each if isinstance(value, dict | list))
