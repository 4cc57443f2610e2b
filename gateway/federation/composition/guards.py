"""`@authenticated`, `@requiresScopes`, `@policy`: what they demand, where it must be demanded too.

The supergraph is safe only if nobody comes to guarded data by a way around: through the interface that a guarded type
implements, or through a field that requires it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from gateway.errors import Text
from gateway.federation.composition.carrying import strictest
from gateway.federation.composition.elements import Applied, Kind, named
from gateway.federation.composition.facts import split_context
from gateway.federation.composition.fieldsets import FieldSetInvalid, field_set
from gateway.federation.composition.merged import JoinField, MergedElement, MergedField, MergedType, Supergraph
from gateway.federation.composition.problems import Findings
from gateway.federation.composition.sources import Merge

__all__ = ["GUARDS", "check_guards", "spread_guards"]

GUARDS: Final = ("authenticated", "requiresScopes", "policy")
_Alternatives = frozenset[frozenset[str]]
_NOTHING: Final[_Alternatives] = frozenset({frozenset()})


def spread_guards(merge: Merge) -> None:
    """Demand of interfaces what their implementations demand, and of implementations what interface objects do."""
    types = merge.supergraph.types
    objects = [each for each in types.values() if each.kind is Kind.OBJECT]
    for merged in objects:
        for interface in merged.interfaces:
            for name, field in types[interface].fields.items() if interface in types else ():
                if name in merged.fields:
                    _demand(merged.fields[name], [field])
    for abstract in (each for each in types.values() if each.kind is Kind.INTERFACE):
        implementations = [each for each in objects if abstract.name in each.interfaces]
        _demand(abstract, implementations)
        for name, field in abstract.fields.items():
            _demand(field, [each.fields[name] for each in implementations if name in each.fields])


def _demand(element: MergedElement, others: list[MergedField] | list[MergedType]) -> None:
    for meaning in GUARDS:
        found = [mark for each in (element, *others) for mark in each.carried if mark.meaning == meaning]
        if found:
            element.carried = [each for each in element.carried if each.meaning != meaning]
            element.carried.append(strictest(list(dict.fromkeys(found))))


@dataclass(frozen=True, slots=True)
class _Demands:
    """What must be shown to see an element; the alternatives are those of scopes and of policies."""

    authenticated: bool = False
    scopes: _Alternatives = _NOTHING
    policies: _Alternatives = _NOTHING

    def covers(self, other: "_Demands") -> bool:
        """Say whether who fulfils these fulfils the others."""
        return (
            (self.authenticated or not other.authenticated)
            and _implies(self.scopes, other.scopes)
            and _implies(self.policies, other.policies)
        )


def _implies(one: _Alternatives, other: _Alternatives) -> bool:
    return all(any(wanted <= given for wanted in other) for given in one)


def _demands_of(*elements: MergedElement) -> _Demands:
    marks = [mark for each in elements for mark in each.carried]
    return _Demands(
        any(mark.meaning == "authenticated" for mark in marks),
        _joined([mark for mark in marks if mark.meaning == "requiresScopes"], "scopes"),
        _joined([mark for mark in marks if mark.meaning == "policy"], "policies"),
    )


def _joined(marks: list[Applied], argument: str) -> _Alternatives:
    joined = _NOTHING
    for mark in marks:
        joined = frozenset(one | other for one in joined for other in mark.alternatives(argument) or _NOTHING)
    return joined


def check_guards(supergraph: Supergraph, findings: Findings) -> None:
    """Refuse a field that hands on guarded data, by @requires or @fromContext, and demands less than they do."""
    for merged in supergraph.types.values():
        for field in merged.fields.values():
            for join in field.joins:
                at = f"{merged.name}.{field.name}"
                wanting = next(_wanting(supergraph, merged, field, join), None)
                if wanting is None:
                    continue
                subgraphs = [each.name for each in supergraph.graphs if each.enum == join.graph]
                message = Text(
                    f'"{at}" uses "{wanting}", and does not demand all that one must show to see it',
                    f"{at} 用到 {wanting}，却未要求查看后者所需的全部授权",
                )
                findings.refuse("MISSING_TRANSITIVE_AUTH_REQUIREMENTS", message, subgraphs, at)


def _wanting(supergraph: Supergraph, merged: MergedType, field: MergedField, join: JoinField) -> Iterator[str]:
    shown = _demands_of(merged, field)
    if join.requires:
        yield from _selected(supergraph, merged.name, field_set(join.requires), shown)
    for argument in join.contexts:
        for place in supergraph.types.values():
            if not any(mark.meaning == "context" and mark.text("name") == argument.context for mark in place.carried):
                continue
            if not shown.covers(_demands_of(place)):
                yield place.name
            _, selection = split_context(f"$x {argument.selection}")
            try:
                parsed = field_set(selection.strip().removeprefix("{").removesuffix("}"))
            except FieldSetInvalid:
                continue
            yield from _selected(supergraph, place.name, parsed, shown)


def _selected(supergraph: Supergraph, type_name: str, selection: SelectionSetNode, shown: _Demands) -> Iterator[str]:
    """Give what is selected and demands more than is *shown*."""
    for node in selection.selections:
        if isinstance(node, InlineFragmentNode):
            inner = node.type_condition.name.value if node.type_condition else type_name
            if inner in supergraph.types and not shown.covers(_demands_of(supergraph.types[inner])):
                yield inner
            yield from _selected(supergraph, inner, node.selection_set, shown)
        elif isinstance(node, FieldNode) and type_name in supergraph.types:
            field = supergraph.types[type_name].fields.get(node.name.value)
            if field is None:
                continue
            target = supergraph.types.get(named(field.type), MergedElement(""))
            if not shown.covers(_demands_of(field)) or not shown.covers(_demands_of(target)):
                yield f"{type_name}.{field.name}"
            if node.selection_set is not None:
                yield from _selected(supergraph, named(field.type), node.selection_set, shown)
