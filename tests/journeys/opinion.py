"""A second, naive opinion on any answer: every value is looked up in the printed graph, and said if it is too high.

It knows the printed graph, the catalogue and the caller's own claims; no plan, no decision and no rule of the gateway.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    parse,
    value_from_ast_untyped,
)

from schema.catalogue import RECORDS
from schema.conditions import Comparison
from schema.definition import Mask, RecordDefinition
from tests.journeys.clearances import Accepted, Clearances, Sight
from tests.journeys.questions import GRAPH, TIERS

__all__ = ["above", "found_too_high", "identity_numbers"]

_NUMBER = re.compile(r"(?=(?<![0-9A-Za-z])([1-9][0-9]{16}[0-9Xx])(?![0-9A-Za-z]))")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def found_too_high(
    said: Mapping[str, Any],
    headers: Mapping[str, str],
    answer: Any,  # noqa: ANN401 (JSON)
    accepted: Mapping[str, Accepted],
) -> list[str]:
    """Name everything in an answer that its asker may not see, by the headers and the parts of the request."""
    data = answer.get("data") if isinstance(answer, Mapping) else None
    lowered = {name.lower(): value for name, value in headers.items()}
    found = list(above(said, data, Clearances.of_request(lowered, said, accepted))) if data else []
    public = "authorization" not in lowered
    return found + (identity_numbers(json.dumps(answer, ensure_ascii=False)) if public else [])


def above(said: Mapping[str, Any], data: Any, clearances: Clearances) -> Iterator[str]:  # noqa: ANN401 (JSON)
    """Name every value in the data of an answer that is above what its asker may see; *said* is the request."""
    document = parse(said["query"])
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    named = [each for each in operations if said.get("operationName") in (None, each.name and each.name.value)]
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    defaults = {
        each.variable.name.value: value_from_ast_untyped(each.default_value)
        for each in named[0].variable_definitions or ()
        if each.default_value is not None
    }
    variables = {**defaults, **(said.get("variables") or {})}
    opinion = _Opinion(fragments, variables, clearances)
    root = named[0].operation.value.capitalize()
    yield from opinion.of_object(root, [named[0].selection_set], data, Sight("A"))


def identity_numbers(text: str) -> list[str]:
    """Give what in a text is a resident identity number by its check character (R17.1); a credit code is none."""
    return [each for each in _NUMBER.findall(text) if each[-1].upper() == _check(each)]


def _check(number: str) -> str:
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False)) % 11]


@dataclass(frozen=True)
class _Opinion:
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: dict[str, Any]
    clearances: Clearances

    def of_object(self, kind: str, sets: list[SelectionSetNode], told: Any, sight: Sight) -> Iterator[str]:  # noqa: ANN401 (JSON)
        """Walk an object, or a list of them, by what was selected of it."""
        if isinstance(told, list):
            for each in told:
                yield from self.of_object(kind, sets, each, sight)
            return
        if told is None:
            return
        selected: dict[str, list[tuple[str, FieldNode]]] = {}
        for each in sets:
            self._collect(kind, each, selected)
        if kind in RECORDS:
            sight = sight.at({name: told[key] for name, key in _keys(selected, told)}.get("provider"))
            yield from _of_record(RECORDS[kind], {name: told[key] for name, key in _keys(selected, told)}, sight)
        for key, value in told.items():
            if value is not None:
                yield from self._of_field(selected[key], value, sight)

    def _of_field(self, nodes: list[tuple[str, FieldNode]], value: Any, sight: Sight) -> Iterator[str]:  # noqa: ANN401 (as above)
        kind, node = nodes[0]
        name = node.name.value
        if TIERS.get(kind, {}).get(name, "A") > sight.of(kind):
            yield f"{kind}.{name} = {value!r}"
        owner: Any = GRAPH.type_map[kind]
        below = [each.selection_set for _, each in nodes if each.selection_set]
        if not below or name.startswith("__") or not hasattr(owner, "fields"):
            return
        of = get_named_type(owner.fields[name].type).name
        record = RECORDS.get(of.removesuffix("Connection"))
        if record is not None and str(record.tier.value) > sight.of(record.name):
            yield f"{kind}.{name}: a list of {record.name}"
        if kind in ("Query", "Mutation"):
            yield from self._of_root(node, of, below, value)
        else:
            yield from self.of_object(of, below, value, sight)

    def _of_root(self, node: FieldNode, of: str, below: list[SelectionSetNode], value: Any) -> Iterator[str]:  # noqa: ANN401 (as above)
        """Look up for each subject what the caller may see of it, as it was named."""
        given = {each.name.value: value_from_ast_untyped(each.value, self.variables) for each in node.arguments or ()}
        named = given.get("by")
        if node.name.value == "subjects" and isinstance(value, list):
            for by, each in zip(named if isinstance(named, list) else [named], value, strict=True):
                yield from self.of_object(of, below, each, self.clearances.of(by))
        else:
            yield from self.of_object(of, below, value, self.clearances.of(named))

    def _collect(self, kind: str, of: SelectionSetNode, selected: dict[str, list[tuple[str, FieldNode]]]) -> None:
        for each in of.selections:
            if isinstance(each, FieldNode):
                selected.setdefault(each.alias.value if each.alias else each.name.value, []).append((kind, each))
                continue
            inner = self.fragments[each.name.value] if isinstance(each, FragmentSpreadNode) else each
            assert isinstance(inner, FragmentDefinitionNode | InlineFragmentNode)
            condition = inner.type_condition.name.value if inner.type_condition else kind
            concrete = isinstance(GRAPH.type_map[kind], GraphQLObjectType)
            if concrete and condition != kind and isinstance(GRAPH.type_map[condition], GraphQLObjectType):
                continue
            self._collect(kind if concrete else condition, inner.selection_set, selected)


def _keys(selected: Mapping[str, list[tuple[str, FieldNode]]], told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((nodes[0][1].name.value, key) for key, nodes in selected.items() if key in told)


def _of_record(record: RecordDefinition, told: Mapping[str, Any], sight: Sight) -> Iterator[str]:
    """Look at what makes a record stricter than its type, as far as it is told; and at its masks."""
    highest = sight.of(record.name)
    tiers = [str(record.tier.value), told.get("recordTier") or "A"]
    tiers += [
        "excluded" if rule.tier is None else str(rule.tier.value)
        for rule in record.tier_rules
        if any(all(_holds(each, told) for each in group) for group in rule.when.alternatives)
    ]
    if max(tiers) > highest:
        yield f"a {record.name} of tier {max(tiers)}"
    person = told.get("counterpartyCategory") == "NATURAL_PERSON"
    masks = {Mask.NAME, Mask.NAME_IF_INDIVIDUAL} if person else {Mask.NAME}
    for name, value in told.items():
        definition = record.fields.get(name)
        masked = highest == "A" and definition is not None and definition.mask in masks
        if masked and isinstance(value, str) and value[1:].strip("*"):
            yield f"{record.name}.{name} = {value!r} without its mask"


def _holds(comparison: Comparison, told: Mapping[str, Any]) -> bool:
    value = told.get(comparison.field)
    return value is not None and comparison.holds(value)
