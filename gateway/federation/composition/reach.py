"""What can be reached from where: sites, the jumps between them by keys, and the fields that each resolves.

A *site* is an object as one subgraph sees it. Several sites may be the same object: who stands at one may jump to
another if a key of it can be had. The smallest set that is closed under such jumps is computed, so that keys that need
each other are not taken for reachable.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from gateway.federation.composition.elements import Applied, Kind, TypeDefinition, named
from gateway.federation.composition.fieldsets import field_set, written
from gateway.federation.composition.merged import JoinField, Supergraph
from gateway.federation.composition.reading import ROOTS
from gateway.federation.composition.sources import Place

__all__ = ["Network", "Site"]


class Site(NamedTuple):
    """An object in a subgraph: ``type`` is its type there, ``provided`` the field set that was provided on the way."""

    graph: int
    type: str
    provided: str = ""


class _Jump(NamedTuple):
    """A way to another site: by a key, or none at a root."""

    target: Site
    key: str | None


@lru_cache(maxsize=4096)
def _parsed(text: str) -> SelectionSetNode:
    return field_set(text)


class Network:
    """All sites of a supergraph; ``moved`` says whether the fields that move by label have moved."""

    def __init__(self, places: Sequence[Place], supergraph: Supergraph, *, moved: bool) -> None:
        """Read the network off the subgraphs and what they were merged to."""
        self.places, self.supergraph, self.moved = places, supergraph, moved
        self._reached: dict[tuple[str, Site], tuple[Site, ...]] = {}
        self._open: dict[tuple[str, Site], list[Site]] = {}
        self._resolving: set[tuple[Site, str]] = set()
        self._leaned = False
        self._jumps: dict[str, list[_Jump]] = {}
        self._joined: dict[tuple[int, str], dict[str, JoinField]] = {}
        self._leads: dict[tuple[str, Site], dict[str, list[tuple[Site, JoinField]]]] = {}

    def definition(self, site: Site) -> TypeDefinition:
        """Give the site's type in its subgraph."""
        return self.places[site.graph].schema.types[site.type]

    def stands_for(self, site: Site) -> bool:
        """Say whether the site is an interface object: which type it really is, it does not know."""
        return self.definition(site).interface_object

    def below(self, site: Site, type_name: str) -> list[Site]:
        """Give the sites of an object type that a value at *site* may have: none where it cannot be of that type."""
        schema = self.places[site.graph].schema
        if site.type == type_name or type_name in schema.possible(site.type):
            return [Site(site.graph, type_name, self._narrowed(site, type_name))]
        if self.stands_for(site) and type_name in self.supergraph.possible(site.type):
            return [site]
        return []

    def possible(self, site: Site) -> list[str]:
        """Give the object types that a value at *site* may have."""
        if self.stands_for(site):
            return self.supergraph.possible(site.type)
        return self.places[site.graph].schema.possible(site.type)

    def reached(self, type_name: str, start: Site) -> Sequence[Site]:
        """Give all sites of the same object, of this type, that can be reached from *start*; it is the first."""
        at = (type_name, start)
        if at in self._reached:
            return self._reached[at]
        if at in self._open:
            self._leaned = True
            return self._open[at]
        outermost = not self._open
        before, self._leaned = self._leaned, False
        sites = self._open[at] = [start]
        try:
            while self._extend(type_name, sites):
                pass
        finally:
            del self._open[at]
        if outermost or not self._leaned:
            self._reached[at] = tuple(sites)
        self._leaned = False if outermost else self._leaned or before
        return sites

    def knows_type(self, type_name: str, sites: Iterable[Site]) -> bool:
        """Say whether one of the sites knows that the object is of this type."""
        return any(site.type == type_name for site in sites)

    def jumps(self, type_name: str) -> list[_Jump]:
        """Give every way to a site of this type that is not a field."""
        if type_name not in self._jumps:
            self._jumps[type_name] = list(self._all_jumps(type_name))
        return self._jumps[type_name]

    def can_jump(self, type_name: str, sites: Sequence[Site], jump: _Jump) -> bool:
        """Say whether the jump can be made by who has the sites."""
        if not self.knows_type(type_name, sites) and not self._from_interface_object(sites[0], jump, type_name):
            return False
        return jump.key is None or self.selectable(type_name, sites, _parsed(jump.key))

    def joined(self, site: Site, name: str) -> JoinField | None:
        """Tell how the site's subgraph takes part in a field; None where it has no part."""
        return self._joins_of(site).get(name)

    def _joins_of(self, site: Site) -> dict[str, JoinField]:
        at = (site.graph, site.type)
        if at not in self._joined:
            enum = self.places[site.graph].graph.enum
            merged = self.supergraph.types[site.type].fields
            found: dict[str, JoinField] = {}
            self._joined[at] = found
            for name in self.definition(site).fields:
                field = merged.get(name)
                if field is None:
                    continue
                join = JoinField(enum) if not field.joins else next((j for j in field.joins if j.graph == enum), None)
                if join is not None:
                    found[name] = join
        return self._joined[at]

    def leads(self, type_name: str, start: Site) -> dict[str, list[tuple[Site, JoinField]]]:
        """Give, for each field that can be had from *start*, where it leads and how its subgraph takes part in it."""
        at = (type_name, start)
        if at not in self._leads:
            found: dict[str, list[tuple[Site, JoinField]]] = {}
            self._leads[at] = found
            reached = self.reached(type_name, start)
            for site in reached:
                for name, join in self._joins_of(site).items():
                    target = self.resolve(site, type_name, name, reached)
                    if target is not None:
                        found.setdefault(name, []).append((target, join))
        return self._leads[at]

    def resolve(self, site: Site, type_name: str, name: str, sites: Sequence[Site]) -> Site | None:
        """Give where the field leads from *site*, if it is resolved there by who has *sites*."""
        join = self.joined(site, name)
        if join is None:
            return None
        provided = self._provided(site, type_name, name)
        if (join.external or self.overridden(join)) and provided is None:
            return None
        if join.requires and not self._fulfilled(site, type_name, name, join.requires, sites):
            return None
        target = named(self.definition(site).fields[name].type)
        return Site(site.graph, target, " ".join(each for each in (provided, join.provides) if each))

    def overridden(self, join: JoinField) -> bool:
        """Say whether the field has moved away."""
        if join.override_label:
            return (join.override is None) is self.moved
        return join.used_overridden

    def selectable(self, type_name: str, sites: Sequence[Site], selection: SelectionSetNode) -> bool:
        """Say whether a field set can be had of an object by who has these sites of it."""
        for each in selection.selections:
            if isinstance(each, InlineFragmentNode):
                of = each.type_condition.name.value if each.type_condition else type_name
                if type_name in self.supergraph.possible(of) and not self.selectable(
                    type_name, sites, each.selection_set
                ):
                    return False
            elif isinstance(each, FieldNode) and not self._field_selectable(type_name, sites, each):
                return False
        return True

    def _field_selectable(self, type_name: str, sites: Sequence[Site], node: FieldNode) -> bool:
        name = node.name.value
        if name == "__typename":
            return True
        resolved = (self.resolve(site, type_name, name, sites) for site in list(sites))
        if node.selection_set is None:
            return any(each is not None for each in resolved)
        found = [each for each in resolved if each is not None]
        if not found:
            return False
        return all(
            any(self._below_selectable(site, SelectionSetNode(selections=(each,))) for site in found)
            for each in node.selection_set.selections
        )

    def _below_selectable(self, site: Site, selection: SelectionSetNode) -> bool:
        return all(
            any(self.selectable(name, self.reached(name, each), selection) for each in self.below(site, name))
            for name in self.possible(site)
        )

    def _fulfilled(self, site: Site, type_name: str, name: str, requires: str, sites: Sequence[Site]) -> bool:
        """Say whether what the field requires can be had, and the subgraph entered again with it.

        It must be had from the site itself: planners enter the subgraph first, and fetch what is required from there.
        """
        at = (site, name)
        if at in self._resolving:
            self._leaned = True
            return False
        self._resolving.add(at)
        try:
            if not self.selectable(type_name, self.reached(type_name, site), _parsed(requires)):
                return False
            return site != sites[0] or self._enterable(site, type_name, sites)
        finally:
            self._resolving.discard(at)

    def _enterable(self, site: Site, type_name: str, sites: Sequence[Site]) -> bool:
        return any(
            jump.target.graph == site.graph and jump.target.type == site.type and self.can_jump(type_name, sites, jump)
            for jump in self.jumps(type_name)
        )

    def _extend(self, type_name: str, sites: list[Site]) -> bool:
        """Add the sites that can be reached now; say whether there was one."""
        count = len(sites)
        for jump in self.jumps(type_name):
            if jump.target not in sites and self.can_jump(type_name, sites, jump):
                sites.append(jump.target)
        return len(sites) > count

    def _all_jumps(self, type_name: str) -> Iterator[_Jump]:
        interfaces = self.supergraph.types[type_name].interfaces
        for place in self.places:
            own = place.schema.types.get(type_name)
            if own is not None and type_name in ROOTS.values():
                yield _Jump(Site(place.index, type_name), None)
            for key in _resolvable(own):
                yield _Jump(Site(place.index, type_name), key.text("fields"))
            for name in interfaces:
                definition = place.schema.types.get(name)
                if definition is None:
                    continue
                if definition.interface_object:
                    for key in _resolvable(definition):
                        yield _Jump(Site(place.index, name), key.text("fields"))
                elif type_name in place.schema.possible(name):
                    for key in _resolvable(definition):
                        yield _Jump(Site(place.index, type_name), key.text("fields"))

    def _from_interface_object(self, start: Site, jump: _Jump, type_name: str) -> bool:
        """Say whether the jump can be made by who knows only an interface of the object."""
        place = self.places[jump.target.graph]
        definition = place.schema.types.get(start.type)
        if definition is None or jump.key not in {key.text("fields") for key in _resolvable(definition)}:
            return False
        if definition.interface_object:
            return jump.target.type == start.type
        return jump.target.type == type_name and definition.kind is Kind.INTERFACE

    def _provided(self, site: Site, type_name: str, name: str) -> str | None:
        """Give the field set that is provided below a field, empty at a leaf, None where the field is not provided."""
        if not site.provided:
            return None
        found = [
            written(each.selection_set) if each.selection_set else ""
            for each in self._selections(site.provided, type_name)
            if each.name.value == name
        ]
        return " ".join(each for each in found if each) if found else None

    def _narrowed(self, site: Site, type_name: str) -> str:
        """Give what is provided for one object type, so that equal sites are equal."""
        if not site.provided or site.type == type_name:
            return site.provided
        return " ".join(
            f"{each.name.value} {{ {written(each.selection_set)} }}" if each.selection_set else each.name.value
            for each in self._selections(site.provided, type_name)
        )

    def _selections(self, provided: str, type_name: str) -> Iterator[FieldNode]:
        pending = list(_parsed(provided).selections)
        for each in pending:
            if isinstance(each, FieldNode):
                yield each
            elif isinstance(each, InlineFragmentNode):
                of = each.type_condition.name.value if each.type_condition else type_name
                if type_name in self.supergraph.possible(of):
                    yield from self._selections(written(each.selection_set), type_name)


def _resolvable(definition: TypeDefinition | None) -> list[Applied]:
    if definition is None:
        return []
    return [key for key in definition.marks("key") if key.value("resolvable") is not False]
