"""Federation 1 subgraphs, brought to the meaning that Federation 2 gives to them.

In Federation 1 the fields of an extension's key are marked external though they are known; values that two subgraphs
share need no mark; what stands on interfaces has no effect. Afterwards all subgraphs mean the same by the same words.
"""

from collections.abc import Iterator, Sequence

from graphql import ListValueNode, StringValueNode, value_from_ast_untyped

from gateway.errors import Text
from gateway.federation.composition.elements import Applied, Described, Field, Kind, TypeDefinition, named
from gateway.federation.composition.facts import Facts
from gateway.federation.composition.fieldsets import field_set_of, is_known, kept, selected_fields, written
from gateway.federation.composition.problems import Findings, listed
from gateway.federation.composition.reading import ROOTS, SubgraphSchema

__all__ = ["upgrade"]


def upgrade(schemas: Sequence[SubgraphSchema], findings: Findings) -> None:
    """Bring each Federation 1 schema among *schemas* to Federation 2; write down what cannot be brought there."""
    old = [each for each in schemas if not each.federation_2]
    before = {each.name: Facts(each) for each in schemas}
    resolved = {
        each.name: {
            (definition.name, field.name)
            for definition in each.types.values()
            for field in definition.fields.values()
            if not before[each.name].fully_external(definition.name, field)
        }
        for each in schemas
    }
    defined = {each.name: {name for name, one in each.types.items() if one.defined} for each in schemas}
    for schema in old:
        others = [each for each in schemas if each is not schema]
        _Upgrade(schema, others, resolved, defined, findings).carry_out(before[schema.name])
        schema.upgraded = True
    _refuse_interface_objects(schemas, findings)


def _refuse_interface_objects(schemas: Sequence[SubgraphSchema], findings: Findings) -> None:
    """Refuse an interface object whose interface has a key in a Federation 1 subgraph only: nobody could resolve it."""
    for schema in schemas:
        if not schema.upgraded:
            continue
        for definition in schema.types.values():
            if definition.kind is not Kind.INTERFACE or not definition.has("_key"):
                continue
            users = [
                each.name
                for each in schemas
                if definition.name in each.types and each.types[definition.name].interface_object
            ]
            definition.drop("_key")
            if users:
                message = Text(
                    f'"{definition.name}" is an interface object in {listed(users)}, but the @key of the interface'
                    f' in "{schema.name}" is of Federation 1 and resolves nothing',
                    f"{definition.name} 在 {listed(users)} 中为接口对象，而 {schema.name} 中该接口的 @key"
                    "属 Federation 1，不能据以解析",
                )
                findings.refuse("INTERFACE_OBJECT_USAGE_ERROR", message, [*users, schema.name], definition.name)


