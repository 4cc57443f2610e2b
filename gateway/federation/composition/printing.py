"""The supergraph as SDL: link v1.0 and join v0.5, as every gateway of Federation 2 reads it."""

import json
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from graphql import StringValueNode, print_ast

from gateway.federation.composition.elements import Kind
from gateway.federation.composition.merged import (
    ContextArgument,
    JoinField,
    JoinType,
    MergedArgument,
    MergedDirective,
    MergedElement,
    MergedField,
    MergedType,
    Specification,
    Supergraph,
)

__all__ = ["print_supergraph"]

_E = TypeVar("_E", bound=MergedElement)
_JOIN: Final = '''\
directive @join__directive(graphs: [join__Graph!], name: String!, args: join__DirectiveArguments) \
repeatable on SCHEMA | OBJECT | INTERFACE | FIELD_DEFINITION

directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE

directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, \
external: Boolean, override: String, usedOverridden: Boolean, overrideLabel: String, \
contextArguments: [join__ContextArgument!]) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION

directive @join__graph(name: String!, url: String!) on ENUM_VALUE

directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE

directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, \
resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) \
repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR

directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION

directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA

input join__ContextArgument {
  name: String!
  type: String!
  context: String!
  selection: join__FieldValue!
}

scalar join__DirectiveArguments

scalar join__FieldSet

scalar join__FieldValue

scalar link__Import

enum link__Purpose {
  """
  `SECURITY` features provide metadata necessary to securely resolve fields.
  """
  SECURITY

  """
  `EXECUTION` features provide metadata necessary for operation execution.
  """
  EXECUTION
}'''
_LINKS: Final = (
    Specification("https://specs.apollo.dev/link/v1.0"),
    Specification("https://specs.apollo.dev/join/v0.5", purpose="EXECUTION"),
)


def print_supergraph(supergraph: Supergraph) -> str:
    """Write the supergraph as SDL, in the order of names."""
    blocks = [_schema(supergraph), _JOIN]
    blocks += [each for one in supergraph.specifications for each in one.definitions]
    blocks += [_directive(each) for each in _by_name(supergraph.directives.values())]
    blocks.append(_graphs(supergraph))
    blocks += [_type(each) for each in _by_name(supergraph.types.values())]
    return "\n\n".join(blocks) + "\n"


def _by_name(elements: Iterable[_E]) -> list[_E]:
    return sorted(elements, key=lambda each: each.name)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _described(element: MergedElement, indent: str = "") -> str:
    if not element.description:
        return ""
    text = print_ast(StringValueNode(value=element.description, block=True))
    return "".join(f"{indent}{line}\n" if line else "\n" for line in text.split("\n"))


def _carried(element: MergedElement) -> list[str]:
    return [str(each) for each in element.carried]


def _schema(supergraph: Supergraph) -> str:
    lines = [_described(supergraph.schema) + "schema"]
    lines += [f"  {_link(each)}" for each in (*_LINKS, *supergraph.specifications)]
    lines += [f"  {each}" for each in _carried(supergraph.schema)]
    lines += ["{", *(f"  {root.lower()}: {root}" for root in supergraph.roots), "}"]
    return "\n".join(lines)


def _link(specification: Specification) -> str:
    parts = [f"url: {_quoted(specification.url)}"]
    if specification.called:
        parts.append(f"as: {_quoted(specification.called)}")
    if specification.purpose:
        parts.append(f"for: {specification.purpose}")
    if specification.imports:
        imports = ", ".join(
            _quoted(theirs) if theirs == ours else f"{{name: {_quoted(theirs)}, as: {_quoted(ours)}}}"
            for theirs, ours in specification.imports
        )
        parts.append(f"import: [{imports}]")
    return f"@link({', '.join(parts)})"


def _directive(directive: MergedDirective) -> str:
    repeatable = " repeatable" if directive.repeatable else ""
    locations = " | ".join(directive.locations)
    arguments = _arguments(directive.arguments.values())
    return f"{_described(directive)}directive @{directive.name}{arguments}{repeatable} on {locations}"


