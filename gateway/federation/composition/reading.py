"""A subgraph's SDL, read: Federation 1 or 2, its links resolved, what belongs to the protocol taken out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from graphql import (
    ConstDirectiveNode,
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    FieldDefinitionNode,
    GraphQLSyntaxError,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    OperationType,
    ScalarTypeDefinitionNode,
    ScalarTypeExtensionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    StringValueNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
    parse,
    print_ast,
)

from connectors.subgraph import Subgraph
from gateway.errors import Text
from gateway.federation.composition.elements import (
    Applied,
    Argument,
    Described,
    DirectiveDefinition,
    EnumValue,
    Field,
    Kind,
    TypeDefinition,
    named,
)
from gateway.federation.composition.links import CORE, FEDERATION, LINK, Links, read_links
from gateway.federation.composition.own_definitions import definition_faults
from gateway.federation.composition.problems import Findings
from gateway.federation.composition.specifications import KNOWN_VERSIONS, meaning_of, unknown_imports
from gateway.federation.composition.validity import sdl_errors

__all__ = ["ROOTS", "SubgraphSchema", "read_subgraph"]

ROOTS: Final[dict[str, str]] = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}
_PROTOCOL_TYPES: Final = {"_Any", "_Entity", "_Service"}
_BUILT_IN: Final = {"Int", "Float", "String", "Boolean", "ID"}
_PROTOCOL_FIELDS: Final = {"_entities", "_service"}
_KINDS: Final[dict[type[DefinitionNode], Kind]] = {
    ScalarTypeDefinitionNode: Kind.SCALAR,
    ScalarTypeExtensionNode: Kind.SCALAR,
    ObjectTypeDefinitionNode: Kind.OBJECT,
    ObjectTypeExtensionNode: Kind.OBJECT,
    InterfaceTypeDefinitionNode: Kind.INTERFACE,
    InterfaceTypeExtensionNode: Kind.INTERFACE,
    UnionTypeDefinitionNode: Kind.UNION,
    UnionTypeExtensionNode: Kind.UNION,
    EnumTypeDefinitionNode: Kind.ENUM,
    EnumTypeExtensionNode: Kind.ENUM,
    InputObjectTypeDefinitionNode: Kind.INPUT,
    InputObjectTypeExtensionNode: Kind.INPUT,
}
_TypeNode = TypeDefinitionNode | TypeExtensionNode


@dataclass(slots=True)
class SubgraphSchema:
    """A subgraph's schema; its root types have their usual names."""

    name: str
    url: str
    links: Links
    types: dict[str, TypeDefinition] = field(default_factory=dict)
    directives: dict[str, DirectiveDefinition] = field(default_factory=dict)
    schema: Described = field(default_factory=lambda: Described("schema"))
    upgraded: bool = False

    @property
    def federation_2(self) -> bool:
        """Say whether the subgraph links the Federation 2 specification."""
        return self.links.federation is not None

    def possible(self, name: str) -> list[str]:
        """Give the object types that a value of this type may have here, in order."""
        definition = self.types.get(name)
        if definition is None:
            return []
        if definition.kind is Kind.UNION:
            return list(definition.members)
        if definition.kind is Kind.INTERFACE:
            return [each.name for each in self.types.values() if each.kind is Kind.OBJECT and name in each.interfaces]
        return [name]

    def field(self, type_name: str, field_name: str) -> Field | None:
        """Give a field by its type's name and its own."""
        definition = self.types.get(type_name)
        return None if definition is None else definition.fields.get(field_name)


def read_subgraph(subgraph: Subgraph, findings: Findings) -> SubgraphSchema | None:
    """Read a subgraph's SDL; None, and problems written down, where it cannot be read."""
    try:
        document = parse(subgraph.sdl)
    except GraphQLSyntaxError as error:
        at = error.locations[0] if error.locations else None
        place = f", line {at.line}, column {at.column}" if at else ""
        chinese = f"，第 {at.line} 行第 {at.column} 列" if at else ""
        message = Text(f"The SDL cannot be read: {error.message}{place}", f"SDL 无法解析：{error.message}{chinese}")
        findings.refuse("INVALID_GRAPHQL", message, [subgraph.name], None)
        return None
    return _Reader(subgraph, document, findings).read()


