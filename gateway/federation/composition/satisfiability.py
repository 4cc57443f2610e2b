"""Whether every query of the API can be answered: each field, on each path that leads to its type."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gateway.errors import Text
from gateway.federation.composition.dead_ends import dead_ends
from gateway.federation.composition.elements import Kind, named
from gateway.federation.composition.merged import MergedField, MergedType, Supergraph
from gateway.federation.composition.problems import Findings, Problem, listed
from gateway.federation.composition.reach import Network, Site
from gateway.federation.composition.reading import ROOTS
from gateway.federation.composition.sources import Place

__all__ = ["check_satisfiability"]

_Sites = frozenset[Site]


class _Position(NamedTuple):
    """Where a path has led: the object's sites, and the contexts that were set on the way."""

    sites: _Sites
    contexts: frozenset[str] = frozenset()

    def covers(self, other: "_Position") -> bool:
        """Say whether from here all can be had that can be had from the other."""
        return other.sites <= self.sites and other.contexts <= self.contexts


def check_satisfiability(places: Sequence[Place], supergraph: Supergraph, findings: Findings) -> None:
    """Refuse fields that no subgraph can be asked for on some path; where fields move by label, before and after."""
    labelled = any(
        join.override_label
        for merged in supergraph.types.values()
        for each in merged.fields.values()
        for join in each.joins
    )
    for moved in (False, True) if labelled else (False,):
        walk = _Walk(Network(places, supergraph, moved=moved))
        for root in supergraph.roots:
            walk.from_root(root)
        findings.problems += [each for each in walk.problems() if each not in findings.problems]


@dataclass(frozen=True, slots=True)
class _Step:
    """How a type was come to: a field, or a type condition, and what was before."""

    written: str
    before: "_Step | None" = None

    def query(self, last: str) -> str:
        """Write the query that leads here and asks for *last*."""
        inner, step = last, self
        while step is not None:
            inner = f"{step.written} {{ {inner} }}" if step.written else f"{{ {inner} }}"
            step = step.before  # type: ignore[assignment]  # the loop ends at None
        return inner


