"""The rules of field sets: they must be selections that make sense where they stand."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    NameNode,
    SelectionSetNode,
    StringValueNode,
    validate,
)
from graphql.validation import (
    FieldsOnCorrectTypeRule,
    FragmentsOnCompositeTypesRule,
    KnownArgumentNamesRule,
    KnownTypeNamesRule,
    ProvidedRequiredArgumentsRule,
    ScalarLeafsRule,
    UniqueArgumentNamesRule,
    ValuesOfCorrectTypeRule,
)

from gateway.errors import Text
from gateway.federation.composition.elements import Applied, Field, Kind, TypeDefinition, is_required, named
from gateway.federation.composition.facts import Facts
from gateway.federation.composition.fieldsets import FieldSetInvalid, field_set, is_known, selected_fields
from gateway.federation.composition.links import Version
from gateway.federation.composition.problems import Findings
from gateway.federation.composition.reading import SubgraphSchema

__all__ = ["check_field_sets", "selection_errors"]

_RULES: Final = (
    KnownTypeNamesRule,
    FragmentsOnCompositeTypesRule,
    ScalarLeafsRule,
    FieldsOnCorrectTypeRule,
    KnownArgumentNamesRule,
    UniqueArgumentNamesRule,
    ValuesOfCorrectTypeRule,
    ProvidedRequiredArgumentsRule,
)
_PREFIX: Final = {"key": "KEY", "requires": "REQUIRES", "provides": "PROVIDES"}
_KEYS_ON_INTERFACES: Final = Version(2, 3)


class _FieldSet(NamedTuple):
    """A field set where it stands: ``target`` is the type that it selects of."""

    applied: Applied
    parent: TypeDefinition
    field: Field | None
    target: str

    @property
    def at(self) -> str:
        return self.parent.name if self.field is None else f"{self.parent.name}.{self.field.name}"


def selection_errors(schema: GraphQLSchema, type_name: str, selection: SelectionSetNode) -> list[GraphQLError]:
    """Give what GraphQL has against a selection of a type."""
    fragment = FragmentDefinitionNode(
        name=NameNode(value="FieldSet"),
        type_condition=NamedTypeNode(name=NameNode(value=type_name)),
        directives=(),
        selection_set=selection,
    )
    return validate(schema, DocumentNode(definitions=(fragment,)), _RULES)


def check_field_sets(schema: SubgraphSchema, facts: Facts, plain: GraphQLSchema, findings: Findings) -> None:
    """Refuse the field sets of a subgraph that are none, or may not stand where they stand."""
    check = _Check(schema, facts, plain, findings)
    for definition in schema.types.values():
        for key in definition.marks("key"):
            check.check(_FieldSet(key, definition, None, definition.name))
        for field in definition.fields.values():
            for requires in field.marks("requires"):
                check.check(_FieldSet(requires, definition, field, definition.name))
            for provides in field.marks("provides"):
                check.check(_FieldSet(provides, definition, field, named(field.type)))


class _Check:
    """The checks of one subgraph's field sets."""

    def __init__(self, schema: SubgraphSchema, facts: Facts, plain: GraphQLSchema, findings: Findings) -> None:
        self.schema, self.facts, self.plain, self.findings = schema, facts, plain, findings
        federation = schema.links.federation
        self.version = federation.url.version if federation else Version(2, 4)

    def check(self, each: _FieldSet) -> None:
        """Check one field set."""
        if not self._may_stand(each):
            return
        if not isinstance(each.applied.arguments.get("fields"), StringValueNode):
            self._refuse(each, "INVALID_FIELDS_TYPE", "fields is no string", "fields 不是字符串")
            return
        try:
            selection = field_set(each.applied.text("fields"))
        except FieldSetInvalid as error:
            self._refuse(each, "INVALID_FIELDS", f"fields is no selection: {error}", f"fields 不是选择集：{error}")
            return
        if each.applied.meaning == "key" and self._selects_abstract(each, selection):
            return
        faults: list[str] = []
        if not self._is_plainly_valid(each.target, selection):
            faults += [error.message for error in selection_errors(self.plain, each.target, selection)]
            faults += _aliases(selection)
        for fault in faults:
            self._refuse(each, "INVALID_FIELDS", fault, fault)
        for directive in _directives(selection):
            name = f"@{directive.name.value}"
            self._refuse(each, "DIRECTIVE_IN_FIELDS_ARG", f"fields has {name}", f"fields 中含指令 {name}")
        if not faults:
            self._walk(each, each.target, selection, below_external=False)

    def _may_stand(self, each: _FieldSet) -> bool:
        interface = each.parent.kind is Kind.INTERFACE
        if interface and (each.field is not None or self.version < _KEYS_ON_INTERFACES):
            english = "it cannot stand on interfaces"
            if each.field is None:
                english += f" before Federation v{_KEYS_ON_INTERFACES}"
            self._refuse(each, "UNSUPPORTED_ON_INTERFACE", english, "不得用于接口")
        if each.applied.meaning != "provides" or each.field is None:
            return True
        if self.facts.external(each.parent.name, each.field):
            self._tell(
                each,
                "EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE",
                Text("the field is external: nothing is provided by it", "该字段为外部字段，不能提供内容"),
            )
            return False
        target = self.schema.types.get(each.target)
        if target is None or not target.composite:
            self._tell(
                each,
                "PROVIDES_ON_NON_OBJECT_FIELD",
                Text(f'the field is of type "{each.target}", which has no fields', f"字段类型 {each.target} 没有字段"),
            )
            return False
        return True

    def _refuse(self, each: _FieldSet, suffix: str, english: str, chinese: str) -> None:
        self._tell(each, f"{_PREFIX[each.applied.meaning]}_{suffix}", Text(english, chinese))

    def _tell(self, each: _FieldSet, code: str, why: Text) -> None:
        message = Text(f'{each.applied} of "{each.at}": {why.english}', f"{each.at} 的 {each.applied}：{why.chinese}")
        self.findings.refuse(code, message, [self.schema.name], each.at)

    def _is_plainly_valid(self, target: str, selection: SelectionSetNode) -> bool:
        """Say whether it is of known names only, without arguments: then GraphQL has no more to ask of it."""
        return (
            _is_plain(selection)
            and is_known(self.schema, target, selection)
            and not any(
                is_required(argument)
                for each in selected_fields(self.schema, target, selection, implementations=False)
                for argument in each.field.arguments.values()
            )
        )

    def _selects_abstract(self, key: _FieldSet, selection: SelectionSetNode) -> bool:
        """Refuse a key that selects something whose type is not sure."""
        for each in selected_fields(self.schema, key.target, selection, implementations=False):
            target = self.schema.types.get(named(each.field.type))
            if target is not None and target.kind in {Kind.UNION, Kind.INTERFACE}:
                at = f"{each.parent.name}.{each.field.name}"
                why = Text(
                    f'"{at}" is of {target.kind.value} "{target.name}", which cannot be in a key',
                    f"{at} 的类型 {target.name} 为 {target.kind.value}，不得用于键",
                )
                self._tell(key, "KEY_FIELDS_SELECT_INVALID_TYPE", why)
                return True
        return False

    def _walk(self, each: _FieldSet, type_name: str, selection: SelectionSetNode, *, below_external: bool) -> None:
        """Check every field of the set."""
        for node in selection.selections:
            if isinstance(node, InlineFragmentNode):
                inner = node.type_condition.name.value if node.type_condition else type_name
                self._walk(each, inner, node.selection_set, below_external=below_external)
            elif isinstance(node, FieldNode) and node.name.value in self.schema.types[type_name].fields:
                self._field(each, self.schema.types[type_name], node, below_external=below_external)

    def _field(self, each: _FieldSet, parent: TypeDefinition, node: FieldNode, *, below_external: bool) -> None:
        field = parent.fields[node.name.value]
        at = f"{parent.name}.{field.name}"
        key, requires = each.applied.meaning == "key", each.applied.meaning == "requires"
        if field.arguments and not requires:
            self._refuse(each, "FIELDS_HAS_ARGS", f'"{at}" has arguments', f"{at} 带有参数")
        external = self.facts.external(parent.name, field)
        if node.selection_set is not None:
            below = below_external or external or self._external_below(parent, field)
            self._walk(each, named(field.type), node.selection_set, below_external=below)
        elif not key and not external and not below_external:
            fake = self.facts.fake_external(parent.name, field)
            english = "as the key of an extension, is known here" if fake else "is not external: it is resolved here"
            chinese = "为扩展类型的键字段，本子图已知" if fake else "不是外部字段，本子图已可解析"
            self._refuse(each, "FIELDS_MISSING_EXTERNAL", f'"{at}" {english}', f"{at} {chinese}")

    def _external_below(self, parent: TypeDefinition, field: Field) -> bool:
        if parent.kind is not Kind.INTERFACE:
            return False
        found = ((name, self.schema.field(name, field.name)) for name in self.schema.possible(parent.name))
        return any(each is not None and self.facts.external(name, each) for name, each in found)


def _is_plain(selection: SelectionSetNode) -> bool:
    return all(
        isinstance(each, FieldNode)
        and not (each.arguments or each.directives or each.alias)
        and (each.selection_set is None or _is_plain(each.selection_set))
        for each in selection.selections
    )


def _directives(selection: SelectionSetNode) -> Iterator[DirectiveNode]:
    for node in selection.selections:
        yield from node.directives or ()
        if isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set is not None:
            yield from _directives(node.selection_set)


def _aliases(selection: SelectionSetNode) -> Iterator[str]:
    """Say of aliases and named fragments that they have no place in a field set."""
    for node in selection.selections:
        if isinstance(node, FragmentSpreadNode):
            yield f'Fragment "{node.name.value}" cannot be used'
        if isinstance(node, FieldNode) and node.alias is not None:
            yield f'Alias "{node.alias.value}" cannot be used'
        if isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set is not None:
            yield from _aliases(node.selection_set)
