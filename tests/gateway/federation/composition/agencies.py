"""Subgraphs of made-up agencies, written briefly, and what composition makes of them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest
from graphql import (
    DefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    NameNode,
    SchemaDefinitionNode,
    parse,
    print_ast,
)

from connectors.subgraph import Subgraph
from gateway.federation.composition import Composed, CompositionRefused, Problem, compose

LATEST = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external",'
    ' "@requires", "@provides", "@override", "@inaccessible", "@tag", "@extends", "@interfaceObject",'
    ' "@composeDirective", "@authenticated", "@requiresScopes", "@policy", "@context", "@fromContext", "@cost",'
    ' "@listSize"])\n'
)


def linking(version: str, *imports: str) -> str:
    """Give the line by which a subgraph uses a version of Federation."""
    names = ", ".join(f'"{name}"' for name in imports)
    return f'extend schema @link(url: "https://specs.apollo.dev/federation/v{version}", import: [{names}])\n'


def composed(**sdls: str) -> Composed:
    """Compose subgraphs of the latest Federation, by their names; those that link it by themselves stay as they are."""
    return compose(
        [
            Subgraph(
                name,
                f"http://{name}.example",
                sdl if "specs.apollo.dev" in sdl or sdl.startswith("#1") else LATEST + sdl,
            )
            for name, sdl in sdls.items()
        ]
    )


def problems(**sdls: str) -> tuple[Problem, ...]:
    """Give why the subgraphs do not compose."""
    with pytest.raises(CompositionRefused) as refused:
        composed(**sdls)
    return refused.value.problems


class Case(NamedTuple):
    """What is refused: the rule, where, whose, in which subgraphs."""

    what: str
    code: str
    at: str | None
    whose: str
    sdls: Mapping[str, str]


class Written(NamedTuple):
    """A supergraph as it is written, for looking things up."""

    document: DocumentNode

    def directives(self, coordinate: str) -> set[str]:
        """Give the directives of a type, ``Type.field`` or ``Type.field(argument:)``, as written."""
        return {print_ast(each) for each in self.node(coordinate).directives or ()}

    def text(self, coordinate: str) -> str:
        """Give a definition as written."""
        return print_ast(self.node(coordinate))

    def fields(self, name: str) -> list[str]:
        """Give the names of what is in a type."""
        node = self.node(name)
        within = node.values if isinstance(node, EnumTypeDefinitionNode) else node.fields
        return [each.name.value for each in within or ()]

    def links(self) -> set[str]:
        """Give the links of the schema."""
        schema = next(each for each in self.document.definitions if isinstance(each, SchemaDefinitionNode))
        return {print_ast(each) for each in schema.directives or ()}

    def names(self) -> set[str]:
        """Give the names of all definitions."""
        return {name for each in self.document.definitions if (name := _name(each)) is not None}

    def node(self, coordinate: str) -> Any:  # noqa: ANN401 -- a definition of any kind: kinds have no fields in common
        """Give a definition."""
        name, _, rest = coordinate.partition(".")
        node: Any = next(each for each in self.document.definitions if _name(each) == name)
        if not rest:
            return node
        member, _, argument = rest.rstrip(":)").partition("(")
        within = node.values if isinstance(node, EnumTypeDefinitionNode) else node.fields
        found: Any = next(each for each in within or () if each.name.value == member)
        return next(each for each in found.arguments if each.name.value == argument) if argument else found


def written(**sdls: str) -> Written:
    """Compose subgraphs and read the supergraph."""
    return Written(parse(composed(**sdls).supergraph, no_location=True))


def check(case: Case) -> None:
    """See that the case is refused by its rule, at its place, with its subgraphs, in two languages, and a mend."""
    found = problems(**case.sdls)
    matching = [each for each in found if each.code == case.code and each.coordinate == case.at]
    assert matching, [(each.code, each.coordinate, each.message.english) for each in found]
    problem = matching[0]
    assert problem.subgraphs == tuple(case.whose.split())
    for text in (problem.message, problem.mend):
        assert text.english
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text.chinese)


def _name(definition: DefinitionNode) -> str | None:
    """Give the name of a definition; a schema has none."""
    name: NameNode | None = getattr(definition, "name", None)
    return None if name is None else name.value
