"""Reads a supergraph's SDL, by the join specification 0.1 to 0.5, as a joined graph."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphql import (
    ConstDirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    GraphQLError,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
    parse,
    print_ast,
    value_from_ast_untyped,
)

from gateway.federation.planning.api_schema import api_schema, inaccessible_name, is_machinery
from gateway.federation.planning.joined_graph import FieldJoin, JoinedGraph, JoinedType, KeyJoin

__all__ = ["NoSupergraph", "read_supergraph"]

_KINDS: dict[type, str] = {
    ObjectTypeDefinitionNode: "OBJECT",
    InterfaceTypeDefinitionNode: "INTERFACE",
    UnionTypeDefinitionNode: "UNION",
    EnumTypeDefinitionNode: "ENUM",
    ScalarTypeDefinitionNode: "SCALAR",
    InputObjectTypeDefinitionNode: "INPUT",
}


class NoSupergraph(ValueError):
    """The text is no supergraph SDL; the message says what is missing."""


def read_supergraph(sdl: str) -> JoinedGraph:
    """Read a supergraph's SDL.

    Raises:
        NoSupergraph: it is not GraphQL, or has no ``join__Graph``, or no query type.

    """
    try:
        document = parse(sdl, no_location=True)
    except GraphQLError as error:
        message = f"The supergraph cannot be read: {error.message}"
        raise NoSupergraph(message) from error
    return _Reader(document).graph()


def _applied(node: Any, name: str) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any node that takes directives
    """Give the arguments of each application of a directive."""
    directives: Iterable[ConstDirectiveNode] = node.directives or ()
    for directive in directives:
        if directive.name.value == name:
            yield {each.name.value: value_from_ast_untyped(each.value) for each in directive.arguments or ()}


def _named(type_node: Any) -> str:  # noqa: ANN401 - a type reference of any depth
    while not hasattr(type_node, "name"):
        type_node = type_node.type
    return str(type_node.name.value)


class _Reader:
    """Reads one document."""

    def __init__(self, document: DocumentNode) -> None:
        self._document = document
        self._names: dict[str, str] = {}
        """The subgraphs' names by the value of ``join__Graph``."""
        self._addresses: dict[str, str] = {}
        self._owned: dict[str, str] = {}
        """Join 0.1: the owner of an entity."""
        self._hidden = inaccessible_name(document)

    def graph(self) -> JoinedGraph:
        self._read_subgraphs()
        declared = [node for node in self._definitions() if not is_machinery(node.name.value)]
        types = {node.name.value: self._type(node) for node in declared}
        for each in types.values():
            self._finish(each)
        api = api_schema(self._document, self._hidden)
        if api.query_type is None:
            message = "The supergraph has no query type that callers may see"
            raise NoSupergraph(message)
        return JoinedGraph(self._addresses, types, api)

    def _definitions(self) -> Iterator[TypeDefinitionNode]:
        for node in self._document.definitions:
            if isinstance(node, TypeDefinitionNode):
                yield node

    def _read_subgraphs(self) -> None:
        for node in self._definitions():
            if isinstance(node, EnumTypeDefinitionNode) and node.name.value == "join__Graph":
                for value in node.values or ():
                    for told in _applied(value, "join__graph"):
                        self._names[value.name.value] = told["name"]
                        self._addresses[told["name"]] = told.get("url") or ""
        if not self._names:
            message = "This is no supergraph: it has no enum join__Graph with @join__graph on its values"
            raise NoSupergraph(message)

    def _type(self, node: TypeDefinitionNode) -> JoinedType:
        name = node.name.value
        joins = list(_applied(node, "join__type"))
        subgraphs = dict.fromkeys(self._names[each["graph"]] for each in joins)
        owner = next((self._names[each["graph"]] for each in _applied(node, "join__owner")), None)
        if owner is not None:
            self._owned[name] = owner
        everywhere = not joins
        kind = JoinedType(
            name=name,
            kind=_KINDS[type(node)],
            fields={},
            subgraphs=dict.fromkeys(self._names.values()) if everywhere else subgraphs,
            joins={},
            keys=[
                KeyJoin(self._names[each["graph"]], each["key"], each.get("resolvable", True) is not False)
                for each in joins
                if each.get("key")
            ],
            interface_object_in={self._names[each["graph"]] for each in joins if each.get("isInterfaceObject")},
            interfaces=self._told(node, "join__implements", "interface", getattr(node, "interfaces", ())),
            members=self._told(node, "join__unionMember", "member", getattr(node, "types", ())),
            values=self._values(node),
            inaccessible=any(True for _ in _applied(node, self._hidden)),
        )
        if kind.kind in {"OBJECT", "INTERFACE"}:
            extensions = {self._names[each["graph"]] for each in joins if each.get("extension")}
            for field in node.fields or ():  # type: ignore[attr-defined]  # objects and interfaces have fields
                self._field(kind, field, extensions)
        return kind

    def _told(self, node: Any, directive: str, argument: str, named: Any) -> dict[str, set[str]]:  # noqa: ANN401 - AST
        """Give interfaces or members with the subgraphs that know them; an empty set where the text does not say."""
        found: dict[str, set[str]] = {each.name.value: set() for each in named or ()}
        for each in _applied(node, directive):
            found.setdefault(each[argument], set()).add(self._names[each["graph"]])
        return found

    def _values(self, node: TypeDefinitionNode) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        if isinstance(node, EnumTypeDefinitionNode):
            for value in node.values or ():
                told = {self._names[each["graph"]] for each in _applied(value, "join__enumValue")}
                found[value.name.value] = told or set(self._names.values())
        return found

    def _field(self, kind: JoinedType, node: FieldDefinitionNode, extensions: set[str]) -> None:
        name, named, shape = node.name.value, _named(node.type), print_ast(node.type)
        kind.fields[name] = named
        joins = list(_applied(node, "join__field"))
        if not joins:
            owner = self._owned.get(kind.name)
            for subgraph in (owner,) if owner is not None else kind.subgraphs:
                kind.joins.setdefault(subgraph, {})[name] = FieldJoin(named, shape)
        for each in joins:
            if each.get("graph") is None:
                continue
            subgraph = self._names[each["graph"]]
            own = each.get("type")
            external = bool(each.get("external")) or _is_overridden(each, joins)
            if external and subgraph in extensions and name in _key_fields(kind, subgraph):
                external = bool(each.get("usedOverridden"))
            kind.joins.setdefault(subgraph, {})[name] = FieldJoin(
                own.strip("[]!") if own else named,
                own or shape,
                external,
                each.get("requires") or None,
                each.get("provides") or None,
            )

    def _finish(self, kind: JoinedType) -> None:
        """Fill in what join 0.1 and 0.2 leave unsaid: whose members and interfaces, and keys that are usable."""
        for known in (*kind.interfaces.values(), *kind.members.values()):
            if not known:
                known.update(kind.subgraphs)
        if kind.name in self._owned:
            for key in kind.keys:
                fields = kind.joins.setdefault(key.subgraph, {})
                for name in _key_fields(kind, key.subgraph):
                    if name not in fields and name in kind.fields:
                        fields[name] = self._owners(kind, name)

    def _owners(self, kind: JoinedType, name: str) -> FieldJoin:
        for fields in kind.joins.values():
            if name in fields:
                return fields[name]._replace(requires=None, provides=None)
        return FieldJoin(kind.fields[name], kind.fields[name])


def _is_overridden(join: Mapping[str, Any], joins: list[dict[str, Any]]) -> bool:
    """Say whether another subgraph has taken the field over.

    A progressive override (one with a label) counts once it stands at ``percent(100)``; until then who had the field
    still gives it, and who is to take it over does not.
    """
    if join.get("usedOverridden"):
        return all(_is_complete(each) for each in joins if each.get("override"))
    return bool(join.get("override")) and not _is_complete(join)


def _is_complete(join: Mapping[str, Any]) -> bool:
    label = join.get("overrideLabel")
    return not label or label.replace(" ", "") == "percent(100)"


def _key_fields(kind: JoinedType, subgraph: str) -> set[str]:
    """Give the names of the outermost fields of a type's keys in a subgraph."""
    found: set[str] = set()
    for key in kind.keys:
        if key.subgraph == subgraph:
            depth = 0
            for word in key.fields.replace("{", " { ").replace("}", " } ").replace(",", " ").split():
                depth += {"{": 1, "}": -1}.get(word, 0)
                if depth == 0 and word != "}":
                    found.add(word)
    return found
