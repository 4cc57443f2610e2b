"""The rules of `@context` and `@fromContext`: an argument that the gateway fills from an object further up."""

import re
from typing import Final

from graphql import FieldNode, GraphQLSchema, InlineFragmentNode, SelectionSetNode

from gateway.errors import Text
from gateway.federation.composition.elements import Argument, Field, Kind, TypeDefinition, named
from gateway.federation.composition.facts import split_context
from gateway.federation.composition.field_set_rules import selection_errors
from gateway.federation.composition.fieldsets import FieldSetInvalid, field_set
from gateway.federation.composition.problems import Findings
from gateway.federation.composition.reading import SubgraphSchema

__all__ = ["check_contexts"]

_NAME: Final = re.compile(r"^[A-Za-z][A-Za-z0-9]*$")


def check_contexts(schema: SubgraphSchema, plain: GraphQLSchema, findings: Findings) -> None:
    """Refuse contexts without a proper name, and arguments that no context can fill."""
    check = _Check(schema, plain, findings)
    for definition in schema.types.values():
        for mark in definition.marks("context"):
            check.name(definition, mark.text("name"))
    for definition in schema.types.values():
        for field in definition.fields.values():
            for argument in field.arguments.values():
                if argument.has("fromContext"):
                    check.argument(definition, field, argument)


class _Check:
    """The checks of one subgraph's contexts."""

    def __init__(self, schema: SubgraphSchema, plain: GraphQLSchema, findings: Findings) -> None:
        self.schema, self.plain, self.findings = schema, plain, findings
        self.places: dict[str, list[str]] = {}

    def _refuse(self, code: str, english: str, chinese: str, at: str) -> None:
        self.findings.refuse(code, Text(english, chinese), [self.schema.name], at)

    def name(self, definition: TypeDefinition, name: str) -> None:
        """Check a context's name, and know where it is set."""
        self.places.setdefault(name, []).append(definition.name)
        if not _NAME.match(name):
            self._refuse(
                "CONTEXT_NAME_INVALID",
                f'The context of "{definition.name}" is called "{name}": letters and digits only',
                f"{definition.name} 的上下文名为 {name}：只能用字母和数字",
                definition.name,
            )

    def argument(self, definition: TypeDefinition, field: Field, argument: Argument) -> None:
        """Check an argument that a context fills."""
        at = f"{definition.name}.{field.name}({argument.name}:)"
        mark = argument.mark("fromContext")
        context, selection = split_context(mark.text("field") if mark else "")
        if definition.kind is not Kind.OBJECT:
            self._refuse("CONTEXT_NOT_SET", f'"{at}" is of an interface', f"{at} 属于接口", at)
            return
        for name in definition.interfaces:
            if self.schema.field(name, field.name) is not None:
                english = f'"{at}" is of a field that interface "{name}" has'
                self._refuse("CONTEXT_NOT_SET", english, f"{at} 所在字段为接口 {name} 的字段", at)
        if argument.default is not None:
            self._refuse("CONTEXT_NOT_SET", f'"{at}" has a default value', f"{at} 有默认值", at)
        if not context or not selection.strip():
            self._refuse("NO_CONTEXT_IN_SELECTION", f'"{at}" names no context', f"{at} 未指明上下文", at)
            return
        if context not in self.places:
            english = f'"{at}" is filled from context "{context}", which is set nowhere'
            self._refuse("CONTEXT_NOT_SET", english, f"{at} 取自上下文 {context}，而该上下文未设置", at)
        else:
            self._selection(at, context, selection, argument)
        if not any(key.value("resolvable") is not False for key in definition.marks("key")):
            english = f'"{definition.name}" has no resolvable @key, by which it could be entered with "{at}"'
            chinese = f"{definition.name} 没有可解析的 @key，无法携带 {at} 进入"
            self._refuse("CONTEXT_NO_RESOLVABLE_KEY", english, chinese, definition.name)

    def _selection(self, at: str, context: str, selection: str, argument: Argument) -> None:
        inner = selection.strip()
        inner = inner[1:-1] if inner.startswith("{") and inner.endswith("}") else inner
        try:
            parsed = field_set(inner)
        except FieldSetInvalid as error:
            self._invalid(at, context, str(error))
            return
        nodes = parsed.selections
        fragments = [each for each in nodes if isinstance(each, InlineFragmentNode)]
        if len(fragments) not in {0, len(nodes)} or (not fragments and len(nodes) != 1):
            self._invalid(at, context, "one field must be selected")
            return
        if _marked(parsed):
            self._invalid(at, context, "neither aliases nor directives can be used")
        for place in self.places[context]:
            for type_name, chosen in self._chosen(place, parsed):
                errors = selection_errors(self.plain, type_name, chosen)
                if errors:
                    self._invalid(at, context, errors[0].message)
                elif not _fits(self._type(type_name, chosen), argument.type):
                    self._invalid(at, context, f'it is of type "{self._type(type_name, chosen)}"')

    def _chosen(self, place: str, parsed: SelectionSetNode) -> list[tuple[str, SelectionSetNode]]:
        fragments = [each for each in parsed.selections if isinstance(each, InlineFragmentNode)]
        if not fragments:
            return [(place, parsed)]
        possible = self.schema.possible(place)
        return [
            (each.type_condition.name.value, each.selection_set)
            for each in fragments
            if each.type_condition is not None and each.type_condition.name.value in possible
        ]

    def _type(self, type_name: str, selection: SelectionSetNode) -> str:
        """Give the type of the one field that is selected, lists around it kept."""
        node = selection.selections[0]
        field = self.schema.field(type_name, node.name.value) if isinstance(node, FieldNode) else None
        if field is None or not isinstance(node, FieldNode):
            return ""
        if node.selection_set is None:
            return field.type
        inner = self._type(named(field.type), node.selection_set)
        outer = field.type.replace("!", "")
        return outer.replace(named(outer), inner)

    def _invalid(self, at: str, context: str, why: str) -> None:
        self._refuse(
            "CONTEXT_INVALID_SELECTION",
            f'What "{at}" selects from context "{context}" does not fit: {why}',
            f"{at} 自上下文 {context} 的选择不合：{why}",
            at,
        )


def _fits(given: str, wanted: str) -> bool:
    if given.endswith("!"):
        return _fits(given[:-1], wanted.removesuffix("!"))
    if given.startswith("[") and wanted.startswith("["):
        return _fits(given[1:-1], wanted[1:-1])
    return given == wanted


def _marked(selection: SelectionSetNode) -> bool:
    return any(
        (isinstance(each, FieldNode) and each.alias is not None)
        or bool(each.directives)
        or (
            isinstance(each, FieldNode | InlineFragmentNode)
            and each.selection_set is not None
            and _marked(each.selection_set)
        )
        for each in selection.selections
    )
