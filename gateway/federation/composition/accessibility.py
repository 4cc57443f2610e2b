"""The rules of `@inaccessible`: what stays in the API may not need what does not."""

from collections.abc import Iterator, Mapping

from graphql import ConstValueNode, EnumValueNode, ListValueNode, ObjectValueNode

from gateway.errors import Text
from gateway.federation.composition.elements import Kind, is_required, named
from gateway.federation.composition.merged import (
    MergedArgument,
    MergedElement,
    MergedField,
    MergedType,
    Supergraph,
)
from gateway.federation.composition.problems import Findings, listed
from gateway.federation.composition.reading import ROOTS

__all__ = ["check_accessibility"]

_SYSTEM_LOCATIONS = {
    "SCHEMA",
    "SCALAR",
    "OBJECT",
    "FIELD_DEFINITION",
    "ARGUMENT_DEFINITION",
    "INTERFACE",
    "UNION",
    "ENUM",
    "ENUM_VALUE",
    "INPUT_OBJECT",
    "INPUT_FIELD_DEFINITION",
}


def check_accessibility(supergraph: Supergraph, owners: Mapping[str, list[str]], findings: Findings) -> None:
    """Refuse an API that needs something inaccessible; *owners* are the subgraphs of each type and directive."""
    check = _Check(supergraph, owners, findings)
    for merged in supergraph.types.values():
        check.type(merged)
    for directive in supergraph.directives.values():
        hidden = [each.name for each in directive.arguments.values() if each.inaccessible]
        on_schema = [each for each in directive.locations if each in _SYSTEM_LOCATIONS]
        at = f"@{directive.name}"
        if hidden and on_schema:
            english = f'Arguments {listed(hidden)} of "{at}" cannot be inaccessible: it stands on {listed(on_schema)}'
            check.refuse("DISALLOWED_INACCESSIBLE", english, f"{at} 的参数 {listed(hidden)} 不得设为不可访问", at)
        for argument in directive.arguments.values():
            if argument.inaccessible and is_required(argument):
                coordinate = f"{at}({argument.name}:)"
                english = f'"{coordinate}" is inaccessible and required'
                check.refuse("REQUIRED_INACCESSIBLE", english, f"{coordinate} 不可访问，却为必填", coordinate)


class _Check:
    """The checks of a supergraph."""

    def __init__(self, supergraph: Supergraph, owners: Mapping[str, list[str]], findings: Findings) -> None:
        self.types, self.owners, self.findings = supergraph.types, owners, findings

    def refuse(self, code: str, english: str, chinese: str, at: str) -> None:
        """Write down a problem of the subgraphs that have the type or the directive."""
        owner = at.split(".", maxsplit=1)[0].split("(", maxsplit=1)[0]
        self.findings.refuse(code, Text(english, chinese), self.owners.get(owner, ()), at)

    def type(self, merged: MergedType) -> None:
        """Check a type."""
        if merged.inaccessible:
            if merged.name == ROOTS["query"]:
                self.refuse(
                    "QUERY_ROOT_TYPE_INACCESSIBLE", "The query root is inaccessible", "查询根类型不可访问", merged.name
                )
            return
        self._some_child_left(merged)
        for field in merged.fields.values():
            self._field(merged, field)
        for given in merged.inputs.values():
            at = f"{merged.name}.{given.name}"
            if given.inaccessible:
                self._not_required(given, at)
            else:
                self._references(given, at)
                self._default(given, at)

    def _some_child_left(self, merged: MergedType) -> None:
        children: list[MergedElement] = [
            *merged.fields.values(),
            *merged.inputs.values(),
            *merged.values.values(),
            *(self.types[name] for name in merged.members if name in self.types),
        ]
        if children and all(each.inaccessible for each in children):
            self.refuse(
                "ONLY_INACCESSIBLE_CHILDREN",
                f'"{merged.name}" is accessible, and nothing in it is',
                f"{merged.name} 可访问，而其内容均不可访问",
                merged.name,
            )

    def _field(self, merged: MergedType, field: MergedField) -> None:
        at = f"{merged.name}.{field.name}"
        interfaces = [self.types[name] for name in merged.interfaces if name in self.types]
        theirs = [(each, each.fields[field.name]) for each in interfaces if field.name in each.fields]
        visible = [(each, own) for each, own in theirs if not each.inaccessible and not own.inaccessible]
        if field.inaccessible:
            for each, _ in visible:
                self._implemented(at, f"{each.name}.{field.name}")
            return
        self._references(field, at)
        for argument in field.arguments.values():
            coordinate = f"{at}({argument.name}:)"
            if not argument.inaccessible:
                self._references(argument, coordinate)
                self._default(argument, coordinate)
                continue
            self._not_required(argument, coordinate)
            for each, own in visible:
                if argument.name in own.arguments and not own.arguments[argument.name].inaccessible:
                    self._implemented(coordinate, f"{each.name}.{field.name}({argument.name}:)")

    def _implemented(self, at: str, by: str) -> None:
        english = f'"{at}" is inaccessible, and "{by}", which it implements, is not'
        self.refuse("IMPLEMENTED_BY_INACCESSIBLE", english, f"{at} 不可访问，而其所实现的 {by} 可访问", at)

    def _not_required(self, argument: MergedArgument, at: str) -> None:
        if is_required(argument):
            self.refuse("REQUIRED_INACCESSIBLE", f'"{at}" is inaccessible and required', f"{at} 不可访问，却为必填", at)

    def _references(self, element: MergedField | MergedArgument, at: str) -> None:
        target = self.types.get(named(element.type))
        if target is not None and target.inaccessible:
            self.refuse(
                "REFERENCED_INACCESSIBLE",
                f'"{target.name}" is inaccessible, and "{at}", which is of that type, is not',
                f"{target.name} 不可访问，而其类型的 {at} 可访问",
                target.name,
            )

    def _default(self, argument: MergedArgument, at: str) -> None:
        if argument.default is None:
            return
        for used, element in self._used(argument.default, named(argument.type)):
            if element.inaccessible:
                self.refuse(
                    "DEFAULT_VALUE_USES_INACCESSIBLE",
                    f'"{used}" is inaccessible, and in the default value of "{at}", which is not',
                    f"{used} 不可访问，而可访问的 {at} 的默认值用到它",
                    used,
                )

    def _used(self, value: ConstValueNode, type_name: str) -> Iterator[tuple[str, MergedElement]]:
        target = self.types.get(type_name)
        if isinstance(value, ListValueNode):
            for each in value.values or ():
                yield from self._used(each, type_name)
        elif target is not None and target.kind is Kind.INPUT and isinstance(value, ObjectValueNode):
            for one in value.fields or ():
                given = target.inputs.get(one.name.value)
                if given is not None:
                    yield f"{type_name}.{given.name}", given
                    yield from self._used(one.value, named(given.type))
        elif target is not None and isinstance(value, EnumValueNode) and value.value in target.values:
            yield f"{type_name}.{value.value}", target.values[value.value]
