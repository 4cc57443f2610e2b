"""Spines: which objects of a response an operation will write to, so that a shared response is copied no further."""

from collections.abc import Iterable
from typing import Any

from gateway.federation.planning.plan import Fetch

__all__ = ["Spine", "copied", "spine"]

Spine = dict[str, "Spine | None"]
"""The keys that lead to such objects; below None all may be written to."""


def spine(of: Iterable[Fetch], fetches: Iterable[Fetch]) -> Spine:
    """Give the spine of a response to the fetches *of* one request, by all fetches of its plan."""
    found: Spine = {}
    others = list(fetches)
    for fetch in of:
        path = [step.key for step in fetch.path]
        for other in others:
            keys = [step.key for step in other.path]
            if len(keys) > len(path) and keys[: len(path)] == path:
                _grow(found, keys[len(path) :])
        for key in fetch.shared:
            found[key] = None
    return found


def _grow(into: Spine, keys: list[str]) -> None:
    here: Spine | None = into
    for key in keys:
        if here is None:
            return
        here = here.setdefault(key, {})


def copied(value: Any, along: Spine | None) -> Any:  # noqa: ANN401 - any JSON
    """Copy the objects and lists *along* a spine; the rest is shared."""
    if value.__class__ is list:
        return [copied(each, along) for each in value]
    if value.__class__ is not dict:
        return value
    if along is None:
        return {key: copied(each, None) for key, each in value.items()}
    copy = value.copy()
    for key, below in along.items():
        if key in copy:
            copy[key] = copied(copy[key], below)
    return copy