class _Upgrade:
    """One subgraph's upgrade."""

    def __init__(
        self,
        schema: SubgraphSchema,
        others: Sequence[SubgraphSchema],
        resolved: dict[str, set[tuple[str, str]]],
        defined: dict[str, set[str]],
        findings: Findings,
    ) -> None:
        self.schema, self.others, self.findings = schema, others, findings
        self.resolved, self.defined = resolved, defined

    def carry_out(self, before: Facts) -> None:
        """Change the schema, step by step; each step relies on those before it."""
        self._check_bases()
        self._coerce_field_sets()
        self._drop_useless_externals()
        self._drop_externals_of_keys()
        self._drop_inactive_field_sets()
        for definition in self.schema.types.values():
            if self._extends(definition):
                definition.defined, definition.extended = True, False
                definition.applied = [_in_definition(each) for each in definition.applied]
                for field in definition.fields.values():
                    field.part = 0
        self._drop_what_has_no_effect()
        self._drop_unused_externals()
        self._share(before)
        self._drop_doubled_tags()

    def _extends(self, definition: TypeDefinition) -> bool:
        if definition.kind not in {Kind.OBJECT, Kind.INTERFACE}:
            return False
        return definition.has("extends") or (definition.extended and not definition.defined)

    def _check_bases(self) -> None:
        for definition in self.schema.types.values():
            if not self._extends(definition) or definition.name in ROOTS.values():
                continue
            if not any(definition.name in self.defined[each.name] for each in self.others):
                message = Text(
                    f'Type "{definition.name}" is extended, and defined in no subgraph',
                    f"类型 {definition.name} 仅有扩展，各子图均未定义",
                )
                self.findings.refuse("EXTENSION_WITH_NO_BASE", message, [self.schema.name], definition.name)

    def _coerce_field_sets(self) -> None:
        """Write every field set as a string: Federation 1 took lists and bare names too."""
        for definition in self.schema.types.values():
            for element in (definition, *definition.fields.values()):
                element.applied = [_with_string(each) for each in element.applied]

    def _drop_useless_externals(self) -> None:
        for definition in self.schema.types.values():
            definition.drop("external")
            if definition.kind is Kind.INTERFACE:
                for field in definition.fields.values():
                    field.drop("external")

    def _drop_externals_of_keys(self) -> None:
        """Know the key fields of an extension: those of its own keys, else those of the type's first key elsewhere."""
        for definition in self.schema.types.values():
            if not self._extends(definition):
                continue
            own = definition.marks("key")
            sources: list[tuple[SubgraphSchema, Applied]] = [(self.schema, key) for key in own]
            if not own:
                for other in self.others:
                    theirs = other.types.get(definition.name)
                    keys = theirs.marks("key") if theirs is not None else []
                    sources += [(other, key) for key in keys[:1]]
            for schema, key in sources:
                for name in _top_fields(schema, definition.name, key):
                    if name in definition.fields:
                        definition.fields[name].drop("external")

    def _drop_inactive_field_sets(self) -> None:
        """Leave in each requirement and provision only what is external; the rest had no effect."""
        for definition in self.schema.types.values():
            for field in definition.fields.values():
                field.applied = [changed for each in field.applied for changed in self._active(each, definition, field)]

    def _active(self, applied: Applied, definition: TypeDefinition, field: Field) -> Iterator[Applied]:
        target = {"provides": named(field.type), "requires": definition.name}.get(applied.meaning)
        selection = field_set_of(applied) if target in self.schema.types else None
        if target is None or selection is None or not self.schema.types[target].composite:
            yield applied
            return
        if not is_known(self.schema, target, selection):
            yield applied
            return
        left = kept(self.schema, target, selection, self._externally)
        if left is None:
            return
        same = written(left) == written(selection)
        yield applied if same else _with_fields(applied, written(left))

    def _externally(self, parent: TypeDefinition, field: Field) -> bool:
        if field.has("external"):
            return True
        if parent.kind is not Kind.INTERFACE:
            return False
        found = [self.schema.field(name, field.name) for name in self.schema.possible(parent.name)]
        return any(each is not None and each.has("external") for each in found)

    def _drop_what_has_no_effect(self) -> None:
        for definition in self.schema.types.values():
            if definition.kind is Kind.INTERFACE:
                if definition.drop("key"):
                    definition.applied.append(Applied("_key", "_key"))
                for field in definition.fields.values():
                    field.drop("provides")
                    field.drop("requires")
            elif definition.kind is Kind.OBJECT:
                for field in definition.fields.values():
                    target = self.schema.types.get(named(field.type))
                    if target is None or not target.composite:
                        field.drop("provides")

    def _drop_unused_externals(self) -> None:
        facts = Facts(self.schema)
        for definition in list(self.schema.types.values()):
            if definition.kind not in {Kind.OBJECT, Kind.INTERFACE}:
                continue
            definition.fields = {
                name: field
                for name, field in definition.fields.items()
                if not facts.external(definition.name, field) or facts.used(definition.name, field)
            }
            if definition.fields or definition.name in ROOTS.values():
                continue
            if self._is_referenced(definition.name):
                message = Text(
                    f'Type "{definition.name}" has only external fields, and none of them is used',
                    f"类型 {definition.name} 仅有外部字段，且均未使用",
                )
                self.findings.refuse("TYPE_WITH_ONLY_UNUSED_EXTERNAL", message, [self.schema.name], definition.name)
            else:
                del self.schema.types[definition.name]

    def _is_referenced(self, name: str) -> bool:
        return any(
            name in {*each.interfaces, *each.members} or any(named(one.type) == name for one in each.fields.values())
            for each in self.schema.types.values()
        )

    def _share(self, before: Facts) -> None:
        """Mark as shareable what Federation 1 let several subgraphs resolve."""
        mark = Applied("shareable", "shareable")
        for definition in self.schema.types.values():
            if definition.kind is not Kind.OBJECT or definition.name == ROOTS["subscription"]:
                continue
            elsewhere = [each for each in self.others if definition.name in each.types]
            if definition.has("key") or definition.name in ROOTS.values():
                for field in definition.fields.values():
                    shared = any((definition.name, field.name) in self.resolved[each.name] for each in elsewhere)
                    if shared and not before.shareable(definition.name, field) and not field.has("shareable"):
                        field.applied.append(mark)
            elif elsewhere and not definition.has("shareable"):
                parts = {field.part for field in definition.fields.values()}
                definition.applied += [Applied("shareable", "shareable", part=part) for part in sorted({0, *parts})]

    def _drop_doubled_tags(self) -> None:
        """Drop the tag of an external field that the field has where it is resolved."""
        for definition in self.schema.types.values():
            for field in definition.fields.values():
                if not field.has("external"):
                    continue
                resolved: list[Described] = [
                    found
                    for other in self.others
                    if (found := other.field(definition.name, field.name)) is not None and not found.has("external")
                ]
                tags = {str(tag.value("name")) for each in resolved for tag in each.marks("tag")}
                field.applied = [
                    each for each in field.applied if each.meaning != "tag" or str(each.value("name")) not in tags
                ]


def _top_fields(schema: SubgraphSchema, type_name: str, key: Applied) -> set[str]:
    selection = field_set_of(key)
    if selection is None:
        return set()
    found = selected_fields(schema, type_name, selection, implementations=False)
    return {each.field.name for each in found if each.parent.name == type_name}


def _in_definition(applied: Applied) -> Applied:
    return Applied(applied.name, applied.meaning, applied.arguments)


def _with_fields(applied: Applied, fields: str) -> Applied:
    arguments = {**applied.arguments, "fields": StringValueNode(value=fields)}
    return Applied(applied.name, applied.meaning, arguments, applied.part)


def _with_string(applied: Applied) -> Applied:
    node = applied.arguments.get("fields")
    if node is None or isinstance(node, StringValueNode) or applied.meaning not in {"key", "requires", "provides"}:
        return applied
    value = value_from_ast_untyped(node)
    if isinstance(node, ListValueNode) and isinstance(value, list) and all(isinstance(each, str) for each in value):
        return _with_fields(applied, " ".join(value))
    return _with_fields(applied, value) if isinstance(value, str) else applied
