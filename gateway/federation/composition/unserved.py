"""What a supergraph demands of whoever serves it, and is not carried out here: why it is not served.

A link says what its feature is for, security or execution. Who does not carry such a feature out must not serve the
graph: what it guards would stand open, and what it computes would be another value, with no word of either.

Source: the link specification, v1.0, on the argument ``for``; the core specification, v0.2, on the same.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from graphql import (
    DocumentNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    TypeDefinitionNode,
    parse,
    value_from_ast_untyped,
)

from gateway.errors import Text
from gateway.federation.composition.problems import Findings, Problem

__all__ = ["unserved"]

_CARRIED_OUT: Final = frozenset({"core", "inaccessible", "join", "link"})
_FEATURE: Final = re.compile(r"(?P<home>.*)/(?P<name>[^/]+)/v\d+\.\d+/?")
_HOME: Final = "https://specs.apollo.dev"


def unserved(supergraph: str) -> tuple[Problem, ...]:
    """Give why a supergraph's SDL is not served: each use of a linked feature that is demanded and not carried out.

    Raises:
        GraphQLSyntaxError: the text is no GraphQL.

    """
    document = parse(supergraph, no_location=True)
    findings = Findings()
    for url, link in _links(document):
        if link.get("for") is not None and not _is_carried_out(url):
            message = Text(
                f"{url} is linked for {link['for']}, and this gateway does not carry it out",
                f"该图为 {link['for']} 引用 {url}，本网关不支持该特性",
            )
            for coordinate in dict.fromkeys(_coordinates(document, _names(url, link))) or (None,):
                findings.refuse("UNSUPPORTED_LINKED_FEATURE", message, (), coordinate)
    return tuple(findings.problems)


def _links(document: DocumentNode) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for node in document.definitions:
        if isinstance(node, SchemaDefinitionNode | SchemaExtensionNode):
            for _, told in _applied(node):
                url = told.get("url") or told.get("feature")
                if isinstance(url, str):
                    yield url, told


def _applied(node: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:  # noqa: ANN401 (any node that takes directives)
    for each in node.directives or ():
        yield each.name.value, {one.name.value: value_from_ast_untyped(one.value) for one in each.arguments or ()}


def _is_carried_out(url: str) -> bool:
    found = _FEATURE.fullmatch(url)
    return found is not None and found["home"] == _HOME and found["name"] in _CARRIED_OUT


def _names(url: str, link: Mapping[str, Any]) -> set[str]:
    """Give the names that the directives of a feature may have."""
    found = _FEATURE.fullmatch(url)
    name = link.get("as") or (found["name"] if found is not None else url.rpartition("/")[2])
    imports = [each if isinstance(each, str) else each.get("as") or each["name"] for each in link.get("import") or ()]
    return {str(name), *(each.removeprefix("@") for each in imports)}


def _coordinates(document: DocumentNode, names: set[str]) -> Iterator[str]:
    for node in document.definitions:
        if isinstance(node, TypeDefinitionNode):
            if _is_marked(node, names):
                yield node.name.value
            for field in getattr(node, "fields", None) or ():
                if _is_marked(field, names):
                    yield f"{node.name.value}.{field.name.value}"


def _is_marked(node: Any, names: set[str]) -> bool:  # noqa: ANN401 (any node that takes directives)
    """Say whether a directive of a feature stands there, by its own name or as the join specification carries it."""
    for name, told in _applied(node):
        carried = told.get("name") if name == "join__directive" else "context" if told.get("contextArguments") else name
        if carried in names or name.partition("__")[0] in names:
            return True
    return False
