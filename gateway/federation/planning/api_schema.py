"""The API schema: the supergraph as callers see it, without its joints and without what is @inaccessible."""

from collections.abc import Iterable
from typing import Any

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DirectiveLocation,
    DocumentNode,
    GraphQLSchema,
    SchemaDefinitionNode,
    TypeDefinitionNode,
    build_ast_schema,
    value_from_ast_untyped,
)

__all__ = ["api_schema", "inaccessible_name", "is_machinery"]

_INACCESSIBLE = "inaccessible"
_KEPT = {"deprecated", "specifiedBy", "oneOf"}
_MACHINERY = ("join__", "link__", "core__", "federation__", "context__", "policy__", "requiresScopes__")
_EXECUTABLE = {
    DirectiveLocation.QUERY.name,
    DirectiveLocation.MUTATION.name,
    DirectiveLocation.SUBSCRIPTION.name,
    DirectiveLocation.FIELD.name,
    DirectiveLocation.FRAGMENT_DEFINITION.name,
    DirectiveLocation.FRAGMENT_SPREAD.name,
    DirectiveLocation.INLINE_FRAGMENT.name,
    DirectiveLocation.VARIABLE_DEFINITION.name,
}


def is_machinery(name: str) -> bool:
    """Say whether a type or directive belongs to the joints, not to the graph."""
    return name.startswith(_MACHINERY)


def inaccessible_name(document: DocumentNode) -> str:
    """Give the name that @inaccessible has in a supergraph: @link may have renamed it, or what it imports."""
    for node in document.definitions:
        if isinstance(node, SchemaDefinitionNode):
            for directive in node.directives or ():
                told = {each.name.value: value_from_ast_untyped(each.value) for each in directive.arguments or ()}
                url = told.get("url") or told.get("feature")
                if isinstance(url, str) and "/inaccessible/" in url:
                    return _imported(told.get("import")) or told.get("as") or _INACCESSIBLE
    return _INACCESSIBLE


def _imported(imports: Any) -> str | None:  # noqa: ANN401 - whatever a @link has
    for each in imports or ():
        if isinstance(each, dict) and each.get("name") == f"@{_INACCESSIBLE}" and isinstance(each.get("as"), str):
            return str(each["as"]).removeprefix("@")
        if each == f"@{_INACCESSIBLE}":
            return _INACCESSIBLE
    return None


def api_schema(document: DocumentNode, hidden: str) -> GraphQLSchema:
    """Build the API schema; *hidden* is the name of the directive that hides."""
    return build_ast_schema(_Sieve(document, hidden).document(), assume_valid=True, assume_valid_sdl=True)


def _named(node: Any) -> str:  # noqa: ANN401 - a type reference of any depth
    while not hasattr(node, "name"):
        node = node.type
    return str(node.name.value)


class _Sieve:
    """Lets through what callers may see."""

    def __init__(self, document: DocumentNode, hidden: str) -> None:
        self._document = document
        self._hidden = hidden
        self._gone = {
            node.name.value
            for node in document.definitions
            if isinstance(node, TypeDefinitionNode) and (is_machinery(node.name.value) or self._is_hidden(node))
        }

    def document(self) -> DocumentNode:
        return DocumentNode(definitions=tuple(self._definitions()))

    def _is_hidden(self, node: Any) -> bool:  # noqa: ANN401 - any node that takes directives
        return any(each.name.value == self._hidden for each in node.directives or ())

    def _definitions(self) -> Iterable[DefinitionNode]:
        for node in self._document.definitions:
            if isinstance(node, SchemaDefinitionNode):
                roots = tuple(each for each in node.operation_types or () if _named(each.type) not in self._gone)
                yield _with(node, directives=(), operation_types=roots)
            elif isinstance(node, DirectiveDefinitionNode):
                if self._is_for_callers(node):
                    yield _with(node, arguments=self._inputs(node.arguments))
            elif isinstance(node, TypeDefinitionNode) and node.name.value not in self._gone:
                yield self._type(node)

    def _is_for_callers(self, node: DirectiveDefinitionNode) -> bool:
        name = node.name.value
        at = {each.value for each in node.locations}
        return not is_machinery(name) and name not in {self._hidden, "tag"} and bool(at & _EXECUTABLE)

    def _type(self, node: Any) -> Any:  # noqa: ANN401 - a type definition of any kind, and the same again
        parts: dict[str, Any] = {"directives": _kept(node)}
        keys = node.keys
        if "interfaces" in keys:
            parts["interfaces"] = self._visible(node.interfaces)
            parts["fields"] = tuple(
                _with(each, directives=_kept(each), arguments=self._inputs(each.arguments))
                for each in node.fields or ()
                if not self._is_hidden(each) and _named(each.type) not in self._gone
            )
        elif "types" in keys:
            parts["types"] = self._visible(node.types)
        elif "values" in keys:
            parts["values"] = tuple(
                _with(each, directives=_kept(each)) for each in node.values or () if not self._is_hidden(each)
            )
        elif "fields" in keys:
            parts["fields"] = self._inputs(node.fields)
        return _with(node, **parts)

    def _visible(self, named: Any) -> tuple[Any, ...]:  # noqa: ANN401 - named types, or None
        return tuple(each for each in named or () if each.name.value not in self._gone)

    def _inputs(self, nodes: Any) -> tuple[Any, ...]:  # noqa: ANN401 - arguments or input fields, or None
        return tuple(
            _with(each, directives=_kept(each))
            for each in nodes or ()
            if not self._is_hidden(each) and _named(each.type) not in self._gone
        )


def _kept(node: Any) -> tuple[Any, ...]:  # noqa: ANN401 - any node that takes directives
    return tuple(each for each in node.directives or () if each.name.value in _KEPT)


def _with(node: Any, **parts: Any) -> Any:  # noqa: ANN401 - any node, and the same again
    """Give a node with some parts replaced."""
    return type(node)(**{key: getattr(node, key) for key in node.keys} | parts)
