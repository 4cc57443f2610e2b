"""An executable schema out of a subgraph's SDL: the directives of federation left out, its two root fields added."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    GraphQLSchema,
    SelectionSetNode,
    Visitor,
    build_ast_schema,
    parse,
    value_from_ast_untyped,
    visit,
)
from graphql.language import (
    DefinitionNode,
    DirectiveDefinitionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    OperationDefinitionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
)

__all__ = ["Executable", "Key", "executable"]

_KEPT = {"deprecated", "specifiedBy", "oneOf"}
_SERVICE = """
scalar _Any
type _Service {{ sdl: String }}
{union}
extend type {query} {{ _service: _Service! {entities} }}
"""


@dataclass(frozen=True, slots=True)
class Key:
    """A key that a subgraph declares."""

    fields: SelectionSetNode
    resolvable: bool = True


@dataclass(frozen=True, slots=True)
class Executable:
    """A subgraph's schema, and the keys of its entities (of objects and of interfaces)."""

    schema: GraphQLSchema
    keys: Mapping[str, list[Key]] = field(default_factory=dict)


def executable(sdl: str) -> Executable:
    """Give the schema that a subgraph of this SDL serves."""
    document = parse(sdl, no_location=True)
    key_name = _key_name(document)
    keys: dict[str, list[Key]] = {}
    objects: list[str] = []
    kept: list[DefinitionNode] = []
    known = {each.name.value for each in document.definitions if isinstance(each, TypeDefinitionNode)}
    for definition in document.definitions:
        if isinstance(definition, DirectiveDefinitionNode) or _only_links(definition):
            continue
        if isinstance(definition, TypeDefinitionNode | TypeExtensionNode):
            found = [_key(each) for each in definition.directives or () if each.name.value == key_name]
            name = definition.name.value
            if found:
                keys.setdefault(name, []).extend(found)
                is_object = isinstance(definition, ObjectTypeDefinitionNode | ObjectTypeExtensionNode)
                objects += [name] if is_object and name not in objects else []
            if isinstance(definition, TypeExtensionNode) and name not in known:
                known.add(name)
                kept.append(_as_base(definition))
                continue
        kept.append(definition)
    return Executable(_built(replace(document, definitions=tuple(kept)), objects, known), keys)


def _built(document: DocumentNode, objects: list[str], known: set[str]) -> GraphQLSchema:
    bare: DocumentNode = visit(document, _Baring())
    query = _query_name(document)
    entities = "_entities(representations: [_Any!]!): [_Entity]!" if objects else ""
    union = f"union _Entity = {' | '.join(objects)}" if objects else ""
    more = parse(_SERVICE.format(union=union, query=query, entities=entities), no_location=True).definitions
    if query not in known:
        more = (*more[:-1], _as_base(more[-1]))
    scalars = parse("scalar FieldSet scalar _FieldSet scalar federation__FieldSet", no_location=True).definitions
    return build_ast_schema(replace(bare, definitions=(*bare.definitions, *more, *scalars)), assume_valid_sdl=True)


class _Baring(Visitor):
    """Leaves out the directives that an executor does not know."""

    @staticmethod
    def enter(node: Any, *_: Any) -> Any:  # noqa: ANN401 (a visitor's signature)
        directives = getattr(node, "directives", None) or ()
        if any(each.name.value not in _KEPT for each in directives):
            return replace(node, directives=tuple(each for each in directives if each.name.value in _KEPT))
        return None


def _as_base(definition: DefinitionNode) -> DefinitionNode:
    """Give the definition of a type that is only ever extended."""
    assert isinstance(definition, ObjectTypeExtensionNode | InterfaceTypeExtensionNode)
    is_object = isinstance(definition, ObjectTypeExtensionNode)
    kind = ObjectTypeDefinitionNode if is_object else InterfaceTypeDefinitionNode
    return kind(
        name=definition.name,
        directives=definition.directives or (),
        interfaces=definition.interfaces or (),
        fields=definition.fields or (),
    )


def _only_links(definition: DefinitionNode) -> bool:
    return isinstance(definition, SchemaExtensionNode) and not definition.operation_types


def _query_name(document: DocumentNode) -> str:
    for each in document.definitions:
        if isinstance(each, SchemaDefinitionNode | SchemaExtensionNode):
            for one in each.operation_types or ():
                if one.operation.value == "query":
                    return one.type.name.value
    return "Query"


def _arguments(directive: DirectiveNode) -> dict[str, Any]:
    return {each.name.value: value_from_ast_untyped(each.value) for each in directive.arguments or ()}


def _key(directive: DirectiveNode) -> Key:
    given = _arguments(directive)
    definition = parse(f"{{ {given['fields']} }}", no_location=True).definitions[0]
    assert isinstance(definition, OperationDefinitionNode)
    return Key(definition.selection_set, given.get("resolvable", True))


def _key_name(document: DocumentNode) -> str:
    """Give the name by which a subgraph calls ``@key``: it may have renamed it, or imported nothing."""
    for link in _links(document):
        if "specs.apollo.dev/federation/" in link["url"]:
            for each in link.get("import", []):
                if each == "@key":
                    return "key"
                if isinstance(each, dict) and each["name"] == "@key":
                    return str(each.get("as", "@key")).removeprefix("@")
            return f"{link.get('as', 'federation')}__key"
    return "key"


def _links(document: DocumentNode) -> Iterator[dict[str, Any]]:
    for each in document.definitions:
        if isinstance(each, SchemaDefinitionNode | SchemaExtensionNode):
            yield from (_arguments(one) for one in each.directives or () if one.name.value == "link")
