"""Holdings: which subgraph has an object in hand, as what type, and what it can say of it without being asked anew."""

from typing import NamedTuple

from gateway.federation.planning.joined_graph import Entry, FieldJoin, JoinedGraph
from gateway.federation.planning.needs import Need, Needs

__all__ = ["Door", "Hold", "Holdings"]


class Hold(NamedTuple):
    """One subgraph that has an object in hand."""

    subgraph: str
    type: str
    """The type at that place in the subgraph's own schema."""
    provided: Needs | None = None
    """What @provides adds at that place."""
    scope: str | None = None
    """The objects that were asked for at that place by key; None where all were found below another."""
    stage: int = 0
    """The stage whose requests bring it."""

    @classmethod
    def entered(cls, entry: Entry, scope: str, stage: int = 0) -> "Hold":
        """Give the hold that a subgraph has once it is asked for the objects that are a *scope*."""
        return cls(entry.subgraph, entry.type, None, scope, stage)


class Door(NamedTuple):
    """A way to have a field of objects by asking for them anew."""

    entry: Entry
    hold: Hold
    """As of stage 0."""
    join: FieldJoin


class Holdings:
    """Answers what a hold is good for; pure, by the joined graph."""

    def __init__(self, graph: JoinedGraph) -> None:
        """Answer by *graph*."""
        self._graph = graph
        self._said: dict[tuple[object, str, str], FieldJoin | None] = {}
        self._doors: dict[tuple[str, str], tuple[Door, ...]] = {}

    def is_opaque(self, hold: Hold) -> bool:
        """Say whether the concrete type cannot be learnt there."""
        return self._graph.is_opaque(hold.subgraph, hold.type)

    def tells(self, hold: Hold) -> bool:
        """Say whether the concrete types of all objects at the place can be learnt there."""
        if hold.scope is not None and not self._graph.is_abstract(hold.scope):
            return False
        return not self.is_opaque(hold)

    def possible(self, hold: Hold) -> frozenset[str]:
        """Give the concrete types that may stand there."""
        return self._graph.possible_in(hold.subgraph, hold.type)

    def covers(self, hold: Hold, x: str) -> bool:
        """Say whether objects of type *x* are in hand there, and may be spoken of as such."""
        graph = self._graph
        if hold.scope is not None and x != hold.scope and not graph.possible(x) <= graph.possible(hold.scope):
            return False
        if x == hold.type:
            return True
        if self.is_opaque(hold):
            return not graph.possible(x).isdisjoint(graph.possible(hold.type))
        if not graph.is_abstract(x):
            return x in self.possible(hold)
        known = hold.subgraph in graph.types[x].subgraphs and graph.is_abstract(hold.type)
        return known and not self.possible(hold).isdisjoint(graph.possible(x))

    def says(self, hold: Hold, x: str, field: str) -> FieldJoin | None:
        """Give the field as it can be selected there on *x*; None where it cannot.

        On an abstract type it can only if the interface has it and every type that may stand there can give it.
        """
        asked = (hold[:4], x, field)
        if asked in self._said:
            return self._said[asked]
        if not self.covers(hold, x):
            found = None
        elif self.is_opaque(hold):
            found = self._on(hold, hold.type, field)
        elif self._graph.is_abstract(x):
            found = self._on_every(hold, x, field)
        else:
            found = self._on(hold, x, field)
        self._said[asked] = found
        return found

    def doors(self, x: str, field: str) -> tuple[Door, ...]:
        """Give the ways to have a field of the objects that are an *x* by asking for them anew."""
        found = self._doors.get((x, field))
        if found is None:
            ways = ((entry, Hold.entered(entry, x)) for entry in self._graph.entries(x))
            said = ((entry, hold, self.says(hold, x, field)) for entry, hold in ways)
            found = tuple(Door(entry, hold, join) for entry, hold, join in said if join is not None)
            self._doors[(x, field)] = found
        return found

    def _on(self, hold: Hold, x: str, field: str) -> FieldJoin | None:
        join = self._graph.join(hold.subgraph, x, field)
        if join is not None and not join.external:
            return join
        if self._provided(hold, x, field) is None:
            return None
        named = self._graph.field_type(x, field)
        return FieldJoin(named, named) if join is None else join

    def _on_every(self, hold: Hold, x: str, field: str) -> FieldJoin | None:
        join = self._graph.join(hold.subgraph, x, field)
        if join is None or join.requires:
            return None
        concretes = self.possible(hold) & self._graph.possible(x)
        if not concretes <= self._graph.possible_in(hold.subgraph, x):
            return None
        for concrete in concretes:
            own = self._on(hold, concrete, field)
            if own is None or own.requires or own.provides:
                return None
        return join

    def _provided(self, hold: Hold, x: str, field: str) -> Need | None:
        if hold.provided is not None:
            for need in hold.provided.items.values():
                if need.name == field and self._graph.possible(x) <= self._graph.possible(need.on):
                    return need
        return None

    def below(self, hold: Hold, x: str, join: FieldJoin, field: str) -> Hold:
        """Give what is in hand below a field that can be selected there."""
        provided = self._provided(hold, x, field)
        if provided is not None and provided.sub is not None:
            return Hold(hold.subgraph, join.named, provided.sub, stage=hold.stage)
        more = self._graph.field_set(join.named, join.provides, hold.subgraph) if join.provides else None
        return Hold(hold.subgraph, join.named, more, stage=hold.stage)
