"""The longest question that the graph allows of one subject, and a second, naive opinion about what an answer shows.

Both know nothing but the printed graph: no plan, no record type, no rule.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from graphql import (
    EnumValueNode,
    FieldDefinitionNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    ObjectTypeDefinitionNode,
    build_schema,
    get_named_type,
    is_leaf_type,
    parse,
)

_PRINTED = (Path(__file__).parents[2] / "schema/subject.graphql").read_text(encoding="utf-8")
GRAPH = build_schema(_PRINTED)


def _level(node: FieldDefinitionNode) -> str:
    for directive in node.directives or ():
        if directive.name.value == "tier":
            value = next(iter(directive.arguments or ())).value
            assert isinstance(value, EnumValueNode)
            return value.value
    return "A"


TIERS: Mapping[str, Mapping[str, str]] = {
    each.name.value: {field.name.value: _level(field) for field in each.fields or ()}
    for each in parse(_PRINTED).definitions
    if isinstance(each, ObjectTypeDefinitionNode)
}
"""By type and field, the tier as printed."""


_NOT_ASKED = ("subject", "queryLog")
"""The way back to the subject; and who looked at it, which is more after each question, and has journeys of its own."""


def _everything(kind: str) -> str:
    found = GRAPH.type_map[kind]
    assert isinstance(found, GraphQLObjectType | GraphQLInterfaceType)
    parts = ["__typename"]
    for name, field in found.fields.items():
        below = get_named_type(field.type)
        if is_leaf_type(below):
            parts.append(name)
        elif name not in _NOT_ASKED:
            first = "(first: 100)" if "first" in field.args else ""
            parts.append(f"{name}{first} {{ {_everything(below.name)} }}")
    return " ".join(parts)


EVERYTHING_OF_A_LEGAL_PERSON = (
    "query Everything($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) "
    f"{{ ... on LegalPerson {{ {_everything('LegalPerson')} }} }} }}"
)
EVERYTHING_OF_AN_INDIVIDUAL = (
    "query Everything($number: String!, $name: String!) "
    "{ subject(by: {individual: {idNumber: $number, name: $name}}) "
    f"{{ ... on Individual {{ {_everything('Individual')} }} }} }}"
)


def above(answer: Any, highest: str) -> Iterator[str]:  # noqa: ANN401 (JSON)
    """Name everything in an answer that is of a tier above *highest*."""
    if isinstance(answer, list):
        for each in answer:
            yield from above(each, highest)
    elif isinstance(answer, dict):
        kind = answer["__typename"]
        if answer.get("recordTier", "A") > highest:
            yield f"a {kind} of tier {answer['recordTier']}"
        for name, value in answer.items():
            if name != "__typename" and value is not None:
                if TIERS[kind][name] > highest:
                    yield f"{kind}.{name}"
                yield from above(value, highest)
