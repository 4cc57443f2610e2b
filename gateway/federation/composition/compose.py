"""Subgraphs into a supergraph: read, brought to one meaning, checked, merged, checked again, printed."""

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.subgraph import Subgraph
from gateway.federation.composition.aftermath import check_supergraph
from gateway.federation.composition.facts import Facts
from gateway.federation.composition.merging import merge_subgraphs
from gateway.federation.composition.printing import print_supergraph
from gateway.federation.composition.problems import Findings, Hint
from gateway.federation.composition.reading import SubgraphSchema, read_subgraph
from gateway.federation.composition.rules import check_names, check_subgraph
from gateway.federation.composition.satisfiability import check_satisfiability
from gateway.federation.composition.sources import Place, graphs_of
from gateway.federation.composition.upgrade import upgrade

__all__ = ["Composed", "compose"]


@dataclass(frozen=True, slots=True)
class Composed:
    """A supergraph, and what its owners may want to know of it."""

    supergraph: str
    hints: tuple[Hint, ...]


def compose(subgraphs: Sequence[Subgraph]) -> Composed:
    """Compose subgraphs of Federation 1 and 2 into a supergraph.

    Raises:
        CompositionRefused: with every problem of the stage that found one.

    """
    findings = Findings()
    check_names((each.name for each in subgraphs), findings)
    schemas = [schema for each in subgraphs if (schema := read_subgraph(each, findings)) is not None]
    if findings.problems:
        _check_alone([each for each in schemas if each.federation_2], findings)
    findings.settle()
    upgrade(schemas, findings)
    places = [
        Place(index, schema, Facts(schema), graph)
        for index, (schema, graph) in enumerate(zip(schemas, graphs_of(schemas), strict=True))
    ]
    for place in places:
        check_subgraph(place.schema, place.facts, findings)
    if any(each.code == "INVALID_GRAPHQL" for each in findings.problems):
        findings.settle()
    supergraph = merge_subgraphs(places, findings)
    findings.settle()
    check_supergraph(places, supergraph, findings)
    findings.settle()
    check_satisfiability(places, supergraph, findings)
    findings.settle()
    return Composed(print_supergraph(supergraph), tuple(findings.hints))


def _check_alone(schemas: Sequence[SubgraphSchema], findings: Findings) -> None:
    """Check what can be checked of the subgraphs that could be read, where others could not."""
    for schema in schemas:
        check_subgraph(schema, Facts(schema), findings)
