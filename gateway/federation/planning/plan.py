"""A plan: the fetches of one operation in their stages, the requests they are joined to, and the answer's shape."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from gateway.federation.planning.documents import Renames
from gateway.federation.planning.representations import Representation
from gateway.federation.planning.shapes import Shape
from gateway.federation.planning.sites import Selection

__all__ = ["Batch", "Echo", "Fetch", "Group", "OperationPlan", "Plan", "Step"]


class Echo(NamedTuple):
    """A field of a key, as it is sent and as it comes back."""

    name: str
    key: str
    text: str
    """How it is asked for; empty where it is asked for anyway."""
    shape: str
    """Its type there as it is written."""


class Step(NamedTuple):
    """One step of a path: the field that is followed, and of which concrete types; None for all."""

    key: str
    only: frozenset[str] | None


@dataclass(frozen=True, slots=True, eq=False)
class Fetch:
    """What is asked of one subgraph for the objects at one path."""

    number: int
    subgraph: str
    stage: int
    path: tuple[Step, ...]
    only: frozenset[str] | None
    """The concrete types that are asked for; None for all."""
    entry_type: str | None
    """How the objects are called there; None for a root type."""
    representation: Representation | None
    selection: Selection
    text: str
    variables: tuple[str, ...]
    renames: Renames
    shared: frozenset[str]
    """Keys of objects that another fetch gives a part of, too."""
    echoes: tuple[Echo, ...]
    """Fields of the key that come back and must be the same."""
    is_plain: bool
    """What comes back can be added to its object as it is."""
    is_concrete: bool
    """The type that comes back must be the one that was asked for."""
    after: tuple[int, ...]
    key_text: str | None
    requires_text: tuple[str, ...]

    @property
    def path_text(self) -> str:
        """The path as it is written in a plan."""
        parts = [f"{each.key}{_only(each.only)}" if each.only else each.key for each in self.path]
        return ".".join(parts) + (_only(self.only) if self.only else "")


def _only(types: frozenset[str] | None) -> str:
    return f"[{'|'.join(sorted(types or ()))}]"


class Group(NamedTuple):
    """Fetches that share one ``_entities`` field."""

    fetches: tuple[Fetch, ...]
    text: str
    variables: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """One request: the fetches of one subgraph in one stage."""

    number: int
    subgraph: str
    stage: int
    operation: str
    fetches: tuple[Fetch, ...]
    groups: tuple[Group, ...]
    """Empty for a request to a root type."""
    after: tuple[int, ...]
    definitions: Mapping[str, str]
    """How the operation's variables are declared."""

    @property
    def alone(self) -> str:
        """The name of the variable with the representations; with a number behind it where there are several."""
        name = "representations"
        while any(each.startswith(name) for each in self.definitions):
            name = f"_{name}"
        return name

    def document(self, groups: Sequence[Group] | None = None) -> str:
        """Write the request, with those groups that have anything to ask; without, all of its own."""
        if not self.groups:
            fetch = self.fetches[0]
            head = self._head(fetch.variables)
            return f"{self.operation}{head} {fetch.text}"
        wanted = self.groups if groups is None else groups
        if len(wanted) == 1:
            group = wanted[0]
            head = self._head(group.variables, (f"${self.alone}: [_Any!]!",))
            return f"query{head} {{ _entities(representations: ${self.alone}) {group.text} }}"
        variables = dict.fromkeys(name for group in wanted for name in group.variables)
        head = self._head(variables, tuple(f"${self.alone}{index}: [_Any!]!" for index in range(len(wanted))))
        parts = (
            f"e{index}: _entities(representations: ${self.alone}{index}) {each.text}"
            for index, each in enumerate(wanted)
        )
        return f"query{head} {{ {' '.join(parts)} }}"

    def _head(self, variables: Iterable[str], more: tuple[str, ...] = ()) -> str:
        declared = (*more, *(self.definitions[name] for name in variables))
        return f"({', '.join(declared)})" if declared else ""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Who is asked for what, in which order: for a whole operation, or for objects that are in hand."""

    operation: str
    root_type: str
    """The type of what it starts from: a root type, or that of the objects in hand."""
    batches: tuple[Batch, ...]

    @property
    def fetches(self) -> tuple[Fetch, ...]:
        """All fetches, in the order of their numbers."""
        found = (fetch for batch in self.batches for fetch in batch.fetches)
        return tuple(sorted(found, key=lambda each: each.number))

    @property
    def stages(self) -> int:
        """How many requests come one after the other."""
        return max((batch.stage + 1 for batch in self.batches), default=0)

    def made_ready(self) -> "Plan":
        """Give the plan to keep once its requests are made ready: it can be told and followed, and selects nothing."""
        nothing = Selection(self.root_type)
        batches = (
            replace(batch, fetches=tuple(replace(each, selection=nothing) for each in batch.fetches), groups=())
            for batch in self.batches
        )
        return Plan(self.operation, self.root_type, tuple(batches))

    def as_dict(self) -> dict[str, object]:
        """Give the plan as JSON takes it, with the documents that services are sent."""
        return self._as_dict(lambda batch: {"document": batch.document()})

    def as_bare_dict(self) -> dict[str, object]:
        """Give the plan as JSON takes it, without documents: whoever is asked in other ways is sent none."""
        return self._as_dict(lambda _: {})

    def _as_dict(self, sent: Callable[[Batch], Mapping[str, object]]) -> dict[str, object]:
        return {
            "operation": self.operation,
            "stages": self.stages,
            "requests": [
                {
                    "request": batch.number,
                    "subgraph": batch.subgraph,
                    "stage": batch.stage,
                    "after": list(batch.after),
                    **sent(batch),
                    "fetches": [_told(fetch) for fetch in batch.fetches],
                }
                for batch in self.batches
            ],
        }

    def as_tree(self) -> list[str]:
        """Give the plan as lines, by stage."""
        lines = [f"{self.operation}: {len(self.batches)} requests in {self.stages} stages"]
        for stage in range(self.stages):
            lines.append(f"stage {stage + 1}")
            for batch in self.batches:
                if batch.stage == stage:
                    after = f" after {', '.join(f'#{each}' for each in batch.after)}" if batch.after else ""
                    lines.append(f"  #{batch.number} {batch.subgraph}{after}")
                    lines += [f"    {line}" for fetch in batch.fetches for line in _lines(fetch)]
        return lines


@dataclass(frozen=True, slots=True, eq=False)
class OperationPlan(Plan):
    """How one operation is answered."""

    shape: Shape
    introspection: bool
    """Fields of the schema itself are asked for."""


def _told(fetch: Fetch) -> dict[str, object]:
    return {
        "fetch": fetch.number,
        "path": [each.key for each in fetch.path],
        "types": sorted(fetch.only) if fetch.only else None,
        "type": fetch.entry_type,
        "key": fetch.key_text,
        "requires": list(fetch.requires_text),
        "after": list(fetch.after),
        "selection": fetch.text,
    }


def _lines(fetch: Fetch) -> Iterable[str]:
    if fetch.entry_type is None:
        yield f"{fetch.path_text}: {fetch.text}" if fetch.path else fetch.text
        return
    requires = "".join(f" requires {{ {each} }}" for each in fetch.requires_text)
    where = f"{fetch.path_text}: " if fetch.path_text else ""
    yield f"{where}{fetch.entry_type} by {{ {fetch.key_text} }}{requires}"
    yield f"  {fetch.text}"
