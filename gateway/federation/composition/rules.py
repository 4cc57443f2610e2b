"""The rules that one subgraph must keep by itself: its field sets, externals, interfaces, shareable fields."""

from collections.abc import Iterable

from gateway.errors import Text
from gateway.federation.composition.contexts import check_contexts
from gateway.federation.composition.costs import check_costs
from gateway.federation.composition.elements import Applied, Described, Kind, TypeDefinition
from gateway.federation.composition.facts import Facts
from gateway.federation.composition.field_set_rules import check_field_sets
from gateway.federation.composition.fieldsets import alike
from gateway.federation.composition.plain import plain_schema, schema_faults
from gateway.federation.composition.problems import Findings, listed
from gateway.federation.composition.reading import SubgraphSchema

__all__ = ["check_names", "check_subgraph"]

_GUARDS = ("authenticated", "requiresScopes", "policy")


def check_names(names: Iterable[str], findings: Findings) -> None:
    """Refuse subgraphs without a name of their own."""
    seen: set[str] = set()
    for name in names:
        if name in {"", "_"}:
            message = Text(f'"{name}" cannot be the name of a subgraph', f'"{name}" 不能作为子图名称')
            findings.refuse("INVALID_SUBGRAPH_NAME", message, [name], None)
        elif name in seen:
            message = Text(f'Two subgraphs are called "{name}"', f"有两个子图名为 {name}")
            findings.refuse("INVALID_SUBGRAPH_NAME", message, [name], None)
        seen.add(name)


def check_subgraph(schema: SubgraphSchema, facts: Facts, findings: Findings) -> None:
    """Check one subgraph; where it is no valid GraphQL, nothing else is checked."""
    check = _Check(schema, facts, findings)
    plain = plain_schema(schema.types.values())
    faults = schema_faults(plain)
    for fault in faults:
        check.refuse("INVALID_GRAPHQL", fault.message, fault.coordinate)
    if faults:
        return
    check_field_sets(schema, facts, plain, findings)
    check_contexts(schema, plain, findings)
    check_costs(schema, findings)
    check.externals()
    check.interface_keys()
    check.interface_objects()
    check.shareable()
    check.guards()


class _Check:
    """The checks of one subgraph."""

    def __init__(self, schema: SubgraphSchema, facts: Facts, findings: Findings) -> None:
        self.schema, self.facts, self.findings = schema, facts, findings

    def refuse(self, code: str, message: Text, at: str | None) -> None:
        """Write down a problem of this subgraph."""
        self.findings.refuse(code, message, [self.schema.name], at)

    def externals(self) -> None:
        """Refuse external fields of interfaces, and those that nothing needs."""
        for definition in self.schema.types.values():
            for field in definition.fields.values():
                at = f"{definition.name}.{field.name}"
                if not self.facts.external(definition.name, field):
                    continue
                if definition.kind is Kind.INTERFACE:
                    message = Text(
                        f'"{at}" is external, and a field of an interface: nobody resolves those',
                        f"{at} 为接口字段，不得标为外部字段",
                    )
                    self.refuse("EXTERNAL_ON_INTERFACE", message, at)
                if not self.facts.used(definition.name, field):
                    message = Text(
                        f'"{at}" is external, and no @key, @requires, @provides or interface needs it',
                        f"{at} 为外部字段，却未用于任何 @key、@requires、@provides 或接口",
                    )
                    self.refuse("EXTERNAL_UNUSED", message, at)

    def interface_keys(self) -> None:
        """Refuse a key of an interface that an implementation lacks."""
        for definition in self.schema.types.values():
            if definition.kind is not Kind.INTERFACE:
                continue
            implementations = [self.schema.types[name] for name in self.schema.possible(definition.name)]
            for key in definition.marks("key"):
                self._interface_key(definition, key, implementations)

    def _interface_key(self, definition: TypeDefinition, key: Applied, implementations: list[TypeDefinition]) -> None:
        matching = {
            each.name: next((own for own in each.marks("key") if alike(own, key)), None) for each in implementations
        }
        missing = [name for name, own in matching.items() if own is None]
        closed = [name for name, own in matching.items() if own is not None and own.value("resolvable") is False]
        if missing:
            message = Text(
                f'Interface "{definition.name}" has {key}, and {listed(missing)} that implement it do not',
                f"接口 {definition.name} 有 {key}，其实现 {listed(missing)} 没有",
            )
            self.refuse("INTERFACE_KEY_NOT_ON_IMPLEMENTATION", message, definition.name)
        elif closed and key.value("resolvable") is not False:
            message = Text(
                f'Interface "{definition.name}" has {key}, which is not resolvable on {listed(closed)}',
                f"接口 {definition.name} 有 {key}，而在其实现 {listed(closed)} 上不可解析",
            )
            self.refuse("INTERFACE_KEY_NOT_ON_IMPLEMENTATION", message, definition.name)

    def interface_objects(self) -> None:
        """Refuse an interface object without a key."""
        for definition in self.schema.types.values():
            if definition.interface_object and not definition.has("key"):
                message = Text(
                    f'"{definition.name}" is an interface object, and has no @key',
                    f"{definition.name} 为接口对象，却没有 @key",
                )
                self.refuse("INTERFACE_OBJECT_USAGE_ERROR", message, definition.name)

    def shareable(self) -> None:
        """Refuse @shareable twice on one thing, and on fields of interfaces."""
        for definition in self.schema.types.values():
            if definition.kind is Kind.OBJECT and not self.schema.upgraded:
                self._once(definition, definition.name)
            for field in definition.fields.values():
                at = f"{definition.name}.{field.name}"
                if definition.kind is Kind.OBJECT:
                    self._once(field, at)
                elif field.has("shareable"):
                    message = Text(
                        f'"{at}" is a field of an interface, and those cannot be shareable',
                        f"{at} 为接口字段，不得标为 @shareable",
                    )
                    self.refuse("INVALID_SHAREABLE_USAGE", message, at)

    def _once(self, element: Described, at: str) -> None:
        parts = [each.part for each in element.marks("shareable")]
        if len(parts) != len(set(parts)):
            message = Text(f'@shareable stands twice on "{at}"', f"{at} 上重复使用 @shareable")
            self.refuse("INVALID_SHAREABLE_USAGE", message, at)

    def guards(self) -> None:
        """Refuse demands on interfaces: those follow from the types that implement them."""
        for definition in self.schema.types.values():
            abstract = definition.kind is Kind.INTERFACE
            for at, element in definition.elements():
                owner = element is definition
                for meaning in _GUARDS:
                    if element.has(meaning) and (abstract or (owner and definition.interface_object)):
                        message = Text(
                            f'@{meaning} stands on "{at}": it cannot stand on interfaces, their fields and interface'
                            " objects",
                            f"@{meaning} 用于 {at}：不得用于接口、接口字段及接口对象",
                        )
                        self.refuse("AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE", message, at)