def _graphs(supergraph: Supergraph) -> str:
    lines = [
        f"  {each.enum} @join__graph(name: {_quoted(each.name)}, url: {_quoted(each.url)})"
        for each in supergraph.graphs
    ]
    return "\n".join(["enum join__Graph {", *lines, "}"])


def _type(merged: MergedType) -> str:
    interfaces = f" implements {' & '.join(merged.interfaces)}" if merged.interfaces else ""
    lines = [f"{_described(merged)}{merged.kind.value} {merged.name}{interfaces}"]
    lines += [
        f'  @join__implements(graph: {graph}, interface: "{interface}")'
        for interface, graphs in merged.interfaces.items()
        for graph in graphs
    ]
    lines += [f"  {_join_type(each)}" for each in merged.joins]
    lines += [
        f'  @join__unionMember(graph: {graph}, member: "{member}")'
        for member, graphs in merged.members.items()
        for graph in graphs
    ]
    lines += [f"  {each}" for each in _carried(merged)]
    body = list(_body(merged))
    if merged.kind is Kind.UNION:
        lines.append(f" = {' | '.join(merged.members)}")
    elif body:
        lines += ["{", *body, "}"]
    return "\n".join(lines)


def _body(merged: MergedType) -> Iterator[str]:
    for field in merged.fields.values():
        yield _described(field, "  ") + _words([f"  {_field(field)}", *map(_join_field, field.joins), *_carried(field)])
    for given in merged.inputs.values():
        yield _described(given, "  ") + _words([f"  {_input(given)}", *map(_join_field, given.joins), *_carried(given)])
    for value in merged.values.values():
        joins = [f"@join__enumValue(graph: {graph})" for graph in value.graphs]
        yield _described(value, "  ") + _words([f"  {value.name}", *joins, *_carried(value)])


def _words(words: Iterable[str]) -> str:
    return " ".join(words)


def _field(field: MergedField) -> str:
    return f"{field.name}{_arguments(field.arguments.values(), '  ')}: {field.type}"


def _arguments(arguments: Iterable[MergedArgument], indent: str = "") -> str:
    given = list(arguments)
    if not given:
        return ""
    if not any(each.description for each in given):
        return f"({', '.join(_words([_input(each), *_carried(each)]) for each in given)})"
    inner = indent + "  "
    lines = [f"{_described(each, inner)}{inner}{_words([_input(each), *_carried(each)])}" for each in given]
    return "(\n" + "\n".join(lines) + f"\n{indent})"


def _input(argument: MergedArgument) -> str:
    default = "" if argument.default is None else f" = {print_ast(argument.default)}"
    return f"{argument.name}: {argument.type}{default}"


def _join_type(join: JoinType) -> str:
    parts = [f"graph: {join.graph}"]
    if join.key is not None:
        parts.append(f"key: {_quoted(join.key)}")
    if join.extension:
        parts.append("extension: true")
    if not join.resolvable:
        parts.append("resolvable: false")
    if join.interface_object:
        parts.append("isInterfaceObject: true")
    return f"@join__type({', '.join(parts)})"


def _join_field(join: JoinField) -> str:
    if join.graph is None:
        return "@join__field"
    parts = [f"graph: {join.graph}"]
    texts = {
        "requires": join.requires,
        "provides": join.provides,
        "type": join.type,
    }
    parts += [f"{name}: {_quoted(text)}" for name, text in texts.items() if text is not None]
    if join.external:
        parts.append("external: true")
    if join.override is not None:
        parts.append(f"override: {_quoted(join.override)}")
    if join.used_overridden:
        parts.append("usedOverridden: true")
    if join.override_label is not None:
        parts.append(f"overrideLabel: {_quoted(join.override_label)}")
    if join.contexts:
        parts.append(f"contextArguments: [{', '.join(map(_context, join.contexts))}]")
    return f"@join__field({', '.join(parts)})"


def _context(argument: ContextArgument) -> str:
    named = {
        "context": argument.context,
        "name": argument.name,
        "type": argument.type,
        "selection": argument.selection,
    }
    return f"{{{', '.join(f'{name}: {_quoted(text)}' for name, text in named.items())}}}"
