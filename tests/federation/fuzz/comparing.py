"""Compares two answers: they are equal, or what was lost has an error on its path."""

# A value of an answer is of any type.
# ruff: noqa: ANN401

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

__all__ = ["Difference", "differences", "needless", "unexcused"]

Path = tuple[str | int, ...]


class Difference(NamedTuple):
    """A place where two answers differ. Something ``lost`` is null where there is a value."""

    path: Path
    expected: Any
    given: Any
    lost: bool = False

    def __str__(self) -> str:
        """Say what is wrong where."""
        where = ".".join(map(str, self.path)) or "data"
        what = "lost without an error" if self.lost else f"{self.given!r:.300}"
        return f"{where}: expected {self.expected!r:.300}, given {what}"


def differences(expected: Any, given: Any, path: Path = ()) -> Iterator[Difference]:
    """Give the places where *given* differs; the order of keys counts."""
    if isinstance(expected, dict) and isinstance(given, dict):
        if list(expected) != list(given):
            yield Difference(path, f"keys {list(expected)}", f"keys {list(given)}")
        for key in expected:
            if key in given:
                yield from differences(expected[key], given[key], (*path, key))
    elif isinstance(expected, list) and isinstance(given, list):
        if len(expected) != len(given):
            yield Difference(path, f"{len(expected)} items", f"{len(given)} items")
        for n, (one, other) in enumerate(zip(expected, given, strict=False)):
            yield from differences(one, other, (*path, n))
    elif given is None and expected is not None:
        yield Difference(path, expected, given, lost=True)
    elif expected != given or type(expected) is not type(given):
        yield Difference(path, expected, given)


def unexcused(expected: Any, given: Any, told: Sequence[Path], known: Sequence[Path]) -> list[str]:
    """Say what no error excuses: values that differ or were lost, and failures that nobody tells.

    A value may be lost where an error (*told*) stands at it or above it, or below it in what was nulled with it. What
    the monolith itself could not answer (*known*) may be there: a gateway need not null as much.
    """
    found = []
    for each in differences(expected, given):
        excuses = told if each.lost else known if each.expected is None else ()
        if not any(_is_near(path, each.path) for path in excuses):
            found.append(str(each))
    for path in known:
        place = _nulled(given, path)
        if place is not None and not any(_is_near(each, place) for each in told):
            found.append(f"{'.'.join(map(str, place))}: fails in the monolith, null without an error here")
    return found


def needless(
    expected: Any, given: Any, told: Sequence[Path], known: Sequence[Path], *, nulls: bool = False
) -> list[Path]:
    """Give the paths of errors for which there is no reason: nothing was lost there, nothing fails there.

    With *nulls*, an error at a null has a reason: whoever could not ask cannot know that the answer is null.
    """
    places = [place for path in known if (place := _nulled(expected, path)) is not None]
    places += [each.path for each in differences(expected, given) if each.lost]
    found = [path for path in told if not any(_is_near(path, place) for place in places)]
    return [path for path in found if not nulls or _nulled(given, path) is None]


def _nulled(data: Any, path: Path) -> Path | None:
    """Give the place on a path where an answer is null, None where it is nowhere."""
    for n, step in enumerate(path):
        if data is None:
            return path[:n]
        try:
            data = data[step]
        except (LookupError, TypeError):
            return None
    return path if data is None else None


def _is_near(path: Path, place: Path) -> bool:
    """Say whether an error's path is at a place, above it or below it."""
    shared = min(len(path), len(place))
    return path[:shared] == place[:shared]
