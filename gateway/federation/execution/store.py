"""The store: what subgraphs said, merged by place; and what was lost, with its cause."""

from collections.abc import Callable, Sequence
from typing import Any

from gateway.federation.execution.answers import Cause
from gateway.federation.planning.documents import Renames
from gateway.federation.planning.needs import TYPENAME
from gateway.federation.planning.plan import Fetch
from gateway.federation.planning.sites import Selection

__all__ = ["MISBEHAVED", "Object", "Store", "rename", "renamed_path"]

Object = dict[str, Any]
"""One object of the store: its fields by key."""
MISBEHAVED = "SOURCE_MISBEHAVED"


class Store:
    """One operation's store."""

    __slots__ = ("_parts", "causes", "keep", "lost", "root")

    def __init__(self) -> None:
        """Start empty."""
        self.root: Object = {}
        self.lost: dict[tuple[int, str | int], list[Cause]] = {}
        """What was lost, by the holder's identity and the key; empty as long as all is well."""
        self.causes: list[Cause] = []
        """Errors of subgraphs that point at no null."""
        kept: list[object] = []
        self.keep: Callable[[object], None] = kept.append
        """Keeps a response alive: places are told apart by identity."""
        self._parts: dict[tuple[int, str | int], list[tuple[Selection, tuple[Cause, ...]]]] = {}
        """Parts that were lost of objects which another subgraph may give yet."""

    def is_lost(self, holder: object, key: str | int) -> bool:
        """Say whether a null stands for something that was lost."""
        return (id(holder), key) in self.lost

    def blame(self, holder: object, key: str | int, cause: Cause) -> None:
        """Note that something was lost."""
        self.lost.setdefault((id(holder), key), []).append(cause)

    def lose(self, target: Object, selection: Selection, *causes: Cause) -> None:
        """Note that all of a selection was lost of one object, but for what is there and what was lost before."""
        for part in (selection, *selection.narrowed.values()):
            for key, field in part.fields.items():
                if field.is_joint and key in target:
                    self.causes += causes
                else:
                    self._lose_field(target, key, field.selection, causes)
        if selection.typename and TYPENAME not in target:
            self._lose_field(target, TYPENAME, None, causes)

    def _lose_field(self, target: Object, key: str, below: Selection | None, causes: tuple[Cause, ...]) -> None:
        place = (id(target), key)
        if key in target:
            if below is not None:
                self._lose_below(target[key], below, causes)
            return
        if place not in self.lost:
            for cause in causes:
                self.blame(target, key, cause)
        if below is not None:
            self._parts.setdefault(place, []).append((below, causes))

    def _lose_below(self, value: Any, selection: Selection, causes: tuple[Cause, ...]) -> None:  # noqa: ANN401 - any JSON
        if value.__class__ is dict:
            self.lose(value, selection, *causes)
        elif value.__class__ is list:
            for each in value:
                self._lose_below(each, selection, causes)

    def merge(self, target: Object, said: Object, fetch: Fetch) -> None:
        """Merge what *fetch* said of one object into the store."""
        if fetch.shared:
            self._join(target, said, fetch.selection, fetch.subgraph)
        else:
            target.update(said)
        if self.lost:
            self._follow(target, said)

    def _follow(self, target: Object, said: Object) -> None:
        """Let what was lost of *said* be lost of *target*, and what was lost before of what *said* gives now."""
        for key in said:
            place = (id(target), key)
            causes = self.lost.get((id(said), key))
            if causes is not None and target is not said and target.get(key) is None:
                self.lost.setdefault(place, []).extend(causes)
            for below, lost_by in self._parts.pop(place, ()):
                self._lose_below(target.get(key), below, lost_by)

    def _join(self, target: Object, said: Object, selection: Selection, subgraph: str) -> None:
        for key, value in said.items():
            if key not in target:
                target[key] = value
                if self.lost and _is_joint(selection, key):
                    self._lose_part(target, key)
                continue
            present = target[key]
            lost_by = self.lost.get((id(said), key))
            if _is_joint(selection, key):
                self._join_part(target, key, value, lost_by or ())
            elif value is None and lost_by is not None:
                below = _below(selection, key)
                self._lose_below(present, below, tuple(cause.spread() for cause in lost_by))
            elif value.__class__ in (dict, list) or present.__class__ in (dict, list):
                self._join_value(target, key, value, selection, subgraph)
            elif key == TYPENAME and present != value:
                cause = Cause(f"Subgraphs do not agree on the type: {present}, {value}", MISBEHAVED, subgraph)
                self.lose(target, selection, cause)
                return
            elif present is None:
                target[key] = value

    def _join_part(self, target: Object, key: str, part: Any, lost_by: Sequence[Cause]) -> None:  # noqa: ANN401 - any JSON
        """Join one subgraph's part of a joint list to what others gave of it: a part that was lost has no place."""
        present = target[key]
        if part.__class__ is list and present.__class__ is list:
            target[key] = present + part
        elif present is None:
            target[key] = part
            self._lose_part(target, key)
        self.causes += lost_by

    def _lose_part(self, target: Object, key: str) -> None:
        """Tell of the parts of a joint list that were lost before another came: no null stands for them."""
        place = (id(target), key)
        self._parts.pop(place, None)
        self.causes += self.lost.pop(place, ())

    def _join_value(self, holder: Any, key: Any, value: Any, selection: Selection, subgraph: str) -> None:  # noqa: ANN401 - any values, which may be of any wrong shape
        present = holder[key]
        below = _below(selection, key) if isinstance(key, str) else selection
        if present.__class__ is dict and value.__class__ is dict:
            self._join(present, value, below, subgraph)
            if self.lost:
                self._follow(present, value)
        elif present.__class__ is list and value.__class__ is list and len(present) == len(value):
            for index, each in enumerate(value):
                if each is not None or present[index] is not None:
                    self._join_value(present, index, each, below, subgraph)
        elif not (present is None and self.is_lost(holder, key)):
            cause = Cause("Subgraphs do not agree on what stands here", MISBEHAVED, subgraph)
            self._lose_below(present, below, (cause,))
            if present is None:
                self.blame(holder, key, cause)

    # Errors of subgraphs ---------------------------------------------------------------------------------------------

    def locate(self, data: Any, path: Sequence[str | int], cause: Cause) -> bool:  # noqa: ANN401 - a response of any shape
        """Blame the null at or above an error's path; False where nothing is null there."""
        holder, depth = data, 0
        for depth, step in enumerate(path):
            value = _step(holder, step)
            if value is None:
                cause.below = tuple(path[depth + 1 :])
                self.blame(holder, step, cause)
                return True
            holder = value
        return False


