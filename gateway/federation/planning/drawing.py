"""From an operation to its plan."""

from collections.abc import Iterator, Mapping

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    print_ast,
)

from gateway.federation.planning.documents import agrees, write
from gateway.federation.planning.holdings import Hold, Holdings
from gateway.federation.planning.joined_graph import JoinedGraph
from gateway.federation.planning.needs import Need, Needs, NeedsReader, is_wanted
from gateway.federation.planning.plan import Batch, Echo, Fetch, Group, OperationPlan, Plan, Step
from gateway.federation.planning.planner import Planner
from gateway.federation.planning.representations import representation
from gateway.federation.planning.schedule import schedule
from gateway.federation.planning.shapes import ShapeReader
from gateway.federation.planning.sites import Draft, Place, Selection

__all__ = ["draw", "draw_needs", "draw_onward"]

Fragments = Mapping[str, FragmentDefinitionNode]


def draw(
    graph: JoinedGraph,
    operation: OperationDefinitionNode,
    fragments: Fragments,
    booleans: Mapping[str, object],
    holdings: Holdings | None = None,
) -> OperationPlan:
    """Plan an operation; *booleans* are the variables that @skip and @include ask.

    Whoever plans on one graph again and again keeps its *holdings*, so that what was found out once is known.

    Raises:
        Unplannable: a field cannot be reached.

    """
    kind = operation.operation.value
    reader = NeedsReader(graph, fragments, booleans, graph.must_know_type)
    read = reader.read_apart if kind == "mutation" else reader.read
    needs = read(operation.selection_set, graph.roots[kind])
    asked = draw_needs(graph, operation, needs, holdings)
    return OperationPlan(
        kind,
        needs.static,
        asked.batches,
        ShapeReader(graph, fragments, booleans).root(operation.selection_set, needs),
        _asks_schema(operation.selection_set, fragments, booleans),
    )


def draw_needs(
    graph: JoinedGraph, operation: OperationDefinitionNode, needs: Needs, holdings: Holdings | None = None
) -> Plan:
    """Plan what must be known from the roots for an operation: who is asked for what, in which order.

    Raises:
        Unplannable: a field cannot be reached.

    """
    kind = operation.operation.value
    planner = Planner(graph, holdings or Holdings(graph))
    places = planner.mutation(needs) if kind == "mutation" else [planner.query(needs)]
    schedule(planner.drafts)
    definitions = {
        each.variable.name.value: print_ast(
            VariableDefinitionNode(variable=each.variable, type=each.type, default_value=each.default_value)
        )
        for each in operation.variable_definitions or ()
    }
    return Plan(kind, needs.static, _Drawing(graph, planner.drafts, places, definitions, kind).batches())


def draw_onward(graph: JoinedGraph, hold: Hold, needs: Needs, holdings: Holdings | None = None) -> Plan:
    """Plan what must be known of objects that are in hand in one subgraph: who else is asked for what, in which order.

    Raises:
        Unplannable: a field cannot be reached.

    """
    planner = Planner(graph, holdings or Holdings(graph))
    place = planner.onward(needs, hold)
    schedule(planner.drafts)
    return Plan("query", needs.static, _Drawing(graph, planner.drafts, [place], {}, "query").batches())


def _asks_schema(selections: SelectionSetNode, fragments: Fragments, booleans: Mapping[str, object]) -> bool:
    for node in selections.selections:
        if not is_wanted(node.directives, booleans):
            continue
        if isinstance(node, FieldNode):
            if node.name.value in {"__schema", "__type"}:
                return True
        elif isinstance(node, InlineFragmentNode):
            if _asks_schema(node.selection_set, fragments, booleans):
                return True
        elif isinstance(node, FragmentSpreadNode) and _asks_schema(
            fragments[node.name.value].selection_set, fragments, booleans
        ):
            return True
    return False