class _Reader:
    """One subgraph on its way from document to schema."""

    def __init__(self, subgraph: Subgraph, document: DocumentNode, findings: Findings) -> None:
        self.subgraph = subgraph
        self.findings = findings
        self.schema_nodes: list[SchemaDefinitionNode | SchemaExtensionNode] = [
            node for node in document.definitions if isinstance(node, SchemaDefinitionNode | SchemaExtensionNode)
        ]
        self.roots = self._roots(document.definitions)
        self.definitions = [self._without_protocol(node) for node in document.definitions if not _is_protocol(node)]
        self.links = Links()
        self.defined = frozenset(
            node.name.value for node in document.definitions if isinstance(node, DirectiveDefinitionNode)
        )

    def read(self) -> SubgraphSchema | None:
        """Give the schema, or None where problems forbid it."""
        self.links, faults = read_links([each for node in self.schema_nodes for each in node.directives or ()])
        for fault in faults:
            self._refuse(fault.code, fault.message, None)
        if faults or not self._versions_are_known():
            return None
        errors = sdl_errors(self.definitions, self.links)
        for error in errors:
            self._refuse("INVALID_GRAPHQL", error.message, error.coordinate)
        faults_of_own = list(definition_faults(self.definitions, self.links))
        for code, message, coordinate in faults_of_own:
            self._refuse(code, message, coordinate)
        schema = SubgraphSchema(self.subgraph.name, self.subgraph.url, self.links)
        if errors or faults_of_own or not self._roots_are_free():
            return None
        self._fill(schema)
        return schema if self._all_remains(schema) else None

    def _all_remains(self, schema: SubgraphSchema) -> bool:
        """Refuse the use of types that are not of the graph, but of the protocol."""
        lost = [
            (coordinate, named(element.type))
            for definition in schema.types.values()
            for coordinate, element in definition.elements()
            if isinstance(element, Field | Argument) and named(element.type) not in _BUILT_IN | set(schema.types)
        ]
        for coordinate, name in lost:
            message = Text(
                f'"{coordinate}" is of type "{name}", which is not of the graph',
                f"{coordinate} 的类型 {name} 不属于图谱",
            )
            self._refuse("INVALID_GRAPHQL", message, coordinate)
        return not lost

    def _refuse(self, code: str, message: Text, coordinate: str | None) -> None:
        self.findings.refuse(code, message, [self.subgraph.name], coordinate)

    def _versions_are_known(self) -> bool:
        """Refuse versions of Federation and of @link that are not known, and imports that they do not have."""
        faults: list[tuple[str, Text]] = []
        federation, link = self.links.federation, self.links.feature(LINK)
        if federation is not None and federation.url.version not in KNOWN_VERSIONS:
            latest = KNOWN_VERSIONS[-1]
            message = Text(
                f"Federation v{federation.url.version} is not known here; the latest is v{latest}",
                f"不支持 Federation v{federation.url.version}；最高为 v{latest}",
            )
            faults.append(("UNKNOWN_FEDERATION_LINK_VERSION", message))
        if link is not None and link.url.version != (1, 0):
            message = Text(f"@link v{link.url.version} is not known here", f"不支持 @link v{link.url.version}")
            faults.append(("UNKNOWN_LINK_VERSION", message))
        for feature in self.links.features if not faults else ():
            for name in unknown_imports(feature):
                message = Text(
                    f'"{feature.url}" has no "{name}", which is imported', f"所导入的 {name} 不在 {feature.url} 之中"
                )
                faults.append(("INVALID_LINK_DIRECTIVE_USAGE", message))
        for code, message in faults:
            self._refuse(code, message, None)
        return not faults

    def _roots(self, definitions: Sequence[DefinitionNode]) -> dict[str, str]:
        """Give the subgraph's name of each root type that it has, by the operation."""
        named = {
            operation.operation.value: operation.type.name.value
            for node in self.schema_nodes
            for operation in node.operation_types or ()
        }
        if any(isinstance(node, SchemaDefinitionNode) for node in self.schema_nodes) and named:
            return named
        present = {
            node.name.value
            for node in definitions
            if isinstance(node, ObjectTypeDefinitionNode | ObjectTypeExtensionNode)
        }
        return {operation: name for operation, name in ROOTS.items() if name in present} | named

    def _roots_are_free(self) -> bool:
        """Refuse a type that has a root's usual name and is none."""
        present = {node.name.value for node in self.definitions if isinstance(node, _TypeNode)}
        taken = [
            (operation, usual)
            for operation, usual in ROOTS.items()
            if usual in present and self.roots.get(operation, usual) != usual
        ]
        for operation, usual in taken:
            message = Text(
                f'The {operation} root is "{self.roots[operation]}", and there is another type "{usual}"',
                f"{operation} 根类型为 {self.roots[operation]}，另有类型 {usual}",
            )
            self._refuse(f"ROOT_{operation.upper()}_USED", message, usual)
        return not taken

    def _without_protocol(self, node: DefinitionNode) -> DefinitionNode:
        """Take the fields of the Federation protocol out of the query root."""
        if not isinstance(node, ObjectTypeDefinitionNode | ObjectTypeExtensionNode):
            return node
        if node.name.value != self.roots.get(OperationType.QUERY.value):
            return node
        fields = tuple(each for each in node.fields or () if each.name.value not in _PROTOCOL_FIELDS)
        if len(fields) == len(node.fields or ()):
            return node
        return type(node)(**{key: getattr(node, key) for key in node.keys if key != "fields"}, fields=fields)

    def _fill(self, schema: SubgraphSchema) -> None:
        renamed = {name: ROOTS[operation] for operation, name in self.roots.items() if name != ROOTS[operation]}
        builder = _Builder(self, renamed)
        for node in self.schema_nodes:
            schema.schema.applied += builder.applied(node.directives, 0)
            if isinstance(node, SchemaDefinitionNode) and node.description is not None:
                schema.schema.description = node.description.value
        for each in self.definitions:
            if isinstance(each, DirectiveDefinitionNode):
                schema.directives[each.name.value] = builder.directive(each)
            elif isinstance(each, TypeDefinitionNode | TypeExtensionNode) and not self._is_of_protocol(each.name.value):
                builder.add(schema.types, each)
        for usual in ROOTS.values():
            if usual in schema.types and not schema.types[usual].fields:
                del schema.types[usual]
        query = ROOTS["query"]  # every subgraph has one: at least it answers for the protocol
        schema.types.setdefault(query, TypeDefinition(query, defined=True))

    def _is_of_protocol(self, name: str) -> bool:
        source = self.links.owns_type(name)
        if source is not None and source.url.identity in {FEDERATION, LINK, CORE}:
            return True
        if name in _BUILT_IN or name.startswith("link__"):
            return True
        return not self.links.federation and name == "_FieldSet"