@dataclass(slots=True)
class _Walk:
    """A walk over all paths, the shortest first; a type is visited again only from where less can be had."""

    network: Network
    seen: dict[str, list[_Position]] = field(default_factory=dict)
    found: dict[tuple[str, str], Problem] = field(default_factory=dict)
    waiting: deque[tuple[str, _Position, _Step]] = field(default_factory=deque)

    @property
    def supergraph(self) -> Supergraph:
        return self.network.supergraph

    def problems(self) -> list[Problem]:
        """Give what was found, a coordinate once."""
        return list(self.found.values())

    def from_root(self, root: str) -> None:
        """Walk every path from a root."""
        start = _Step("" if root == ROOTS["query"] else root.lower())
        sites = frozenset(Site(place.index, root) for place in self.network.places if root in place.schema.types)
        if root == ROOTS["mutation"]:
            self._from_mutation(_Position(sites), start)
            return
        self.waiting.append((root, _Position(sites), start))
        self._walk()

    def _walk(self) -> None:
        while self.waiting:
            type_name, here, step = self.waiting.popleft()
            if any(here.covers(each) for each in self.seen.get(type_name, ())):
                continue
            self.seen.setdefault(type_name, []).append(here)
            merged = self.supergraph.types[type_name]
            if merged.kind is Kind.OBJECT:
                self._visit_object(merged, here, step)
            else:
                self._visit_abstract(merged, here, step)

    def _from_mutation(self, here: _Position, step: _Step) -> None:
        """Walk on from each mutation by one subgraph at a time: only one of them carries it out, and answers."""
        merged = self.supergraph.types[ROOTS["mutation"]]
        for each in _open(merged):
            ways = self._resolving(merged.name, each.name, here)
            if not ways:
                self._refuse(merged, each, here.sites, step)
                continue
            tries = []
            for way in sorted(ways):
                attempt = _Walk(self.network, {name: list(given) for name, given in self.seen.items()})
                attempt.found = dict(self.found)
                attempt._follow(each, _Position(frozenset({way})), step)
                attempt._walk()
                tries.append(attempt)
            best = min(tries, key=lambda attempt: len(attempt.found))
            self.seen, self.found = best.seen, best.found

    def _visit_object(self, merged: MergedType, here: _Position, step: _Step) -> None:
        contexts = here.contexts | self._contexts(merged)
        for each in _open(merged):
            found = self._resolving(merged.name, each.name, here)
            if not found:
                self._refuse(merged, each, here.sites, step)
                continue
            self._check_runtime_types(merged, each, found, step)
            self._follow(each, _Position(frozenset(found), contexts), step)

    def _contexts(self, merged: MergedType) -> frozenset[str]:
        """Give the contexts that are set where a path passes an object of this type."""
        types = self.supergraph.types
        abstract = [each for each in types.values() if merged.name in each.members]
        abstract += [types[name] for name in merged.interfaces if name in types]
        return frozenset(
            mark.text("name") for each in (merged, *abstract) for mark in each.carried if mark.meaning == "context"
        )

    def _follow(self, each: MergedField, there: _Position, step: _Step) -> None:
        target = self.supergraph.types.get(named(each.type))
        if target is not None and target.kind in {Kind.OBJECT, Kind.INTERFACE, Kind.UNION}:
            self.waiting.append((target.name, there, _Step(each.name, step)))

    def _visit_abstract(self, merged: MergedType, here: _Position, step: _Step) -> None:
        for name in self.supergraph.possible(merged.name):
            target = self.supergraph.types[name]
            by_site = [self.network.below(site, name) for site in here.sites]
            if target.inaccessible or not all(by_site):
                continue  # what one of the subgraphs that share a field never gives, none may give
            below = frozenset(each for found in by_site for each in found)
            if any(self.network.knows_type(name, self.network.reached(name, site)) for site in below):
                self.waiting.append((name, _Position(below, here.contexts), _Step(f"... on {name}", step)))
            else:
                self._refuse_unknown(merged, name, below, step)

    def _resolving(self, type_name: str, name: str, here: _Position) -> set[Site]:
        return {
            target
            for start in here.sites
            for target, join in self.network.leads(type_name, start).get(name, ())
            if not join.contexts or here.contexts.issuperset(each.context for each in join.contexts)
        }

    def _refuse(self, merged: MergedType, each: MergedField, sites: _Sites, step: _Step) -> None:
        at = f"{merged.name}.{each.name}"
        if ("field", at) in self.found:
            return
        target = self.supergraph.types.get(named(each.type))
        composite = target is not None and target.kind in {Kind.OBJECT, Kind.INTERFACE, Kind.UNION}
        query = step.query(f"{each.name} {{ ... }}" if composite else each.name)
        reasons = list(dead_ends(self.network, merged.name, each.name, sorted(sites)))
        english = "; ".join(reason.english for reason in reasons)
        chinese = "；".join(reason.chinese for reason in reasons)
        message = Text(f"The query {query} cannot be answered: {english}", f"查询 {query} 无法作答：{chinese}")
        self.found["field", at] = _problem("SATISFIABILITY_ERROR", message, self._names(sites), at)

    def _refuse_unknown(self, merged: MergedType, name: str, sites: _Sites, step: _Step) -> None:
        at = merged.name
        if ("type", at) in self.found:
            return
        query = step.query(f"... on {name} {{ ... }}")
        names = self._names(sites)
        message = Text(
            f'The query {query} cannot be answered: {listed(names)} knows "{merged.name}" as an interface object only,'
            " and from there no subgraph can be reached that knows which type it is",
            f"查询 {query} 无法作答：{listed(names)} 仅以接口对象形式知悉 {merged.name}，"
            "由此无法到达能判明其类型的子图",
        )
        self.found["type", at] = _problem("SATISFIABILITY_ERROR", message, names, at)

    def _check_runtime_types(self, merged: MergedType, each: MergedField, found: set[Site], step: _Step) -> None:
        """Refuse a shared field whose subgraphs cannot mean the same: they have no object type in common."""
        target = self.supergraph.types.get(named(each.type))
        if target is None or target.kind not in {Kind.INTERFACE, Kind.UNION} or len({s.graph for s in found}) == 1:
            return
        by_graph: dict[int, set[str]] = {}
        for site in found:
            by_graph.setdefault(site.graph, set()).update(self.network.possible(site))
        at = f"{merged.name}.{each.name}"
        if any(by_graph.values()) and not set.intersection(*by_graph.values()) and ("runtime", at) not in self.found:
            names = [self.network.places[index].name for index in sorted(by_graph)]
            query = step.query(f"{each.name} {{ ... }}")
            told = "; ".join(
                f"{listed(sorted(by_graph[i])) or 'none'} in {self.network.places[i].name}" for i in sorted(by_graph)
            )
            message = Text(
                f'The query {query} has no one meaning: "{at}" is shared, and its subgraphs have no type in common:'
                f" {told}",
                f"查询 {query} 含义不一：{at} 为共享字段，而各子图可能返回的类型无交集：{told}",
            )
            self.found["runtime", at] = _problem("SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES", message, names, at)

    def _names(self, sites: Iterable[Site]) -> list[str]:
        return [self.network.places[index].name for index in sorted({site.graph for site in sites})]


def _open(merged: MergedType) -> Iterator[MergedField]:
    return (each for each in merged.fields.values() if not each.inaccessible)


def _problem(code: str, message: Text, subgraphs: Iterable[str], at: str) -> Problem:
    findings = Findings()
    findings.refuse(code, message, subgraphs, at)
    return findings.problems[0]