class _Drawing:
    """Turns drafts into fetches and requests."""

    def __init__(
        self,
        graph: JoinedGraph,
        drafts: list[Draft],
        places: list[Place],
        definitions: Mapping[str, str],
        operation: str,
    ) -> None:
        self._graph = graph
        self._drafts = drafts
        self._places = places
        self._definitions = definitions
        self._operation = operation
        self._shared: dict[int, set[str]] = {}

    def batches(self) -> tuple[Batch, ...]:
        for place in self._places:
            self._note_shared(place)
        fetches = [self._fetch(draft) for draft in self._drafts]
        grouped: dict[tuple[int, str, object], list[Fetch]] = {}
        for fetch in sorted(fetches, key=lambda each: (each.stage, each.number)):
            apart = fetch.number if fetch.entry_type is None else -1
            grouped.setdefault((fetch.stage, fetch.subgraph, apart), []).append(fetch)
        of_fetch = {fetch.number: index for index, members in enumerate(grouped.values()) for fetch in members}
        return tuple(
            Batch(
                index,
                members[0].subgraph,
                members[0].stage,
                self._operation if not members[0].path and members[0].entry_type is None else "query",
                tuple(members),
                _groups(members),
                tuple(sorted({of_fetch[each] for fetch in members for each in fetch.after})),
                self._definitions,
            )
            for index, members in enumerate(grouped.values())
        )

    def _note_shared(self, place: Place) -> None:
        """Find the objects of which several fetches give a part, and have all of these tell the concrete type."""
        by_key: dict[str, list[tuple[int, Selection]]] = {}
        for child in place.children.values():
            assert child.need is not None  # noqa: S101 - every child stands below a need
            own = [site for site in child.sites if site.draft.place is not child]
            by_key.setdefault(child.need.key, []).extend((site.draft.number, site.selection) for site in own)
            if child.told_by is not None and len(own) > 1:
                for site in own:
                    if not self._graph.is_opaque(site.hold.subgraph, site.hold.type):
                        site.selection.typename = True
            self._note_shared(child)
        for key, found in by_key.items():
            if len({number for number, _ in found}) > 1:
                for number, _ in found:
                    self._shared.setdefault(number, set()).add(key)

    def _fetch(self, draft: Draft) -> Fetch:
        graph, key = self._graph, draft.key
        entry = draft.entry_type
        is_opaque = entry is not None and graph.is_opaque(draft.subgraph, entry)
        is_concrete = entry is not None and not is_opaque and not graph.is_abstract(entry)
        written = write(draft.selection)
        return Fetch(
            number=draft.number,
            subgraph=draft.subgraph,
            stage=draft.stage,
            path=self._path(draft.place),
            only=self._only(draft.place, draft.on),
            entry_type=entry,
            representation=None if key is None else representation(graph, draft),
            selection=draft.selection,
            text=written.text,
            variables=written.variables,
            renames=written.renames,
            shared=frozenset(self._shared.get(draft.number, ())),
            echoes=tuple(self._echoes(draft)),
            is_plain=not written.renames and draft.number not in self._shared,
            is_concrete=is_concrete,
            after=tuple(sorted(each.number for each in draft.after)),
            key_text=None if key is None else _text(key),
            requires_text=tuple(_text(each) for each in draft.requires),
        )

    def _echoes(self, draft: Draft) -> Iterator[Echo]:
        """Give the fields of the key that the subgraph can say again: by them it is seen whose the answer is."""
        if draft.key is None or draft.entry_type is None:
            return
        for need in draft.key.items.values():
            join = self._graph.join(draft.subgraph, draft.entry_type, need.name)
            if join is None or not self._is_said(draft.subgraph, draft.entry_type, need):
                continue
            if need.sub is None:
                text = "" if need.key in draft.selection.fields else f"{need.name} "
                yield Echo(need.name, need.key, text, join.shape)
            else:
                # Under a name of its own: what is known of the object already must not be replaced by its key.
                name = f"_key_{need.name}"
                text = f"{name}: {need.name} {{ {_text(need.sub)} }} "
                yield Echo(need.name, name, text, join.shape + text)

    def _is_said(self, subgraph: str, x: str, need: Need) -> bool:
        join = self._graph.join(subgraph, x, need.name)
        if join is None or join.external or need.arguments.text or need.on not in self._graph.types:
            return False
        if need.sub is None:
            return True
        if self._graph.is_abstract(join.named):
            return False
        return all(self._is_said(subgraph, join.named, each) for each in need.sub.items.values())

    def _path(self, place: Place) -> tuple[Step, ...]:
        steps: list[Step] = []
        while place.parent is not None and place.need is not None:
            steps.append(Step(place.need.key, self._only(place.parent, place.on)))
            place = place.parent
        return tuple(reversed(steps))

    def _only(self, place: Place, on: str) -> frozenset[str] | None:
        possible = self._graph.possible
        if on == place.static or place.told_by is None or possible(place.static) <= possible(on):
            return None
        return possible(on)


def _groups(fetches: list[Fetch]) -> tuple[Group, ...]:
    """Join the fetches of a request to as few ``_entities`` fields as give each object only what it was asked for."""
    groups: list[dict[str, list[Fetch]]] = []
    for fetch in fetches:
        if fetch.entry_type is None:
            return ()
        home = next((each for each in groups if _fits(each, fetch)), None)
        if home is None:
            home = {}
            groups.append(home)
        home.setdefault(fetch.entry_type, []).append(fetch)
    return tuple(_group(each) for each in groups)


def _fits(group: Mapping[str, list[Fetch]], fetch: Fetch) -> bool:
    same = group.get(fetch.entry_type or "")
    if same is not None:
        return same[0].text == fetch.text and same[0].echoes == fetch.echoes
    others = [members[0] for members in group.values()]
    if not fetch.is_concrete or not all(each.is_concrete for each in others):
        return False
    return all(_agree(fetch, other) and _echoes_agree(fetch, other) for other in others)


def _agree(one: Fetch, other: Fetch) -> bool:
    theirs = other.selection.fields
    return all(agrees(mine, theirs[key]) for key, mine in one.selection.fields.items() if key in theirs)


def _echoes_agree(one: Fetch, other: Fetch) -> bool:
    """Say whether no key is said again in a shape that the other has not under that name."""
    mine, theirs = _said(one), _said(other)
    return all(theirs.get(key, shape) == shape for key, shape in mine.items())


def _said(fetch: Fetch) -> dict[str, str]:
    leaves = {key: each.shape for key, each in fetch.selection.fields.items() if each.selection is None}
    return leaves | {each.key: each.shape for each in fetch.echoes}


def _group(members: Mapping[str, list[Fetch]]) -> Group:
    parts, variables, fetches = [], dict[str, None](), []
    for entry, found in members.items():
        first = found[0]
        echoed = "".join(each.text for each in first.echoes)
        parts.append(f"... on {entry} {{ {echoed}{first.text.removeprefix('{ ')}")
        variables.update(dict.fromkeys(first.variables))
        fetches += found
    told = "__typename " if all(each.is_concrete for each in fetches) else ""
    return Group(tuple(fetches), f"{{ {told}{' '.join(parts)} }}", tuple(variables))


def _text(needs: Needs) -> str:
    parts = []
    for need in needs.items.values():
        below = f" {{ {_text(need.sub)} }}" if need.sub is not None else ""
        written = f"{need.name}{need.arguments.text}{below}"
        parts.append(written if need.on == needs.static else f"... on {need.on} {{ {written} }}")
    return " ".join(parts)