def _is_protocol(node: DefinitionNode) -> bool:
    return isinstance(node, _TypeNode) and node.name.value in _PROTOCOL_TYPES


class _Builder:
    """Turns nodes into elements."""

    def __init__(self, reader: _Reader, renamed: Mapping[str, str]) -> None:
        self.links, self.defined, self.renamed = reader.links, reader.defined, renamed
        self.parts: dict[str, int] = {}

    def add(self, types: dict[str, TypeDefinition], node: _TypeNode) -> None:
        """Add a definition or an extension to the types."""
        name = self.renamed.get(node.name.value, node.name.value)
        definition = types.setdefault(name, TypeDefinition(name, kind=_KINDS[type(node)]))
        if isinstance(node, TypeDefinitionNode):
            definition.defined, part = True, 0
            definition.description = _description(node.description)
        else:
            definition.extended = True
            part = self.parts[name] = self.parts.get(name, 0) + 1
        definition.applied += self.applied(node.directives, part)
        self._contents(definition, node, part)

    def _contents(self, definition: TypeDefinition, node: _TypeNode, part: int) -> None:
        for interface in getattr(node, "interfaces", None) or ():
            if interface.name.value not in definition.interfaces:
                definition.interfaces.append(interface.name.value)
        for member in getattr(node, "types", None) or ():
            definition.members.append(self.renamed.get(member.name.value, member.name.value))
        for value in getattr(node, "values", None) or ():
            definition.values[value.name.value] = EnumValue(
                value.name.value, _description(value.description), self.applied(value.directives, part)
            )
        for each in getattr(node, "fields", None) or ():
            if isinstance(each, InputValueDefinitionNode):
                definition.inputs[each.name.value] = self.argument(each, part)
            else:
                definition.fields[each.name.value] = self.field(each, part)

    def field(self, node: FieldDefinitionNode, part: int) -> Field:
        """Give a field."""
        return Field(
            node.name.value,
            _description(node.description),
            self.applied(node.directives, part),
            self._type(print_ast(node.type)),
            {each.name.value: self.argument(each, part) for each in node.arguments or ()},
            part,
        )

    def argument(self, node: InputValueDefinitionNode, part: int) -> Argument:
        """Give an argument, or a field of an input type."""
        return Argument(
            node.name.value,
            _description(node.description),
            self.applied(node.directives, part),
            print_ast(node.type),
            node.default_value,
        )

    def directive(self, node: DirectiveDefinitionNode) -> DirectiveDefinition:
        """Give a directive's definition."""
        return DirectiveDefinition(
            node.name.value,
            _description(node.description),
            [],
            {each.name.value: self.argument(each, 0) for each in node.arguments or ()},
            tuple(each.value for each in node.locations),
            node.repeatable,
        )

    def applied(self, nodes: Iterable[ConstDirectiveNode] | None, part: int) -> list[Applied]:
        """Give the directives of an element."""
        return [
            Applied(
                node.name.value,
                meaning_of(node.name.value, self.links, self.defined),
                {each.name.value: each.value for each in node.arguments or ()},
                part,
            )
            for node in nodes or ()
        ]

    def _type(self, written: str) -> str:
        bare = written.strip("[]!")
        return written.replace(bare, self.renamed[bare]) if bare in self.renamed else written


def _description(node: StringValueNode | None) -> str | None:
    return None if node is None else node.value
