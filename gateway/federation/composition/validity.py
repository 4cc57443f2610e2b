"""Whether a subgraph's SDL is valid GraphQL, by the rules of the GraphQL specification."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple, cast

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    ExecutableDefinitionNode,
    GraphQLError,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    Node,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    ScalarTypeExtensionNode,
    SchemaExtensionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
    build_ast_schema,
    parse,
    specified_scalar_types,
    validate,
)
from graphql.validation import ValuesOfCorrectTypeRule
from graphql.validation.validate import validate_sdl

from gateway.errors import Text
from gateway.federation.composition.links import Links
from gateway.federation.composition.specifications import provided_directives, provided_scalars

__all__ = ["GraphqlFault", "fault_of", "sdl_errors"]

_DEFINITION_OF: Final[dict[type[Node], type[TypeDefinitionNode]]] = {
    ScalarTypeExtensionNode: ScalarTypeDefinitionNode,
    ObjectTypeExtensionNode: ObjectTypeDefinitionNode,
    InterfaceTypeExtensionNode: InterfaceTypeDefinitionNode,
    UnionTypeExtensionNode: UnionTypeDefinitionNode,
    EnumTypeExtensionNode: EnumTypeDefinitionNode,
    InputObjectTypeExtensionNode: InputObjectTypeDefinitionNode,
}
_COORDINATE: Final = re.compile(r"\b([A-Z_]\w*\.\w+)")
_QUOTED: Final = re.compile(r"[\"']@?(\w+)[\"']")


class GraphqlFault(NamedTuple):
    """A rule of GraphQL that is broken, and where."""

    message: Text
    coordinate: str | None


def sdl_errors(definitions: Sequence[Node], links: Links) -> list[GraphqlFault]:
    """Check the definitions together with those that Federation provides; an extension needs no definition here."""
    strange = [fault for node in definitions for fault in _strange(node)]
    if strange:
        return strange
    complete = _with_bases([*definitions, *_provided(definitions, links)])
    document = DocumentNode(definitions=cast("tuple[DefinitionNode, ...]", tuple(complete)))
    errors = validate_sdl(document)
    if not errors:
        try:
            schema = build_ast_schema(document, assume_valid=True, assume_valid_sdl=True)
        except TypeError as error:
            errors = [GraphQLError(str(error))]
        else:
            errors = validate(schema, document, [ValuesOfCorrectTypeRule])
    return [fault_of(each) for each in errors]


def _strange(node: Node) -> Iterator[GraphqlFault]:
    """Tell what GraphQL would let pass, and no supergraph can hold."""
    if isinstance(node, ExecutableDefinitionNode):
        yield GraphqlFault(Text("There is an operation among the definitions", "SDL 中含有操作"), None)
    elif isinstance(node, TypeDefinitionNode | TypeExtensionNode | DirectiveDefinitionNode):
        name = node.name.value
        if name in specified_scalar_types and not isinstance(node, ScalarTypeDefinitionNode):
            text = Text(f'"{name}" is a scalar of GraphQL itself', f"{name} 是 GraphQL 内置标量")
            yield GraphqlFault(text, name)
        elif name.startswith("join__"):
            text = Text(f'Names like "{name}" are kept for the supergraph', f"{name} 一类名称保留给超图使用")
            yield GraphqlFault(text, name)


def fault_of(error: GraphQLError) -> GraphqlFault:
    """Give an error of graphql-core with the coordinate that it speaks of."""
    found = _COORDINATE.search(error.message) or _QUOTED.search(error.message)
    at = error.locations[0] if error.locations else None
    english = f"{error.message} (line {at.line})" if at else error.message
    chinese = f"不符合 GraphQL 规范：{error.message}" + (f"（第 {at.line} 行）" if at else "")
    return GraphqlFault(Text(english, chinese), found[1] if found else None)


def _provided(definitions: Iterable[Node], links: Links) -> Sequence[DefinitionNode]:
    """Give what the subgraph may use without defining it, and does not define."""
    directives, types = set(), set()
    for node in definitions:
        if isinstance(node, DirectiveDefinitionNode):
            directives.add(node.name.value)
        elif isinstance(node, TypeDefinitionNode):
            types.add(node.name.value)
    wanted = [sdl for name, sdl in provided_directives(links).items() if name not in directives]
    wanted += [sdl for name, sdl in provided_scalars(links).items() if name not in types]
    return [_definition(sdl) for sdl in wanted]


@lru_cache(maxsize=512)
def _definition(sdl: str) -> DefinitionNode:
    return parse(sdl, no_location=True).definitions[0]


def _with_bases(definitions: Sequence[Node]) -> list[Node]:
    """Make the first extension of a type that is only extended its definition, and schema extensions harmless."""
    defined = {node.name.value for node in definitions if isinstance(node, TypeDefinitionNode)}
    complete: list[Node] = []
    for node in definitions:
        if isinstance(node, TypeExtensionNode) and node.name.value not in defined:
            defined.add(node.name.value)
            kept = {key: getattr(node, key) for key in node.keys}
            complete.append(_DEFINITION_OF[type(node)](**kept))
        elif isinstance(node, SchemaExtensionNode) and not node.operation_types and not node.directives:
            continue
        else:
            complete.append(node)
    return complete
