"""Small supergraphs, composed from their subgraphs, and the plans of operations on them."""

from collections.abc import Mapping
from typing import Any

from graphql import FragmentDefinitionNode, OperationDefinitionNode, parse, validate

from connectors.subgraph import Subgraph
from gateway.federation.composition import compose
from gateway.federation.planning import JoinedGraph, OperationPlan, draw, read_supergraph

__all__ = ["LINK", "asked", "composed", "planned"]

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable", "@external", '
    '"@requires", "@provides", "@override", "@interfaceObject", "@inaccessible"])\n'
)


def composed(**subgraphs: str) -> JoinedGraph:
    """Compose subgraphs of Federation 2, named by keyword."""
    given = [Subgraph(name, f"http://{name}.test", LINK + sdl) for name, sdl in subgraphs.items()]
    return read_supergraph(compose(given).supergraph)


def planned(graph: JoinedGraph, text: str, booleans: Mapping[str, Any] | None = None) -> OperationPlan:
    """Plan an operation, which must be valid for callers."""
    document = parse(text)
    assert not validate(graph.api, document)
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    return draw(graph, operation, fragments, booleans or {})


def asked(plan: OperationPlan) -> list[list[str]]:
    """Give the subgraphs that are asked in each stage, sorted: one name for each request."""
    return [sorted(batch.subgraph for batch in plan.batches if batch.stage == stage) for stage in range(plan.stages)]