def _step(holder: Any, step: str | int) -> Any:  # noqa: ANN401 - a response of any shape
    if holder.__class__ is dict and isinstance(step, str):
        return holder.get(step)
    if holder.__class__ is list and isinstance(step, int) and 0 <= step < len(holder):
        return holder[step]
    return None


def _is_joint(selection: Selection, key: str) -> bool:
    """Say whether what stands under a key is a part of a joint list."""
    return any(key in part.fields and part.fields[key].is_joint for part in (selection, *selection.narrowed.values()))


def _below(selection: Selection, key: str) -> Selection:
    found = Selection("")
    for part in (selection, *selection.narrowed.values()):
        field = part.fields.get(key)
        if field is not None and field.selection is not None:
            found.fields.update(field.selection.fields)
            found.narrowed.update({f"{part.type} {name}": each for name, each in field.selection.narrowed.items()})
    return found


def rename(value: Any, renames: Renames) -> None:  # noqa: ANN401 - a response of any shape
    """Call everything in a response by its key again."""
    if value.__class__ is list:
        for each in value:
            rename(each, renames)
    elif value.__class__ is dict:
        for name, below in renames.below.items():
            rename(value.get(name), below)
        for name, key in renames.names.items():
            if name in value:
                given = value.pop(name)
                value[key] = _united(value[key], given) if key in value else given


def _united(one: Any, other: Any) -> Any:  # noqa: ANN401 - responses of any shape
    """Join what one field gave under two names: an interface's own selection, and that of the type it turned out as."""
    if one.__class__ is dict and other.__class__ is dict:
        for key, value in other.items():
            one[key] = _united(one[key], value) if key in one else value
        return one
    if one.__class__ is list and other.__class__ is list and len(one) == len(other):
        for place, value in enumerate(other):
            one[place] = _united(one[place], value)  # in its place: what was lost is told apart by identity
        return one
    return other if one is None else one


def renamed_path(path: Sequence[str | int], renames: Renames) -> list[str | int]:
    """Give an error's path by keys."""
    found: list[str | int] = []
    here: Renames | None = renames
    for step in path:
        if here is not None and isinstance(step, str):
            found.append(here.names.get(step, step))
            here = here.below.get(step)
        else:
            found.append(step)
    return found
