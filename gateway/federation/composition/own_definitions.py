"""Definitions of Federation's own directives and types that a subgraph brings along: they must be those meant."""

from collections.abc import Iterator, Sequence

from graphql import (
    DirectiveDefinitionNode,
    EnumTypeDefinitionNode,
    InputValueDefinitionNode,
    Node,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
    parse,
    print_ast,
)

from gateway.errors import Text
from gateway.federation.composition.elements import named
from gateway.federation.composition.links import Links
from gateway.federation.composition.problems import listed
from gateway.federation.composition.specifications import provided_directives, provided_scalars

__all__ = ["definition_faults"]


def definition_faults(definitions: Sequence[Node], links: Links) -> Iterator[tuple[str, Text, str]]:
    """Give the rule, the reason and the coordinate of each such definition that means something else.

    What was written for older versions of the specification is let pass: other nullability, strings for field sets,
    fewer arguments and places.
    """
    directives, scalars = provided_directives(links), provided_scalars(links)
    for node in definitions:
        if isinstance(node, DirectiveDefinitionNode) and node.name.value in directives:
            own = parse(directives[node.name.value], no_location=True).definitions[0]
            why = _difference(node, own) if isinstance(own, DirectiveDefinitionNode) else None
            if why is not None:
                at = f"@{node.name.value}"
                message = Text(
                    f'"{at}" is not defined as the specification has it: {why.english}',
                    f"{at} 的定义与规范不符：{why.chinese}",
                )
                yield "DIRECTIVE_DEFINITION_INVALID", message, at
        elif isinstance(node, TypeDefinitionNode) and node.name.value in scalars:
            enum = scalars[node.name.value].startswith("enum")
            if not isinstance(node, EnumTypeDefinitionNode if enum else ScalarTypeDefinitionNode):
                name = node.name.value
                message = Text(f'"{name}" is no {"enum" if enum else "scalar"}', f"{name} 的种类与规范不符")
                yield "TYPE_DEFINITION_INVALID", message, name


def _difference(theirs: DirectiveDefinitionNode, own: DirectiveDefinitionNode) -> Text | None:
    places = [each.value for each in theirs.locations if each.value not in {one.value for one in own.locations}]
    if places:
        return Text(f"it does not stand on {listed(places)}", f"不得用于 {listed(places)}")
    known = {each.name.value: each for each in own.arguments or ()}
    for each in theirs.arguments or ():
        name = each.name.value
        if name in known and not _alike(each, known[name]):
            wanted = print_ast(known[name].type)
            return Text(f'argument "{name}" is of type "{wanted}"', f"参数 {name} 的类型应为 {wanted}")
        if name not in known and print_ast(each.type).endswith("!") and each.default_value is None:
            return Text(f'it has no argument "{name}"', f"没有参数 {name}")
    return None


def _alike(theirs: InputValueDefinitionNode, own: InputValueDefinitionNode) -> bool:
    one, other = named(print_ast(theirs.type)), named(print_ast(own.type))
    plain = {"Int", "Boolean", "String"}
    return one == other or (other not in plain and one not in plain - {"String"})
